/* mime-type.c - what a part's header fields say of it; see mime-type.h
 * Where a field is repeated the first one counts, as for most mail clients; where a parameter is, the first
 * as well. A type that is none (no subtype) reads as text/plain (RFC 2045 5.2), except `multipart` with a
 * boundary, which enough readers take as multipart/mixed.
 *
 * Flags are precise: a field or boundary repeated with the same meaning is no ambiguity. RFC 2045 5, 6,
 * RFC 2046 5.1, RFC 2183. */
#include "config.h"
#include "message/mime-type.h"

#include "message/mime-odd.h"

struct fields {
    const struct header *type, *encoding, *disposition;
    bool any; /* a Content- field at all */
};

static bool name_is(const struct header *h, struct slice name)
{
    return slice_ieq(h->name, name);
}

/* ---- the type */

static struct slice param_or_empty(const struct param_value *v, struct slice name)
{
    const struct param *p = param_find(v, name);
    return p ? slice_trim(p->value) : slice_of(NULL, 0);
}

/* as bytes: nobody decodes encoded words in a boundary */
static struct slice boundary_of(const struct param_value *v)
{
    const struct param *p = param_find(v, SLICE("boundary"));
    return p ? slice_trim(p->bytes) : slice_of(NULL, 0);
}

static bool same_types(const struct param_value *x, const struct param_value *y)
{
    return slice_eq(x->value, y->value) && slice_eq(boundary_of(x), boundary_of(y)) &&
           slice_ieq(param_or_empty(x, SLICE("charset")), param_or_empty(y, SLICE("charset"))) &&
           slice_eq(param_or_empty(x, SLICE("name")), param_or_empty(y, SLICE("name")));
}

static bool has_subtype(struct slice type)
{
    ptrdiff_t at = slice_chr(type, '/');
    return at > 0 && (size_t)at + 1 < type.n;
}

/* "multi(x)part/mixed": some readers drop the comment and join what is around it. */
static bool comment_inside(struct slice given)
{
    size_t last = given.n;
    if (given.n && given.p[0] == '(')
        return true;
    while (last > 0 && given.p[last - 1] != ')')
        last--;
    return last > 0 && slice_chr(given, '(') >= 0 && slice_trim(slice_from(given, last)).n;
}

/* text: the field, unfolded */
static void read_type(struct mime_part *p, struct arena *a, struct slice text)
{
    struct slice rest = text;
    slice_cut(&rest, ';', &p->type_given);
    p->type_given = slice_trim(p->type_given);
    param_parse(&p->type_params, a, text);
    struct slice type = p->type_params.value;
    bool bare = slice_eq(type, SLICE("multipart")) || slice_eq(type, SLICE("multipart/"));
    bool bounded = param_find(&p->type_params, SLICE("boundary")) != NULL;
    p->type = bare && bounded ? SLICE("multipart/mixed") : has_subtype(type) ? type : SLICE("text/plain");
    if (bounded && !slice_starts(type, SLICE("multipart/")) && mime_odd_multipart(p->type_given))
        p->flags |= MIME_ODD_SYNTAX | MIME_BOUNDARY_ELSEWHERE;
    if (p->type_params.flags & PARAM_CONTROL)
        p->flags |= MIME_CONTROL;
    if ((p->type_params.flags & PARAM_COMMENT) || comment_inside(p->type_given))
        p->flags |= MIME_ODD_COMMENT;
    if (p->type_params.flags & (PARAM_BAD_QUOTE | PARAM_NO_SEMICOLON | PARAM_BAD_VALUE | PARAM_CONTROL |
                                PARAM_TRUNCATED | PARAM_NO_SUBTYPE | PARAM_GAP | PARAM_DUPLICATE))
        p->flags |= MIME_ODD_SYNTAX;
}

/* ---- the boundary */

/* Position behind "boundary" where the text names a parameter of that name from `from` on: "boundary=",
 * "boundary =", "boundary*0=". SLICE_NONE if there is none. */
