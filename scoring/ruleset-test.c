/* ruleset-test.c - rule files become rules; what is wrong with them is said */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/rule.h"
#include "scoring/test-files.h"

static const struct scoring_options options = {
    .regex_match_limit = 100000,
    .message_budget = 1000,
    .rules_max = 100,
};

static struct arena arena;
static const struct rule_problem *problems;

static int make_arena(void **state)
{
    arena_init(&arena, 16 << 20);
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static struct ruleset *load(const char *text)
{
    struct err e = { 0 };
    struct ruleset *r = ruleset_load_text(&options, slice_str(text), "t.cf", &arena, &problems, &e);
    if (r == NULL)
        fail_msg("%s", e.text);
    return r;
}

static const struct rule *rule(const struct ruleset *set, const char *name)
{
    uint32_t n = names_find(&set->names, slice_str(name));
    return n == NAMES_NONE ? NULL : set->rules[n];
}

static double score(const struct ruleset *set, const char *name)
{
    const struct rule *r = rule(set, name);
    return r ? r->score : -999;
}

static void scores_are_as_written_or_default(void **state)
{
    struct ruleset *r = load("body A /a/\nbody T_B /b/\nbody C /c/\ntflags C nice\nbody D /d/\nscore D 2.5\n"
                             "score E -1.25\nbody E /e/\nbody F /f/\nscore F 1 2 3 4\nbody G /g/\nscore G 0\n"
                             "body __H /h/\nscore D (0.5)\nbody T_I /i/\ntflags T_I nice\n");
    static const struct {
        const char *name;
        double score;
    } rows[] = {
        { "A", 1 }, { "T_B", 0.01 }, { "C", -1 },  { "D", 3 },       { "E", -1.25 },
        { "F", 1 }, { "G", 0 },      { "__H", 1 }, { "T_I", -0.01 },
    };
    assert_null(problems);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (score(r, rows[i].name) != rows[i].score)
            fail_msg("%s: %g", rows[i].name, score(r, rows[i].name));
    assert_false(rule(r, "G")->runs);
    assert_true(rule(r, "__H")->runs);
    assert_int_equal(r->n_tests, 8);
    ruleset_free(&r);
    assert_null(r);
    ruleset_free(&r);
}

static void a_later_test_replaces_and_keeps_the_rest(void **state)
{
    struct ruleset *r =
        load("header A exists:X-Foo\nscore A 3\ndescribe A first\ntflags A multiple maxhits=4\n"
             "body A /new/\n");
    assert_int_equal(rule(r, "A")->test.type, RULE_BODY);
    assert_int_equal(rule(r, "A")->test.line, 5);
    assert_true(score(r, "A") == 3);
    assert_string_equal(ruleset_describe(r, SLICE("A")), "first");
    assert_int_equal(rule(r, "A")->tflags, TFLAG_MULTIPLE);
    assert_int_equal(rule(r, "A")->maxhits, 4);
    assert_string_equal(ruleset_where(r, SLICE("A")), "t.cf:5");
    assert_int_equal(r->n, 1);
    ruleset_free(&r);
}

static void a_broken_later_test_leaves_the_earlier(void **state)
{
    struct ruleset *r = load("body A /old/\nbody A /new(/\n");
    assert_int_equal(rule(r, "A")->test.line, 1);
    assert_non_null(problems);
    ruleset_free(&r);
}

static void second_tflags_line_replaces_the_first(void **state)
{
    struct ruleset *r = load("body A /a/\ntflags A nice multiple maxhits=3\ntflags A nosubject\n");
    assert_int_equal(rule(r, "A")->tflags, TFLAG_NOSUBJECT);
    assert_int_equal(rule(r, "A")->maxhits, 0);
    ruleset_free(&r);
}

static void headers_are_read_in_all_their_forms(void **state)
{
    struct ruleset *r = load("header A Subject =~ /x/\nheader B subject=~/x/\nheader C From:addr !~ /x/\n"
                             "header D exists:X-Foo\nheader E Foo =~ /a/ [if-unset: UN SET]\n"
                             "header F ALL:raw =~ /[if-unset: x]/\nheader G ToCc =~ /x/\n"
                             "header H From:addr:raw =~ /x/\nheader I Subject: =~ /x/\n");
    assert_null(problems);
    assert_int_equal(rule(r, "A")->test.spec, rule(r, "B")->test.spec);
    assert_int_equal(rule(r, "A")->test.spec, rule(r, "I")->test.spec);
    assert_true(rule(r, "C")->test.negated);
    assert_int_equal(r->specs.v[rule(r, "C")->test.spec].form, SPEC_ADDR);
    assert_int_equal(rule(r, "D")->test.type, RULE_EXISTS);
    assert_true(rule(r, "E")->test.has_if_unset);
    assert_true(slice_eq(rule(r, "E")->test.if_unset, SLICE("UN SET")));
    assert_false(rule(r, "F")->test.has_if_unset);
    assert_int_equal(r->specs.v[rule(r, "G")->test.spec].source, SPEC_TOCC);
    assert_true(r->specs.v[rule(r, "H")->test.spec].raw);
    assert_int_equal(r->specs.n, 7);
    ruleset_free(&r);
}

/* A line, and the only problem that a file has with it behind a good rule. */
static const struct {
    const char *line;
    enum rule_problem_kind kind;
    const char *says;
} broken_lines[] = {
    { "hedaer X Subject =~ /x/", RULE_UNSUPPORTED, "\"hedaer\" is not known: did you mean \"header\"?" },
    { "trusted_netwroks 10/8", RULE_UNSUPPORTED, "did you mean \"trusted_networks\"?" },
    { "zzzzzzzz 1", RULE_UNSUPPORTED, "\"zzzzzzzz\" is not known" },
    { "header X eval:check_foo()", RULE_UNSUPPORTED, "X: the function \"check_foo\" is not known" },
    { "header X eval:check_dkim_vaild()", RULE_UNSUPPORTED, "did you mean \"check_dkim_valid\"?" },
    { "full X eval:check_razor2()", RULE_NOT_YET, "X: check_razor2() is not there yet" },
    { "askdns X _A_.example.org SRV", RULE_UNSUPPORTED, "records of type \"SRV\" are not asked for" },
    { "askdns X _A_.example.org A 1-x", RULE_ERROR, "is no /pattern/" },
    { "header X eval:check_rbl('x', 'y.example', '(')", RULE_ERROR, "missing closing parenthesis" },
    { "urirhssub X y.example A\nbody X eval:check_uridnsbl('X')", RULE_ERROR,
      "write \"urirhssub NAME ZONE A TEST\"" },
    { "dns_query_restriction y.example", RULE_ERROR, "write allow or deny" },
    { "dns_block_rule X", RULE_ERROR, "write a rule and names of zones" },
    { "adsp_override example.org sometimes", RULE_ERROR, "write a domain and one of nxdomain" },
    { "header X eval:check_dkim_valid('a)", RULE_ERROR, "X: argument 1 is neither" },
    { "header X eval:check_dkim_valid", RULE_ERROR, "X: write eval:function('argument', ...)" },
    { "header X Subject:hots =~ /x/", RULE_ERROR, "the modifier \"hots\" is not known" },
    { "mimeheader X =~ /x/", RULE_ERROR, "X: write mimeheader NAME FIELD =~ /.../" },
    { "mimeheader X Foo:addr =~ /x/", RULE_ERROR, "X: write mimeheader" },
    { "uri_detail X", RULE_ERROR, "X: something is missing" },
    { "dcc_home /x", RULE_WARNING, "dcc_home is left out: it needs \"loadplugin Mail::SpamAssassin::Plugin" },
    { "shortcircuit A on", RULE_WARNING, "shortcircuit is left out: it needs" },
    { "loadplugin Mail::SpamAssassin::Plugin::Nope", RULE_UNSUPPORTED, "there is no plugin" },
    { "loadplugin Mail::SpamAssassin::Plugin::Shortcircuit\nshortcircuit A maybe", RULE_ERROR,
      "shortcircuit NAME is followed by ham, spam, on or off, not \"maybe\"" },
    { "body A_NAME_OF_MORE_THAN_FORTY_CHARACTERS_IS_LONG /x/", RULE_FLAW, "awkward in reports" },
    { "header X =~ /x/", RULE_ERROR, "X: a header name has 1 to" },
    { "header X Subject /x/", RULE_ERROR, "X: write header NAME FIELD =~ /.../" },
    { "header X", RULE_ERROR, "X: something is missing behind the name" },
    { "header", RULE_ERROR, "the name of a rule is" },
    { "body 1X /x/", RULE_ERROR, "the name of a rule is 1 to 100 letters, digits and _, not \"1X\"" },
    { "body X-Y /x/", RULE_ERROR, "not \"X-Y\"" },
    { "body X /x(/", RULE_ERROR, "X: missing closing parenthesis" },
    { "body X foo", RULE_ERROR, "X: \"foo\" is not a pattern: write /.../" },
    { "score A abc", RULE_ERROR, "a score is a number such as 1.5, -0.5 or (0.5), not \"abc\"" },
    { "score A +1", RULE_ERROR, "not \"+1\"" },
    { "score A 1.", RULE_ERROR, "not \"1.\"" },
    { "score A 1e5", RULE_ERROR, "not \"1e5\"" },
    { "score A 999999", RULE_ERROR, "a score is a number" },
    { "score A 1 2", RULE_ERROR, "a rule has one score or four, not \"1 2\"" },
    { "score A 1 2 3 4 5", RULE_ERROR, "a rule has one score or four" },
    { "score A (1)", RULE_ERROR, "A has no score yet" },
    { "tflags A nise", RULE_WARNING, "A: the flag \"nise\" is not known" },
    { "tflags A maxhits=x", RULE_WARNING, "A: the flag \"maxhits=x\"" },
    { "priority A high", RULE_ERROR, "a priority is a whole number, not \"high\"" },
    { "score NOBODY 1", RULE_WARNING, "NOBODY has a score or a description, but no test" },
    { "meta X A && NOBODY", RULE_WARNING, "X depends on NOBODY, which is not defined" },
    { "meta X A &&", RULE_ERROR, "X: the expression ends" },
    { "meta X rule_matching(A*)", RULE_ERROR, "X: \"rule_matching\" is no function of metas" },
    { "meta X A+1", RULE_ERROR, "X: \"+1\" is no number: write blanks" },
    { "meta X A::B", RULE_ERROR, "X: \"A::B\" is not the name of a rule" },
    { "meta X X || A", RULE_ERROR, "in a circle and count as 0: X -> X" },
    { "else", RULE_ERROR, "\"else\" without its \"if\"" },
    { "endif", RULE_ERROR, "\"endif\" without its \"if\"" },
    { "if 1", RULE_ERROR, "\"if\" without its \"endif\"" },
    { "if foo\nendif", RULE_ERROR, "the condition counts as false: \"foo\" is not known" },
    { "include x.cf", RULE_ERROR, "this text is not a file" },
    { "require_version 3.000000", RULE_WARNING, "the rest of the file is for version \"3.000000\"" },
    { "body X\x01 /x/", RULE_ERROR, "not \"X\\x01\"" },
};

static void broken_lines_say_what_to_write(void **state)
{
    for (size_t i = 0; i < sizeof(broken_lines) / sizeof(*broken_lines); i++) {
        char text[500];
        snprintf(text, sizeof(text), "body A /a/\n\n%s\n", broken_lines[i].line);
        struct ruleset *r = load(text);
        if (problems == NULL || problems->next)
            fail_msg("%s: %s", broken_lines[i].line, problems ? "several problems" : "no problem");
        if (strstr(problems->text, broken_lines[i].says) == NULL)
            fail_msg("%s: says: %s", broken_lines[i].line, problems->text);
        assert_int_equal(problems->kind, broken_lines[i].kind);
        assert_string_equal(problems->file, "t.cf");
        assert_true(problems->line >= 3 || (problems->line == 1 && broken_lines[i].line[0] == 's'));
        assert_true(rule(r, "A")->runs);
        ruleset_free(&r);
    }
}

static void conditions_leave_out_what_is_not_for_us(void **state)
{
    struct ruleset *r =
        load("if version >= 3.004000\n body A /a/\nelse\n nonsense\nendif\n"
             "ifplugin Mail::SpamAssassin::Plugin::Nope\n nonsense\n if (also nonsense\n endif\n"
             "else\n body B /b/\nendif\n"
             "if can(Mail::SpamAssassin::Conf::feature_nope)\n body C /c/\nendif\n");
    assert_null(problems);
    assert_non_null(rule(r, "A"));
    assert_non_null(rule(r, "B"));
    assert_null(rule(r, "C"));
    ruleset_free(&r);
}

static void other_lines_of_stock_files_are_read(void **state)
{
    struct ruleset *r =
        load("require_version 4.000001\nrequire_version @@VERSION@@\nbody A /a/\n"
             "test A ok abc\nreuse A\nlang de describe A Deutsch\nlang en describe A English\n"
             "BODY B /b/\n");
    assert_null(problems);
    assert_string_equal(ruleset_describe(r, SLICE("A")), "English");
    assert_non_null(rule(r, "B"));
    ruleset_free(&r);
}

static void metas_come_after_what_they_need(void **state)
{
    struct ruleset *r = load("meta A B && C\nmeta B C + D\nmeta C D\nbody D /d/\n");
    assert_null(problems);
    assert_int_equal(r->n_metas, 3);
    assert_ptr_equal(r->metas[0], rule(r, "C"));
    assert_ptr_equal(r->metas[1], rule(r, "B"));
    assert_ptr_equal(r->metas[2], rule(r, "A"));
    ruleset_free(&r);
}

static void circles_are_refused_by_name_and_the_rest_runs(void **state)
{
    struct ruleset *r = load("body A /a/\nmeta B C && A\nmeta C D\nmeta D B\nmeta E A\nmeta F D || A\n"
                             "meta G G && H\nmeta H A\n");
    assert_non_null(problems);
    assert_string_equal(problems->text,
                        "metas depend on each other in a circle and count as 0: B -> C -> D -> B");
    assert_string_equal(problems->next->text,
                        "metas depend on each other in a circle and count as 0: G -> G");
    assert_null(problems->next->next);
    assert_int_equal(r->n_metas, 3);
    assert_true(rule(r, "F")->runs);
    assert_null(ruleset_where(r, SLICE("B")));
    ruleset_free(&r);
}

static void long_chains_and_many_circles_need_no_call_stack(void **state)
{
    const struct scoring_options many = { .rules_max = 100000 };
    struct buf text;
    struct err e;
    buf_init_in(&text, &arena, 8 << 20);
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "meta R%d R%d + 1\nmeta S%d S%d\n", i, i + 1, i, i);
    buf_add_str(&text, "body R20000 /x/\n");
    struct ruleset *r = ruleset_load_text(&many, buf_slice(&text), "t.cf", &arena, &problems, &e);
    assert_non_null(r);
    assert_int_equal(r->n_metas, 20000);
    assert_int_equal(r->n_problems, 20000);
    unsigned kept = 0;
    for (; problems; problems = problems->next)
        kept++;
    assert_int_equal(kept, PROBLEMS_KEPT + 1);
    ruleset_free(&r);
}

