/* keyfile-test.c - keys that are made, found again, or refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/keyfile.h"

static char path[] = "/tmp/keyfile-test.XXXXXX";
static int dir;

static void made_and_found_again(void **state)
{
    unsigned char a[KEYFILE_BYTES], b[KEYFILE_BYTES];
    struct stat st;
    struct err e = { 0 };
    assert_int_equal(keyfile_open(dir, "key", 077, a, &e), 0);
    assert_int_equal(keyfile_open(dir, "key", 077, b, &e), 0);
    assert_memory_equal(a, b, sizeof(a));
    assert_int_equal(fstatat(dir, "key", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0600);
    assert_int_equal(fchmodat(dir, "key", 0604, 0), 0);
    assert_int_equal(keyfile_open(dir, "key", 07, b, &e), -1);
    assert_int_equal(unlinkat(dir, "key", 0), 0);
}

static void others_are_not_overwritten(void **state)
{
    struct stat st;
    struct err e = { 0 };
    assert_int_equal(keyfile_write(dir, "pem", "secret", 6, &e), 0);
    assert_int_equal(fstatat(dir, "pem", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0600);
    assert_int_equal(st.st_size, 6);
    assert_int_equal(keyfile_write(dir, "pem", "other", 5, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(fstatat(dir, "pem", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(st.st_size, 6);
    assert_int_equal(fstatat(dir, "pem.new", &st, AT_SYMLINK_NOFOLLOW), -1);
    assert_int_equal(unlinkat(dir, "pem", 0), 0);
}

/* The folder may belong to an account with fewer rights: nobody waits for what it puts there. */
static void what_is_no_key(void **state)
{
    unsigned char key[KEYFILE_BYTES];
    struct err e = { 0 };
    alarm(20);
    assert_int_equal(mkfifoat(dir, "key", 0600), 0);
    assert_int_equal(keyfile_open(dir, "key", 077, key, &e), -1);
    assert_int_equal(unlinkat(dir, "key", 0), 0);
    assert_int_equal(symlinkat("/dev/zero", dir, "key"), 0);
    assert_int_equal(keyfile_open(dir, "key", 077, key, &e), -1);
    assert_int_equal(unlinkat(dir, "key", 0), 0);
    assert_int_equal(mkdirat(dir, "key", 0700), 0);
    assert_int_equal(keyfile_open(dir, "key", 077, key, &e), -1);
    assert_int_equal(unlinkat(dir, "key", AT_REMOVEDIR), 0);
    alarm(0);
}

static int make_dir(void **state)
{
    return mkdtemp(path) && (dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
    close(dir);
    return rmdir(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_and_found_again),
        cmocka_unit_test(others_are_not_overwritten),
        cmocka_unit_test(what_is_no_key),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
