/* headers-test.c - the fields we write, byte for byte
 * The folded values were compared with those of SpamAssassin 4.0.1 (Util::wrap as PerMsgStatus calls it). */
#include "policy/test-fixture.h"

#include "policy/headers.h"

static void status_is_in_spamassassins_format(void **state)
{
    static const struct {
        struct {
            double score;
            const char *name;
        } hits[8];
        const char *status;
    } cases[] = {
        { { { 0, NULL } },
          "No, score=0.0 required=5.0 tests=none autolearn=no\n\tautolearn_force=no version=4.0.1" },
        { { { 1000, "GTUBE" } },
          "Yes, score=1000.0 required=5.0 tests=GTUBE autolearn=no\n\tautolearn_force=no version=4.0.1" },
        /* sorted by bytes, not by order of finding */
        { { { 1, "b_LOWER" }, { 1, "ZED" }, { 1.5, "ALPHA" }, { 1, "ALPHA_2" } },
          "No, score=4.5 required=5.0 tests=ALPHA,ALPHA_2,ZED,b_LOWER\n\t"
          "autolearn=no autolearn_force=no version=4.0.1" },
        { { { 1, "DATE_IN_PAST_12_24" },
            { 1, "DRASTIC_REDUCED" },
            { 1, "FROM_HAS_MIXED_NUMS" },
            { 1, "HOME_EMPLOYMENT" },
            { 1, "INVALID_DATE" },
            { 1, "LINES_OF_YELLING" },
            { -20, "NICE" } },
          "No, score=-14.0 required=5.0 tests=DATE_IN_PAST_12_24,\n\t"
          "DRASTIC_REDUCED,FROM_HAS_MIXED_NUMS,HOME_EMPLOYMENT,INVALID_DATE,\n\t"
          "LINES_OF_YELLING,NICE autolearn=no autolearn_force=no version=4.0.1" },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        fixture_init(&x);
        for (size_t k = 0; k < 8 && cases[i].hits[k].name; k++)
            add_rule(&x, cases[i].hits[k].score, cases[i].hits[k].name, "");
        decide(&x, false);
        assert_string_equal(header_spam_status(&x.arena, &x.v), cases[i].status);
        fixture_deinit(&x);
    }
}

static void shown_score_does_not_contradict_the_verdict(void **state)
{
    static const struct {
        double score;
        const char *start;
    } cases[] = {
        { 4.96, "No, score=4.9 required=5.0 " },
        { 4.94, "No, score=4.9 required=5.0 " },
        { 5.04, "Yes, score=5.0 required=5.0 " },
        { -0.04, "No, score=-0.0 required=5.0 " },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        fixture_init(&x);
        add_rule(&x, cases[i].score, "R", "");
        decide(&x, false);
        assert_true(slice_starts(slice_str(header_spam_status(&x.arena, &x.v)), slice_str(cases[i].start)));
        fixture_deinit(&x);
    }
}

static void long_names_get_lines_of_their_own(void **state)
{
    struct fixture x;
    char name[151];
    memset(name, 'A', 150);
    name[150] = 0;
    fixture_init(&x);
    add_rule(&x, 1, name, "");
    name[0] = 'B';
    add_rule(&x, 1, name, "");
    decide(&x, false);
    struct slice rest = slice_str(header_spam_status(&x.arena, &x.v)), line;
    size_t lines = 0;
    while (slice_line(&rest, &line)) {
        assert_true(slice_trim(line).n > 0);
        lines++;
    }
    assert_int_equal(lines, 4);
    fixture_deinit(&x);
}

static void thousands_of_hits_stay_within_bounds(void **state)
{
    struct fixture x;
    fixture_init(&x);
    for (int i = 0; i < 3900; i++) {
        char name[FINDING_NAME_MAX + 1];
        snprintf(name, sizeof(name), "R%0*d", FINDING_NAME_MAX - 1, i);
        add_rule(&x, 1, name, "some text that matched");
    }
    decide(&x, false);
    struct slice status = slice_str(header_spam_status(&x.arena, &x.v));
    assert_true(status.n < HEADER_STATUS_MAX + 2048);
    assert_true(slice_iends(status, SLICE("version=4.0.1")));
    struct slice report = slice_str(header_spam_report(&x.arena, &x.v));
    assert_true(report.n < 24 * 1024);
    assert_true(slice_iends(report, SLICE("\n\t* and 3850 more")));
    fixture_deinit(&x);
}

