/* pool-test.c - who gets which worker, and what the counts say; workers are bare sockets here */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "engine/pool.h"
#include "engine/proto.h"

#define WORKERS 8
#define SIGKILLED 9 /* a wait status */

struct fixture {
    struct pool pool;
    int loader;           /* the loader's end */
    int worker[WORKERS];  /* the workers' ends */
    struct patience calm; /* waits long */
};

static int setup(void **state)
{
    static struct fixture f;
    int ends[2];
    struct err e;
    memset(&f, 0, sizeof(f));
    assert_int_equal(ipc_pair(ends, &e), 0);
    f.loader = ends[1];
    pool_init(&f.pool, ends[0], 3, 4);
    for (int i = 0; i < WORKERS; i++)
        f.worker[i] = -1;
    patience_init(&f.calm, clock_ms() + 60000, 0, NULL, NULL);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    pool_deinit(&f->pool);
    close(f->pool.loader);
    close(f->loader);
    for (int i = 0; i < WORKERS; i++)
        fd_close(&f->worker[i]);
    return 0;
}

/* worker i has pid 100 + i and serial i */
static void add(struct fixture *f, int i)
{
    int ends[2];
    struct err e;
    assert_int_equal(ipc_pair(ends, &e), 0);
    f->worker[i] = ends[1];
    assert_int_equal(pool_add(&f->pool, 100 + i, (uint32_t)i, ends[0], &e), 0);
}

static struct pool_worker *take(struct fixture *f)
{
    struct pool_worker *w = NULL;
    assert_int_equal(pool_checkout(&f->pool, &f->calm, &w), POOL_GOT);
    return w;
}

static struct engine_status status(struct fixture *f)
{
    struct engine_status s;
    pool_status(&f->pool, &s);
    return s;
}

/* What the loader was told; 0: nothing */
static int told(struct fixture *f, int *pid)
{
    char buffer[1024];
    struct ipc_received got;
    struct proto_loader m;
    fcntl(f->loader, F_SETFL, O_NONBLOCK);
    if (ipc_recv(f->loader, buffer, sizeof(buffer), 0, &got, NULL) != 1)
        return 0;
    assert_true(proto_get_loader(slice_of(buffer, got.n), &m));
    *pid = m.pid;
    return m.type;
}

static bool is_closed(int worker)
{
    char c;
    return recv(worker, &c, 1, MSG_DONTWAIT) == 0;
}

static void used_last_is_used_next(void **state)
{
    struct fixture *f = *state;
    add(f, 0);
    add(f, 1);
    struct pool_worker *a = take(f), *b = take(f);
    assert_int_equal(a->pid, 101);
    assert_int_equal(b->pid, 100);
    pool_return(&f->pool, b, false);
    pool_return(&f->pool, a, false);
    assert_ptr_equal(take(f), a);
    assert_int_equal(status(f).busy, 1);
    assert_int_equal(status(f).workers, 2);
    pool_return(&f->pool, a, false);
}

struct thread {
    pthread_t id;
    struct fixture *f;
    struct patience patience;
    enum pool_answer answer;
    struct pool_worker *w;
};

static void *checkout_in_thread(void *arg)
{
    struct thread *t = arg;
    t->answer = pool_checkout(&t->f->pool, &t->patience, &t->w);
    return NULL;
}

static void wait_in_line(struct fixture *f, struct thread *t, unsigned place)
{
    t->f = f;
    if (t->patience.deadline == 0)
        t->patience = f->calm;
    assert_int_equal(pthread_create(&t->id, NULL, checkout_in_thread, t), 0);
    while (status(f).waiting != place)
        usleep(1000);
}

static void who_waits_longest_is_next(void **state)
{
    struct fixture *f = *state;
    struct thread t[3] = { { 0 } };
    add(f, 0);
    struct pool_worker *w = take(f);
    for (unsigned i = 0; i < 3; i++)
        wait_in_line(f, &t[i], i + 1);
    for (unsigned i = 0; i < 3; i++) {
        pool_return(&f->pool, w, false);
        pthread_join(t[i].id, NULL);
        assert_int_equal(t[i].answer, POOL_GOT);
        assert_ptr_equal(t[i].w, w);
        assert_int_equal(status(f).waiting, 2 - i);
    }
    pool_return(&f->pool, w, false);
}

