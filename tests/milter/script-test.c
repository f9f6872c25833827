/* script-test.c - session files: reading, escapes, patterns */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "tests/milter/script.h"

static void escapes_become_bytes(void **state)
{
    static const struct {
        const char *written;
        struct slice bytes;
    } table[] = {
        { "plain", SLICE_INIT("plain") },
        { "a\\r\\nb\\tc\\sd", SLICE_INIT("a\r\nb\tc d") },
        { "\\0\\x41\\xff", SLICE_INIT("\0A\xff") },
        { "\\\\n", SLICE_INIT("\\n") },
        { "\\{5}xy", SLICE_INIT("xxxxxy") },
        { "n\\#m\\+", SLICE_INIT("n7m8") },
        { "\\{0}x", SLICE_INIT("") },
        { "", SLICE_INIT("") },
    };
    struct arena a;
    struct err e;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct slice out;
        assert_int_equal(script_unescape(slice_str(table[i].written), 7, &a, &out, &e), 0);
        assert_true(slice_eq(out, table[i].bytes));
    }
    arena_deinit(&a);
}

static void what_is_no_escape_is_refused(void **state)
{
    static const char *const bad[] = { "\\q",  "\\",    "\\x4",    "\\xzz",          "\\{5}",
                                       "\\{5", "\\{}x", "\\{-1}x", "\\{9999999999}x" };
    struct arena a;
    struct err e;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct slice out;
        assert_int_equal(script_unescape(slice_str(bad[i]), 0, &a, &out, &e), -1);
    }
    arena_deinit(&a);
}

static void a_star_stands_for_anything(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool match;
    } table[] = {
        { "", "", true },
        { "", "a", false },
        { "*", "", true },
        { "*", "abc", true },
        { "a*c", "abc", true },
        { "a*c", "ac", true },
        { "a*c", "acb", false },
        { "*b*", "abc", true },
        { "a*b*c", "aXbYbZc", true },
        { "a*b*c", "aXbYbZ", false },
        { "[SPAM] *", "[SPAM] x", true },
        { "abc", "ab", false },
        { "ab", "abc", false },
        { "*aab", "aaaaab", true },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(script_match(slice_str(table[i].pattern), slice_str(table[i].text)), table[i].match);
}

static int read_text(const char *text, struct script *s, struct arena *a, struct err *e)
{
    char path[] = "/tmp/script-test.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int r = script_read(s, path, a, e);
    unlink(path);
    return r;
}

static void cases_and_their_steps_are_read(void **state)
{
    struct arena a;
    struct script s;
    struct err e;
    arena_init(&a, 1 << 20);
    assert_int_equal(
        read_text("# a comment\nsettings mode=observe\nsettings x=1\n\ncase first one\n    helo a b\n"
                  "    # no step\n    end\ncase second\n\tquit\n",
                  &s, &a, &e),
        0);
    assert_true(slice_eq(s.settings, SLICE("mode=observe\nx=1\n")));
    assert_true(slice_eq(s.first->name, SLICE("first one")));
    assert_true(slice_eq(s.first->first->word, SLICE("helo")));
    assert_true(slice_eq(s.first->first->rest, SLICE("a b")));
    assert_int_equal(s.first->first->number, 6);
    assert_true(slice_eq(s.first->first->next->word, SLICE("end")));
    assert_null(s.first->first->next->next);
    assert_true(slice_eq(s.first->next->first->word, SLICE("quit")));
    assert_null(s.first->next->next);
    arena_deinit(&a);
}

static void faults_are_named_with_their_line(void **state)
{
    static const struct {
        const char *text, *fault;
    } table[] = {
        { "    helo a\n", ":1: a step before the first case" },
        { "case a\n    end\nhelo\n", ":3: at the margin" },
        { "case a\n    end\nsettings a=b\n", ":3: at the margin" },
        { "# nothing\n", "no case in it" },
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct script s;
        struct err e;
        assert_int_equal(read_text(table[i].text, &s, &a, &e), -1);
        assert_non_null(strstr(e.text, table[i].fault));
    }
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_become_bytes),
        cmocka_unit_test(what_is_no_escape_is_refused),
        cmocka_unit_test(a_star_stands_for_anything),
        cmocka_unit_test(cases_and_their_steps_are_read),
        cmocka_unit_test(faults_are_named_with_their_line),
    };
    return cmocka_run_group_tests_name("tests/milter/script", tests, NULL, NULL);
}
