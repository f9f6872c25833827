/* recipients-test.c - the table of several recipients, cell by cell, and that nothing gets milder */
#include "policy/test-fixture.h"

#include "policy/recipients.h"

static struct verdict made(enum verdict_action action, bool hold_copy)
{
    struct verdict v = { .action = action, .hold_copy = hold_copy || action == ACTION_QUARANTINE };
    v.by_action[action] = CLASS_BIT(CLASS_BAD_HEADER);
    return v;
}

/* how hard a recipient is hit; a message that comes again has reached nobody */
static int hardness(enum recipient_outcome o, enum verdict_action whole)
{
    (void)whole;
    switch (o) {
    case OUTCOME_DELIVERED: return 0;
    case OUTCOME_HELD: return 1;
    case OUTCOME_TEMPFAILED: return 2;
    case OUTCOME_REFUSED: return 3;
    case OUTCOME_DROPPED: return 4;
    }
    return -1;
}

static void one_recipient_gets_what_its_verdict_says(void **state)
{
    static const struct {
        enum verdict_action in, out;
        enum recipient_outcome outcome;
        bool copy;
    } rows[] = {
        { ACTION_PASS, ACTION_PASS, OUTCOME_DELIVERED, false },
        { ACTION_TAG, ACTION_TAG, OUTCOME_DELIVERED, false },
        { ACTION_QUARANTINE, ACTION_QUARANTINE, OUTCOME_HELD, true },
        { ACTION_TEMPFAIL, ACTION_TEMPFAIL, OUTCOME_TEMPFAILED, false },
        { ACTION_REJECT, ACTION_REJECT, OUTCOME_REFUSED, false },
        { ACTION_DISCARD, ACTION_DISCARD, OUTCOME_DROPPED, false },
    };
    struct fixture x;
    (void)state;
    fixture_init(&x);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct recipients_decision d;
        struct verdict v = made(rows[i].in, false);
        const struct verdict *list[] = { &v };
        recipients_decide(&d, &x.arena, list, 1);
        assert_int_equal(d.action, rows[i].out);
        assert_int_equal(d.outcomes[0], rows[i].outcome);
        assert_int_equal(d.copy, rows[i].copy);
        assert_false(d.partly);
    }
    fixture_deinit(&x);
}

/* Rows: the first recipient's action; columns: the second's. What becomes of the first, of the second, of
 * all. */
static void two_recipients_cell_by_cell(void **state)
{
    enum { P, T, Q, F, R, D };
    static const char *const cells[ACTION_COUNT][ACTION_COUNT] = {
        /*          P      T      Q      F      R      D */
        [P] = { "ddp", "ddt", "dhp", "ffF", "dhp", "dxp" },
        [T] = { "ddt", "ddt", "dht", "ffF", "dht", "dxt" },
        [Q] = { "hdp", "hdt", "hhQ", "ffF", "hhQ", "hxQ" },
        [F] = { "ffF", "ffF", "ffF", "ffF", "ffF", "ffF" },
        [R] = { "hdp", "hdt", "hhQ", "ffF", "rrR", "hxQ" },
        [D] = { "xdp", "xdt", "xhQ", "ffF", "xhQ", "xxD" },
    };
    static const char outcomes[] = "dhrxf", actions[] = "ptQFRD";
    struct fixture x;
    (void)state;
    fixture_init(&x);
    for (int i = 0; i < ACTION_COUNT; i++)
        for (int j = 0; j < ACTION_COUNT; j++) {
            struct recipients_decision d;
            struct verdict a = made((enum verdict_action)i, false), b = made((enum verdict_action)j, false);
            const struct verdict *list[] = { &a, &b };
            recipients_decide(&d, &x.arena, list, 2);
            const char got[] = { outcomes[d.outcomes[0]], outcomes[d.outcomes[1]], actions[d.action], 0 };
            assert_string_equal(got, cells[i][j]);
            assert_int_equal(d.copy, strchr(cells[i][j], 'h') != NULL);
            assert_int_equal(d.tag_subject && d.action <= ACTION_TAG && !strchr("F", got[2]),
                             d.action == ACTION_TAG && got[0] != 'f' && (i != P || got[0] != 'd') &&
                                 (j != P || got[1] != 'd'));
        }
    fixture_deinit(&x);
}

