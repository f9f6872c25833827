/* score-test.c - which rules hit, how often, and what is said of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/test-message.h"

static struct arena arena;
static struct scoring_options options = {
    .regex_match_limit = 100000,
    .message_budget = 60000,
    .rules_max = 1000,
};

static int make_arena(void **state)
{
    arena_init(&arena, 64 << 20);
    message_warm();
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static const char message[] = "From: Ann <ann@example.org>\n"
                              "To: bob@example.net\n"
                              "Subject: Hello there\n"
                              "X-Twice: one\n"
                              "X-Twice: two\n"
                              "X-Empty:\n"
                              "X-Spam-Flag: YES\n"
                              "\n"
                              "first line\nsecond line\n\nword word word\n\nSee http://192.0.2.7/x\n";

struct run {
    struct ruleset *set;
    struct scorer *scorer;
    struct test_message *t;
    struct finding_list found;
};

static void run_start(struct run *r, const char *rules, struct slice text)
{
    const struct rule_problem *problems;
    struct err e = { 0 };
    memset(r, 0, sizeof(*r));
    r->set = ruleset_load_text(&options, slice_str(rules), "t.cf", &arena, &problems, &e);
    if (r->set == NULL || problems)
        fail_msg("%s: %s", rules, problems ? problems->text : e.text);
    r->scorer = scorer_new(r->set, &options);
    r->t = test_message_new(text, NULL);
    scorer_evaluate(r->scorer, &r->t->m, &r->found);
}

static void run_end(struct run *r)
{
    test_message_free(r->t);
    scorer_free(&r->scorer);
    assert_null(r->scorer);
    scorer_free(&r->scorer);
    ruleset_free(&r->set);
}

static const struct finding *found(const struct run *r, const char *name)
{
    const struct finding *one = NULL;
    for (const struct finding *f = r->found.first; f; f = f->next)
        if (slice_eq(f->name, slice_str(name))) {
            assert_null(one);
            one = f;
        }
    return one;
}

/* ---- tests that hit or not */

static void tests_hit_what_they_should(void **state)
{
    static const struct {
        const char *rule;
        bool hit;
        const char *detail;
    } rows[] = {
        { "header X Subject =~ /hello/i", true, "Hello" },
        { "header X Subject =~ /hello/", false, NULL },
        { "header X Subject =~ /^Hello there$/", true, "Hello there" },
        { "header X subject =~ /Hello/", true, "Hello" },
        { "header X Subject !~ /goodbye/", true, "Hello there\n" },
        { "header X Subject !~ /Hello/", false, NULL },
        { "header X From:addr =~ /^ann\\@example\\.org$/", true, "ann@example.org" },
        { "header X From:name =~ /^Ann$/", true, "Ann" },
        { "header X X-Twice =~ /one\\ntwo/", true, "one\ntwo" },
        { "header X X-Twice =~ /^two$/m", true, "two" },
        { "header X ALL =~ /\\nTo: bob/", true, "\nTo: bob" },
        /* absent: =~ sees the empty string, !~ hits, exists does not */
        { "header X X-None =~ /^$/", true, "" },
        { "header X X-None =~ /./", false, NULL },
        { "header X X-None !~ /x/", true, "" },
        { "header X X-None !~ /^/", false, NULL },
        { "header X X-None =~ /unset/ [if-unset: unset]", true, "unset" },
        { "header X X-None !~ /unset/ [if-unset: unset]", false, NULL },
        { "header X X-Empty =~ /unset/ [if-unset: unset]", false, NULL },
        { "header X exists:X-None", false, NULL },
        { "header X exists:X-Empty", true, "X-Empty" },
        { "header X exists:x-twice", true, "x-twice" },
        { "header X exists:X-Spam-Flag", false, NULL },
        { "header X ALL =~ /X-Spam/", false, NULL },
        /* a paragraph is a piece, white space is one space, Subject is the first */
        { "body X /first line second line/", true, "first line second line" },
        { "body X /^word word word$/", true, "word word word" },
        { "body X /second line.*word/s", false, NULL },
        { "body X /^Hello there$/", true, "Hello there" },
        { "body X /^Hello there$/\ntflags X nosubject", false, NULL },
        { "body X /there.*first/s", false, NULL },
        { "rawbody X /first line\\nsecond/", true, "first line\nsecond" },
        { "rawbody X /Hello/", false, NULL },
        { "full X /X-Spam-Flag: YES\\n\\nfirst/", true, "X-Spam-Flag: YES\n\nfirst" },
        { "uri X /^http:\\/\\/192\\.0\\.2\\.7\\/x/", true, "http://192.0.2.7/x" },
        { "uri X /first/", false, NULL },
        { "body X /first/\nscore X 0", false, NULL },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct run r;
        run_start(&r, rows[i].rule, slice_str(message));
        const struct finding *f = found(&r, "X");
        if ((f != NULL) != rows[i].hit)
            fail_msg("%s: %s", rows[i].rule, f ? "hit" : "no hit");
        if (f && !slice_eq(f->detail, slice_str(rows[i].detail)))
            fail_msg("%s: detail \"%.*s\"", rows[i].rule, SLICE_ARG(f->detail));
        assert_int_equal(r.found.n, rows[i].hit);
        run_end(&r);
    }
}