static bool go_at_once(void *ctx)
{
    return false;
}

static void who_goes_leaves_the_line(void **state)
{
    struct fixture *f = *state;
    struct thread t[3] = { { 0 } };
    add(f, 0);
    struct pool_worker *w = take(f);
    wait_in_line(f, &t[0], 1);
    patience_init(&t[1].patience, clock_ms() + 60000, 200, go_at_once, NULL);
    wait_in_line(f, &t[1], 2);
    patience_init(&t[2].patience, clock_ms() + 200, 0, NULL, NULL);
    wait_in_line(f, &t[2], 3);
    pthread_join(t[1].id, NULL);
    assert_int_equal(t[1].answer, POOL_CALLER_GONE);
    pthread_join(t[2].id, NULL);
    assert_int_equal(t[2].answer, POOL_LATE);
    assert_int_equal(status(f).waiting, 1);
    pool_return(&f->pool, w, false);
    pthread_join(t[0].id, NULL);
    assert_ptr_equal(t[0].w, w);
    pool_return(&f->pool, w, false);
    assert_ptr_equal(take(f), w);
    pool_return(&f->pool, w, false);
}

static void lost_loader_ends_all_waiting(void **state)
{
    struct fixture *f = *state;
    struct thread t = { 0 };
    struct pool_worker *none;
    add(f, 0);
    struct pool_worker *w = take(f);
    wait_in_line(f, &t, 1);
    pool_lost(&f->pool);
    pthread_join(t.id, NULL);
    assert_int_equal(t.answer, POOL_LOST);
    assert_int_equal(pool_checkout(&f->pool, &f->calm, &none), POOL_LOST);
    pool_return(&f->pool, w, false);
    assert_int_equal(status(f).workers, 0);
}

static void new_worker_goes_to_who_waits(void **state)
{
    struct fixture *f = *state;
    struct thread t = { 0 };
    wait_in_line(f, &t, 1);
    add(f, 0);
    pthread_join(t.id, NULL);
    assert_int_equal(t.answer, POOL_GOT);
    assert_int_equal(t.w->pid, 100);
    pool_return(&f->pool, t.w, false);
}

static void discarded_is_killed_and_never_used_again(void **state)
{
    static const struct {
        enum pool_end why;
        uint64_t deaths, kills, lies;
    } cases[] = {
        { POOL_ENDED, 1, 0, 0 }, { POOL_HUNG, 0, 1, 0 }, { POOL_LIED, 0, 1, 1 }, { POOL_UNWANTED, 0, 1, 0 }
    };
    struct fixture *f = *state;
    uint64_t deaths = 0, kills = 0, lies = 0;
    for (int i = 0; i < 4; i++) {
        int pid = 0;
        add(f, i);
        pool_discard(&f->pool, take(f), cases[i].why);
        assert_true(is_closed(f->worker[i]));
        assert_int_equal(told(f, &pid), PROTO_ENGINE_KILL);
        assert_int_equal(pid, 100 + i);
        assert_int_equal(status(f).workers, 0);
        pool_dead(&f->pool, 100 + i, (uint32_t)i, SIGKILLED);
        assert_int_equal(status(f).deaths, deaths += cases[i].deaths);
        assert_int_equal(status(f).kills, kills += cases[i].kills);
        assert_int_equal(status(f).lies, lies += cases[i].lies);
        assert_null(f->pool.all);
    }
}

static void death_is_counted_once_whoever_sees_it_first(void **state)
{
    struct fixture *f = *state;
    int pid;
    add(f, 0);
    struct pool_worker *w = take(f);
    assert_true(pool_dead(&f->pool, 100, 0, SIGKILLED));
    assert_int_equal(status(f).deaths, 1);
    pool_discard(&f->pool, w, POOL_ENDED);
    assert_int_equal(told(f, &pid), 0); /* there is nothing to kill */
    assert_int_equal(status(f).deaths, 1);
    assert_int_equal(status(f).last_death, SIGKILLED);
    assert_null(f->pool.all);
}