static void level_is_a_star_a_point(void **state)
{
    static const struct {
        double score;
        size_t stars;
    } cases[] = { { -3, 0 }, { 0.9, 0 }, { 1, 1 }, { 5.99, 5 }, { 49.9, 49 }, { 50, 50 }, { 1000, 50 } };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        fixture_init(&x);
        add_rule(&x, cases[i].score, "R", "");
        decide(&x, false);
        const char *level = header_spam_level(&x.arena, &x.v);
        assert_int_equal(strlen(level), cases[i].stars);
        assert_int_equal(strspn(level, "*"), cases[i].stars);
        fixture_deinit(&x);
    }
}

static void report_lists_what_was_found_and_where(void **state)
{
    struct fixture x;
    fixture_init(&x);
    assert_non_null(&x);
    decide(&x, false);
    assert_string_equal(header_spam_report(&x.arena, &x.v), "");
    add_rule(&x, 2.5, "PILLS", "cheap  pills\r\nhere");
    add_rule(&x, -0.5, "NICE", "");
    finding_add(&x.findings, &x.arena, FINDING_SUBRULE, CLASS_CLEAN, 0, SLICE("__SUB"), SLICE("x"));
    add_class(&x, CLASS_UNCHECKED_LIMIT, "parts", "part 3");
    decide(&x, false);
    assert_string_equal(header_spam_report(&x.arena, &x.v),
                        "\n\t*  2.5 PILLS cheap pills here\n\t* -0.5 NICE\n\t"
                        "*  0.0 unchecked/limit parts part 3");
    fixture_deinit(&x);
}

static void nothing_from_mail_breaks_a_line(void **state)
{
    struct fixture x;
    fixture_init(&x);
    finding_add(&x.findings, &x.arena, FINDING_RULE, CLASS_CLEAN, 6, SLICE("R"),
                SLICE("a\n\nX-Evil: 1\r\n\0\x1b[31m\xff\xc3\xa4%s"));
    decide(&x, false);
    assert_string_equal(header_spam_report(&x.arena, &x.v), "\n\t*  6.0 R a X-Evil: 1 ??[31m???%s");
    fixture_deinit(&x);
}

static void virus_status_speaks_only_of_what_was_scanned(void **state)
{
    struct fixture x;
    fixture_init(&x);
    decide(&x, false);
    assert_null(header_virus_status(&x.arena, &x.v, false));
    assert_string_equal(header_virus_status(&x.arena, &x.v, true), "Clean");
    x.v.classes = CLASS_BIT(CLASS_UNCHECKED_LIMIT);
    assert_string_equal(header_virus_status(&x.arena, &x.v, true), "Unchecked");
    add_class(&x, CLASS_VIRUS, "Eicar-Test-Signature", "part 2");
    add_class(&x, CLASS_VIRUS, "Win.Other-1", "part 3");
    decide(&x, false);
    assert_string_equal(header_virus_status(&x.arena, &x.v, true),
                        "Infected (Eicar-Test-Signature, Win.Other-1)");
    fixture_deinit(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_is_in_spamassassins_format),
        cmocka_unit_test(shown_score_does_not_contradict_the_verdict),
        cmocka_unit_test(long_names_get_lines_of_their_own),
        cmocka_unit_test(thousands_of_hits_stay_within_bounds),
        cmocka_unit_test(level_is_a_star_a_point),
        cmocka_unit_test(report_lists_what_was_found_and_where),
        cmocka_unit_test(nothing_from_mail_breaks_a_line),
        cmocka_unit_test(virus_status_speaks_only_of_what_was_scanned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
