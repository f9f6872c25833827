/* worker-test.c - workers that die, hang or lie, behind a real loader
 * What the worker does is the first word of the message: engine/test-worker.c. */
#include "engine/test-rig.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sandbox.h"

/* Time enough for the scan that a virus loader tries first, which must end below it. */
static unsigned deadline(unsigned ms)
{
    return rig_kind == ENGINE_VIRUS ? ms + 3000 : ms;
}

static bool answered(const struct engine_result *r)
{
    return r->findings.n == 1 && rig_finding(r, "ANSWER") != NULL;
}

static void kills_twice_is_unchecked_crash(void **state)
{
    static const struct {
        const char *text;
        const char *name;
    } cases[] = { { "abort", "died" }, { "segv", "died" }, { "exit", "died" } };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct engine_result r = rig_check(&rig, cases[i].text, "192.0.2.1");
        assert_true(rig_is_class(&r, CLASS_UNCHECKED_CRASH, cases[i].name));
        assert_int_equal(r.tries, 2);
        r = rig_check(&rig, "answer", "192.0.2.1");
        assert_true(answered(&r));
        assert_int_equal(r.tries, 1);
    }
    RIG_WAIT(rig_status(&rig).deaths == 6);
    assert_int_equal(rig_status(&rig).retries, 3);
    rig_stop(&rig, &(struct rig_end){ .deaths = 6 });
}

static void death_is_told_with_its_signal(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    rig_check(&rig, "segv", "");
    RIG_WAIT(rig_status(&rig).deaths == 2);
    int status = rig_status(&rig).last_death;
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    rig_stop(&rig, &(struct rig_end){ .deaths = 2 });
}

static void kills_once_is_tried_again(void **state)
{
    struct rig rig;
    char text[200];
    rig_init(&rig);
    rig_start(&rig, "liar");
    snprintf(text, sizeof(text), "crash-once %s/flag", rig.dir);
    struct engine_result r = rig_check(&rig, text, "");
    assert_true(answered(&r));
    assert_int_equal(r.tries, 2);
    RIG_WAIT(rig_status(&rig).deaths == 1);
    rig_stop(&rig, &(struct rig_end){ .deaths = 1 });
}

static void hanging_worker_is_killed(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.worker_deadline = deadline(100);
    rig_start(&rig, "liar");
    struct engine_result r = rig_check(&rig, "hang", "");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_CRASH, "hung"));
    assert_int_equal(r.tries, 2);
    r = rig_check(&rig, "answer", "");
    assert_true(answered(&r));
    rig_stop(&rig, &(struct rig_end){ .kills = 2 });
}

static void liar_is_killed(void **state)
{
    static const char *const lies[] = { "wrong-id", "unasked-text", "huge-count", "huge-length",
                                        "nan",      "infinite",     "crlf",       "cpu",
                                        "garbage",  "long-frame",   "descriptor", "wait-twice" };
    enum { N = sizeof(lies) / sizeof(lies[0]) };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    for (unsigned i = 0; i < N; i++) {
        struct engine_result r = rig_check(&rig, lies[i], "");
        assert_true(rig_is_class(&r, CLASS_UNCHECKED_CRASH, "lied"));
        assert_int_equal(r.tries, 2);
        assert_int_equal(rig_status(&rig).lies, 2 * (i + 1));
        r = rig_check(&rig, "answer", "");
        assert_true(answered(&r));
    }
    rig_stop(&rig, &(struct rig_end){ .kills = 2 * N, .lies = 2 * N });
}

/* The right answer counts, the other one ends its worker before it gets another message. */
static void second_answer_is_a_lie(void **state)
{
    static const char *const lies[] = { "twice", "ahead" };
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct rig rig;
        rig_init(&rig);
        rig.config.engine.workers = 1;
        rig_start(&rig, "liar");
        int pid = rig_status(&rig).worker_pids[0];
        struct engine_result r = rig_check(&rig, lies[i], "");
        assert_true(answered(&r));
        usleep(50000);
        r = rig_check(&rig, "count", "");
        assert_int_equal(r.tries, 1);
        assert_non_null(rig_finding(&r, "MESSAGE_1"));
        assert_int_not_equal(rig_status(&rig).worker_pids[0], pid);
        rig_stop(&rig, &(struct rig_end){ .kills = 1, .lies = 1 });
    }
}

