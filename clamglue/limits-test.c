/* limits-test.c - past each limit a message is unchecked, whatever libclamav says
 * The database is opened with small limits; what lies behind one of them is a signature or nothing. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "base/log.h"
#include "clamglue/test-archive.h"
#include "clamglue/test-files.h"
#include "clamglue/test-scan.h"
#include "clamglue/virus-priv.h"

static struct buf b;
static struct virus_options normal;

static int begin(void **state)
{
    normal = options;
    buf_init(&b, 64 << 20);
    return 0;
}

static int end(void **state)
{
    buf_deinit(&b);
    scan_end();
    options = normal;
    return scan_begin();
}

static void open_with_limits(void)
{
    scan_end();
    assert_int_equal(scan_begin(), 0);
}

/* a megabyte that compresses to nothing, with a signature at its end */
static struct slice megabytes(unsigned n, bool bad)
{
    static char text[8 << 20];
    size_t size = (size_t)n << 20;
    memset(text, 'A', size);
    if (bad)
        memcpy(text + size - 100, TEST_MARK_TEXT, sizeof(TEST_MARK_TEXT) - 1);
    return slice_of(text, size);
}

/* Exactly this limit, and nothing clean. */
static void must_be_limited(const char *reason, const char *what)
{
    must_find(reason, what);
    must_have_class(CLASS_UNCHECKED_LIMIT, what);
}

static void depth(void **state)
{
    struct buf other;
    buf_init(&other, 1 << 20);
    options.recursion = 8;
    open_with_limits();
    zip_one(&b, "e.com", test_eicar());
    for (int i = 0; i < 20; i++) {
        buf_reset(&other);
        zip_one(&other, "inner.zip", buf_slice(&b));
        buf_reset(&b);
        buf_add_slice(&b, buf_slice(&other));
    }
    check_file("deep.zip", buf_slice(&b));
    must_be_limited("virus_limit_recursion", "21 archives in each other");
    buf_deinit(&other);
}

static void files(void **state)
{
    static struct zip_file many[30];
    static char names[30][8];
    for (size_t i = 0; i < 30; i++) {
        snprintf(names[i], sizeof(names[i]), "f%zu", i);
        many[i] = (struct zip_file){ .name = names[i], .data = SLICE("good data of a file") };
    }
    many[29].data = test_eicar();
    options.files = 10;
    open_with_limits();
    zip_make(&b, many, 30);
    check_file("many.zip", buf_slice(&b));
    must_be_limited("virus_limit_files", "30 files");
}

static void size_of_a_file(void **state)
{
    static const struct {
        const char *format, *filter;
    } ways[] = { { "zip", "" },   { "7zip", "" },      { "raw", "gzip" }, { "raw", "bzip2" },
                 { "raw", "xz" }, { "ustar", "gzip" }, { "newc", "xz" },  { "raw", "zstd" } };
    options.file_size = 1 << 20;
    open_with_limits();
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct member m = { "big", megabytes(3, true) };
        buf_reset(&b);
        assert_true(archive_make(&b, ways[i].format, ways[i].filter, NULL, &m, 1));
        check_file("x", buf_slice(&b));
        must_have_class(CLASS_UNCHECKED_LIMIT, ways[i].format); /* zip: libclamav cuts it and says nothing */
    }
    check_file("big", megabytes(3, true));
    must_be_limited("virus_limit_file_size", "a part");
    check_file("big", megabytes(1, false)); /* encoded the message itself is larger */
    must_be_limited("virus_limit_file_size", "the message");
}

static void a_file_of_the_size_itself_passes(void **state)
{
    struct member m = { "big", megabytes(1, true) };
    options.file_size = 1 << 20;
    open_with_limits();
    assert_true(archive_make(&b, "zip", "", NULL, &m, 1));
    check_file("x.zip", buf_slice(&b));
    must_find(TEST_MARK, "a file of 1 MB");
    assert_int_equal(found.classes, CLASS_BIT(CLASS_VIRUS));
}

static void size_of_all(void **state)
{
    struct member m[4] = { { "a", megabytes(2, false) },
                           { "b", megabytes(2, false) },
                           { "c", megabytes(2, false) },
                           { "e", test_eicar() } };
    options.scan_size = 3 << 20;
    open_with_limits();
    assert_true(archive_make(&b, "zip", "", NULL, m, 4));
    check_file("x.zip", buf_slice(&b));
    must_be_limited("virus_limit_scan_size", "6 MB in a zip");
}