static void answer_of_one_that_died_after_it_counts(void **state)
{
    struct fixture *f = *state;
    add(f, 0);
    struct pool_worker *w = take(f);
    pool_dead(&f->pool, 100, 0, SIGKILLED);
    pool_return(&f->pool, w, false);
    assert_null(f->pool.all);
    assert_int_equal(status(f).deaths, 1);
}

static void dead_idle_worker_is_not_handed_out(void **state)
{
    struct fixture *f = *state;
    add(f, 0);
    add(f, 1);
    fd_close(&f->worker[1]); /* and LOADER_DEAD is not here yet */
    struct pool_worker *w = take(f);
    assert_int_equal(w->pid, 100);
    pool_return(&f->pool, w, false);
    pool_dead(&f->pool, 101, 1, SIGKILLED);
    assert_int_equal(status(f).deaths, 1);
    pool_dead(&f->pool, 100, 0, SIGKILLED);
    assert_int_equal(status(f).workers, 0);
    assert_null(f->pool.all);
}

static void idle_worker_that_speaks_is_killed(void **state)
{
    struct fixture *f = *state;
    int pid = 0;
    add(f, 0);
    add(f, 1);
    assert_int_equal(send(f->worker[1], "x", 1, 0), 1);
    struct pool_worker *w = take(f);
    assert_int_equal(w->pid, 100);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_KILL);
    assert_int_equal(pid, 101);
    assert_int_equal(status(f).lies, 1);
    pool_return(&f->pool, w, false);
}

static void unknown_death_changes_nothing(void **state)
{
    struct fixture *f = *state;
    add(f, 0);
    assert_false(pool_dead(&f->pool, 100, 7, SIGKILLED));
    assert_false(pool_dead(&f->pool, 107, 0, SIGKILLED));
    assert_int_equal(status(f).deaths, 0);
    assert_int_equal(status(f).workers, 1);
}

static void use(struct fixture *f, int times)
{
    for (int i = 0; i < times; i++)
        pool_return(&f->pool, take(f), false);
}

/* The one that retires works on until the next one is here. */
static void retires_without_a_gap(void **state)
{
    struct fixture *f = *state;
    int pid = 0;
    add(f, 0);
    use(f, 2);
    assert_int_equal(told(f, &pid), 0);
    use(f, 1);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_RETIRE);
    assert_int_equal(pid, 100);
    use(f, 5);
    assert_int_equal(told(f, &pid), 0); /* asked once */
    assert_int_equal(status(f).workers, 1);
    add(f, 1);
    assert_true(is_closed(f->worker[0]));
    assert_int_equal(status(f).workers, 1);
    assert_int_equal(status(f).recycled, 1);
    assert_false(pool_dead(&f->pool, 100, 0, 0));
    assert_int_equal(status(f).deaths, 0);
    assert_int_equal(take(f)->pid, 101);
    pool_return(&f->pool, f->pool.all, false);
}

static void an_odd_one_is_replaced(void **state)
{
    struct fixture *f = *state;
    int pid = 0;
    add(f, 0);
    pool_return(&f->pool, take(f), true);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_RETIRE);
    assert_int_equal(pid, 100);
    assert_int_equal(status(f).deaths, 0);
}

static void retiring_one_in_use_finishes_its_message(void **state)
{
    struct fixture *f = *state;
    add(f, 0);
    use(f, 3);
    struct pool_worker *w = take(f);
    add(f, 1);
    assert_false(is_closed(f->worker[0]));
    assert_int_equal(status(f).workers, 2);
    pool_return(&f->pool, w, false);
    assert_true(is_closed(f->worker[0]));
    assert_int_equal(status(f).recycled, 1);
    assert_int_equal(status(f).workers, 1);
}

