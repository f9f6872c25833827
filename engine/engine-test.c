/* engine-test.c - messages through the real loader and its scorers, while things break */
#include "engine/test-rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sandbox.h"

static const char offer[] = "From: a@example.com\r\n"
                            "To: b@example.org\r\n"
                            "Subject: An offer\r\n"
                            "Message-ID: <1@example.com>\r\n"
                            "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
                            "\r\n"
                            "To unsubscribe write to us.\r\n";
static const char plain[] = "From: a@example.com\r\n"
                            "To: b@example.org\r\n"
                            "Subject: Hello\r\n"
                            "Message-ID: <2@example.com>\r\n"
                            "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
                            "\r\n"
                            "How are you?\r\n";
/* with slow_rules: takes a scorer longer than any test waits */
static const char slow[] =
    "Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\r\n\r\n";
static const char slow_rules[] = "header TEST_SLOW Subject =~ /^(a+)+$/\n";

static bool has_rule(const struct engine_result *r, const char *name, double score)
{
    const struct finding *f = rig_finding(r, name);
    return f && f->kind == FINDING_RULE && f->score == score;
}

static bool is_offer(const struct engine_result *r)
{
    const struct finding *sub = rig_finding(r, "__TEST_BODY");
    return has_rule(r, "TEST_SUBJECT", 2.5) && has_rule(r, "TEST_BOTH", 1) && sub &&
           sub->kind == FINDING_SUBRULE && r->findings.classes == 0;
}

static bool is_plain(const struct engine_result *r)
{
    return rig_finding(r, "TEST_SUBJECT") == NULL && rig_finding(r, "__TEST_BODY") == NULL &&
           r->findings.classes == 0;
}

static void start_slow(struct rig *rig)
{
    rig_write_rules(rig, "slow.cf", slow_rules);
    rig->config.scoring.regex_match_limit = 1000000000;
    rig->config.scoring.message_budget = 600000;
    rig->config.engine.workers = 1;
    rig_start(rig, "scorer");
}

struct background {
    struct rig *rig;
    const char *text;
    struct engine_result r;
    struct arena a;
    atomic_bool done;
    pthread_t thread;
};

static void *check_in_background(void *arg)
{
    struct background *b = arg;
    rig_check_in(b->rig, &b->a, b->text, "192.0.2.1", NULL, &b->r);
    b->done = true;
    return NULL;
}

static void start_background(struct background *b, struct rig *rig, const char *text)
{
    b->rig = rig;
    b->text = text;
    b->done = false;
    arena_init(&b->a, 16 << 20);
    assert_int_equal(pthread_create(&b->thread, NULL, check_in_background, b), 0);
}

/* The one worker, once it is given a message. */
static int holder(struct rig *rig)
{
    struct engine_status s;
    RIG_WAIT((s = rig_status(rig)).busy == 1);
    return s.worker_pids[0];
}

static char process_state(int pid)
{
    char path[64], state = 0;
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
        state = 0;
    fclose(f);
    return state;
}

/* and it has not begun to read a message that comes after this */
static void stop_process(int pid)
{
    assert_int_equal(kill(pid, SIGSTOP), 0);
    RIG_WAIT(process_state(pid) == 'T');
}

static void message_comes_back_as_findings(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "scorer");
    struct engine_result r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(is_offer(&r));
    assert_int_equal(r.tries, 1);
    assert_true(r.cpu_us > 0);
    r = rig_check(&rig, plain, "");
    assert_true(is_plain(&r));
    struct engine_status s = rig_status(&rig);
    assert_int_equal(s.messages, 2);
    assert_int_equal(s.workers, 2);
    assert_int_equal(s.loader_pid, rig.loader);
    assert_int_equal(s.rules.rules, 3);
    assert_int_equal(s.rules.subrules, 1);
    assert_int_equal(strlen(s.rules.hash), 16);
    rig_stop(&rig, NULL);
}

static void odd_messages_are_answered(void **state)
{
    static const char *const odd[] = { "", "\n", "no header at all", "A:", "\r\n\r\n\r\n", "Subject: offer" };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "scorer");
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct engine_result r = rig_check(&rig, odd[i], "");
        assert_int_equal(r.tries, 1);
        assert_false(r.findings.classes &
                     (CLASS_BIT(CLASS_UNCHECKED_CRASH) | CLASS_BIT(CLASS_UNCHECKED_FAULT)));
    }
    rig_stop(&rig, NULL);
}

