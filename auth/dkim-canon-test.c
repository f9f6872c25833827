/* dkim-canon-test.c - byte for byte what RFC 6376 3.4 says, for CRLF and for LF */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/dkim-canon.h"
#include "base/buf.h"

static void add(void *ctx, struct slice piece)
{
    buf_add_slice(ctx, piece);
}

typedef void canon_fn(struct dkim_sink *out, enum dkim_canon how, struct slice text);

static void check(canon_fn *canon, enum dkim_canon how, struct slice in, struct slice want)
{
    struct buf out;
    struct dkim_sink sink = { add, &out };
    buf_init(&out, 1 << 20);
    canon(&sink, how, in);
    if (!slice_eq(buf_slice(&out), want))
        print_error("%.*s\n-- gives --\n%.*s\n-- and not --\n%.*s\n", SLICE_ARG(in),
                    SLICE_ARG(buf_slice(&out)), SLICE_ARG(want));
    assert_true(slice_eq(buf_slice(&out), want));
    buf_deinit(&out);
}

/* As it is, and as a file has it. */
static void both(canon_fn *canon, enum dkim_canon how, const char *in, const char *want)
{
    struct buf lf;
    buf_init(&lf, 1 << 20);
    for (const char *c = in; *c; c++)
        if (c[0] != '\r' || c[1] != '\n')
            buf_add_char(&lf, *c);
    check(canon, how, slice_str(in), slice_str(want));
    check(canon, how, buf_slice(&lf), slice_str(want));
    buf_deinit(&lf);
}

static void example_of_the_rfc(void **state)
{
    const char *a = "A: X\r\n", *b = "B : Y\t\r\n\tZ  \r\n", *body = " C \r\nD \t E\r\n\r\n\r\n";
    both(dkim_canon_field, CANON_RELAXED, a, "a:X\r\n");
    both(dkim_canon_field, CANON_RELAXED, b, "b:Y Z\r\n");
    both(dkim_canon_field, CANON_SIMPLE, a, a);
    both(dkim_canon_field, CANON_SIMPLE, b, b);
    both(dkim_canon_body, CANON_RELAXED, body, " C\r\nD E\r\n");
    both(dkim_canon_body, CANON_SIMPLE, body, " C \r\nD \t E\r\n");
}

static void fields(void **state)
{
    both(dkim_canon_field, CANON_RELAXED, "Subject:\r\n", "subject:\r\n");
    both(dkim_canon_field, CANON_RELAXED, "Subject:   \t\r\n", "subject:\r\n");
    both(dkim_canon_field, CANON_RELAXED, "Subject:a", "subject:a\r\n");
    both(dkim_canon_field, CANON_SIMPLE, "Subject:a", "Subject:a\r\n");
    both(dkim_canon_field, CANON_RELAXED, "S:\r\n a\r\n \r\n\tb\r\n", "s:a b\r\n");
    both(dkim_canon_field, CANON_RELAXED, "S: a\rb\r\n", "s:a\rb\r\n");
    both(dkim_canon_field, CANON_RELAXED, "S: a: b \xff\r\n", "s:a: b \xff\r\n");
    check(dkim_canon_field, CANON_SIMPLE, SLICE("S: a\r\r\n"), SLICE("S: a\r\r\n"));
    check(dkim_canon_field, CANON_RELAXED, SLICE("S: a\r\r\n"), SLICE("s:a\r\r\n"));
    check(dkim_canon_field, CANON_SIMPLE, SLICE("S: a\0b\n\tc\n"), SLICE("S: a\0b\r\n\tc\r\n"));
}

static void signatures(void **state)
{
    both(dkim_canon_signature, CANON_SIMPLE, "D: a=1; b=xyz\r\n\tabc=; c=2\r\n", "D: a=1; b=; c=2");
    both(dkim_canon_signature, CANON_SIMPLE, "D: a=1; b = x \r\n ;bh=2\r\n", "D: a=1; b =;bh=2");
    both(dkim_canon_signature, CANON_SIMPLE, "D: bh=1; b=xyz\r\n", "D: bh=1; b=");
    both(dkim_canon_signature, CANON_SIMPLE, "D: b=\r\n", "D: b=");
    both(dkim_canon_signature, CANON_SIMPLE, "D:b=1;\r\n", "D:b=;");
    both(dkim_canon_signature, CANON_SIMPLE, "D: x=b=1\r\n", "D: x=b=1");
    both(dkim_canon_signature, CANON_RELAXED, "D : a=1;\r\n\tb=x\r\n y; c=2 \r\n", "d:a=1; b=; c=2");
    both(dkim_canon_signature, CANON_RELAXED, "D: a=1; b= x y \r\n", "d:a=1; b=");
}

static void bodies(void **state)
{
    static const struct {
        const char *in, *simple, *relaxed;
    } cases[] = {
        { "", "\r\n", "" },
        { "\r\n", "\r\n", "" },
        { "\r\n\r\n\r\n", "\r\n", "" },
        { "a", "a\r\n", "a\r\n" },
        { "a\r\n", "a\r\n", "a\r\n" },
        { "a\r\n\r\n", "a\r\n", "a\r\n" },
        { "\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n" },
        { "a\r\n  \t\r\n", "a\r\n  \t\r\n", "a\r\n" },
        { "a\r\n  ", "a\r\n  \r\n", "a\r\n" },
        { " \r\n", " \r\n", "" },
        { "a \t b\t\r\n", "a \t b\t\r\n", "a b\r\n" },
        { "  a\r\n", "  a\r\n", " a\r\n" },
        { "a\rb\r\n", "a\rb\r\n", "a\rb\r\n" },
        { "a \r b", "a \r b\r\n", "a \r b\r\n" },
        { "a\r\n\r\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n" },
        { ".\r\n..\r\n", ".\r\n..\r\n", ".\r\n..\r\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        both(dkim_canon_body, CANON_SIMPLE, cases[i].in, cases[i].simple);
        both(dkim_canon_body, CANON_RELAXED, cases[i].in, cases[i].relaxed);
    }
    check(dkim_canon_body, CANON_RELAXED, SLICE("a \r\r\n"), SLICE("a \r\r\n"));
}

/* Past the size that pieces are gathered in. */
static void long_lines(void **state)
{
    for (size_t n = 4090; n < 4102; n++) {
        struct buf in, want;
        buf_init(&in, 1 << 20);
        buf_init(&want, 1 << 20);
        for (size_t i = 0; i < n; i++) {
            buf_add_str(&in, i % 100 == 99 ? " \t" : "x");
            buf_add_char(&want, i % 100 == 99 ? ' ' : 'x');
        }
        buf_add_str(&in, "y\n");
        buf_add_str(&want, "y\r\n");
        check(dkim_canon_body, CANON_RELAXED, buf_slice(&in), buf_slice(&want));
        buf_deinit(&in);
        buf_deinit(&want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_of_the_rfc), cmocka_unit_test(fields),
        cmocka_unit_test(signatures),         cmocka_unit_test(bodies),
        cmocka_unit_test(long_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
