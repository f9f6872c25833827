/* rule-order.c - in which order tests run; see rule-order.h */
#include "config.h"
#include "scoring/rule-order.h"

#include <stdlib.h>

/* ---- inheritance */

#define foreach_dependency(set, dependency, r)                                                               \
    for (const struct expr_step *step = (r)->test.expr->steps;                                               \
         step < (r)->test.expr->steps + (r)->test.expr->n; step++)                                           \
        if (step->op == EXPR_VALUE && (dependency = (set)->rules[step->index]) != NULL)

static int by_priority(const void *l, const void *r)
{
    const struct rule *a = *(const struct rule *const *)l, *b = *(const struct rule *const *)r;
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

struct heirs {
    struct ruleset *set;
    struct rule **v; /* metas whose priority is settled, and has not been passed on */
    size_t n;
    bool *settled;
};

/* Metas in order of priority: each passes its own on to what it needs, and what got it goes on at once. As
 * the next in order has none that is earlier, every meta passes on but once. */
static void pass_down(struct heirs *h, struct rule *from)
{
    h->v[h->n++] = from;
    h->settled[from->number] = true;
    while (h->n) {
        struct rule *r = h->v[--h->n], *d;
        foreach_dependency(h->set, d, r)
        {
            bool net = r->priority < PRIORITY_NET && (d->tflags & TFLAG_NET);
            if (d->test.type == RULE_NONE || d->priority <= r->priority)
                continue;
            d->priority = net ? PRIORITY_NET : r->priority;
            if (d->test.type == RULE_META && !net && !h->settled[d->number]) {
                h->settled[d->number] = true;
                h->v[h->n++] = d;
            }
        }
    }
}

static void inherit_priorities(struct ruleset *set)
{
    struct heirs h = { .set = set };
    struct rule **metas = arena_array(&set->arena, set->n + 1, sizeof(*metas));
    size_t n = 0;
    h.v = arena_array(&set->arena, set->n + 1, sizeof(*h.v));
    h.settled = arena_array(&set->arena, set->n + 1, sizeof(*h.settled));
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i]->test.type == RULE_META)
            metas[n++] = set->rules[i];
    qsort(metas, n, sizeof(*metas), by_priority);
    for (size_t i = 0; i < n; i++)
        if (!h.settled[metas[i]->number])
            pass_down(&h, metas[i]);
}

/* all_metas has what a meta needs before it. */
static void inherit_net(struct ruleset *set)
{
    for (size_t i = 0; i < set->n_all_metas; i++) {
        struct rule *r = set->all_metas[i], *d;
        foreach_dependency(set, d, r) r->tflags |= d->tflags & TFLAG_NET;
    }
}

void rule_inherit(struct ruleset *set)
{
    inherit_priorities(set);
    inherit_net(set);
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i]->priority == 0 && (set->rules[i]->tflags & TFLAG_NET))
            set->rules[i]->priority = PRIORITY_NET;
}

/* ---- order */

static int kind(const struct rule_test *t)
{
    static const int eval_kinds[] = {
        [RULE_HEADER] = 1, [RULE_BODY] = 4, [RULE_RAWBODY] = 6, [RULE_FULL] = 8
    };
    switch (t->type) {
    case RULE_HEADER:
    case RULE_EXISTS: return 0;
    case RULE_BODY: return 2;
    case RULE_URI: return 3;
    case RULE_MIMEHEADER:
    case RULE_URI_DETAIL: return 4;
    case RULE_RAWBODY: return 5;
    case RULE_FULL: return 7;
    case RULE_EVAL: return eval_kinds[t->eval_of];
    case RULE_ASKDNS:
    case RULE_META:
    case RULE_NONE:
    case RULE_EMPTY: break;
    }
    return 9;
}

int rule_kind_order(const struct rule *r)
{
    return kind(&r->test);
}

static int by_order(const void *l, const void *r)
{
    const struct rule *a = *(const struct rule *const *)l, *b = *(const struct rule *const *)r;
    int left = kind(&a->test), right = kind(&b->test);
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    if (left != right)
        return left < right ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

void rule_order(struct ruleset *set)
{
    set->tests = arena_array(&set->arena, set->n, sizeof(struct rule *));
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i]->runs && set->rules[i]->test.type != RULE_META)
            set->tests[set->n_tests++] = set->rules[i];
    qsort(set->tests, set->n_tests, sizeof(struct rule *), by_order);
}

/* ---- the network */

static bool asks(const struct rule *r)
{
    return r->test.type == RULE_ASKDNS ||
           (r->test.type == RULE_EVAL && (r->test.eval.f->flags & EVAL_NETWORK));
}

static void put_last(struct ruleset *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n_tests; i++)
        if (!asks(set->tests[i]))
            set->tests[n++] = set->tests[i];
    memcpy(set->tests + n, set->asking, set->n_asking * sizeof(*set->tests));
}

void rule_order_asking(struct ruleset *set)
{
    set->asking = arena_array(&set->arena, set->n_tests + 1, sizeof(*set->asking));
    for (size_t i = 0; i < set->n_tests; i++)
        if (asks(set->tests[i]))
            set->asking[set->n_asking++] = set->tests[i];
    if (!set->stops.any)
        put_last(set);
}
