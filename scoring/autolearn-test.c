/* autolearn-test.c - which messages may be learned by themselves */
#include "config.h"
#include "scoring/autolearn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include "scoring/rule.h"

static const char rules[] =
    "header HEAD5 Subject =~ /x/\nscore HEAD5 5 5 1 1\nbody BODY5 /x/\nscore BODY5 5\nuri URI4 /x/\nscore "
    "URI4 4\n"
    "full FULL9 /x/\nscore FULL9 9\nrawbody RAW3 /x/\nscore RAW3 3\n"
    "body FORCE9 /x/\nscore FORCE9 12\ntflags FORCE9 autolearn_force\n"
    "body LIKE_HEAD /x/\nscore LIKE_HEAD 4\ntflags LIKE_HEAD autolearn_header\n"
    "header NOT_ME Subject =~ /x/\nscore NOT_ME 20\ntflags NOT_ME noautolearn\n"
    "header LISTED Subject =~ /x/\nscore LISTED -20\ntflags LISTED userconf\n"
    "meta META9 HEAD5 + BODY5 + URI4\nscore META9 9\n"
    "body BAYES_00 eval:check_bayes('0.00', '0.05')\ntflags BAYES_00 nice learn\nscore BAYES_00 0 0 -1.5 "
    "-1.5\n"
    "body BAYES_99 eval:check_bayes('0.95', '1.00')\ntflags BAYES_99 learn\nscore BAYES_99 0 0 6 6\n"
    "header GOOD Subject =~ /x/\nscore GOOD -1\n";

struct asked {
    struct arena a;
    struct ruleset *set;
    struct autolearn l;
};

static void ask(struct asked *x, int option, const char *more, unsigned learned, const char *hits, bool spam)
{
    struct scoring_options o = { .regex_match_limit = 100000, .rules_max = 1000, .autolearn = option };
    struct finding_list found = { 0 };
    struct slice rest = slice_str(hits), name;
    struct err e;
    o.learned_spam = o.learned_ham = learned;
    arena_init(&x->a, 64 << 20);
    struct slice text = arena_printf(&x->a, "%s%s", rules, more);
    x->set = ruleset_load_text(&o, text, "t.cf", &x->a, NULL, &e);
    if (x->set == NULL)
        fail_msg("%s", e.text);
    while (slice_cut(&rest, ' ', &name))
        if (name.n)
            finding_add(&found, &x->a, FINDING_RULE, CLASS_CLEAN, 1, name, SLICE(""));
    autolearn_decide(&x->l, x->set, &found, spam, &x->a);
}

static void drop(struct asked *x)
{
    ruleset_free(&x->set);
    arena_deinit(&x->a);
}

static void expect(const char *more, unsigned learned, const char *hits, bool spam, enum autolearn_kind kind)
{
    struct asked x;
    ask(&x, AUTOLEARN_OPTION_YES, more, learned, hits, spam);
    if (x.l.kind != kind)
        fail_msg("%s: %d, not %d (points %g, header %g, body %g)", hits, x.l.kind, kind, x.l.points,
                 x.l.header, x.l.body);
    drop(&x);
}

