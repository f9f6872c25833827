/* lists-test.c - globs, and what lines about lists add up to */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/lists.h"
#include "scoring/test-settings.h"

static void globs_match_whole_texts(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        { "a@example.org", "a@example.org", true },
        { "a@example.org", "b@example.org", false },
        { "a@example.org", "aa@example.org", false },
        { "A@Example.ORG", "a@example.org", true },
        { "*@example.org", "a@example.org", true },
        { "*@example.org", "a@sub.example.org", false },
        { "*@*.example.org", "a@sub.example.org", true },
        { "*.example.org", "a@sub.example.org", true },
        { "*example.org", "a@notexample.org", true },
        { "a?c@example.org", "abc@example.org", true },
        { "a?c@example.org", "ac@example.org", false },
        { "*", "anything", true },
        { "*", "", true },
        { "?", "", false },
        { "*@*.i?u", "x@y.icu", true },
        { "a*", "abc@x.org", true },
        { "*a*b*c*", "xxaxxbxxcxx", true },
        { "*a*b*c*", "xxaxxcxxbxx", false },
        { "a**b", "a-b", true },
        { "a.b@example.org", "a-b@example.org", false },
        { "a(b@example.org", "a_b@example.org", true },
        { "a(b@example.org", "a(b@example.org", true },
        { "*(b@example.org", "x(b@example.org", false },
        { "a\\b@example.org", "a_b@example.org", true },
        { "[ab]@example.org", "a@example.org", false },
        { "short", "short", true },
        { "*ort", "short", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a;
        struct globs g;
        arena_init(&a, 1 << 20);
        globs_init(&g, &a);
        globs_add(&g, SLICE("nobody@nowhere.example"));
        globs_add(&g, slice_str(cases[i].pattern));
        globs_add(&g, SLICE("*@nowhere.example"));
        globs_finish(&g);
        if (globs_have(&g, slice_str(cases[i].text)) != cases[i].matches)
            fail_msg("%s and %s", cases[i].pattern, cases[i].text);
        arena_deinit(&a);
    }
}

static void every_match_is_found_once(void **state)
{
    static const char *const patterns[] = {
        "a@b.example.org", "*@b.example.org", "a@*.example.org", "*", "a@*", "*b.example.org", "x@*", "*ab*"
    };
    struct arena a;
    struct globs g;
    uint64_t at = 0;
    uint32_t number, seen = 0;
    (void)state;
    arena_init(&a, 1 << 20);
    globs_init(&g, &a);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
        assert_int_equal(globs_add(&g, slice_str(patterns[i])), i);
    assert_int_equal(globs_add(&g, SLICE("A@*")), 4);
    globs_remove(&g, SLICE("*"));
    globs_remove(&g, SLICE("not there"));
    globs_finish(&g);
    while (globs_next(&g, SLICE("a@b.example.org"), &at, &number)) {
        assert_int_equal(seen & 1u << number, 0);
        seen |= 1u << number;
    }
    assert_int_equal(seen, 1 | 2 | 4 | 16 | 32);
    assert_int_equal(g.n_there, 7);
    arena_deinit(&a);
}

static void thousands_are_told_apart(void **state)
{
    struct arena a;
    struct globs g;
    char text[60];
    (void)state;
    arena_init(&a, 16 << 20);
    globs_init(&g, &a);
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(text, sizeof(text), i % 2 ? "*@host%u.example.org" : "user%u@gmail.example", i);
        globs_add(&g, arena_dup(&a, slice_str(text)));
    }
    globs_finish(&g);
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(text, sizeof(text), i % 2 ? "x@host%u.example.org" : "user%u@gmail.example", i);
        assert_true(globs_have(&g, slice_str(text)));
        snprintf(text, sizeof(text), i % 2 ? "x@host%u0000.example.org" : "x%u@gmail.example", i);
        assert_false(globs_have(&g, slice_str(text)));
    }
    arena_deinit(&a);
}

struct loaded {
    struct arena a;
    struct rule_problems problems;
    const struct lists *l;
};

static struct loaded *load(const char *lines)
{
    struct loaded *l = calloc(1, sizeof(*l));
    arena_init(&l->a, 16 << 20);
    rule_problems_init(&l->problems, &l->a);
    l->l = lists_load(&l->a, test_settings(&l->a, SETTING_LISTS, lines), &l->problems);
    return l;
}

static void unload(struct loaded *l)
{
    arena_deinit(&l->a);
    free(l);
}

