/* eval-test.h - calls of functions on small messages, for tests: one case a row */
#ifndef SCORING_EVAL_TEST_H
#define SCORING_EVAL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka.h needs the ones above before it */
#include <cmocka.h>

#include "scoring/eval.h"
#include "scoring/rule.h"
#include "scoring/test-message.h"

struct eval_case {
    const char *call; /* check_x('a', 'b') */
    const char *text; /* the message */
    double value;
};

/* The arguments between parentheses, without their quotes. */
static inline struct eval_args eval_test_args(struct arena *a, struct slice text)
{
    struct eval_args args = { .v = arena_array(a, EVAL_ARGS_MAX, sizeof(*args.v)) };
    struct slice rest = slice_trim(text), arg;
    if (rest.n == 0)
        return args;
    while (slice_cut(&rest, ',', &arg)) {
        arg = slice_trim(arg);
        bool quoted = arg.n >= 2 && arg.p[0] == '\'';
        args.v[args.n++] = quoted ? slice_sub(arg, 1, arg.n - 2) : arg;
    }
    return args;
}

/* set may be NULL */
static inline double eval_test_call(const struct ruleset *set, struct slice text, const char *call)
{
    struct test_message *t = test_message_new(text, NULL);
    struct check c = { .set = set, .m = &t->m };
    struct slice s = slice_str(call);
    size_t open = (size_t)slice_chr(s, '(');
    struct eval_args args = eval_test_args(&t->arena, slice_sub(s, open + 1, s.n - open - 2));
    const struct eval_function *f = eval_find(slice_sub(s, 0, open));
    views_init(&c.views, &t->m, set);
    c.scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    c.views.scratch = c.scratch;
    assert_non_null(f);
    assert_in_range(args.n, f->min_args, f->max_args);
    double value = f->run(&c, &args, NULL);
    regex_scratch_free(&c.scratch);
    test_message_free(t);
    return value;
}

static inline void eval_test_all(const struct ruleset *set, const struct eval_case *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double got = eval_test_call(set, slice_str(v[i].text), v[i].call);
        if (got < v[i].value - 1e-9 || got > v[i].value + 1e-9)
            fail_msg("row %zu, %s: %g in place of %g", i, v[i].call, got, v[i].value);
    }
}

#define EVAL_TEST_ALL(set, rows) eval_test_all((set), (rows), sizeof(rows) / sizeof(*(rows)))

#endif
