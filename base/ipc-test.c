/* ipc-test.c - frames, descriptors, and peers that cheat; and wire.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/wire.h"

static int ends[2];
static char buffer[IPC_FRAME_MAX];

static int open_pair(void **state)
{
    struct err e;
    return ipc_pair(ends, &e);
}

static int close_pair(void **state)
{
    fd_close(&ends[0]);
    fd_close(&ends[1]);
    return 0;
}

static unsigned open_fds(void)
{
    unsigned n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static bool is_cloexec(int fd)
{
    return (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
}

/* what a peer that does not use ipc_send can do: n times the same descriptor, any frame */
static void send_raw(struct slice frame, int fd, unsigned n)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * 64)];
    } control = { 0 };
    struct iovec iov = { .iov_base = (void *)frame.p, .iov_len = frame.n };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes };
    m.msg_controllen = n ? CMSG_SPACE(sizeof(int) * n) : 0;
    if (n) {
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * n);
        for (unsigned i = 0; i < n; i++)
            memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(int));
    }
    assert_int_equal(sendmsg(ends[0], &m, MSG_NOSIGNAL), frame.n);
}

static void frames_keep_their_edges(void **state)
{
    struct err e;
    struct ipc_received r;
    assert_int_equal(ipc_send(ends[0], SLICE("one"), NULL, 0, &e), 0);
    assert_int_equal(ipc_send(ends[0], SLICE("four"), NULL, 0, &e), 0);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 1);
    assert_int_equal(r.n, 3);
    assert_memory_equal(buffer, "one", 3);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 1);
    assert_int_equal(r.n, 4);
    assert_int_equal(r.n_fds, 0);
    assert_true(is_cloexec(ends[0]) && is_cloexec(ends[1]));
}

static void the_longest_frame_passes_whole(void **state)
{
    static char big[IPC_FRAME_MAX + 1];
    struct err e;
    struct ipc_received r;
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (char)(i * 7 >> 3);
    assert_int_equal(ipc_send(ends[0], slice_of(big, IPC_FRAME_MAX), NULL, 0, &e), 0);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 1);
    assert_int_equal(r.n, IPC_FRAME_MAX);
    assert_memory_equal(buffer, big, IPC_FRAME_MAX);
    assert_int_equal(ipc_send(ends[0], slice_of(big, IPC_FRAME_MAX + 1), NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(ipc_send(ends[0], SLICE(""), NULL, 0, &e), -1);
}

static void descriptors_ride_along(void **state)
{
    struct err e;
    struct ipc_received r;
    int sent[IPC_FDS_MAX];
    for (int i = 0; i < IPC_FDS_MAX; i++)
        sent[i] = memfd_create("x", 0);
    assert_int_equal(ipc_send(ends[0], SLICE("f"), sent, IPC_FDS_MAX, &e), 0);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), IPC_FDS_MAX, &r, &e), 1);
    assert_int_equal(r.n_fds, IPC_FDS_MAX);
    for (int i = 0; i < IPC_FDS_MAX; i++) {
        struct stat a, b;
        assert_int_equal(fstat(sent[i], &a), 0);
        assert_int_equal(fstat(r.fds[i], &b), 0);
        assert_int_equal(a.st_ino, b.st_ino);
        assert_true(is_cloexec(r.fds[i]));
        close(sent[i]);
    }
    ipc_close_fds(&r);
    assert_int_equal(r.n_fds, 0);
}

static void more_descriptors_than_wanted_are_all_closed(void **state)
{
    struct err e;
    struct ipc_received r;
    unsigned before = open_fds();
    for (unsigned wanted = 0; wanted <= IPC_FDS_MAX; wanted++)
        for (unsigned n = wanted + 1; n <= 20; n++) {
            send_raw(SLICE("x"), STDERR_FILENO, n);
            assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), wanted, &r, &e), -1);
            assert_int_equal(e.kind, ERR_INPUT);
            assert_int_equal(r.n_fds, 0);
            assert_int_equal(open_fds(), before);
        }
}

static void a_cut_frame_is_refused_and_its_descriptors_closed(void **state)
{
    struct err e;
    struct ipc_received r;
    unsigned before = open_fds();
    send_raw(SLICE("0123456789"), STDERR_FILENO, 2);
    assert_int_equal(ipc_recv(ends[1], buffer, 9, 2, &r, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(open_fds(), before);
    send_raw(SLICE(""), STDERR_FILENO, 1);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 2, &r, &e), -1);
    assert_int_equal(open_fds(), before);
    send_raw(SLICE("next"), -1, 0);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 2, &r, &e), 1);
    assert_int_equal(r.n, 4);
}

static void a_peer_that_is_gone_is_no_signal(void **state)
{
    struct err e;
    struct ipc_received r;
    fd_close(&ends[0]);
    assert_int_equal(ends[0], -1);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ipc_send(ends[1], SLICE("x"), NULL, 0, &e), -1);
        assert_int_equal(e.kind, ERR_RETRY);
    }
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 0);
}

