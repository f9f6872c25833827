/* report-table.c - the list of what hit, the preview of the text, the whole report; see report.h
 * Two lists: the short one of X-Spam-Report (lines begin with "* "), the one with columns of the report. */
#include "config.h"
#include "scoring/report.h"

#include <stdio.h>
#include "scoring/report-wrap.h"
#include "scoring/rule.h"

#define SUMMARY_INDENT 28
#define LOG_LINE 48       /* bytes of what a function said that go into one line */
#define LOG_LINE_MIN 30   /* broken at white space no earlier than here */
#define LOG_LINE_SHORT 47 /* more is set to the right */
#define LOG_COLUMNS 78
#define LOGS_MAX 50 /* of one rule */
#define PREVIEW_MAX 200
#define PREVIEW_PIECES 3
#define PREVIEW_COLUMNS 75
#define PREVIEW_TITLE SLICE("Content preview:  ")

struct line {
    char score[32];
    struct slice name, area, describe;
};

/* ---- the list of hits */

static struct slice area_of(const struct rule *rule)
{
    enum rule_type type = rule == NULL ? RULE_NONE : rule->test.type;
    if (type == RULE_URI_DETAIL || (type == RULE_MIMEHEADER && rule->test.negated))
        return SLICE("BODY: "); /* functions of the body, there */
    if (type == RULE_EVAL)
        type = rule->test.eval_of == RULE_FULL ? RULE_NONE : rule->test.eval_of;
    switch (type) {
    case RULE_BODY: return SLICE("BODY: ");
    case RULE_URI: return SLICE("URI: ");
    case RULE_RAWBODY: return SLICE("RAW: ");
    case RULE_FULL: return SLICE("FULL: ");
    default: return SLICE("");
    }
}

static void fill_line(struct line *l, const struct report_hit *h)
{
    bool wide = h->score >= 10 || h->score <= -10;
    snprintf(l->score, sizeof(l->score), wide ? "%4.0f" : "%4.1f", h->score);
    l->name = h->name;
    l->area = area_of(h->rule);
    l->describe = h->rule && h->rule->describe && *h->rule->describe ? slice_str(h->rule->describe)
                                                                     : SLICE("No description available.");
}

static void put_blanks(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_add_char(out, ' ');
}

/* The description, wrapped; `before` columns of its first line are taken. */
static void put_description(struct report *r, struct buf *out, const struct line *l, size_t before,
                            struct slice prefix)
{
    struct buf first, wrapped;
    size_t columns = before + l->name.n + strlen(l->score) + l->area.n;
    buf_init(&first, columns + 1);
    buf_init(&wrapped, REPORT_TEXT_MAX);
    put_blanks(&first, columns);
    const struct report_wrap w = { .first = buf_slice(&first), .prefix = prefix, .width = r->s->wrap_width };
    report_wrap(&wrapped, l->describe, &w);
    struct slice text = buf_slice(&wrapped);
    while (text.n && report_blank(text.p[0]))
        text = slice_from(text, 1);
    buf_add_slice(out, text);
    buf_deinit(&wrapped);
    buf_deinit(&first);
}

/* Takes the next line off what a function said: up to 48 bytes where white space follows, not below 30. */
static struct slice log_line(struct slice *rest)
{
    size_t limit = rest->n < LOG_LINE + 1 ? rest->n : LOG_LINE + 1;
    ptrdiff_t end = slice_chr(slice_sub(*rest, 0, limit), '\n');
    for (size_t i = end < 0 ? limit : (size_t)end + 1; i > LOG_LINE_MIN; i--)
        if (report_blank(rest->p[i - 1])) {
            struct slice line = slice_sub(*rest, 0, i - 1);
            *rest = slice_from(*rest, i);
            return line;
        }
    struct slice line = *rest;
    *rest = slice_of(NULL, 0);
    return line;
}

static void put_log(struct slice text, struct buf *terse, struct buf *columns)
{
    bool more = true;
    while (more) {
        struct slice line = log_line(&text);
        more = text.p != NULL;
        buf_printf(terse, "[%.*s]\n", SLICE_ARG(line));
        put_blanks(columns, line.n <= LOG_LINE_SHORT   ? SUMMARY_INDENT
                            : line.n + 2 < LOG_COLUMNS ? LOG_COLUMNS - 2 - line.n
                                                       : 0);
        buf_printf(columns, "[%.*s]\n", SLICE_ARG(line));
    }
}

static void put_logs(struct report *r, const struct rule *rule, struct buf *terse, struct buf *columns)
{
    unsigned n = 0;
    const struct check_log *first = r->check ? r->check->logs : NULL;
    for (const struct check_log *l = first; rule && l && n < LOGS_MAX; l = l->next)
        if (l->rule == rule && n++ < LOGS_MAX)
            put_log(l->text, terse, columns);
}