static void findings_have_kind_score_and_count(void **state)
{
    struct run r;
    run_start(&r,
              "body A /word/\nscore A 2.5\nbody __B /word/\ntflags __B multiple\n"
              "body C /word/\ntflags C multiple maxhits=2\nscore C -1\n",
              slice_str(message));
    const struct finding *a = found(&r, "A"), *b = found(&r, "__B"), *c = found(&r, "C");
    assert_int_equal(a->kind, FINDING_RULE);
    assert_true(a->score == 2.5);
    assert_int_equal(a->count, 1);
    assert_int_equal(b->kind, FINDING_SUBRULE);
    assert_true(b->score == 0);
    assert_int_equal(b->count, 3);
    assert_int_equal(c->count, 2);
    assert_true(c->score == -2); /* each time, as in SpamAssassin */
    run_end(&r);
}

static void multiple_counts_over_pieces_and_empty_matches(void **state)
{
    struct run r;
    run_start(&r,
              "body A /line|word/\ntflags A multiple\nheader B X-Twice =~ /^/m\ntflags B multiple\n"
              "header C Subject =~ /x*/\ntflags C multiple\nheader D X-Twice =~ /o/\ntflags D multiple\n",
              slice_str(message));
    assert_int_equal(found(&r, "A")->count, 5);
    assert_int_equal(found(&r, "B")->count, 2);
    assert_int_equal(found(&r, "C")->count, sizeof("Hello there\n"));
    assert_int_equal(found(&r, "D")->count, 2);
    run_end(&r);
}

static void metas_work_on_counts(void **state)
{
    static const char rules[] =
        "body __W /word/\ntflags __W multiple\nbody __F /first/\nbody __N /nope/\n"
        "meta A __W >= 3\nmeta B __W + __F == 4\nmeta C __W && !__N\nmeta __D __W * 2\n"
        "meta E __D == 6\nmeta F __N || __W > 3\nmeta G !__UNKNOWN__\n";
    struct run r;
    struct err e;
    memset(&r, 0, sizeof(r));
    r.set = ruleset_load_text(&options, slice_str(rules), "t.cf", &arena, NULL, &e);
    r.scorer = scorer_new(r.set, &options);
    r.t = test_message_new(slice_str(message), NULL);
    for (int round = 0; round < 2; round++) { /* nothing is left over from the message before */
        memset(&r.found, 0, sizeof(r.found));
        scorer_evaluate(r.scorer, &r.t->m, &r.found);
        assert_non_null(found(&r, "A"));
        assert_non_null(found(&r, "B"));
        assert_non_null(found(&r, "C"));
        assert_int_equal(found(&r, "__D")->count, 6);
        assert_non_null(found(&r, "E"));
        assert_null(found(&r, "F"));
        assert_non_null(found(&r, "G"));
        assert_true(slice_eq(found(&r, "B")->detail, SLICE("__W __F")));
        assert_true(slice_eq(found(&r, "C")->detail, SLICE("__W")));
    }
    run_end(&r);
}

