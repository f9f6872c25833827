/* engine-test.c - messages through the real loader and its scorers; what breaks is in fault-test.c */
#include "engine/test-rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sandbox.h"

static void message_comes_back_as_findings(void **state)
{
    struct rig rig;
    rig_init(&rig);
    rig_start(&rig, "scorer");
    struct engine_result r = rig_check(&rig, rig_offer, "192.0.2.1");
    assert_true(rig_is_offer(&r));
    assert_int_equal(r.tries, 1);
    assert_true(r.cpu_us > 0);
    r = rig_check(&rig, rig_plain, "");
    assert_true(rig_is_plain(&r));
    struct engine_status s = rig_status(&rig);
    assert_int_equal(s.messages, 2);
    assert_int_equal(s.workers, 2);
    assert_int_equal(s.loader_pid, rig.loader);
    assert_int_equal(s.rules.rules, 3);
    assert_int_equal(s.rules.subrules, 1);
    assert_int_equal(strlen(s.rules.hash), 16);
    rig_stop(&rig, NULL);
}

/* What is asked for, as text; *r is the answer. */
static char *written_text(struct rig *rig, const char *message, unsigned what, double required,
                          struct engine_result *r)
{
    const struct engine_request q = { .wanted = { what, required } };
    rig_check_in(rig, &rig->a, message, "", &q, r);
    assert_true(r->text_fd >= 0 || !(what & WANT_TEXT));
    char *text = arena_alloc(&rig->a, r->written.text + 1);
    assert_int_equal(pread(r->text_fd, text, r->written.text, 0), r->written.text);
    assert_true(ftruncate(r->text_fd, 1 << 30) < 0);
    fd_close(&r->text_fd);
    return text;
}

static void what_is_wanted_is_written(void **state)
{
    struct rig rig;
    struct engine_result r;
    rig_init(&rig);
    rig_write_rules(&rig, "report.cf",
                    "report_safe 1\nreport Report _SCORE_\nadd_header spam Tests _TESTS_\n"
                    "rewrite_header Subject [S]\n");
    rig_start(&rig, "scorer");
    char *text = written_text(&rig, rig_offer, WANT_MAIL | WANT_REPORT, 3, &r);
    assert_true(rig_is_offer(&r) && r.written.spam);
    assert_non_null(strstr(text, "Subject: [S] An offer\r\n"));
    assert_non_null(strstr(text, "X-Spam-Tests: TEST_BOTH,TEST_SUBJECT\r\n"));
    assert_string_equal(text + strlen(text) - strlen("Report 3.5\n\n"), "Report 3.5\n\n");
    text = written_text(&rig, arena_str(&rig.a, slice_str(text)), WANT_STRIPPED, 3, &r);
    assert_string_equal(text, rig_offer);
    assert_int_equal(r.findings.n, 0);
    rig_stop(&rig, NULL);
}