/* 300 MB of zeros in 300 KB: it takes time, and is answered in time */
static void a_bomb(void **state)
{
    static char zeros[1 << 20];
    struct buf deflated;
    struct member many[8];
    for (int i = 0; i < 8; i++)
        many[i] = (struct member){ "zeros", slice_of(zeros, sizeof(zeros)) };
    buf_init(&deflated, 8 << 20);
    options.scan_time = 300;
    options.scan_size = 2000 << 20;
    options.file_size = 2000 << 20;
    open_with_limits();
    assert_true(archive_make(&deflated, "zip", "", NULL, many, 8));
    struct buf copies;
    buf_init(&copies, 64 << 20);
    for (int i = 0; i < 40; i++) { /* each is scanned: 320 MB */
        char name[20];
        snprintf(name, sizeof(name), "%d", i);
        const struct zip_file f = { .name = name, .data = buf_slice(&deflated) };
        zip_local(&copies, &f);
    }
    size_t directory = copies.n, at = 0;
    for (int i = 0; i < 40; i++) {
        char name[20];
        snprintf(name, sizeof(name), "%d", i);
        const struct zip_file f = { .name = name, .data = buf_slice(&deflated) };
        zip_entry(&copies, &f, (uint32_t)at);
        at += 30 + strlen(name) + deflated.n;
    }
    zip_end(&copies, 40, copies.n - directory, directory);
    check_file("bomb.zip", buf_slice(&copies));
    must_be_limited("virus_limit_time", "320 MB of zeros in 300 ms");
    buf_deinit(&copies);
    buf_deinit(&deflated);
}

/* ---- faults that libclamav calls clean */

static const struct {
    const char *format, *filter;
} unpacked[] = { { "zip", "" },   { "7zip", "" },  { "raw", "gzip" },
                 { "raw", "xz" }, { "ustar", "" }, { "raw", "bzip2" } };

/* Needs root, for a file system of 1 MB. */
static void a_full_scratch_is_a_fault(void **state)
{
    char folder[400];
    snprintf(folder, sizeof(folder), "%s", test_path("small"));
    test_run("mkdir %s", folder);
    if (mount("none", folder, "tmpfs", 0, "size=1m") != 0) {
        print_message("             no file system can be mounted here\n");
        skip();
    }
    virus_set_scratch(scanner, folder);
    for (size_t i = 0; i < sizeof(unpacked) / sizeof(unpacked[0]); i++) {
        struct member m = { "big", megabytes(3, true) };
        buf_reset(&b);
        assert_true(archive_make(&b, unpacked[i].format, unpacked[i].filter, NULL, &m, 1));
        check_file("x", buf_slice(&b));
        if (!(found.classes & (CLASS_BIT(CLASS_UNCHECKED_FAULT) | CLASS_BIT(CLASS_VIRUS)))) {
            print_findings();
            umount(folder);
            fail_msg("%s %s", unpacked[i].format, unpacked[i].filter);
        }
    }
    check_file("big", megabytes(3, false));
    bool fault = found.classes & CLASS_BIT(CLASS_UNCHECKED_FAULT);
    umount(folder);
    assert_true(fault);
    virus_set_scratch(scanner, scratch);
}

#ifndef TAMIS_ASAN /* which needs terabytes of address space */
static int scan_with_little_memory(size_t more)
{
    struct member m = { "big", megabytes(8, true) };
    char line[100] = "";
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fgets(line, sizeof(line), f) == NULL)
        return 10;
    fclose(f);
    archive_make(&b, "ustar", "", NULL, &m, 1);
    pages = strtoul(line, NULL, 10) + (b.n + (24 << 20)) / 4096; /* what the mail itself takes */
    struct rlimit limit = { pages * 4096 + more, pages * 4096 + more };
    signal(SIGSEGV, SIG_DFL); /* cmocka's would go on with the next test, in the child */
    signal(SIGBUS, SIG_DFL);
    setrlimit(RLIMIT_AS, &limit);
    check_file("x.tar", buf_slice(&b));
    if (found.classes == 0)
        return 1;
    return 0;
}

static void little_memory_is_never_clean(void **state)
{
    for (size_t more = 0; more <= 64 << 20; more += 4 << 20) {
        int status;
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            _exit(scan_with_little_memory(more));
        assert_int_equal(waitpid(child, &status, 0), child);
        /* libclamav crashes where it has no memory for a line; fatal() exits with 70: both are noticed */
        if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 70)
            fail_msg("%zu MB: exit %d", more >> 20, WEXITSTATUS(status));
    }
}
#endif

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(depth),
        TEST(files),
        TEST(size_of_a_file),
        TEST(a_file_of_the_size_itself_passes),
        TEST(size_of_all),
        TEST(a_bomb),
        TEST(a_full_scratch_is_a_fault),
#ifndef TAMIS_ASAN
        TEST(little_memory_is_never_clean),
#endif
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
