/* fault-test.c - scorers and loaders that are killed and stopped under messages */
#include "engine/test-rig.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* with slow_rules: takes a scorer longer than any test waits */
static const char slow[] =
    "Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\r\n\r\n";
static const char slow_rules[] = "header TEST_SLOW Subject =~ /^(a+)+$/\n";

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

/* if not buried: that is up to its parent, and to pid 1 where the parent is dead */
static bool is_dead(int pid)
{
    char state = process_state(pid);
    return state == 0 || state == 'Z';
}

/* and it has not begun to read a message that comes after this */
static void stop_process(int pid)
{
    assert_int_equal(kill(pid, SIGSTOP), 0);
    RIG_WAIT(process_state(pid) == 'T');
}

/* ---- one message */

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
    start_background(&b, &rig, rig_offer);
    assert_int_equal(holder(&rig), pid);
    kill(pid, SIGKILL);
    pthread_join(b.thread, NULL);
    assert_true(rig_is_offer(&b.r));
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
    struct engine_result r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_offer(&r));
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
    struct engine_result r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_offer(&r));
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
        RIG_WAIT(is_dead(s.worker_pids[i]));
    }
    struct engine_result r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_offer(&r));
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
    struct engine_result r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_class(&r, CLASS_UNCHECKED_FAULT, "loader"));
    assert_int_equal(waitpid(rig.loader, &status, 0), rig.loader);
    RIG_WAIT(is_dead(pid));
    assert_int_equal(rig_status(&rig).workers, 0);
    engine_free(&rig.engine);
    rig_start(&rig, "scorer");
    r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_offer(&r));
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
        rig_check_in(l->rig, &a, odd ? rig_offer : rig_plain, "192.0.2.1", NULL, &r);
        l->right += odd ? rig_is_offer(&r) : rig_is_plain(&r);
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

/* So many messages from one death to the next, however slow the machine: the most of them must be answered.
 */
#define MESSAGES_A_DEATH 6

static unsigned kill_one_more(struct rig *rig, unsigned i)
{
    struct engine_status s = rig_status(rig);
    uint64_t from = s.messages;
    if (s.workers)
        kill(s.worker_pids[i % s.workers], SIGKILL);
    RIG_WAIT((s = rig_status(rig)).messages >= from + MESSAGES_A_DEATH);
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

int main(int argc, char **argv)
{
    rig_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_with_a_message_unread_costs_no_try),
        cmocka_unit_test(killed_twice_over_a_message_is_unchecked_crash),
        cmocka_unit_test(stopped_worker_is_killed_and_its_message_tried_again),
        cmocka_unit_test(idle_workers_killed_cost_nothing),
        cmocka_unit_test(without_loader_all_is_a_fault_until_a_new_engine),
        cmocka_unit_test(many_threads_get_their_own_answers),
        cmocka_unit_test(killed_at_random_no_answer_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
