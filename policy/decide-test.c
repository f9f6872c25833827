/* decide-test.c - verdicts: the table of defaults, and that a further finding never weakens anything */
#include "policy/test-fixture.h"

#include "policy/dmarc.h"

static void every_class_has_its_default_action(void **state)
{
    static const struct {
        enum verdict_class class;
        bool aged;
        enum verdict_action action;
    } cases[] = {
        { CLASS_CLEAN, false, ACTION_PASS },
        { CLASS_BAD_HEADER, false, ACTION_PASS },
        { CLASS_SPAMMY, false, ACTION_TAG },
        { CLASS_SPAM, false, ACTION_REJECT },
        { CLASS_UNCHECKED_ENCRYPTED, false, ACTION_TAG },
        { CLASS_UNCHECKED_LIMIT, false, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_UNSUPPORTED, false, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_PARTIAL, false, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_REGEX, false, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_AMBIGUOUS, false, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_CRASH, false, ACTION_TEMPFAIL },
        { CLASS_UNCHECKED_FAULT, false, ACTION_TEMPFAIL },
        { CLASS_DMARC_TEMPERROR, false, ACTION_TEMPFAIL },
        { CLASS_DMARC_TEMPERROR, true, ACTION_QUARANTINE },
        { CLASS_DMARC_QUARANTINE, false, ACTION_QUARANTINE },
        { CLASS_DMARC_REJECT, false, ACTION_REJECT },
        { CLASS_UNCHECKED_CRASH, true, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_FAULT, true, ACTION_QUARANTINE },
        { CLASS_UNCHECKED_LIMIT, true, ACTION_QUARANTINE },
        { CLASS_SPAM, true, ACTION_REJECT },
        { CLASS_BANNED, false, ACTION_QUARANTINE },
        { CLASS_VIRUS, false, ACTION_REJECT },
    };
    struct fixture x;
    fixture_init(&x);
    for (size_t i = 0; i < ROWS_OF(cases); i++)
        assert_int_equal(verdict_action_of(cases[i].class, &x.o, cases[i].aged), cases[i].action);
    fixture_deinit(&x);
}

static void age_changes_only_temporary_failures(void **state)
{
    struct fixture x;
    fixture_init(&x);
    x.o.action_unchecked_fault = ACTION_REJECT;
    assert_int_equal(verdict_action_of(CLASS_UNCHECKED_CRASH, &x.o, true), ACTION_REJECT);
    x.o.action_unchecked_fault = ACTION_PASS;
    assert_int_equal(verdict_action_of(CLASS_UNCHECKED_CRASH, &x.o, true), ACTION_PASS);
    fixture_deinit(&x);
}

static void scores_add_up_and_make_classes(void **state)
{
    static const struct {
        double scores[4];
        double sum;
        class_set classes;
        enum verdict_class class;
        enum verdict_action action;
        bool spam;
    } cases[] = {
        { { 0 }, 0, 0, CLASS_CLEAN, ACTION_PASS, false },
        { { 1.5, 3.4 }, 4.9, 0, CLASS_CLEAN, ACTION_PASS, false },
        { { 1.5, 3.5 }, 5, CLASS_BIT(CLASS_SPAMMY), CLASS_SPAMMY, ACTION_TAG, true },
        /* 4.9994 is 4.999, 4.9996 is 5.000 */
        { { 4.9994 }, 4.999, 0, CLASS_CLEAN, ACTION_PASS, false },
        { { 4.9996 }, 5, CLASS_BIT(CLASS_SPAMMY), CLASS_SPAMMY, ACTION_TAG, true },
        { { 0.1, 0.2, 4.7 }, 5, CLASS_BIT(CLASS_SPAMMY), CLASS_SPAMMY, ACTION_TAG, true },
        { { 14.999 }, 14.999, CLASS_BIT(CLASS_SPAMMY), CLASS_SPAMMY, ACTION_TAG, true },
        { { 1000, -985 },
          15,
          CLASS_BIT(CLASS_SPAMMY) | CLASS_BIT(CLASS_SPAM),
          CLASS_SPAM,
          ACTION_REJECT,
          true },
        { { -0.0001 }, 0, 0, CLASS_CLEAN, ACTION_PASS, false },
        { { -7.25, 0.5 }, -6.75, 0, CLASS_CLEAN, ACTION_PASS, false },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        fixture_init(&x);
        for (size_t k = 0; k < 4; k++)
            add_rule(&x, cases[i].scores[k], "RULE", "");
        decide(&x, false);
        assert_true(x.v.score == cases[i].sum);
        assert_int_equal(x.v.classes, cases[i].classes);
        assert_int_equal(x.v.class, cases[i].class);
        assert_int_equal(x.v.action, cases[i].action);
        assert_int_equal(x.v.spam, cases[i].spam);
        fixture_deinit(&x);
    }
}

