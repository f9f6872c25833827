/* readahead-test.c - libmilter's reading, with fewer system calls */
#include "config.h"
#include "milter/readahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2]; /* 0: what libmilter reads */

static int set_up(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
}

static int tear_down(void **state)
{
    (void)state;
    milter_close(pair[0]);
    return close(pair[1]);
}

static void say(const char *text)
{
    assert_int_equal(send(pair[1], text, strlen(text), 0), strlen(text));
}

static bool ready(void)
{
    struct pollfd p = { .fd = pair[0], .events = POLLIN };
    return milter_poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
}

static void bytes_come_in_order_and_poll_knows_of_them(void **state)
{
    char got[20] = "";
    (void)state;
    assert_false(ready());
    say("head1body1");
    assert_true(ready());
    assert_int_equal(milter_read(pair[0], got, 5), 5);
    assert_string_equal(got, "head1");
    assert_true(ready()); /* the rest is no more in the socket */
    assert_int_equal(milter_read(pair[0], got, sizeof(got)), 5);
    assert_memory_equal(got, "body1", 5);
    assert_false(ready());
    assert_int_equal(milter_read(pair[0], got, 5), -1);
    assert_int_equal(errno, EAGAIN);
    close(pair[1]);
    assert_int_equal(milter_read(pair[0], got, 5), 0);
    pair[1] = dup(pair[0]);
}

static void a_large_read_takes_what_is_here_first(void **state)
{
    static char big[70000], got[70000];
    (void)state;
    memset(big, 'x', sizeof(big));
    say("12345ab");
    assert_int_equal(milter_read(pair[0], got, 5), 5);
    assert_int_equal(send(pair[1], big, sizeof(big), 0), sizeof(big));
    assert_int_equal(milter_read(pair[0], got, sizeof(got)), 2);
    assert_memory_equal(got, "ab", 2);
    assert_int_equal(milter_read(pair[0], got, sizeof(got)), sizeof(got));
    assert_memory_equal(got, big, sizeof(got));
}

static void a_new_connection_never_reads_the_last_ones_bytes(void **state)
{
    char got[20] = "";
    int old = pair[0];
    (void)state;
    say("headnonsense");
    assert_int_equal(milter_read(pair[0], got, 4), 4);
    milter_close(pair[0]);
    close(pair[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    assert_int_equal(pair[0], old); /* the same number: or this shows nothing */
    assert_false(ready());
    assert_int_equal(milter_read(pair[0], got, 4), -1);
    say("new");
    assert_int_equal(milter_read(pair[0], got, 4), 3);
    assert_memory_equal(got, "new", 3);
}

static void *read_rest(void *arg)
{
    static char got[20];
    (void)arg;
    return milter_read(pair[0], got, 4) == 4 ? got : NULL;
}

static void when_poll_says_nothing_another_thread_may_go_on(void **state)
{
    char got[20];
    void *there;
    pthread_t thread;
    (void)state;
    say("mine");
    assert_int_equal(milter_read(pair[0], got, 4), 4);
    assert_false(ready());
    say("your");
    assert_int_equal(pthread_create(&thread, NULL, read_rest, NULL), 0);
    pthread_join(thread, &there);
    assert_non_null(there);
    assert_memory_equal(there, "your", 4);
    assert_false(ready());
}

static void what_poll_said_is_kept_for_one_more(void **state)
{
    char got[20];
    (void)state;
    say("abc");
    assert_true(ready());
    assert_int_equal(recv(pair[0], got, sizeof(got), 0), 3); /* behind its back */
    assert_true(ready());
    assert_false(ready());
    say("abc");
    assert_true(ready());
    assert_int_equal(milter_read(pair[0], got, 3), 3);
    assert_false(ready());
}

static bool can_write(int timeout_ms)
{
    struct pollfd p = { .fd = pair[0], .events = POLLOUT };
    return milter_poll(&p, 1, timeout_ms) == 1 && p.revents == POLLOUT;
}

static void writing_waits_only_for_a_full_peer(void **state)
{
    static char big[70000];
    struct iovec v[] = { { "one", 3 }, { "two", 3 } }, much = { big, sizeof(big) };
    char got[20];
    (void)state;
    assert_true(can_write(0));
    assert_int_equal(milter_writev(pair[0], v, 2), 6);
    assert_int_equal(recv(pair[1], got, sizeof(got), 0), 6);
    assert_memory_equal(got, "onetwo", 6);
    assert_true(can_write(1));
    while (milter_writev(pair[0], &much, 1) > 0)
        ;
    assert_int_equal(errno, ETIMEDOUT);
    close(pair[1]);
    assert_int_equal(milter_writev(pair[0], v, 2), -1);
    assert_int_equal(errno, EPIPE);
    pair[1] = dup(pair[0]);
}

static ssize_t packet(const char *head, const char *rest)
{
    struct iovec v[] = { { (void *)head, 5 }, { (void *)rest, strlen(rest) } };
    return milter_writev(pair[0], v, 2);
}

static void edits_go_out_with_the_answer(void **state)
{
    char got[40];
    (void)state;
    assert_int_equal(packet("\0\0\0\4h", "abc"), 8);
    assert_int_equal(packet("\0\0\0\3m", "de"), 7);
    assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), -1);
    assert_int_equal(packet("\0\0\0\1c", ""), 5);
    assert_int_equal(recv(pair[1], got, sizeof(got), 0), 20);
    assert_memory_equal(got, "\0\0\0\4habc\0\0\0\3mde\0\0\0\1c", 20);
    assert_int_equal(packet("\0\0\0\1c", ""), 5);
    assert_int_equal(recv(pair[1], got, sizeof(got), 0), 5);
}

static void what_only_looks_like_an_edit_is_not_held(void **state)
{
    char got[40];
    (void)state;
    assert_int_equal(packet("abcdh", "rest"), 9);
    assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), 9);
    assert_int_equal(packet("\0\0\0\1p", ""), 5);
    assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), 5);
}

static void edits_without_an_answer_go_out_before_the_next_read(void **state)
{
    char got[40];
    (void)state;
    assert_int_equal(packet("\0\0\0\4h", "abc"), 8);
    assert_false(ready());
    assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), 8);
    assert_int_equal(packet("\0\0\0\4h", "abc"), 8);
    milter_close(pair[0]);
    assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), 0);
    pair[0] = dup(pair[1]);
}

static void edits_of_any_size_come_in_order(void **state)
{
    static char value[3000], got[100000];
    size_t sent = 0, n = 0;
    ssize_t more;
    (void)state;
    memset(value, 'x', sizeof(value) - 1);
    for (int i = 0; i < 8; i++)
        sent += (size_t)packet("\0\0\x0b\xb8i", value);
    sent += (size_t)packet("\0\0\0\1c", "");
    while ((more = recv(pair[1], got + n, sizeof(got) - n, MSG_DONTWAIT)) > 0)
        n += (size_t)more;
    assert_int_equal(n, sent);
    for (size_t i = 0; i < 8; i++)
        assert_memory_equal(got + i * 3004, "\0\0\x0b\xb8ixxx", 8);
    assert_memory_equal(got + 8 * 3004, "\0\0\0\1c", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_come_in_order_and_poll_knows_of_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_large_read_takes_what_is_here_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_connection_never_reads_the_last_ones_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_poll_said_is_kept_for_one_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writing_waits_only_for_a_full_peer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(edits_go_out_with_the_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_only_looks_like_an_edit_is_not_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(edits_without_an_answer_go_out_before_the_next_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(edits_of_any_size_come_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(when_poll_says_nothing_another_thread_may_go_on, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