static void lines_are_taken_in_their_order(void **state)
{
    (void)state;
    struct loaded *l =
        load("welcomelist_from *@one.example a@two.example\nwelcomelist_from *@three.example\n"
             "unwelcomelist_from *@one.example a@three.example\nblocklist_from *@b.example\n"
             "unblocklist_from *@B.example\nblocklist_from *@b.example\nall_spam_to abuse@*\n");
    const struct globs *from = &l->l->v[LIST_WELCOME_FROM];
    assert_int_equal(l->problems.n, 0);
    assert_false(globs_have(from, SLICE("a@one.example")));
    assert_true(globs_have(from, SLICE("a@two.example")));
    assert_true(globs_have(from, SLICE("a@three.example")));
    assert_true(globs_have(&l->l->v[LIST_BLOCK_FROM], SLICE("x@b.example")));
    assert_true(globs_have(&l->l->v[LIST_ALL_SPAM_TO], SLICE("abuse@x.example")));
    unload(l);
}

static void lists_have_names(void **state)
{
    (void)state;
    struct loaded *l =
        load("enlist_addrlist (BANKS) *@bank.example\nenlist_addrlist (GOV)  *@*.gov\n"
             "enlist_addrlist (BANKS) *@other.example\nblocklist_to x@y.example\n"
             "enlist_addrlist (blocklist_to) z@y.example\nenlist_addrlist (A (B)) q@y.example");
    assert_int_equal(l->problems.n, 0);
    assert_true(globs_have(lists_named(l->l, SLICE("BANKS")), SLICE("a@bank.example")));
    assert_true(globs_have(lists_named(l->l, SLICE("BANKS")), SLICE("a@other.example")));
    assert_false(globs_have(lists_named(l->l, SLICE("GOV")), SLICE("a@other.example")));
    assert_true(globs_have(&l->l->v[LIST_BLOCK_TO], SLICE("z@y.example")));
    assert_true(globs_have(lists_named(l->l, SLICE("A (B)")), SLICE("q@y.example")));
    assert_null(lists_named(l->l, SLICE("banks")));
    unload(l);
}

static void pairs_keep_their_vouchers(void **state)
{
    (void)state;
    struct loaded *l =
        load("welcomelist_from_rcvd *@a.example one.example\nwelcomelist_from_rcvd *@A.example TWO.example\n"
             "welcomelist_from_dkim *@b.example\nwelcomelist_from_dkim *@b.example signer.example\n"
             "unwelcomelist_from_dkim *@b.example signer.example\n"
             "def_welcomelist_from_rcvd *@c.example [192.0.2.1]\nunwelcomelist_from_rcvd *@c.example");
    const struct list_pairs *rcvd = &l->l->pairs[LIST_RCVD], *dkim = &l->l->pairs[LIST_DKIM];
    assert_int_equal(l->problems.n, 0);
    assert_true(slice_eq(rcvd->vouchers[0]->domain, SLICE("two.example")));
    assert_true(slice_eq(rcvd->vouchers[0]->next->domain, SLICE("one.example")));
    assert_int_equal(dkim->vouchers[0]->domain.n, 0);
    assert_null(dkim->vouchers[0]->next);
    assert_int_equal(l->l->pairs[LIST_DEFAULT_RCVD].addresses.n_there, 0);
    unload(l);
}

static void wrong_lines_are_problems(void **state)
{
    static const char *const wrong[] = {
        "welcomelist_from",
        "welcomelist_from_rcvd *@a.example",
        "welcomelist_from_rcvd a b c",
        "welcomelist_from_dkim",
        "welcomelist_from_dkim a b c",
        "enlist_addrlist BANKS a@b",
        "enlist_addrlist (BANKS)",
        "enlist_addrlist",
        "enlist_addrlist (",
        "enlist_addrlist (X)y",
        "welcomelist_subject",
        "unwelcomelist_from",
        "welcomelist_bounce_relays",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct loaded *l = load(wrong[i]);
        if (l->problems.n != 1 || l->problems.first->line != 1)
            fail_msg("%s: %u problems", wrong[i], l->problems.n);
        unload(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_match_whole_texts),  cmocka_unit_test(every_match_is_found_once),
        cmocka_unit_test(thousands_are_told_apart), cmocka_unit_test(lines_are_taken_in_their_order),
        cmocka_unit_test(lists_have_names),         cmocka_unit_test(pairs_keep_their_vouchers),
        cmocka_unit_test(wrong_lines_are_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
