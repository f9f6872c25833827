/* bayes-pack.c - sets of numbers in few bits; see bayes-pack.h */
#include "config.h"
#include "keeper/bayes-pack.h"

/* ---- the bits that are used, side by side */

static uint64_t low_bits(unsigned n)
{
    return ((uint64_t)1 << n) - 1;
}

/* From the lowest on, run by run of ones. */
struct run {
    uint64_t left; /* of used */
    unsigned from, n, to;
};

static bool next_run(struct run *r)
{
    r->to += r->n;
    if (r->left == 0)
        return false;
    r->from = (unsigned)__builtin_ctzll(r->left);
    r->n = (unsigned)__builtin_ctzll(~(r->left >> r->from));
    r->left &= ~(low_bits(r->n) << r->from);
    return true;
}

static void squeeze(uint64_t *to, const uint64_t *from, size_t n, uint64_t used)
{
    struct run r = { .left = used };
    memset(to, 0, n * sizeof(*to));
    while (next_run(&r))
        for (size_t i = 0; i < n; i++)
            to[i] |= (from[i] >> r.from & low_bits(r.n)) << r.to;
}

static uint64_t spread(uint64_t v, uint64_t used)
{
    struct run r = { .left = used };
    uint64_t out = 0;
    while (next_run(&r))
        out |= (v >> r.to & low_bits(r.n)) << r.from;
    return out;
}

/* ---- order */

#define FEW 24

static void sort_few(uint64_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static void sort_by(uint64_t *to, const uint64_t *from, size_t n, unsigned shift)
{
    uint16_t at[257] = { 0 };
    for (size_t i = 0; i < n; i++)
        at[(from[i] >> shift & 0xff) + 1]++;
    for (unsigned i = 1; i < 256; i++)
        at[i] = (uint16_t)(at[i] + at[i - 1]);
    for (size_t i = 0; i < n; i++)
        to[at[from[i] >> shift & 0xff]++] = from[i];
}

/* In v or in other, byte by byte from the lowest. */
static const uint64_t *sort(uint64_t *v, uint64_t *other, size_t n, unsigned width)
{
    if (n <= FEW) {
        sort_few(v, n);
        return v;
    }
    for (unsigned shift = 0; shift < width; shift += 8) {
        sort_by(other, v, n, shift);
        uint64_t *sorted = other;
        other = v;
        v = sorted;
    }
    return v;
}

/* ---- codes */

/* Low bits of each difference that are written as they are: so many that the rest is 1 or 2 at a mean. */
static unsigned low_part(size_t n, unsigned width)
{
    uint64_t gap = ((uint64_t)1 << width) / (n ? n : 1);
    return gap > 1 ? 63 - (unsigned)__builtin_clzll(gap) : 0;
}

/* At most 56 bits, the highest first. */
static void put_bits(struct bit_writer *w, uint64_t v, unsigned n)
{
    w->held = w->held << n | v;
    for (w->n += n; w->n >= 8; w->n -= 8)
        buf_add_char(w->out, (char)(w->held >> (w->n - 8)));
}

static void put_ones(struct bit_writer *w, uint64_t n)
{
    for (; n >= 32; n -= 32)
        put_bits(w, low_bits(32), 32);
    put_bits(w, low_bits((unsigned)n) << 1, (unsigned)n + 1);
}

void bayes_pack_put(struct bit_writer *w, const uint64_t *v, size_t n, uint64_t used, struct arena *a)
{
    unsigned width = (unsigned)__builtin_popcountll(used), low = low_part(n, width);
    uint64_t *own = arena_array(a, 2 * n + 1, sizeof(*own)), before = 0;
    squeeze(own, v, n, used);
    v = sort(own, own + n, n, width);
    for (size_t i = 0; i < n; i++) {
        put_ones(w, (v[i] - before) >> low);
        put_bits(w, (v[i] - before) & low_bits(low), low);
        before = v[i];
    }
}

void bayes_pack_end(struct bit_writer *w)
{
    if (w->n)
        put_bits(w, 0, 8 - w->n);
}

/* At least n bits are held, or it is bad. */
static bool hold(struct bit_reader *r, unsigned n)
{
    while (r->n < n && r->rest.n) {
        r->held = r->held << 8 | (unsigned char)r->rest.p[0];
        r->rest = slice_from(r->rest, 1);
        r->n += 8;
    }
    r->bad |= r->n < n;
    return !r->bad;
}

static uint64_t get_bits(struct bit_reader *r, unsigned n)
{
    if (!hold(r, n))
        return 0;
    r->n -= n;
    return r->held >> r->n & low_bits(n);
}

static uint64_t get_ones(struct bit_reader *r, uint64_t most)
{
    uint64_t n = 0;
    while (get_bits(r, 1))
        if (++n > most)
            r->bad = true;
    return n;
}

void bayes_pack_get(struct bit_reader *r, uint64_t *v, size_t n, uint64_t used)
{
    unsigned width = (unsigned)__builtin_popcountll(used), low = low_part(n, width);
    uint64_t last = low_bits(width), before = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t high = get_ones(r, last >> low);
        before += high << low | get_bits(r, low);
        r->bad |= before > last;
        v[i] = r->bad ? 0 : spread(before, used);
    }
}

bool bayes_pack_done(const struct bit_reader *r)
{
    return !r->bad && r->rest.n == 0 && r->n < 8 && (r->held & low_bits(r->n)) == 0;
}
