/* view-multipart.c - a multipart as SpamAssassin splits it; see view-parse.h
 * A boundary is a line of `--B`, optionally `--`, and white space. Text before the first is dropped; without
 * any all is one part. Fields of a part that no line of another kind follows are lost. A part that has the
 * boundary of its parent reaches over the parent's boundaries up to the next closing one. */
#include "config.h"
#include "scoring/view-parse.h"

#include "scoring/view-decode.h"

#define PARTS_MAX 1000
#define LINE_MAX_BYTES 2048
#define NOT_FOUND SIZE_MAX

struct splitter {
    struct view_parser *p;
    const struct view_job *job;
    struct slice text, needle; /* LF, two hyphens, boundary */
    size_t boundary, behind;   /* the boundary line that ends the part at work, and where it ends */
    bool closing;
};

/* ---- boundaries */

static bool only_space(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!view_space(s.p[i]))
            return false;
    return true;
}

/* Whether the line at `at` is a boundary; then it is the current one. */
static bool is_boundary(struct splitter *s, size_t at)
{
    struct slice rest = slice_from(s->text, at), line, mark = slice_from(s->needle, 1);
    if (!slice_starts(rest, mark) || !slice_line(&rest, &line))
        return false;
    struct slice tail = slice_from(line, mark.n);
    bool closing = slice_starts(tail, SLICE("--"));
    if (!only_space(closing ? slice_from(tail, 2) : tail))
        return false;
    s->boundary = at;
    s->behind = at + line.n;
    s->closing = closing;
    return true;
}

/* The first boundary line at or behind `from`, which begins a line. */
static bool find_boundary(struct splitter *s, size_t from)
{
    bool found = is_boundary(s, from);
    while (!found && from < s->text.n) {
        ptrdiff_t at = slice_find(slice_from(s->text, from), s->needle);
        if (at < 0)
            break;
        from += (size_t)at + 1;
        found = is_boundary(s, from);
    }
    if (!found)
        s->boundary = s->behind = NOT_FOUND;
    return found;
}

static bool find_kind(struct splitter *s, size_t from, bool closing)
{
    while (find_boundary(s, from))
        if (s->closing == closing)
            return true;
        else
            from = s->behind;
    return false;
}

/* ---- a part's fields */

/* The line at *at (within `end`) as its parent's level broke it; *at moves on. */
static struct slice next_line(const struct splitter *s, size_t *at, size_t end)
{
    struct slice rest = slice_sub(s->text, *at, end - *at), line;
    if (!slice_line(&rest, &line))
        return SLICE("");
    if (s->job->source.splits && line.n > LINE_MAX_BYTES)
        line.n = LINE_MAX_BYTES;
    *at += line.n;
    return line;
}

/* "Name: value" with the white space behind the colon gone */
static void add_field(const struct splitter *s, struct view_part *part, struct slice text)
{
    ptrdiff_t colon = slice_chr(text, ':');
    struct slice value = slice_from(text, (size_t)colon + 1);
    while (value.n && view_space(value.p[0]))
        value = slice_from(value, 1);
    bool lf = value.n && value.p[value.n - 1] == '\n';
    value.n -= lf;
    if (s->job->source.crlf) {
        if (lf && value.n && value.p[value.n - 1] == '\r')
            value.n--;
        value = view_lf(s->p->a, value);
    }
    view_parse_field(s->p, part, slice_sub(text, 0, (size_t)colon), value, !lf);
}

/* \r?$, behind the CR that belongs to the line end */
static bool is_blank(const struct splitter *s, struct slice line)
{
    size_t returns = s->job->source.crlf ? 2 : 1;
    line.n -= line.n && line.p[line.n - 1] == '\n';
    while (line.n && returns-- && line.p[line.n - 1] == '\r')
        line.n--;
    return line.n == 0;
}

/* Reads fields from `from`; where the body begins, NOT_FOUND when `end` came before. */
static size_t read_fields(const struct splitter *s, struct view_part *part, size_t from, size_t end)
{
    size_t begin = NOT_FOUND, at = from;
    while (at < end) {
        size_t here = at;
        struct slice line = next_line(s, &at, end);
        bool field = view_is_field(line, true);
        if (!field && begin != NOT_FOUND && (line.p[0] == ' ' || line.p[0] == '\t'))
            continue;
        if (begin != NOT_FOUND)
            add_field(s, part, slice_sub(s->text, begin, here - begin));
        if (!field && is_blank(s, line))
            return at;
        if (!field) {
            s->p->tree->flags |= VIEW_PART_SEPARATOR;
            return here;
        }
        begin = here;
    }
    return NOT_FOUND;
}

