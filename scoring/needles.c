/* needles.c - many short strings, looked for at once; see needles.h
 * A window of three bytes goes over the text. Its hash asks a bitmap of at most 8 KiB, which stays in the
 * first cache, whether any string begins so; then the strings of its bucket are compared, each as one word.
 *
 * Bit 0x20 is set in all bytes of text and strings: upper and lower case are the same then, and a few other
 * bytes as well ("@" and "`"), which costs a look at a pattern now and then. */
#include "config.h"
#include "scoring/needles.h"

#include <endian.h>

#define BITMAP_LEAST 10 /* bits of a hash */
#define BITMAP_MOST 16
#define FOLD 0x2020202020202020u

struct needle {
    uint64_t bytes, mask; /* of bytes: the first in the lowest bits */
    uint32_t owner;
};

struct needles {
    struct arena *a;
    struct needle *v;
    size_t n, cap;
    unsigned bits;    /* of a hash */
    uint64_t *bitmap; /* 1 << bits bits */
    uint32_t *starts; /* of each hash in v, and the end */
};

static uint64_t load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return le64toh(word) | FOLD;
}

static unsigned hash_of(const struct needles *n, uint64_t word)
{
    return (uint32_t)((uint32_t)word << 8) * 0x9e3779b1u >> (32 - n->bits);
}

/* ---- making */

struct needles *needles_new(struct arena *a)
{
    struct needles *n = ARENA_NEW(a, struct needles);
    n->a = a;
    return n;
}

static void add(struct needles *n, const struct literal *l, uint32_t owner)
{
    char padded[LITERAL_KEEP] = { 0 };
    memcpy(padded, l->p, l->n);
    uint64_t mask = l->n == LITERAL_KEEP ? UINT64_MAX : ((uint64_t)1 << 8 * l->n) - 1;
    n->v[n->n++] = (struct needle){ .bytes = load(padded) & mask, .mask = mask, .owner = owner };
}

void needles_add(struct needles *n, const struct literal_set *s, uint32_t owner)
{
    if (n->n + s->n > n->cap) {
        n->cap = n->cap * 2 + s->n;
        n->v = arena_grow(n->a, n->v, n->n, n->cap, sizeof(*n->v));
    }
    for (unsigned i = 0; i < s->n; i++)
        add(n, &s->v[i], owner);
}

/* Counting sort by hash. */
static void sort(struct needles *n)
{
    size_t buckets = (size_t)1 << n->bits;
    struct needle *sorted = arena_array(n->a, n->n, sizeof(*sorted));
    n->starts = arena_array(n->a, buckets + 2, sizeof(*n->starts));
    for (size_t i = 0; i < n->n; i++)
        n->starts[hash_of(n, n->v[i].bytes) + 2]++;
    for (size_t b = 0; b < buckets; b++)
        n->starts[b + 2] += n->starts[b + 1];
    for (size_t i = 0; i < n->n; i++)
        sorted[n->starts[hash_of(n, n->v[i].bytes) + 1]++] = n->v[i];
    n->v = sorted;
}

void needles_finish(struct needles *n)
{
    n->bits = BITMAP_LEAST;
    while (n->bits < BITMAP_MOST && (size_t)1 << n->bits < n->n * 32)
        n->bits++;
    n->bitmap = arena_array(n->a, ((size_t)1 << n->bits) / 64, sizeof(*n->bitmap));
    for (size_t i = 0; i < n->n; i++) {
        unsigned hash = hash_of(n, n->v[i].bytes);
        n->bitmap[hash / 64] |= (uint64_t)1 << hash % 64;
    }
    sort(n);
}

/* ---- scanning */

struct scan {
    const struct needles *n;
    size_t piece;
    needle_fn *found;
    void *ctx;
};

static void compare(const struct scan *s, unsigned hash, uint64_t word, size_t at)
{
    const struct needles *n = s->n;
    for (uint32_t i = n->starts[hash]; i < n->starts[hash + 1]; i++)
        if ((word & n->v[i].mask) == n->v[i].bytes)
            s->found(s->ctx, n->v[i].owner, s->piece, at);
}

/* windows that begin at the first n bytes of p, LITERAL_KEEP bytes behind each of which can be read; `at` of
 * the text is there */
static void scan_bytes(const struct scan *s, const char *p, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t word = load(p + i);
        unsigned hash = hash_of(s->n, word);
        if (s->n->bitmap[hash / 64] >> hash % 64 & 1)
            compare(s, hash, word, at + i);
    }
}

/* The last bytes are seen in a copy with zeros behind it. */
void needles_scan(const struct needles *n, struct slice text, size_t piece, needle_fn *found, void *ctx)
{
    const struct scan s = { n, piece, found, ctx };
    if (n->n == 0)
        return;
    char tail[2 * LITERAL_KEEP] = { 0 };
    size_t whole = text.n >= LITERAL_KEEP ? text.n - LITERAL_KEEP + 1 : 0, rest = text.n - whole;
    scan_bytes(&s, text.p, whole, 0);
    if (rest)
        memcpy(tail, text.p + whole, rest);
    scan_bytes(&s, tail, rest, whole);
}
