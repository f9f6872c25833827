/* dkim-tags-test.c - tag lists, lists apart by colons, base64, names */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "auth/dkim-tags.h"

#define TEXT(s) slice_str(s)

static bool reads(const char *text)
{
    struct dkim_tags t;
    return dkim_tags_parse(&t, TEXT(text));
}

static void values_keep_their_inside(void **state)
{
    struct dkim_tags t;
    assert_true(dkim_tags_parse(&t, SLICE(" v = 1 ;\r\n\tb_2=a b\r\n c;n= ; ")));
    assert_int_equal(t.n, 3);
    assert_true(slice_eq(*dkim_tag(&t, "v"), SLICE("1")));
    assert_true(slice_eq(*dkim_tag(&t, "b_2"), SLICE("a b\r\n c")));
    assert_int_equal(dkim_tag(&t, "n")->n, 0);
    assert_null(dkim_tag(&t, "V"));
}

static void what_is_no_list(void **state)
{
    assert_true(reads("a=1"));
    assert_true(reads("a=1;"));
    assert_true(reads("a=b=c"));
    assert_true(reads("a=\xc3\xa9"));
    assert_false(reads(""));
    assert_false(reads("  "));
    assert_false(reads("a"));
    assert_false(reads("=1"));
    assert_false(reads("a=1;;b=2"));
    assert_false(reads(";a=1"));
    assert_false(reads("1a=1"));
    assert_false(reads("a-b=1"));
    assert_false(reads("a=1;a=1"));
    assert_false(reads("a=1;a=2"));
    assert_false(reads("a=\x01"));
    assert_true(reads("a=1;A=2"));
}

static void as_many_as_there_may_be(void **state)
{
    char text[DKIM_TAGS_MAX * 8 + 8];
    size_t n = 0;
    for (int i = 0; i < DKIM_TAGS_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "t%d=1;", i);
    assert_true(reads(text));
    snprintf(text + n, sizeof(text) - n, "x=1");
    assert_false(reads(text));
}

static void lists(void **state)
{
    assert_true(dkim_list_has(SLICE("a : b\r\n :c"), SLICE("B")));
    assert_true(dkim_list_has(SLICE("a:b:c"), SLICE("c")));
    assert_false(dkim_list_has(SLICE("ab:c"), SLICE("a")));
    assert_false(dkim_list_has(SLICE(""), SLICE("a")));
}

static void base64(void **state)
{
    static const struct {
        const char *text, *bytes; /* NULL: none */
    } cases[] = {
        { "", "" },
        { "YQ==", "a" },
        { "YWI=", "ab" },
        { "YWJj", "abc" },
        { "YW\r\n Jj", "abc" },
        { "YQ", "a" },
        { "YQ =\t=", "a" },
        { "Y", NULL },
        { "YQ=", NULL },
        { "YQ===", NULL },
        { "Y=Q=", NULL },
        { "YQ==YQ==", NULL },
        { "YW.j", NULL },
        { "YWJjZGVm", "abcdef" },
        { "====", NULL },
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct slice s = dkim_base64(&a, TEXT(cases[i].text), 100);
        if (cases[i].bytes == NULL)
            assert_null(s.p);
        else
            assert_true(s.p && slice_eq(s, TEXT(cases[i].bytes)));
    }
    assert_null(dkim_base64(&a, SLICE("YWJjZGVm"), 5).p);
    assert_int_equal(dkim_base64(&a, SLICE("YWJjZGVm"), 6).n, 6);
    for (size_t n = 0; n < 50; n++) {
        struct slice bytes = slice_of("\0\1\2\xff\xfe\x80xyz\0\0abcdefghijklmnopqrstuvwxyz0123456789....", n);
        assert_true(slice_eq(dkim_base64(&a, dkim_base64_of(&a, bytes), 100), bytes));
    }
    arena_deinit(&a);
}

static void names(void **state)
{
    assert_true(dkim_domain_ok(SLICE("example.com"), false));
    assert_true(dkim_domain_ok(SLICE("_x.xn--a.Example"), false));
    assert_false(dkim_domain_ok(SLICE("com"), false));
    assert_true(dkim_domain_ok(SLICE("s1"), true));
    assert_false(dkim_domain_ok(SLICE(""), true));
    assert_false(dkim_domain_ok(SLICE("a..b"), true));
    assert_false(dkim_domain_ok(SLICE("a.b."), true));
    assert_false(dkim_domain_ok(SLICE("a b.c"), true));
    assert_true(dkim_below(SLICE("a.example.com"), SLICE("Example.com")));
    assert_true(dkim_below(SLICE("example.com"), SLICE("example.com")));
    assert_false(dkim_below(SLICE("badexample.com"), SLICE("example.com")));
    assert_false(dkim_below(SLICE("com"), SLICE("example.com")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_inside),
        cmocka_unit_test(what_is_no_list),
        cmocka_unit_test(as_many_as_there_may_be),
        cmocka_unit_test(lists),
        cmocka_unit_test(base64),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
