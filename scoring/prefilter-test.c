/* prefilter-test.c - which rules are worth judging, and where */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/prefilter.h"

#define PIECES_MAX 4

struct row {
    const char *rule, *pieces[PIECES_MAX], *want;
};

/* Of the whole message no scan is made for few rules: there are some more that never hit. */
static void add_others(struct buf *b)
{
    for (unsigned i = 0; i < 16; i++)
        buf_printf(b, "\nfull O%u /zqzq/", i);
}

static struct ruleset *load(const char *rules)
{
    static const struct scoring_options o = { .rules_max = 40 };
    struct arena a;
    struct err e = { 0 };
    struct buf b;
    arena_init(&a, 1 << 20);
    buf_init_in(&b, &a, 10000);
    buf_add_str(&b, rules);
    add_others(&b);
    struct ruleset *set = ruleset_load_text(&o, buf_slice(&b), "t.cf", &a, NULL, &e);
    arena_deinit(&a);
    assert_non_null(set);
    return set;
}

/* the pieces that the rule is worth judging in, as "0 2 3" */
static struct slice candidates_of(struct candidates *c, const struct rule *r, const struct view *v,
                                  struct buf *b)
{
    for (size_t i = candidates_next(c, r, v, 0); i < v->n; i = candidates_next(c, r, v, i + 1))
        buf_printf(b, "%s%zu", b->n ? " " : "", i);
    return buf_slice(b);
}

static void check_row(const struct row *row)
{
    struct slice v[PIECES_MAX];
    struct view view = { .v = v };
    struct buf b;
    struct arena a;
    arena_init(&a, 1 << 20);
    buf_init_in(&b, &a, 1000);
    struct ruleset *set = load(row->rule);
    struct candidates *c = candidates_new(set->prefilter);
    for (; view.n < PIECES_MAX && row->pieces[view.n]; view.n++)
        v[view.n] = slice_str(row->pieces[view.n]);
    candidates_begin(c, &a);
    struct slice got = candidates_of(c, set->rules[0], &view, &b);
    if (!slice_eq(got, slice_str(row->want)))
        fail_msg("%s: %.*s", row->rule, SLICE_ARG(got));
    candidates_free(&c);
    ruleset_free(&set);
    arena_deinit(&a);
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_row(&rows[i]);
}

