/* meta-fuzz.c - lines of any bytes as expressions of metas M0, M1, ...
 * Holds: a meta comes after all metas it depends on, none that is left out is depended on, and running one
 * uses no more stack than it said. */
#include <stdlib.h>
#include "base/buf.h"
#include "scoring/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX 200
#define GUARD 12345.0

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* "meta M7 LINE"; a, b and c are rules of bodies, d is a meta with score 0 */
static void make_text(struct buf *text, struct slice input)
{
    struct slice line;
    buf_add_str(text, "body a /a/\nbody b /b/\nbody c /c/\nscore c 0\nmeta d a\nscore d 0\n");
    for (int i = 0; i < LINES_MAX && slice_line(&input, &line); i++)
        buf_printf(text, "meta M%d %.*s\n", i, SLICE_ARG(slice_chomp(line)));
}

static void check_order(const struct ruleset *set, const struct rule *r, const bool *seen)
{
    for (unsigned k = 0; k < r->test.expr->n; k++) {
        const struct expr_step *step = &r->test.expr->steps[k];
        if (step->op != EXPR_VALUE)
            continue;
        check(step->index < set->n);
        check(set->rules[step->index]->test.type != RULE_META || seen[step->index]);
    }
}

static void check_metas(const struct ruleset *set, struct arena *a)
{
    bool *seen = arena_array(a, set->n, sizeof(*seen));
    double *values = arena_array(a, set->n, sizeof(*values));
    double *stack = arena_array(a, set->expr_depth + 1, sizeof(*stack));
    values[0] = 1;
    values[1] = 3;
    for (size_t i = 0; i < set->n_metas; i++) {
        const struct rule *r = set->metas[i];
        check(r->evaluated && r->runs == (r->score != 0) && r->test.expr->depth <= set->expr_depth);
        check_order(set, r, seen);
        stack[r->test.expr->depth] = GUARD;
        values[r->number] = expr_run(r->test.expr, values, stack);
        check(stack[r->test.expr->depth] == GUARD);
        seen[r->number] = true;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct scoring_options o = { .rules_max = 1000 };
    struct arena a;
    struct buf text;
    struct err e;
    arena_init(&a, 64 << 20);
    buf_init_in(&text, &a, 4 << 20);
    make_text(&text, slice_of((const char *)data, size));
    struct ruleset *set = ruleset_load_text(&o, buf_slice(&text), "fuzz.cf", &a, NULL, &e);
    check(set != NULL);
    check_metas(set, &a);
    ruleset_free(&set);
    arena_deinit(&a);
    return 0;
}
