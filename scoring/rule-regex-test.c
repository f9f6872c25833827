/* rule-regex-test.c - delimiters, flags, and what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "scoring/rule-regex.h"

static void patterns_are_read_as_rule_files_write_them(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool hit;
    } rows[] = {
        { "/abc/", "xabcx", true },          { "/abc/", "ABC", false },
        { "/abc/i", "ABC", true },           { "/a\\/c/", "a/c", true },
        { "m{a/c}", "a/c", true },           { "m{a{2}}i", "AA", true },
        { "m(a(b)c)", "abc", true },         { "m<a>i", "A", true },
        { "m[[ab]c]", "bc", true },          { "m!a/b!", "a/b", true },
        { "m'abc'", "abc", true },           { "m~a~", "a", true },
        { "qr/abc/i", "ABC", true },         { "qr{abc}", "abc", true },
        { "/^b$/m", "a\nb\nc", true },       { "/^b$/", "a\nb\nc", false },
        { "/a.b/s", "a\nb", true },          { "/a.b/", "a\nb", false },
        { "/a b # what/x", "ab", true },     { "/b$/", "ab\n", true },
        { "/\\bname\\b/ia", "NAME", true },  { "/\xe9/", "caf\xe9", true },
        { "/\xc3\xa9/i", "\xc3\xa9", true }, { "//", "anything", true },
    };
    struct regex_limits limits = { .match_limit = 0 };
    struct regex_scratch *s = regex_scratch_new(&limits);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct err e;
        struct literal_set literals;
        struct regex *re = rule_regex_new(slice_str(rows[i].pattern), &literals, &e);
        if (re == NULL)
            fail_msg("%s: %s", rows[i].pattern, e.text);
        bool hit = regex_match(re, s, slice_str(rows[i].text), 0, NULL) == REGEX_HIT;
        if (hit != rows[i].hit)
            fail_msg("%s on %s: %d", rows[i].pattern, rows[i].text, hit);
        regex_free(&re);
    }
    regex_scratch_free(&s);
}

static void what_is_no_pattern_is_refused(void **state)
{
    static const char *const rows[] = {
        "",         "abc",       "/",         "/abc",   "abc/",     "m",       "mabcm", "m abc ",
        "m{abc",    "m{abc/",    "/a/b/",     "/abc/g", "/abc/e",   "/abc/iU", "/a(b/", "/[a/",
        "/(?{1})/", "/(??{1})/", "/(*UTF)a/", "qr",     "m\\abc\\", "m_abc_",  "/a/ b",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct err e = { 0 };
        struct literal_set literals;
        struct regex *re = rule_regex_new(slice_str(rows[i]), &literals, &e);
        if (re)
            fail_msg("%s was taken", rows[i]);
        assert_int_equal(e.kind, ERR_INPUT);
    }
}

static void patterns_have_a_length_limit(void **state)
{
    struct err e;
    struct literal_set literals;
    char *text = malloc(REGEX_TEXT_MAX + 3);
    memset(text, 'a', REGEX_TEXT_MAX + 3);
    text[0] = text[REGEX_TEXT_MAX + 2] = '/';
    struct regex *re = rule_regex_new(slice_of(text, REGEX_TEXT_MAX + 3), &literals, &e);
    assert_null(re);
    assert_string_equal(e.text, "the pattern has more than 524288 bytes");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_read_as_rule_files_write_them),
        cmocka_unit_test(what_is_no_pattern_is_refused),
        cmocka_unit_test(patterns_have_a_length_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
