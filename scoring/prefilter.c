/* prefilter.c - which rules may hit in a text, found in one scan; see prefilter.h
 * A pattern is looked for by its strings (literal.h, needles.h) or by its shapes (shape.h, automaton.h),
 * whichever are met less often by chance. Where that says little of a long pattern, a walker (walker.h) goes
 * over each piece before PCRE2 does.
 *
 * Candidates are bits: for each rule of a group one for every piece, or, of views with many pieces, for every
 * 2, 4, 8 ... of them, so that a message's are at most BITS_MAX a rule. */
#include "config.h"
#include "scoring/prefilter.h"

#include <stdlib.h>
#include "scoring/automaton.h"
#include "scoring/literal.h"
#include "scoring/needles.h"
#include "scoring/pattern.h"
#include "scoring/rule-capture.h"
#include "scoring/rule-regex.h"
#include "scoring/walker.h"

#define BITS_MAX 1024
#define STRINGS_WILL_DO 3e-4 /* what strings may cost, for each byte of text, where there are shapes */
#define SHAPES_WILL_DO 0.05
#define WORTH_A_WALK 1e-3 /* what the others may cost without a walk */
#define LONG_PATTERN 600  /* bytes */
#define GIANT_PATTERN 20000
#define FULL_WORTH_A_SCAN 16 /* rules: PCRE2 itself is done with fewer as soon */
#define MANY_PIECES 8
#define ALWAYS UINT32_MAX
#define WORTH_COUNTING 3   /* times */
#define COUNTED 0x80000000 /* an owner of needles: number of a counted rule; else of a slot */

struct group {
    enum rule_type type;
    uint32_t spec;      /* RULE_HEADER */
    struct slice field; /* RULE_MIMEHEADER */
    bool raw_field;     /* RULE_MIMEHEADER */
    struct needles *needles;
    struct automaton *automaton;
    uint32_t n; /* rules of which something is known */
    struct counted *counted;
    uint32_t n_counted, cap_counted;
};

/* A rule whose pattern is one group, n times: so often one of its strings is in what it matches. */
struct counted {
    uint32_t slot;
    unsigned least;
};

struct prefilter {
    struct group *groups;
    size_t n;
    /* by number of rule */
    uint32_t *group_of, *slot_of; /* slot ALWAYS: nothing is known of the rule */
    struct walker **walkers;      /* NULL: not worth one */
    bool *late;                   /* walkers that walk only in a message with many pieces to judge */
    size_t n_rules;
    uint32_t *skip; /* by place in tests[]: number of the rule; ALWAYS: it cannot be passed by */
    size_t n_tests;
};

/* of a counted rule: its strings in one piece */
struct tally {
    size_t piece, at; /* + 1 */
    unsigned n;
};

/* one group's, for one message */
struct marks {
    const struct group *g;
    struct tally *tallies; /* one a counted rule */
    uint64_t *bits;        /* NULL: not scanned yet */
    size_t words;          /* a rule */
    unsigned shift;        /* pieces a bit, as a power of 2 */
};

struct candidates {
    const struct prefilter *f;
    struct arena *a;
    struct marks *marks; /* one a group */
    uint64_t judged;
    struct walker_cache **walkers; /* by number of rule; NULL: not asked yet */
    struct judged *late;           /* by number of rule */
    uint32_t message;
};

/* pieces of a message */
struct judged {
    uint32_t message, n;
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
           (t->type != RULE_MIMEHEADER || (g->raw_field == t->raw_field && slice_eq(g->field, t->field)));
}

static uint32_t group_of(struct prefilter *f, const struct rule_test *t)
{
    size_t i = 0;
    while (i < f->n && !reads(&f->groups[i], t))
        i++;
    if (i == f->n)
        f->groups[f->n++] =
            (struct group){ .type = t->type, .spec = t->spec, .field = t->field, .raw_field = t->raw_field };
    return (uint32_t)i;
}

static uint32_t new_slot(struct group *g, struct arena *a)
{
    if (g->needles == NULL) {
        g->needles = needles_new(a);
        g->automaton = automaton_new(a);
    }
    return g->n++;
}

/* too big for the stack */
struct workspace {
    struct literal_set strings;
    struct shapes shapes;
    double cost; /* of what was chosen */
};

static uint32_t add_counted(struct group *g, struct arena *a, uint32_t slot, unsigned least)
{
    if (g->n_counted == g->cap_counted) {
        g->cap_counted = g->cap_counted ? g->cap_counted * 2 : 8;
        g->counted = arena_grow(a, g->counted, g->n_counted, g->cap_counted, sizeof(*g->counted));
    }
    g->counted[g->n_counted] = (struct counted){ slot, least };
    return COUNTED | g->n_counted++;
}

/* Strings of which the pattern has so many that to count them says more than to find one; 0: it has not. */
static unsigned find_counted(struct slice pattern, unsigned flags, struct workspace *w)
{
    struct slice inside;
    unsigned times = pattern_times(pattern, flags, &inside);
    if (times < WORTH_COUNTING)
        return 0;
    literal_find(inside, flags, &w->strings);
    return w->strings.any ? 0 : times;
}

