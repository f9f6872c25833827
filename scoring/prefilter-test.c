/* prefilter-test.c - which rules are worth judging, and where */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/prefilter.h"

#define PIECES_MAX 4

struct row {
    const char *rule, *pieces[PIECES_MAX];
    unsigned from, to;
};

static struct prefilter_range ranges[10];

static struct prefilter_range scan(const struct ruleset *set, const char *const *pieces)
{
    struct slice v[PIECES_MAX];
    struct view view = { .v = v };
    while (view.n < PIECES_MAX && pieces[view.n]) {
        v[view.n] = slice_str(pieces[view.n]);
        view.n++;
    }
    memset(ranges, 0xff, sizeof(ranges));
    prefilter_scan(set->prefilter, RULE_BODY, &view, ranges);
    return ranges[0];
}

static struct ruleset *load(const char *rules)
{
    static const struct scoring_options o = { .rules_max = 10 };
    struct arena a;
    struct err e = { 0 };
    arena_init(&a, 1 << 20);
    struct ruleset *set = ruleset_load_text(&o, slice_str(rules), "t.cf", &a, NULL, &e);
    arena_deinit(&a);
    assert_non_null(set);
    return set;
}

static void says_where_a_rule_may_hit(void **state)
{
    static const struct row rows[] = {
        { "body A /casino/", { "no such game" }, 0, 0 },
        { "body A /casino/", { "casino" }, 0, 1 },
        { "body A /casino/i", { "a CaSiNo!" }, 0, 1 },
        { "body A /casino/", { "one", "two casino", "three" }, 1, 2 },
        { "body A /casino/", { "one", "casino", "three", "casino" }, 1, 4 },
        { "body A /casino/", { "cas", "ino" }, 0, 0 },
        { "body A /abc/", { "", "ab", "abc", "" }, 2, 3 },
        { "body A /abcdefgh/", { "xxxxxxxabcdefgh" }, 0, 1 },
        { "body A /abcdefgh/", { "abcdefg" }, 0, 0 },
        { "body A /one.*two|three/", { "th", "one", "three" }, 1, 3 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct ruleset *set = load(rows[i].rule);
        assert_true(prefilter_knows(set->prefilter, set->rules[0]));
        struct prefilter_range got = scan(set, rows[i].pieces);
        if (got.from != rows[i].from || got.to != rows[i].to)
            fail_msg("%zu: %u to %u", i, got.from, got.to);
        ruleset_free(&set);
    }
}

static void knows_only_rules_with_strings(void **state)
{
    struct ruleset *set =
        load("body A /\\d+/\nbody B /casino/\nheader C Subject =~ /casino/\nuri D /casino/");
    static const bool want[] = { false, true, false, true };
    for (size_t i = 0; i < set->n; i++)
        assert_int_equal(prefilter_knows(set->prefilter, set->rules[i]), want[i]);
    ruleset_free(&set);
}

static void a_later_definition_counts(void **state)
{
    static const char *const pieces[] = { "casino", NULL };
    struct ruleset *set = load("body A /casino/\nbody A /other/");
    assert_int_equal(scan(set, pieces).to, 0);
    ruleset_free(&set);
    set = load("body A /casino/\nbody A /.asino|./");
    assert_false(prefilter_knows(set->prefilter, set->rules[0]));
    ruleset_free(&set);
}

static void other_rules_are_left_alone(void **state)
{
    static const char *const pieces[] = { "casino", NULL };
    struct ruleset *set = load("body A /casino/\nuri B /casino/\nbody C /./");
    scan(set, pieces);
    assert_int_equal(ranges[0].to, 1);
    assert_int_equal(ranges[1].to, UINT32_MAX);
    assert_int_equal(ranges[2].to, UINT32_MAX);
    ruleset_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_where_a_rule_may_hit),
        cmocka_unit_test(knows_only_rules_with_strings),
        cmocka_unit_test(a_later_definition_counts),
        cmocka_unit_test(other_rules_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