/* SpamAssassin's: where such a meta hits, those who depend on it wait for ever. */
static void metas_with_score_0_hide_who_depends_on_their_hit(void **state)
{
    struct run r;
    run_start(&r,
              "body __A /first/\nbody __B /nowhere/\nmeta HIT __A\nscore HIT 0\nmeta NONE __B\nscore NONE 0\n"
              "meta A !HIT\nmeta B HIT || __A\nmeta C !NONE\nmeta D !A\nmeta E NONE || __A\n",
              slice_str(message));
    assert_null(found(&r, "HIT"));
    assert_null(found(&r, "A"));
    assert_null(found(&r, "B"));
    assert_non_null(found(&r, "C"));
    assert_null(found(&r, "D"));
    assert_non_null(found(&r, "E"));
    run_end(&r);
}

static void detail_is_cut(void **state)
{
    struct run r;
    struct buf text;
    buf_init_in(&text, &arena, 10000);
    buf_add_str(&text, "Subject: ");
    for (int i = 0; i < 3000; i++)
        buf_add_char(&text, 'x');
    buf_add_str(&text, "\n\n");
    run_start(&r, "header A Subject =~ /x+/\n", buf_slice(&text));
    assert_int_equal(found(&r, "A")->detail.n, 100);
    run_end(&r);
}

/* ---- metas */

/* Whatever hits, each meta is what it would be if all that depend on a hit were looked at. */
static void metas_are_evaluated_where_they_may_be_something(void **state)
{
    static const char rules[] = "body __A /one/\nbody __B /two/\nbody __C /three/\n"
                                "meta M1 __A && __B && __C\nmeta M2 __A || (__B && __C)\n"
                                "meta M3 (__A && __B) || (__A && __C)\nmeta M4 __A + __B + __C > 1\n"
                                "meta M5 __A && !__B\nmeta M6 !(__A && __B)\nmeta M7 __A * __B - __C\n"
                                "meta M8 __A ? __B : __C\nmeta M9 (__A ? __B : __B) && 1\nmeta N1 __A / __B\n"
                                "meta N2 __A == __B\nmeta N3 (__A + __B) * !__C\nmeta N4 M1 && !M5\n"
                                "meta N5 M6 && __C\nmeta N6 -(__A && __C)\n";
    for (unsigned i = 0; i < 8; i++) {
        struct run r;
        struct finding_list all = { 0 };
        run_start(&r, rules,
                  arena_printf(&arena, "Subject: x\n\n%s\n\n%s\n\n%s\n", i & 1 ? "one" : "",
                               i & 2 ? "two" : "", i & 4 ? "three" : ""));
        r.set->first_watcher = r.set->first_user;
        r.set->watchers = r.set->users;
        scorer_evaluate(r.scorer, &r.t->m, &all);
        assert_int_equal(r.found.n, all.n);
        const struct finding *b = all.first;
        for (const struct finding *a = r.found.first; a; a = a->next, b = b->next)
            assert_true(slice_eq(a->name, b->name) && a->count == b->count);
        run_end(&r);
    }
}

/* ---- limits */

static struct slice hard_text(void)
{
    struct buf text;
    buf_init_in(&text, &arena, 1 << 20);
    buf_add_str(&text, "Subject: easy\n\n");
    for (int k = 0; k < 20; k++) {
        for (int i = 0; i < 40; i++)
            buf_add_char(&text, 'a');
        buf_add_str(&text, "!\n\n");
    }
    buf_add_str(&text, "easy\n");
    return buf_slice(&text);
}

static const struct finding *unchecked(const struct run *r, const char *name)
{
    const struct finding *f = found(r, name);
    return f && f->kind == FINDING_CLASS && f->class == CLASS_UNCHECKED_REGEX ? f : NULL;
}

static void a_match_limit_is_told_and_the_rest_runs(void **state)
{
    struct run r;
    run_start(&r, "body A /(?:a|aa|a+)+$/\nbody B /easy/\nheader C Subject !~ /easy/\n", hard_text());
    assert_non_null(unchecked(&r, "A"));
    assert_true(slice_eq(unchecked(&r, "A")->detail, SLICE("a match reached regex_match_limit")));
    assert_non_null(found(&r, "B"));
    assert_int_equal(r.found.n, 2);
    run_end(&r);
}