static uint32_t add_pattern(struct group *g, struct arena *a, struct slice pattern, unsigned flags,
                            struct workspace *w)
{
    literal_find(pattern, flags, &w->strings);
    double cost = literal_set_cost(&w->strings);
    unsigned counts = cost > STRINGS_WILL_DO ? find_counted(pattern, flags, w) : 0;
    w->shapes.n = 0;
    bool known = !w->strings.any && cost >= 1; /* to be always there: so would be shapes of them */
    if (cost > STRINGS_WILL_DO && !counts && !known)
        shape_find(pattern, flags, &w->shapes);
    bool by_shape = w->shapes.n && w->shapes.cost < cost && w->shapes.cost < SHAPES_WILL_DO;
    w->cost = by_shape ? w->shapes.cost : cost;
    if (!by_shape && w->strings.any)
        return ALWAYS;
    uint32_t slot = new_slot(g, a);
    if (by_shape)
        automaton_add(g->automaton, &w->shapes, slot);
    else
        needles_add(g->needles, &w->strings, counts ? add_counted(g, a, slot, counts) : slot);
    return slot;
}

static size_t highest_number(struct rule *const *tests, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = tests[i]->number > most ? tests[i]->number : most;
    return most;
}

/* Of a template what stands between the names. False: nothing can be said. */
static bool pattern_of(const struct rule_test *t, struct arena *a, struct slice *pattern, unsigned *flags)
{
    struct err e;
    if (t->template)
        return rule_regex_read(rule_template_any(a, t->pattern, t->template, SLICE("")), pattern, flags,
                               &e) == 0;
    if (t->re)
        *pattern = regex_pattern(t->re, flags);
    return t->re;
}

static bool has_pieces(enum rule_type type)
{
    return type == RULE_BODY || type == RULE_RAWBODY || type == RULE_URI;
}

static void add_rules(struct prefilter *f, struct arena *a, struct rule *const *tests, size_t n)
{
    struct workspace *w = malloc(sizeof(*w));
    if (w == NULL)
        fatal("no memory for patterns");
    for (size_t i = 0; i < n; i++) {
        const struct rule *r = tests[i];
        unsigned flags;
        struct slice pattern;
        if (!is_scanned(r->test.type) || !pattern_of(&r->test, a, &pattern, &flags))
            continue;
        uint32_t number = group_of(f, &r->test);
        f->group_of[r->number] = number;
        f->slot_of[r->number] = add_pattern(&f->groups[number], a, pattern, flags, w);
        bool early = (w->cost > WORTH_A_WALK && pattern.n > LONG_PATTERN) || pattern.n > GIANT_PATTERN;
        f->late[r->number] = !early && has_pieces(r->test.type) && pattern_is_slow(pattern, flags);
        if (early || f->late[r->number])
            f->walkers[r->number] = walker_new(a, pattern, flags);
    }
    free(w);
}

/* What is not found in the text does not hit. */
static bool is_plain(const struct rule_test *t)
{
    return is_scanned(t->type) && t->type != RULE_MIMEHEADER && !t->negated && !t->has_if_unset;
}

static void find_plain(struct prefilter *f, struct arena *a, struct rule *const *tests, size_t n)
{
    f->n_tests = n;
    f->skip = arena_array(a, n + 1, sizeof(*f->skip));
    for (size_t i = 0; i < n; i++) {
        uint32_t number = tests[i]->number;
        bool known = f->slot_of[number] != ALWAYS && f->groups[f->group_of[number]].n > 0;
        f->skip[i] = known && is_plain(&tests[i]->test) ? number : ALWAYS;
    }
    f->skip[n] = ALWAYS;
}

struct prefilter *prefilter_new(struct arena *a, struct rule *const *tests, size_t n)
{
    struct prefilter *f = ARENA_NEW(a, struct prefilter);
    f->n_rules = n ? highest_number(tests, n) + 1 : 0;
    f->group_of = arena_array(a, f->n_rules, sizeof(*f->group_of));
    f->slot_of = arena_array(a, f->n_rules, sizeof(*f->slot_of));
    f->walkers = arena_array(a, f->n_rules, sizeof(*f->walkers));
    f->late = arena_array(a, f->n_rules, sizeof(*f->late));
    f->groups = arena_array(a, n, sizeof(*f->groups));
    memset(f->slot_of, 0xff, f->n_rules * sizeof(*f->slot_of));
    add_rules(f, a, tests, n);
    for (uint32_t i = 0; i < f->n; i++)
        if (f->groups[i].n >= (f->groups[i].type == RULE_FULL ? FULL_WORTH_A_SCAN : 1))
            needles_finish(f->groups[i].needles);
        else
            f->groups[i].n = 0;
    find_plain(f, a, tests, n);
    return f;
}

/* ---- candidates of a message */

struct candidates *candidates_new(const struct prefilter *f)
{
    struct candidates *c = calloc(1, sizeof(*c));
    if (c == NULL || (f && ((c->marks = calloc(f->n + 1, sizeof(*c->marks))) == NULL ||
                            (c->late = calloc(f->n_rules + 1, sizeof(*c->late))) == NULL ||
                            (c->walkers = calloc(f->n_rules + 1, sizeof(struct walker_cache *))) == NULL)))
        fatal("no memory for candidates");
    c->f = f;
    return c;
}