static ptrdiff_t boundary_named(struct slice text, size_t from)
{
    static const struct slice word = SLICE_INIT("boundary");
    for (size_t i = from; i + word.n < text.n; i++) {
        if (ascii_lower(text.p[i]) != 'b' || !slice_istarts(slice_from(text, i), word))
            continue;
        if (i > 0 && (ascii_alnum(text.p[i - 1]) || text.p[i - 1] == '-'))
            continue;
        size_t at = i + word.n;
        while (at < text.n && ascii_space(text.p[at]))
            at++;
        if (at < text.n && (text.p[at] == '=' || text.p[at] == '*'))
            return (ptrdiff_t)at;
    }
    return SLICE_NONE;
}

static bool boundary_in_2231(struct slice text)
{
    ptrdiff_t at = boundary_named(text, 0);
    while (at >= 0 && text.p[at] == '=')
        at = boundary_named(text, (size_t)at);
    return at >= 0;
}

/* text: the field, unfolded, as it was given to param_parse */
static void read_boundary(struct mime_part *p, const struct header *h, struct slice text)
{
    const struct param *first = NULL;
    for (const struct param *q = p->type_params.params; q; q = q->next) {
        if (!slice_eq(q->name, SLICE("boundary")))
            continue;
        if (first == NULL)
            first = q;
        if (mime_odd_boundary(q, text) || !slice_eq(slice_trim(q->bytes), slice_trim(first->bytes)))
            p->flags |= MIME_SEVERAL_BOUNDARIES;
    }
    if ((p->type_params.flags & PARAM_BARE_NAME) && mime_odd_bare_boundary(text))
        p->flags |= MIME_SEVERAL_BOUNDARIES;
    if (first == NULL)
        return;
    p->boundary = slice_trim(first->bytes);
    /* the blank may be a fold's, which readers drop or keep, with the line end or without */
    if (slice_chr(h->value, '\n') >= 0 &&
        (slice_chr(p->boundary, ' ') >= 0 || slice_chr(p->boundary, '\t') >= 0))
        p->flags |= MIME_SEVERAL_BOUNDARIES;
    bool unread = p->type_params.flags & PARAM_TRUNCATED; /* others may find one there */
    if (unread || ((p->type_params.flags & PARAM_RFC2231) && boundary_in_2231(h->value)))
        p->flags |= MIME_SEVERAL_BOUNDARIES;
}

/* A boundary in another Content- field is for readers that take every field alike. */
static void boundary_elsewhere(struct mime_part *p, struct arena *a, const struct header *h)
{
    if (name_is(h, SLICE("content-description")) || boundary_named(h->value, 0) < 0)
        return;
    struct param_value other = { .params = NULL };
    param_parse(&other, a, header_unfold(a, h->value));
    struct slice boundary = boundary_of(&other);
    if (boundary.n && !slice_eq(boundary, p->boundary))
        p->flags |= MIME_BOUNDARY_ELSEWHERE;
}

/* ---- encoding, name */

static enum transfer_encoding encoding_of(struct mime_part *p, struct arena *a, const struct header *h)
{
    struct param_value v = { .params = NULL };
    param_parse(&v, a, header_unfold(a, h->value));
    if (v.flags & PARAM_COMMENT)
        p->flags |= MIME_ODD_COMMENT;
    if (v.flags & PARAM_CONTROL)
        p->flags |= MIME_CONTROL;
    enum transfer_encoding encoding = transfer_by_name(v.value);
    if (encoding != TRANSFER_IDENTITY && !slice_ieq(slice_trim(h->value), v.value))
        p->flags |= MIME_UNKNOWN_ENCODING; /* with more beside it: none for some readers */
    return encoding;
}

static void read_encoding(struct mime_part *p, struct arena *a, const struct header *h)
{
    if (h == NULL)
        return;
    p->encoding = encoding_of(p, a, h);
    if (p->encoding == TRANSFER_UNKNOWN)
        p->flags |= MIME_UNKNOWN_ENCODING;
}

static void read_name(struct mime_part *p, struct arena *a, const struct header *h)
{
    p->name = param_or_empty(&p->type_params, SLICE("name"));
    if (h == NULL)
        return;
    struct param_value v = { .params = NULL };
    param_parse(&v, a, header_unfold(a, h->value));
    p->disposition = v.value;
    struct slice name = param_or_empty(&v, SLICE("filename"));
    if (name.n)
        p->name = name;
}

/* ---- all fields */

