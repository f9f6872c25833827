/* bayes-store-test.c - what was learned survives crashes, damage and two writers */
#include "config.h"
#include "keeper/bayes-live.h"
#include "keeper/bayes-store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/os.h"
#include "keeper/bayes-checkpoint.h"
#include "keeper/bayes-saver.h"
#include "scoring/test-bayes.h"

#define FEATURES 40

static char top[100], folder[120];
static const struct bayes_store_options options = { .remember = 100, .unsaved = 1000 };

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(top, sizeof(top), "/tmp/tamis-bayes-XXXXXX");
    if (mkdtemp(top) == NULL)
        return -1;
    snprintf(folder, sizeof(folder), "%s/bayes", top);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(top, remove_one, 10, FTW_DEPTH | FTW_PHYS);
}

/* message number n: some features of its own, some that all of its label have */
struct mail {
    uint64_t tokens[FEATURES], pairs[FEATURES], grams[FEATURES];
    struct bayes_lesson l;
};

static uint64_t noise(uint64_t n)
{
    n ^= n >> 31;
    n *= 0x9e3779b97f4a7c15u;
    n ^= n >> 29;
    n *= 0xbf58476d1ce4e5b9u;
    return (n ^ n >> 32) | 1;
}

static struct bayes_lesson *mail(struct mail *m, unsigned n, bool spam, const char *who)
{
    for (unsigned i = 0; i < FEATURES; i++) {
        uint64_t x = i < 10 ? 1000 + i + 100 * spam : (uint64_t)n * 1000 + i + 1000000;
        m->tokens[i] = noise(x);
        m->pairs[i] = noise(x + 7777777);
        m->grams[i] = noise(x + 99999999);
    }
    m->l =
        (struct bayes_lesson){ .kind = spam ? BAYES_LEARN_SPAM : BAYES_LEARN_HAM,
                               .weight = 1,
                               .who = slice_str(who),
                               .features = { m->tokens, m->pairs, m->grams, FEATURES, FEATURES, FEATURES } };
    memcpy(m->l.id, &n, sizeof(n));
    return &m->l;
}

static struct bayes_store *open_store(const struct bayes_store_options *o)
{
    struct bayes_store *s = NULL;
    struct err e = { 0 };
    if (bayes_store_open(&s, folder, o, &e) != 0)
        fail_msg("%s", e.text);
    return s;
}

static int learn(struct bayes_store *s, unsigned n, bool spam, const char *who)
{
    struct mail m;
    struct err e = { 0 };
    int done = bayes_store_learn(s, mail(&m, n, spam, who), &e);
    if (done < 0)
        fail_msg("%s", e.text);
    return done;
}

static double logit(const struct bayes_store *s, unsigned n, bool spam)
{
    struct mail m;
    struct bayes_result r;
    mail(&m, n, spam, "");
    bayes_classify(bayes_store_block(s), &m.l.features, 0, 0, &r);
    return r.logit;
}

static void learn_some(struct bayes_store *s, unsigned from, unsigned n)
{
    struct err e = { 0 };
    for (unsigned i = from; i < from + n; i++)
        assert_int_equal(learn(s, i, i % 2, "ann"), BAYES_DONE);
    assert_int_equal(bayes_store_sync(s, &e), 0);
}

static struct bayes_block *copy_of(const struct bayes_store *s)
{
    struct bayes_block *b = malloc(BAYES_BYTES);
    assert_non_null(b);
    memcpy(b, bayes_store_block(s), BAYES_BYTES);
    return b;
}

static void must_be(const struct bayes_store *s, struct bayes_block **was)
{
    assert_memory_equal(bayes_store_block(s), *was, BAYES_BYTES);
    free(*was);
    *was = NULL;
}

/* ---- */

static void it_is_there_again(void **state)
{
    struct bayes_store *s = open_store(&options);
    (void)state;
    learn_some(s, 0, 30);
    struct bayes_block *was = copy_of(s);
    bayes_store_close(&s);
    s = open_store(&options);
    must_be(s, &was);
    assert_true(logit(s, 5000, true) > 0.5 && logit(s, 5000, false) < -0.5);
    assert_int_equal(bayes_store_remembered(s), 30);
    bayes_store_close(&s);
}

