/* signed.c - CMS: what is signed inside of a signature; see signed.h */
#include "clamglue/signed.h"

enum {
    INTEGER = 0x02,
    OCTETS = 0x04,
    OID = 0x06,
    SEQUENCE = 0x30,
    SET = 0x31,
    EXPLICIT_0 = 0xa0,
    CONSTRUCTED = 0x20
};

struct element {
    unsigned tag;
    struct slice value; /* with an indefinite length: all that follows */
    bool indefinite;
    bool cut; /* it is said to be longer than what there is */
};

/* Takes the head of an element off; value is what it holds. Lengths beyond the end are cut. */
static bool read_head(struct slice *s, struct element *e)
{
    uint64_t n;
    if (s->n < 2)
        return false;
    unsigned length = (unsigned char)s->p[1];
    size_t head = 2;
    e->tag = (unsigned char)s->p[0];
    e->indefinite = length == 0x80;
    if ((e->tag & 0x1f) == 0x1f || length > 0x88)
        return false;
    for (n = length < 0x80 ? length : 0; length > 0x80; length--) {
        if (head == s->n)
            return false;
        n = n << 8 | (unsigned char)s->p[head++];
    }
    *s = slice_from(*s, head);
    e->cut = !e->indefinite && n > s->n;
    e->value = e->indefinite || n > s->n ? *s : slice_sub(*s, 0, (size_t)n);
    return true;
}

static bool at_end_mark(struct slice s)
{
    return s.n >= 2 && s.p[0] == 0 && s.p[1] == 0;
}

/* Skips an element whose head was read. One of indefinite length ends at its mark; what is in it is skipped
 * head by head. */
static bool skip(struct slice *s, const struct element *e)
{
    unsigned open = 1;
    struct element inner;
    if (!e->indefinite) {
        *s = slice_from(*s, e->value.n);
        return true;
    }
    while (open) {
        if (at_end_mark(*s)) {
            *s = slice_from(*s, 2);
            open--;
        } else if (!read_head(s, &inner))
            return false;
        else if (inner.indefinite)
            open++;
        else
            *s = slice_from(*s, inner.value.n);
    }
    return true;
}

/* Steps into the next element, which must have this tag. */
static bool step_into(struct slice *s, unsigned tag, struct element *e)
{
    if (!read_head(s, e) || e->tag != tag)
        return false;
    *s = e->value;
    return true;
}

static bool enter(struct slice *s, unsigned tag)
{
    struct element e;
    return step_into(s, tag, &e);
}

static bool pass(struct slice *s, unsigned tag)
{
    struct element e;
    return read_head(s, &e) && e.tag == tag && skip(s, &e);
}

static bool read_oid(struct slice *s, struct slice *oid)
{
    struct element e;
    if (!read_head(s, &e) || e.tag != OID || e.indefinite)
        return false;
    *oid = e.value;
    return skip(s, &e);
}

/* ---- the way to the content */

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define SMIME "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"

static const struct {
    struct slice oid;
    enum signed_kind kind;
} types[] = {
    { SLICE_INIT(PKCS7 "\x02"), SIGNED_CONTENT },   { SLICE_INIT(PKCS7 "\x03"), SIGNED_ENCRYPTED },
    { SLICE_INIT(PKCS7 "\x04"), SIGNED_ENCRYPTED }, /* signed and enveloped, of old */
    { SLICE_INIT(PKCS7 "\x05"), SIGNED_OTHER },     { SLICE_INIT(PKCS7 "\x06"), SIGNED_ENCRYPTED },
    { SLICE_INIT(SMIME "\x09"), SIGNED_OTHER },     { SLICE_INIT(SMIME "\x17"), SIGNED_ENCRYPTED },
    { SLICE_INIT(SMIME "\x02"), SIGNED_OTHER },
};

/* s: then what is behind the type */
static enum signed_kind read_type(struct slice *s)
{
    struct slice oid;
    if (!enter(s, SEQUENCE) || !read_oid(s, &oid))
        return SIGNED_NOT;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (slice_eq(oid, types[i].oid))
            return types[i].kind;
    return SIGNED_NOT;
}

enum signed_kind signed_kind(struct slice bytes)
{
    return read_type(&bytes);
}

/* ---- the content: a string, or a string of strings */

struct joined {
    struct slice rest; /* of the file */
    struct slice first;
    char *p; /* NULL while there is one piece only */
    size_t n;
    bool broken;
};

static void add_piece(struct joined *j, struct arena *a, struct slice piece)
{
    if (j->first.p == NULL) {
        j->first = piece;
        return;
    }
    if (j->p == NULL) { /* no more than the rest of the file can follow */
        j->p = arena_alloc(a, j->first.n + piece.n + j->rest.n + 1);
        memcpy(j->p, j->first.p, j->first.n);
        j->n = j->first.n;
    }
    memcpy(j->p + j->n, piece.p, piece.n);
    j->n += piece.n;
}

/* Strings one behind the other, some of them made of strings again; ends holds where the outer ones end (from
 * the end of the file), or that they have a mark. */
static void join(struct joined *j, struct arena *a)
{
    struct {
        bool marked;
        size_t rest;
    } ends[SIGNED_NESTING];
    unsigned depth = 0;
    struct element e;
    do {
        while (depth && (ends[depth - 1].marked ? at_end_mark(j->rest) : j->rest.n <= ends[depth - 1].rest)) {
            depth--;
            if (ends[depth].marked)
                j->rest = slice_from(j->rest, 2);
            if (depth == 0)
                return;
        }
        if (!read_head(&j->rest, &e) || (e.tag & ~(unsigned)CONSTRUCTED) != OCTETS) {
            j->broken = true;
            return;
        }
        if (e.tag == OCTETS) {
            j->broken = j->broken || e.indefinite || e.cut;
            add_piece(j, a, e.value);
            j->rest = slice_from(j->rest, e.value.n);
        } else if (depth == SIGNED_NESTING) {
            j->broken = true;
            return;
        } else {
            ends[depth].marked = e.indefinite;
            ends[depth++].rest = j->rest.n - e.value.n;
        }
    } while (depth);
}

bool signed_content(struct slice bytes, struct arena *a, struct slice *content, bool *broken)
{
    struct slice s = bytes, oid, whole = bytes;
    struct element e;
    *broken = false;
    if (read_type(&s) != SIGNED_CONTENT || !read_head(&whole, &e))
        return false;
    *broken = e.cut;
    if (!enter(&s, EXPLICIT_0) || !enter(&s, SEQUENCE) || !pass(&s, INTEGER) || !pass(&s, SET) ||
        !step_into(&s, SEQUENCE, &e) || !read_oid(&s, &oid)) {
        *broken = true;
        return false;
    }
    if (s.n == 0 && e.indefinite) /* its end mark is missing, and maybe more */
        *broken = true;
    if (s.n == 0 || (unsigned char)s.p[0] != EXPLICIT_0)
        return false;
    if (!enter(&s, EXPLICIT_0)) {
        *broken = true;
        return false;
    }
    struct joined j = { .rest = s };
    join(&j, a);
    *broken = *broken || j.broken;
    *content = j.p ? slice_of(j.p, j.n) : j.first;
    return content->n > 0;
}