static void a_limit_on_one_piece_does_not_hide_a_hit_on_another(void **state)
{
    struct run r;
    run_start(&r, "body __A /(?:a|aa|a+)+$|^easy $/\nmeta M __A\n", hard_text());
    unsigned hits = 0, limits = 0;
    for (const struct finding *f = r.found.first; f; f = f->next) {
        hits += f->kind == FINDING_SUBRULE;
        limits += f->kind == FINDING_CLASS;
    }
    assert_int_equal(hits, 1);
    assert_int_equal(limits, 1);
    assert_non_null(found(&r, "M"));
    run_end(&r);
}

static void a_limit_under_negation_is_no_hit(void **state)
{
    struct run r;
    run_start(&r, "header A X-Hard !~ /(?:a|aa|a+)+$/\n",
              SLICE("X-Hard: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n\n"));
    assert_non_null(unchecked(&r, "A"));
    assert_int_equal(r.found.n, 1);
    run_end(&r);
}

static bool has_detail(const struct run *r, const char *name, const char *detail)
{
    for (const struct finding *f = r->found.first; f; f = f->next)
        if (f->class == CLASS_UNCHECKED_REGEX && slice_eq(f->name, slice_str(name)) &&
            slice_eq(f->detail, slice_str(detail)))
            return true;
    return false;
}

static void what_rules_have_not_seen_is_not_clean(void **state)
{
    struct buf text;
    struct run r;
    buf_init(&text, 4 << 20);
    buf_add_slice(&text, SLICE("Subject: x\nContent-Type: text/html\n\n"));
    for (unsigned i = 0; i <= VIEW_URIS_MAX; i++)
        buf_printf(&text, "<a href=\"http://example.com/%u\">\n", i);
    run_start(&r, "uri A /nothing/\n", buf_slice(&text));
    assert_true(r.found.classes & CLASS_BIT(CLASS_UNCHECKED_LIMIT));
    run_end(&r);
    buf_deinit(&text);
}

static void past_the_budget_the_rest_is_not_run(void **state)
{
    struct run r;
    struct scoring_options saved = options;
    options.message_budget = 10;
    options.regex_match_limit = 5000000;
    run_start(&r,
              "header __A Subject =~ /easy/\nbody B /(?:a|aa|a+)+$/\nbody C /easy/\nbody D /easy/\n"
              "meta E __A\nmeta F !C\nmeta G !B\npriority __A -1\npriority C 1\npriority D 1\n",
              hard_text());
    options = saved;
    assert_non_null(found(&r, "__A"));
    assert_non_null(found(&r, "E"));
    assert_null(found(&r, "C"));
    assert_null(found(&r, "D"));
    assert_null(found(&r, "F")); /* nobody knows whether C would have hit */
    assert_null(found(&r, "G"));
    assert_true(has_detail(&r, "B", "message_budget of 10 ms of CPU used up: 2 tests left"));
    run_end(&r);
}

static void a_set_is_shared_by_scorers(void **state)
{
    struct run r;
    run_start(&r, "body A /first/\nmeta B A\n", slice_str(message));
    struct scorer *other = scorer_new(r.set, &options);
    struct finding_list list = { 0 };
    struct test_message *t = test_message_new(SLICE("Subject: x\n\nnothing\n"), NULL);
    scorer_evaluate(other, &t->m, &list);
    assert_int_equal(list.n, 0);
    assert_int_equal(r.found.n, 2);
    test_message_free(t);
    scorer_free(&other);
    run_end(&r);
}

/* ---- what one rule captures another looks for */

static void what_was_captured_is_looked_for(void **state)
{
    struct run r;
    run_start(&r,
              "header __WHO From:addr =~ /^(?<WHO>\\w+)\\@/\n"
              "body __WORD /(?<WORD>w\\w+)/\ntflags __WORD multiple\n"
              "header SAME From =~ /^%{WHO} </i\n"
              "header OTHER To =~ /%{WHO}/\n"
              "body TWICE /%{WORD} %{WORD}/\n"
              "header NEVER From =~ /%{NOBODY}/\n"
              "meta NOT_NEVER !NEVER\n",
              slice_str(message));
    assert_non_null(found(&r, "SAME"));
    assert_null(found(&r, "OTHER"));
    assert_non_null(found(&r, "TWICE"));
    assert_null(found(&r, "NEVER"));
    assert_non_null(found(&r, "NOT_NEVER"));
    run_end(&r);
}

