/* backoff-test.c - when to start again what has died */
#include "config.h"
#include "milter/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NOW 1000000
#define LIMIT 1000

static void the_first_death_is_answered_at_once(void **state)
{
    struct backoff b = { 0 };
    (void)state;
    backoff_started(&b, NOW);
    backoff_died(&b, NOW + 5, LIMIT);
    assert_int_equal(b.retry_at, NOW + 5);
    backoff_started(&b, NOW + 5);
    assert_int_equal(b.retry_at, 0);
}

static void delays_double_up_to_the_limit(void **state)
{
    static const unsigned delays[] = { 0, 100, 200, 400, 800, 1000, 1000 };
    struct backoff b = { 0 };
    uint64_t now = NOW;
    (void)state;
    for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
        backoff_started(&b, now);
        backoff_died(&b, now, LIMIT);
        assert_int_equal(b.retry_at - now, delays[i]);
        now = b.retry_at;
    }
}

static void who_lived_long_starts_afresh(void **state)
{
    struct backoff b = { 0 };
    (void)state;
    for (int i = 0; i < 5; i++) {
        backoff_started(&b, NOW);
        backoff_died(&b, NOW, LIMIT);
    }
    backoff_started(&b, NOW);
    backoff_died(&b, NOW + BACKOFF_LIVED_LONG_MS + 1, LIMIT);
    assert_int_equal(b.retry_at, NOW + BACKOFF_LIVED_LONG_MS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_death_is_answered_at_once),
        cmocka_unit_test(delays_double_up_to_the_limit),
        cmocka_unit_test(who_lived_long_starts_afresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
