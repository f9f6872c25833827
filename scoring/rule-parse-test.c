/* rule-parse-test.c - what becomes of lines: conditions, redefinitions, scores, flags, tags, calls, settings
 * Each was compared with what SpamAssassin 4.0.1 makes of the same lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "scoring/eval-uri.h"
#include "scoring/rule-capture.h"
#include "scoring/rule.h"

static struct scoring_options options = { .rules_max = 1000 };
static struct arena arena;
static const struct rule_problem *problems;
static struct ruleset *set;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    set = NULL;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ruleset_free(&set);
    arena_deinit(&arena);
    return 0;
}

static void load(const char *text)
{
    struct err e;
    ruleset_free(&set);
    set = ruleset_load_text(&options, slice_str(text), "t.cf", &arena, &problems, &e);
    if (set == NULL)
        fail_msg("%s", e.text);
}

static void load_good(const char *text)
{
    load(text);
    if (problems && problems->kind != RULE_NOT_YET)
        fail_msg("line %u: %s", problems->line, problems->text);
}

static struct rule *rule(const char *name)
{
    uint32_t number = names_find(&set->names, slice_str(name));
    if (number == NAMES_NONE)
        fail_msg("no rule %s", name);
    return set->rules[number];
}

static bool has(const char *name)
{
    uint32_t number = names_find(&set->names, slice_str(name));
    return number != NAMES_NONE && set->rules[number]->test.type != RULE_NONE;
}

static void assert_text(struct slice is, const char *should)
{
    if (!slice_eq(is, slice_str(should)))
        fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(is), should);
}

/* ---- conditions */

#define CONF "Mail::SpamAssassin::Conf::"
#define PLUGIN "Mail::SpamAssassin::Plugin::"

static void conditions_choose_lines(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool yes;
    } rows[] = {
        { "if can(" CONF "feature_originating_ip_headers)", true },
        { "if (can(" CONF "feature_bug6558_free))", true },
        { "if !can(" CONF "feature_nobody_has)", true },
        { "if can(" CONF "perl_min_version_5010000)", true },
        { "if can(" PLUGIN "BodyEval::has_check_body_length)", true },
        { "if has(" PLUGIN "BodyEval::check_nothing)", false },
        { "if can(" PLUGIN "DecodeShortURLs::has_get)", false },
        { "if can(" CONF "compat_welcomelist_blocklist)", true },
        { "ifplugin " PLUGIN "DKIM", true },
        { "ifplugin " PLUGIN "Shortcircuit", false },
        { "if plugin ( " PLUGIN "SPF )", true },
        { "if (version >= 4.000000)", true },
        { "if version >= 4.000001 && version < 4.000002", true },
        { "if (version == 3.004006)", false },
        { "if !(version > 4.000001)", true },
        { "if perl_version >= 5.018000", true },
        { "if (local_tests_only)", true },
        { "if (0 || (1 && 2 > 1))", true },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[300];
        snprintf(text, sizeof(text), "%s\nbody YES /x/\nelse\nbody NO /x/\nendif\n", rows[i].condition);
        load_good(text);
        if (has("YES") != rows[i].yes || has("NO") == rows[i].yes)
            fail_msg("%s", rows[i].condition);
    }
}

static void else_inside_what_is_left_out_is_left_out(void **state)
{
    (void)state;
    load_good("body A /x/\nif 0\nif 1\nbody B /x/\nelse\nbody C /x/\nendif\nelse\nif 0\nbody D /x/\nelse\n"
              "body E /x/\nendif\nendif\n");
    assert_true(has("A") && has("E"));
    assert_false(has("B") || has("C") || has("D"));
}

static void plugins_are_loaded_by_lines(void **state)
{
    (void)state;
    load_good("ifplugin " PLUGIN "DCC\nbody A /x/\nendif\nloadplugin " PLUGIN "DCC\n"
              "ifplugin " PLUGIN "DCC\nbody B /x/\nendif\nuse_dcc 1\n"
              "tryplugin " PLUGIN "Nope\nenable_compat other\nif can(" CONF
              "compat_other)\nbody C /x/\nendif\n");
    assert_true(has("B") && has("C"));
    assert_false(has("A"));
}