/* The channel's end is a death; the process, still there, is killed by the loader. */
static void closed_channel_is_a_death(void **state)
{
    static const char *const texts[] = { "close", "empty-frame" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct rig rig;
        rig_init(&rig);
        rig_start(&rig, "liar");
        struct engine_result r = rig_check(&rig, texts[i], "");
        assert_true(rig_is_class(&r, CLASS_UNCHECKED_CRASH, "died"));
        RIG_WAIT(rig_status(&rig).deaths == 2);
        assert_true(WIFSIGNALED(rig_status(&rig).last_death));
        rig_stop(&rig, &(struct rig_end){ .deaths = 2 });
    }
}

/* Nobody's fault: neither a try nor a count against the client. */
static void worker_dead_while_idle_costs_no_try(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig.config.engine.crash_limit = 1;
    rig_start(&rig, "liar");
    for (unsigned i = 1; i <= 5; i++) {
        struct engine_result r = rig_check(&rig, "die-after", "192.0.2.1");
        assert_true(answered(&r));
        assert_int_equal(r.tries, 1);
        RIG_WAIT(rig_status(&rig).deaths == i);
    }
    assert_int_equal(rig_status(&rig).retries, 0);
    rig_stop(&rig, &(struct rig_end){ .deaths = 5 });
}

static void client_that_crashes_many_is_shut_out(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.crash_limit = 4;
    rig_start(&rig, "liar");
    for (int i = 0; i < 2; i++) {
        struct engine_result r = rig_check(&rig, "abort", "192.0.2.1");
        assert_true(rig_is_class(&r, CLASS_UNCHECKED_CRASH, "died"));
    }
    struct engine_result r = rig_check(&rig, "answer", "192.0.2.1");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "client"));
    assert_int_equal(r.tries, 0);
    r = rig_check(&rig, "answer", "192.0.2.2");
    assert_true(answered(&r));
    r = rig_check(&rig, "answer", "");
    assert_true(answered(&r));
    RIG_WAIT(rig_status(&rig).deaths == 4);
    rig_stop(&rig, &(struct rig_end){ .deaths = 4 });
}

/* ---- waiting */

struct ticks {
    int n, gone_at;
};

static bool count_tick(void *ctx)
{
    struct ticks *t = ctx;
    return ++t->n != t->gone_at;
}

static struct engine_result check_ticking(struct rig *rig, const char *text, struct ticks *t,
                                          unsigned deadline)
{
    struct engine_request q = { .deadline_ms = deadline, .tick_ms = 20, .tick = count_tick, .tick_ctx = t };
    struct engine_result r;
    rig_check_in(rig, &rig->a, text, "", &q, &r);
    return r;
}

static void ticks_while_a_worker_works(void **state)
{
    struct ticks t = { 0 };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    struct engine_result r = check_ticking(&rig, "slow", &t, 0);
    assert_true(answered(&r));
    assert_in_range(t.n, 2, 20);
    rig_stop(&rig, NULL);
}

static void caller_that_goes_frees_its_worker_by_killing_it(void **state)
{
    struct ticks t = { .gone_at = 2 };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    struct engine_result r = check_ticking(&rig, "hang", &t, 0);
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "gone"));
    assert_int_equal(t.n, 2);
    rig_stop(&rig, &(struct rig_end){ .kills = 1 });
}

static void deadline_of_the_message_is_no_crash(void **state)
{
    struct ticks t = { 0 };
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.crash_limit = 1;
    rig_start(&rig, "liar");
    struct engine_result r = check_ticking(&rig, "hang", &t, 100);
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "deadline"));
    r = rig_check(&rig, "answer", "192.0.2.1");
    assert_true(answered(&r));
    rig_stop(&rig, &(struct rig_end){ .kills = 1 });
}

struct background {
    struct rig *rig;
    const char *text;
    struct engine_result r;
    struct arena a;
};

static void *check_in_background(void *arg)
{
    struct background *b = arg;
    rig_check_in(b->rig, &b->a, b->text, "", NULL, &b->r);
    return NULL;
}

static void start_background(struct background *b, pthread_t *thread, struct rig *rig, const char *text)
{
    b->rig = rig;
    b->text = text;
    arena_init(&b->a, 8 << 20);
    assert_int_equal(pthread_create(thread, NULL, check_in_background, b), 0);
}

