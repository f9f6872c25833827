/* literal-test.c - what is read out of patterns */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/regex.h"
#include "scoring/literal.h"

/* the set as "a|b|c"; "any" */
static struct slice shown(struct arena *a, const struct literal_set *s)
{
    struct buf b;
    if (s->any)
        return SLICE("any");
    buf_init_in(&b, a, 100000);
    for (unsigned i = 0; i < s->n; i++)
        buf_printf(&b, "%s%.*s", i ? "|" : "", (int)s->v[i].n, s->v[i].p);
    return buf_slice(&b);
}

struct row {
    const char *pattern, *want;
};

static void check_rows(const struct row *rows, size_t n)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        struct literal_set s;
        literal_find(slice_str(rows[i].pattern), 0, &s);
        struct slice got = shown(&a, &s);
        if (!slice_eq(got, slice_str(rows[i].want)))
            fail_msg("%s: \"%.*s\"", rows[i].pattern, SLICE_ARG(got));
    }
    arena_deinit(&a);
}

static void finds_what_must_be_there(void **state)
{
    static const struct row rows[] = {
        { "abc", "abc" },
        { "ABC", "abc" },
        { "abcdefghijkl", "abcdefgh" }, /* the first eight */
        { "ab", "any" },
        { "", "any" },
        { "abc.defgh", "defgh" },
        { "abc|def", "abc|def" },
        { "abc|d", "any" },
        { "abc|", "any" },
        { "a(?:bc|de)f", "abcf|adef" },
        { "(?:abc|defg)", "abc|defg" },
        { "x(?:abc|d.e)", "any" },
        { "abc(?:abc|d.e)", "abc" },
        { "a[bc]d", "abd|acd" },
        { "a[bB]d", "abd" },
        { "ab[a-z]cde", "cde" },
        { "ab[^x]cde", "cde" },
        { "[]x]ab", "]ab|xab" },
        { "[a-]bc", "-bc|abc" },
        { "abc\\x41\\.\\/", "abca./" },
        { "\\bfree\\b", "free" },
        { "^free$", "free" },
        { "\\d\\d\\dabc\\w", "abc" },
        { "\\123abc", "abc" }, /* more digits taken than a reference may have */
        { "a{2b", "a{2b" },
        { "ab{c}d", "ab{c}d" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void quantifiers(void **state)
{
    static const struct row rows[] = {
        { "abcd?", "abc" },          { "abcd*", "abc" },          { "abcd+", "abcd" },
        { "abcd+efgh", "defgh" },    { "abcd{0}", "abc" },        { "abcd{1}e", "abcde" },
        { "abcd{2}", "abcd" },       { "abcd{0,3}", "abc" },      { "abcd{3,}", "abcd" },
        { "abcd??e", "abcde|abce" }, { "abcd?+e", "abcde|abce" }, { "(?:abc)?def", "def" },
        { "(?:abc)*", "any" },       { "(?:abc)+", "abc" },       { "(?:abc|def)+x", "abcx|defx" },
        { "abc{2}{3}", "any" },      { "abc{,3}", "any" },        { "abc{ 1, 3 }", "any" },
        { "abc{}", "any" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void groups(void **state)
{
    static const struct row rows[] = {
        { "(abc)", "abc" },
        { "(?<name>abc)d", "abcd" },
        { "(?P<name>abc)d", "abcd" },
        { "(?>abc)d", "abcd" },
        { "(?i)abc", "abc" },
        { "(?is:a)bc", "abc" },
        { "(?-i:a)bc", "abc" },
        { "(?x) a b c", "any" },
        { "ab(?!xyz)c", "abc" },
        { "ab(?=xyz)cd", "abcd" },
        { "(?<=xyz)abc", "abc" },
        { "(?<!xyz)abc", "abc" },
        { "(?=abc)", "any" },
        { "(?#abc)def", "any" },
        { "(a)(?(1)abc|def)", "any" },
        { "(?R)abc", "any" },
        { "(?1)abc(d)", "any" },
        { "(*ACCEPT)abc", "any" },
        { "abc(*SKIP)", "any" },
        { "\\Qa.c\\Edef", "any" },
        { "abc\\Kdef", "any" },
        { "abc\\g{1}", "any" },
        { "abc\\x{41}", "any" },
        { "abc\\p{L}", "any" },
        { "[[:alpha:]]abc", "any" },
        { "(a)\\1bcd", "bcd" },
        /* not patterns at all */
        { "abc)", "any" },
        { "(abc", "any" },
        { "[abc", "any" },
        { "abc\\", "any" },
        { "*abc", "any" },
        { "((((((((((((((((abc))))))))))))))))", "any" }, /* too deep */
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void sets_stay_small(void **state)
{
    static const struct row rows[] = {
        { "[ab][ab][ab][ab][ab][ab][ab].vwxyz", "vwxyz" },
        { "https?://[^/]{1,99}\\.exe", ".exe" }, /* not what every URI has */
        { "https?://", "https://|http://" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void extended_patterns_are_not_read(void **state)
{
    struct literal_set s;
    literal_find(SLICE("a b c d"), REGEX_EXTENDED, &s);
    assert_true(s.any);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_must_be_there),
        cmocka_unit_test(quantifiers),
        cmocka_unit_test(groups),
        cmocka_unit_test(sets_stay_small),
        cmocka_unit_test(extended_patterns_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
