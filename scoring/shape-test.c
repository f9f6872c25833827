/* shape-test.c - rows of byte classes read out of patterns, and found in texts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "base/regex.h"
#include "scoring/automaton.h"

static void note(void *ctx, uint32_t owner, size_t piece)
{
    bool *seen = ctx;
    assert_int_equal(piece, 7);
    seen[owner] = true;
}

static bool is_in(const struct shapes *s, struct slice text)
{
    struct arena a;
    bool seen[2] = { false };
    arena_init(&a, 1 << 20);
    struct automaton *m = automaton_new(&a);
    automaton_add(m, s, 1);
    automaton_scan(m, text, 7, note, seen);
    arena_deinit(&a);
    return seen[1];
}

static void is_where_the_pattern_may_match(void **state)
{
    static const struct {
        const char *pattern;
        unsigned flags;
        struct slice text;
        bool want;
    } rows[] = {
        { "[a4@]mb[i1!]en", 0, SLICE_INIT("take 4mb!en"), true },
        { "[a4@]mb[i1!]en", 0, SLICE_INIT("take 4mb en"), false },
        { "[a4@]mb[i1!]en", 0, SLICE_INIT("take 4MB!en"), false },
        { "[a4@]mb[i1!]en", REGEX_CASELESS, SLICE_INIT("take 4MB!en"), true },
        { "(?i)[a4@]mb[i1!]en", 0, SLICE_INIT("AMBIEN"), true },
        { "(?i:[a4@]m)b[i1!]en", 0, SLICE_INIT("AMBIEN"), false },
        { "(?i)a(?-i)b[x]", 0, SLICE_INIT("ABx"), false },
        { "(?i)a(?-i)b[^X]", 0, SLICE_INIT("abx"), true },
        { "a[\\W_]{0,3}b[\\W_]{0,3}c", 0, SLICE_INIT("a..b_c"), true },
        { "a[\\W_]{0,3}b[\\W_]{0,3}c", 0, SLICE_INIT("axbc"), false },
        { "x(?:a|\\xc3[\\xa0-\\xa5]|&#1;)y", 0, SLICE_INIT("xay"), true },
        { "x(?:a|\\xc3[\\xa0-\\xa5]|&#1;)y", 0, SLICE_INIT("x\xc3\xa2y"), true },
        { "x(?:a|\\xc3[\\xa0-\\xa5]|&#1;)y", 0, SLICE_INIT("x&#1;y"), true },
        { "x(?:a|\\xc3[\\xa0-\\xa5]|&#1;)y", 0, SLICE_INIT("xby"), false },
        { "\\bfoo", 0, SLICE_INIT("foo"), true },
        { "\\bfoo", 0, SLICE_INIT("a foo"), true },
        { "\\bfoo", 0, SLICE_INIT("afoo"), false },
        { "^foo", 0, SLICE_INIT("foo"), true },
        { "^foo", REGEX_MULTILINE, SLICE_INIT("x\nfoo"), true },
        { "^foo", 0, SLICE_INIT("x foo"), false },
        { "(?:^|\\W)foo", 0, SLICE_INIT("foo"), true },
        { "(?:^|x){2}foo", 0, SLICE_INIT("foo"), true }, /* twice nothing */
        { "(?:\\bfoo ){2}", 0, SLICE_INIT("foo foo "), true },
        { "(?:\\bfoo )?bar", 0, SLICE_INIT("xbar"), true },
        { "(?:ab){3}", 0, SLICE_INIT("xababab"), true },
        { "(?:ab){3}", 0, SLICE_INIT("xabab"), false },
        { "[0-9]{12}x", 0, SLICE_INIT("123456789012x"), true },
        { "(a+)q(?:\\1)z", 0, SLICE_INIT("aqaz"), true },
        { "foo|b[ae]r", 0, SLICE_INIT("a ber"), true },
        { "foo|b[ae]r", 0, SLICE_INIT("a bir"), false },
        { "abc.*[xy]z", REGEX_DOTALL, SLICE_INIT("abc\nyz"), true },
        { "[\\042\\223]{2}z", 0, SLICE_INIT("\"\x93z"), true },
        { "\\0a[xy]", 0, SLICE_INIT("\0ay"), true },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        static struct shapes s;
        shape_find(slice_str(rows[i].pattern), rows[i].flags, &s);
        if (s.n == 0)
            fail_msg("%zu: nothing said of %s", i, rows[i].pattern);
        if (is_in(&s, rows[i].text) != rows[i].want)
            fail_msg("%zu: %s", i, rows[i].pattern);
    }
}

static void nothing_is_said_of_some(void **state)
{
    static const char *const patterns[] = { "",      "a?",      "a|",       "(?:a|b*)", "(?=a)",
                                            "(?R)a", "\\1",     "[[:x:]]a", "(?x) a",   "(a",
                                            "a)",    "a\\p{L}", "(?!a)",    ".*",       "\\b" };
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        static struct shapes s;
        shape_find(slice_str(patterns[i]), 0, &s);
        if (s.n)
            fail_msg("%s", patterns[i]);
    }
}

static void many_shapes_at_once(void **state)
{
    static struct shapes s;
    bool seen[300] = { false };
    struct arena a;
    char pattern[20];
    arena_init(&a, 4 << 20);
    struct automaton *m = automaton_new(&a);
    for (unsigned i = 0; i < 300; i++) {
        snprintf(pattern, sizeof(pattern), "[xy]%03u[xy]z", i);
        shape_find(slice_str(pattern), 0, &s);
        automaton_add(m, &s, i);
    }
    automaton_scan(m, SLICE("x000yz x299xz y017xz w118yz"), 7, note, seen);
    assert_true(seen[0] && seen[17] && seen[299]);
    unsigned n = 0; /* those that begin alike are so rare that they are cut short */
    for (unsigned i = 0; i < 300; i++)
        n += seen[i];
    assert_true(n < 60);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_where_the_pattern_may_match),
        cmocka_unit_test(nothing_is_said_of_some),
        cmocka_unit_test(many_shapes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
