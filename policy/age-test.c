/* age-test.c - how long a message has been failing */
#include "policy/test-fixture.h"

#include "policy/age.h"

#define HOUR 3600000u

static struct slice one_rcpt[] = { SLICE_INIT("a@example.com") };
static const struct envelope env = { .client_address = SLICE_INIT("192.0.2.1"),
                                     .recipients = one_rcpt,
                                     .n_recipients = 1 };

static bool note(struct age_table *t, const char *message, uint64_t now)
{
    return age_table_note(t, slice_str(message), &env, now, 4 * HOUR);
}

static void the_same_message_ages(void **state)
{
    struct age_table *t = age_table_new(100);
    assert_false(note(t, "one", 1000));
    assert_false(note(t, "one", 1000 + 4 * HOUR - 1));
    assert_true(note(t, "one", 1000 + 4 * HOUR));
    assert_true(note(t, "one", 1000 + 9 * HOUR));
    assert_false(note(t, "two", 1000 + 9 * HOUR));
    age_table_free(&t);
    assert_null(t);
    age_table_free(&t);
}

static void another_recipient_or_client_is_another_message(void **state)
{
    struct slice other_rcpt[] = { SLICE_INIT("b@example.com") };
    struct envelope rcpt = env, client = env, none = env;
    rcpt.recipients = other_rcpt;
    client.client_address = SLICE("192.0.2.2");
    none.n_recipients = 0;
    struct age_table *t = age_table_new(100);
    assert_false(note(t, "one", 0));
    assert_false(age_table_note(t, SLICE("one"), &rcpt, 5 * HOUR, 4 * HOUR));
    assert_false(age_table_note(t, SLICE("one"), &client, 5 * HOUR, 4 * HOUR));
    assert_false(age_table_note(t, SLICE("one"), &none, 5 * HOUR, 4 * HOUR));
    assert_false(age_table_note(t, slice_of(NULL, 0), &none, 5 * HOUR, 4 * HOUR));
    assert_true(age_table_note(t, SLICE("one"), &env, 5 * HOUR, 4 * HOUR));
    age_table_free(&t);
}

static void fields_do_not_run_into_each_other(void **state)
{
    struct slice rcpt[] = { SLICE_INIT("ea@example.com") };
    struct envelope shifted = env;
    shifted.recipients = rcpt;
    struct age_table *t = age_table_new(100);
    assert_false(note(t, "one", 0));
    assert_false(age_table_note(t, SLICE("on"), &shifted, 5 * HOUR, 4 * HOUR));
    age_table_free(&t);
}

static void a_clock_that_jumps_back_ages_nothing(void **state)
{
    struct age_table *t = age_table_new(100);
    assert_false(note(t, "one", 10 * HOUR));
    assert_false(note(t, "one", 1 * HOUR));
    age_table_free(&t);
}

static void the_oldest_is_forgotten_first(void **state)
{
    enum { CAPACITY = 16 };
    struct age_table *t = age_table_new(CAPACITY);
    char name[20];
    for (int round = 0; round < 5; round++)
        for (int i = 0; i < CAPACITY + 1; i++) {
            snprintf(name, sizeof(name), "%d", round * 1000 + i);
            assert_false(note(t, name, (uint64_t)(round * 100 + i)));
        }
    /* the last CAPACITY are known, the one before them is not */
    for (int i = 1; i < CAPACITY + 1; i++) {
        snprintf(name, sizeof(name), "%d", 4000 + i);
        assert_true(note(t, name, 10 * HOUR));
    }
    assert_false(note(t, "4000", 10 * HOUR));
    assert_false(note(t, "4001", 20 * HOUR));
    age_table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_message_ages),
        cmocka_unit_test(another_recipient_or_client_is_another_message),
        cmocka_unit_test(fields_do_not_run_into_each_other),
        cmocka_unit_test(a_clock_that_jumps_back_ages_nothing),
        cmocka_unit_test(the_oldest_is_forgotten_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
