/* virus-mail.c - one message: as a whole, leaf by leaf, and where it is not clear piece by piece; see virus.h
 */
#include "config.h"
#include "clamglue/virus-priv.h"

#include <stdio.h>
#include <stdlib.h>
#include "clamglue/data-uri.h"
#include "clamglue/inline.h"
#include "clamglue/loose.h"
#include "clamglue/mail-like.h"
#include "clamglue/reread.h"

#define MBOX_LINE "From tamis\n"

/* where the structure of a mail is not the whole truth */
#define MIME_LOOSE                                                                                           \
    (MIME_AMBIGUOUS | MIME_ODD_SYNTAX | MIME_NO_BOUNDARY | MIME_BOUNDARY_UNSEEN | MIME_BOUNDARY_PREFIX |     \
     MIME_BAD_NESTING | MIME_UNCLOSED | MIME_PREAMBLE | MIME_EPILOGUE | MIME_TRUNCATED | MIME_HEADERS_ODD)

static bool scan_whole(struct virus_scanner *v)
{
    const struct item *m = v->now;
    size_t n = sizeof(MBOX_LINE) - 1;
    char *text = malloc(n + m->bytes.n);
    if (text == NULL) {
        virus_limit(v, "virus_limit_memory", m->where);
        return false;
    }
    memcpy(text, MBOX_LINE, n);
    if (m->bytes.n)
        memcpy(text + n, m->bytes.p, m->bytes.n);
    v->whole = true;
    bool all = virus_scan(v, slice_of(text, n + m->bytes.n), NULL, m->where);
    v->whole = false;
    free(text);
    return all;
}

/* ---- pieces: made in v->temp, scanned, forgotten */

struct piece {
    struct slice bytes, name;
    bool decoded; /* may be a message of its own */
};
typedef bool next_piece_fn(void *state, struct arena *a, struct piece *p);

static bool next_inline(void *state, struct arena *a, struct piece *p)
{
    struct inline_file file;
    if (!inline_next(state, a, &file))
        return false;
    *p = (struct piece){ file.bytes, file.name, true };
    return true;
}

static bool next_uri(void *state, struct arena *a, struct piece *p)
{
    struct data_uri uri;
    if (!data_uri_next(state, a, &uri))
        return false;
    *p = (struct piece){ uri.bytes, slice_of(NULL, 0), true };
    return true;
}

static bool next_loose(void *state, struct arena *a, struct piece *p)
{
    p->name = slice_of(NULL, 0);
    return loose_next(state, a, &p->bytes, &p->decoded);
}

static bool scan_piece(struct virus_scanner *v, next_piece_fn *next, void *state)
{
    struct piece p;
    char where[HIT_WHERE_MAX];
    if (!next(state, &v->temp, &p))
        return false;
    const char *name = p.name.n ? arena_str(&v->temp, slice_sub(p.name, 0, 200)) : NULL;
    snprintf(where, sizeof(where), "%.120s > %.70s", v->where, name ? name : "piece");
    if (p.decoded && mail_like(p.bytes, name))
        virus_add_item(v, p.bytes, true, NULL, where);
    return virus_scan_part(v, p.bytes, name, where);
}

/* The memory of a piece is the message's size at most; what wants more ends the search. */
static void scan_pieces(struct virus_scanner *v, next_piece_fn *next, void *state)
{
    volatile bool more = true;
    while (more) {
        more = false;
        if (ARENA_TRY(&v->temp))
            more = scan_piece(v, next, state);
        else
            virus_limit(v, "virus_limit_memory", v->where);
        arena_reset(&v->temp);
    }
}

static void scan_inline(struct virus_scanner *v, struct slice text)
{
    struct inline_finder f;
    inline_begin(&f, text);
    scan_pieces(v, next_inline, &f);
}

/* The finder's own memory lies in v->work. */
static void scan_uris(struct virus_scanner *v, struct slice text)
{
    struct data_uri_finder f;
    data_uri_begin(&f, &v->work, text);
    scan_pieces(v, next_uri, &f);
}

/* A file in an archive. */
void virus_read_page(struct virus_scanner *v)
{
    scan_uris(v, v->now->bytes);
}

static void scan_loose(struct virus_scanner *v, struct slice text)
{
    struct loose l;
    loose_begin(&l, text);
    scan_pieces(v, next_loose, &l);
    scan_inline(v, text);
}

/* ---- leaves */

/* Of text without the CR of its line ends, and without those at its end: libclamav writes bodies with LF
 * only.
 */
static size_t size_without_cr(struct slice s)
{
    size_t n = 0;
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] != '\r';
    return n;
}

static bool same_without_cr(struct slice a, struct slice b, size_t n)
{
    for (size_t i = 0, j = 0; n--; i++, j++) {
        while (a.p[i] == '\r')
            i++;
        while (b.p[j] == '\r')
            j++;
        if (a.p[i] != b.p[j])
            return false;
    }
    return true;
}

/* The text of a message, which is shown and no file: its line ends make no difference. What has a type that
 * is none is a file for some readers. */
static bool is_body(const struct mime_part *p)
{
    if (p->type_given.n && !slice_ieq(p->type_given, p->type))
        return false;
    return (slice_eq(p->type, SLICE("text/plain")) || slice_eq(p->type, SLICE("text/html"))) &&
           p->name.n == 0 && !slice_eq(p->disposition, SLICE("attachment"));
}

static struct leaf **bucket(struct virus_scanner *v, size_t size)
{
    return &v->by_size[(size ^ size >> 8) % SIZE_BUCKETS];
}