static uint32_t sum_of(const struct bayes_store *s)
{
    return (uint32_t)crc32(0, (const unsigned char *)bayes_store_block(s), BAYES_BYTES);
}

/* No checkpoint is made by who is killed: the journal has it all, number for number. */
static void after_a_kill_the_journal_tells(void **state)
{
    int report[2];
    (void)state;
    assert_int_equal(pipe(report), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct bayes_store *s = open_store(&options);
        learn_some(s, 0, 25);
        uint32_t sum = sum_of(s);
        if (write(report[1], &sum, sizeof(sum)) != sizeof(sum))
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    uint32_t sum;
    assert_int_equal(read(report[0], &sum, sizeof(sum)), sizeof(sum));
    waitpid(pid, NULL, 0);
    struct bayes_store *s = open_store(&options);
    assert_int_equal(sum_of(s), sum);
    assert_int_equal(bayes_store_block(s)->serial, 25);
    bayes_store_close(&s);
    close(report[0]);
    close(report[1]);
}

/* What was said to be learned is; at most the one in hand is not, or is one more. */
static void killed_anywhere_it_opens(void **state)
{
    (void)state;
    const struct bayes_store_options o = { .remember = 5, .unsaved = 7 };
    unsigned said = 0;
    for (unsigned round = 0; round < 40; round++) {
        int report[2];
        assert_int_equal(pipe(report), 0);
        pid_t pid = fork();
        if (pid == 0) {
            struct bayes_store *s = open_store(&o);
            struct err e;
            for (unsigned i = 0;; i++)
                if (learn(s, 100000 * (round + 1) + i, i % 2, "ann") != BAYES_DONE ||
                    bayes_store_sync(s, &e) != 0 || write(report[1], "x", 1) != 1)
                    _exit(1);
        }
        close(report[1]);
        char x[4];
        for (unsigned i = 0; i < 3 + round % 9; i++)
            said += read(report[0], x, 1) == 1;
        usleep(round * 211 % 3000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        ssize_t n;
        while ((n = read(report[0], x, 1)) > 0)
            said += 1;
        close(report[0]);
        struct bayes_store *s = open_store(&o);
        uint64_t serial = bayes_store_block(s)->serial;
        assert_true(serial >= said && serial <= said + 1);
        assert_int_equal(bayes_store_block(s)->learned.spam + bayes_store_block(s)->learned.ham, serial);
        said = (unsigned)serial;
        bayes_store_close(&s);
    }
}

static void the_same_message_counts_once(void **state)
{
    struct bayes_store *s = open_store(&options);
    (void)state;
    assert_int_equal(learn(s, 1, true, "ann"), BAYES_DONE);
    assert_int_equal(learn(s, 1, true, "bob"), BAYES_KNOWN);
    assert_int_equal(bayes_store_block(s)->learned.spam, 1);
    assert_int_equal(learn(s, 1, false, "bob"), BAYES_DONE); /* taken back, then learned as ham */
    assert_int_equal(bayes_store_block(s)->learned.spam, 0);
    assert_int_equal(bayes_store_block(s)->learned.ham, 1);
    bayes_store_close(&s);
    s = open_store(&options);
    assert_int_equal(learn(s, 1, false, "carol"), BAYES_KNOWN);
    bayes_store_close(&s);
}

/* A program's word for what is known without it, again and again, is no lesson; against it, it is. */
static void a_programs_word_for_what_is_known_is_none(void **state)
{
    struct bayes_store *s = open_store(&options);
    struct mail m;
    struct err e = { 0 };
    (void)state;
    for (int i = 0; i < 2; i++) {
        mail(&m, 5000, i == 1, "autolearn")->weight = 0.25f;
        assert_int_equal(bayes_store_learn(s, &m.l, &e), BAYES_DONE); /* too little is known yet */
        assert_int_equal(bayes_store_forget(s, &m.l, &e), BAYES_DONE);
    }
    learn_some(s, 0, 450);
    for (int i = 0; i < 2; i++) {
        mail(&m, 5000, i == 1, "autolearn")->weight = 0.25f;
        assert_int_equal(bayes_store_learn(s, &m.l, &e), BAYES_KNOWN);
        assert_false(bayes_store_knows(s, m.l.id));
    }
    m.l.kind = BAYES_LEARN_HAM;
    assert_int_equal(bayes_store_learn(s, &m.l, &e), BAYES_DONE);
    mail(&m, 5001, true, "ann");
    assert_int_equal(bayes_store_learn(s, &m.l, &e), BAYES_DONE);
    bayes_store_close(&s);
}

static void what_is_forgotten_is_counted_no_more(void **state)
{
    struct bayes_store *s = open_store(&options);
    struct mail m;
    struct err e = { 0 };
    (void)state;
    learn_some(s, 0, 10);
    struct bayes_block *was = copy_of(s);
    learn(s, 77, true, "ann");
    assert_int_equal(bayes_store_forget(s, mail(&m, 77, true, "ann"), &e), BAYES_DONE);
    assert_int_equal(bayes_store_forget(s, &m.l, &e), BAYES_NOT_KNOWN);
    assert_true(same_counts(bayes_store_block(s), was));
    free(was);
    bayes_store_close(&s);
}

static void a_teacher_is_undone(void **state)
{
    struct bayes_store *s = open_store(&options);
    unsigned undone;
    struct err e = { 0 };
    (void)state;
    learn_some(s, 0, 10);
    struct bayes_block *was = copy_of(s);
    for (unsigned i = 200; i < 220; i++)
        learn(s, i, i % 2, "mallory");
    assert_int_equal(bayes_store_undo(s, SLICE("mallory"), 0, SLICE("root"), &undone, &e), 0);
    assert_int_equal(undone, 20);
    assert_true(same_counts(bayes_store_block(s), was));
    assert_int_equal(bayes_store_block(s)->learned.spam, was->learned.spam);
    free(was);
    bayes_store_close(&s);
}

static void only_the_last_are_remembered(void **state)
{
    const struct bayes_store_options o = { .remember = 10, .unsaved = 5 };
    struct bayes_store *s = open_store(&o);
    (void)state;
    learn_some(s, 0, 60);
    /* without a pause: a checkpoint after three times `unsaved`, and the next waits for it */
    assert_true(bayes_store_remembered(s) >= 10 && bayes_store_remembered(s) <= 10 + 4 * 5);
    struct bayes_block *was = copy_of(s);
    bayes_store_close(&s);
    s = open_store(&o);
    must_be(s, &was);
    assert_int_equal(bayes_store_remembered(s), 10);
    bayes_store_close(&s);
}

/* A large folder whose learning was broken off is learned again from its beginning. */
static void what_is_remembered_no_more_counts_once(void **state)
{
    const struct bayes_store_options few = { .remember = 20, .unsaved = 7 };
    struct bayes_store *s = open_store(&few);
    struct mail m;
    struct err e = { 0 };
    (void)state;
    learn_some(s, 0, 400);
    bayes_store_close(&s);
    s = open_store(&few);
    struct bayes_block *was = copy_of(s);
    assert_true(bayes_store_remembered(s) < 40);
    for (unsigned i = 0; i < 400; i++)
        assert_int_equal(learn(s, i, i % 2, "ann"), BAYES_KNOWN);
    must_be(s, &was);
    learn(s, 1000, true, "ann");
    was = copy_of(s);
    mail(&m, 8, false, "bob")->kind = BAYES_LEARN_SPAM;
    assert_int_equal(bayes_store_learn(s, &m.l, &e), BAYES_DONE); /* it was ham */
    assert_int_equal(bayes_store_block(s)->learned.ham, was->learned.ham - 1);
    assert_int_equal(bayes_store_block(s)->learned.spam, was->learned.spam + 1);
    assert_int_equal(learn(s, 8, false, "bob"), BAYES_DONE);
    assert_true(same_counts(bayes_store_block(s), was));
    assert_int_equal(bayes_store_forget(s, mail(&m, 9, true, "ann"), &e), BAYES_DONE);
    assert_int_equal(bayes_store_forget(s, &m.l, &e), BAYES_NOT_KNOWN);
    assert_int_equal(learn(s, 9, true, "ann"), BAYES_DONE);
    assert_true(same_counts(bayes_store_block(s), was));
    free(was);
    was = copy_of(s);
    bayes_store_close(&s);
    s = open_store(&few);
    must_be(s, &was);
    bayes_store_close(&s);
}

static void two_writers_are_one_too_many(void **state)
{
    struct bayes_store *s = open_store(&options), *other = NULL;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(bayes_store_open(&other, folder, &options, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    const struct bayes_store_options look = { .read_only = true };
    assert_int_equal(bayes_store_open(&other, folder, &look, &e), 0);
    bayes_store_close(&other);
    bayes_store_close(&s);
}

static void damage(const char *name, off_t at, bool cut, char bits)
{
    char path[200], c;
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    at = at < 0 ? st.st_size + at : at;
    if (cut)
        assert_int_equal(ftruncate(fd, at), 0);
    else {
        assert_int_equal(pread(fd, &c, 1, at), 1);
        c ^= bits;
        assert_int_equal(pwrite(fd, &c, 1, at), 1);
    }
    close(fd);
}

static void learn_and_die(unsigned n)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct bayes_store *s = open_store(&options);
        learn_some(s, 0, n);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
}

static void a_cut_end_is_dropped(void **state)
{
    (void)state;
    learn_and_die(20);
    damage("journal", -5, true, 0x40);
    struct bayes_store *s = open_store(&options);
    assert_int_equal(bayes_store_block(s)->serial, 19);
    learn_some(s, 500, 3);
    bayes_store_close(&s);
    s = open_store(&options);
    assert_int_equal(bayes_store_block(s)->serial, 22);
    bayes_store_close(&s);
}

static void must_refuse(const char *words)
{
    struct bayes_store *s = NULL;
    struct err e = { 0 };
    assert_int_equal(bayes_store_open(&s, folder, &options, &e), -1);
    if (strstr(e.text, words) == NULL)
        fail_msg("%s", e.text);
}

static void damage_is_told(void **state)
{
    (void)state;
    learn_and_die(20);
    damage("journal", 300, false, 0x40);
    must_refuse("journal is damaged at byte 0");
    damage("journal", 300, false, 0x40); /* right again */
    struct bayes_store *s = open_store(&options);
    learn(s, 900, true, "ann");
    bayes_store_close(&s);
    damage("checkpoint", 16, false, 0x40); /* the first page's sum */
    must_refuse("checkpoint has a damaged page");
    damage("checkpoint", 16, false, 0x40);
    damage("checkpoint", -2000, true, 0x40);
    must_refuse("checkpoint ends too early");
    damage("checkpoint", 3, true, 0x40);
    must_refuse("checkpoint is no checkpoint");
}

static struct bayes_block *new_block(void)
{
    struct bayes_block *b = calloc(1, BAYES_BYTES);
    assert_non_null(b);
    return b;
}

/* One that begins as what was learned does, with pages that are all zero and some that no deflating shortens.
 */
static struct bayes_block *odd_block(void)
{
    struct bayes_block *b = new_block();
    bayes_init(b);
    b->state = BAYES_EMPTY;
    for (size_t i = 0; i < 100000; i++)
        b->slots[i].pairs[i % BAYES_WAYS] = (uint32_t)noise(i);
    b->buckets[(1 << BAYES_BUCKET_BITS) - 1].sum = 7;
    return b;
}

static int open_top(void)
{
    int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    snprintf(folder, sizeof(folder), "%s", top);
    return fd;
}

static void a_checkpoint_is_read_as_written(void **state)
{
    struct bayes_block *b = odd_block(), *again = new_block();
    struct err e = { 0 };
    int fd = open_top();
    (void)state;
    assert_int_equal(bayes_checkpoint_write(fd, "checkpoint", b, &e), 0);
    assert_int_equal(bayes_checkpoint_read(fd, "checkpoint", again, &e), 1);
    assert_memory_equal(b, again, BAYES_BYTES);
    b->state = BAYES_READY; /* readers wait until its owner says so */
    assert_int_equal(bayes_checkpoint_write(fd, "checkpoint", b, &e), 0);
    assert_int_equal(bayes_checkpoint_read(fd, "checkpoint", again, &e), 1);
    assert_int_equal(again->state, BAYES_EMPTY);
    close(fd);
    free(b);
    free(again);
}

/* Refused, or what was written after all: some bits between two pages mean nothing. */
static void a_damaged_checkpoint_is_never_another(void **state)
{
    struct bayes_block *b = odd_block(), *again = new_block();
    struct err e = { 0 };
    struct stat st;
    int fd = open_top();
    (void)state;
    assert_int_equal(bayes_checkpoint_write(fd, "checkpoint", b, &e), 0);
    assert_int_equal(fstatat(fd, "checkpoint", &st, 0), 0);
    for (unsigned i = 0; i < 300; i++) {
        off_t at = i < 100 ? 31 * (off_t)i : (off_t)(noise(i) % (uint64_t)st.st_size); /* the head, too */
        damage("checkpoint", at, false, 0x40);
        if (bayes_checkpoint_read(fd, "checkpoint", again, &e) == 1)
            assert_memory_equal(b, again, BAYES_BYTES);
        damage("checkpoint", at, false, 0x40);
    }
    for (off_t size = st.st_size - 1; size > 0; size -= 1 + size / 20) {
        damage("checkpoint", size, true, 0x40);
        assert_int_equal(bayes_checkpoint_read(fd, "checkpoint", again, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
    close(fd);
    free(b);
    free(again);
}

/* Said by name, and nothing of it is lost or taken for something else. */
static void what_another_version_wrote_is_refused(void **state)
{
    (void)state;
    learn_and_die(3);
    damage("journal", 0, false, 1);
    must_refuse("journal is of version 2, this program reads 3");
    damage("journal", 0, false, 1);
    struct bayes_store *s = open_store(&options);
    bayes_store_close(&s);
    damage("checkpoint", 0, false, 1);
    must_refuse("checkpoint is of another version");
}

/* The lesson fails, what was learned before stays, and the next one works. */
static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    learn_and_die(10);
    pid_t pid = fork();
    if (pid == 0) {
        struct bayes_store *s = open_store(&options);
        struct mail m;
        struct err e;
        struct stat st;
        char path[200];
        snprintf(path, sizeof(path), "%s/journal", folder);
        if (stat(path, &st) != 0)
            _exit(2);
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = { (rlim_t)st.st_size + 100, RLIM_INFINITY };
        setrlimit(RLIMIT_FSIZE, &limit);
        bool refused =
            bayes_store_learn(s, mail(&m, 99, true, "ann"), &e) == -1 && bayes_store_block(s)->serial == 10;
        limit.rlim_cur = RLIM_INFINITY;
        setrlimit(RLIMIT_FSIZE, &limit);
        bool works = bayes_store_learn(s, &m.l, &e) == BAYES_DONE && bayes_store_sync(s, &e) == 0;
        _exit(refused && works ? 0 : 1);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
    struct bayes_store *s = open_store(&options);
    assert_int_equal(bayes_store_block(s)->serial, 11);
    bayes_store_close(&s);
}

/* What could not be opened again is not written. */
static void a_journal_does_not_outgrow_what_is_read(void **state)
{
    struct bayes_journal j;
    struct bayes_lesson kept;
    struct arena a;
    struct mail m;
    struct err e = { 0 };
    int fd = open_top();
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(bayes_journal_open(&j, fd, false, &e), 0);
    mail(&m, 1, true, "ann")->serial = 1;
    assert_int_equal(bayes_journal_add(&j, &m.l, &a, &kept, &e), 0);
    j.end = BAYES_JOURNAL_MAX - 50;
    assert_int_equal(bayes_journal_add(&j, &m.l, &a, &kept, &e), -1);
    assert_non_null(strstr(e.text, "journal is full"));
    assert_int_equal(j.end, BAYES_JOURNAL_MAX - 50);
    bayes_journal_close(&j);
    arena_deinit(&a);
    close(fd);
}

static void a_checkpoint_that_fails_is_tried_again(void **state)
{
    const struct bayes_store_options often = { .remember = 100, .unsaved = 5 };
    struct bayes_store *s = open_store(&often);
    char wrong[200], path[200];
    (void)state;
    snprintf(path, sizeof(path), "%s/checkpoint", folder);
    snprintf(wrong, sizeof(wrong), "%s/checkpoint.new", folder);
    assert_int_equal(mkdir(wrong, 0700), 0);
    learn_some(s, 0, 30);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(wrong), 0);
    learn_some(s, 30, 30);
    for (unsigned i = 0; i < 1000 && access(path, F_OK) != 0; i++) {
        usleep(10000);
        bayes_store_tend(s);
    }
    assert_int_equal(access(path, F_OK), 0);
    struct bayes_block *was = copy_of(s);
    bayes_store_close(&s);
    s = open_store(&often);
    must_be(s, &was);
    bayes_store_close(&s);
}

/* As the keeper does it: its clock asks when nobody teaches any more. */
static void a_pause_after_many_lessons_brings_a_checkpoint(void **state)
{
    const struct bayes_store_options rare = { .remember = 100, .unsaved = 40 };
    struct bayes_store *s = open_store(&rare);
    char path[200];
    (void)state;
    snprintf(path, sizeof(path), "%s/checkpoint", folder);
    learn_some(s, 0, 41);
    for (unsigned i = 0; i < 1000 && access(path, F_OK) != 0; i++) {
        usleep(10000);
        bayes_store_tend(s);
    }
    assert_int_equal(access(path, F_OK), 0);
    struct bayes_block *was = copy_of(s);
    bayes_store_close(&s);
    s = open_store(&rare);
    must_be(s, &was);
    bayes_store_close(&s);
}

static unsigned long address_space(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lu", &pages), 1);
    fclose(f);
    return pages;
}

static void saver_gives_all_its_memory_back(void **state)
{
    struct bayes_store *s = open_store(&options);
    int place = open(folder, O_RDONLY | O_DIRECTORY);
    unsigned long before = 0;
    (void)state;
    for (int i = 0; i < 11; i++) {
        struct bayes_shortening plan = { .folder = place, .old = -1, .fd = -1 };
        struct err e;
        uint64_t serial;
        struct bayes_saver *saver = bayes_saver_start(place, bayes_store_block(s), &plan, &e);
        assert_non_null(saver);
        assert_int_equal(bayes_saver_end(&saver, &serial, &plan, &e), 0);
        bayes_shortening_drop(&plan);
        if (i == 0) /* a thread's stack stays for the next */
            before = address_space();
    }
    assert_true(address_space() < before + (unsigned long)((8 << 20) / sysconf(_SC_PAGESIZE)));
    close(place);
    bayes_store_close(&s);
}

static const struct bayes_block *mmap_block(int fd)
{
    void *p = mmap(NULL, BAYES_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(p != MAP_FAILED);
    return p;
}

static void readers_see_what_is_learned(void **state)
{
    struct err e = { 0 };
    struct mail m;
    struct bayes_result r;
    (void)state;
    int live = bayes_live_new(&e), fd = bayes_live_reader(live, &e);
    assert_true(live >= 0 && fd >= 0);
    const struct bayes_block *b = mmap_block(fd);
    assert_true(mmap(NULL, BAYES_BYTES, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    assert_int_equal(mprotect((void *)b, BAYES_BYTES, PROT_READ | PROT_WRITE), -1);
    assert_int_equal(ftruncate(live, 0), -1);
    struct bayes_store_options shared = options;
    shared.live = live;
    bayes_classify(b, &mail(&m, 1, true, "")->features, 0, 0, &r);
    assert_false(r.known);
    struct bayes_store *s = open_store(&shared);
    learn_some(s, 0, 20);
    bayes_classify(b, &m.l.features, 1, 1, &r);
    assert_true(r.known && r.logit > 0);
    bayes_store_close(&s);
    s = open_store(&shared); /* mappings stay good */
    learn_some(s, 20, 1);
    assert_int_equal(b->serial, 21);
    bayes_store_close(&s);
    shared.anew = true;
    s = open_store(&shared);
    assert_int_equal(b->learned.spam + b->learned.ham, 0);
    bayes_store_close(&s);
    close(fd);
    close(live);
}

/* As it is read by who only looks, beside a writer that makes checkpoint after checkpoint. */
static void readers_of_files_see_it_whole(void **state)
{
    struct bayes_store_options often = options, look = { .read_only = true };
    struct err e = { 0 };
    struct mail m;
    (void)state;
    often.unsaved = 3;
    often.remember = 5;
    pid_t pid = fork();
    if (pid == 0) {
        struct bayes_store *s = open_store(&often);
        for (unsigned i = 0;; i += 2) {
            learn_some(s, i, 2);
            if (bayes_store_forget(s, mail(&m, i, false, "ann"), &e) != BAYES_DONE)
                _exit(1);
        }
    }
    for (unsigned i = 0; i < 30; i++) {
        struct bayes_store *s = NULL;
        if (access(folder, F_OK) != 0) {
            usleep(1000);
            continue;
        }
        s = open_store(&look);
        assert_true(bayes_store_block(s)->learned.spam <= bayes_store_block(s)->serial);
        bayes_store_close(&s);
    }
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void must_be_of(const char *name, uid_t uid)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", top, name);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, uid);
}

/* Its account owns the folder above, and is not to become the owner of whatever it likes. */
static void through_a_link_nothing_is_given_away(void **state)
{
    struct bayes_store_options give = options;
    struct err e = { 0 };
    char other[120];
    (void)state;
    if (geteuid() != 0)
        skip();
    give.give_away = true;
    give.uid = give.gid = 12345;
    assert_int_equal(bayes_folder_make(folder, 12345, 12345, &e), 0);
    must_be_of("bayes", 12345);
    snprintf(other, sizeof(other), "%s/other", top);
    assert_int_equal(rename(folder, other), 0);
    assert_int_equal(chown(other, 0, 0), 0);
    assert_int_equal(symlink("other", folder), 0);
    assert_int_equal(bayes_folder_make(folder, 12345, 12345, &e), 0);
    struct bayes_store *s = open_store(&give);
    learn_some(s, 0, 3);
    bayes_store_close(&s);
    must_be_of("other", 0);
    must_be_of("other/journal", 0);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(rename(other, folder), 0);
    s = open_store(&give);
    bayes_store_close(&s);
    must_be_of("bayes", 12345);
    must_be_of("bayes/journal", 12345);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_there_again),
        TEST(after_a_kill_the_journal_tells),
        TEST(killed_anywhere_it_opens),
        TEST(the_same_message_counts_once),
        TEST(a_programs_word_for_what_is_known_is_none),
        TEST(what_is_forgotten_is_counted_no_more),
        TEST(a_teacher_is_undone),
        TEST(only_the_last_are_remembered),
        TEST(what_is_remembered_no_more_counts_once),
        TEST(two_writers_are_one_too_many),
        TEST(a_cut_end_is_dropped),
        TEST(damage_is_told),
        TEST(a_checkpoint_is_read_as_written),
        TEST(a_damaged_checkpoint_is_never_another),
        TEST(what_another_version_wrote_is_refused),
        TEST(a_full_disk_loses_nothing),
        TEST(a_journal_does_not_outgrow_what_is_read),
        TEST(a_checkpoint_that_fails_is_tried_again),
        TEST(a_pause_after_many_lessons_brings_a_checkpoint),
        TEST(saver_gives_all_its_memory_back),
        TEST(readers_see_what_is_learned),
        TEST(readers_of_files_see_it_whole),
        TEST(through_a_link_nothing_is_given_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
