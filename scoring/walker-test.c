/* walker-test.c - patterns walked by a finite automaton */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/regex.h"
#include "scoring/walker.h"

static bool may_match(const char *pattern, unsigned flags, struct slice text)
{
    struct arena a;
    arena_init(&a, 4 << 20);
    struct walker *w = walker_new(&a, slice_str(pattern), flags);
    assert_non_null(w);
    struct walker_cache *c = walker_cache_new(w);
    bool first = walker_may_match(c, text);
    assert_int_equal(walker_may_match(c, text), first); /* from the cache */
    walker_cache_free(&c);
    assert_null(c);
    arena_deinit(&a);
    return first;
}

static void says_where_a_pattern_may_match(void **state)
{
    static const struct {
        const char *pattern;
        unsigned flags;
        struct slice text;
        bool want;
    } rows[] = {
        { "abc", 0, SLICE_INIT("xabc"), true },
        { "abc", 0, SLICE_INIT("xabxc"), false },
        { "abc", 0, SLICE_INIT("aabababc"), true },
        { "ABC", REGEX_CASELESS, SLICE_INIT("xabc"), true },
        { "a|bc|d", 0, SLICE_INIT("xbc"), true },
        { "a|bc|d", 0, SLICE_INIT("xbxc"), false },
        { "x(?:a|bc|)y", 0, SLICE_INIT("xy"), true },
        { "x(?:a|bc|)y", 0, SLICE_INIT("xbcy"), true },
        { "x(?:a|bc|)y", 0, SLICE_INIT("xaby"), false },
        { "x(?:ab)*y", 0, SLICE_INIT("xababy"), true },
        { "x(?:ab)*y", 0, SLICE_INIT("xabay"), false },
        { "x(?:ab)+y", 0, SLICE_INIT("xy"), false },
        { "x(?:ab)?y", 0, SLICE_INIT("xaby"), true },
        { "x(?:ab?){3}y", 0, SLICE_INIT("xabaaby"), true },
        { "x(?:ab?){3}y", 0, SLICE_INIT("xabaay"), true },
        { "x(?:ab?){3}y", 0, SLICE_INIT("xabay"), false },
        { "x(?:ab?){3}y", 0, SLICE_INIT("xaaaay"), false },
        { "x(?:ab?){2,}y", 0, SLICE_INIT("xay"), false },
        { "x(?:ab?){2,}y", 0, SLICE_INIT("xaaabay"), true },
        { "x[ab]{5}y", 0, SLICE_INIT("xababay"), true },
        { "x[ab]{5}y", 0, SLICE_INIT("xabay"), false },
        { "x[ab]{2,4}y", 0, SLICE_INIT("xay"), false },
        { "x[ab]{2,4}y", 0, SLICE_INIT("xaby"), true },
        { "x[ab]{2,4}y", 0, SLICE_INIT("xababy"), true },
        { "x[ab]{2,4}y", 0, SLICE_INIT("xababay"), false },
        { "x(?:[ab]{1,2}c){2}y", 0, SLICE_INIT("xabcacy"), true },
        { "x(?:[ab]{1,2}c){2}y", 0, SLICE_INIT("xabcabacy"), false },
        { "x[ab]{1,70}y", 0, SLICE_INIT("xay"), true },
        { "(?:(?:a|b)(?:c|d)){2}(?:e|f){1,3}", 0, SLICE_INIT("xacbdf"), true },
        { "(?:(?:a|b)(?:c|d)){2}(?:e|f){1,3}", 0, SLICE_INIT("xacbbf"), false },
        { "(?:|a)(?:|b)(?:)*c", 0, SLICE_INIT("c"), true },
        { "a(?=bc)bc", 0, SLICE_INIT("abc"), true },
        { "a(?!b)c", 0, SLICE_INIT("ac"), true },
        { "(a+)-\\1-b", 0, SLICE_INIT("aa-aa-b"), true },
        { "^ab", 0, SLICE_INIT("ab"), true },
        { "^ab", 0, SLICE_INIT("xab"), false },
        { "^ab", 0, SLICE_INIT("x\nab"), true },
        { "^ab", 0, SLICE_INIT("x\nxab\nax\na\nb"), false },
        { "c|^ab", 0, SLICE_INIT("xab"), false },
        { "c|^ab", 0, SLICE_INIT("xc"), true },
        { "(?:^a)+b", 0, SLICE_INIT("xab"), true }, /* only at the pattern's own beginning */
        { "x*^ab", 0, SLICE_INIT("xab"), true },
        { "^*ab", 0, SLICE_INIT("xab"), true },
        { "^\\n?ab", 0, SLICE_INIT("ab"), true },
        { "\\bab\\b", 0, SLICE_INIT("xabx"), true }, /* what stands around is not looked at */
        { "\\xc3[\\xa0-\\xaf]z", 0, SLICE_INIT("\xc3\xa5z"), true },
        { "\\xc3[\\xa0-\\xaf]z", 0, SLICE_INIT("\xc3\x95z"), false },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (may_match(rows[i].pattern, rows[i].flags, rows[i].text) != rows[i].want)
            fail_msg("%zu: %s", i, rows[i].pattern);
}

static void of_some_nothing_can_be_said(void **state)
{
    static const char *const patterns[] = { "", "a?", "\\b", "(?R)a", "(a", "a)" };
    struct arena a;
    arena_init(&a, 4 << 20);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        if (walker_new(&a, slice_str(patterns[i]), 0))
            fail_msg("%s", patterns[i]);
    arena_deinit(&a);
}

/* 2^20 states are too many to write down: it says yes, or the right thing. */
static void what_would_need_too_many_states_may_match(void **state)
{
    static char text[100000];
    struct arena a;
    uint32_t seed = 1;
    arena_init(&a, 4 << 20);
    struct walker *w = walker_new(&a, SLICE("a[ab]{20}c"), 0);
    struct walker_cache *c = walker_cache_new(w);
    for (size_t i = 0; i < sizeof(text); i++) {
        seed = seed * 1103515245 + 12345;
        text[i] = seed >> 16 & 1 ? 'a' : 'b';
    }
    for (unsigned i = 0; i < 5; i++) {
        assert_true(walker_may_match(c, slice_of(text, sizeof(text))));
        assert_false(walker_may_match(c, SLICE("bbb")));
        assert_true(walker_may_match(c, SLICE("aaaaaaaaaaaaaaaaaaaaac")));
    }
    walker_cache_free(&c);
    arena_deinit(&a);
}

static void knows_what_matches_nothing(void **state)
{
    static const struct {
        const char *pattern;
        bool want;
    } rows[] = {
        { "a[^\\s\\S]b", true },       { "a(?:[^\\s\\S]|c)b", false },
        { "a(?:[^\\s\\S])?b", false }, { "(?:ab|[^\\s\\S])+[^\\s\\S]{2}", true },
        { "a(?![^\\s\\S])b", false },  { "(?:a(?:[^\\s\\S]))*b", false },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct arena a;
        arena_init(&a, 1 << 20);
        const struct walker *w = walker_new(&a, slice_str(rows[i].pattern), 0);
        assert_non_null(w);
        if (walker_never_matches(w) != rows[i].want)
            fail_msg("%s", rows[i].pattern);
        arena_deinit(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_matches_nothing),
        cmocka_unit_test(says_where_a_pattern_may_match),
        cmocka_unit_test(of_some_nothing_can_be_said),
        cmocka_unit_test(what_would_need_too_many_states_may_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
