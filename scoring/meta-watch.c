/* meta-watch.c - which metas a hit makes worth evaluating; see meta-watch.h
 * An expression is run with, in place of each value, the rules without which it is 0. */
#include "config.h"
#include "scoring/meta-watch.h"

#include <stdlib.h>

#define NEEDED_MAX 8
#define ANY UINT32_MAX

/* It is 0 where one of them is; none: it may always be something else. */
struct needed {
    unsigned n;
    uint32_t v[NEEDED_MAX];
};

static bool has(const struct needed *s, uint32_t rule)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->v[i] == rule)
            return true;
    return false;
}

static void join(struct needed *to, const struct needed *other)
{
    for (unsigned i = 0; i < other->n && to->n < NEEDED_MAX; i++)
        if (!has(to, other->v[i]))
            to->v[to->n++] = other->v[i];
}

static void common(struct needed *to, const struct needed *other)
{
    unsigned n = 0;
    for (unsigned i = 0; i < to->n; i++)
        if (has(other, to->v[i]))
            to->v[n++] = to->v[i];
    to->n = n;
}

static void binary(struct needed *a, const struct needed *b, enum expr_op op)
{
    if (op == EXPR_AND || op == EXPR_MUL)
        join(a, b);
    else if (op == EXPR_OR || op == EXPR_ADD || op == EXPR_SUB)
        common(a, b);
    else if (op != EXPR_DIV)
        a->n = 0;
}

static struct needed needed_of(const struct expr *x, struct needed *stack)
{
    struct needed *top = stack - 1;
    for (const struct expr_step *s = x->steps; s < x->steps + x->n; s++) {
        if (s->op == EXPR_NUMBER)
            (++top)->n = 0;
        else if (s->op == EXPR_VALUE)
            *++top = (struct needed){ 1, { s->index } };
        else if (s->op == EXPR_NOT)
            top->n = 0;
        else if (s->op == EXPR_CHOOSE) {
            top -= 2;
            common(&top[1], &top[2]);
            *top = top[1];
        } else if (s->op != EXPR_MINUS) {
            top--;
            binary(&top[0], &top[1], s->op);
        }
    }
    return *top;
}

/* The one with the fewest users: what many metas ask for hits often. */
static uint32_t choose(const struct ruleset *set, const struct needed *needed)
{
    uint32_t best = ANY, least = UINT32_MAX;
    for (unsigned i = 0; i < needed->n; i++) {
        uint32_t users = set->first_user[needed->v[i] + 1] - set->first_user[needed->v[i]];
        if (users >= least)
            continue;
        least = users;
        best = needed->v[i];
    }
    return best;
}

void meta_watch(struct ruleset *set)
{
    uint32_t n_users = set->first_user[set->n], n = 0;
    uint32_t *watched = arena_array(&set->arena, set->n_metas + 1, sizeof(*watched));
    struct needed *stack = calloc(set->expr_depth + 1, sizeof(*stack));
    if (stack == NULL)
        fatal("no memory for metas");
    for (size_t i = 0; i < set->n_metas; i++) {
        struct needed needed = needed_of(set->metas[i]->test.expr, stack);
        watched[i] = choose(set, &needed);
    }
    free(stack);
    set->first_watcher = arena_array(&set->arena, set->n + 1, sizeof(*set->first_watcher));
    set->watchers = arena_array(&set->arena, n_users + 1, sizeof(*set->watchers));
    for (uint32_t r = 0; r < set->n; r++) {
        set->first_watcher[r] = n;
        for (uint32_t i = set->first_user[r]; i < set->first_user[r + 1]; i++)
            if (watched[set->users[i]] == ANY || watched[set->users[i]] == r)
                set->watchers[n++] = set->users[i];
    }
    set->first_watcher[set->n] = n;
}