static void waiting_for_a_worker_ends_too(void **state)
{
    struct ticks stays = { 0 }, goes = { .gone_at = 3 };
    struct background b;
    pthread_t thread;
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig.config.engine.worker_deadline = deadline(600);
    rig_start(&rig, "liar");
    start_background(&b, &thread, &rig, "hang");
    RIG_WAIT(rig_status(&rig).busy == 1);
    struct engine_result r = check_ticking(&rig, "answer", &stays, 100);
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "deadline"));
    assert_int_equal(r.tries, 0);
    assert_true(stays.n > 0 && r.wait_ms >= 100);
    r = check_ticking(&rig, "answer", &goes, 0);
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "gone"));
    assert_int_equal(goes.n, 3);
    pthread_join(thread, NULL);
    assert_true(rig_is_class(&b.r, CLASS_UNCHECKED_CRASH, "hung"));
    arena_deinit(&b.a);
    rig_stop(&rig, &(struct rig_end){ .kills = 2 });
}

static void small_arena_is_a_fault_not_an_escape(void **state)
{
    struct arena a;
    struct engine_result r;
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "liar");
    arena_init(&a, ENGINE_RESULT_MEMORY - 1);
    rig_check_in(&rig, &a, "answer", "", NULL, &r);
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "memory"));
    arena_deinit(&a);
    rig_stop(&rig, NULL);
}

/* ---- recycling */

static void worker_is_replaced_after_its_messages(void **state)
{
    struct rig rig;
    unsigned highest = 0;
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig.config.engine.worker_messages = 5;
    rig_start(&rig, "liar");
    for (int i = 0; i < 60; i++) {
        unsigned n;
        struct engine_result r = rig_check(&rig, "count", "");
        assert_int_equal(r.findings.n, 1);
        assert_int_equal(r.tries, 1);
        assert_int_equal(sscanf(r.findings.first->name.p, "MESSAGE_%u", &n), 1);
        if (n > highest)
            highest = n;
        if (n >= 5) /* until the next one is here this one goes on */
            usleep(20000);
    }
    assert_true(highest >= 5 && highest < 60);
    RIG_WAIT(rig_status(&rig).recycled >= 3);
    RIG_WAIT(rig_status(&rig).workers == 1);
    rig_stop(&rig, NULL);
}

/* ---- the start */

static void worker_that_cannot_start_says_why(void **state)
{
    struct err e = { ERR_NONE, "" };
    struct rig rig;
    int status;
    rig_init(&rig);
    rig_launch(&rig, "broken");
    assert_int_equal(engine_wait_ready(rig.engine, 60000, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_string_equal(e.text, "no sandbox here: get another kernel");
    assert_int_equal(waitpid(rig.loader, &status, 0), rig.loader);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 78);
    struct engine_result r = rig_check(&rig, "answer", "");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "loader"));
    engine_free(&rig.engine);
    rig_launch(&rig, "silent");
    assert_int_equal(engine_wait_ready(rig.engine, 60000, &e), -1);
    assert_non_null(strstr(e.text, "before it was ready"));
    assert_int_equal(waitpid(rig.loader, &status, 0), rig.loader);
    engine_free(&rig.engine);
    rig_start(&rig, "liar");
    rig_stop(&rig, NULL);
}

/* ---- the sandbox, in a real worker behind a real loader */

/* What a virus worker may do with files: these go to a descriptor of its own or a path that is not there.
 * What lies outside is refused, see base/sandbox-test.c. */
static bool is_for_scratch(unsigned n)
{
    static const char *const names[] = { "stat-path", "getdents", "unlink", "mkdir", "truncate" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], sandbox_attempt(n)->name) == 0)
            return true;
    return false;
}

/* false past the end */
static bool attempt_is_refused(struct rig *rig, unsigned n, unsigned *killed)
{
    char text[40];
    snprintf(text, sizeof(text), "attempt %u", n);
    struct engine_result r = rig_check(rig, text, "");
    if (rig_finding(&r, "none"))
        return false;
    if (rig_is_class(&r, CLASS_UNCHECKED_CRASH, "died")) {
        *killed += 2;
        RIG_WAIT(rig_status(rig).deaths == *killed);
        int status = rig_status(rig).last_death;
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("%s: not ended by SIGSYS but with status %d", sandbox_attempt(n)->name, status);
    } else if (rig_finding(&r, "refused") == NULL && !(rig_kind == ENGINE_VIRUS && is_for_scratch(n)))
        fail_msg("%s was not refused", sandbox_attempt(n)->name);
    return true;
}