/* What A and F are is seen only in a message; E waits for X, and for the end, which comes too late. */
static void a_meta_with_score_0_is_evaluated_only_in_its_turn(void **state)
{
    struct ruleset *r = load("body X /x/\nscore X 0\nmeta A 1\nscore A 0\nmeta B !A\nmeta D !X\nmeta E X\n"
                             "score E 0\nmeta F !E\nmeta G F\nmeta H ()\nscore H 0\nmeta I !H\n");
    static const struct {
        const char *name;
        bool runs, evaluated;
    } rows[] = { { "A", false, true },  { "B", true, true },   { "D", true, true },   { "E", false, false },
                 { "F", false, false }, { "G", false, false }, { "H", false, false }, { "I", false, false } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rule(r, rows[i].name)->runs != rows[i].runs ||
            rule(r, rows[i].name)->evaluated != rows[i].evaluated)
            fail_msg("%s", rows[i].name);
    assert_int_equal(r->n_metas, 3);
    ruleset_free(&r);
}

static void tests_run_by_priority(void **state)
{
    struct ruleset *r = load("body A /a/\nbody B /b/\npriority B -10\nheader C X =~ /c/\nbody D /d/\n"
                             "priority D 500\n");
    assert_ptr_equal(r->tests[0], rule(r, "B"));
    assert_ptr_equal(r->tests[1], rule(r, "C"));
    assert_ptr_equal(r->tests[2], rule(r, "A"));
    assert_ptr_equal(r->tests[3], rule(r, "D"));
    ruleset_free(&r);
}

