/* serve-test.c - the keeper as a process, and who asks it */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/client.h"
#include "keeper/serve.h"

#define LONG_MS 60000

struct fixture {
    char dir[40], socket[60], store[60];
    int listening;
    pid_t keeper;
    struct keeper_recipient to;
    struct keeper_entry entry;
    struct spool message;
};

static void begin(struct fixture *x, size_t max_size)
{
    x->keeper = fork();
    if (x->keeper != 0)
        return;
    const struct quarantine_options o = {
        .max_size = max_size, .relay = "inet:127.0.0.1:1", .from = "", .helo = ""
    };
    struct err e;
    _exit(keeper_serve(&o, x->store, &(struct keeper_bayes){ .folder = NULL }, x->listening, -1, &e) != 0);
}

/* Fails where it died by itself. */
static void end(struct fixture *x)
{
    int status;
    assert_int_equal(waitpid(x->keeper, &status, WNOHANG), 0);
    kill(x->keeper, SIGKILL);
    assert_int_equal(waitpid(x->keeper, &status, 0), x->keeper);
}

static void message_is(struct fixture *x, size_t n)
{
    fd_close(&x->message.fd);
    x->message = (struct spool){ .fd = memfd_create("message", MFD_CLOEXEC), .n = n, .finished = true };
    assert_int_equal(ftruncate(x->message.fd, (off_t)n), 0);
}

static void set_up(struct fixture *x, int backlog)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    *x = (struct fixture){ .dir = "/tmp/tamis-serve-XXXXXX", .message = { .fd = -1 } };
    assert_non_null(mkdtemp(x->dir));
    snprintf(x->socket, sizeof(x->socket), "%s/socket", x->dir);
    snprintf(x->store, sizeof(x->store), "%s/store", x->dir);
    strcpy(at.sun_path, x->socket);
    x->listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(x->listening, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(x->listening, backlog), 0);
    x->to = (struct keeper_recipient){ .address = SLICE("bob@example.net"), .class = CLASS_VIRUS };
    x->entry = (struct keeper_entry){
        .class = CLASS_VIRUS, .classes = CLASS_BIT(CLASS_VIRUS), .recipients = &x->to, .n_recipients = 1
    };
    message_is(x, 1000);
}

static void tear_down(struct fixture *x)
{
    char command[100];
    fd_close(&x->listening);
    fd_close(&x->message.fd);
    snprintf(command, sizeof(command), "rm -rf %s", x->dir);
    assert_int_equal(system(command), 0);
}

static void hold(struct fixture *x, char id[KEEPER_ID_SIZE])
{
    struct err e;
    if (keeper_hold(x->socket, &x->message, &x->entry, LONG_MS, id, &e) != 0)
        fail_msg("%s", e.text);
}

static size_t entries(const struct fixture *x)
{
    struct buf lines;
    struct err e;
    size_t n = 0;
    buf_init(&lines, 1 << 20);
    assert_int_equal(keeper_list(x->socket, SLICE(""), UINT32_MAX, LONG_MS, &lines, &e), 0);
    struct slice rest = buf_slice(&lines), line;
    while (slice_line(&rest, &line))
        n++;
    buf_deinit(&lines);
    return n;
}

static void what_was_just_held_does_not_expire_by_its_size(void **state)
{
    struct fixture x;
    struct buf sidecar;
    struct err e;
    char small[KEEPER_ID_SIZE], large[KEEPER_ID_SIZE];
    int message;
    (void)state;
    set_up(&x, 10);
    begin(&x, 5000);
    hold(&x, small);
    message_is(&x, 100000);
    hold(&x, large);
    buf_init(&sidecar, 1 << 20);
    assert_int_equal(keeper_show(x.socket, large, LONG_MS, &sidecar, &message, &e), 0);
    assert_int_equal(lseek(message, 0, SEEK_END), 100000);
    close(message);
    assert_int_equal(keeper_show(x.socket, small, LONG_MS, &sidecar, &message, &e), -1);
    buf_deinit(&sidecar);
    end(&x);
    tear_down(&x);
}

static void nothing_is_held_for_who_has_given_up(void **state)
{
    struct fixture x;
    struct err e;
    char id[KEEPER_ID_SIZE];
    (void)state;
    set_up(&x, 10);
    for (int i = 0; i < 3; i++) { /* nobody is there yet */
        assert_int_equal(keeper_hold(x.socket, &x.message, &x.entry, 10, id, &e), -1);
        assert_int_equal(e.kind, ERR_RETRY);
    }
    begin(&x, 0);
    hold(&x, id);
    assert_int_equal(entries(&x), 1);
    end(&x);
    tear_down(&x);
}

static void expiry_goes_through_all_of_it(void **state)
{
    struct fixture x;
    struct err e;
    char id[KEEPER_ID_SIZE];
    unsigned gone;
    (void)state;
    set_up(&x, 10);
    begin(&x, 0);
    for (int i = 0; i < 250; i++)
        hold(&x, id);
    end(&x);
    begin(&x, 10000);
    assert_int_equal(keeper_expire(x.socket, LONG_MS, &gone, &e), 0);
    assert_true(gone <= 240); /* some may have gone by themselves */
    assert_int_equal(entries(&x), 10);
    end(&x);
    tear_down(&x);
}

static void a_full_queue_ends_in_time(void **state)
{
    struct fixture x;
    struct err e;
    char id[KEEPER_ID_SIZE];
    (void)state;
    set_up(&x, 0);
    for (int i = 0; i < 4; i++) { /* who gave up keeps his place: the second one has none */
        assert_int_equal(keeper_hold(x.socket, &x.message, &x.entry, 10, id, &e), -1);
        assert_int_equal(e.kind, ERR_RETRY);
    }
    begin(&x, 0);
    hold(&x, id);
    end(&x);
    tear_down(&x);
}

int main(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_just_held_does_not_expire_by_its_size),
        cmocka_unit_test(nothing_is_held_for_who_has_given_up),
        cmocka_unit_test(expiry_goes_through_all_of_it),
        cmocka_unit_test(a_full_queue_ends_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