static void says_where_a_rule_may_hit(void **state)
{
    static const struct row rows[] = {
        { "body A /casino/", { "no such game" }, "" },
        { "body A /casino/", { "casino" }, "0" },
        { "body A /casino/i", { "a CaSiNo!" }, "0" },
        { "body A /casino/", { "one", "two casino", "three" }, "1" },
        { "body A /casino/", { "one", "casino", "three", "casino" }, "1 3" },
        { "body A /casino/", { "cas", "ino" }, "" },
        { "body A /abc/", { "", "ab", "abc", "" }, "2" },
        { "body A /abcdefgh/", { "xxxxxxxabcdefgh" }, "0" },
        { "body A /abcdefgh/", { "abcdefg" }, "" },
        { "body A /one|three/", { "th", "one", "three" }, "1 2" },
        { "header A Subject =~ /casino/", { "casino" }, "0" },
        { "header A Subject =~ /casino/", { "cas" }, "" },
        { "uri A /casino/", { "http://casino", "http://" }, "0" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void rules_without_strings_may_hit_everywhere(void **state)
{
    static const struct row rows[] = {
        { "body A /\\d+/", { "one", "two" }, "0 1" },
        { "body A /^/", { "" }, "0" },
        { "header A Subject =~ /./", { "x" }, "0" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void a_later_definition_counts(void **state)
{
    static const struct row rows[] = {
        { "body A /casino/\nbody A /other/", { "casino" }, "" },
        { "body A /casino/\nbody A /.asino|./", { "nothing" }, "0" },
        { "body A /casino/\nheader A Subject =~ /abc/", { "abc", "casino" }, "0" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

/* the groups of one set, in any order, message by message */
static void each_kind_of_text_is_scanned_by_itself(void **state)
{
    struct ruleset *set = load("body A /abc/\nbody B /def/\nuri C /abc/\nheader D To =~ /abc/\n"
                               "header E Cc =~ /abc/\nheader F To =~ /def/");
    struct slice with[] = { SLICE("abc") }, without[] = { SLICE("xyz") };
    const struct view hit = { with, 1 }, miss = { without, 1 };
    struct candidates *c = candidates_new(set->prefilter);
    struct arena a;
    arena_init(&a, 1 << 20);
    for (unsigned round = 0; round < 3; round++) {
        const struct view *body = round % 2 ? &miss : &hit, *to = round % 2 ? &hit : &miss;
        candidates_begin(c, &a);
        assert_int_equal(candidates_next(c, set->rules[0], body, 0), round % 2 ? 1 : 0);
        assert_int_equal(candidates_next(c, set->rules[1], body, 0), 1);
        assert_int_equal(candidates_next(c, set->rules[2], &miss, 0), 1);
        assert_int_equal(candidates_next(c, set->rules[3], to, 0), round % 2 ? 0 : 1);
        assert_int_equal(candidates_next(c, set->rules[4], &miss, 0), 1);
        assert_int_equal(candidates_next(c, set->rules[5], to, 0), 1);
    }
    candidates_free(&c);
    arena_deinit(&a);
    ruleset_free(&set);
}

/* more pieces than there are bits for */
static void many_pieces_lose_no_candidate(void **state)
{
    struct ruleset *set = load("body A /abc/");
    struct candidates *c = candidates_new(set->prefilter);
    struct arena a;
    arena_init(&a, 10 << 20);
    for (size_t n = 1000; n < 20000; n = n * 3 / 2) {
        struct view view = { arena_array(&a, n, sizeof(struct slice)), n };
        for (size_t i = 0; i < n; i++)
            view.v[i] = i % 777 == 0 || i == n - 1 ? SLICE("abc") : SLICE("xyz");
        candidates_begin(c, &a);
        size_t judged = 0, found = 0;
        for (size_t i = candidates_next(c, set->rules[0], &view, 0); i < n;
             i = candidates_next(c, set->rules[0], &view, i + 1), judged++)
            found += view.v[i].p[0] == 'a';
        assert_int_equal(found, (n - 1) / 777 + 1 + ((n - 1) % 777 != 0));
        assert_true(judged < n / 10);
    }
    candidates_free(&c);
    arena_deinit(&a);
    ruleset_free(&set);
}

static void few_rules_are_not_worth_a_scan_of_it_all(void **state)
{
    static const struct scoring_options o = { .rules_max = 40 };
    struct slice text[] = { SLICE("x") };
    const struct view view = { text, 1 };
    struct arena a;
    struct err e;
    arena_init(&a, 1000);
    struct ruleset *set = ruleset_load_text(&o, SLICE("full A /abc/\n"), "t.cf", &a, NULL, &e);
    assert_non_null(set);
    struct candidates *c = candidates_new(set->prefilter);
    candidates_begin(c, &a);
    assert_int_equal(candidates_next(c, set->rules[0], &view, 0), 0);
    candidates_free(&c);
    arena_deinit(&a);
    ruleset_free(&set);
}

static void slow_patterns_are_walked_where_there_are_many_pieces(void **state)
{
    struct ruleset *set = load("rawbody A /<a [^>]{0,2048}href=[^>]{0,2048}>x/");
    struct slice text[12];
    const struct view view = { text, 12 };
    struct arena a;
    struct buf b;
    for (size_t i = 0; i < 12; i++)
        text[i] = i == 10 ? SLICE("<a href=z>x") : SLICE("<a href=z");
    arena_init(&a, 1 << 20);
    struct candidates *c = candidates_new(set->prefilter);
    for (int message = 0; message < 2; message++) {
        candidates_begin(c, &a);
        buf_init_in(&b, &a, 1000);
        struct slice got = candidates_of(c, set->rules[0], &view, &b);
        if (!slice_eq(got, SLICE("0 1 2 3 4 5 6 7 10")))
            fail_msg("%.*s", SLICE_ARG(got));
    }
    candidates_free(&c);
    ruleset_free(&set);
    arena_deinit(&a);
}

static void strings_of_a_repeated_group_are_counted(void **state)
{
    static const struct row rows[] = {
        { "body A /(?:(?:name|city) ?){3}/", { "name city", "name city name", "namename" }, "1" },
        { "body A /(?:(?:name|city) ?){3,}/", { "namecityname", "name", "city" }, "0" },
        { "body A /x(?:(?:name|city) ?){3}/", { "xname city", "none" }, "0" },
        { "body A /(?:(?:name|city|) ?){3}/", { "x", "y" }, "0 1" },
        { "body A /(?:(?:name|city) ?){3}|z/", { "name", "z" }, "0 1" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void a_template_is_known_by_what_stands_between_the_names(void **state)
{
    static const struct row rows[] = {
        { "uri A m;^https?://casino\\.%{NAME}\\?x;", { "http://casino.a?x", "http://other.a?x" }, "0" },
        { "uri A /%{NAME}/", { "a", "b" }, "0 1" },
        { "uri A /x(?:%{NAME}|casino)y/", { "xay", "xcasinoy", "casino" }, "0 1" },
        { "uri A /casino[a%{NAME}b]/", { "http://casino", "http://b]" }, "0 1" },
    };
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void without_a_prefilter_all_is_judged(void **state)
{
    struct ruleset *set = load("body A /abc/");
    struct slice text[] = { SLICE("x"), SLICE("y") };
    const struct view view = { text, 2 };
    struct candidates *c = candidates_new(NULL);
    struct arena a;
    arena_init(&a, 1000);
    candidates_begin(c, &a);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(candidates_next(c, set->rules[0], &view, i), i);
    candidates_free(&c);
    arena_deinit(&a);
    ruleset_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_where_a_rule_may_hit),
        cmocka_unit_test(rules_without_strings_may_hit_everywhere),
        cmocka_unit_test(a_later_definition_counts),
        cmocka_unit_test(each_kind_of_text_is_scanned_by_itself),
        cmocka_unit_test(many_pieces_lose_no_candidate),
        cmocka_unit_test(few_rules_are_not_worth_a_scan_of_it_all),
        cmocka_unit_test(slow_patterns_are_walked_where_there_are_many_pieces),
        cmocka_unit_test(strings_of_a_repeated_group_are_counted),
        cmocka_unit_test(a_template_is_known_by_what_stands_between_the_names),
        cmocka_unit_test(without_a_prefilter_all_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
