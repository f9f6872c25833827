/* meta.c - metas in an order in which each comes after what it depends on; see meta.h
 * Kahn's algorithm: a meta is ready when it waits for no other; where none is ready and some are left there
 * is a circle, which is found by following what each waits for. */
#include "config.h"
#include "scoring/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include "scoring/meta-watch.h"
#include "scoring/rule-meta.h"

struct sorter {
    struct ruleset *set;
    struct rule_problems *problems;
    uint32_t *waits; /* per rule: metas it depends on that are not yet in order, each use counted */
    uint32_t *first; /* per rule: place in users of those that depend on it; first[n] is the end */
    uint32_t *users;
    struct rule **queue; /* becomes set->metas: in order so far, and ready ones */
    size_t n_queue, n_metas;
    bool *done;
};

static bool is_meta(const struct rule *r)
{
    return r->test.type == RULE_META;
}

#define foreach_dependency(step, r)                                                                          \
    for (const struct expr_step *step = (r)->test.expr->steps;                                               \
         step < (r)->test.expr->steps + (r)->test.expr->n; step++)                                           \
        if (step->op == EXPR_VALUE)

static void count_users(struct sorter *s)
{
    struct ruleset *set = s->set;
    for (size_t i = 0; i < set->n; i++) {
        if (!is_meta(set->rules[i]))
            continue;
        s->n_metas++;
        foreach_dependency(step, set->rules[i])
        {
            s->first[step->index + 1]++;
            s->waits[i] += is_meta(set->rules[step->index]);
        }
    }
    for (size_t i = 0; i < set->n; i++)
        s->first[i + 1] += s->first[i];
}

static void list_users(struct sorter *s)
{
    struct ruleset *set = s->set;
    uint32_t *at = arena_array(&set->arena, set->n + 1, sizeof(*at));
    memcpy(at, s->first, (set->n + 1) * sizeof(*at));
    s->users = arena_array(&set->arena, s->first[set->n], sizeof(*s->users));
    for (size_t i = 0; i < set->n; i++)
        if (is_meta(set->rules[i]))
            foreach_dependency(step, set->rules[i]) s->users[at[step->index]++] = (uint32_t)i;
}

/* The stock set's metas may depend on rules of plugins that are not loaded. */
static void warn_unknown(struct sorter *s, const struct rule *r)
{
    foreach_dependency(step, r)
    {
        const struct rule *d = s->set->rules[step->index];
        if (d->test.type == RULE_NONE && !d->unsupported && r->test.origin == ORIGIN_SITE)
            rule_problem(s->problems, RULE_WARNING, r->test.file, r->test.line,
                         "%.*s depends on %.*s, which is not defined and counts as 0", SLICE_ARG(r->name),
                         SLICE_ARG(d->name));
    }
}

/* r is settled: those that waited for it wait no longer */
static void release_users(struct sorter *s, const struct rule *r)
{
    s->done[r->number] = true;
    for (uint32_t i = s->first[r->number]; i < s->first[r->number + 1]; i++) {
        struct rule *user = s->set->rules[s->users[i]];
        if (--s->waits[user->number] == 0 && is_meta(user))
            s->queue[s->n_queue++] = user;
    }
}

/* some meta that r still waits for */
static struct rule *waited_for(const struct sorter *s, const struct rule *r)
{
    foreach_dependency(step, r)
    {
        struct rule *d = s->set->rules[step->index];
        if (is_meta(d) && !s->done[d->number])
            return d;
    }
    bug("a meta that is not ready waits for none");
}

/* All that are left wait for another that is left, so following them ends in a circle: the faster of two
 * walkers meets the slower there. Puts its members behind the queue; returns how many. */
static size_t find_circle(const struct sorter *s, struct rule *from)
{
    struct rule *slow = from, *fast = from, **member = s->queue + s->n_queue;
    size_t n = 0;
    do {
        slow = waited_for(s, slow);
        fast = waited_for(s, waited_for(s, fast));
    } while (slow != fast);
    do {
        member[n++] = fast;
        fast = waited_for(s, fast);
    } while (fast != slow);
    return n;
}

static void report_circle(struct sorter *s, struct rule *const *member, size_t n)
{
    char text[400];
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof(text) - 120; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%.*s -> ", SLICE_ARG(member[i]->name));
    rule_problem(s->problems, RULE_ERROR, member[0]->test.file, member[0]->test.line,
                 "metas depend on each other in a circle and count as 0: %s%.*s", text,
                 SLICE_ARG(member[0]->name));
}

