/* spool-test.c - a message's bytes in memory and in a file */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>
#include "message/spool.h"

static char dir[] = "/tmp/tamis-spool-XXXXXX";
static int dir_fd;

static int setup(void **state)
{
    if (mkdtemp(dir) == NULL)
        return -1;
    dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir_fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    close(dir_fd);
    return rmdir(dir); /* fails when a file was left behind */
}

/* byte i of every test message */
static char byte_at(size_t i)
{
    return (char)(i * 7 + i / 251);
}

static int add_pattern(struct spool *s, size_t n, size_t step, struct err *e)
{
    char *chunk = malloc(step);
    int r = 0;
    while (n && r == 0) {
        size_t now = n < step ? n : step;
        for (size_t i = 0; i < now; i++)
            chunk[i] = byte_at(s->n + i);
        r = spool_add(s, slice_of(chunk, now), e);
        n -= now;
    }
    free(chunk);
    return r;
}

static void assert_pattern(int fd, size_t n)
{
    struct err e;
    struct slice m;
    if (spool_map(fd, n, &m, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(m.n, n);
    for (size_t i = 0; i < n; i++)
        if (m.p[i] != byte_at(i))
            fail_msg("byte %zu of %zu", i, n);
    spool_unmap(&m);
    spool_unmap(&m);
}

static void what_went_in_is_mapped(void **state)
{
    static const struct {
        size_t n, step, memory_max;
        bool in_file;
    } cases[] = {
        { 0, 1, 1000, false },
        { 1, 1, 1000, false },
        { 1000, 1, 1000, false },
        { 1001, 1, 1000, true },
        { 65536, 65536, 1 << 20, false },
        { 65537, 65536, 1 << 20, false },
        { 200000, 77, 1 << 20, false },
        { 200000, 77, 150000, true },
        { 200000, 100000, 10, true },
        { 2000000, 65535, 1000000, true },
        { 5, 5, 0, true },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct spool_options o = { .dir_fd = dir_fd, .memory_max = cases[i].memory_max, .max = 1 << 22 };
        struct spool s;
        struct err e = { 0 };
        assert_int_equal(spool_open(&s, &o, &e), 0);
        if (add_pattern(&s, cases[i].n, cases[i].step, &e) < 0 || spool_finish(&s, &e) < 0)
            fail_msg("%s", e.text);
        assert_int_equal(s.n, cases[i].n);
        assert_int_equal(s.in_file, cases[i].in_file);
        assert_pattern(s.fd, cases[i].n);
        spool_close(&s);
        assert_int_equal(s.fd, -1);
        spool_close(&s);
    }
}

static void a_message_over_the_limit_keeps_what_was_there(void **state)
{
    struct spool_options o = { .dir_fd = -1, .memory_max = 100, .max = 100 };
    struct spool s;
    struct err e = { 0 };
    assert_int_equal(spool_open(&s, &o, &e), 0);
    assert_int_equal(add_pattern(&s, 90, 90, &e), 0);
    assert_int_equal(spool_add(&s, SLICE("12345678901"), &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_true(s.truncated);
    assert_int_equal(spool_add(&s, SLICE("1"), &e), -1); /* no hole in the middle */
    assert_int_equal(spool_finish(&s, &e), 0);
    assert_pattern(s.fd, 90);
    spool_close(&s);
}

static void without_a_directory_memory_is_all_there_is(void **state)
{
    struct spool_options o = { .dir_fd = -1, .memory_max = 100, .max = 1000 };
    struct spool s;
    struct err e = { 0 };
    assert_int_equal(spool_open(&s, &o, &e), 0);
    assert_int_equal(add_pattern(&s, 101, 1, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    spool_close(&s);
}

static void a_finished_message_cannot_be_changed(void **state)
{
    for (size_t memory_max = 0; memory_max <= 1000; memory_max += 1000) {
        struct spool_options o = { .dir_fd = dir_fd, .memory_max = memory_max, .max = 1000 };
        struct spool s;
        struct err e = { 0 };
        assert_int_equal(spool_open(&s, &o, &e), 0);
        assert_int_equal(add_pattern(&s, 500, 100, &e), 0);
        assert_int_equal(spool_finish(&s, &e), 0);
        assert_int_equal(spool_add(&s, SLICE("x"), &e), -1);
        assert_int_equal(spool_finish(&s, &e), -1);
        assert_true(write(s.fd, "x", 1) < 0);
        assert_true(ftruncate(s.fd, 0) < 0);
        assert_true(fallocate(s.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 100) < 0);
        assert_ptr_equal(mmap(NULL, 500, PROT_READ | PROT_WRITE, MAP_SHARED, s.fd, 0), MAP_FAILED);
        assert_pattern(s.fd, 500);
        spool_close(&s);
    }
}

static void only_sealed_files_of_the_announced_size_are_mapped(void **state)
{
    struct spool_options o = { .dir_fd = dir_fd, .memory_max = 1000, .max = 1000 };
    struct spool s;
    struct err e = { 0 };
    struct slice m;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(spool_map(ends[0], 0, &m, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(spool_map(-1, 0, &m, &e), -1);
    assert_int_equal(spool_open(&s, &o, &e), 0);
    assert_int_equal(add_pattern(&s, 500, 500, &e), 0);
    assert_int_equal(spool_map(s.fd, 0, &m, &e), -1); /* not sealed yet */
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(spool_finish(&s, &e), 0);
    static const size_t wrong[] = { 0, 499, 501, SIZE_MAX };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(spool_map(s.fd, wrong[i], &m, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
    }
    spool_close(&s);
}

static void no_space_is_a_reason_to_try_again(void **state)
{
    struct spool_options o = { .dir_fd = dir_fd, .memory_max = 10, .max = 1 << 20 };
    struct spool s;
    struct err e = { 0 };
    struct rlimit old, small = { 3, 3 };
    getrlimit(RLIMIT_NOFILE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_NOFILE, &small);
    assert_int_equal(spool_open(&s, &o, &e), -1);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_int_equal(s.fd, -1);
    spool_close(&s);
}

/* the one write error that needs no full disk: RLIMIT_FSIZE */
static void after_a_failed_write_nothing_more_is_taken(void **state)
{
    struct spool_options o = { .dir_fd = dir_fd, .memory_max = 10, .max = 1 << 20 };
    struct spool s;
    struct err e = { 0 };
    struct rlimit old, small = { 70000, 70000 };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(spool_open(&s, &o, &e), 0);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(add_pattern(&s, 200000, 10000, &e), -1);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(spool_add(&s, SLICE("x"), &e), -1);
    assert_int_equal(spool_finish(&s, &e), -1);
    spool_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_is_mapped),
        cmocka_unit_test(a_message_over_the_limit_keeps_what_was_there),
        cmocka_unit_test(without_a_directory_memory_is_all_there_is),
        cmocka_unit_test(a_finished_message_cannot_be_changed),
        cmocka_unit_test(only_sealed_files_of_the_announced_size_are_mapped),
        cmocka_unit_test(no_space_is_a_reason_to_try_again),
        cmocka_unit_test(after_a_failed_write_nothing_more_is_taken),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
