/* automaton.c - many shapes, looked for at once; see automaton.h
 * Shift-And (Baeza-Yates and Gonnet) with places that may be left out or filled several times (Navarro and
 * Raffinot): a bit for each place says that a part of the text just read fills the shape up to there. Some
 * twenty shapes share four words, a block, and a block takes a byte of text in a few instructions on all of
 * its bits. */
#include "config.h"
#include "scoring/automaton.h"

#define WORDS 4
#define WORD_BITS 64

/* One register of AVX2, two of what every processor that matters has. Without the attribute it would be laid
 * out for the latter. */
typedef uint64_t quad __attribute__((vector_size(8 * WORDS), aligned(8 * WORDS)));

struct places {
    quad v;
};

struct block {
    struct places set[256]; /* by byte: what it fills */
    struct places first, last, optional, repeats;
    uint32_t owner[WORDS * WORD_BITS]; /* by bit of a last place */
};

struct automaton {
    struct arena *a;
    struct block **v;
    size_t n, cap;
    unsigned word, bit; /* where there is room in the last block */
};

struct automaton *automaton_new(struct arena *a)
{
    struct automaton *m = ARENA_NEW(a, struct automaton);
    m->a = a;
    m->word = WORDS;
    return m;
}

/* ---- making */

static struct block *new_block(struct arena *a)
{
    size_t align = _Alignof(struct block);
    char *p = arena_alloc(a, sizeof(struct block) + align);
    struct block *b = (struct block *)(p + (align - (uintptr_t)p % align) % align);
    memset(b, 0, sizeof(*b));
    return b;
}

static void add_block(struct automaton *m)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 4;
        m->v = arena_grow(m->a, m->v, m->n, m->cap, sizeof(struct block *));
    }
    m->v[m->n++] = new_block(m->a);
    m->word = m->bit = 0;
}

/* A shape is within one word: bits move up from place to place. */
static struct block *room(struct automaton *m, unsigned n)
{
    if (m->word < WORDS && m->bit + n > WORD_BITS) {
        m->word++;
        m->bit = 0;
    }
    if (m->word == WORDS)
        add_block(m);
    return m->v[m->n - 1];
}

static void set_bit(struct places *p, unsigned word, unsigned bit)
{
    p->v[word] |= (uint64_t)1 << bit;
}

static void add_place(struct block *b, const struct place *p, unsigned word, unsigned bit)
{
    for (unsigned c = 0; c < 256; c++)
        if (byte_set_has(&p->set, (unsigned char)c))
            set_bit(&b->set[c], word, bit);
    if (p->optional)
        set_bit(&b->optional, word, bit);
    if (p->repeats)
        set_bit(&b->repeats, word, bit);
}

static void add_shape(struct automaton *m, const struct shape *s, uint32_t owner)
{
    struct block *b = room(m, s->n);
    for (unsigned i = 0; i < s->n; i++)
        add_place(b, &s->v[i], m->word, m->bit + i);
    unsigned last = m->bit + s->n - 1;
    set_bit(&b->first, m->word, m->bit);
    set_bit(&b->last, m->word, last);
    b->owner[m->word * WORD_BITS + last] = owner;
    m->bit += s->n;
}

void automaton_add(struct automaton *m, const struct shapes *s, uint32_t owner)
{
    for (unsigned i = 0; i < s->n; i++)
        add_shape(m, &s->v[i], owner);
}

/* ---- scanning
 * Each step waits for the one before, so that several blocks go side by side: as many as have room in the
 * registers of a processor. The code is one, made twice by the compiler. */

#define SIDE_BY_SIDE 4

static inline void step(const struct block *b, quad *at, unsigned char c)
{
    quad on = ((*at << 1) | b->first.v | (*at & b->repeats.v)) & b->set[c].v;
    *at = on | ((on << 1) & b->optional.v);
}

/* The last places that were filled anywhere in the text, before which there is a line end. */
static inline __attribute__((always_inline)) void scan_blocks(struct block *const *b, unsigned n,
                                                              struct slice text, struct places *seen)
{
    quad at[SIDE_BY_SIDE] = { 0 }, all[SIDE_BY_SIDE];
    for (unsigned k = 0; k < n; k++) {
        step(b[k], &at[k], '\n');
        all[k] = at[k];
    }
    for (size_t i = 0; i < text.n; i++)
        for (unsigned k = 0; k < n; k++) {
            step(b[k], &at[k], (unsigned char)text.p[i]);
            all[k] |= at[k];
        }
    for (unsigned k = 0; k < n; k++)
        seen[k].v = all[k] & b[k]->last.v;
}

static inline __attribute__((always_inline)) unsigned
scan_some(struct block *const *b, size_t n, struct slice text, struct places *seen, unsigned most)
{
    if (n >= 4 && most >= 4) {
        scan_blocks(b, 4, text, seen);
        return 4;
    }
    if (n >= 2) {
        scan_blocks(b, 2, text, seen);
        return 2;
    }
    scan_blocks(b, 1, text, seen);
    return 1;
}

typedef unsigned scan_fn(struct block *const *b, size_t n, struct slice text, struct places *seen);

static unsigned scan_plain(struct block *const *b, size_t n, struct slice text, struct places *seen)
{
    return scan_some(b, n, text, seen, 2);
}

#ifdef __x86_64__
static __attribute__((target("avx2"))) unsigned scan_avx2(struct block *const *b, size_t n, struct slice text,
                                                          struct places *seen)
{
    return scan_some(b, n, text, seen, 4);
}
#define SCAN (__builtin_cpu_supports("avx2") ? scan_avx2 : scan_plain)
#else
#define SCAN scan_plain
#endif

static void tell(const struct block *b, const struct places *seen, size_t piece,
                 void (*found)(void *ctx, uint32_t owner, size_t piece), void *ctx)
{
    for (unsigned w = 0; w < WORDS; w++)
        for (uint64_t rest = seen->v[w]; rest; rest &= rest - 1)
            found(ctx, b->owner[w * WORD_BITS + (unsigned)__builtin_ctzll(rest)], piece);
}

void automaton_scan(const struct automaton *m, struct slice text, size_t piece,
                    void (*found)(void *ctx, uint32_t owner, size_t piece), void *ctx)
{
    scan_fn *scan = SCAN;
    struct places seen[SIDE_BY_SIDE];
    unsigned n;
    for (size_t i = 0; i < m->n; i += n) {
        n = scan(m->v + i, m->n - i, text, seen);
        for (unsigned k = 0; k < n; k++)
            tell(m->v[i + k], &seen[k], piece, found, ctx);
    }
}