/* The members are no metas any more, and 0 for whoever depends on them from outside. */
static void refuse_circle(struct sorter *s, struct rule *from)
{
    struct rule **member = s->queue + s->n_queue;
    size_t n = find_circle(s, from);
    report_circle(s, member, n);
    struct rule **refused = arena_array(&s->set->arena, n, sizeof(*refused));
    memcpy(refused, member, n * sizeof(*refused));
    for (size_t i = 0; i < n; i++) {
        refused[i]->test.type = RULE_NONE;
        refused[i]->unsupported = true;
        refused[i]->runs = false;
    }
    s->n_metas -= n;
    for (size_t i = 0; i < n; i++)
        release_users(s, refused[i]);
}

static void sort(struct sorter *s)
{
    size_t settled = 0, look = 0;
    for (size_t i = 0; i < s->set->n; i++)
        if (is_meta(s->set->rules[i]) && s->waits[i] == 0)
            s->queue[s->n_queue++] = s->set->rules[i];
    for (;;) {
        while (settled < s->n_queue)
            release_users(s, s->queue[settled++]);
        if (settled == s->n_metas)
            return;
        while (!is_meta(s->set->rules[look]) || s->done[look])
            look++;
        refuse_circle(s, s->set->rules[look]);
    }
}

/* What a meta depends on must be ready: a test that runs is so in its turn, one that does not is 0 at the
 * end. A meta with score 0 is evaluated only when all it needs is ready in its turn; see meta.h. */
static void settle(struct ruleset *set, struct rule *r)
{
    bool scored = r->runs;
    r->evaluated = true;
    r->in_time = !rule_meta_is_declaration(r->test.text);
    foreach_dependency(step, r)
    {
        const struct rule *d = set->rules[step->index];
        r->in_time &= is_meta(d) ? d->in_time : d->runs;
        r->evaluated &= !is_meta(d) || d->evaluated;
    }
    r->evaluated &= scored || r->in_time;
    r->runs &= r->evaluated;
}

/* Keeps those that are evaluated, in order. */
static void keep_running(struct sorter *s)
{
    struct ruleset *set = s->set;
    set->all_metas = s->queue;
    set->n_all_metas = s->n_queue;
    set->metas = arena_array(&set->arena, s->n_queue + 1, sizeof(*set->metas));
    for (size_t i = 0; i < s->n_queue; i++) {
        struct rule *r = s->queue[i];
        settle(set, r);
        if (!r->evaluated)
            continue;
        set->metas[set->n_metas++] = r;
        if (r->test.expr->depth > set->expr_depth)
            set->expr_depth = r->test.expr->depth;
    }
}

/* ---- which have to be evaluated: those that depend on a rule that hit, and these */

static void find_always(struct ruleset *set)
{
    double *zeros = calloc(set->n + 1, sizeof(*zeros)), *stack = calloc(set->expr_depth + 1, sizeof(*stack));
    if (zeros == NULL || stack == NULL)
        fatal("no memory for metas");
    set->metas_always = arena_array(&set->arena, set->n_metas / 64 + 1, sizeof(*set->metas_always));
    for (size_t i = 0; i < set->n_metas; i++)
        if (expr_run(set->metas[i]->test.expr, zeros, stack) != 0)
            set->metas_always[i / 64] |= (uint64_t)1 << i % 64;
    free(zeros);
    free(stack);
}

/* The users that are evaluated, by their place in metas[]. */
static void keep_users(struct sorter *s)
{
    struct ruleset *set = s->set;
    uint32_t *place = arena_array(&set->arena, set->n + 1, sizeof(*place)), n = 0;
    for (size_t i = 0; i < set->n_metas; i++)
        place[set->metas[i]->number] = (uint32_t)i + 1;
    for (size_t i = 0; i < set->n; i++) {
        uint32_t at = s->first[i];
        s->first[i] = n;
        for (; at < s->first[i + 1]; at++)
            if (place[s->users[at]])
                s->users[n++] = place[s->users[at]] - 1;
    }
    s->first[set->n] = n;
    set->first_user = s->first;
    set->users = s->users;
}

void meta_order(struct ruleset *set, struct rule_problems *problems)
{
    struct sorter s = { .set = set, .problems = problems };
    s.waits = arena_array(&set->arena, set->n, sizeof(*s.waits));
    s.first = arena_array(&set->arena, set->n + 1, sizeof(*s.first));
    s.done = arena_array(&set->arena, set->n, sizeof(*s.done));
    count_users(&s);
    list_users(&s);
    s.queue = arena_array(&set->arena, s.n_metas, sizeof(struct rule *));
    sort(&s);
    for (size_t i = 0; i < s.n_queue; i++)
        warn_unknown(&s, s.queue[i]);
    keep_running(&s);
    find_always(set);
    keep_users(&s);
    meta_watch(set);
}
