/* eval-body.c - functions that look at the shape of the text: length, blank lines, words, signatures
 * Alternatives that differ are in eval-difference.c, talk of stocks in eval-stock.c. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-text.h"

static size_t crlf_lines(struct slice text)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = slice_chr(text, '\n')) >= 0; text = slice_from(text, (size_t)at + 1))
        n += at > 0 && text.p[at - 1] == '\r';
    return n;
}

/* (max): bytes of the body as it came. From an MTA lines end in CRLF, but in the mailbox where SpamAssassin
 * would look they end in LF. */
static double check_body_length(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice body = views_tree(&c->views)->pristine_body;
    double max = eval_number(args, 0, 0), n = (double)body.n;
    (void)prepared;
    if (n > max && n <= 2 * max && c->m->envelope->has_sender)
        n -= (double)crlf_lines(body);
    return n <= max;
}

/* (min, max, min lines): blank lines of all, in per cent; min < x <= max, or from 0 on */
static double check_blank_line_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view *pieces = views_rawbody(&c->views);
    double min = eval_number(args, 0, 0), max = eval_number(args, 1, 0), least = eval_number(args, 2, 1);
    size_t lines = 0, blank = 0;
    (void)prepared;
    for (size_t i = 0; i < pieces->n; i++) {
        struct slice rest = pieces->v[i], line;
        while (slice_line(&rest, &line)) {
            lines++;
            blank += text_blank(line);
        }
    }
    double ratio = (double)lines < least || lines == 0 ? -1 : 100 * (double)blank / (double)lines;
    return (min == 0 || ratio > min) && ratio <= max;
}

/* spaces to each hundred other bytes; -1: a short line */
static int spaces_of(struct slice line)
{
    size_t spaces = 0;
    if (line.n <= 5)
        return -1;
    for (size_t i = 0; i < line.n; i++)
        spaces += line.p[i] == ' ';
    return spaces > line.n - spaces ? 100 : (int)(100 * spaces / (line.n - spaces));
}

/* (min, max): most spaces in any line, in per cent of the rest; min <= x < max */
static double tvd_vertical_words(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view *body = eval_body_of(c);
    double min = eval_number(args, 0, 0), max = eval_number(args, 1, 0);
    int most = -1;
    (void)prepared;
    for (size_t i = 0; i < body->n; i++)
        most = spaces_of(body->v[i]) > most ? spaces_of(body->v[i]) : most;
    return most >= min && (max >= 100 || most < max);
}

/* ---- signatures */

struct signature {
    bool has_text; /* there is a part of plain text */
    double body, signature;
};

/* "--", maybe a space, maybe CR */
static bool is_delimiter(struct slice line)
{
    line = text_chomp(line);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return slice_eq(line, SLICE("--")) || slice_eq(line, SLICE("-- "));
}

/* The last delimiter counts, but one with less than five bytes behind it. */
static void split(struct signature *s, struct slice text)
{
    struct slice rest = text, line;
    s->body = (double)text.n;
    while (slice_line(&rest, &line)) {
        size_t from = (size_t)(line.p - text.p), end = from + text_chomp(line).n;
        if (line.p[0] != '-' || !is_delimiter(line) || text.n - end <= 4)
            continue;
        s->body = (double)from;
        s->signature = (double)(text.n - end);
    }
}

static const struct signature *signature_of(struct check *c)
{
    if (c->state[CHECK_BODY])
        return c->state[CHECK_BODY];
    struct signature *s = c->state[CHECK_BODY] = ARENA_NEW(c->m->arena, struct signature);
    view_parts_foreach(p, views_tree(&c->views))
    {
        if (!slice_starts(p->type, SLICE("text/plain")))
            continue;
        split(s, view_part_decoded(c->m->arena, p));
        s->has_text = true;
        break;
    }
    return s;
}

/* min <= value <= max; without a second argument there is no max */
static bool in_range(double value, const struct eval_args *args)
{
    return value >= eval_number(args, 0, 0) && (args->n < 2 || value <= eval_number(args, 1, 0));
}

/* (min, max): bytes before the signature */
static double plaintext_body_length(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct signature *s = signature_of(c);
    (void)prepared;
    return s->has_text && in_range(s->body, args);
}

static double plaintext_sig_length(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct signature *s = signature_of(c);
    (void)prepared;
    return s->has_text && in_range(s->signature, args);
}

/* (min, max): the body's length to the signature's, a million without one */
static double plaintext_body_sig_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct signature *s = signature_of(c);
    (void)prepared;
    return s->has_text && in_range(s->signature > 0 ? s->body / s->signature : 1e6, args);
}

static const struct eval_function body_rows[] = {
    { "check_blank_line_ratio", "BodyEval", 0, 2, 3, NULL, check_blank_line_ratio, NULL },
    { "check_body_length", "BodyEval", 0, 1, 1, NULL, check_body_length, NULL },
    { "plaintext_body_length", "BodyEval", 0, 1, 2, NULL, plaintext_body_length, NULL },
    { "plaintext_body_sig_ratio", "BodyEval", 0, 1, 2, NULL, plaintext_body_sig_ratio, NULL },
    { "plaintext_sig_length", "BodyEval", 0, 1, 2, NULL, plaintext_sig_length, NULL },
    { "tvd_vertical_words", "BodyEval", 0, 2, 2, NULL, tvd_vertical_words, NULL },
};
EVAL_FAMILY(eval_body, "BodyEval", body_rows);