/* The value is text, whatever is in it. */
static void a_captured_value_is_no_pattern(void **state)
{
    struct run r;
    run_start(&r, "header __A Subject =~ /(?<VALUE>.+)/\nheader HIT X-A =~ /^%{VALUE}$/\n",
              SLICE("Subject: a.c|x(\nX-A: a.c|x(\n\n"));
    assert_non_null(found(&r, "HIT"));
    run_end(&r);
    run_start(&r, "header __A Subject =~ /(?<VALUE>.+)/\nheader HIT X-A =~ /^%{VALUE}$/\n",
              SLICE("Subject: a.c\nX-A: abc\n\n"));
    assert_null(found(&r, "HIT"));
    run_end(&r);
}

/* ---- shortcircuit */

#define LOAD "loadplugin Mail::SpamAssassin::Plugin::Shortcircuit\n"

static void a_shortcircuit_ends_with_its_step(void **state)
{
    struct run r;
    run_start(&r,
              LOAD "header A Subject =~ /Hello/\nshortcircuit A spam\nscore A 1\n"
                   "header SAME_STEP From =~ /Ann/\npriority SAME_STEP -200\n"
                   "body LATER /first/\nmeta LATEST A\n",
              slice_str(message));
    assert_non_null(found(&r, "A"));
    assert_non_null(found(&r, "SAME_STEP"));
    assert_null(found(&r, "LATER"));
    assert_null(found(&r, "LATEST"));
    assert_true(found(&r, "SHORTCIRCUIT")->score == 100);
    run_end(&r);
}

static void a_meta_can_end_it(void **state)
{
    struct run r;
    run_start(&r,
              LOAD "header __A Subject =~ /Hello/\nmeta M __A\nshortcircuit M ham\npriority M -300\n"
                   "shortcircuit_ham_score -7\nbody LATER /first/\n",
              slice_str(message));
    assert_non_null(found(&r, "M"));
    assert_null(found(&r, "LATER"));
    assert_true(found(&r, "SHORTCIRCUIT")->score == -7);
    run_end(&r);
}

static void a_sum_can_end_it(void **state)
{
    struct run r;
    run_start(&r,
              LOAD "shortcircuit_max_spam_score 3\nheader A Subject =~ /Hello/\nscore A 4\npriority A -1\n"
                   "body LATER /first/\n",
              slice_str(message));
    assert_null(found(&r, "LATER"));
    assert_true(found(&r, "SHORTCIRCUIT")->score == 0.001);
    run_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_hit_what_they_should),
        cmocka_unit_test(findings_have_kind_score_and_count),
        cmocka_unit_test(multiple_counts_over_pieces_and_empty_matches),
        cmocka_unit_test(metas_work_on_counts),
        cmocka_unit_test(metas_with_score_0_hide_who_depends_on_their_hit),
        cmocka_unit_test(detail_is_cut),
        cmocka_unit_test(metas_are_evaluated_where_they_may_be_something),
        cmocka_unit_test(a_match_limit_is_told_and_the_rest_runs),
        cmocka_unit_test(a_limit_on_one_piece_does_not_hide_a_hit_on_another),
        cmocka_unit_test(a_limit_under_negation_is_no_hit),
        cmocka_unit_test(what_rules_have_not_seen_is_not_clean),
        cmocka_unit_test(past_the_budget_the_rest_is_not_run),
        cmocka_unit_test(a_set_is_shared_by_scorers),
        cmocka_unit_test(what_was_captured_is_looked_for),
        cmocka_unit_test(a_captured_value_is_no_pattern),
        cmocka_unit_test(a_shortcircuit_ends_with_its_step),
        cmocka_unit_test(a_meta_can_end_it),
        cmocka_unit_test(a_sum_can_end_it),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
