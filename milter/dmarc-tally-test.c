/* dmarc-tally-test.c - what is counted, and when a result was known */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "milter/dmarc-tally.h"

static void note(struct dmarc_tally *t, enum auth_code code, enum dmarc_policy at_stake, uint64_t now)
{
    const struct auth_dmarc d = { .code = code, .at_stake = at_stake };
    dmarc_tally_note(t, &d, now);
}

static void results_are_counted(void **state)
{
    struct dmarc_tally t = { .at_stake = 0 };
    note(&t, AUTH_PASS, DMARC_POLICY_NONE, 1);
    note(&t, AUTH_TEMPERROR, DMARC_POLICY_NONE, 2);
    note(&t, AUTH_TEMPERROR, DMARC_POLICY_REJECT, 3);
    assert_int_equal(t.counts[AUTH_PASS], 1);
    assert_int_equal(t.counts[AUTH_TEMPERROR], 2);
    assert_int_equal(t.at_stake, 1);
}

static void a_dns_that_is_out_of_order_makes_nothing_known(void **state)
{
    struct dmarc_tally t = { .at_stake = 0 };
    note(&t, AUTH_TEMPERROR, DMARC_POLICY_REJECT, 50);
    note(&t, AUTH_PERMERROR, DMARC_POLICY_NONE, 60);
    note(&t, AUTH_NOT_RUN, DMARC_POLICY_NONE, 70);
    assert_false(dmarc_tally_known(&t, 100, 100));
    note(&t, AUTH_NONE, DMARC_POLICY_NONE, 100);
    assert_true(dmarc_tally_known(&t, 199, 100));
    assert_false(dmarc_tally_known(&t, 200, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_counted),
        cmocka_unit_test(a_dns_that_is_out_of_order_makes_nothing_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
