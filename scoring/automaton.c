/* automaton.c - many shapes, looked for at once; see automaton.h
 * Shift-And (Baeza-Yates and Gonnet) with places that may be left out or filled several times (Navarro and
 * Raffinot): a bit for each place says that a part of the text just read fills the shape up to there. Some
 * twenty shapes share four words, a block, and a block takes a byte of text in a few instructions on all of
 * its bits. */
#include "config.h"
#include "scoring/automaton.h"

#define PAIRS 2
#define WORDS (2 * PAIRS)
#define WORD_BITS 64

/* Vectors of two words are in every processor that matters; two of them run side by side. */
typedef uint64_t pair __attribute__((vector_size(16)));

struct places {
    pair v[PAIRS];
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
    p->v[word / 2][word % 2] |= (uint64_t)1 << bit;
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

/* ---- scanning */

static inline pair step(const struct block *b, unsigned i, pair at, unsigned char c)
{
    at = ((at << 1) | b->first.v[i] | (at & b->repeats.v[i])) & b->set[c].v[i];
    return at | ((at << 1) & b->optional.v[i]);
}

/* The last places that were filled anywhere in the text, before which there is a line end. */
static void scan_block(const struct block *b, struct slice text, struct places *seen)
{
    pair one = step(b, 0, (pair){ 0 }, '\n'), two = step(b, 1, (pair){ 0 }, '\n');
    pair seen_one = one, seen_two = two;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        one = step(b, 0, one, c);
        two = step(b, 1, two, c);
        seen_one |= one;
        seen_two |= two;
    }
    seen->v[0] = seen_one & b->last.v[0];
    seen->v[1] = seen_two & b->last.v[1];
}

void automaton_scan(const struct automaton *m, struct slice text, size_t piece,
                    void (*found)(void *ctx, uint32_t owner, size_t piece), void *ctx)
{
    for (size_t i = 0; i < m->n; i++) {
        struct places seen;
        scan_block(m->v[i], text, &seen);
        for (unsigned w = 0; w < WORDS; w++)
            for (uint64_t rest = seen.v[w / 2][w % 2]; rest; rest &= rest - 1)
                found(ctx, m->v[i]->owner[w * WORD_BITS + (unsigned)__builtin_ctzll(rest)], piece);
    }
}
