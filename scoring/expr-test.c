/* expr-test.c - values of expressions, and what is said about broken ones */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/expr.h"

static struct arena arena;

static int make_arena(void **state)
{
    arena_init(&arena, 64 << 20);
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* A is 0, B is 1, C is 2, ... of values; f(text) is the length of its argument */
static int resolve(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                   struct err *e)
{
    if (argument) {
        step->number = (double)argument->n;
        return 0;
    }
    if (name.n != 1)
        return err_set(e, ERR_INPUT, "unknown: %.*s", SLICE_ARG(name));
    *step = (struct expr_step){ .op = EXPR_VALUE, .index = (uint32_t)(name.p[0] - 'A') };
    return 0;
}

static const struct expr_names names = { resolve, NULL };

static int compile(struct slice text, struct expr *x, struct err *e)
{
    return expr_compile(x, &arena, text, &names, e);
}

static void values_are_those_of_perl(void **state)
{
    static const double values[] = { 0, 1, 2, 3, 4 }; /* A B C D E */
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        { "B", 1 },
        { "7", 7 },
        { ".5 + 0.25", 0.75 },
        { "A || C", 2 },
        { "C && D", 3 },
        { "A && D", 0 },
        { "D || C", 3 },
        { "!A", 1 },
        { "!C", 0 },
        { "!!C", 1 },
        { "!A + B", 2 },
        { "C + D * E", 14 },
        { "(C + D) * E", 20 },
        { "E - D - C", -1 },
        { "E / C / C", 1 },
        { "D / A", 0 },
        { "-C + 5", 3 },
        { "- -C", 2 },
        { "+C", 2 },
        { "C > B", 1 },
        { "C < B", 0 },
        { "C >= 2 && C <= 2", 1 },
        { "C == 2", 1 },
        { "C != 2", 0 },
        { "(A + B + C + D) >= 6", 1 },
        { "A + B > 1 || D + E > 6", 1 },
        { "B&C", 0 },
        { "B|C", 3 },
        { "D^B", 2 },
        { "B | A && A", 0 },
        { "C==2&&D==3", 1 },
        { "f(abc) + f( de ) + f()", 5 },
        { "B&&!A&&(C||A)", 2 },
        { "A ? 7 : 8", 8 },
        { "B ? 7 : 8", 7 },
        { "A || B ? C + 1 : D", 3 },
        { "A ? 1 : B ? 2 : 3", 2 },
        { "A ? 1 : A ? 2 : 3", 3 },
        { "B ? A ? 1 : 2 : 3", 2 },
        { "(A ? B : C) + 1", 3 },
        { "1 + (B ? (A) : C)", 1 },
        { "B ? 1:2", 1 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct expr x;
        struct err e;
        double stack[16];
        if (compile(slice_str(rows[i].text), &x, &e) < 0)
            fail_msg("%s: %s", rows[i].text, e.text);
        assert_true(x.depth <= 16);
        double value = expr_run(&x, values, stack);
        if (value != rows[i].value)
            fail_msg("%s is %g, not %g", rows[i].text, value, rows[i].value);
    }
}

static void broken_expressions_are_refused(void **state)
{
    static const char *const rows[] = {
        "",       "A B",      "A &&",    "&& A",        "(A",      "A)",      "((A)",          "()",
        "A && )", "1.2.3",    "2x",      "A = B",       "A ! B",   "AB",      "f(abc",         "A ? B",
        "A : B",  "A ? B : ", "(A ? B)", "A ? (B : C)", "A ? : C", "? A : B", "A ? B : C : D", "\"A\"",
        "A && #", "!",        "A % B",   "A,B",         "A <> B",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct expr x;
        struct err e = { 0 };
        if (compile(slice_str(rows[i]), &x, &e) == 0)
            fail_msg("\"%s\" was taken", rows[i]);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_true(e.text[0]);
    }
}

static void message_says_what_should_stand_where(void **state)
{
    struct expr x;
    struct err e;
    assert_int_equal(compile(SLICE("A && B C"), &x, &e), -1);
    assert_string_equal(e.text, "an operator (&& || + - * / < > <= >= == !=) should stand at \"C\"");
    assert_int_equal(compile(SLICE("A &&"), &x, &e), -1);
    assert_string_equal(e.text, "the expression ends where a name, a number, ! or ( should follow");
}

static struct slice repeated(char c, size_t n, const char *tail)
{
    char *p = arena_alloc(&arena, n + strlen(tail) + 1);
    memset(p, c, n);
    memcpy(p + n, tail, strlen(tail));
    return slice_of(p, n + strlen(tail));
}

static void depth_is_limited_and_needs_no_call_stack(void **state)
{
    struct expr x;
    struct err e;
    double stack[1], values[] = { 0 };
    assert_int_equal(compile(repeated('!', EXPR_STEPS_MAX - 2, "A"), &x, &e), 0);
    assert_int_equal(x.depth, 1);
    assert_true(expr_run(&x, values, stack) == 0);
    assert_int_equal(compile(repeated('!', 1 << 20, "A"), &x, &e), -1);
    assert_int_equal(compile(repeated('(', 1 << 20, "A"), &x, &e), -1);
}

static void stack_is_as_deep_as_told(void **state)
{
    struct expr x;
    struct err e;
    struct buf text;
    buf_init_in(&text, &arena, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_add_str(&text, "1+(");
    buf_add_str(&text, "1");
    for (int i = 0; i < 1000; i++)
        buf_add_str(&text, ")");
    assert_int_equal(compile(buf_slice(&text), &x, &e), 0);
    assert_int_equal(x.depth, 1001);
    assert_true(expr_run(&x, NULL, arena_array(&arena, x.depth, sizeof(double))) == 1001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_perl),
        cmocka_unit_test(broken_expressions_are_refused),
        cmocka_unit_test(message_says_what_should_stand_where),
        cmocka_unit_test(depth_is_limited_and_needs_no_call_stack),
        cmocka_unit_test(stack_is_as_deep_as_told),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
