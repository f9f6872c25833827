/* autolearn-test.c - how much may be learned without anybody's word */
#include "config.h"
#include "milter/autolearn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct autolearning *a;

static int set_up(void **state)
{
    (void)state;
    a = autolearning_new(-1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    autolearning_free(&a);
    return 0;
}

/* Asks, and takes the place in the queue back. */
static enum autolearn_answer ask(const struct lesson_bounds *b, bool spam, const char *domain,
                                 const char *client, unsigned day)
{
    enum autolearn_answer answer = autolearning_ask(a, b, spam, slice_str(domain), slice_str(client), day);
    if (answer == AUTOLEARN_WILL)
        autolearning_drop(a);
    return answer;
}

static void a_domain_teaches_so_much_a_day(void **state)
{
    const struct lesson_bounds b = { 100, 2, 100 };
    (void)state;
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, true, "Example.ORG", "198.51.100.1", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, false, "example.org", "203.0.113.1", 1), AUTOLEARN_BOUND);
    assert_int_equal(ask(&b, false, "example.net", "203.0.113.1", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 2), AUTOLEARN_WILL);
}

static void a_network_is_a_24_or_a_48(void **state)
{
    static const struct {
        const char *first, *second;
        bool same;
    } cases[] = {
        { "192.0.2.1", "192.0.2.200", true },
        { "192.0.2.1", "192.0.3.1", false },
        { "2001:db8:1:2::7", "2001:db8:1:ff::9", true },
        { "2001:db8:1:2::7", "2001:db8:2:2::7", false },
        { "2001:0:1::1", "2001:0:1:ffff:2:3:4:5", true },
        { "2001:db8::1", "2001:db8:0:1::1", true }, /* zeros are written in more than one way */
        { "2001::1:0:0:0:1", "2001::2:0:0:0:1", true },
        { "::ffff:192.0.2.1", "192.0.2.7", true },
        { "::ffff:192.0.2.1", "::ffff:192.0.3.1", false },
    };
    const struct lesson_bounds b = { 100, 100, 1 };
    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(ask(&b, false, "a.example", cases[i].first, i), AUTOLEARN_WILL);
        assert_int_equal(ask(&b, false, "b.example", cases[i].second, i),
                         cases[i].same ? AUTOLEARN_BOUND : AUTOLEARN_WILL);
    }
}

static void spam_and_ham_have_a_day_each(void **state)
{
    const struct lesson_bounds b = { 1, 100, 100 };
    struct autolearn_counts n;
    (void)state;
    assert_int_equal(ask(&b, false, "a.example", "", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, true, "a.example", "", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, true, "b.example", "", 1), AUTOLEARN_BOUND);
    autolearning_counts(a, &n);
    assert_int_equal(n.bound, 1);
}

/* An attacker with a domain a message fills the table, not the memory. */
static void past_so_many_names_nobody_new_teaches(void **state)
{
    const struct lesson_bounds b = { 1000000, 100, 1000000 };
    char domain[40];
    (void)state;
    for (unsigned i = 0; i < LESSON_DAY_NAMES; i++) {
        snprintf(domain, sizeof(domain), "d%u.example", i);
        assert_int_equal(ask(&b, false, domain, "", 1), AUTOLEARN_WILL);
    }
    assert_int_equal(ask(&b, false, "one.more", "", 1), AUTOLEARN_BOUND);
    assert_int_equal(ask(&b, false, "d7.example", "", 1), AUTOLEARN_WILL);
    assert_int_equal(ask(&b, false, "one.more", "", 2), AUTOLEARN_WILL);
}