/* Only what the scan of the whole shows is covered by it. Some leaves of the same size are compared, not
 * thousands. */
void virus_cover(struct virus_scanner *v, struct slice bytes)
{
    unsigned tries = 8;
    size_t size = v->whole ? size_without_cr(bytes) : 0;
    if (size == 0)
        return;
    for (struct leaf *l = *bucket(v, size); l && tries; l = l->next_of_size)
        if (l->size == size && !l->covered) {
            tries--;
            l->covered =
                slice_eq(l->bytes, bytes) || (is_body(l->part) && same_without_cr(l->bytes, bytes, size));
            if (l->covered)
                return;
        }
}

static void decode_leaves(struct virus_scanner *v)
{
    const struct mime_tree *tree = v->now->tree;
    v->leaves = arena_array(&v->work, tree->parts, sizeof(v->leaves[0]));
    v->n_leaves = 0;
    memset(v->by_size, 0, sizeof(v->by_size));
    mime_foreach (p, tree) {
        if (p->kind != MIME_LEAF)
            continue;
        struct leaf *l = &v->leaves[v->n_leaves++], **b;
        l->part = p;
        l->bytes = transfer_decode(&v->work, p->body, p->encoding, p->body.n, &l->flags);
        l->size = size_without_cr(l->bytes);
        b = bucket(v, l->size);
        l->next_of_size = *b;
        *b = l;
    }
}

/* "message", "part 3 (a.zip)", "part 3 (a.zip) > b.eml, part 2" */
static void name_place(struct virus_scanner *v, const struct mime_part *p)
{
    const struct item *m = v->now;
    struct slice name = slice_sub(p->name, 0, 60);
    if (p->parent == NULL)
        snprintf(v->where, sizeof(v->where), "%s", m->where);
    else
        snprintf(v->where, sizeof(v->where), "%.100s%spart %u%s%.*s%s", m->depth ? m->where : "",
                 m->depth ? ", " : "", p->index, name.n ? " (" : "", (int)name.n, name.n ? name.p : "",
                 name.n ? ")" : "");
}

static void tell_type(struct virus_scanner *v, const struct leaf *l)
{
    char text[HIT_WHERE_MAX];
    const char *real = type_differs(v->types, l->bytes, l->part->type);
    if (real == NULL)
        return;
    snprintf(text, sizeof(text), "%.100s: %.*s is %.60s", v->where,
             (int)(l->part->type.n < 60 ? l->part->type.n : 60), l->part->type.p, real);
    hits_add(&v->hits, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("type"), text);
}

/* What is decoded by lines may be decoded by other lines. */
static void scan_otherwise(struct virus_scanner *v, const struct leaf *l)
{
    const struct mime_part *p = l->part;
    if (p->encoding == TRANSFER_UUENCODE)
        scan_inline(v, p->body);
    struct slice bytes = l->bytes;
    if (p->encoding == TRANSFER_QP && (l->flags & TRANSFER_BAD_ESCAPE))
        bytes = reread_qp(&v->work, p->body);
    else if (p->encoding == TRANSFER_BASE64 && (l->flags & TRANSFER_BAD_PADDING))
        bytes = reread_base64(&v->work, p->body);
    if (slice_eq(bytes, l->bytes))
        return;
    virus_scan_part(v, bytes, NULL, v->where);
    scan_inline(v, bytes);
}

static void scan_leaf(struct virus_scanner *v, const struct leaf *l, bool trusted)
{
    char *name = arena_str(&v->work, slice_sub(l->part->name, 0, 200));
    name_place(v, l->part);
    if (!(l->covered && trusted) && !virus_scan_part(v, l->bytes, name[0] ? name : NULL, v->where))
        return;
    tell_type(v, l);
    if (l->part->parent && mail_like(l->bytes, name))
        virus_add_item(v, l->bytes, false, NULL, v->where);
    scan_inline(v, l->bytes);
    scan_uris(v, l->bytes);
    scan_otherwise(v, l);
}

/* ---- the mail */

/* Of the message itself message_findings() tells. */
static void tell_flags(struct virus_scanner *v, const struct mime_tree *tree)
{
    unsigned flags = tree->flags;
    if (v->now->depth == 0)
        return;
    mime_foreach (p, tree)
        if (p->headers.flags & HEADER_TRUNCATED)
            flags |= MIME_TRUNCATED;
    if (flags & MIME_AMBIGUOUS)
        hits_class(&v->hits, CLASS_UNCHECKED_AMBIGUOUS, "mime_ambiguous", v->where);
    if (flags & (MIME_PARTIAL | MIME_EXTERNAL))
        hits_class(&v->hits, CLASS_UNCHECKED_PARTIAL, "mime_partial", v->where);
    if (flags & MIME_TRUNCATED)
        hits_class(&v->hits, CLASS_UNCHECKED_LIMIT, "mime_limit", v->where);
}

void virus_read_mail(struct virus_scanner *v)
{
    struct item *m = v->now;
    if (m->tree == NULL) {
        struct mime_tree *tree = ARENA_NEW(&v->work, struct mime_tree);
        mime_parse(tree, &v->work, m->bytes, v->limits);
        m->tree = tree;
    }
    tell_flags(v, m->tree);
    decode_leaves(v);
    bool trusted = scan_whole(v);
    for (size_t i = 0; i < v->n_leaves; i++)
        scan_leaf(v, &v->leaves[i], trusted);
    snprintf(v->where, sizeof(v->where), "%s", m->where);
    if (m->tree->flags & MIME_LOOSE)
        scan_loose(v, m->bytes);
}
