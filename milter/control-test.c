/* control-test.c - frames between supervisor and gateway */
#include "config.h"
#include "milter/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct control_frame sample = {
    .type = CONTROL_REFUSED,
    .serial = 7,
    .drain_ms = 20000,
    .drop = true,
    .uid = 123,
    .gid = 456,
    .started_ms = 1234567890123,
    .error = { .kind = ERR_CONFIG, .text = "local.cf:12: what is this" },
};

static void a_frame_arrives_as_it_was_sent(void **state)
{
    struct buf b;
    struct control_frame f;
    (void)state;
    buf_init(&b, 1000);
    control_put(&b, &sample);
    assert_true(control_get(buf_slice(&b), &f));
    assert_int_equal(f.type, CONTROL_REFUSED);
    assert_int_equal(f.serial, 7);
    assert_int_equal(f.drain_ms, 20000);
    assert_true(f.drop);
    assert_int_equal(f.uid, 123);
    assert_int_equal(f.gid, 456);
    assert_true(f.started_ms == 1234567890123);
    assert_int_equal(f.error.kind, ERR_CONFIG);
    assert_string_equal(f.error.text, sample.error.text);
    buf_deinit(&b);
}

static void a_cut_or_longer_frame_is_refused(void **state)
{
    struct buf b;
    struct control_frame f;
    (void)state;
    buf_init(&b, 1000);
    control_put(&b, &sample);
    for (size_t n = 0; n < b.n; n++)
        assert_false(control_get(slice_of(b.p, n), &f));
    buf_add_char(&b, 'x');
    assert_false(control_get(buf_slice(&b), &f));
    buf_deinit(&b);
}

static void an_unknown_type_is_refused(void **state)
{
    struct buf b;
    struct control_frame f;
    (void)state;
    buf_init(&b, 1000);
    control_put(&b, &sample);
    b.p[0] = CONTROL_RULES_CHANGED + 1;
    assert_false(control_get(buf_slice(&b), &f));
    b.p[0] = 0;
    assert_false(control_get(buf_slice(&b), &f));
    buf_deinit(&b);
}

static void descriptors_ride_along(void **state)
{
    int pair[2], fds[2] = { open("/dev/null", O_RDONLY), open("/dev/zero", O_RDONLY) };
    struct control_frame f;
    const struct control_frame snapshot = { .type = CONTROL_SNAPSHOT, .serial = 3 };
    struct ipc_received r;
    struct err e = { 0 };
    char zero = 'x';
    (void)state;
    assert_int_equal(ipc_pair(pair, &e), 0);
    assert_int_equal(control_send(pair[0], &snapshot, fds, 2, &e), 0);
    assert_int_equal(control_recv(pair[1], &f, &r, &e), 1);
    assert_int_equal(f.serial, 3);
    assert_int_equal(r.n_fds, 2);
    assert_int_equal(read(r.fds[0], &zero, 1), 0);
    assert_int_equal(read(r.fds[1], &zero, 1), 1);
    ipc_close_fds(&r);
    close(pair[0]);
    assert_int_equal(control_recv(pair[1], &f, &r, &e), 0);
    close(pair[1]);
    close(fds[0]);
    close(fds[1]);
}

static int open_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 100; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void a_descriptor_that_does_not_belong_is_closed(void **state)
{
    int pair[2], null = open("/dev/null", O_RDONLY);
    struct buf b;
    struct control_frame f;
    const struct control_frame drain = { .type = CONTROL_DRAIN };
    struct ipc_received r;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(ipc_pair(pair, &e), 0);
    int before = open_descriptors();
    buf_init(&b, 1000);
    control_put(&b, &drain);
    assert_int_equal(ipc_send(pair[0], buf_slice(&b), &null, 1, &e), 0);
    assert_int_equal(control_recv(pair[1], &f, &r, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(open_descriptors(), before);
    buf_deinit(&b);
    close(pair[0]);
    close(pair[1]);
    close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_arrives_as_it_was_sent),
        cmocka_unit_test(a_cut_or_longer_frame_is_refused),
        cmocka_unit_test(an_unknown_type_is_refused),
        cmocka_unit_test(descriptors_ride_along),
        cmocka_unit_test(a_descriptor_that_does_not_belong_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
