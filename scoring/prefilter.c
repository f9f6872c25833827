/* prefilter.c - which rules may hit in a text, found in one scan; see prefilter.h
 * Candidates are bits: for each rule of a group one for every piece, or, of views with many pieces, for every
 * 2, 4, 8 ... of them, so that a message's are at most BITS_MAX a rule. */
#include "config.h"
#include "scoring/prefilter.h"

#include <stdlib.h>
#include "scoring/needles.h"

#define BITS_MAX 1024
#define ALWAYS UINT32_MAX

struct group {
    enum rule_type type;
    uint32_t spec;      /* RULE_HEADER */
    struct slice field; /* RULE_MIMEHEADER */
    struct needles *needles;
    uint32_t n; /* rules of which something is known */
};

struct prefilter {
    struct group *groups;
    size_t n;
    /* by number of rule */
    uint32_t *group_of, *slot_of; /* slot ALWAYS: nothing is known of the rule */
    size_t n_rules;
};

/* one group's, for one message */
struct marks {
    uint64_t *bits; /* NULL: not scanned yet */
    size_t words;   /* a rule */
    unsigned shift; /* pieces a bit, as a power of 2 */
};

struct candidates {
    const struct prefilter *f;
    struct arena *a;
    struct marks *marks; /* one a group */
};

/* ---- making */

static bool is_scanned(enum rule_type type)
{
    return type == RULE_HEADER || type == RULE_BODY || type == RULE_URI || type == RULE_RAWBODY ||
           type == RULE_FULL || type == RULE_MIMEHEADER;
}

static bool reads(const struct group *g, const struct rule_test *t)
{
    return g->type == t->type && (t->type != RULE_HEADER || g->spec == t->spec) &&
           (t->type != RULE_MIMEHEADER || slice_ieq(g->field, t->field));
}

static uint32_t group_of(struct prefilter *f, const struct rule_test *t)
{
    size_t i = 0;
    while (i < f->n && !reads(&f->groups[i], t))
        i++;
    if (i == f->n)
        f->groups[f->n++] = (struct group){ .type = t->type, .spec = t->spec, .field = t->field };
    return (uint32_t)i;
}

static void add_rule(struct prefilter *f, const struct rule *r)
{
    uint32_t number = group_of(f, &r->test);
    f->group_of[r->number] = number;
    if (r->test.literals)
        f->slot_of[r->number] = f->groups[number].n++;
}

static size_t highest_number(struct rule *const *tests, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = tests[i]->number > most ? tests[i]->number : most;
    return most;
}

static void fill_group(struct prefilter *f, uint32_t number, struct arena *a, struct rule *const *tests,
                       size_t n)
{
    struct group *g = &f->groups[number];
    if (g->n == 0)
        return;
    g->needles = needles_new(a);
    for (size_t i = 0; i < n; i++) {
        const struct rule *r = tests[i];
        if (is_scanned(r->test.type) && f->group_of[r->number] == number && r->test.literals)
            needles_add(g->needles, r->test.literals, f->slot_of[r->number]);
    }
    needles_finish(g->needles);
}

struct prefilter *prefilter_new(struct arena *a, struct rule *const *tests, size_t n)
{
    struct prefilter *f = ARENA_NEW(a, struct prefilter);
    f->n_rules = n ? highest_number(tests, n) + 1 : 0;
    f->group_of = arena_array(a, f->n_rules, sizeof(*f->group_of));
    f->slot_of = arena_array(a, f->n_rules, sizeof(*f->slot_of));
    f->groups = arena_array(a, n, sizeof(*f->groups));
    memset(f->slot_of, 0xff, f->n_rules * sizeof(*f->slot_of));
    for (size_t i = 0; i < n; i++)
        if (is_scanned(tests[i]->test.type))
            add_rule(f, tests[i]);
    for (uint32_t i = 0; i < f->n; i++)
        fill_group(f, i, a, tests, n);
    return f;
}

/* ---- candidates of a message */

struct candidates *candidates_new(const struct prefilter *f)
{
    struct candidates *c = calloc(1, sizeof(*c));
    if (c == NULL || (f && (c->marks = calloc(f->n + 1, sizeof(*c->marks))) == NULL))
        fatal("no memory for candidates");
    c->f = f;
    return c;
}

void candidates_free(struct candidates **c)
{
    if (*c == NULL)
        return;
    free((*c)->marks);
    free(*c);
    *c = NULL;
}

void candidates_begin(struct candidates *c, struct arena *a)
{
    c->a = a;
    if (c->f)
        memset(c->marks, 0, c->f->n * sizeof(*c->marks));
}

static void mark(void *ctx, uint32_t slot, size_t piece)
{
    struct marks *m = ctx;
    piece >>= m->shift;
    m->bits[slot * m->words + piece / 64] |= (uint64_t)1 << piece % 64;
}

static void scan(struct marks *m, const struct group *g, struct arena *a, const struct view *view)
{
    while (view->n >> m->shift > BITS_MAX)
        m->shift++;
    m->words = (view->n >> m->shift) / 64 + 1;
    m->bits = arena_array(a, g->n * m->words, sizeof(*m->bits));
    for (size_t i = 0; i < view->n; i++)
        needles_scan(g->needles, view->v[i], i, mark, m);
}

/* the first bit set of a rule's at or behind `at`; past the end: none */
static size_t next_bit(const uint64_t *bits, size_t words, size_t at)
{
    for (size_t w = at / 64; w < words; w++) {
        uint64_t rest = bits[w] & (w == at / 64 ? UINT64_MAX << at % 64 : UINT64_MAX);
        if (rest)
            return w * 64 + (size_t)__builtin_ctzll(rest);
    }
    return words * 64;
}

size_t candidates_next(struct candidates *c, const struct rule *r, const struct view *view, size_t from)
{
    if (c->f == NULL || from >= view->n || r->number >= c->f->n_rules || c->f->slot_of[r->number] == ALWAYS)
        return from < view->n ? from : view->n;
    uint32_t number = c->f->group_of[r->number];
    struct marks *m = &c->marks[number];
    if (m->bits == NULL)
        scan(m, &c->f->groups[number], c->a, view);
    size_t bit = next_bit(m->bits + c->f->slot_of[r->number] * m->words, m->words, from >> m->shift);
    size_t piece = bit << m->shift;
    return piece > view->n ? view->n : piece < from ? from : piece;
}