static char *large_message(struct rig *rig)
{
    struct buf b;
    buf_init_in(&b, &rig->a, 8 << 20);
    buf_add_str(&b, "Subject: An offer\r\nContent-Type: text/html\r\n\r\n");
    for (int i = 0; i < 40000; i++)
        buf_printf(&b, "<p>line %d of <a href=\"http://www.example.com/%d\">many</a>\r\n", i, i);
    assert_false(b.full);
    return b.p;
}

static void too_much_memory_is_unchecked_limit(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig.config.message.arena_max = 1 << 20;
    rig.config.engine.workers = 1;
    rig_start(&rig, "scorer");
    int pid = rig_status(&rig).worker_pids[0];
    for (int i = 0; i < 3; i++) {
        struct engine_result r = rig_check(&rig, large_message(&rig), "");
        const struct finding *f = rig_finding(&r, "memory");
        assert_non_null(f);
        assert_int_equal(f->class, CLASS_UNCHECKED_LIMIT);
        r = rig_check(&rig, offer, "");
        assert_true(is_offer(&r));
    }
    assert_int_equal(rig_status(&rig).worker_pids[0], pid);
    rig_stop(&rig, NULL);
}

/* n bytes, the rule's text last; a scorer reads short ones and maps long ones */
static char *offer_of(struct rig *rig, size_t n)
{
    static const char last[] = "Subject: An offer\r\n\r\n", line[] = "X-Fill: 0123456789\r\n";
    size_t at = 0, whole = sizeof(line) - 1, end = n - (sizeof(last) - 1);
    char *p = arena_alloc(&rig->a, n + 1);
    for (; end - at >= 2 * whole; at += whole)
        memcpy(p + at, line, whole);
    memset(p + at, 'x', end - at);
    memcpy(p + at, "X-Fill: ", 8);
    memcpy(p + end - 2, "\r\n", 2);
    memcpy(p + end, last, sizeof(last));
    return p;
}

static void every_size_arrives_whole(void **state)
{
    static const size_t around[] = { 4096, 65536, 131072, 262144 };
    struct rig rig;
    rig_init(&rig);
    rig.config.message.header_max_count = 100000;
    rig_start(&rig, "scorer");
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
        for (size_t n = around[i] - 1; n <= around[i] + 1; n++) {
            struct engine_result r = rig_check(&rig, offer_of(&rig, n), "");
            assert_true(has_rule(&r, "TEST_SUBJECT", 2.5));
            assert_int_equal(r.tries, 1);
        }
    /* in a nameless file rather than in memory */
    rig.spool_options.dir_fd = open(rig.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rig.spool_options.memory_max = 0;
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        struct engine_result r = rig_check(&rig, offer_of(&rig, around[i]), "");
        assert_true(has_rule(&r, "TEST_SUBJECT", 2.5));
    }
    close(rig.spool_options.dir_fd);
    rig_stop(&rig, NULL);
}

/* A message of another length than announced is not read: what is missing might be what matters. */
static void wrong_length_is_a_fault(void **state)
{
    static const struct {
        size_t real, told;
    } cases[] = { { 1000, 999 }, { 1000, 1001 }, { 200000, 1000 }, { 1000, 200000 }, { 200000, 200001 } };
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "scorer");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct spool spool;
        struct err e;
        struct envelope env = { .has_client = false };
        struct engine_request q = { .envelope = &env, .spool = &spool };
        struct engine_result r;
        assert_int_equal(spool_open(&spool, &rig.spool_options, &e), 0);
        assert_int_equal(spool_add(&spool, slice_str(offer_of(&rig, cases[i].real)), &e), 0);
        assert_int_equal(spool_finish(&spool, &e), 0);
        spool.n = cases[i].told;
        engine_check(rig.engine, &q, &rig.a, &r);
        assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "spool"));
        spool_close(&spool);
    }
    rig_stop(&rig, NULL);
}

/* ---- things break */

/* It can't have died of what it has not read. */
static void killed_with_a_message_unread_costs_no_try(void **state)
{
    struct background b;
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig_start(&rig, "scorer");
    int pid = rig_status(&rig).worker_pids[0];
    stop_process(pid);
    start_background(&b, &rig, offer);
    assert_int_equal(holder(&rig), pid);
    kill(pid, SIGKILL);
    pthread_join(b.thread, NULL);
    assert_true(is_offer(&b.r));
    assert_int_equal(b.r.tries, 1);
    arena_deinit(&b.a);
    RIG_WAIT(rig_status(&rig).deaths == 1);
    assert_int_equal(rig_status(&rig).retries, 0);
    rig_stop(&rig, &(struct rig_end){ .deaths = 1 });
}