static void lines_of_other_languages_are_left_out(void **state)
{
    (void)state;
    load_good("body A /x/\ndescribe A one\nlang de describe A zwei\nlang en describe A three\n"
              "lang C describe A four\nlang en_GB describe A five\n");
    assert_string_equal(rule("A")->describe, "three");
    options.language = "de_CH";
    load_good("body A /x/\ndescribe A one\nlang de describe A zwei\nlang en describe A three\n");
    assert_string_equal(rule("A")->describe, "zwei");
    options.language = NULL;
}

/* ---- definitions */

static void later_definition_replaces_the_test_alone(void **state)
{
    (void)state;
    load_good("header A Subject !~ /x/ [if-unset: u]\nscore A 3\ndescribe A text\ntflags A nice\n"
              "body A /y/i\n");
    const struct rule *a = rule("A");
    assert_int_equal(a->test.type, RULE_BODY);
    assert_false(a->test.negated || a->test.has_if_unset);
    assert_text(a->test.text, "/y/i");
    assert_float_equal(a->score, 3, 0);
    assert_string_equal(a->describe, "text");
    assert_int_equal(a->tflags, TFLAG_NICE);
}

static void broken_definition_leaves_the_one_before(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "body A /(/",       "header A Subject =~ foo", "meta A B &",
        "body A eval:x",    "header A exists:X:raw",   "mimeheader A b",
        "uri_detail A x=1", "meta A A && (",           "header A X:y =~ /x/"
    };
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        char text[200];
        snprintf(text, sizeof(text), "uri A /first/\nrawbody A /second/\n%s\n", broken[i]);
        load(text);
        assert_non_null(problems);
        assert_int_equal(problems->line, 3);
        assert_int_equal(rule("A")->test.type, RULE_RAWBODY);
        assert_text(rule("A")->test.pattern, "/second/");
        assert_non_null(rule("A")->test.re);
    }
    load("body B /x/\nbody A /(/\nbody A /)/\n");
    assert_false(has("A"));
}

static void headers_with_all_that_may_stand_there(void **state)
{
    (void)state;
    load_good("header A From:addr:host =~ /x/\nheader B X-Spam-Relays-External =~ /x/\n"
              "header C Received:raw:last !~ m{x}s [if-unset: a b]\nheader D exists:X-Foo:\n"
              "header E ALL-EXTERNAL =~ /x/\n");
    const struct header_spec *specs = set->specs.v;
    assert_int_equal(specs[rule("A")->test.spec].form, SPEC_ADDR);
    assert_int_equal(specs[rule("A")->test.spec].part, SPEC_HOST);
    assert_int_equal(specs[rule("C")->test.spec].pick, SPEC_LAST);
    assert_true(specs[rule("C")->test.spec].raw);
    assert_true(rule("C")->test.negated);
    assert_text(rule("C")->test.if_unset, "a b");
    assert_int_equal(rule("D")->test.type, RULE_EXISTS);
    assert_text(specs[rule("E")->test.spec].name, "ALL-EXTERNAL");
}

static void rules_of_plugins(void **state)
{
    (void)state;
    load_good("mimeheader A Content-Type:raw !~ /x/i\ntflags A multiple maxhits=3 range=2-4 concat\n"
              "uri_detail B raw =~ /x/ domain !~ /y/\nreuse C\nreuse A OLD\nmeta D !C\n");
    const struct rule *a = rule("A");
    assert_text(a->test.field, "Content-Type");
    assert_true(a->test.raw_field && a->test.negated && a->runs);
    assert_int_equal(a->tflags, TFLAG_MULTIPLE | TFLAG_CONCAT);
    assert_int_equal(a->maxhits, 3);
    assert_int_equal(a->part_from, 2);
    assert_int_equal(a->part_to, 4);
    assert_int_equal(rule("B")->test.type, RULE_URI_DETAIL);
    assert_non_null(rule("B")->test.conditions);
    assert_int_equal(rule("C")->test.type, RULE_EMPTY);
    assert_false(rule("C")->runs);
    assert_true(rule("D")->runs);
}

static void calls_have_their_arguments(void **state)
{
    (void)state;
    load("body Z /x/\nheader A eval:check_rbl('a', \"it's\",1.2.3.4 , example.com,'x','')\n"
         "body B eval:check_x( )\nfull C eval:check_pyzor()\nheader D rbleval:check_rbl('a','b.')\n");
    const struct eval_args *args = &rule("A")->test.eval.args;
    static const char *const should[] = { "a", "it's", "1.2.3.4", "example.com", "x", "" };
    assert_int_equal(args->n, 6);
    for (size_t i = 0; i < 6; i++)
        assert_text(args->v[i], should[i]);
    assert_int_equal(rule("A")->test.eval_of, RULE_HEADER);
    assert_int_equal(rule("C")->test.eval_of, RULE_FULL);
    assert_int_equal(rule("D")->test.eval.args.n, 2);
    assert_null(rule("B")->test.eval.f);
    assert_false(rule("A")->runs || rule("B")->runs);
}

