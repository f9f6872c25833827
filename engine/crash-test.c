/* crash-test.c - who is over the limit, and for how long */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "engine/crash.h"

#define LIMIT 3
#define WINDOW 1000

static int setup(void **state)
{
    static struct crash_table t;
    crash_init(&t, LIMIT, WINDOW);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    crash_deinit(*state);
    return 0;
}

static void count(struct crash_table *t, const char *address, unsigned times, uint64_t now)
{
    for (unsigned i = 0; i < times; i++)
        crash_count(t, slice_str(address), now);
}

static void blocks_at_the_limit_and_only_that_client(void **state)
{
    struct crash_table *t = *state;
    count(t, "192.0.2.1", LIMIT - 1, 10);
    assert_false(crash_over(t, SLICE("192.0.2.1"), 10));
    count(t, "192.0.2.1", 1, 20);
    assert_true(crash_over(t, SLICE("192.0.2.1"), 20));
    assert_false(crash_over(t, SLICE("192.0.2.2"), 20));
}

static void lets_in_again_when_the_window_is_over(void **state)
{
    struct crash_table *t = *state;
    count(t, "192.0.2.1", LIMIT, 10);
    assert_true(crash_over(t, SLICE("192.0.2.1"), 10 + WINDOW - 1));
    assert_false(crash_over(t, SLICE("192.0.2.1"), 10 + WINDOW));
    count(t, "192.0.2.1", 1, 10 + WINDOW);
    assert_false(crash_over(t, SLICE("192.0.2.1"), 10 + WINDOW));
}

/* threads read the clock before they get the lock */
static void a_clock_read_earlier_ends_no_window(void **state)
{
    struct crash_table *t = *state;
    count(t, "192.0.2.1", LIMIT, 10);
    assert_true(crash_over(t, SLICE("192.0.2.1"), 9));
}

static void spellings_of_one_client(void **state)
{
    static const struct {
        const char *counted, *asked;
        bool same;
    } cases[] = {
        { "192.0.2.1", "::ffff:192.0.2.1", true },
        { "2001:db8::1", "2001:DB8:0::ffff:1", true },
        { "2001:db8::1", "2001:db8:0:1::1", false },
        { "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
        { "127.0.0.1", "::1", false },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct crash_table *t = *state;
        t->n = 0;
        count(t, cases[i].counted, LIMIT, 10);
        assert_true(crash_over(t, slice_str(cases[i].counted), 10));
        assert_int_equal(crash_over(t, slice_str(cases[i].asked), 10), cases[i].same);
    }
}

static void no_address_is_never_counted(void **state)
{
    struct crash_table *t = *state;
    static const char *const none[] = { "",
                                        "unknown",
                                        "192.0.2.1.",
                                        "[192.0.2.1]",
                                        "192.0.2.1\n",
                                        "00000000000000000000000000000000000000000000000000000000" };
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        count(t, none[i], LIMIT * 2, 10);
        assert_false(crash_over(t, slice_str(none[i]), 10));
    }
    assert_int_equal(t->n, 0);
}

static void limit_zero_blocks_nobody(void **state)
{
    struct crash_table t;
    crash_init(&t, 0, WINDOW);
    count(&t, "192.0.2.1", 100, 10);
    assert_false(crash_over(&t, SLICE("192.0.2.1"), 10));
    crash_deinit(&t);
}

static void full_table_forgets_the_one_longest_ago(void **state)
{
    struct crash_table *t = *state;
    count(t, "10.9.9.1", LIMIT, 10);
    count(t, "10.9.9.2", LIMIT, 11);
    for (int i = 0; i < CRASH_CLIENTS - 1; i++) {
        char address[32];
        snprintf(address, sizeof(address), "10.0.%d.%d", i / 256, i % 256);
        count(t, address, 1, 12);
    }
    assert_int_equal(t->n, CRASH_CLIENTS);
    assert_false(crash_over(t, SLICE("10.9.9.1"), 13));
    assert_true(crash_over(t, SLICE("10.9.9.2"), 13));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blocks_at_the_limit_and_only_that_client, setup, teardown),
        cmocka_unit_test_setup_teardown(lets_in_again_when_the_window_is_over, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_read_earlier_ends_no_window, setup, teardown),
        cmocka_unit_test_setup_teardown(spellings_of_one_client, setup, teardown),
        cmocka_unit_test_setup_teardown(no_address_is_never_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_zero_blocks_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(full_table_forgets_the_one_longest_ago, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