/* Some die before they have read it, which does not count; it ends when two have. */
static void killed_twice_over_a_message_is_unchecked_crash(void **state)
{
    struct background b;
    struct rig rig;
    rig_init(&rig);
    start_slow(&rig);
    start_background(&b, &rig, slow);
    while (!b.done) {
        struct engine_status s = rig_status(&rig);
        usleep(20000);
        if (s.busy)
            kill(s.worker_pids[0], SIGKILL);
    }
    pthread_join(b.thread, NULL);
    assert_true(rig_is_class(&b.r, CLASS_UNCHECKED_CRASH, "died"));
    assert_int_equal(b.r.tries, 2);
    arena_deinit(&b.a);
    struct engine_result r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(is_offer(&r));
    assert_int_equal(rig_status(&rig).retries, 1);
    struct engine_status s;
    RIG_WAIT((s = rig_status(&rig)).deaths >= 2 && s.workers == 1);
    rig_stop(&rig, &(struct rig_end){ .deaths = s.deaths });
}

static void stopped_worker_is_killed_and_its_message_tried_again(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig.config.engine.workers = 1;
    rig.config.engine.worker_deadline = 500;
    rig_start(&rig, "scorer");
    stop_process(rig_status(&rig).worker_pids[0]);
    struct engine_result r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(is_offer(&r));
    assert_int_equal(r.tries, 2);
    rig_stop(&rig, &(struct rig_end){ .kills = 1 });
}

static void idle_workers_killed_cost_nothing(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "scorer");
    struct engine_status s = rig_status(&rig);
    for (unsigned i = 0; i < s.workers; i++) {
        kill(s.worker_pids[i], SIGKILL);
        RIG_WAIT(process_state(s.worker_pids[i]) == 0 || process_state(s.worker_pids[i]) == 'Z');
    }
    struct engine_result r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(is_offer(&r));
    assert_int_equal(r.tries, 1);
    RIG_WAIT(rig_status(&rig).deaths == 2);
    RIG_WAIT(rig_status(&rig).workers == 2);
    rig_stop(&rig, &(struct rig_end){ .deaths = 2 });
}

static void without_loader_all_is_a_fault_until_a_new_engine(void **state)
{
    struct background b;
    struct rig rig;
    int status;
    rig_init(&rig);
    start_slow(&rig);
    start_background(&b, &rig, slow);
    int pid = holder(&rig);
    kill(rig.loader, SIGKILL);
    pthread_join(b.thread, NULL);
    assert_true(rig_is_class(&b.r, CLASS_UNCHECKED_FAULT, "loader"));
    arena_deinit(&b.a);
    struct engine_result r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "loader"));
    assert_int_equal(waitpid(rig.loader, &status, 0), rig.loader);
    RIG_WAIT(kill(pid, 0) != 0 && errno == ESRCH); /* whoever inherited it has reaped it */
    assert_int_equal(rig_status(&rig).workers, 0);
    engine_free(&rig.engine);
    rig_start(&rig, "scorer");
    r = rig_check(&rig, offer, "192.0.2.1");
    assert_true(is_offer(&r));
    rig_stop(&rig, NULL);
}

/* ---- many at once */

#define THREADS 8

struct load {
    struct rig *rig;
    const atomic_bool *stop;
    int messages, sent, right, crashed; /* messages: at most */
    pthread_t thread;
};

static void *send_many(void *arg)
{
    struct load *l = arg;
    struct arena a;
    arena_init(&a, 16 << 20);
    for (; l->sent < l->messages && !*l->stop; l->sent++) {
        struct engine_result r;
        bool odd = l->sent % 2;
        rig_check_in(l->rig, &a, odd ? offer : plain, "192.0.2.1", NULL, &r);
        l->right += odd ? is_offer(&r) : is_plain(&r);
        l->crashed += rig_is_class(&r, CLASS_UNCHECKED_CRASH, "died");
        arena_reset(&a);
    }
    arena_deinit(&a);
    return NULL;
}

static void start_load(struct rig *rig, struct load loads[THREADS], int messages, const atomic_bool *stop)
{
    for (int i = 0; i < THREADS; i++) {
        loads[i] = (struct load){ .rig = rig, .messages = messages, .stop = stop };
        assert_int_equal(pthread_create(&loads[i].thread, NULL, send_many, &loads[i]), 0);
    }
}