/* ---- scores, flags, order */

static void scores(void **state)
{
    (void)state;
    load_good("body A /x/\nscore A 1\nscore A (0.5)\nbody B /x/\nscore B 1 2 3 4\nscore B (1) (0) (-1) (2)\n"
              "body T_C /x/\nbody T_D /x/\ntflags T_D nice\nbody __E /x/\nbody F /x/\nscore F 0 1 0 1\n");
    assert_float_equal(rule("A")->score, 1.5, 1e-9);
    assert_float_equal(rule("B")->scores[0], 2, 1e-9);
    assert_float_equal(rule("B")->scores[2], 2, 1e-9);
    assert_float_equal(rule("B")->scores[3], 6, 1e-9);
    assert_float_equal(rule("T_C")->score, 0.01, 1e-9);
    assert_float_equal(rule("T_D")->score, -0.01, 1e-9);
    assert_true(rule("__E")->runs);
    assert_false(rule("F")->runs);
}

static void priority_and_net_pass_between_metas_and_what_they_need(void **state)
{
    (void)state;
    load_good(
        "body A /x/\nmeta B A\nmeta C B\npriority C -500\nbody N /x/\ntflags N net\nmeta D N\nmeta E D\n"
        "priority E -900\nbody F /(?<NAME>x)/\nbody G /%{NAME}/\n");
    assert_int_equal(rule("A")->priority, -500);
    assert_int_equal(rule("B")->priority, -500);
    assert_int_equal(rule("N")->priority, PRIORITY_NET);
    assert_true(rule("E")->tflags & TFLAG_NET);
    assert_true(rule("N")->runs); /* only functions wait for the network */
    assert_int_equal(rule("F")->priority, PRIORITY_CAPTURE);
    assert_ptr_equal(set->tests[0], rule("F"));
    assert_text(rule("F")->test.captures->v[0], "NAME");
    assert_text(rule("G")->test.template->v[0], "NAME");
}

static void metas_may_match_names(void **state)
{
    (void)state;
    load_good(
        "body A1 /x/\nbody A2 /x/\nbody B /x/\nmeta A3 rules_matching(A?) > 1\nmeta C rules_matching( *2 )\n"
        "meta D rules_matching(NONE*) + local_tests_only\nmeta E ()\nmeta F A1 ? 2 : 0\n");
    double *values = arena_array(&arena, set->n, sizeof(*values)), stack[20];
    values[rule("A1")->number] = values[rule("A2")->number] = 1;
    assert_float_equal(expr_run(rule("A3")->test.expr, values, stack), 1, 0);
    assert_float_equal(expr_run(rule("C")->test.expr, values, stack), 1, 0);
    assert_float_equal(expr_run(rule("D")->test.expr, values, stack), 1, 0);
    assert_float_equal(expr_run(rule("E")->test.expr, values, stack), 0, 0);
    assert_float_equal(expr_run(rule("F")->test.expr, values, stack), 2, 0);
}

static void shortcircuit_lines(void **state)
{
    (void)state;
    load_good("loadplugin " PLUGIN "Shortcircuit\nbody A /x/\nbody B /x/\nbody C /x/\nbody D /x/\n"
              "shortcircuit A ham\npriority B -7\nshortcircuit B spam\nshortcircuit C on\n"
              "shortcircuit D on\nshortcircuit D off\n");
    assert_int_equal(rule("A")->shortcircuit, SHORTCIRCUIT_HAM);
    assert_int_equal(rule("A")->priority, -200);
    assert_int_equal(rule("A")->tflags, TFLAG_NOAUTOLEARN | TFLAG_NICE);
    assert_float_equal(rule("A")->score, -1, 0);
    assert_int_equal(rule("B")->priority, -7);
    assert_int_equal(rule("C")->shortcircuit, SHORTCIRCUIT_ON);
    assert_int_equal(rule("D")->shortcircuit, SHORTCIRCUIT_NONE);
}

/* ---- tags in patterns */