static struct fields first_fields(const struct header_block *b)
{
    struct fields f = { .any = false };
    for (size_t i = 0; i < b->n; i++) {
        const struct header *h = &b->v[i];
        if (!slice_istarts(h->name, SLICE("content-")))
            continue;
        f.any = true;
        if (f.type == NULL && name_is(h, SLICE("content-type")))
            f.type = h;
        else if (f.encoding == NULL && name_is(h, SLICE("content-transfer-encoding")))
            f.encoding = h;
        else if (f.disposition == NULL && name_is(h, SLICE("content-disposition")))
            f.disposition = h;
    }
    return f;
}

static void compare_type(struct mime_part *p, struct arena *a, const struct header *h)
{
    struct param_value other = { .params = NULL };
    if (p->flags & MIME_SEVERAL_TYPES)
        return;
    param_parse(&other, a, header_unfold(a, h->value));
    if (!same_types(&p->type_params, &other))
        p->flags |= MIME_SEVERAL_TYPES;
}

static void compare_encoding(struct mime_part *p, struct arena *a, const struct header *h)
{
    if (!(p->flags & MIME_SEVERAL_ENCODINGS) && encoding_of(p, a, h) != p->encoding)
        p->flags |= MIME_SEVERAL_ENCODINGS;
}

/* Repeated fields, and boundaries where they do not belong. */
static void compare_fields(struct mime_part *p, struct arena *a, const struct fields *f)
{
    for (size_t i = 0; i < p->headers.n; i++) {
        const struct header *h = &p->headers.v[i];
        if (!slice_istarts(h->name, SLICE("content-")))
            continue;
        if (name_is(h, SLICE("content-type"))) {
            if (h != f->type)
                compare_type(p, a, h);
            continue;
        }
        if (h != f->encoding && name_is(h, SLICE("content-transfer-encoding")))
            compare_encoding(p, a, h);
        if (!(p->flags & MIME_BOUNDARY_ELSEWHERE))
            boundary_elsewhere(p, a, h);
    }
}

bool mime_type_is_multipart(const struct mime_part *p)
{
    return slice_starts(p->type, SLICE("multipart/"));
}

static bool is_encoded(const struct mime_part *p)
{
    return p->encoding != TRANSFER_IDENTITY && p->encoding != TRANSFER_UNKNOWN;
}

/* Any message/... but those that are known to be something else: readers open message/news and names that
 * nobody registered as message/rfc822. */
static bool encloses_message(const struct mime_part *p)
{
    static const struct slice others[] = {
        SLICE_INIT("partial"),         SLICE_INIT("external-body"),
        SLICE_INIT("delivery-status"), SLICE_INIT("disposition-notification"),
        SLICE_INIT("feedback-report"), SLICE_INIT("global-delivery-status"),
        SLICE_INIT("tracking-status"), SLICE_INIT("global-disposition-notification"),
    };
    if (!slice_starts(p->type, SLICE("message/")))
        return false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (slice_eq(slice_from(p->type, 8), others[i]))
            return false;
    return true;
}

bool mime_type_is_message(const struct mime_part *p)
{
    return encloses_message(p) && !is_encoded(p);
}

void mime_type_read(struct mime_part *p, struct arena *a, struct slice fallback)
{
    struct fields f = first_fields(&p->headers);
    p->type = fallback;
    if (!f.any)
        return;
    if (f.type) {
        struct slice text = header_unfold(a, f.type->value);
        read_type(p, a, text);
        read_boundary(p, f.type, text);
    }
    read_encoding(p, a, f.encoding);
    read_name(p, a, f.disposition);
    compare_fields(p, a, &f);
    if ((mime_type_is_multipart(p) || encloses_message(p)) && is_encoded(p))
        p->flags |= MIME_ENCODED_MULTIPART;
    if (mime_type_is_multipart(p) && p->boundary.n == 0)
        p->flags |= MIME_NO_BOUNDARY;
    if (slice_eq(p->type, SLICE("message/partial")))
        p->flags |= MIME_PARTIAL;
    if (slice_eq(p->type, SLICE("message/external-body")))
        p->flags |= MIME_EXTERNAL;
    p->charset = param_or_empty(&p->type_params, SLICE("charset"));
}
