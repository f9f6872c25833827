/* prefilter.c - which rules may hit in a text, found in one scan; see prefilter.h
 * A window of three bytes goes over the text. Its hash asks a bitmap of 8 KiB, which stays in the first
 * cache, whether any string begins so; then the strings of its bucket are compared, each as one word.
 *
 * Bit 0x20 is set in all bytes of text and strings: upper and lower case are the same then, and a few other
 * bytes as well ("@" and "`"), which costs a look at a pattern now and then. */
#include "config.h"
#include "scoring/prefilter.h"

#include <endian.h>

#define HASH_BITS 16
#define BUCKETS 4096
#define FOLD 0x2020202020202020u
#define LAST_KIND RULE_FULL

struct needle {
    uint64_t bytes, mask; /* of bytes: the first in the lowest bits */
    uint32_t rule;
};

struct table {
    uint64_t bitmap[(1 << HASH_BITS) / 64];
    uint32_t starts[BUCKETS + 1]; /* of each bucket in needles */
    struct needle *needles;
    uint32_t n;
    uint32_t *rules; /* each that has a needle, once */
    size_t n_rules;
};

struct prefilter {
    struct table *tables[LAST_KIND + 1]; /* NULL: of no use for that kind */
};

/* ---- windows */

static uint64_t load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return le64toh(word) | FOLD;
}

static unsigned hash_of(uint64_t word)
{
    return (uint32_t)((uint32_t)word << 8) * 0x9e3779b1u >> (32 - HASH_BITS);
}

static bool has_bit(const struct table *t, unsigned hash)
{
    return t->bitmap[hash / 64] >> hash % 64 & 1;
}

static unsigned bucket_of(unsigned hash)
{
    return hash % BUCKETS;
}

/* ---- making */

/* Header rules see short texts: a pattern is done with one as soon as a scan is. */
static bool is_scanned(enum rule_type type)
{
    return type == RULE_BODY || type == RULE_URI || type == RULE_RAWBODY || type == RULE_FULL;
}

static bool belongs(const struct rule *r, enum rule_type type)
{
    return r->test.type == type && r->test.literals;
}

static void add_needle(struct table *t, const struct literal *l, uint32_t rule)
{
    char padded[LITERAL_KEEP] = { 0 };
    memcpy(padded, l->p, l->n);
    uint64_t mask = l->n == LITERAL_KEEP ? UINT64_MAX : ((uint64_t)1 << 8 * l->n) - 1;
    struct needle *n = &t->needles[t->n++];
    *n = (struct needle){ .bytes = load(padded) & mask, .mask = mask, .rule = rule };
    unsigned hash = hash_of(n->bytes);
    t->bitmap[hash / 64] |= (uint64_t)1 << hash % 64;
}

static void add_rules(struct table *t, struct rule *const *tests, size_t n, enum rule_type type)
{
    for (size_t i = 0; i < n; i++) {
        if (!belongs(tests[i], type))
            continue;
        t->rules[t->n_rules++] = tests[i]->number;
        for (unsigned k = 0; k < tests[i]->test.literals->n; k++)
            add_needle(t, &tests[i]->test.literals->v[k], tests[i]->number);
    }
}

/* Counting sort. */
static void sort_needles(struct table *t, struct arena *a)
{
    struct needle *sorted = arena_array(a, t->n, sizeof(*sorted));
    uint32_t *next = arena_array(a, BUCKETS, sizeof(*next));
    for (uint32_t i = 0; i < t->n; i++)
        t->starts[bucket_of(hash_of(t->needles[i].bytes)) + 1]++;
    for (unsigned b = 0; b < BUCKETS; b++) {
        next[b] = t->starts[b];
        t->starts[b + 1] += t->starts[b];
    }
    for (uint32_t i = 0; i < t->n; i++)
        sorted[next[bucket_of(hash_of(t->needles[i].bytes))]++] = t->needles[i];
    t->needles = sorted;
}

static struct table *table_new(struct arena *a, struct rule *const *tests, size_t n, enum rule_type type)
{
    size_t rules = 0, needles = 0;
    for (size_t i = 0; i < n; i++)
        if (belongs(tests[i], type)) {
            rules++;
            needles += tests[i]->test.literals->n;
        }
    if (rules == 0)
        return NULL;
    struct table *t = ARENA_NEW(a, struct table);
    t->needles = arena_array(a, needles, sizeof(*t->needles));
    t->rules = arena_array(a, rules, sizeof(*t->rules));
    add_rules(t, tests, n, type);
    sort_needles(t, a);
    return t;
}

struct prefilter *prefilter_new(struct arena *a, struct rule *const *tests, size_t n)
{
    struct prefilter *f = ARENA_NEW(a, struct prefilter);
    for (enum rule_type type = RULE_NONE; type <= LAST_KIND; type++)
        if (is_scanned(type))
            f->tables[type] = table_new(a, tests, n, type);
    return f;
}

bool prefilter_knows(const struct prefilter *f, const struct rule *r)
{
    return r->test.type <= LAST_KIND && f->tables[r->test.type] && r->test.literals;
}

/* ---- scanning */

static void mark(struct prefilter_range *range, uint32_t piece)
{
    if (range->to == 0)
        range->from = piece;
    range->to = piece + 1;
}

static void compare(const struct table *t, unsigned hash, uint64_t word, uint32_t piece,
                    struct prefilter_range *ranges)
{
    unsigned bucket = bucket_of(hash);
    for (uint32_t i = t->starts[bucket]; i < t->starts[bucket + 1]; i++)
        if ((word & t->needles[i].mask) == t->needles[i].bytes)
            mark(&ranges[t->needles[i].rule], piece);
}

/* windows that begin at the first n bytes of p, LITERAL_KEEP bytes behind each of which can be read */
static void scan_bytes(const struct table *t, const char *p, size_t n, uint32_t piece,
                       struct prefilter_range *ranges)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t word = load(p + i);
        unsigned hash = hash_of(word);
        if (has_bit(t, hash))
            compare(t, hash, word, piece, ranges);
    }
}

/* The last bytes are seen in a copy with zeros behind it. */
static void scan_piece(const struct table *t, struct slice text, uint32_t piece,
                       struct prefilter_range *ranges)
{
    char tail[2 * LITERAL_KEEP] = { 0 };
    size_t whole = text.n >= LITERAL_KEEP ? text.n - LITERAL_KEEP + 1 : 0, rest = text.n - whole;
    scan_bytes(t, text.p, whole, piece, ranges);
    if (rest)
        memcpy(tail, text.p + whole, rest);
    scan_bytes(t, tail, rest, piece, ranges);
}

void prefilter_scan(const struct prefilter *f, enum rule_type type, const struct view *view,
                    struct prefilter_range *ranges)
{
    const struct table *t = f->tables[type];
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->n_rules; i++)
        ranges[t->rules[i]] = (struct prefilter_range){ 0, 0 };
    for (size_t i = 0; i < view->n && i < UINT32_MAX; i++)
        scan_piece(t, view->v[i], (uint32_t)i, ranges);
}
