/* report-strip.c - a message without the markup; see report.h
 * Spam that was wrapped (report_safe 1, 2) is taken out of its wrapping. Else X-Spam-* fields go, and
 * X-Spam-Prev-* ones take the place of what they were kept for. Marks of old versions go as well: a Subject
 * that begins with the tag that is set today, "SPAM:" lines in front of the body.
 * Input may be anything: what does not look like markup stays. Linear but for the fields to be put back, of
 * which there are at most PREV_MAX. */
#include "config.h"
#include "scoring/report.h"

#include "base/buf.h"
#include "scoring/report-wrap.h"
#include "scoring/rule.h"

#define PREV_MAX 100
#define PREV SLICE("X-Spam-Prev-")

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!report_blank(line.p[i]))
            return false;
    return true;
}

static struct slice skip_blanks(struct slice s)
{
    size_t n = 0;
    while (n < s.n && report_blank(s.p[n]))
        n++;
    return slice_from(s, n);
}

static struct slice without_end_blanks(struct slice s)
{
    while (s.n && report_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* ---- wrapped spam */

/* multipart/mixed with a boundary, as the first parameter; p NULL: it is not */
static struct slice boundary_of(struct slice type)
{
    static const struct slice mixed = SLICE_INIT("multipart/mixed;"), key = SLICE_INIT("boundary");
    struct slice none = { NULL, 0 };
    type = without_end_blanks(skip_blanks(type));
    struct slice rest = skip_blanks(slice_from(type, mixed.n));
    if (!slice_istarts(type, mixed) || rest.n == type.n - mixed.n || !slice_istarts(rest, key))
        return none;
    rest = skip_blanks(slice_from(rest, key.n));
    if (rest.n == 0 || rest.p[0] != '=')
        return none;
    rest = skip_blanks(slice_from(rest, 1));
    if (rest.n && (rest.p[0] == '"' || rest.p[0] == '\''))
        rest = slice_from(rest, 1);
    ptrdiff_t end = slice_chr(rest, ';');
    struct slice value = slice_sub(rest, 0, end < 0 ? rest.n : (size_t)end);
    if (value.n > 1 && (value.p[value.n - 1] == '"' || value.p[value.n - 1] == '\''))
        value.n--;
    return value.n ? value : none;
}

static bool begins_boundary(struct slice line, struct slice boundary)
{
    return slice_starts(line, SLICE("--")) && slice_starts(slice_from(line, 2), boundary);
}

/* The value behind "Name:" and white space; p NULL: another line. */
static struct slice part_field(struct slice line, struct slice name)
{
    struct slice rest = slice_from(line, name.n + 1);
    if (!report_line_is(line, name) || rest.n == 0 || !report_blank(rest.p[0]))
        return slice_of(NULL, 0);
    return without_end_blanks(skip_blanks(rest));
}

static bool is_original(struct slice type, struct slice description)
{
    static const struct slice message = SLICE_INIT("message/rfc822"), text = SLICE_INIT("text/plain");
    struct slice kind = slice_starts(type, message) ? message : text, rest = slice_from(type, kind.n);
    if (slice_starts(type, kind) && rest.n > 1 && rest.p[0] == ';' && report_blank(rest.p[1]))
        return slice_starts(skip_blanks(slice_from(rest, 1)), SLICE("x-spam-type=original"));
    return slice_eq(type, message) && slice_eq(description, SLICE("original message before SpamAssassin"));
}

/* Behind the header of the part that holds the original; false: there is none. */
static bool find_original(struct slice *body, struct slice boundary)
{
    struct slice line, value, type = SLICE(""), description = SLICE("");
    bool in_header = false;
    while (slice_line(body, &line)) {
        bool border = begins_boundary(line, boundary) && slice_chomp(line).n == boundary.n + 2;
        if (!border && !in_header)
            continue;
        in_header = !is_blank(line);
        if (!in_header && is_original(type, description))
            return true;
        if (!in_header)
            type = description = SLICE("");
        if ((value = part_field(line, SLICE("Content-Type"))).p)
            type = value;
        else if ((value = part_field(line, SLICE("Content-Description"))).p)
            description = value;
    }
    return false;
}

/* Up to the next border, without the empty line before it. */
static struct slice up_to_border(struct slice text, struct slice boundary)
{
    struct slice rest = text, line, before = { NULL, 0 };
    size_t n = 0;
    while (slice_line(&rest, &line)) {
        if (begins_boundary(line, boundary))
            return slice_sub(text, 0, before.p && is_blank(before) ? n - before.n : n);
        before = line;
        n += line.n;
    }
    return text;
}

static bool unwrap(struct arena *a, const struct report_halves *h, const struct report_sink *sink)
{
    struct slice *v, body = h->body;
    size_t n = report_header_values(a, h->header, SLICE("Content-Type"), &v);
    struct slice boundary = n ? boundary_of(v[n - 1]) : slice_of(NULL, 0);
    if (boundary.p == NULL || !find_original(&body, boundary))
        return false;
    sink->put(sink->ctx, h->separator);
    sink->put(sink->ctx, up_to_border(body, boundary));
    return true;
}

/* ---- fields */

struct lines {
    struct arena *a;
    struct slice *v; /* with their LF; empty: taken out */
    size_t n;
};

static void take_lines(struct lines *l, struct slice header)
{
    struct slice line;
    size_t cap = 0;
    while (slice_line(&header, &line)) {
        if (l->n == cap) {
            cap = cap ? 2 * cap : 64;
            l->v = arena_grow(l->a, l->v, l->n, cap, sizeof(*l->v));
        }
        if (line.n > 1 && line.p[line.n - 1] == '\n' && line.p[line.n - 2] == '\r')
            line = arena_printf(l->a, "%.*s\n", SLICE_ARG(slice_chomp(line)));
        l->v[l->n++] = line;
    }
}

static bool is_folded(struct slice line)
{
    return line.n && (line.p[0] == ' ' || line.p[0] == '\t') && !is_blank(line);
}

/* behind the field that begins at `at`, and its folded lines */
static size_t field_end(const struct lines *l, size_t at)
{
    size_t end = at + 1;
    while (end < l->n && (l->v[end].n == 0 || is_folded(l->v[end])))
        end++;
    return end;
}

static void clear(struct lines *l, size_t from, size_t to)
{
    while (from < to)
        l->v[from++].n = 0;
}

static bool is_field(struct slice line, struct slice name)
{
    return slice_starts(line, name) && line.n > name.n && line.p[name.n] == ':';
}

static bool has_prev(const struct lines *l, struct slice name)
{
    for (size_t i = 0; i < l->n; i++)
        if (slice_istarts(l->v[i], PREV) && report_line_is(slice_from(l->v[i], PREV.n), name))
            return true;
    return false;
}

/* Versions before 3.0 did not keep the old value. */
static void untag_old(struct lines *l, const struct report_settings *s)
{
    struct slice subject = report_rewritten_names[REWRITE_SUBJECT], tag = s->rewrite[REWRITE_SUBJECT];
    if (tag.p == NULL || has_prev(l, subject))
        return;
    struct slice lead = arena_printf(l->a, "Subject: %.*s ", SLICE_ARG(tag));
    for (size_t i = 0; i < l->n; i++)
        while (slice_starts(l->v[i], lead))
            l->v[i] = arena_printf(l->a, "Subject: %.*s", SLICE_ARG(slice_from(l->v[i], lead.n)));
}

/* "address TAB (comment)" */
static void uncomment_old(struct lines *l, const struct report_settings *s, enum report_rewritten field)
{
    struct slice name = report_rewritten_names[field];
    if (s->rewrite[field].p == NULL || has_prev(l, name))
        return;
    for (size_t i = 0; i < l->n; i++) {
        struct slice text = slice_chomp(l->v[i]);
        if (!is_field(text, name) || text.p[text.n - 1] != ')')
            continue;
        size_t open = text.n;
        while (open && text.p[open - 1] != '(')
            open--;
        if (open > 2 && text.p[open - 2] == '\t')
            l->v[i] = arena_printf(l->a, "%.*s\n", SLICE_ARG(slice_sub(text, 0, open - 2)));
    }
}

static bool says_nonexistent(struct slice line)
{
    static const struct slice lead = SLICE_INIT("X-Spam-Prev-Subject:");
    return slice_starts(line, lead) && slice_eq(slice_trim(slice_from(line, lead.n)), SLICE("(nonexistent)"));
}

/* A Subject that was made for the tag: it goes, and what stands behind it, which we have put there. */
static void remove_made_subject(struct lines *l)
{
    size_t prev = 0, at = 0;
    while (prev < l->n && !says_nonexistent(l->v[prev]))
        prev++;
    for (size_t i = 0; i < l->n; i++)
        if (is_field(l->v[i], SLICE("Subject")) && slice_find(l->v[i], SLICE("(nonexistent)")) >= 0)
            return;
    if (prev == l->n)
        return;
    l->v[prev] = SLICE("\n");
    while (at < l->n && !is_field(l->v[at], SLICE("Subject")))
        at++;
    if (at == l->n)
        return;
    clear(l, at, l->n);
    l->v[at] = SLICE("\n");
}

static struct slice joined(const struct lines *l, size_t from, size_t to)
{
    struct buf b;
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += l->v[i].n;
    buf_init_in(&b, l->a, n + 2);
    for (size_t i = from; i < to; i++)
        buf_add_slice(&b, l->v[i]);
    return buf_slice(&b);
}

static void put_back(struct lines *l, size_t at)
{
    size_t end = field_end(l, at), to = 0;
    struct slice old = slice_from(joined(l, at, end), PREV.n);
    ptrdiff_t colon = slice_chr(old, ':');
    clear(l, at, end);
    if (colon <= 0)
        return;
    struct slice name = slice_sub(old, 0, (size_t)colon);
    while (to < l->n && !is_field(l->v[to], name))
        to++;
    if (to < l->n) {
        clear(l, to, field_end(l, to));
        l->v[to] = old;
        return;
    }
    /* the field itself is gone: its old value goes to the end of the header */
    for (to = 0; to < l->n; to++)
        if (slice_eq(l->v[to], SLICE("\n"))) {
            l->v[to] = arena_printf(l->a, "%.*s\n", SLICE_ARG(old));
            return;
        }
}

static void put_all_back(struct lines *l)
{
    unsigned n = 0;
    for (size_t i = 0; i < l->n && n < PREV_MAX; i++)
        if (slice_starts(l->v[i], PREV)) {
            put_back(l, i);
            n++;
        }
}

static void remove_fields(struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (slice_starts(l->v[i], SLICE("X-Spam-")))
            clear(l, i, slice_starts(l->v[i], PREV) ? i + 1 : field_end(l, i));
}

/* ---- the rest */

static void put_lines(const struct report_sink *sink, struct slice text, bool crlf)
{
    struct slice line;
    while (slice_line(&text, &line)) {
        sink->put(sink->ctx, slice_chomp(line));
        if (line.p[line.n - 1] == '\n')
            sink->put(sink->ctx, crlf ? SLICE("\r\n") : SLICE("\n"));
    }
}

static bool spam_line(struct slice line, bool rule)
{
    return rule ? slice_starts(line, SLICE("SPAM: ----")) && slice_chomp(line).n > 10
                : slice_starts(line, SLICE("SPAM:"));
}

/* Reports of versions before 2.5: "SPAM: ----" lines around others, and an empty line */
static struct slice without_old_report(struct slice body)
{
    for (;;) {
        struct slice rest = body, line;
        if (!slice_line(&rest, &line))
            return body;
        if (slice_chomp(line).n == 0 && !slice_line(&rest, &line))
            return body;
        if (!spam_line(line, true))
            return body;
        bool closed = false;
        while (slice_line(&rest, &line) && spam_line(line, false))
            closed = spam_line(line, true);
        if (!closed || slice_chomp(line).n)
            return body;
        body = rest;
    }
}

void report_strip(struct arena *a, const struct ruleset *set, struct slice raw,
                  const struct report_sink *sink)
{
    struct report_halves h;
    struct lines l = { .a = a };
    report_halve(&h, a, raw);
    if (unwrap(a, &h, sink))
        return;
    take_lines(&l, h.header);
    untag_old(&l, set->report);
    uncomment_old(&l, set->report, REWRITE_FROM);
    uncomment_old(&l, set->report, REWRITE_TO);
    remove_made_subject(&l);
    put_all_back(&l);
    remove_fields(&l);
    sink->put(sink->ctx, h.separator);
    for (size_t i = 0; i < l.n; i++)
        put_lines(sink, l.v[i], h.crlf);
    put_lines(sink, without_old_report(h.body), h.crlf);
}