void candidates_free(struct candidates **c)
{
    if (*c == NULL)
        return;
    for (size_t i = 0; (*c)->f && i < (*c)->f->n_rules; i++)
        walker_cache_free(&(*c)->walkers[i]);
    free((*c)->walkers);
    free((*c)->late);
    free((*c)->marks);
    free(*c);
    *c = NULL;
}

void candidates_begin(struct candidates *c, struct arena *a)
{
    c->a = a;
    c->message++;
    if (c->f)
        memset(c->marks, 0, c->f->n * sizeof(*c->marks));
}

static void mark(void *ctx, uint32_t slot, size_t piece)
{
    struct marks *m = ctx;
    piece >>= m->shift;
    m->bits[slot * m->words + piece / 64] |= (uint64_t)1 << piece % 64;
}

/* What is at one place counts once. */
static bool is_enough(struct tally *t, unsigned least, size_t piece, size_t at)
{
    if (t->piece != piece + 1)
        *t = (struct tally){ .piece = piece + 1 };
    t->n += t->at != at + 1;
    t->at = at + 1;
    return t->n >= least;
}

static void mark_string(void *ctx, uint32_t owner, size_t piece, size_t at)
{
    struct marks *m = ctx;
    if (owner & COUNTED) {
        const struct counted *c = &m->g->counted[owner & ~COUNTED];
        if (!is_enough(&m->tallies[owner & ~COUNTED], c->least, piece, at))
            return;
        owner = c->slot;
    }
    mark(m, owner, piece);
}

static void scan(struct marks *m, const struct group *g, struct arena *a, const struct view *view)
{
    m->g = g;
    m->tallies = arena_array(a, g->n_counted, sizeof(*m->tallies));
    while (view->n >> m->shift > BITS_MAX)
        m->shift++;
    m->words = (view->n >> m->shift) / 64 + 1;
    m->bits = arena_array(a, g->n * m->words, sizeof(*m->bits));
    for (size_t i = 0; i < view->n; i++) {
        needles_scan(g->needles, view->v[i], i, mark_string, m);
        automaton_scan(g->automaton, view->v[i], i, mark, m);
    }
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

static bool is_known(const struct prefilter *f, const struct rule *r)
{
    return f && r->number < f->n_rules && f->slot_of[r->number] != ALWAYS &&
           f->groups[f->group_of[r->number]].n > 0;
}

/* the first piece at or behind `from` that the scan has found */
static size_t next_found(struct candidates *c, const struct rule *r, const struct view *view, size_t from)
{
    uint32_t number = c->f->group_of[r->number];
    struct marks *m = &c->marks[number];
    if (m->bits == NULL)
        scan(m, &c->f->groups[number], c->a, view);
    size_t bit = next_bit(m->bits + c->f->slot_of[r->number] * m->words, m->words, from >> m->shift);
    size_t piece = bit << m->shift;
    return piece > view->n ? view->n : piece < from ? from : piece;
}

static bool is_nowhere(const struct candidates *c, uint32_t number)
{
    const struct marks *m = &c->marks[c->f->group_of[number]];
    if (m->bits == NULL)
        return false;
    const uint64_t *bits = m->bits + c->f->slot_of[number] * m->words;
    for (size_t w = 0; w < m->words; w++)
        if (bits[w])
            return false;
    return true;
}

size_t candidates_skip(const struct candidates *c, size_t from)
{
    const struct prefilter *f = c->f;
    while (f && from < f->n_tests && f->skip[from] != ALWAYS && is_nowhere(c, f->skip[from]))
        from++;
    return from;
}

static bool may_match(struct candidates *c, const struct rule *r, struct slice text)
{
    struct walker_cache **cache = &c->walkers[r->number];
    if (*cache == NULL)
        *cache = walker_cache_new(c->f->walkers[r->number]);
    return walker_may_match(*cache, text);
}

/* What PCRE2 may need long for is walked from the MANY_PIECES-th piece of a message on: few pieces of honest
 * mail are judged as soon, and many of bad mail cannot eat up the budget. */
static bool is_due(struct candidates *c, uint32_t number)
{
    struct judged *j = &c->late[number];
    if (!c->f->late[number])
        return true;
    if (j->message != c->message)
        *j = (struct judged){ .message = c->message };
    return j->n++ >= MANY_PIECES;
}

size_t candidates_next(struct candidates *c, const struct rule *r, const struct view *view, size_t from)
{
    bool walks = c->f && r->number < c->f->n_rules && c->f->walkers[r->number] && is_due(c, r->number);
    for (; from < view->n; from++) {
        if (is_known(c->f, r))
            from = next_found(c, r, view, from);
        if (from < view->n && (!walks || may_match(c, r, view->v[from])))
            break;
    }
    c->judged += from < view->n;
    return from < view->n ? from : view->n;
}

uint64_t candidates_judged(const struct candidates *c)
{
    return c->judged;
}
