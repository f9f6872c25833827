/* report-tokens.c - what tags say of the classifier's tokens; see report-tokens.h */
#include "config.h"
#include "scoring/report-tokens.h"

#include <stdio.h>
#include "scoring/bayes-evidence.h"
#include "scoring/features-settings.h"

#define SHOWN 5
#define TEXT_MAX 80 /* bytes of a token */

/* NULL: no rule asked the classifier. Of a message that it said nothing of, result.known is false. */
static const struct bayes_evidence *evidence_of(struct report *r)
{
    const struct check *c = r->check;
    if (r->evidence || c == NULL || c->bayes_result == NULL)
        return r->evidence;
    struct bayes_evidence *e = ARENA_NEW(r->a, struct bayes_evidence);
    if (c->bayes && c->bayes_result->known) {
        const struct features_options o = features_options_of(c->set, c->scratch);
        bayes_evidence_find(e, c->bayes, c->m, &o, c->set);
    }
    r->evidence = e;
    return e;
}

void report_token_count(struct report *r, struct buf *out, enum report_tokens which)
{
    const struct bayes_evidence *e = evidence_of(r);
    if (e == NULL || (!e->result.known && which <= REPORT_TOKENS_LEARNED))
        return;
    const size_t counts[] = { [REPORT_TOKENS_ALL] = e->tokens,
                              [REPORT_TOKENS_LEARNED] = e->learned,
                              [REPORT_TOKENS_SPAMMY] = e->spammy,
                              [REPORT_TOKENS_HAMMY] = e->hammy };
    buf_printf(out, "%zu", counts[which]);
}

void report_token_summary(struct report *r, struct buf *out)
{
    const struct bayes_evidence *e = evidence_of(r);
    if (e && e->result.known)
        buf_printf(out, "Tokens: new, %zu; hammy, %zu; neutral, %zu; spammy, %zu.", e->tokens - e->learned,
                   e->hammy, e->learned - e->hammy - e->spammy, e->spammy);
    else if (e)
        buf_add_str(out, "Bayes not run.");
}

/* ---- one token */

enum format { SHORT, SHORT_LONG, COMPACT, COMPACT_LONG, MEDIUM, LONG, LONG_LONG, FORMATS };

static const struct slice formats[FORMATS] = {
    [SHORT] = SLICE_INIT("short"),     [SHORT_LONG] = SLICE_INIT("Short"),
    [COMPACT] = SLICE_INIT("compact"), [COMPACT_LONG] = SLICE_INIT("Compact"),
    [MEDIUM] = SLICE_INIT("medium"),   [LONG] = SLICE_INIT("long"),
    [LONG_LONG] = SLICE_INIT("Long"),
};

/* No line ends nor other control characters in a field. */
static void put_text(struct buf *out, struct slice text)
{
    text = slice_sub(text, 0, TEXT_MAX);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        buf_add_char(out, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
}

struct digit {
    char text[12];
};

/* 0 to 9, and + for more */
static struct digit digit(unsigned n)
{
    struct digit d = { "+" };
    if (n <= 9)
        snprintf(d.text, sizeof(d.text), "%u", n);
    return d;
}

static void put_token(struct buf *out, const struct bayes_word *w, enum format format)
{
    const struct bayes_token *t = &w->token;
    const unsigned d = w->distance;
    const double p = t->probability;
    switch (format) {
    case SHORT_LONG: buf_add_str(out, "Token: \""); break;
    case COMPACT: buf_printf(out, "%.3f-%s--", p, digit(d).text); break;
    case COMPACT_LONG:
        buf_printf(out, "Probability %.3f -declassification distance %s (\"+\" means > 9) --token: \"", p,
                   digit(d).text);
        break;
    case MEDIUM: buf_printf(out, "%.3f-%s-%s--", p, digit(d).text, digit(t->spam + t->ham).text); break;
    case LONG: buf_printf(out, "%.3f-%u--%uh-%us--?d--", p, d, t->ham, t->spam); break;
    case LONG_LONG:
        buf_printf(out,
                   "Probability %.3f -declassification distance %u --in %u ham messages -and %u spam "
                   "messages --? days old--token:\"",
                   p, d, t->ham, t->spam);
        break;
    default: break;
    }
    put_text(out, w->text);
    if (format == SHORT_LONG || format == COMPACT_LONG || format == LONG_LONG)
        buf_add_char(out, '"');
}

/* ---- a list */

static bool find_format(struct slice name, enum format *format)
{
    *format = COMPACT;
    if (name.n == 0 || slice_eq(name, SLICE("0")))
        return true;
    for (int i = 0; i < FORMATS; i++)
        if (slice_eq(name, formats[i])) {
            *format = (enum format)i;
            return true;
        }
    return false;
}

static void put_formats(struct buf *out)
{
    buf_add_str(out, "Invalid format, must be one of: ");
    for (int i = 0; i < FORMATS; i++) {
        if (i)
            buf_add_char(out, ',');
        buf_add_slice(out, formats[i]);
    }
}

/* digits at its beginning */
static size_t number_of(struct slice text)
{
    size_t n = 0;
    text = slice_trim(text);
    for (size_t i = 0; i < text.n && ascii_digit(text.p[i]) && n < BAYES_EVIDENCE_MAX; i++)
        n = n * 10 + (size_t)(text.p[i] - '0');
    return n;
}

void report_token_list(struct report *r, struct buf *out, bool spam, struct slice argument)
{
    const struct bayes_evidence *e = evidence_of(r);
    struct slice limit = argument, format_name = SLICE("");
    enum format format;
    ptrdiff_t comma = slice_chr(argument, ',');
    if (comma >= 0) {
        limit = slice_sub(argument, 0, (size_t)comma);
        format_name = slice_from(argument, (size_t)comma + 1);
        comma = slice_chr(format_name, ',');
        format_name = comma < 0 ? format_name : slice_sub(format_name, 0, (size_t)comma);
    }
    if (e == NULL)
        return;
    if (!e->result.known) {
        buf_add_str(out, "Tokens not available.");
        return;
    }
    if (!find_format(format_name, &format)) {
        put_formats(out);
        return;
    }
    bool absent = argument.n == 0 || slice_eq(argument, SLICE("0"));
    size_t most = absent ? SHOWN : number_of(limit), n = spam ? e->n_spam : e->n_ham;
    for (size_t i = 0; i < n && i < most && !out->full; i++) {
        buf_add_str(out, i ? ", " : "");
        put_token(out, spam ? &e->spam[i] : &e->ham[i], format);
    }
}