static void rules_are_capped(void **state)
{
    struct buf text;
    buf_init_in(&text, &arena, 1 << 20);
    for (unsigned i = 0; i < options.rules_max + 5; i++)
        buf_printf(&text, "body R%u /x/\n", i);
    struct ruleset *r = load(text.p);
    struct ruleset_info info;
    ruleset_info(r, &info);
    assert_int_equal(info.rules, options.rules_max);
    assert_int_equal(info.problems, 5);
    assert_non_null(strstr(problems->text, "R100 is left out: there are rules_max = 100 rules already"));
    ruleset_free(&r);
}

static void info_counts_and_hashes(void **state)
{
    struct ruleset_info one, two, three;
    struct ruleset *r = load("body A /a/\nbody __B /b/\nscore NOBODY 1\n");
    ruleset_info(r, &one);
    assert_int_equal(one.rules, 2);
    assert_int_equal(one.subrules, 1);
    assert_int_equal(one.files, 1);
    assert_int_equal(one.problems, 1);
    assert_int_equal(strlen(one.hash), 16);
    assert_null(ruleset_where(r, SLICE("NOBODY")));
    assert_null(ruleset_describe(r, SLICE("NOBODY")));
    assert_string_equal(ruleset_describe(r, SLICE("A")), "");
    ruleset_free(&r);
    r = load("body A /a/\nbody __B /b/\nscore NOBODY 1\n");
    ruleset_info(r, &two);
    ruleset_free(&r);
    r = load("body A /a/\nbody __B /b/\nscore NOBODY 2\n");
    ruleset_info(r, &three);
    ruleset_free(&r);
    assert_string_equal(one.hash, two.hash);
    assert_string_not_equal(one.hash, three.hash);
}

