/* mbox-test.c - boxes that are whole, locked, damaged or none */
#include "delivery/test-fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include "delivery/mbox.h"

static const struct mbox_lock_options quick = { 200, 300 };

static int append_as(struct fixture *f, const char *name, const char *text, const char *sender)
{
    struct arena arena;
    const struct slice pieces[] = { SLICE("X: y\n"), slice_str(text) };
    arena_init(&arena, 1 << 24);
    int r = mbox_append(f->dir, name, pieces, 2, slice_str(sender), 1795489671, &quick, &arena, &f->a);
    arena_deinit(&arena);
    return r;
}

static int append(struct fixture *f, const char *text)
{
    return append_as(f, "box", text, "a@b");
}

#define FROM "From a@b Tue Nov 24 03:07:51 2026\n"

static void texts(void **state)
{
    static const struct {
        const char *before, *text, *after;
    } rows[] = {
        { NULL, "\nbody\n", FROM "X: y\n\nbody\n\n" },
        { "", "\nbody", FROM "X: y\n\nbody\n\n" },
        { "From x\n\na\n\n", "\nb\n", "From x\n\na\n\n" FROM "X: y\n\nb\n\n" },
        { "From x\n\na\n", "\nb\n", "From x\n\na\n\n" FROM "X: y\n\nb\n\n" },
        { "From x\n\na", "\nb\n", "From x\n\na\n\n" FROM "X: y\n\nb\n\n" },
        { NULL, "\nFrom a\n>From b\n>>From c\n From d\nfrom e\n> From f\nFromg\n",
          FROM "X: y\n\n>From a\n>>From b\n>>>From c\n From d\nfrom e\n> From f\nFromg\n\n" },
        { NULL, "From a", FROM "X: y\n>From a\n\n" },
        { NULL, "", FROM "X: y\n\n" },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unlink(fixture_path(f, "box"));
        if (rows[i].before)
            fixture_write(f, "box", rows[i].before);
        assert_int_equal(append(f, rows[i].text), 0);
        assert_string_equal(fixture_read(f, "box"), rows[i].after);
        assert_int_equal(access(fixture_path(f, "box.lock"), F_OK), -1);
    }
}

static void senders_are_one_word(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(append_as(f, "box", "\n", "a b\nFrom c"), 0);
    assert_int_equal(strncmp(fixture_read(f, "box"), "From a-b-From-c Tue", 19), 0);
    assert_int_equal(append_as(f, "null", "\n", ""), 0);
    assert_int_equal(strncmp(fixture_read(f, "null"), "From MAILER-DAEMON Tue", 22), 0);
}

static void refused(struct fixture *f, enum answer_kind kind)
{
    f->a = (struct answer){ 0 };
    assert_int_equal(append(f, "\nbody\n"), -1);
    assert_int_equal(f->a.kind, kind);
    assert_true(f->a.text[0]);
}

static void what_is_no_mbox_is_left_alone(void **state)
{
    struct fixture *f = *state;
    fixture_write(f, "box", "Dear diary\n");
    refused(f, ANSWER_MAILBOX);
    assert_string_equal(fixture_read(f, "box"), "Dear diary\n");
    fixture_write(f, "box", "Fro");
    refused(f, ANSWER_MAILBOX);
    fixture_write(f, "other", "");
    unlink(fixture_path(f, "box"));
    assert_int_equal(symlink("other", fixture_path(f, "box")), 0);
    refused(f, ANSWER_MAILBOX);
    unlink(fixture_path(f, "box"));
    assert_int_equal(link(fixture_path(f, "other"), fixture_path(f, "box")), 0);
    refused(f, ANSWER_MAILBOX);
    assert_string_equal(fixture_read(f, "other"), "");
    unlink(fixture_path(f, "box"));
    assert_int_equal(mkfifo(fixture_path(f, "box"), 0600), 0);
    refused(f, ANSWER_MAILBOX);
    unlink(fixture_path(f, "box"));
    assert_int_equal(mkdir(fixture_path(f, "box"), 0700), 0);
    refused(f, ANSWER_MAILBOX);
}

static void a_foreign_owner_is_refused(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0)
        skip();
    fixture_write(f, "box", "");
    assert_int_equal(chown(fixture_path(f, "box"), 1, 1), 0);
    refused(f, ANSWER_MAILBOX);
    assert_string_equal(fixture_read(f, "box"), "");
}

static void locked_by_a_file(void **state)
{
    struct fixture *f = *state;
    fixture_write(f, "box.lock", "12345");
    refused(f, ANSWER_BUSY);
    assert_string_equal(fixture_read(f, "box.lock"), "12345");
    const struct timespec old[] = { { .tv_sec = time(NULL) - 1000 }, { .tv_sec = time(NULL) - 1000 } };
    assert_int_equal(utimensat(f->dir, "box.lock", old, 0), 0);
    assert_int_equal(append(f, "\nbody\n"), 0);
}

