/* report-test.c - fields, reports and markup, and a message without them
 * What is expected here is what SpamAssassin 4.0.1 writes for the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "scoring/report-wrap.h"
#include "scoring/report.h"
#include "scoring/rule.h"
#include "scoring/test-message.h"

static const struct scoring_options options = { .rules_max = 100 };

/* hits: names apart by blanks; a number behind = is the score */
struct made {
    struct arena arena;
    struct ruleset *set;
    struct test_message *t;
    struct views views;
    struct finding_list found;
    struct check check;
    struct report report;
    struct buf out;
};

static void take(void *ctx, struct slice text)
{
    buf_add_slice(ctx, text);
}

static void add_hits(struct made *m, const char *hits)
{
    struct slice rest = slice_str(hits), word, name;
    while (slice_cut(&rest, ' ', &word)) {
        if (word.n == 0 || !slice_cut(&word, '=', &name))
            continue;
        bool sub = slice_starts(name, SLICE("__"));
        double value = word.n ? strtod(arena_str(&m->arena, word), NULL) : 1;
        struct finding *f = finding_add(&m->found, &m->arena, sub ? FINDING_SUBRULE : FINDING_RULE,
                                        CLASS_CLEAN, sub ? 0 : value, name, SLICE(""));
        f->count = sub ? (uint32_t)value : 1;
    }
}

static struct made *make(const char *rules, const char *mail, const char *hits)
{
    struct made *m = calloc(1, sizeof(*m));
    const struct rule_problem *problems;
    struct envelope env = { .my_name = SLICE("mx.example") };
    struct err e = { 0 };
    arena_init(&m->arena, 64 << 20);
    m->set = ruleset_load_text(&options, slice_str(rules), "t.cf", &m->arena, &problems, &e);
    if (m->set == NULL)
        fail_msg("%s", e.text);
    m->t = test_message_new(slice_str(mail), &env);
    views_init(&m->views, &m->t->m, m->set);
    m->check = (struct check){ .set = m->set, .m = &m->t->m };
    add_hits(m, hits);
    report_init(&m->report, m->set, &m->views, &m->found, NULL, NAN);
    buf_init(&m->out, 1 << 20);
    return m;
}

static void drop(struct made *m)
{
    buf_deinit(&m->out);
    test_message_free(m->t);
    ruleset_free(&m->set);
    arena_deinit(&m->arena);
    free(m);
}

static void expect_mail(const char *rules, const char *mail, const char *hits, const char *expected)
{
    struct made *m = make(rules, mail, hits);
    const struct report_sink sink = { take, &m->out };
    report_mail(&m->report, &sink);
    assert_string_equal(m->out.p ? m->out.p : "", expected);
    drop(m);
}

#define NO_FIELDS                                                                                            \
    "header A exists:From\nheader T exists:To\nrequired_score 5\nreport_safe 0\nremove_header all Report\n"  \
    "add_header all Checker-Version x\nclear_headers\n"
#define VERSION_FIELD "X-Spam-Checker-Version: x\n"

/* ---- lines */

static void expect_wrapped(const char *text, const struct report_wrap *w, const char *expected)
{
    struct buf out;
    buf_init(&out, 10000);
    report_wrap(&out, slice_str(text), w);
    assert_string_equal(out.p ? out.p : "", expected);
    buf_deinit(&out);
}

static void lines_are_broken_where_the_next_word_would_pass_the_width(void **state)
{
    const struct report_wrap w = { .prefix = SLICE("> "), .width = 10 };
    expect_wrapped("aaa bbb ccc ddd", &w, "aaa bbb\n> ccc ddd");
    expect_wrapped("aaa bbbbbbbbbbbbbbbb c", &w, "aaa\n> bbbbbbbbbbbbbbbb\n>  c");
    expect_wrapped("", &w, "");
    expect_wrapped("0", &w, "");
}

static void a_prefix_wider_than_the_width_ends_all_the_same(void **state)
{
    const struct report_wrap w = { .prefix = SLICE("          > "), .width = 5 };
    expect_wrapped("aaaa bbbb", &w, "aaaa\n          > bbbb");
}