static void last_words_are_read_before_the_end(void **state)
{
    struct err e;
    struct ipc_received r;
    assert_int_equal(ipc_send(ends[1], SLICE("unread"), NULL, 0, &e), 0);
    assert_int_equal(ipc_send(ends[0], SLICE("words"), NULL, 0, &e), 0);
    fd_close(&ends[0]); /* with our frame unread: the kernel says ECONNRESET first */
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 1);
    assert_memory_equal(buffer, "words", 5);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), 0);
}

static void a_full_or_empty_channel_is_for_later(void **state)
{
    struct err e;
    struct ipc_received r;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    assert_int_equal(ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    int n = 0;
    while (n < 100000 && ipc_send(ends[0], SLICE("x"), NULL, 0, &e) == 0)
        n++;
    assert_in_range(n, 1, 99999);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_int_equal(ipc_send(STDERR_FILENO, SLICE("x"), NULL, 0, &e), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
}

static void on_alarm(int number) {}

static void a_signal_does_not_interrupt(void **state)
{
    struct err e;
    struct ipc_received r;
    pid_t child = fork();
    if (child == 0) {
        struct sigaction act = { .sa_handler = on_alarm }; /* no SA_RESTART */
        struct itimerval soon = { .it_interval = { 0, 2000 }, .it_value = { 0, 2000 } };
        sigaction(SIGALRM, &act, NULL);
        setitimer(ITIMER_REAL, &soon, NULL);
        int got = ipc_recv(ends[1], buffer, sizeof(buffer), 0, &r, &e);
        _exit(got == 1 && r.n == 2 ? 0 : 1);
    }
    usleep(30000);
    assert_int_equal(ipc_send(ends[0], SLICE("ok"), NULL, 0, &e), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void wire_reads_what_it_wrote(void **state)
{
    struct buf b;
    struct wire w;
    buf_init(&b, 1000);
    wire_put_u8(&b, 255);
    wire_put_u16(&b, 65535);
    wire_put_u32(&b, UINT32_MAX);
    wire_put_u64(&b, UINT64_MAX);
    wire_put_double(&b, -0.25);
    wire_put_slice(&b, SLICE("a\0b"));
    wire_put_slice(&b, slice_of(NULL, 0));
    wire_read(&w, buf_slice(&b));
    assert_int_equal(wire_u8(&w), 255);
    assert_int_equal(wire_u16(&w), 65535);
    assert_int_equal(wire_u32(&w), UINT32_MAX);
    assert_true(wire_u64(&w) == UINT64_MAX);
    assert_true(wire_double(&w) == -0.25);
    assert_true(slice_eq(wire_slice(&w, 3), SLICE("a\0b")));
    assert_false(wire_done(&w));
    assert_int_equal(wire_slice(&w, 0).n, 0);
    assert_true(wire_done(&w));
    for (size_t cut = 0; cut < b.n; cut++) {
        wire_read(&w, slice_sub(buf_slice(&b), 0, cut));
        wire_u8(&w), wire_u16(&w), wire_u32(&w), wire_u64(&w), wire_double(&w);
        wire_slice(&w, 100), wire_slice(&w, 100);
        assert_false(wire_done(&w));
        assert_int_equal(wire_u8(&w), 0);
    }
    buf_deinit(&b);
}

static void wire_trusts_no_length(void **state)
{
    struct wire w;
    wire_read(&w, SLICE("\xff\xff\xff\xff"
                        "abc"));
    assert_int_equal(wire_slice(&w, SIZE_MAX).n, 0);
    assert_true(w.bad);
    wire_read(&w, SLICE("\x03\0\0\0abc"));
    assert_int_equal(wire_slice(&w, 2).n, 0); /* over the caller's limit */
    assert_true(w.bad);
    assert_int_equal(wire_u8(&w), 0);
    assert_false(wire_done(&w));
}

static void clocks_go_forward(void **state)
{
    uint64_t ms = clock_ms(), us = cpu_us();
    while (cpu_us() < us + 3000)
        ;
    assert_true(clock_ms() >= ms + 2);
}

#define WITH_PAIR(t) cmocka_unit_test_setup_teardown(t, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PAIR(frames_keep_their_edges),
        WITH_PAIR(the_longest_frame_passes_whole),
        WITH_PAIR(descriptors_ride_along),
        WITH_PAIR(more_descriptors_than_wanted_are_all_closed),
        WITH_PAIR(a_cut_frame_is_refused_and_its_descriptors_closed),
        WITH_PAIR(a_peer_that_is_gone_is_no_signal),
        WITH_PAIR(last_words_are_read_before_the_end),
        WITH_PAIR(a_full_or_empty_channel_is_for_later),
        WITH_PAIR(a_signal_does_not_interrupt),
        cmocka_unit_test(wire_reads_what_it_wrote),
        cmocka_unit_test(wire_trusts_no_length),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
