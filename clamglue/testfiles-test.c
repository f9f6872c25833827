/* testfiles-test.c - ClamAV's own test files, each wrapped in another way: none may get through
 * They are in Debian's package clamav-testfiles; without it there is nothing to test. Plain, in a zip, in a
 * zip in a zip, and in a message in the message. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include "base/log.h"
#include "clamglue/test-archive.h"
#include "clamglue/test-scan.h"

#define TESTFILES "/usr/share/clamav-testfiles"

/* Each makes `out` of the file. */
static void plain(struct buf *out, const char *name, struct slice file)
{
    mail_begin(out, "mixed");
    mail_text(out, "see attachment");
    mail_attach(out, "application/octet-stream", name, "base64", file);
    mail_end(out);
}

static void zipped(struct buf *out, const char *name, struct slice file)
{
    struct member m = { name, file };
    struct buf zip;
    buf_init(&zip, 64 << 20);
    assert_true(archive_make(&zip, "zip", "", NULL, &m, 1));
    plain(out, "a.zip", buf_slice(&zip));
    buf_deinit(&zip);
}

static void zipped_twice(struct buf *out, const char *name, struct slice file)
{
    struct member m = { name, file };
    struct buf zip;
    buf_init(&zip, 64 << 20);
    assert_true(archive_make(&zip, "zip", "", NULL, &m, 1));
    zipped(out, "inner.zip", buf_slice(&zip));
    buf_deinit(&zip);
}

static void forwarded(struct buf *out, const char *name, struct slice file)
{
    buf_add_str(out, "From: <a@example.org>\r\nSubject: Fwd: a test\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
                     "--outer\r\nContent-Type: text/plain\r\n\r\nsee message\r\n"
                     "--outer\r\nContent-Type: message/rfc822\r\n\r\n");
    plain(out, name, file);
    buf_add_str(out, "\r\n--outer--\r\n");
}

static const struct {
    const char *name;
    void (*wrap)(struct buf *out, const char *name, struct slice file);
} ways[] = {
    { "plain", plain }, { "zip", zipped }, { "zip in zip", zipped_twice }, { "message/rfc822", forwarded }
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void add_signature(void)
{
    struct buf exe;
    buf_init(&exe, 1 << 20);
    if (test_read(TESTFILES "/clam.exe", &exe))
        test_add_hash("Tamis.Test.ClamExe", buf_slice(&exe));
    buf_deinit(&exe);
    scan_end();
    assert_int_equal(scan_begin(), 0);
}

static bool is_found(size_t way, const char *name, struct slice file)
{
    struct buf mail;
    buf_init(&mail, 128 << 20);
    ways[way].wrap(&mail, name, file);
    check(buf_slice(&mail));
    buf_deinit(&mail);
    if (finding(TEST_CLAM))
        return true;
    print_error("%s, %s: not found\n", name, ways[way].name);
    print_findings();
    return false;
}

static void none_gets_through(void **state)
{
    DIR *dir = opendir(TESTFILES);
    const struct dirent *entry;
    unsigned files = 0, hits[WAYS] = { 0 };
    struct buf file;
    if (dir == NULL) {
        print_message("             clamav-testfiles is not installed\n");
        skip();
    }
    add_signature();
    buf_init(&file, 64 << 20);
    while ((entry = readdir(dir)) != NULL) {
        char path[400];
        snprintf(path, sizeof(path), TESTFILES "/%s", entry->d_name);
        buf_reset(&file);
        if (entry->d_name[0] == '.' || !test_read(path, &file))
            continue;
        files++;
        for (size_t i = 0; i < WAYS; i++)
            hits[i] += is_found(i, entry->d_name, buf_slice(&file));
    }
    closedir(dir);
    buf_deinit(&file);
    for (size_t i = 0; i < WAYS; i++) {
        print_message("             %s: %u of %u\n", ways[i].name, hits[i], files);
        assert_int_equal(hits[i], files);
    }
    assert_true(files >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(none_gets_through) };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
