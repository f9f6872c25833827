/* subject-test.c - a Subject with a tag before it */
#include "policy/test-fixture.h"

#include "policy/subject.h"

static void tags_and_leaves_the_rest_alone(void **state)
{
    static const struct {
        const char *tag;
        struct slice subject;
        const char *out;
    } cases[] = {
        { "[SPAM]", SLICE_INIT(" Hello"), "[SPAM] Hello" },
        { "[SPAM]", SLICE_INIT("Hello"), "[SPAM] Hello" },
        { "[SPAM]", SLICE_INIT(""), "[SPAM]" },
        { "[SPAM]", SLICE_INIT("  \t"), "[SPAM]" },
        { "[SPAM]", SLICE_INIT(" [SPAM] Hello"), "[SPAM] Hello" },
        { "[SPAM]", SLICE_INIT(" =?utf-8?q?H=C3=BC?=\n =?utf-8?q?te?="),
          "[SPAM] =?utf-8?q?H=C3=BC?=\n =?utf-8?q?te?=" },
        { "[SPAM]", SLICE_INIT(" H\xfc te"), "[SPAM] H\xfc te" },
        { "*_SCORE_* _SCORE_", SLICE_INIT(" Hi"), "*7.2* 7.2 Hi" },
        { "[SP\xc3\x84M]", SLICE_INIT(" Hi"), "=?UTF-8?B?W1NQw4RNXQ==?= Hi" },
        /* what could break the header */
        { "[SPAM]", SLICE_INIT(" a\r\n b\r\n"), "[SPAM] a\n b" },
        { "[SPAM]", SLICE_INIT(" a\nBcc: x"), "[SPAM] a\n Bcc: x" },
        { "[SPAM]", SLICE_INIT(" a\rb\0c"), "[SPAM] a b c" },
        { "[SPAM]", SLICE_INIT(" a\n \n\t\n\n b"), "[SPAM] a\n b" },
        { "[SPAM]", SLICE_INIT(" a\n\r\0 \n\rb"), "[SPAM] a\n  b" },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct arena a;
        arena_init(&a, 1 << 20);
        assert_string_equal(subject_tagged(&a, cases[i].tag, 7.2, cases[i].subject), cases[i].out);
        arena_deinit(&a);
    }
}

/* the longest line, and the number of white space only ones */
static size_t longest_line(struct slice s)
{
    struct slice line;
    size_t longest = 0;
    while (slice_line(&s, &line)) {
        assert_true(slice_trim(line).n > 0);
        if (slice_chomp(line).n > longest)
            longest = slice_chomp(line).n;
    }
    return longest;
}

static void long_lines_are_folded(void **state)
{
    static char text[40000];
    static const char *const units[] = { "x", "word ", "x   ", " ", "a lot of words and\tmore " };
    for (size_t i = 0; i < ROWS_OF(units); i++)
        for (size_t n = 800; n < sizeof(text); n = n * 5 / 3) {
            struct arena a;
            arena_init(&a, 1 << 20);
            for (size_t k = 0; k < n; k++)
                text[k] = units[i][k % strlen(units[i])];
            struct slice out = slice_str(subject_tagged(&a, "[SPAM]", 0, slice_of(text, n)));
            assert_true(longest_line(out) <= 998 - sizeof("Subject: "));
            assert_true(out.n <= 2 * SUBJECT_MAX);
            arena_deinit(&a);
        }
}

static void words_in_a_fold_of_blanks_do_not_get_a_blank_line(void **state)
{
    struct arena a;
    char text[3000];
    arena_init(&a, 1 << 20);
    memset(text, ' ', sizeof(text));
    text[0] = 'a';
    text[500] = '\n';
    text[2999] = 'b';
    struct slice out = slice_str(subject_tagged(&a, "[SPAM]", 0, slice_of(text, sizeof(text))));
    assert_true(longest_line(out) <= 998);
    assert_true(slice_iends(out, SLICE("b")));
    arena_deinit(&a);
}

static void long_tags_are_cut_into_words(void **state)
{
    char tag[2000];
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(tag) - 1; i += 2)
        memcpy(tag + i, "\xc3\xa4", 2);
    tag[1998] = tag[1999] = 0;
    struct slice rest = slice_str(subject_tagged(&a, tag, 0, SLICE("Hi"))), word;
    assert_true(rest.n < 900);
    while (slice_cut(&rest, ' ', &word))
        assert_true(word.n <= 75);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_and_leaves_the_rest_alone),
        cmocka_unit_test(long_lines_are_folded),
        cmocka_unit_test(words_in_a_fold_of_blanks_do_not_get_a_blank_line),
        cmocka_unit_test(long_tags_are_cut_into_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
