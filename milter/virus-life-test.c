/* virus-life-test.c - virus loaders that die or fail when it suits least; what they do otherwise is in
 * virus-life-test.sh, with real ones */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/log.h"
#include "milter/virus-life.h"

#define NOBODY 4000000 /* no process has such a number */

struct fixture {
    struct config config;
    struct loader_account account;
    struct virus_life v;
    unsigned serial;
};

static int set_up(void **state)
{
    static struct fixture x;
    memset(&x, 0, sizeof(x));
    x.config.virus.scan = true;
    x.config.service.restart_delay_max = 1000;
    virus_life_init(&x.v, &x.account, "/nonexistent");
    x.v.config = &x.config;
    x.v.phase = VIRUS_LOADING;
    x.v.next = NOBODY;
    x.v.next_serial = 7;
    log_set_level(LOG_LEVEL_ERROR);
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    virus_life_deinit(&x->v);
    return 0;
}

static void dead_before_it_was_taken_is_started_again(void **state)
{
    struct fixture *x = *state;
    assert_true(virus_life_died(&x->v, NOBODY, 9));
    assert_true(virus_life_taken(&x->v, 7, -1, &x->serial));
    assert_int_equal(x->v.phase, VIRUS_WAITING);
    assert_true(virus_life_due(&x->v) > 0);
}

static void taken_is_in_force(void **state)
{
    struct fixture *x = *state;
    assert_false(virus_life_taken(&x->v, 8, -1, &x->serial));
    assert_true(virus_life_taken(&x->v, 7, -1, &x->serial));
    assert_int_equal(x->v.phase, VIRUS_DONE);
    assert_int_equal(x->v.current, NOBODY);
    assert_true(virus_life_died(&x->v, NOBODY, 9));
    assert_int_equal(x->v.phase, VIRUS_WAITING);
}

/* A database that is bad is left alone until it changes; anything else may be better in a moment. */
static void a_failure_that_may_pass_is_tried_again(void **state)
{
    static const struct {
        enum err_kind kind;
        enum virus_phase phase;
    } rows[] = { { ERR_CONFIG, VIRUS_DONE }, { ERR_SYSTEM, VIRUS_WAITING }, { ERR_RETRY, VIRUS_WAITING } };
    struct fixture *x = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err why = { rows[i].kind, "for a test" };
        x->v.phase = VIRUS_LOADING;
        x->v.current = 1; /* the old one */
        assert_true(virus_life_refused(&x->v, 7, &why));
        assert_int_equal(x->v.phase, rows[i].phase);
        assert_int_equal(x->v.current, 1);
    }
}

static void switched_off_nothing_is_taken(void **state)
{
    struct fixture *x = *state;
    x->v.phase = VIRUS_OFF;
    assert_false(virus_life_taken(&x->v, 7, -1, &x->serial));
    assert_int_equal(virus_life_due(&x->v), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(dead_before_it_was_taken_is_started_again),
        TEST(taken_is_in_force),
        TEST(a_failure_that_may_pass_is_tried_again),
        TEST(switched_off_nothing_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