static void put_hit(struct report *r, const struct report_hit *h, struct buf *table, struct buf *summary)
{
    struct line l;
    struct buf terse, columns, indent;
    fill_line(&l, h);
    buf_init(&terse, REPORT_TEXT_MAX);
    buf_init(&columns, REPORT_TEXT_MAX);
    buf_init(&indent, SUMMARY_INDENT + 1);
    put_blanks(&indent, SUMMARY_INDENT);
    put_logs(r, h->rule, &terse, &columns);
    buf_printf(table, "* %s %.*s %.*s", l.score, SLICE_ARG(l.name), SLICE_ARG(l.area));
    put_description(r, table, &l, 4, SLICE("*      "));
    buf_printf(table, "\n%s%s", terse.n ? "*      " : "", terse.n ? terse.p : "");
    buf_printf(summary, "%s %-22.*s %.*s", l.score, SLICE_ARG(l.name), SLICE_ARG(l.area));
    put_description(r, summary, &l, 3, buf_slice(&indent));
    buf_printf(summary, "\n%s", columns.n ? columns.p : "");
    buf_deinit(&indent);
    buf_deinit(&columns);
    buf_deinit(&terse);
}

void report_tables(struct report *r)
{
    struct buf table, summary;
    if (r->table.p)
        return;
    buf_init_in(&table, r->a, REPORT_TEXT_MAX);
    buf_init_in(&summary, r->a, REPORT_TEXT_MAX);
    for (size_t i = 0; i < r->n_hits && !summary.full; i++)
        put_hit(r, &r->hits[i], &table, &summary);
    r->table = table.n ? buf_slice(&table) : SLICE("");
    r->summary = summary.n ? buf_slice(&summary) : SLICE("");
}

/* ---- the preview: the first words of the text, without what says nothing */

/* Each line is cut to 200 bytes. */
static void cut_lines(struct buf *out, struct slice text)
{
    struct slice line;
    while (slice_line(&text, &line)) {
        bool ended = line.p[line.n - 1] == '\n';
        line.n -= ended;
        buf_add_slice(out, slice_sub(line, 0, PREVIEW_MAX));
        if (line.n > PREVIEW_MAX)
            buf_add_str(out, " [...]");
        if (ended)
            buf_add_char(out, '\n');
    }
}

/* Takes out each `what`, and with to_end what follows it in its line. */
static void take_out(struct buf *out, struct slice text, struct slice what, bool to_end)
{
    ptrdiff_t at;
    while ((at = slice_find(text, what)) >= 0) {
        buf_add_slice(out, slice_sub(text, 0, (size_t)at));
        text = slice_from(text, (size_t)at + what.n);
        ptrdiff_t end = slice_chr(text, '\n');
        if (to_end)
            text = slice_from(text, end < 0 ? text.n : (size_t)end);
    }
    buf_add_slice(out, text);
}

static bool rules_off(char c)
{
    return c == '-' || c == '_' || c == '*' || c == '.';
}

/* Lines drawn with characters go, white space becomes one blank. */
static void tidy(struct buf *out, struct slice text)
{
    struct buf drawn;
    buf_init(&drawn, text.n + 1);
    for (size_t i = 0, n; i < text.n; i += n) {
        for (n = 0; i + n < text.n && rules_off(text.p[i + n]); n++)
            continue;
        if (n < 10)
            buf_add(&drawn, text.p + i, n ? n : 1);
        n = n ? n : 1;
    }
    for (size_t i = 0; i < drawn.n; i++)
        if (!report_blank(drawn.p[i]))
            buf_add_char(out, drawn.p[i]);
        else if (i == 0 || !report_blank(drawn.p[i - 1]))
            buf_add_char(out, ' ');
    buf_deinit(&drawn);
}

static void collect(struct report *r, struct buf *out)
{
    const struct view *body = views_body(r->views);
    for (size_t i = 1; i < body->n && i <= PREVIEW_PIECES && out->n < PREVIEW_MAX; i++)
        buf_add_slice(out, body->v[i]);
}

void report_preview(struct report *r, struct buf *out)
{
    const struct report_wrap w = {
        .first = PREVIEW_TITLE, .prefix = SLICE("  "), .width = PREVIEW_COLUMNS, .over = true
    };
    struct buf a, b;
    buf_init(&a, REPORT_TEXT_MAX);
    buf_init(&b, REPORT_TEXT_MAX);
    collect(r, &a);
    cut_lines(&b, buf_slice(&a));
    if (b.n == 0 || b.p[b.n - 1] != '\n')
        buf_add_char(&b, '\n');
    buf_reset(&a);
    take_out(&a, buf_slice(&b), SLICE("-----Original Message-----"), true);
    buf_reset(&b);
    take_out(&b, buf_slice(&a), SLICE("This is a multi-part message in MIME format."), false);
    buf_reset(&a);
    tidy(&a, buf_slice(&b));
    buf_reset(&b);
    report_wrap(&b, buf_slice(&a), &w);
    struct slice text = slice_from(buf_slice(&b), PREVIEW_TITLE.n);
    while (text.n && report_blank(text.p[0]))
        text = slice_from(text, 1);
    buf_add_slice(out, text);
    buf_deinit(&b);
    buf_deinit(&a);
}

void report_text(struct report *r, struct buf *out)
{
    size_t begin = out->n;
    report_fill(r, out, r->s->report.n ? r->s->report : SLICE("(no report template found)"));
    while (out->n > begin && out->p[out->n - 1] == '\n')
        out->p[--out->n] = 0;
    buf_add_str(out, "\n\n");
}