/* POSIX locks, as other programs take them: held by another process. */
static void locked_by_the_kernel(void **state)
{
    struct fixture *f = *state;
    int ready[2];
    fixture_write(f, "box", "");
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        int fd = openat(f->dir, "box", O_RDWR);
        if (fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    refused(f, ANSWER_BUSY);
    assert_int_equal(access(fixture_path(f, "box.lock"), F_OK), -1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(append(f, "\nbody\n"), 0);
    close(ready[0]);
    close(ready[1]);
}

static pid_t dead_pid(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    return pid;
}

/* A lock file as a process that died left it, with the box's inode. */
static void dead_note(struct fixture *f, unsigned size, unsigned length, const char *end)
{
    char host[100], note[300];
    struct stat st;
    gethostname(host, sizeof(host));
    assert_int_equal(stat(fixture_path(f, "box"), &st), 0);
    snprintf(note, sizeof(note), "tamis %s %d %llu %u %u%s", host, (int)dead_pid(),
             (unsigned long long)st.st_ino, size, length, end);
    fixture_write(f, "box.lock", note);
}

#define WHOLE "From x\n\nwhole\n\n"

static void what_a_dead_writer_left_is_cut_off(void **state)
{
    static const struct {
        const char *behind; /* WHOLE */
        unsigned length;
        const char *end;
        bool cut;
    } rows[] = {
        { "From y\n\nhal", 20, "\n", true },
        { "F", 20, "\n", true },
        { "\n\nFrom y\n", 20, "\n", true },
        { "From y\n\nhal", 11, "\n", false },                     /* whole */
        { "From y\n\nhalf\n\nFrom z\n\nc\n\n", 13, "\n", false }, /* others wrote behind it */
        { "From y\n\nhalFrom z\n\nc\n\n", 500, "\n", false },     /* others, and less than was missing */
        { "Form y\n\nhal", 20, "\n", false },                     /* not ours */
        { "From y\n\nhal", 20, "", false },                       /* a note that was cut */
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf want, before;
        buf_init(&want, 10000);
        buf_init(&before, 10000);
        buf_printf(&before, WHOLE "%s", rows[i].behind);
        fixture_write(f, "box", before.p);
        dead_note(f, sizeof(WHOLE) - 1, rows[i].length, rows[i].end);
        assert_int_equal(append(f, "\nbody\n"), 0);
        buf_add_str(&want, rows[i].cut ? WHOLE : before.p);
        while (want.p[want.n - 1] != '\n' || want.p[want.n - 2] != '\n')
            buf_add_char(&want, '\n');
        buf_add_str(&want, FROM "X: y\n\nbody\n\n");
        assert_string_equal(fixture_read(f, "box"), want.p);
        buf_deinit(&want);
        buf_deinit(&before);
    }
}

/* In a spool where others may make files, anybody can write such a note. */
static void a_strangers_note_is_not_believed(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0)
        skip();
    fixture_write(f, "box", WHOLE);
    dead_note(f, 0, 1000, "\n");
    assert_int_equal(chown(fixture_path(f, "box.lock"), 1, 1), 0);
    refused(f, ANSWER_BUSY);
    assert_string_equal(fixture_read(f, "box"), WHOLE);
}

static void another_box_in_its_place_is_left_alone(void **state)
{
    struct fixture *f = *state;
    fixture_write(f, "box", WHOLE "From y\n\nhal");
    dead_note(f, sizeof(WHOLE) - 1, 100, "\n");
    fixture_write(f, "other", WHOLE "From y\n\nhal");
    assert_int_equal(renameat(f->dir, "other", f->dir, "box"), 0);
    assert_int_equal(append(f, "\nbody\n"), 0);
    assert_string_equal(fixture_read(f, "box"), WHOLE "From y\n\nhal\n\n" FROM "X: y\n\nbody\n\n");
}

static void a_box_that_may_not_grow_stays_what_it_was(void **state)
{
    struct fixture *f = *state;
    struct rlimit was, small;
    signal(SIGXFSZ, SIG_IGN);
    fixture_write(f, "box", "From x\n\nwhole\n\n");
    getrlimit(RLIMIT_FSIZE, &was);
    small = (struct rlimit){ 100, was.rlim_max };
    setrlimit(RLIMIT_FSIZE, &small);
    struct buf big;
    buf_init(&big, 10000);
    for (int i = 0; i < 500; i++)
        buf_add_str(&big, "line\n");
    f->a = (struct answer){ 0 };
    int r = append(f, big.p);
    setrlimit(RLIMIT_FSIZE, &was);
    buf_deinit(&big);
    assert_int_equal(r, -1);
    assert_int_equal(f->a.kind, ANSWER_QUOTA);
    assert_string_equal(fixture_read(f, "box"), "From x\n\nwhole\n\n");
}

static void writers_at_once(void **state)
{
    struct fixture *f = *state;
    const struct mbox_lock_options patient = { 20000, 300 };
    pid_t pids[4];
    for (int w = 0; w < 4; w++)
        if ((pids[w] = fork()) == 0) {
            for (int i = 0; i < 50; i++) {
                struct arena arena;
                const struct slice piece = SLICE("Subject: one\n\nbody\nbody\n");
                arena_init(&arena, 1 << 20);
                if (mbox_append(f->dir, "box", &piece, 1, SLICE("a@b"), 1795489671, &patient, &arena,
                                &f->a) != 0)
                    _exit(1);
                arena_deinit(&arena);
            }
            _exit(0);
        }
    for (int w = 0; w < 4; w++) {
        int status;
        waitpid(pids[w], &status, 0);
        assert_int_equal(status, 0);
    }
    size_t n = 0;
    static const char one[] = FROM "Subject: one\n\nbody\nbody\n\n";
    const char *text = fixture_read(f, "box");
    for (; strncmp(text, one, sizeof(one) - 1) == 0; text += sizeof(one) - 1)
        n++;
    assert_int_equal(n, 200);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(texts),
        FIXTURE_TEST(senders_are_one_word),
        FIXTURE_TEST(what_is_no_mbox_is_left_alone),
        FIXTURE_TEST(a_foreign_owner_is_refused),
        FIXTURE_TEST(locked_by_a_file),
        FIXTURE_TEST(locked_by_the_kernel),
        FIXTURE_TEST(what_a_dead_writer_left_is_cut_off),
        FIXTURE_TEST(a_strangers_note_is_not_believed),
        FIXTURE_TEST(another_box_in_its_place_is_left_alone),
        FIXTURE_TEST(a_box_that_may_not_grow_stays_what_it_was),
        FIXTURE_TEST(writers_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