static struct load finish_load(struct load loads[THREADS])
{
    struct load sum = { 0 };
    for (int i = 0; i < THREADS; i++) {
        pthread_join(loads[i].thread, NULL);
        sum.sent += loads[i].sent;
        sum.right += loads[i].right;
        sum.crashed += loads[i].crashed;
    }
    return sum;
}

static unsigned count_fds(void)
{
    unsigned n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void many_threads_get_their_own_answers(void **state)
{
    struct load loads[THREADS];
    struct rig rig;
    atomic_bool stop = false;
    rig_init(&rig);
    rig.config.engine.worker_messages = 100;
    rig_start(&rig, "scorer");
    start_load(&rig, loads, 200, &stop);
    assert_int_equal(finish_load(loads).right, THREADS * 200);
    struct engine_status s = rig_status(&rig);
    assert_int_equal(s.messages, THREADS * 200);
    assert_int_equal(s.retries, 0);
    RIG_WAIT((s = rig_status(&rig)).recycled >= 2 && s.workers == 2 && s.busy == 0 && s.waiting == 0);
    rig_stop(&rig, NULL);
}

static unsigned kill_one_more(struct rig *rig, unsigned i)
{
    struct engine_status s = rig_status(rig);
    if (s.workers)
        kill(s.worker_pids[i % s.workers], SIGKILL);
    usleep(2000);
    return (unsigned)s.deaths;
}

static void killed_at_random_no_answer_is_wrong(void **state)
{
    struct load loads[THREADS];
    struct engine_status s;
    struct rig rig;
    atomic_bool stop = false;
    unsigned kills = 0;
    rig_init(&rig);
    rig.config.engine.workers = 4;
    rig_start(&rig, "scorer");
    start_load(&rig, loads, INT_MAX, &stop);
    while (kill_one_more(&rig, kills) < 60)
        kills++;
    stop = true;
    struct load sum = finish_load(loads);
    assert_int_equal(sum.right + sum.crashed, sum.sent);
    assert_true(sum.right > sum.crashed);
    RIG_WAIT((s = rig_status(&rig)).workers == 4 && s.busy == 0);
    print_message("%d messages while %u scorers died: %u tried again, %d killed twice\n", sum.sent,
                  (unsigned)s.deaths, (unsigned)s.retries, sum.crashed);
    usleep(100000); /* for a death that is not told yet */
    rig_stop(&rig, &(struct rig_end){ .deaths = rig_status(&rig).deaths });
}

static void no_descriptor_is_left_behind(void **state)
{
    struct rig rig;
    unsigned before = count_fds();
    rig_init(&rig);
    rig_start(&rig, "scorer");
    rig_check(&rig, offer, "");
    unsigned running = count_fds();
    for (int i = 0; i < 20; i++)
        rig_check(&rig, offer, "");
    assert_int_equal(count_fds(), running);
    rig_stop(&rig, NULL);
    assert_int_equal(count_fds(), before);
}

/* ---- the start */

static void bad_rules_are_refused_with_their_reason(void **state)
{
    struct err e = { ERR_NONE, "" };
    struct rig rig;
    int status;
    rig_init(&rig);
    rig.paths[0] = "/nonexistent/rules";
    rig_launch(&rig, "scorer");
    assert_int_equal(engine_wait_ready(rig.engine, 60000, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "/nonexistent/rules"));
    struct engine_result r = rig_check(&rig, offer, "");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "loader"));
    assert_int_equal(waitpid(rig.loader, &status, 0), rig.loader);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 78);
    engine_free(&rig.engine);
    rig.paths[0] = rig.dir;
    rig_start(&rig, "scorer");
    rig_stop(&rig, NULL);
}

static void broken_rule_line_is_a_problem_and_the_rest_works(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig_write_rules(&rig, "broken.cf", "header TEST_BROKEN Subject =~ /(/\n");
    rig_start(&rig, "scorer");
    assert_int_equal(rig_status(&rig).rules.problems, 1);
    struct engine_result r = rig_check(&rig, offer, "");
    assert_true(is_offer(&r));
    rig_stop(&rig, NULL);
}