static void a_virus_that_all_reject_is_kept(void **state)
{
    struct fixture x;
    struct recipients_decision d;
    struct verdict v = made(ACTION_REJECT, false);
    const struct verdict *list[] = { &v, &v };
    (void)state;
    fixture_init(&x);
    v.classes = CLASS_BIT(CLASS_VIRUS);
    recipients_decide(&d, &x.arena, list, 2);
    assert_int_equal(d.action, ACTION_REJECT);
    assert_true(d.copy);
    fixture_deinit(&x);
}

/* ---- no finding makes anything milder */

static unsigned seed = 1;

static unsigned draw(unsigned n)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % n;
}

static void random_table(struct policy_options *o)
{
    int *actions[] = { &o->action_bad_header, &o->action_spammy,
                       &o->action_spam,       &o->action_unchecked_encrypted,
                       &o->action_unchecked,  &o->action_unchecked_fault,
                       &o->action_banned,     &o->action_virus };
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        *actions[i] = (int)draw(ACTION_COUNT);
}

static struct verdict verdict_of(struct fixture *x, class_set set, const struct policy_options *o)
{
    struct verdict v;
    struct finding_list f = { 0 };
    for (int c = 1; c < CLASS_COUNT; c++)
        if (set & CLASS_BIT(c))
            finding_add(&f, &x->arena, FINDING_CLASS, (enum verdict_class)c, 0, SLICE("x"), SLICE(""));
    verdict_decide(&v, &f, o, false);
    return v;
}

/* Of one recipient: over all sets of classes, each further class, with many tables of actions. */
static void a_further_class_never_weakens_the_action(void **state)
{
    struct fixture x;
    (void)state;
    fixture_init(&x);
    for (int table = 0; table < 12; table++) {
        if (table)
            random_table(&x.o);
        for (class_set set = 0; set < CLASS_BIT(CLASS_COUNT); set += 2) {
            enum verdict_action before = verdict_of(&x, set, &x.o).action;
            for (int c = 1; c < CLASS_COUNT; c++)
                if (!(set & CLASS_BIT(c)))
                    assert_true(verdict_of(&x, set | CLASS_BIT(c), &x.o).action >= before);
            arena_reset(&x.arena);
        }
    }
    fixture_deinit(&x);
}

/* Of three with policies of their own: what each finally gets. What is put off for all by a fault of one
 * comes again, so a delivery that became a tempfail is harder, too. */
static void nor_what_any_recipient_gets(void **state)
{
    struct fixture x;
    struct policy_options o[3];
    (void)state;
    fixture_init(&x);
    for (int round = 0; round < 200000; round++) {
        struct recipients_decision before, after;
        struct verdict v[3], w[3];
        const struct verdict *lists[2][3];
        class_set set = (class_set)draw(1U << CLASS_COUNT) & ~1U;
        int more = 1 + (int)draw(CLASS_COUNT - 1);
        for (int i = 0; i < 3; i++) {
            o[i] = x.o;
            random_table(&o[i]);
            v[i] = verdict_of(&x, set, &o[i]);
            w[i] = verdict_of(&x, set | CLASS_BIT(more), &o[i]);
            lists[0][i] = &v[i];
            lists[1][i] = &w[i];
        }
        recipients_decide(&before, &x.arena, lists[0], 3);
        recipients_decide(&after, &x.arena, lists[1], 3);
        for (int i = 0; i < 3; i++) {
            bool delivered = after.outcomes[i] == OUTCOME_DELIVERED;
            assert_true(!delivered || before.outcomes[i] == OUTCOME_DELIVERED);
            assert_true(v[i].action != ACTION_TAG || !delivered || w[i].action == ACTION_TAG);
        }
        /* nobody's copy is lost by a further finding, unless the sender has it back */
        for (int i = 0; i < 3; i++)
            assert_true(before.outcomes[i] != OUTCOME_HELD || after.outcomes[i] == OUTCOME_HELD ||
                        hardness(after.outcomes[i], after.action) > hardness(OUTCOME_HELD, before.action));
        arena_reset(&x.arena);
    }
    fixture_deinit(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_recipient_gets_what_its_verdict_says),
        cmocka_unit_test(two_recipients_cell_by_cell),
        cmocka_unit_test(a_virus_that_all_reject_is_kept),
        cmocka_unit_test(a_further_class_never_weakens_the_action),
        cmocka_unit_test(nor_what_any_recipient_gets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