static void refuse_all(const struct loader_account *account)
{
    struct rig rig;
    unsigned killed = 0, n = 0;
    rig_init(&rig);
    rig.account = *account;
    rig_start(&rig, "probe");
    while (attempt_is_refused(&rig, n, &killed))
        n++;
    assert_true(n > 20);
    print_message("%u attempts refused, %u by SIGSYS\n", n, killed / 2);
    rig_stop(&rig, &(struct rig_end){ .deaths = killed });
}

/* as root when the test is run by root */
static void sandbox_refuses_all(void **state)
{
    refuse_all(&(struct loader_account){ .drop = false });
}

static void sandbox_refuses_all_after_dropping_root(void **state)
{
    struct loader_account account = { .drop = true };
    struct err e;
    if (!sandbox_is_root() || sandbox_account("nobody", &account.uid, &account.gid, &e) != 0)
        skip();
    refuse_all(&account);
}

struct waiter {
    struct rig *rig;
    char text[100];
    struct arena a;
    struct engine_result r;
    pthread_t thread;
};

static void *check_and_wait(void *arg)
{
    struct waiter *w = arg;
    rig_check_in(w->rig, &w->a, w->text, "", NULL, &w->r);
    return NULL;
}

static void who_waits_leaves_others_their_turn(void **state)
{
    struct rig rig;
    struct waiter waiters[3];
    char path[80];
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig.config.engine.workers_waiting_max = 5;
    rig_start(&rig, "liar");
    snprintf(path, sizeof(path), "%s/go", rig.dir);
    for (int i = 0; i < 3; i++) {
        struct waiter *w = &waiters[i];
        w->rig = &rig;
        snprintf(w->text, sizeof(w->text), "wait %s", path);
        arena_init(&w->a, 16 << 20);
        assert_int_equal(pthread_create(&w->thread, NULL, check_and_wait, w), 0);
    }
    struct engine_result r = rig_check(&rig, "answer", ""); /* all three wait, or it comes before them */
    assert_true(answered(&r));
    RIG_WAIT(rig_status(&rig).busy == 3);
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    for (int i = 0; i < 3; i++) {
        pthread_join(waiters[i].thread, NULL);
        assert_true(answered(&waiters[i].r));
        arena_deinit(&waiters[i].a);
    }
    RIG_WAIT(rig_status(&rig).workers == 1); /* nobody needs the others */
    unlink(path);
    rig_stop(&rig, &(struct rig_end){ 0 });
}

int main(int argc, char **argv)
{
    rig_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_twice_is_unchecked_crash),
        cmocka_unit_test(death_is_told_with_its_signal),
        cmocka_unit_test(kills_once_is_tried_again),
        cmocka_unit_test(hanging_worker_is_killed),
        cmocka_unit_test(liar_is_killed),
        cmocka_unit_test(second_answer_is_a_lie),
        cmocka_unit_test(closed_channel_is_a_death),
        cmocka_unit_test(worker_dead_while_idle_costs_no_try),
        cmocka_unit_test(client_that_crashes_many_is_shut_out),
        cmocka_unit_test(ticks_while_a_worker_works),
        cmocka_unit_test(caller_that_goes_frees_its_worker_by_killing_it),
        cmocka_unit_test(deadline_of_the_message_is_no_crash),
        cmocka_unit_test(waiting_for_a_worker_ends_too),
        cmocka_unit_test(small_arena_is_a_fault_not_an_escape),
        cmocka_unit_test(worker_is_replaced_after_its_messages),
        cmocka_unit_test(worker_that_cannot_start_says_why),
        cmocka_unit_test(who_waits_leaves_others_their_turn),
        cmocka_unit_test(sandbox_refuses_all),
        cmocka_unit_test(sandbox_refuses_all_after_dropping_root),
    };
    int failed = cmocka_run_group_tests_name("scorers", tests, NULL, NULL);
    rig_kind = ENGINE_VIRUS;
    return failed + cmocka_run_group_tests_name("virus workers", tests, NULL, NULL);
}
