/* admission-test.c - places and bytes of messages in work */
#include "config.h"
#include "milter/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>

static const struct admission_limits limits = { .messages = 2, .bytes = 1000 };

static unsigned in_work(struct admission *a)
{
    unsigned n, waiting;
    size_t bytes;
    admission_get(a, &n, &waiting, &bytes);
    return n;
}

static void places_are_counted(void **state)
{
    struct admission a;
    (void)state;
    admission_init(&a);
    assert_true(admission_enter(&a, &limits, 0));
    assert_true(admission_enter(&a, &limits, 0));
    assert_false(admission_enter(&a, &limits, 0));
    assert_false(admission_enter(&a, &limits, 1));
    assert_int_equal(in_work(&a), 2);
    admission_leave(&a, 0);
    assert_true(admission_enter(&a, &limits, 0));
    admission_leave(&a, 0);
    admission_leave(&a, 0);
    assert_int_equal(in_work(&a), 0);
    admission_deinit(&a);
}

static void bytes_are_counted_and_given_back(void **state)
{
    struct admission a;
    (void)state;
    admission_init(&a);
    assert_true(admission_enter(&a, &limits, 0));
    assert_true(admission_grow(&a, &limits, 600));
    assert_false(admission_grow(&a, &limits, 401));
    assert_false(admission_grow(&a, &limits, SIZE_MAX));
    assert_true(admission_grow(&a, &limits, 400));
    assert_false(admission_enter(&a, &limits, 0)); /* a place is free, but no byte */
    admission_leave(&a, 1000);
    assert_true(admission_enter(&a, &limits, 0));
    admission_leave(&a, 0);
    admission_deinit(&a);
}

static void limits_that_shrink_refuse_and_do_not_wrap(void **state)
{
    struct admission a;
    const struct admission_limits small = { .messages = 1, .bytes = 10 };
    (void)state;
    admission_init(&a);
    assert_true(admission_enter(&a, &limits, 0));
    assert_true(admission_enter(&a, &limits, 0));
    assert_true(admission_grow(&a, &limits, 500));
    assert_false(admission_grow(&a, &small, 1));
    admission_leave(&a, 500);
    assert_false(admission_enter(&a, &small, 0));
    admission_leave(&a, 0);
    assert_true(admission_enter(&a, &small, 0));
    admission_leave(&a, 0);
    admission_deinit(&a);
}

struct waiter {
    struct admission *a;
    bool in;
};

static void *wait_for_place(void *arg)
{
    struct waiter *w = arg;
    w->in = admission_enter(w->a, &limits, 60 * 1000);
    return NULL;
}

static void who_waits_gets_the_place_that_is_freed(void **state)
{
    struct admission a;
    pthread_t threads[2];
    struct waiter w[2] = { { .a = &a }, { .a = &a } };
    unsigned n, waiting;
    size_t bytes;
    (void)state;
    admission_init(&a);
    assert_true(admission_enter(&a, &limits, 0));
    assert_true(admission_enter(&a, &limits, 0));
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_place, &w[i]), 0);
    do {
        sched_yield();
        admission_get(&a, &n, &waiting, &bytes);
    } while (waiting < 2);
    admission_leave(&a, 0);
    admission_leave(&a, 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_true(w[i].in);
    }
    assert_int_equal(in_work(&a), 2);
    admission_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_counted),
        cmocka_unit_test(bytes_are_counted_and_given_back),
        cmocka_unit_test(limits_that_shrink_refuse_and_do_not_wrap),
        cmocka_unit_test(who_waits_gets_the_place_that_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