static void unready_loader_is_waited_for_only_so_long(void **state)
{
    struct err e = { ERR_NONE, "" };
    struct rig rig;
    rig_init(&rig);
    rig_launch(&rig, "scorer");
    kill(rig.loader, SIGSTOP);
    assert_int_equal(engine_wait_ready(rig.engine, 20, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    kill(rig.loader, SIGCONT);
    assert_int_equal(engine_wait_ready(rig.engine, 60000, &e), 0);
    rig_stop(&rig, NULL);
}

/* descriptors of a process that lead to `st`; -1: it does not let us look */
static int count_links_to(int pid, const struct stat *st)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof(path), "/proc/%d/fd", pid);
    DIR *d = opendir(path);
    if (d == NULL)
        return -1;
    struct stat found;
    for (struct dirent *entry; (entry = readdir(d));)
        n += fstatat(dirfd(d), entry->d_name, &found, 0) == 0 && found.st_ino == st->st_ino &&
             found.st_dev == st->st_dev;
    closedir(d);
    return n;
}

static void other_descriptors_are_not_inherited(void **state)
{
    struct rig rig;
    struct stat st;
    rig_init(&rig);
    int leak = open(rig.dir, O_RDONLY | O_DIRECTORY); /* NOLINT: without CLOEXEC */
    assert_true(leak >= 0 && fstat(leak, &st) == 0);
    rig_start(&rig, "scorer");
    assert_int_equal(count_links_to(getpid(), &st), 1);
    assert_int_equal(count_links_to(rig.loader, &st), 0);
    struct engine_status s = rig_status(&rig);
    for (unsigned i = 0; i < s.workers; i++)
        assert_true(count_links_to(s.worker_pids[i], &st) <= 0);
    close(leak);
    rig_stop(&rig, NULL);
}

static void workers_run_as_the_account(void **state)
{
    struct rig rig;
    struct stat st;
    char path[64];
    struct err e;
    rig_init(&rig);
    if (!sandbox_is_root() || sandbox_account("nobody", &rig.account.uid, &rig.account.gid, &e) != 0) {
        rig_start(&rig, "scorer");
        rig_stop(&rig, NULL);
        skip();
    }
    rig.account.drop = true;
    rig_start(&rig, "scorer");
    snprintf(path, sizeof(path), "/proc/%d/task", rig.loader);
    FILE *f;
    for (int i = 0; i < 2; i++) {
        char line[200];
        unsigned ids[4] = { 0 };
        snprintf(path, sizeof(path), "/proc/%d/status",
                 i ? rig_status(&rig).worker_pids[0] : (int)rig.loader);
        f = fopen(path, "r");
        assert_non_null(f);
        while (fgets(line, sizeof(line), f) &&
               sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) != 4)
            ;
        fclose(f);
        for (int k = 0; k < 4; k++)
            assert_int_equal(ids[k], rig.account.uid);
    }
    assert_int_equal(stat(path, &st), 0);
    struct engine_result r = rig_check(&rig, offer, "");
    assert_true(is_offer(&r));
    rig_stop(&rig, NULL);
}

static void role_by_hand_is_refused(void **state)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        close(STDERR_FILENO);
        close_range(3, ~0U, 0);
        execl("/proc/self/exe", "engine-test", "--role=loader", (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}

int main(int argc, char **argv)
{
    rig_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_comes_back_as_findings),
        cmocka_unit_test(odd_messages_are_answered),
        cmocka_unit_test(too_much_memory_is_unchecked_limit),
        cmocka_unit_test(every_size_arrives_whole),
        cmocka_unit_test(wrong_length_is_a_fault),
        cmocka_unit_test(killed_with_a_message_unread_costs_no_try),
        cmocka_unit_test(killed_twice_over_a_message_is_unchecked_crash),
        cmocka_unit_test(stopped_worker_is_killed_and_its_message_tried_again),
        cmocka_unit_test(idle_workers_killed_cost_nothing),
        cmocka_unit_test(without_loader_all_is_a_fault_until_a_new_engine),
        cmocka_unit_test(many_threads_get_their_own_answers),
        cmocka_unit_test(killed_at_random_no_answer_is_wrong),
        cmocka_unit_test(no_descriptor_is_left_behind),
        cmocka_unit_test(bad_rules_are_refused_with_their_reason),
        cmocka_unit_test(broken_rule_line_is_a_problem_and_the_rest_works),
        cmocka_unit_test(unready_loader_is_waited_for_only_so_long),
        cmocka_unit_test(other_descriptors_are_not_inherited),
        cmocka_unit_test(workers_run_as_the_account),
        cmocka_unit_test(role_by_hand_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