static void it_is_off_until_asked_for(void **state)
{
    static const struct {
        int option;
        const char *more;
        bool on;
    } cases[] = {
        { AUTOLEARN_OPTION_RULES, "", false },
        { AUTOLEARN_OPTION_RULES, "bayes_auto_learn 1\n", true },
        { AUTOLEARN_OPTION_RULES, "bayes_auto_learn 1\nbayes_auto_learn 0\n", false },
        { AUTOLEARN_OPTION_RULES, "bayes_auto_learn 1\nuse_bayes 0\n", false },
        { AUTOLEARN_OPTION_YES, "", true },
        { AUTOLEARN_OPTION_YES, "use_bayes 0\n", false },
        { AUTOLEARN_OPTION_NO, "bayes_auto_learn 1\n", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct asked x;
        ask(&x, cases[i].option, cases[i].more, 0, "GOOD", false);
        assert_int_equal(x.l.kind, cases[i].on ? AUTOLEARN_HAM : AUTOLEARN_OFF);
        assert_int_equal(ruleset_autolearns(x.set), cases[i].on);
        drop(&x);
    }
}

static void points_decide_as_in_spamassassin(void **state)
{
    static const struct {
        const char *more, *hits;
        bool spam;
        enum autolearn_kind kind;
    } cases[] = {
        { "", "", false, AUTOLEARN_HAM },
        { "", "GOOD", true, AUTOLEARN_NO }, /* the verdict is another */
        { "bayes_auto_learn_threshold_nonspam -2\n", "GOOD", false, AUTOLEARN_NO },
        { "", "HEAD5", false, AUTOLEARN_NO }, /* between the thresholds */
        { "", "HEAD5 BODY5 URI4", true, AUTOLEARN_SPAM },
        { "", "HEAD5 BODY5 URI4", false, AUTOLEARN_NO },
        { "bayes_auto_learn_threshold_spam 15\n", "HEAD5 BODY5 URI4", true, AUTOLEARN_NO },
        { "", "BODY5 URI4 RAW3", true, AUTOLEARN_NO },        /* no points of the header */
        { "", "BODY5 URI4 LIKE_HEAD", true, AUTOLEARN_SPAM }, /* that counts as header */
        { "", "HEAD5 FULL9", true, AUTOLEARN_NO },            /* full is neither */
        { "", "META9 RAW3", true, AUTOLEARN_SPAM },           /* 3 of header, 6 and 3 of body */
        { "", "FORCE9", true, AUTOLEARN_SPAM },
        { "", "NOT_ME HEAD5", true, AUTOLEARN_NO },
        { "", "LISTED HEAD5 BODY5 URI4", true, AUTOLEARN_SPAM },
        { "", "HEAD5 BODY5 URI4 SHORTCIRCUIT", true, AUTOLEARN_OFF },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect(cases[i].more, 0, cases[i].hits, cases[i].spam, cases[i].kind);
}

/* Its own word is no reason to learn, only one not to; the scores are those of the set without it. */
static void the_classifier_has_a_veto(void **state)
{
    (void)state;
    expect("", 300, "HEAD5 BODY5 URI4", true, AUTOLEARN_SPAM);
    expect("", 300, "HEAD5 BODY5 URI4 BAYES_00", true, AUTOLEARN_NO);
    expect("", 300, "HEAD5 BODY5 URI4 BAYES_99", true, AUTOLEARN_SPAM);
    expect("", 300, "BAYES_99", false, AUTOLEARN_NO);
    expect("", 300, "BAYES_00", false, AUTOLEARN_HAM);
    expect("bayes_auto_learn_on_error 1\n", 300, "BAYES_00", false, AUTOLEARN_NO);
    expect("bayes_auto_learn_on_error 1\n", 300, "GOOD", false, AUTOLEARN_HAM);
    expect("bayes_auto_learn_on_error 1\n", 300, "HEAD5 BODY5 URI4 BAYES_99", true, AUTOLEARN_NO);
}

static void it_says_which_rules_forced_it(void **state)
{
    struct asked x;
    (void)state;
    ask(&x, AUTOLEARN_OPTION_YES, "", 0, "FORCE9", true);
    struct slice text = autolearn_text(&x.a, &x.l);
    assert_true(slice_eq(text, SLICE("spam autolearn_force=yes (FORCE9,)")));
    drop(&x);
    ask(&x, AUTOLEARN_OPTION_YES, "", 0, "", false);
    text = autolearn_text(&x.a, &x.l);
    assert_true(slice_eq(text, SLICE("ham autolearn_force=no")));
    drop(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_off_until_asked_for),
        cmocka_unit_test(points_decide_as_in_spamassassin),
        cmocka_unit_test(the_classifier_has_a_veto),
        cmocka_unit_test(it_says_which_rules_forced_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