static void only_rules_score_and_only_classes_classify(void **state)
{
    struct fixture x;
    fixture_init(&x);
    finding_add(&x.findings, &x.arena, FINDING_SUBRULE, CLASS_VIRUS, 100, SLICE("__SUB"), SLICE(""));
    finding_add(&x.findings, &x.arena, FINDING_NOTE, CLASS_VIRUS, 100, SLICE("note"), SLICE(""));
    decide(&x, false);
    assert_true(x.v.score == 0);
    assert_int_equal(x.v.classes, 0);
    assert_int_equal(x.v.action, ACTION_PASS);
    fixture_deinit(&x);
}

static void held_copy_stays_beside_a_stricter_action(void **state)
{
    struct fixture x;
    fixture_init(&x);
    add_class(&x, CLASS_BANNED, "exe", "part 2");
    add_class(&x, CLASS_VIRUS, "Eicar", "part 2");
    decide(&x, false);
    assert_int_equal(x.v.class, CLASS_VIRUS);
    assert_int_equal(x.v.action, ACTION_REJECT);
    assert_true(x.v.hold_copy);
    assert_int_equal(x.v.by_action[ACTION_QUARANTINE], CLASS_BIT(CLASS_BANNED));
    assert_int_equal(x.v.by_action[ACTION_REJECT], CLASS_BIT(CLASS_VIRUS));
    fixture_deinit(&x);
}

/* ---- the property, over all sets of classes */

#define SETS ((class_set)1 << CLASS_COUNT)

static unsigned random_state;

static unsigned random_below(unsigned n)
{
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % n;
}

static void random_actions(struct policy_options *o)
{
    int *const actions[] = { &o->action_bad_header, &o->action_spammy,
                             &o->action_spam,       &o->action_unchecked_encrypted,
                             &o->action_unchecked,  &o->action_unchecked_fault,
                             &o->action_banned,     &o->action_virus };
    for (size_t i = 0; i < ROWS_OF(actions); i++)
        *actions[i] = (int)random_below(ACTION_COUNT);
}

/* findings that make just this set (spam brings spammy along) */
static void decide_set(struct fixture *x, class_set set, bool aged, struct finding *room)
{
    struct finding_list list = { 0 };
    list.tail = &list.first;
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(set & CLASS_BIT(c)))
            continue;
        struct finding *f = &room[c];
        bool scored = c == CLASS_SPAMMY || c == CLASS_SPAM;
        *f = (struct finding){ .kind = scored ? FINDING_RULE : FINDING_CLASS,
                               .class = scored ? CLASS_CLEAN : (enum verdict_class)c,
                               .score = c == CLASS_SPAM     ? 15
                                        : c == CLASS_SPAMMY ? 5
                                                            : 0,
                               .count = 1,
                               .name = SLICE("X") };
        *list.tail = f;
        list.tail = &f->next;
        list.n++;
    }
    verdict_decide(&x->v, &list, &x->o, aged);
}