static size_t last_line(struct slice text, size_t from, size_t end)
{
    size_t at = end;
    while (at > from && (at == end || text.p[at - 1] != '\n'))
        at--;
    return at;
}

/* ---- parts */

/* The body of a part that reaches up to `end`; without the LF that belongs to the boundary. */
static void set_body(struct splitter *s, struct view_source *source, size_t from, size_t end)
{
    struct slice body = slice_of(NULL, 0);
    if (from < end)
        body = slice_sub(s->text, from, end - from);
    if (s->boundary != NOT_FOUND && body.n && body.p[body.n - 1] == '\n') {
        body.n--;
        if (s->job->source.crlf && body.n && body.p[body.n - 1] == '\r')
            body.n--;
    }
    source->text = body;
    source->crlf = s->job->source.crlf;
    source->splits = s->job->source.splits + 1;
}

static bool same_boundary(const struct splitter *s, const struct view_type *type)
{
    return type->has_boundary && slice_eq(type->boundary, slice_from(s->needle, 3));
}

static void queue_part(struct splitter *s, struct view_job *new)
{
    struct view_part *part = new->part;
    view_parse_type(s->p, part, &new->type);
    part->type = new->type.type;
    if (new->type.missing && slice_eq(s->job->part->type, SLICE("multipart/digest")))
        part->type = SLICE("message/rfc822");
    new->boundary = new->type.boundary;
    if (new->boundary.n == 0 || slice_eq(new->boundary, SLICE("0")))
        new->boundary = s->job->boundary;
    new->has_boundary = true;
    new->left = s->job->left - 1;
    view_parse_later(s->p, new);
}

/* One part from `from` (which is not the end unless a boundary is there). in_body: it has no fields. */
static void read_part(struct splitter *s, size_t from, bool in_body)
{
    struct view_job new = { .part = view_parse_part(s->p, s->job->part) };
    struct view_type type;
    size_t end = find_boundary(s, from) ? s->boundary : s->text.n;
    /* the very last line of the text is never read as a field */
    size_t fields_end = s->boundary == NOT_FOUND ? last_line(s->text, from, end) : end;
    size_t body = in_body ? from : read_fields(s, new.part, from, fields_end);
    if (!in_body && body != NOT_FOUND) {
        view_parse_type(s->p, new.part, &type);
        if (same_boundary(s, &type) && s->boundary != NOT_FOUND &&
            (s->closing || find_kind(s, s->behind, true)))
            find_boundary(s, s->behind);
        end = s->boundary == NOT_FOUND ? s->text.n : s->boundary;
    } else if (!in_body)
        body = fields_end;
    set_body(s, &new.source, body, end);
    queue_part(s, &new);
}

/* Whether a line that is no field follows the boundary. */
static bool no_field_behind(const struct splitter *s)
{
    struct slice rest = slice_from(s->text, s->behind), line;
    return slice_line(&rest, &line) && !view_is_field(line, false);
}

static bool has_epilogue(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!view_space(text.p[i]) && text.p[i] != '.')
            return true;
    return false;
}

/* Whether the closing boundary was reached. */
static bool read_parts(struct splitter *s, size_t from, bool in_body)
{
    for (unsigned n = 0; from < s->text.n; in_body = false) {
        read_part(s, from, in_body);
        if (s->boundary == NOT_FOUND)
            return false;
        if (s->closing) {
            if (has_epilogue(slice_from(s->text, s->behind)))
                s->p->tree->flags |= VIEW_EPILOGUE;
            return true;
        }
        if (no_field_behind(s))
            s->p->tree->flags |= VIEW_MISSING_HEADERS;
        if (++n == PARTS_MAX || s->p->parts > VIEW_PARTS_MAX) {
            s->p->tree->flags |= VIEW_MANY_PARTS;
            return false;
        }
        from = s->behind;
    }
    return false;
}

void view_parse_multipart(struct view_parser *p, const struct view_job *job)
{
    struct splitter s = { .p = p, .job = job, .text = job->source.text };
    s.needle = arena_printf(p->a, "\n--%.*s", SLICE_ARG(job->boundary));
    job->part->leaf = false;
    bool opened = find_kind(&s, 0, false);
    if (opened && no_field_behind(&s))
        p->tree->flags |= VIEW_MISSING_HEADERS;
    bool closed = read_parts(&s, opened ? s.behind : 0, !opened && job->source.blank_first);
    if (opened != closed)
        p->tree->flags |= VIEW_OPEN_BOUNDARY;
}