static void a_first_line_may_be_taken_already(void **state)
{
    const struct report_wrap w = { .first = SLICE("        "), .prefix = SLICE("  "), .width = 12 };
    expect_wrapped("aaaa bbbb", &w, "        aaaa\n   bbbb");
}

static void expect_folded(const char *name, const char *text, const char *expected)
{
    struct buf out;
    buf_init(&out, 10000);
    report_fold(&out, slice_str(name), slice_str(text), true);
    assert_string_equal(out.p ? out.p : "", expected);
    buf_deinit(&out);
}

static void fields_are_folded_behind_commas_and_blanks(void **state)
{
    expect_folded("Status",
                  "No, score=0.7 required=5.0 tests=FROM_EXCESS_BASE64,HTML_FONT_LOW_CONTRAST,HTML_MESSAGE,"
                  "MIME_BASE64_TEXT autolearn=no autolearn_force=no version=4.0.1",
                  "No, score=0.7 required=5.0 tests=FROM_EXCESS_BASE64,\n"
                  "\tHTML_FONT_LOW_CONTRAST,HTML_MESSAGE,MIME_BASE64_TEXT autolearn=no\n"
                  "\tautolearn_force=no version=4.0.1");
    expect_folded("A", "one\n two  \n\n three\n\n", "one\n\ttwo\n\tthree");
    expect_folded("A", "", "");
}

static void expect_encoded(const char *text, const char *expected)
{
    struct buf out;
    buf_init(&out, 10000);
    report_encode(&out, slice_str(text));
    assert_string_equal(out.p ? out.p : "", expected);
    buf_deinit(&out);
}

static void words_that_are_not_ascii_are_encoded(void **state)
{
    expect_encoded("plain\n\ttext", "plain\n\ttext");
    expect_encoded("a tr\303\244ge b", "a =?UTF-8?Q?tr=C3=A4ge?= b");
    expect_encoded("\303\244 \303\266\n", "=?UTF-8?B?w6Qgw7Y=?=\n");
}

/* ---- settings */

static void expect_names(const struct report_fields *f, const char *expected)
{
    char names[200] = "";
    for (size_t i = 0; i < f->n; i++)
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%.*s ", SLICE_ARG(f->v[i].name));
    assert_string_equal(names, expected);
}

static void headers_are_added_replaced_and_removed_in_order(void **state)
{
    struct made *m = make("header A exists:X\nadd_header all One 1\nadd_header spam Two 2\n"
                          "add_header ham One 3\nremove_header spam one\nremove_header all Checker-Version\n",
                          "\n", "");
    expect_names(&m->set->report->spam, "Checker-Version Two ");
    expect_names(&m->set->report->ham, "Checker-Version One ");
    drop(m);
    m = make("header A exists:X\nadd_header all One 1\nclear_headers\nreport_safe 0\n", "\n", "");
    expect_names(&m->set->report->spam, "Checker-Version Report ");
    expect_names(&m->set->report->ham, "Checker-Version ");
    drop(m);
}

static void expect_problem(const char *line, const char *part)
{
    struct arena a;
    const struct rule_problem *p;
    struct err e;
    char text[300];
    snprintf(text, sizeof(text), "header A exists:From\n%s\n", line);
    arena_init(&a, 64 << 20);
    struct ruleset *set = ruleset_load_text(&options, slice_str(text), "t.cf", &a, &p, &e);
    assert_non_null(set);
    assert_non_null(p);
    assert_int_equal(p->line, 2);
    assert_non_null(strstr(p->text, part));
    ruleset_free(&set);
    arena_deinit(&a);
}

static void wrong_lines_are_named(void **state)
{
    expect_problem("add_header both X y", "spam, ham or all");
    expect_problem("add_header spam X", "and a text");
    expect_problem("add_header spam X: y", "the name behind X-Spam-");
    expect_problem("report_safe 3", "0, 1 or 2");
    expect_problem("rewrite_header Cc x", "Subject, From or To");
    expect_problem("clear_headers all", "nothing behind it");
}

