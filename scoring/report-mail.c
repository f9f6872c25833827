/* report-mail.c - the message with fields added and Subject, From, To rewritten; see report.h
 * Inbound X-Spam-* go, but for X-Spam-Prev-*, which keep what a rewritten field said before. The added
 * fields come first, below a Return-Path that is the first of all. Quirks that readers of the result know:
 * the old value is kept without its folded lines, and where a Subject had to be made, what is kept of a From
 * or To rewritten with it is called a Subject, too. */
#include "config.h"
#include "scoring/report.h"

#include "base/buf.h"
#include "scoring/report-wrap.h"

struct lines {
    struct arena *a;
    struct slice *v;
    size_t n, cap;
};

static void add_line(struct lines *l, struct slice line)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->v = arena_grow(l->a, l->v, l->n, l->cap, sizeof(*l->v));
    }
    l->v[l->n++] = line;
}

static bool is_folded(struct slice line)
{
    return line.n && (line.p[0] == ' ' || line.p[0] == '\t');
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!report_blank(line.p[i]))
            return false;
    return true;
}

/* Lines of the header but for those that we or others like us have put there. */
static void take_lines(struct lines *l, struct slice header)
{
    struct slice line;
    bool skip = false;
    while (slice_line(&header, &line)) {
        skip = report_line_is_ours(line) || (skip && is_folded(line));
        if (!skip)
            add_line(l, line);
    }
}

static struct slice filled(struct report *r, struct slice text)
{
    struct buf b;
    buf_init_in(&b, r->a, REPORT_TEXT_MAX);
    report_fill(r, &b, text);
    for (size_t i = 0; i < b.n; i++) /* what a sender wrote into a tag must not end the line, for anybody */
        if ((unsigned char)b.p[i] < ' ' && b.p[i] != '\t')
            b.p[i] = ' ';
    return b.n ? buf_slice(&b) : SLICE("");
}

static struct slice trimmed_end(struct slice s)
{
    while (s.n && report_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* "Name: tag rest": a tag that is there already is not set again. */
static struct slice tagged(struct arena *a, struct slice line, struct slice tag)
{
    ptrdiff_t colon = slice_chr(line, ':');
    struct slice rest = slice_from(line, (size_t)colon + 1);
    struct buf b;
    while (is_folded(rest))
        rest = slice_from(rest, 1);
    if (slice_istarts(rest, tag) && rest.n > tag.n && rest.p[tag.n] == ' ')
        rest = slice_from(rest, tag.n + 1);
    buf_init_in(&b, a, line.n + tag.n + 8);
    buf_add_slice(&b, slice_sub(line, 0, (size_t)colon + 1));
    buf_add_char(&b, ' ');
    buf_add_slice(&b, tag);
    buf_add_char(&b, ' ');
    buf_add_slice(&b, rest);
    return buf_slice(&b);
}

/* which of From, To, Subject; REWRITTEN: another line */
static size_t rewritten_field(struct slice line)
{
    size_t i = 0;
    while (i < REWRITTEN && !report_line_is(line, report_rewritten_names[i]))
        i++;
    return i;
}

static void rewrite_line(struct report *r, struct lines *l, size_t at, size_t field, bool created)
{
    struct slice tag = filled(r, r->s->rewrite[field]);
    if (field != REWRITE_SUBJECT)
        tag = arena_printf(r->a, "(%.*s)", SLICE_ARG(tag));
    add_line(l, created ? SLICE("X-Spam-Prev-Subject: (nonexistent)\n")
                        : arena_printf(r->a, "X-Spam-Prev-%.*s", SLICE_ARG(l->v[at])));
    if (r->prefixes.p)
        l->v[at] = tagged(r->a, l->v[at], trimmed_end(filled(r, r->prefixes)));
    l->v[at] = tagged(r->a, l->v[at], tag);
}

static void rewrite_lines(struct report *r, struct lines *l)
{
    struct slice *values;
    bool subject = r->s->rewrite[REWRITE_SUBJECT].p != NULL;
    bool created = subject && report_header_values(r->a, r->halves.header, SLICE("Subject"), &values) == 0;
    if (created)
        add_line(l, SLICE("Subject: \n"));
    for (size_t i = 0; i < l->n; i++) {
        size_t field = rewritten_field(l->v[i]);
        if (field == REWRITTEN || r->s->rewrite[field].p == NULL)
            continue;
        if (r->spam)
            rewrite_line(r, l, i, field, created);
        else if (field == REWRITE_SUBJECT && r->prefixes.p)
            l->v[i] = tagged(r->a, l->v[i], trimmed_end(filled(r, r->prefixes)));
    }
}

/* with the message's line ends */
static void put_text(const struct report *r, const struct report_sink *sink, struct slice text)
{
    struct slice line;
    while (slice_line(&text, &line)) {
        if (!r->halves.crlf || line.p[line.n - 1] != '\n') {
            sink->put(sink->ctx, line);
            continue;
        }
        sink->put(sink->ctx, slice_chomp(line));
        sink->put(sink->ctx, SLICE("\r\n"));
    }
}

static void put_added(struct report *r, const struct report_sink *sink)
{
    struct buf added;
    buf_init_in(&added, r->a, 16 * REPORT_TEXT_MAX);
    report_added_fields(r, &added, r->spam);
    put_text(r, sink, buf_slice(&added));
}

static void plain_mail(struct report *r, const struct report_sink *sink)
{
    struct lines l = { .a = r->a };
    struct slice end = slice_of(NULL, 0);
    size_t i = 0;
    take_lines(&l, r->halves.header);
    if (l.n && is_blank(l.v[l.n - 1]))
        end = l.v[--l.n];
    rewrite_lines(r, &l);
    if (l.n && report_line_is(l.v[0], SLICE("Return-Path")))
        do
            put_text(r, sink, l.v[i++]);
        while (i < l.n && is_folded(l.v[i]));
    put_added(r, sink);
    while (i < l.n)
        put_text(r, sink, l.v[i++]);
    put_text(r, sink, end);
    sink->put(sink->ctx, r->halves.body);
}

void report_mail(struct report *r, const struct report_sink *sink)
{
    sink->put(sink->ctx, r->halves.separator);
    if (r->spam && r->s->safe)
        report_safe_mail(r, sink);
    else
        plain_mail(r, sink);
}