static void fields_of_the_site_come_with_the_findings(void **state)
{
    struct rig rig;
    struct engine_result r;
    const struct engine_request spam = { .wanted = { WANT_FIELDS, 3 } },
                                ham = { .wanted = { WANT_FIELDS, 4 } };
    rig_init(&rig);
    rig_write_rules(&rig, "report.cf",
                    "add_header spam Tests _TESTS_\nadd_header ham Hits _SCORE_\n"
                    "rewrite_header Subject [_SCORE_]\n");
    rig_start(&rig, "scorer");
    rig_check_in(&rig, &rig.a, rig_offer, "", &spam, &r);
    assert_true(rig_is_offer(&r) && r.written.spam && r.text_fd == -1);
    assert_int_equal(r.written.n_fields, 1);
    assert_true(slice_eq(r.written.fields->name, SLICE("X-Spam-Tests")));
    assert_true(slice_eq(r.written.fields->value, SLICE("TEST_BOTH,TEST_SUBJECT")));
    assert_true(slice_eq(r.written.tags[TAG_SUBJECT], SLICE("[3.5]")));
    rig_check_in(&rig, &rig.a, rig_offer, "", &ham, &r);
    assert_true(!r.written.spam && r.written.n_fields == 1 && r.written.tags[TAG_SUBJECT].n == 0);
    assert_true(slice_eq(r.written.fields->value, SLICE("3.5")));
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
        r = rig_check(&rig, rig_offer, "");
        assert_true(rig_is_offer(&r));
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
            assert_true(rig_has_rule(&r, "TEST_SUBJECT", 2.5));
            assert_int_equal(r.tries, 1);
        }
    /* in a nameless file rather than in memory */
    rig.spool_options.dir_fd = open(rig.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rig.spool_options.memory_max = 0;
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        struct engine_result r = rig_check(&rig, offer_of(&rig, around[i]), "");
        assert_true(rig_has_rule(&r, "TEST_SUBJECT", 2.5));
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

static void no_descriptor_is_left_behind(void **state)
{
    struct rig rig;
    unsigned before = count_fds();
    rig_init(&rig);
    rig_start(&rig, "scorer");
    rig_check(&rig, rig_offer, "");
    unsigned running = count_fds();
    for (int i = 0; i < 20; i++)
        rig_check(&rig, rig_offer, "");
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
    struct engine_result r = rig_check(&rig, rig_offer, "");
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
    struct engine_result r = rig_check(&rig, rig_offer, "");
    assert_true(rig_is_offer(&r));
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

/* The line of /proc/PID/status that begins with `name`. */
static void read_status(int pid, const char *name, char *line, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    do
        assert_non_null(fgets(line, (int)size, f));
    while (strncmp(line, name, strlen(name)) != 0);
    fclose(f);
}

static void expect_powerless(int pid, const struct loader_account *account)
{
    char line[200];
    unsigned id[4];
    read_status(pid, "NoNewPrivs:", line, sizeof(line));
    assert_string_equal(line, "NoNewPrivs:\t1\n");
    if (!account->drop)
        return;
    read_status(pid, "Uid:", line, sizeof(line));
    assert_int_equal(sscanf(line, "Uid: %u %u %u %u", &id[0], &id[1], &id[2], &id[3]), 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(id[i], account->uid);
    read_status(pid, "Groups:", line, sizeof(line));
    assert_int_equal(strspn(line + strlen("Groups:"), " \t\n"), strlen(line) - strlen("Groups:"));
    read_status(pid, "CapEff:", line, sizeof(line));
    assert_string_equal(line, "CapEff:\t0000000000000000\n");
}

static void loader_and_workers_give_up_their_rights(void **state)
{
    struct rig rig;
    struct err e;
    rig_init(&rig);
    rig.account.drop =
        sandbox_is_root() && sandbox_account("nobody", &rig.account.uid, &rig.account.gid, &e) == 0;
    rig_start(&rig, "scorer");
    expect_powerless(rig.loader, &rig.account);
    expect_powerless(rig_status(&rig).worker_pids[0], &rig.account);
    struct engine_result r = rig_check(&rig, rig_offer, "");
    assert_true(rig_is_offer(&r));
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
        cmocka_unit_test(what_is_wanted_is_written),
        cmocka_unit_test(fields_of_the_site_come_with_the_findings),
        cmocka_unit_test(odd_messages_are_answered),
        cmocka_unit_test(too_much_memory_is_unchecked_limit),
        cmocka_unit_test(every_size_arrives_whole),
        cmocka_unit_test(wrong_length_is_a_fault),
        cmocka_unit_test(no_descriptor_is_left_behind),
        cmocka_unit_test(bad_rules_are_refused_with_their_reason),
        cmocka_unit_test(broken_rule_line_is_a_problem_and_the_rest_works),
        cmocka_unit_test(unready_loader_is_waited_for_only_so_long),
        cmocka_unit_test(other_descriptors_are_not_inherited),
        cmocka_unit_test(loader_and_workers_give_up_their_rights),
        cmocka_unit_test(role_by_hand_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