/* ---- tags */

static void expect_filled(struct made *m, const char *text, const char *expected)
{
    buf_reset(&m->out);
    report_fill(&m->report, &m->out, slice_str(text));
    assert_string_equal(m->out.n ? m->out.p : "", expected);
}

static void tags_are_replaced(void **state)
{
    struct made *m = make("header AB exists:From\nheader Z exists:To\nrequired_score 5\n"
                          "report_contact post@example.org\n",
                          "From: a@b.example\nX-Some: value\n\nbody\n", "Z=4.96 AB=-0.001 __S=3 __T=1");
    expect_filled(m, "_YESNO_ _YESNOCAPS_ _YESNO(a,b)_ _YESNO(, not)_ _YESNO(x)_", "No NO b  not No");
    expect_filled(m, "_SCORE_ _SCORE(00)_ _SCORE(  )_ _HITS_ _REQD_", "4.9 004.9   4.9 4.9 5.0");
    expect_filled(m, "_TESTS_|_TESTS( )_|_TESTSSCORES_", "AB,Z|AB Z|AB=-0.001,Z=4.96");
    expect_filled(m, "_SUBTESTS_|_SUBTESTSCOLLAPSED_", "__S,__S,__S,__T|__S(3),__T");
    expect_filled(m, "_STARS_ _STARS(+)_ _STARS()_", "**** ++++ ****");
    expect_filled(m, "_HOSTNAME_ _CONTACTADDRESS_ _VERSION_", "mx.example post@example.org 4.0.1");
    expect_filled(m, "_NOPE_ _NO_PE_ _TESTS_SCORE_ _ __ _a_ _RBL_x_AWL_",
                  "_NOPE_ _NO_PE_ _TESTS_SCORE_ _ __ _a_ x");
    expect_filled(m, "_HEADER(X-Some)_|_HEADER(X-None)_|_HEADER()_", "value\n||");
    expect_filled(m, "_AUTHORDOMAIN", "_AUTHORDOMAIN");
    drop(m);
}

static void the_table_wraps_descriptions(void **state)
{
    struct made *m =
        make("body LONG_NAME_OF_A_RULE_THAT_HITS /x/\ndescribe LONG_NAME_OF_A_RULE_THAT_HITS one two three "
             "four five six seven eight nine\nheader A exists:From\nfull F /x/\nuri U /x/\n"
             "clear_report_template\nreport _SUMMARY_\n",
             "From: a@b.example\n\nbody\n", "LONG_NAME_OF_A_RULE_THAT_HITS=12.3 A=-0.01 F=1 U=2");
    expect_filled(m, "_REPORT_",
                  "\n*   12 LONG_NAME_OF_A_RULE_THAT_HITS BODY: one two three four five six\n"
                  "*      seven eight nine\n* -0.0 A No description available.\n"
                  "*  1.0 F FULL: No description available.\n"
                  "*  2.0 U URI: No description available.\n");
    buf_reset(&m->out);
    report_text(&m->report, &m->out);
    assert_string_equal(m->out.p,
                        "  12 LONG_NAME_OF_A_RULE_THAT_HITS BODY: one two three four five six seven\n"
                        "                             eight nine\n"
                        "-0.0 A                      No description available.\n"
                        " 1.0 F                      FULL: No description available.\n"
                        " 2.0 U                      URI: No description available.\n\n");
    drop(m);
}

static void what_functions_say_stands_below_their_rule(void **state)
{
    struct made *m = make("header A exists:From\nheader B exists:To\n", "From: a\n\n", "A B");
    m->check.running = m->report.hits[0].rule;
    check_log(&m->check, SLICE("user[at]example.org"));
    check_log(&m->check, SLICE("a line that is so long that it must be broken somewhere near its middle"));
    m->report.check = &m->check;
    expect_filled(m, "_SUMMARY_",
                  " 1.0 A                      No description available.\n"
                  "                            [user[at]example.org]\n"
                  "                            [a line that is so long that it must be broken]\n"
                  "                            [somewhere near its middle]\n"
                  " 1.0 B                      No description available.\n");
    expect_filled(m, "_REPORT_",
                  "\n*  1.0 A No description available.\n*      [user[at]example.org]\n"
                  "[a line that is so long that it must be broken]\n[somewhere near its middle]\n"
                  "*  1.0 B No description available.\n");
    drop(m);
}

