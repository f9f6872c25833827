/* store-test.c - entries on disk: what is there after a fault, a kill, a damage */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "keeper/index.h"
#include "keeper/store.h"

struct fixture {
    char dir[64];
    struct store store;
    struct arena a;
    struct keeper_recipient recipients[2];
    struct keeper_entry entry;
    int message;
};

static int message_of(const char *text, size_t times)
{
    int fd = memfd_create("message", MFD_CLOEXEC);
    for (size_t i = 0; i < times; i++)
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static void set_up(struct fixture *x)
{
    struct err e;
    memset(x, 0, sizeof(*x));
    strcpy(x->dir, "/tmp/tamis-store-XXXXXX");
    assert_non_null(mkdtemp(x->dir));
    arena_init(&x->a, 200 << 20);
    assert_int_equal(store_open(&x->store, x->dir, &e), 0);
    x->recipients[0] = (struct keeper_recipient){ .address = SLICE("bob@example.net"),
                                                  .class = CLASS_VIRUS,
                                                  .action = ACTION_QUARANTINE };
    x->recipients[1] = x->recipients[0];
    x->recipients[1].address = SLICE("carol%\r\n@example.net");
    x->message = message_of("Subject: held\r\n\r\nbody\r\n", 1);
    x->entry = (struct keeper_entry){ .held_at = 1795515397,
                                      .size = 23,
                                      .classes = CLASS_BIT(CLASS_VIRUS),
                                      .class = CLASS_VIRUS,
                                      .subject = SLICE("Held \x01\xff%00"),
                                      .recipients = x->recipients,
                                      .n_recipients = 2 };
    finding_add(&x->entry.findings, &x->a, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Test.%s"),
                SLICE("part 2\r\n"));
}

static void tear_down(struct fixture *x)
{
    char command[100];
    store_close(&x->store);
    close(x->message);
    arena_deinit(&x->a);
    snprintf(command, sizeof(command), "rm -rf %s", x->dir);
    assert_int_equal(system(command), 0);
}

static void hold(struct fixture *x)
{
    struct err e;
    store_new_id(x->entry.id);
    if (store_hold(&x->store, x->message, &x->entry, &e) != 0)
        fail_msg("%s", e.text);
}

static size_t files(const struct fixture *x, const char *pattern)
{
    char command[200];
    size_t n = 0;
    snprintf(command, sizeof(command), "find %s -name '%s' | wc -l", x->dir, pattern);
    FILE *f = popen(command, "r");
    assert_int_equal(fscanf(f, "%zu", &n), 1);
    pclose(f);
    return n;
}

static void what_is_held_is_read_again(void **state)
{
    struct fixture x;
    struct keeper_entry got;
    struct err e;
    char bytes[100];
    (void)state;
    set_up(&x);
    hold(&x);
    assert_int_equal(store_read(&x.store, x.entry.id, &x.a, &got, &e), 0);
    assert_true(slice_eq(got.subject, x.entry.subject));
    assert_true(slice_eq(got.recipients[1].address, x.recipients[1].address));
    assert_true(slice_eq(got.findings.first->name, SLICE("Test.%s")));
    assert_int_equal(got.class, CLASS_VIRUS);
    int fd = store_message(&x.store, x.entry.id, &e);
    assert_int_equal(read(fd, bytes, sizeof(bytes)), 23);
    close(fd);
    got.recipients[0].state = KEEPER_RELEASED;
    assert_int_equal(store_update(&x.store, &got, &e), 0);
    assert_int_equal(store_read(&x.store, x.entry.id, &x.a, &got, &e), 0);
    assert_int_equal(got.recipients[0].state, KEEPER_RELEASED);
    assert_int_equal(store_delete(&x.store, x.entry.id, &e), 0);
    assert_int_equal(store_delete(&x.store, x.entry.id, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(files(&x, "*.eml") + files(&x, "*.json") + files(&x, "*.tmp"), 0);
    tear_down(&x);
}

static void ids_are_ordered_by_time_and_never_paths(void **state)
{
    struct fixture x;
    struct keeper_entry got;
    struct err e;
    char first[KEEPER_ID_SIZE], second[KEEPER_ID_SIZE];
    static const char *const bad[] = {
        "", "../etc/passwd", "a/b", "..", "a.json", "a b", "123456789012345678901234567890123"
    };
    (void)state;
    set_up(&x);
    store_new_id(first);
    usleep(2000);
    store_new_id(second);
    assert_true(strcmp(first, second) < 0);
    for (int i = 0; i < 100; i++) { /* many in a millisecond, too */
        memcpy(first, second, sizeof(first));
        store_new_id(second);
        assert_true(strcmp(first, second) < 0);
    }
    assert_true(keeper_id_good(slice_str(first)));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(store_read(&x.store, bad[i], &x.a, &got, &e), -1);
        assert_int_equal(store_delete(&x.store, bad[i], &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
    tear_down(&x);
}

static void run(const struct fixture *x, const char *fmt)
{
    char command[300];
    snprintf(command, sizeof(command), fmt, x->dir);
    assert_int_equal(system(command), 0);
}

static void damage_is_said_and_left_alone(void **state)
{
    struct fixture x;
    struct index index;
    struct keeper_entry got;
    struct buf out;
    struct err e;
    (void)state;
    set_up(&x);
    hold(&x);
    hold(&x);
    run(&x, "f=$(find %s -name '*.json' | sort | tail -n 1) && echo '{ \"format\": 1, \"id\":' >$f");
    index_init(&index);
    buf_init(&out, 1 << 20);
    assert_int_equal(index_load(&index, &x.store, &e), 0);
    assert_int_equal(index.n, 2);
    index_list(&index, SLICE(""), 100, &out);
    assert_non_null(strstr(out.p, "\"damaged\":true"));
    buf_reset(&out);
    index_list(&index, SLICE("BOB@ example"), 100, &out);
    assert_non_null(strstr(out.p, "bob@example.net"));
    assert_null(strstr(out.p, "damaged"));
    size_t bad = 0;
    for (size_t i = 0; i < index.n; i++)
        bad += store_read(&x.store, index.rows[i]->id, &x.a, &got, &e) != 0;
    assert_int_equal(bad, 1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(files(&x, "*.json"), 2);
    buf_deinit(&out);
    index_deinit(&index);
    tear_down(&x);
}

static void an_entry_without_its_whole_message_is_damage(void **state)
{
    struct fixture x;
    struct index index;
    struct err e;
    (void)state;
    set_up(&x);
    for (int i = 0; i < 3; i++)
        hold(&x);
    run(&x, "rm $(find %s -name '*.eml' | head -n 1)");
    run(&x, "truncate -s 5 $(find %s -name '*.eml' | head -n 1)");
    index_init(&index);
    assert_int_equal(index_load(&index, &x.store, &e), 0);
    size_t damaged = 0;
    for (size_t i = 0; i < index.n; i++)
        damaged += index.rows[i]->damaged;
    assert_int_equal(index.n, 3);
    assert_int_equal(damaged, 2);
    index_deinit(&index);
    tear_down(&x);
}

static void a_sidecar_of_another_entry_is_damage(void **state)
{
    struct fixture x;
    struct keeper_entry got;
    struct err e;
    (void)state;
    set_up(&x);
    hold(&x);
    run(&x, "f=$(find %s -name '*.json') && sed -i 's/\"id\": \"[0-9a-z]*/\"id\": \"00other/' $f");
    assert_int_equal(store_read(&x.store, x.entry.id, &x.a, &got, &e), -1);
    assert_non_null(strstr(e.text, "another entry"));
    tear_down(&x);
}

static void links_are_not_followed(void **state)
{
    struct fixture x;
    struct keeper_entry got;
    struct err e;
    (void)state;
    set_up(&x);
    hold(&x);
    run(&x, "f=$(find %s -name '*.eml') && mv $f $f.x && ln -s /etc/passwd $f");
    assert_int_equal(store_message(&x.store, x.entry.id, &e), -1);
    run(&x, "f=$(find %s -name '*.json') && mv $f $f.x && ln -s $f.x $f");
    assert_int_equal(store_read(&x.store, x.entry.id, &x.a, &got, &e), -1);
    tear_down(&x);
}

/* A child holds, changes and deletes without end and tells each finished step; it is killed at any moment. */
struct told {
    char op; /* h, u, d */
    char id[KEEPER_ID_SIZE];
};

static void __attribute__((noreturn)) work(struct fixture *x, int pipe_fd)
{
    struct err e;
    for (unsigned i = 0;; i++) {
        struct told t = { .op = 'h' };
        hold(x);
        memcpy(t.id, x->entry.id, sizeof(t.id));
        (void)!write(pipe_fd, &t, sizeof(t));
        if (i % 3 == 1) {
            x->entry.recipients[0].state = KEEPER_RELEASED;
            t.op = store_update(&x->store, &x->entry, &e) == 0 ? 'u' : '!';
            x->entry.recipients[0].state = KEEPER_HELD;
            (void)!write(pipe_fd, &t, sizeof(t));
        } else if (i % 3 == 2) {
            t.op = 'D'; /* from here on it may be gone */
            (void)!write(pipe_fd, &t, sizeof(t));
            t.op = store_delete(&x->store, x->entry.id, &e) == 0 ? 'd' : '!';
            (void)!write(pipe_fd, &t, sizeof(t));
        }
    }
}

static void check_one(struct fixture *x, const struct told *t)
{
    struct keeper_entry got;
    struct err e;
    int rc = store_read(&x->store, t->id, &x->a, &got, &e);
    if (t->op == 'd')
        assert_int_equal(rc, -1);
    else if (t->op == 'D') /* gone or whole */
        assert_true(rc == 0 || e.kind == ERR_INPUT);
    else {
        assert_int_equal(rc, 0);
        assert_true(t->op != 'u' || got.recipients[0].state == KEEPER_RELEASED);
    }
    if (rc != 0)
        return;
    int fd = store_message(&x->store, t->id, &e);
    assert_true(fd >= 0);
    assert_int_equal(lseek(fd, 0, SEEK_END), x->entry.size);
    close(fd);
}

/* Everything told before the kill is there, once it is opened again, and nothing half. */
static void check_all(struct fixture *x, int pipe_fd)
{
    static struct told all[100000];
    struct told t;
    struct index index;
    struct err e;
    size_t n = 0;
    while (n < 100000 && read(pipe_fd, &t, sizeof(t)) == sizeof(t)) {
        assert_int_not_equal(t.op, '!');
        if (n && strcmp(all[n - 1].id, t.id) == 0)
            n--;
        all[n++] = t;
    }
    store_close(&x->store);
    assert_int_equal(store_open(&x->store, x->dir, &e), 0);
    for (size_t i = 0; i < n; i++) {
        arena_reset(&x->a);
        check_one(x, &all[i]);
    }
    index_init(&index);
    assert_int_equal(index_load(&index, &x->store, &e), 0);
    for (size_t i = 0; i < index.n; i++)
        assert_false(index.rows[i]->damaged);
    assert_int_equal(files(x, "*.tmp"), 0);
    assert_int_equal(files(x, "*.eml"), index.n);
    index_deinit(&index);
}

static void killed_anywhere_nothing_told_is_lost(void **state)
{
    const char *wanted = getenv("TAMIS_STORE_KILLS");
    unsigned kills = wanted ? (unsigned)atoi(wanted) : 20;
    (void)state;
    for (unsigned i = 0; i < kills; i++) {
        struct fixture x;
        int ends[2];
        set_up(&x);
        close(x.message);
        x.message = message_of("a line of mail that is held\r\n", 4000);
        x.entry.size = 29 * 4000;
        assert_int_equal(pipe(ends), 0);
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        pid_t pid = fork();
        if (pid == 0)
            work(&x, ends[1]);
        close(ends[1]);
        usleep(1000 + 211 * i % 40000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        check_all(&x, ends[0]);
        close(ends[0]);
        tear_down(&x);
    }
}

static void one_keeper_at_a_time(void **state)
{
    struct fixture x;
    struct store second;
    struct err e;
    (void)state;
    set_up(&x);
    assert_int_equal(store_open(&second, x.dir, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_int_equal(second.dir, -1);
    store_close(&x.store);
    assert_int_equal(store_open(&second, x.dir, &e), 0);
    store_close(&second);
    tear_down(&x);
}

static void a_full_disk_holds_nothing_and_comes_back(void **state)
{
    struct fixture x;
    struct store small;
    struct err e;
    char dir[80];
    unsigned n = 0;
    (void)state;
    set_up(&x);
    snprintf(dir, sizeof(dir), "%s/small", x.dir);
    run(&x, "mkdir %s/small");
    if (geteuid() != 0 || mount("none", dir, "tmpfs", 0, "size=1m") != 0) {
        tear_down(&x);
        skip();
    }
    close(x.message);
    x.message = message_of("a line of mail that is held\r\n", 4000);
    x.entry.size = 29 * 4000;
    assert_int_equal(store_open(&small, dir, &e), 0);
    char first[KEEPER_ID_SIZE];
    do {
        store_new_id(x.entry.id);
        if (n == 0)
            memcpy(first, x.entry.id, sizeof(first));
    } while (store_hold(&small, x.message, &x.entry, &e) == 0 && n++ < 100);
    assert_true(n > 2 && n < 10);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_int_equal(files(&x, "*.json"), n);
    assert_int_equal(files(&x, "*.tmp"), 0);
    assert_int_equal(store_delete(&small, first, &e), 0);
    store_new_id(x.entry.id);
    assert_int_equal(store_hold(&small, x.message, &x.entry, &e), 0);
    store_close(&small);
    assert_int_equal(umount(dir), 0);
    tear_down(&x);
}

int main(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_is_read_again),
        cmocka_unit_test(ids_are_ordered_by_time_and_never_paths),
        cmocka_unit_test(damage_is_said_and_left_alone),
        cmocka_unit_test(an_entry_without_its_whole_message_is_damage),
        cmocka_unit_test(a_sidecar_of_another_entry_is_damage),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(killed_anywhere_nothing_told_is_lost),
        cmocka_unit_test(one_keeper_at_a_time),
        cmocka_unit_test(a_full_disk_holds_nothing_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
