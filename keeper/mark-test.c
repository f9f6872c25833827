/* mark-test.c - marks that are ours, and those that are not */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "keeper/mark.h"

static const struct mark_key key = { "one key" }, other_key = { "another key" };
static const unsigned char hash[MARK_HASH_SIZE] = "a hash", other_hash[MARK_HASH_SIZE] = "another hash";

static void good_only_for_what_it_was_made(void **state)
{
    const struct mark_scope scope = { hash, SLICE("bob@example.net"), SLICE("127.0.0.1") };
    const struct mark_scope others[] = {
        { other_hash, SLICE("bob@example.net"), SLICE("127.0.0.1") },
        { hash, SLICE("carol@example.net"), SLICE("127.0.0.1") },
        { hash, SLICE("bob@example.net"), SLICE("127.0.0.2") },
        { hash, SLICE("bob@example.net1"), SLICE("27.0.0.1") },
    };
    char value[MARK_VALUE_SIZE];
    struct mark m, changed;
    mark_make(&key, SLICE("abc123"), 1000, &scope, value);
    assert_true(mark_parse(slice_str(value), &m));
    assert_true(slice_eq(m.id, SLICE("abc123")) && m.expires == 1000);
    assert_true(mark_good(&key, &m, &scope, 999));
    assert_false(mark_good(&key, &m, &scope, 1000));
    assert_false(mark_good(&other_key, &m, &scope, 0));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(mark_good(&key, &m, &others[i], 0));
    changed = m;
    changed.expires = 2000;
    assert_false(mark_good(&key, &changed, &scope, 0));
    changed = m;
    changed.id = SLICE("abc124");
    assert_false(mark_good(&key, &changed, &scope, 0));
}

static void one_changed_digit_is_another_mark(void **state)
{
    const struct mark_scope scope = { hash, SLICE("b"), SLICE("c") };
    char value[MARK_VALUE_SIZE];
    struct mark m;
    mark_make(&key, SLICE("id"), 1000, &scope, value);
    for (size_t i = 0; value[i]; i++) {
        char was = value[i];
        value[i] = was == '1' ? '2' : '1';
        assert_false(mark_parse(slice_str(value), &m) && mark_good(&key, &m, &scope, 0));
        value[i] = was;
    }
}

static void values_that_are_no_mark(void **state)
{
    static const char *const table[] = { "", "a", "a 1", "a 1 00", "a x 00", "a/b 1 00", "  ", "a  1 00" };
    struct mark m;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_false(mark_parse(slice_str(table[i]), &m));
}

static void same_hash(const char *a, const char *b, bool same)
{
    unsigned char x[MARK_HASH_SIZE], y[MARK_HASH_SIZE];
    mark_hash(slice_str(a), x);
    mark_hash(slice_str(b), y);
    if ((memcmp(x, y, sizeof(x)) == 0) != same)
        fail_msg("%s these have the same hash: %s and %s", same ? "not" : "wrongly", a, b);
}

static void what_an_mta_changes_is_not_covered(void **state)
{
    const char *sent =
        "From: a\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nSubject: x  y\r\n\r\nbody\r\n";
    same_hash(
        sent,
        "X-Tamis-Release: z\r\nReceived: a\r\n\tb\r\nFrom: a@b\r\ncontent-type:text/plain;\tcharset=utf-8\r\n"
        "Subject:\r\n x y \r\nMessage-ID: <a>\r\nDate: x\r\n\r\nbody\r\n\r\n",
        true);
    same_hash(sent, "From: a\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nSubject: x  y\r\n\r\nBody\r\n",
              false);
    same_hash(sent, "From: a\r\nContent-Type: text/html;\r\n charset=utf-8\r\nSubject: x  y\r\n\r\nbody\r\n",
              false);
    same_hash(sent, "From: a\r\nSubject: x  y\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n\r\nbody\r\n",
              false);
    same_hash(sent, "From: a\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nSubject: xy\r\n\r\nbody\r\n",
              false);
    same_hash(
        sent,
        "From: a\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nSubject: x  y\r\n\r\nbody\r\n\r\nmore\r\n",
        false);
    same_hash("A: b\r\n\r\nSubject: x\r\n", "A: b\r\nSubject: x\r\n\r\n", false);
}

/* ---- the key */

struct place {
    char path[60];
    int fd;
};

static int place_make(void **state)
{
    static struct place p;
    strcpy(p.path, "/tmp/mark-test-XXXXXX");
    if (mkdtemp(p.path) == NULL)
        return -1;
    p.fd = open(p.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = &p;
    return p.fd < 0;
}

static int place_remove(void **state)
{
    struct place *p = *state;
    unlinkat(p->fd, "key", 0);
    close(p->fd);
    return rmdir(p->path);
}

static void a_key_is_made_once(void **state)
{
    struct place *p = *state;
    struct mark_key a = { "" }, b = { "" }, none = { "" };
    struct stat st;
    struct err e = { 0 };
    assert_int_equal(mark_key_open(p->fd, "key", &a, &e), 0);
    assert_int_equal(mark_key_open(p->fd, "key", &b, &e), 0);
    assert_memory_equal(&a, &b, sizeof(a));
    assert_memory_not_equal(&a, &none, sizeof(a));
    assert_int_equal(fstatat(p->fd, "key", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_key_that_others_read_is_refused(void **state)
{
    struct place *p = *state;
    struct mark_key k;
    struct err e = { 0 };
    assert_int_equal(mark_key_open(p->fd, "key", &k, &e), 0);
    assert_int_equal(fchmodat(p->fd, "key", 0640, 0), 0);
    assert_int_equal(mark_key_open(p->fd, "key", &k, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
}

static void a_cut_key_is_refused(void **state)
{
    struct place *p = *state;
    struct mark_key k;
    struct err e = { 0 };
    int fd = openat(p->fd, "key", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "short", 5), 5);
    close(fd);
    assert_int_equal(mark_key_open(p->fd, "key", &k, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_only_for_what_it_was_made),
        cmocka_unit_test(one_changed_digit_is_another_mark),
        cmocka_unit_test(values_that_are_no_mark),
        cmocka_unit_test(what_an_mta_changes_is_not_covered),
        cmocka_unit_test_setup_teardown(a_key_is_made_once, place_make, place_remove),
        cmocka_unit_test_setup_teardown(a_key_that_others_read_is_refused, place_make, place_remove),
        cmocka_unit_test_setup_teardown(a_cut_key_is_refused, place_make, place_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