static void a_rule_that_scores_each_time_is_listed_each_time(void **state)
{
    struct made *m =
        make("body M /x/\ntflags M multiple\nscore M 1.5\nheader A exists:From\n", "From: a\n\n", "A");
    struct finding *f =
        finding_add(&m->found, &m->arena, FINDING_RULE, CLASS_CLEAN, 4.5, SLICE("M"), SLICE(""));
    f->count = 3;
    report_init(&m->report, m->set, &m->views, &m->found, NULL, NAN);
    expect_filled(m, "_SCORE_ _TESTSSCORES_", "5.5 A=1,M=1.5,M=1.5,M=1.5");
    drop(m);
}

/* ---- the message */

static void fields_go_on_top_below_return_path(void **state)
{
    expect_mail(NO_FIELDS "add_header ham Level _STARS_\n",
                "Return-Path: <a@b.example>\n\tfolded\nX-Spam-Status: forged\n\tfolded\nFrom: a\n\nbody\n",
                "A",
                "Return-Path: <a@b.example>\n\tfolded\n" VERSION_FIELD "X-Spam-Level: *\nFrom: a\n\nbody\n");
    expect_mail(NO_FIELDS, "From x@y Mon\nFrom: a\n", "", "From x@y Mon\n" VERSION_FIELD "From: a\n");
    expect_mail(NO_FIELDS, "", "", VERSION_FIELD "\n");
}

static void line_ends_of_the_message_are_used(void **state)
{
    expect_mail(NO_FIELDS, "From: a\r\nTo: b\n\r\nbody\n", "",
                "X-Spam-Checker-Version: x\r\nFrom: a\r\nTo: b\r\n\r\nbody\n");
}

static void spam_has_its_subject_and_addresses_rewritten(void **state)
{
    expect_mail(NO_FIELDS "rewrite_header subject [_SCORE_]\nrewrite_header from (x)\n",
                "From: a\nSubject: hello\n there\n\nbody\n", "A=9",
                VERSION_FIELD "From: ([x]) a\nSubject: [9.0] hello\n there\nX-Spam-Prev-From: a\n"
                              "X-Spam-Prev-Subject: hello\n\nbody\n");
    expect_mail(NO_FIELDS "rewrite_header subject [_SCORE_]\n", "From: a\n\nbody\n", "A=9",
                VERSION_FIELD "From: a\nSubject: [9.0] \nX-Spam-Prev-Subject: (nonexistent)\n\nbody\n");
    expect_mail(NO_FIELDS "rewrite_header subject [S]\n", "Subject: x\n\nbody\n", "A=4",
                VERSION_FIELD "Subject: x\n\nbody\n");
}

static void a_rule_may_put_its_prefix_in_front_of_the_subject(void **state)
{
    static const char rules[] =
        NO_FIELDS "rewrite_header subject [S]\nsubjprefix A [EXT]\nsubjprefix T [EXT]\n";
    expect_mail(rules, "Subject: x\n\nbody\n", "A T", VERSION_FIELD "Subject: [EXT] x\n\nbody\n");
    expect_mail(rules, "Subject: x\n\n", "A=9",
                VERSION_FIELD "Subject: [S] [EXT] x\nX-Spam-Prev-Subject: x\n\n");
}

static void expect_stripped(const char *mail, const char *expected)
{
    struct made *m = make(NO_FIELDS "rewrite_header subject [S]\n", "\n", "");
    const struct report_sink sink = { take, &m->out };
    report_strip(&m->arena, m->set, slice_str(mail), &sink);
    assert_string_equal(m->out.n ? m->out.p : "", expected);
    drop(m);
}