static void check_table(struct fixture *x, bool aged)
{
    static unsigned char action[SETS];
    static bool held[SETS];
    struct finding room[CLASS_COUNT];
    for (class_set set = 0; set < SETS; set++) {
        decide_set(x, set, aged, room);
        action[set] = (unsigned char)x->v.action;
        held[set] = x->v.hold_copy;
    }
    for (class_set set = 0; set < SETS; set++)
        for (int c = 1; c < CLASS_COUNT; c++) {
            class_set more = set | CLASS_BIT(c);
            assert_true(action[more] >= action[set]);
            assert_true(!held[set] || held[more]);
        }
}

static void a_further_class_never_weakens(void **state)
{
    struct fixture x;
    fixture_init(&x);
    random_state = 20261124;
    check_table(&x, false);
    check_table(&x, true);
    for (int table = 0; table < 30; table++) {
        random_actions(&x.o);
        check_table(&x, table % 2);
    }
    fixture_deinit(&x);
}

static void dmarc_is_honoured_where_the_site_says_so(void **state)
{
    static const struct {
        int honour;
        enum auth_code code;
        enum dmarc_policy applied; /* or at stake */
        enum verdict_class class;
        enum verdict_action action;
    } rows[] = {
        { DMARC_HONOUR, AUTH_FAIL, DMARC_POLICY_REJECT, CLASS_DMARC_REJECT, ACTION_REJECT },
        { DMARC_HONOUR, AUTH_FAIL, DMARC_POLICY_QUARANTINE, CLASS_DMARC_QUARANTINE, ACTION_QUARANTINE },
        { DMARC_HONOUR, AUTH_FAIL, DMARC_POLICY_NONE, CLASS_CLEAN, ACTION_PASS },
        { DMARC_HONOUR, AUTH_PASS, DMARC_POLICY_REJECT, CLASS_CLEAN, ACTION_PASS },
        { DMARC_HONOUR, AUTH_TEMPERROR, DMARC_POLICY_REJECT, CLASS_DMARC_TEMPERROR, ACTION_TEMPFAIL },
        { DMARC_HONOUR, AUTH_TEMPERROR, DMARC_POLICY_QUARANTINE, CLASS_DMARC_TEMPERROR, ACTION_TEMPFAIL },
        { DMARC_HONOUR, AUTH_TEMPERROR, DMARC_POLICY_NONE, CLASS_CLEAN, ACTION_PASS },
        { DMARC_IGNORE, AUTH_TEMPERROR, DMARC_POLICY_REJECT, CLASS_CLEAN, ACTION_PASS },
        { DMARC_HONOUR, AUTH_PERMERROR, DMARC_POLICY_NONE, CLASS_BAD_HEADER, ACTION_PASS },
        { DMARC_IGNORE, AUTH_PERMERROR, DMARC_POLICY_NONE, CLASS_CLEAN, ACTION_PASS },
        { DMARC_IGNORE, AUTH_FAIL, DMARC_POLICY_REJECT, CLASS_CLEAN, ACTION_PASS },
    };
    for (size_t i = 0; i < ROWS_OF(rows); i++) {
        struct auth_results r = { .dmarc = { .code = rows[i].code } };
        *(rows[i].code == AUTH_TEMPERROR ? &r.dmarc.at_stake : &r.dmarc.applied) = rows[i].applied;
        struct fixture x;
        fixture_init(&x);
        x.o.dmarc_policy = rows[i].honour;
        dmarc_findings(&x.findings, &x.arena, &r, &x.o);
        dmarc_findings(&x.findings, &x.arena, NULL, &x.o);
        decide(&x, false);
        assert_int_equal(x.v.class, rows[i].class);
        assert_int_equal(x.v.action, rows[i].action);
        fixture_deinit(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dmarc_is_honoured_where_the_site_says_so),
        cmocka_unit_test(every_class_has_its_default_action),
        cmocka_unit_test(age_changes_only_temporary_failures),
        cmocka_unit_test(scores_add_up_and_make_classes),
        cmocka_unit_test(only_rules_score_and_only_classes_classify),
        cmocka_unit_test(held_copy_stays_beside_a_stricter_action),
        cmocka_unit_test(a_further_class_never_weakens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
