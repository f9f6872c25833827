/* client-release-test.c - what the client makes of what a keeper answers, or does not */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/ipc.h"
#include "keeper/client-release.h"
#include "keeper/redeem.h"

/* Answers one request with the frames given, then closes. */
struct server {
    char directory[40], path[60];
    int listening;
    pthread_t thread;
    struct buf answers[4];
    size_t n;
    bool keeps_silent;
    char heard[1000];
    size_t n_heard;
};

static void *serve(void *arg)
{
    struct server *s = arg;
    struct ipc_received got;
    struct err e;
    int fd = accept(s->listening, NULL, NULL);
    if (fd < 0)
        return NULL;
    if (ipc_recv(fd, s->heard, sizeof(s->heard), 0, &got, &e) == 1)
        s->n_heard = got.n;
    for (size_t i = 0; i < s->n; i++)
        if (ipc_send(fd, buf_slice(&s->answers[i]), NULL, 0, &e) != 0)
            break;
    if (s->keeps_silent) /* until the other side closes */
        (void)!ipc_recv(fd, s->heard, sizeof(s->heard), 0, &got, &e);
    close(fd);
    return NULL;
}

static int set_up(void **state)
{
    struct server *s = calloc(1, sizeof(*s));
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    strcpy(s->directory, "/tmp/client-test-XXXXXX");
    assert_non_null(mkdtemp(s->directory));
    snprintf(s->path, sizeof(s->path), "%s/s", s->directory);
    strcpy(u.sun_path, s->path);
    s->listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listening, (struct sockaddr *)&u, sizeof(u)), 0);
    assert_int_equal(listen(s->listening, 8), 0);
    for (size_t i = 0; i < 4; i++)
        buf_init(&s->answers[i], 10000);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct server *s = *state;
    shutdown(s->listening, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listening);
    unlink(s->path);
    rmdir(s->directory);
    for (size_t i = 0; i < 4; i++)
        buf_deinit(&s->answers[i]);
    free(s);
    return 0;
}

static int redeem(struct server *s, const char *path, struct keeper_pass *pass, struct arena *a,
                  struct err *e)
{
    static const unsigned char hash[32] = "hash";
    return keeper_redeem(path, SLICE("mark"), hash, SLICE("bob"), SLICE("127.0.0.1"),
                         s->keeps_silent ? 300 : 60000, a, pass, e);
}

static int redeem_answered(struct server *s, const struct redeem_pass *p, struct keeper_pass *pass,
                           struct arena *a)
{
    struct err e = { 0 };
    redeem_pass_put(&s->answers[s->n++], p);
    return redeem(s, s->path, pass, a, &e);
}

static void a_good_mark(void **state)
{
    struct server *s = *state;
    struct slice viruses[] = { SLICE("A.Virus") };
    const struct redeem_pass p = { REDEEM_GOOD, CLASS_BIT(CLASS_VIRUS), viruses, 1, SLICE("entry1") };
    struct keeper_pass pass;
    struct redeem_request heard;
    struct arena a;
    struct wire in;
    arena_init(&a, 1 << 20);
    assert_int_equal(redeem_answered(s, &p, &pass, &a), 1);
    assert_string_equal(pass.id, "entry1");
    assert_true(pass.n_viruses == 1 && slice_eq(pass.viruses[0], SLICE("A.Virus")));
    assert_int_equal(pass.waived, CLASS_BIT(CLASS_VIRUS));
    wire_read(&in, slice_of(s->heard, s->n_heard));
    assert_int_equal(wire_u8(&in), KEEPER_ASK_REDEEM);
    assert_true(redeem_request_get(&in, &heard));
    assert_true(slice_eq(heard.mark, SLICE("mark")) && slice_eq(heard.client, SLICE("127.0.0.1")));
    arena_deinit(&a);
}

static void a_mark_that_is_not_good(void **state)
{
    const struct redeem_pass p = { .answer = REDEEM_NO };
    struct keeper_pass pass;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_int_equal(redeem_answered(*state, &p, &pass, &a), 0);
    arena_deinit(&a);
}

static void a_keeper_that_cannot_say(void **state)
{
    const struct redeem_pass p = { .answer = REDEEM_FAULT };
    struct keeper_pass pass;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_int_equal(redeem_answered(*state, &p, &pass, &a), -1);
    arena_deinit(&a);
}

static void a_keeper_that_hangs_up_or_babbles_is_a_fault(void **state)
{
    struct server *s = *state;
    struct keeper_pass pass;
    struct arena a;
    struct err e = { 0 };
    arena_init(&a, 1 << 20);
    buf_add_str(&s->answers[0], "what?");
    s->n = 1;
    assert_int_equal(redeem(s, s->path, &pass, &a, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    arena_deinit(&a);
}

static void a_keeper_that_says_nothing_is_not_waited_for(void **state)
{
    struct server *s = *state;
    struct keeper_pass pass;
    struct arena a;
    struct err e = { 0 };
    arena_init(&a, 1 << 20);
    s->keeps_silent = true;
    assert_int_equal(redeem(s, s->path, &pass, &a, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    arena_deinit(&a);
}

static void without_a_socket_no_mark_is_good(void **state)
{
    struct keeper_pass pass;
    struct arena a;
    struct err e = { 0 };
    arena_init(&a, 1 << 20);
    assert_int_equal(redeem(*state, "/nonexistent/keeper.sock", &pass, &a, &e), 0);
    arena_deinit(&a);
}

/* ---- release */

static void put_line(struct server *s, bool end, const char *address, enum release_result result,
                     const char *text)
{
    const struct release_line l = { end, slice_str(address), result, slice_str(text) };
    release_line_put(&s->answers[s->n++], &l);
}

static void count(void *ctx, const struct release_line *l)
{
    *(int *)ctx += 1 + (int)l->result;
}

static int release(struct server *s, int *n, struct err *e)
{
    const struct release_order o = { .id = SLICE("entry1"), .all = true };
    *n = 0;
    *e = (struct err){ 0 };
    return keeper_release(s->path, &o, 60000, count, n, e);
}

static void lines_until_the_end(void **state)
{
    struct server *s = *state;
    struct err e;
    int n;
    put_line(s, false, "a@b", RELEASE_DONE, "");
    put_line(s, false, "c@d", RELEASE_UNSURE, "");
    put_line(s, true, "", RELEASE_DONE, "");
    assert_int_equal(release(s, &n, &e), 0);
    assert_int_equal(n, 2 + RELEASE_UNSURE);
}

static void a_refusal_says_why(void **state)
{
    struct server *s = *state;
    struct err e;
    int n;
    put_line(s, true, "", RELEASE_SKIPPED, "there is no such entry");
    assert_int_equal(release(s, &n, &e), -1);
    assert_string_equal(e.text, "there is no such entry");
    assert_int_equal(e.kind, ERR_INPUT);
}

static void a_keeper_that_dies_is_said(void **state)
{
    struct server *s = *state;
    struct err e;
    int n;
    put_line(s, false, "a@b", RELEASE_DONE, "");
    assert_int_equal(release(s, &n, &e), -1);
    assert_int_equal(n, 1);
    assert_int_equal(e.kind, ERR_RETRY);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_good_mark),
        CASE(a_mark_that_is_not_good),
        CASE(a_keeper_that_cannot_say),
        CASE(a_keeper_that_hangs_up_or_babbles_is_a_fault),
        CASE(a_keeper_that_says_nothing_is_not_waited_for),
        CASE(without_a_socket_no_mark_is_good),
        CASE(lines_until_the_end),
        CASE(a_refusal_says_why),
        CASE(a_keeper_that_dies_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