static void markup_of_fields_is_taken_away(void **state)
{
    expect_stripped("X-Spam-Status: Yes\n\tfolded\nFrom: a\nSubject: [S] b\nX-Spam-Prev-Subject: b\n\nbody\n",
                    "From: a\nSubject: b\n\nbody\n");
    expect_stripped("From: a\nSubject: [S] b\n\nbody\n", "From: a\nSubject: b\n\nbody\n");
    expect_stripped("From: a\nX-Spam-Prev-Subject: b\n\nbody\n", "From: a\nSubject: b\n\nbody\n");
    expect_stripped("From: a\nSubject: [S] \nX-Spam-Prev-Subject: (nonexistent)\n\nbody\n",
                    "From: a\n\nbody\n");
    expect_stripped("SPAM: a\n\nSPAM: ---- x\nSPAM: y\nSPAM: ---- z\n\nbody\n", "SPAM: a\n\nbody\n");
    expect_stripped("", "\n");
}

static void expect_whole(const char *mail, unsigned safe, const char *part)
{
    char rules[300];
    snprintf(rules, sizeof(rules),
             NO_FIELDS "clear_report_template\nreport R\nunsafe_report U\nreport_safe %u\n"
                       "report_safe_copy_headers X-A Received\n",
             safe);
    struct made *m = make(rules, mail, "A=9");
    const struct report_sink sink = { take, &m->out };
    report_mail(&m->report, &sink);
    assert_non_null(strstr(m->out.p, part));
    struct slice wrapped = arena_dup(&m->arena, buf_slice(&m->out));
    buf_reset(&m->out);
    report_strip(&m->arena, m->set, wrapped, &sink);
    assert_string_equal(m->out.p, mail);
    drop(m);
}

static void wrapped_spam_can_be_had_back(void **state)
{
    expect_whole("From: a\nX-A: 1\nX-A: 2\nReceived: r\n\nbody\n", 1,
                 "Received: r\nFrom: a\n" VERSION_FIELD "X-A: 1\nX-A: 2\nMIME-Version: 1.0\n");
    expect_whole("From: a\n\nbody\n", 1, "\nR\n\n\n\n------------=_");
    expect_whole("From: a\n\nbody\n", 1, "Content-Type: message/rfc822; x-spam-type=original\n");
    expect_whole("From: a\nContent-Type: text/html\n\n<b>\n", 1, "\nR\n\nU\n\n\n------------=_");
    expect_whole("From: a\nContent-Type: text/html\n\n<b>\n", 2,
                 "Content-Type: text/plain; x-spam-type=original\n");
    expect_whole("From: a\r\n\r\nbody\r\n", 1, "Content-Disposition: inline\r\n");
    expect_whole("From x@y Mon\nFrom: a\n\nbody\n", 1,
                 "From x@y Mon\nReceived: from localhost by mx.example\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_broken_where_the_next_word_would_pass_the_width),
        cmocka_unit_test(a_prefix_wider_than_the_width_ends_all_the_same),
        cmocka_unit_test(a_first_line_may_be_taken_already),
        cmocka_unit_test(fields_are_folded_behind_commas_and_blanks),
        cmocka_unit_test(words_that_are_not_ascii_are_encoded),
        cmocka_unit_test(headers_are_added_replaced_and_removed_in_order),
        cmocka_unit_test(wrong_lines_are_named),
        cmocka_unit_test(tags_are_replaced),
        cmocka_unit_test(the_table_wraps_descriptions),
        cmocka_unit_test(what_functions_say_stands_below_their_rule),
        cmocka_unit_test(a_rule_that_scores_each_time_is_listed_each_time),
        cmocka_unit_test(fields_go_on_top_below_return_path),
        cmocka_unit_test(line_ends_of_the_message_are_used),
        cmocka_unit_test(spam_has_its_subject_and_addresses_rewritten),
        cmocka_unit_test(a_rule_may_put_its_prefix_in_front_of_the_subject),
        cmocka_unit_test(markup_of_fields_is_taken_away),
        cmocka_unit_test(wrapped_spam_can_be_had_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