static void tags_stand_for_expressions(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *becomes;
    } rows[] = {
        { "/<A>b/i", "[a@]b" },
        { "/x<A><B>/", "x[a@](?:b|c)" },
        { "/<inter W><A><B>y<A>/", "[a@]-*(?:b|c)y[a@]" },
        { "/<pre P>x<A><B>/", "x!-[a@]!-(?:b|c)" },
        { "/<post Q><A>x<A>/", "[a@]+x[a@]+" },
        { "/<DEEP>/", "x[a@]y" },
        { "/<A><NOPE>(?<!x)/", "[a@]<NOPE>(?<!x)" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char text[500];
        snprintf(
            text, sizeof(text),
            "body X %s\nreplace_rules X\nreplace_tag A [a@]\nreplace_tag B (?:b|c)\nreplace_tag DEEP x<A>y\n"
            "replace_inter W -*\nreplace_pre P !-\nreplace_post Q +\n",
            rows[i].pattern);
        load_good(text);
        struct slice pattern = rule("X")->test.pattern; /* between delimiters that nobody else uses */
        assert_text(slice_sub(pattern, 2, strlen(rows[i].becomes)), rows[i].becomes);
        assert_int_equal(pattern.n, strlen(rows[i].becomes) + (i == 0 ? 4 : 3));
    }
}

static void tags_that_break_a_pattern_stay(void **state)
{
    (void)state;
    load("body X /a<A>/\nreplace_rules X\nreplace_tag A (\n");
    assert_non_null(problems);
    assert_text(rule("X")->test.pattern, "/a<A>/");
    assert_true(rule("X")->runs);
}

static void texts_of_captures(void **state)
{
    (void)state;
    const struct slice values[] = { SLICE_INIT("a.b"), SLICE_INIT("c_1") };
    struct slice text = rule_capture_text(&arena, values, 2);
    assert_text(text, "(?:a\\.b|c_1)");
    struct slice pattern = SLICE("x%{ONE}y%{TWO_2(arg)}\\%{ONE}%{one}%{ONE_}%{ONE}");
    const struct rule_names *names = rule_templates(&arena, pattern);
    assert_int_equal(names->n, 2);
    assert_text(names->v[1], "TWO_2(arg)");
    const struct slice texts[] = { SLICE_INIT("1"), SLICE_INIT("2") };
    assert_text(rule_template_fill(&arena, pattern, names, texts), "x1y2\\%{ONE}%{one}%{ONE_}1");
    assert_null(rule_templates(&arena, SLICE("%{} %{a} %{A")));
    assert_null(rule_captures(&arena, SLICE("(?<lower>x)(?<=X)(?:A)")));
    assert_int_equal(rule_captures(&arena, SLICE("(?<A>x)(?P<B>y)(?'C'z)(?<A>)"))->n, 3);
}

/* ---- settings */

static void settings_are_kept(void **state)
{
    (void)state;
    load_good("body A /x/\nTrusted-Networks 10/8 # ours\nwhitelist_from a@example.com\nreport-safe 0\n"
              "bayes_stopword_de (?:und)\nadd_header all X \\#1\n");
    const struct setting_line *l = settings_first(&set->settings, SETTING_TRUST);
    assert_true(setting_is(l, "trusted_networks"));
    assert_text(l->value, "10/8");
    assert_int_equal(l->line, 2);
    assert_int_equal(l->origin, ORIGIN_SITE);
    assert_true(setting_is(settings_first(&set->settings, SETTING_LISTS), "welcomelist_from"));
    assert_text(settings_last(&set->settings, SETTING_REPORT, "add_header")->value, "all X #1");
    assert_text(settings_first(&set->settings, SETTING_BAYES)->value, "de (?:und)");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(conditions_choose_lines),
        TEST(else_inside_what_is_left_out_is_left_out),
        TEST(plugins_are_loaded_by_lines),
        TEST(lines_of_other_languages_are_left_out),
        TEST(later_definition_replaces_the_test_alone),
        TEST(broken_definition_leaves_the_one_before),
        TEST(headers_with_all_that_may_stand_there),
        TEST(rules_of_plugins),
        TEST(calls_have_their_arguments),
        TEST(scores),
        TEST(priority_and_net_pass_between_metas_and_what_they_need),
        TEST(metas_may_match_names),
        TEST(shortcircuit_lines),
        TEST(tags_stand_for_expressions),
        TEST(tags_that_break_a_pattern_stay),
        TEST(texts_of_captures),
        TEST(settings_are_kept),
    };
    return cmocka_run_group_tests_name("rule-parse", tests, NULL, NULL);
}