/* How many more than usual are wanted, as the loader was told; -1: it was told nothing, or something else. */
static int wanted(struct fixture *f)
{
    char buffer[1024];
    struct ipc_received got;
    struct proto_loader m;
    fcntl(f->loader, F_SETFL, O_NONBLOCK);
    if (ipc_recv(f->loader, buffer, sizeof(buffer), 0, &got, NULL) != 1 ||
        !proto_get_loader(slice_of(buffer, got.n), &m) || m.type != PROTO_ENGINE_WANT)
        return -1;
    return m.status;
}

static void one_that_waits_makes_room_for_another(void **state)
{
    struct fixture *f = *state;
    struct thread t = { 0 };
    add(f, 0);
    struct pool_worker *w = take(f);
    pool_waits(&f->pool, w);
    assert_int_equal(wanted(f), -1); /* nobody is in line */
    wait_in_line(f, &t, 1);
    assert_int_equal(wanted(f), 1);
    add(f, 1);
    pthread_join(t.id, NULL);
    assert_int_equal(t.answer, POOL_GOT);
    pool_return(&f->pool, w, false);
    pool_return(&f->pool, t.w, false);
}

static void only_so_many_more(void **state)
{
    struct fixture *f = *state;
    struct pool_worker *w[6];
    struct thread t = { 0 };
    for (int i = 0; i < 6; i++) {
        add(f, i);
        w[i] = take(f);
        pool_waits(&f->pool, w[i]);
    }
    f->pool.extra = 3;
    wait_in_line(f, &t, 1);
    assert_int_equal(wanted(f), 4); /* waiting_max */
    pool_waits(&f->pool, w[0]);
    assert_int_equal(wanted(f), -1);
    pool_return(&f->pool, w[0], false);
    pthread_join(t.id, NULL);
    pool_return(&f->pool, t.w, false);
    for (int i = 1; i < 6; i++)
        pool_return(&f->pool, w[i], false);
}

static void those_that_nobody_needs_leave(void **state)
{
    struct fixture *f = *state;
    int pid = 0;
    add(f, 0);
    add(f, 1);
    f->pool.extra = 1;
    pool_tick(&f->pool);
    struct pool_worker *w = take(f), *other = take(f);
    pool_return(&f->pool, w, false);
    pool_return(&f->pool, other, false);
    pool_tick(&f->pool); /* both were needed since the last tick */
    assert_int_equal(status(f).workers, 2);
    pool_tick(&f->pool);
    assert_int_equal(wanted(f), 0);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_RETIRE);
    assert_int_equal(status(f).workers, 1);
    pool_tick(&f->pool);
    assert_int_equal(wanted(f), -1); /* the usual ones stay */
    assert_int_equal(status(f).workers, 1);
}

static void all_are_renewed(void **state)
{
    struct fixture *f = *state;
    int pid = 0;
    add(f, 0);
    add(f, 1);
    struct pool_worker *w = take(f);
    pool_renew(&f->pool);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_RETIRE);
    assert_int_equal(told(f, &pid), PROTO_ENGINE_RETIRE);
    add(f, 2);
    add(f, 3);
    pool_return(&f->pool, w, false);
    assert_true(is_closed(f->worker[0]) && is_closed(f->worker[1]));
    assert_int_equal(status(f).workers, 2);
    assert_int_equal(status(f).deaths, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(used_last_is_used_next),
        TEST(who_waits_longest_is_next),
        TEST(who_goes_leaves_the_line),
        TEST(lost_loader_ends_all_waiting),
        TEST(new_worker_goes_to_who_waits),
        TEST(discarded_is_killed_and_never_used_again),
        TEST(death_is_counted_once_whoever_sees_it_first),
        TEST(answer_of_one_that_died_after_it_counts),
        TEST(dead_idle_worker_is_not_handed_out),
        TEST(idle_worker_that_speaks_is_killed),
        TEST(unknown_death_changes_nothing),
        TEST(retires_without_a_gap),
        TEST(an_odd_one_is_replaced),
        TEST(retiring_one_in_use_finishes_its_message),
        TEST(one_that_waits_makes_room_for_another),
        TEST(only_so_many_more),
        TEST(those_that_nobody_needs_leave),
        TEST(all_are_renewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
