/* regex-test.c - Perl's meaning of a pattern, and limits that are never "no match" */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/regex.h"
#include "base/sandbox.h"

static struct regex_scratch *scratch;

static int make_scratch(void **state)
{
    static const struct regex_limits defaults;
    scratch = regex_scratch_new(&defaults);
    return 0;
}

static int drop_scratch(void **state)
{
    regex_scratch_free(&scratch);
    regex_scratch_free(&scratch);
    return scratch != NULL;
}

static struct regex *must(struct slice pattern, unsigned flags)
{
    struct err e = { 0 };
    struct regex *re = regex_new(pattern, flags, &e);
    if (re == NULL)
        fail_msg("%s", e.text);
    return re;
}

static void means_what_perl_means(void **state)
{
    static const struct {
        struct slice pattern;
        unsigned flags;
        struct slice text;
        int start, end; /* -1: no match */
    } cases[] = {
        { SLICE_INIT("b+"), 0, SLICE_INIT("abbc"), 1, 3 },
        { SLICE_INIT("B+"), 0, SLICE_INIT("abbc"), -1, 0 },
        { SLICE_INIT("B+"), REGEX_CASELESS, SLICE_INIT("abbc"), 1, 3 },
        { SLICE_INIT("a$"), 0, SLICE_INIT("a\n"), 0, 1 }, /* $ before a last line end */
        { SLICE_INIT("a$"), 0, SLICE_INIT("a\nb"), -1, 0 },
        { SLICE_INIT("a$"), REGEX_MULTILINE, SLICE_INIT("a\nb"), 0, 1 },
        { SLICE_INIT("a$"), REGEX_MULTILINE, SLICE_INIT("a\r\nb"), -1, 0 }, /* only LF ends a line */
        { SLICE_INIT("a\\z"), 0, SLICE_INIT("a\n"), -1, 0 },
        { SLICE_INIT("a.b"), 0, SLICE_INIT("a\nb"), -1, 0 },
        { SLICE_INIT("a.b"), REGEX_DOTALL, SLICE_INIT("a\nb"), 0, 3 },
        { SLICE_INIT("a.b"), 0, SLICE_INIT("a\rb"), 0, 3 },
        { SLICE_INIT("a b # c"), REGEX_EXTENDED, SLICE_INIT("xab"), 1, 3 },
        { SLICE_INIT("\\w"), 0, SLICE_INIT("\xc3\xa9"), -1, 0 }, /* bytes; ASCII classes */
        { SLICE_INIT("^..$"), 0, SLICE_INIT("\xc3\xa9"), 0, 2 },
        { SLICE_INIT("\xc3\xa9"), REGEX_CASELESS, SLICE_INIT("\xc3\xa9"), 0, 2 },
        { SLICE_INIT("a\\s"), 0, SLICE_INIT("a\v"), 0, 2 },
        { SLICE_INIT("\\R$"), 0, SLICE_INIT("a\x85"), 1, 2 },
        { SLICE_INIT("b\0c"), 0, SLICE_INIT("a\0b\0c"), 2, 5 },
        { SLICE_INIT("(?<n>a)|(?<n>b)"), 0, SLICE_INIT("b"), 0, 1 },
        { SLICE_INIT("(a)(b)(c)\\3"), 0, SLICE_INIT("abcc"), 0, 4 }, /* more groups than the one pair */
        { SLICE_INIT(""), 0, SLICE_INIT(""), 0, 0 },
        { SLICE_INIT("^$"), 0, SLICE_INIT(""), 0, 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (unsigned jit = 0; jit < 2; jit++) {
            struct regex *re = must(cases[i].pattern, cases[i].flags | (jit ? 0 : REGEX_NO_JIT));
            struct regex_span span = { 99, 99 };
            enum regex_result r = regex_match(re, scratch, cases[i].text, 0, &span);
            if (r != (cases[i].start < 0 ? REGEX_NONE : REGEX_HIT) ||
                (r == REGEX_HIT &&
                 (span.start != (size_t)cases[i].start || span.end != (size_t)cases[i].end)))
                fail_msg("case %zu (%s): result %d, %zu to %zu", i, cases[i].pattern.p, (int)r, span.start,
                         span.end);
            regex_free(&re);
            assert_null(re);
        }
}

static void goes_on_from_where_it_was(void **state)
{
    struct regex *re = must(SLICE("(?<=a)b"), 0);
    struct slice text = SLICE("ab ab ");
    struct regex_span span = { 0, 0 };
    unsigned hits = 0;
    while (regex_match(re, scratch, text, span.end, &span) == REGEX_HIT)
        hits++;
    assert_int_equal(hits, 2);
    assert_int_equal(regex_match(re, scratch, text, 1, &span), REGEX_HIT); /* looks behind `from` */
    assert_int_equal(span.start, 1);
    assert_int_equal(regex_match(re, scratch, text, text.n, NULL), REGEX_NONE);
    assert_int_equal(regex_match(re, scratch, text, text.n + 1, NULL), REGEX_NONE);
    assert_int_equal(regex_match(re, scratch, (struct slice){ NULL, 0 }, 0, NULL), REGEX_NONE);
    regex_free(&re);
}

static void a_bad_pattern_says_where(void **state)
{
    static const struct {
        struct slice pattern;
        const char *text;
    } cases[] = {
        { SLICE_INIT("ab(cd"), "missing closing parenthesis at offset 5" },
        { SLICE_INIT("a[b"), "missing terminating ] for character class at offset 3" },
        { SLICE_INIT("(*UTF)a"), NULL },
        { SLICE_INIT("(*UCP)a"), NULL },
        { SLICE_INIT("a\\"), NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = { 0 };
        assert_null(regex_new(cases[i].pattern, 0, &e));
        assert_int_equal(e.kind, ERR_INPUT);
        if (cases[i].text)
            assert_string_equal(e.text, cases[i].text);
    }
    assert_null(regex_new(SLICE("("), 0, NULL));
}

/* Each runs without end, or out of stack, unless something stops it. */
static void a_limit_is_never_no_match(void **state)
{
    static char text[200001];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = 'b';
    static const struct {
        struct slice pattern;
        struct regex_limits limits;
        size_t n;
        unsigned flags;
    } cases[] = {
        { SLICE_INIT("(a+)+[cd]"), { .match_limit = 10000 }, 50, 0 },
        { SLICE_INIT("(a+)+[cd]"), { .match_limit = 10000 }, 50, REGEX_NO_JIT },
        { SLICE_INIT("(a+)+[cd]"), { 0 }, 100, 0 },
        { SLICE_INIT("(a+)+[cd]"), { 0 }, 100, REGEX_NO_JIT },
        { SLICE_INIT("(?:a|b)*?[cd]"), { .jit_stack = 4096 }, 0, 0 },
        { SLICE_INIT("((a)|b)*[cd]"), { .jit_stack = 32768 }, 0, 0 },
        { SLICE_INIT("((a)|b)*[cd]"), { .heap_kib = 64 }, 0, REGEX_NO_JIT },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct regex_scratch *s = regex_scratch_new(&cases[i].limits);
        struct regex *re = must(cases[i].pattern, cases[i].flags);
        struct slice t = slice_of(text + (cases[i].n ? sizeof(text) - cases[i].n : 0),
                                  cases[i].n ? cases[i].n : sizeof(text));
        enum regex_result r = regex_match(re, s, t, 0, NULL);
        if (r != REGEX_LIMIT)
            fail_msg("case %zu: result %d", i, (int)r);
        assert_int_equal(regex_match(re, s, SLICE("aac"), 0, NULL), REGEX_HIT); /* the scratch is fine */
        regex_free(&re);
        regex_scratch_free(&s);
    }
}

/* 64 KiB compiled are too many for PCRE2's library of bytes. */
static void a_large_pattern_means_the_same(void **state)
{
    static const struct {
        struct slice pattern, text;
        unsigned flags;
        int start, end;
    } cases[] = {
        { SLICE_INIT("x(?:(?:ab?[0-9]{1,9}){1,60}){1,60}$"), SLICE_INIT("xxab12a3\n"), 0, 1, 8 },
        { SLICE_INIT("x(?:(?:AB?[0-9]{1,9}){1,60}){1,60}$"), SLICE_INIT("xxab12a3"), REGEX_CASELESS, 1, 8 },
        { SLICE_INIT("x(?:(?:ab?[0-9]{1,9}){1,60}){1,60}$"), SLICE_INIT("xab12\nx"), REGEX_MULTILINE, 0, 5 },
        { SLICE_INIT("x(?:(?:ab?[0-9]{1,9}){1,60}){1,60}$"), SLICE_INIT("xab12\nx"), 0, -1, 0 },
        { SLICE_INIT("\xe9(?:(?:\\W?[\xe0-\xef]{1,9}){1,60}){1,60}"), SLICE_INIT("\xe9\xff\xe0"), 0, 0, 3 },
        { SLICE_INIT("\xe9(?:(?:\\w?[\xe0-\xef]{1,9}){1,60}){1,60}"), SLICE_INIT("\xe9\xff\xe0"), 0, -1, 0 },
        { SLICE_INIT("(?:(?:ab?[0-9]{1,9}){0,60}){0,60}"), SLICE_INIT(""), 0, 0, 0 },
    };
    for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
        size_t at = i / 2;
        struct regex *re = must(cases[at].pattern, cases[at].flags | (i % 2 ? REGEX_NO_JIT : 0));
        struct regex_span span = { 0, 0 };
        enum regex_result r = regex_match(re, scratch, cases[at].text, 0, &span);
        if (r != (cases[at].start < 0 ? REGEX_NONE : REGEX_HIT) ||
            (r == REGEX_HIT && (span.start != (size_t)cases[at].start || span.end != (size_t)cases[at].end)))
            fail_msg("case %zu: result %d, %zu to %zu", i, (int)r, span.start, span.end);
        regex_free(&re);
    }
}

static void a_large_pattern_has_limits(void **state)
{
    static char text[2 << 20];
    struct regex_limits limits = { .match_limit = 10000 };
    struct regex_scratch *s = regex_scratch_new(&limits);
    struct err e = { 0 };
    struct regex *re = must(SLICE("(?:(?:a+b?[0-9a]{0,9}){1,60}){1,60}[yz]"), 0);
    memset(text, 'a', sizeof(text));
    assert_int_equal(regex_match(re, s, slice_of(text, 5000), 0, NULL), REGEX_LIMIT);
    assert_int_equal(regex_match(re, s, SLICE("aaz"), 0, NULL), REGEX_HIT);
    assert_int_equal(regex_match(re, s, slice_of(text, sizeof(text)), 0, NULL), REGEX_LIMIT);
    regex_free(&re);
    regex_scratch_free(&s);
    assert_null(regex_new(SLICE("(?:(?:(?:(?:[a-z]{99}){99}){99}){99}){99}"), 0, &e));
    assert_int_equal(e.kind, ERR_INPUT);
}

static int in_the_sandbox(void)
{
    static const struct sandbox_limits limits = { .memory = 0 };
    static const struct slice patterns[] = { SLICE_INIT("x(a+)b"),
                                             SLICE_INIT("x(?:(?:ab?[0-9]{0,9}){1,60}){1,60}") };
    struct err e;
    if (sandbox_enter(SANDBOX_SCORER, &limits, &e) < 0)
        return 2;
    for (unsigned i = 0; i < 2; i++) {
        struct regex *re = regex_new(patterns[i], REGEX_NO_JIT, &e);
        if (re == NULL || regex_match(re, scratch, SLICE("xaab"), 0, NULL) != REGEX_HIT ||
            regex_match(re, scratch, SLICE("yaab"), 0, NULL) != REGEX_NONE)
            return 1;
        regex_free(&re);
    }
    return 0;
}

/* where no page may become executable */
static void a_pattern_is_made_in_the_sandbox(void **state)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        _exit(in_the_sandbox());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_what_perl_means),
        cmocka_unit_test(goes_on_from_where_it_was),
        cmocka_unit_test(a_bad_pattern_says_where),
        cmocka_unit_test(a_limit_is_never_no_match),
        cmocka_unit_test(a_large_pattern_means_the_same),
        cmocka_unit_test(a_large_pattern_has_limits),
        cmocka_unit_test(a_pattern_is_made_in_the_sandbox),
    };
    return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