/* Nobody takes lessons here: the queue fills, and mail is not learned. */
static void a_keeper_that_is_behind_learns_nothing_more(void **state)
{
    const struct lesson_bounds b = { 1000, 1000, 1000 };
    struct autolearn_counts n;
    (void)state;
    for (unsigned i = 0; i < AUTOLEARN_QUEUE; i++) {
        assert_int_equal(autolearning_ask(a, &b, true, SLICE("a"), SLICE(""), 1), AUTOLEARN_WILL);
        autolearning_teach(a, true, open("/dev/null", O_RDONLY | O_CLOEXEC), 0, "none");
    }
    assert_int_equal(autolearning_ask(a, &b, true, SLICE("a"), SLICE(""), 1), AUTOLEARN_BUSY);
    autolearning_counts(a, &n);
    assert_int_equal(n.waiting, AUTOLEARN_QUEUE);
    assert_int_equal(n.dropped, 1);
    assert_int_equal(autolearning_ask(NULL, &b, true, SLICE("a"), SLICE(""), 1), AUTOLEARN_BUSY);
}

/* ---- over a restart */

static char folder[] = "/tmp/tamis-autolearn-XXXXXX";

/* As the gateway begins again; dir stays its own. */
static void restart(int dir)
{
    autolearning_save(a);
    autolearning_free(&a);
    a = autolearning_new(dir);
}

static int open_folder(void)
{
    strcpy(strrchr(folder, '-'), "-XXXXXX");
    assert_non_null(mkdtemp(folder));
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(dir >= 0);
    autolearning_free(&a);
    a = autolearning_new(dir);
    return dir;
}

static void close_folder(int dir)
{
    unlinkat(dir, AUTOLEARN_FILE, 0);
    close(dir);
    assert_int_equal(rmdir(folder), 0); /* nothing else is left in it */
}

static void a_restart_gives_nobody_a_second_day(void **state)
{
    const struct lesson_bounds b = { 4, 2, 3 };
    (void)state;
    int dir = open_folder();
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 7), AUTOLEARN_WILL);
    restart(dir);
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.2", 7), AUTOLEARN_WILL);
    restart(dir);
    assert_int_equal(ask(&b, false, "example.org", "198.51.100.1", 7), AUTOLEARN_BOUND);
    assert_int_equal(ask(&b, false, "example.net", "192.0.2.3", 7), AUTOLEARN_WILL);
    restart(dir);
    assert_int_equal(ask(&b, false, "example.com", "192.0.2.4", 7), AUTOLEARN_BOUND); /* its network */
    assert_int_equal(ask(&b, false, "example.com", "198.51.100.1", 7), AUTOLEARN_WILL);
    restart(dir);
    assert_int_equal(ask(&b, false, "other.example", "203.0.113.1", 7), AUTOLEARN_BOUND); /* the day's four */
    assert_int_equal(ask(&b, true, "other.example", "203.0.113.1", 7), AUTOLEARN_WILL);
    restart(dir);
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 8), AUTOLEARN_WILL);
    close_folder(dir);
}

static void cut_file(int dir, off_t size)
{
    int fd = openat(dir, AUTOLEARN_FILE, O_WRONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, size), 0);
    close(fd);
}

/* Of any length less than all of it: it is none, and is written anew. */
static void a_torn_file_begins_the_day_anew(void **state)
{
    const struct lesson_bounds b = { 100, 1, 100 };
    (void)state;
    int dir = open_folder();
    for (off_t size = 0; size < 60; size += 7) {
        assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 7), AUTOLEARN_WILL);
        autolearning_save(a);
        cut_file(dir, size);
        autolearning_free(&a);
        a = autolearning_new(dir);
    }
    close_folder(dir);
}

static void a_folder_that_takes_nothing_is_no_harm(void **state)
{
    const struct lesson_bounds b = { 100, 1, 100 };
    (void)state;
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    autolearning_free(&a);
    a = autolearning_new(nothing);
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 7), AUTOLEARN_WILL);
    autolearning_save(a);
    assert_int_equal(ask(&b, false, "example.org", "192.0.2.1", 7), AUTOLEARN_BOUND);
    close(nothing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_domain_teaches_so_much_a_day),
        TEST(a_network_is_a_24_or_a_48),
        TEST(spam_and_ham_have_a_day_each),
        TEST(past_so_many_names_nobody_new_teaches),
        TEST(a_keeper_that_is_behind_learns_nothing_more),
        TEST(a_restart_gives_nobody_a_second_day),
        TEST(a_torn_file_begins_the_day_anew),
        TEST(a_folder_that_takes_nothing_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