static struct ruleset *load_dir(const struct test_dir *d, struct err *e)
{
    const char *const v[] = { d->path };
    struct scoring_options o = options;
    o.rules_path = (struct conf_list){ v, 1 };
    return ruleset_load(&o, &arena, &problems, e);
}

static void a_directory_is_read_in_order(void **state)
{
    struct test_dir d = test_dir_new();
    struct err e;
    test_file(&d, "20_a.cf", "body A /a/\nscore A 1\n");
    test_file(&d, "50_scores.cf", "score A 3\ninclude more/b.txt\nnonsense\n");
    mkdir(test_path(&d, "more"), 0700);
    test_file(&d, "more/b.txt", "\n\nbody B /b/\n");
    struct ruleset *r = load_dir(&d, &e);
    assert_non_null(r);
    assert_true(score(r, "A") == 3);
    assert_non_null(strstr(ruleset_where(r, SLICE("B")), "/more/b.txt:3"));
    assert_non_null(strstr(problems->file, "/50_scores.cf"));
    assert_int_equal(problems->line, 3);
    ruleset_free(&r);
    test_dir_free(&d);
}

static void a_set_without_rules_is_refused_with_its_problems(void **state)
{
    struct test_dir d = test_dir_new();
    struct err e = { 0 };
    assert_null(load_dir(&d, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    test_file(&d, "a.cf", "score A 1\nbody B /(/\n");
    assert_null(load_dir(&d, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(problems->text, "B: missing closing"));
    test_dir_free(&d);
    assert_null(load_dir(&d, &e)); /* not there any more */
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(problems);
}

static void an_include_loop_is_refused(void **state)
{
    struct test_dir d = test_dir_new();
    struct err e = { 0 };
    test_file(&d, "a.cf", "body A /a/\ninclude b.inc\n");
    test_file(&d, "b.inc", "include a.cf\n");
    assert_null(load_dir(&d, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "loop"));
    test_dir_free(&d);
}

/* The set of scores goes with what the rule files ask of the classifier. */
static void rules_ask_the_classifier_when_it_knows_enough_for_them(void **state)
{
    static const struct {
        const char *files;
        unsigned spam, ham;
        bool asks;
    } cases[] = {
        { "", 0, 0, false },
        { "", 199, 5000, false },
        { "", 200, 200, true },
        { "bayes_min_spam_num 10\nbayes_min_ham_num 20\n", 10, 20, true },
        { "bayes_min_spam_num 10\nbayes_min_ham_num 20\n", 10, 19, false },
        { "bayes_min_ham_num 1000\n", 500, 999, false },
        { "bayes_min_spam_num 0\nbayes_min_ham_num 0\n", 0, 0, false }, /* there is none */
        { "use_bayes 0\n", 500, 500, false },
        { "use_bayes_rules 0\n", 500, 500, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scoring_options o = options;
        struct err e;
        o.learned_spam = cases[i].spam;
        o.learned_ham = cases[i].ham;
        struct slice text = arena_printf(&arena, "%sbody A /a/\nscore A 1 2 3 4\n", cases[i].files);
        struct ruleset *r = ruleset_load_text(&o, text, "t.cf", &arena, NULL, &e);
        assert_non_null(r);
        if (ruleset_asks_classifier(r) != cases[i].asks)
            fail_msg("case %zu", i);
        assert_true(r->rules[0]->score == (cases[i].asks ? 3 : 1));
        ruleset_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_as_written_or_default),
        cmocka_unit_test(a_later_test_replaces_and_keeps_the_rest),
        cmocka_unit_test(a_broken_later_test_leaves_the_earlier),
        cmocka_unit_test(second_tflags_line_replaces_the_first),
        cmocka_unit_test(headers_are_read_in_all_their_forms),
        cmocka_unit_test(broken_lines_say_what_to_write),
        cmocka_unit_test(conditions_leave_out_what_is_not_for_us),
        cmocka_unit_test(other_lines_of_stock_files_are_read),
        cmocka_unit_test(metas_come_after_what_they_need),
        cmocka_unit_test(circles_are_refused_by_name_and_the_rest_runs),
        cmocka_unit_test(long_chains_and_many_circles_need_no_call_stack),
        cmocka_unit_test(a_meta_with_score_0_is_evaluated_only_in_its_turn),
        cmocka_unit_test(tests_run_by_priority),
        cmocka_unit_test(rules_are_capped),
        cmocka_unit_test(info_counts_and_hashes),
        cmocka_unit_test(a_directory_is_read_in_order),
        cmocka_unit_test(a_set_without_rules_is_refused_with_its_problems),
        cmocka_unit_test(an_include_loop_is_refused),
        cmocka_unit_test(rules_ask_the_classifier_when_it_knows_enough_for_them),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
