/* eval-mime-test.c - functions that look at MIME */
#include "config.h"
#include "scoring/eval-test.h"

#define TYPED(type, rest) "Subject: x\nContent-Type: " type "\n" rest
#define PART(type, rest) "--b\nContent-Type: " type "\n" rest "\n"
#define MULTI(kind) "Subject: x\nContent-Type: multipart/" kind "; boundary=b\n\n"
#define A60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define WORDS100                                                                                             \
    "abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi ABCDEFGHI abcdefghi abcdefghi abcdefghi abcdefghi\n"
#define CAPS100                                                                                              \
    "ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI ABCDEFGHI\n"

static void parts_are_counted(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_mime('mime_body_text_count')", "Subject: x\n\nhi\n", 1 },
        { "check_for_mime('mime_body_html_count')", "Subject: x\n\nhi\n", 0 },
        { "check_for_mime('mime_multipart_alternative')",
          MULTI("alternative") PART("text/plain", "\nhi") "--b--\n", 1 },
        { "check_for_mime('mime_attachment')",
          MULTI("mixed") PART("text/plain", "Content-Disposition: ATTACHMENT\n\nhi") "--b--\n", 1 },
        { "check_for_mime('mime_base64_count')", TYPED("image/gif", "Content-Transfer-Encoding: Base64\n\n"),
          1 },
        { "check_for_mime('mime_base64_encoded_text')",
          TYPED("text/plain", "Content-Transfer-Encoding: base64\n\naGk=\n"), 1 },
        { "check_for_mime('mime_base64_encoded_text')",
          TYPED("text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: base64\n\naGk=\n"), 0 },
        { "check_for_mime('mime_base64_encoded_text')",
          TYPED("text/plain", "Content-Disposition: inline\nContent-Transfer-Encoding: base64\n\naGk=\n"),
          0 },
        { "check_for_mime('mime_bad_iso_charset')", TYPED("text/plain; charset=iso-1252-x", "\n"), 1 },
        { "check_for_mime('mime_bad_iso_charset')", TYPED("text/plain; charset=iso-8859-15", "\n"), 0 },
        { "check_for_mime('mime_bad_iso_charset')", TYPED("text/plain; charset=iso-8859-155", "\n"), 1 },
        { "check_for_mime('mime_bad_iso_charset')", TYPED("text/plain; charset=ISO-2022-JP", "\n"), 0 },
        { "check_for_mime('mime_missing_boundary')", MULTI("mixed") PART("text/plain", "\nhi"), 1 },
        { "check_for_mime('mime_missing_boundary')", MULTI("mixed") PART("text/plain", "\nhi") "--b--\n", 0 },
        { "check_for_mime('mime_base64_blanks')", "Subject: x\n\n", 0 },
        { "check_for_mime_html()", TYPED("TEXT/HTML", "\n"), 1 },
        { "check_for_mime_html()", MULTI("mixed") PART("text/html", "\nhi") "--b--\n", 1 },
        { "check_for_mime_html()", "Subject: x\n\n", 0 },
        { "check_for_mime_html_only()", MULTI("mixed") PART("text/html", "\nhi") "--b--\n", 1 },
        { "check_for_mime_html_only()",
          MULTI("mixed") PART("text/html", "\nhi") PART("text/plain", "\nhi") "--b--\n", 0 },
        { "check_ma_non_text()", MULTI("alternative") PART("application/pdf", "\nhi") "--b--\n", 1 },
        { "check_ma_non_text()", MULTI("alternative") PART("application/rtf", "\nhi") "--b--\n", 0 },
        { "check_ma_non_text()", MULTI("mixed") PART("application/pdf", "\nhi") "--b--\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void lines_are_measured(void **state)
{
#define QP(text) TYPED("text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable\n\n" text)
    static const struct eval_case rows[] = {
        { "check_for_mime('mime_qp_count')", QP("=41=20\n"), 1 },
        { "check_for_mime('mime_qp_count')", QP("hi=3D=E9=20\n"), 0 },
        { "check_for_mime('mime_qp_count')", QP(""), 1 }, /* no byte: the number of parts is left */
        { "check_qp_ratio('0.5')", QP("=\n"), 0 },
        { "check_qp_ratio('0.25')", QP("=41\n"), 1 },
        { "check_qp_ratio('0.26')", QP("=41\n"), 0 },
        { "check_qp_ratio('0.01')", QP("SPAM: =41\n"), 0 },
        { "check_for_mime('mime_qp_long_line')", QP(A60 "aaaaaaaaaaaaaaaaaa\n"), 0 },
        { "check_for_mime('mime_qp_long_line')", QP(A60 "aaaaaaaaaaaaaaaaaaa\n"), 1 },
        { "check_for_ascii_text_illegal()", "Subject: x\n\ncaf\xe9\n", 1 },
        { "check_for_ascii_text_illegal()", TYPED("text/plain; charset=US-ASCII", "\na\rb\n"), 1 },
        { "check_for_ascii_text_illegal()", TYPED("text/plain; charset=utf-8", "\ncaf\xe9\n"), 0 },
        { "check_for_ascii_text_illegal()", TYPED("text/html", "\ncaf\xe9\n"), 0 },
        { "check_abundant_unicode_ratio(0.05)", "Subject: x\n\n&#x0041; and more\n", 1 },
        { "check_abundant_unicode_ratio(0.2)", "Subject: x\n\n&#x0041; and more\n", 0 },
        { "check_abundant_unicode_ratio(0.001)", "Subject: x\n\n&#x004a; and &#x41; more\n", 0 },
        { "check_abundant_unicode_ratio(0)", "Subject: x\n\n&#x0041; and more\n", 0 },
        { "check_base64_length('5')", TYPED("image/gif", "Content-Transfer-Encoding: base64\n\naGk=\n"), 1 },
        { "check_base64_length('6')", TYPED("image/gif", "Content-Transfer-Encoding: base64\n\naGk=\n"), 0 },
        { "check_base64_length('1','4')", TYPED("image/gif", "Content-Transfer-Encoding: base64\n\naGk=\n"),
          0 },
        { "check_base64_length('1')", TYPED("application/ics", "Content-Transfer-Encoding: base64\n\naGk=\n"),
          0 },
        { "check_mime_multipart_ratio('0.5','0.6')",
          MULTI("alternative") PART("text/plain", "\nhi") PART("text/html", "\nhihi") "--b--\n", 1 },
        { "check_mime_multipart_ratio('1','2')", "Subject: x\n\nhi\n", 1 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void flags_of_the_parser_are_known(void **state)
{
    static const struct eval_case rows[] = {
        { "check_msg_parse_flags('missing_head_body_separator')", "Subject: x\n", 1 },
        { "check_msg_parse_flags('missing_head_body_separator')", "Subject: x\n\n", 0 },
        { "check_msg_parse_flags('mime_epilogue_exists')",
          MULTI("mixed") PART("text/plain", "\nhi") "--b--\nx\n", 1 },
        { "check_msg_parse_flags('mime_epilogue_exists')",
          MULTI("mixed") PART("text/plain", "\nhi") "--b--\n.\n", 0 },
        { "check_msg_parse_flags('missing_mime_headers')", MULTI("mixed") "--b\n\nhi\n--b--\n", 1 },
        { "check_msg_parse_flags('missing_mime_head_body_separator')",
          MULTI("mixed") "--b\nContent-Type: text/plain\nhi\n\n--b--\n", 1 },
        { "check_msg_parse_flags('truncated_header')", "Subject: x\n\n", 0 },
        { "check_msg_parse_flags('nothing')", "Subject: x\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void shouting_is_measured(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_uppercase('5', '15')", "Subject: x\n\n" WORDS100 "\n" WORDS100 "\n" WORDS100, 1 },
        { "check_for_uppercase('75', '100')", "Subject: x\n\n" CAPS100 "\n" CAPS100 "\n" CAPS100, 1 },
        { "check_for_uppercase('75', '100')", "Subject: x\n\n" CAPS100, 0 }, /* too short */
        { "check_for_uppercase('75', '100')",
          TYPED("text/plain; charset=koi8-r", "\n" CAPS100 "\n" CAPS100 "\n" CAPS100), 0 },
        { "check_for_uppercase('50', '60')",
          "Subject: x\n\n" CAPS100 "\n" A60 " " A60 " x\n\n" CAPS100 "\n" CAPS100, 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void faraway_charset_needs_its_bytes(void **state)
{
    struct scoring_options o = { .regex_match_limit = 100000, .message_budget = 1000, .rules_max = 100 };
    const struct rule_problem *problems;
    struct arena a;
    struct err e;
    (void)state;
    arena_init(&a, 1 << 20);
    struct ruleset *set =
        ruleset_load_text(&o, SLICE("ok_locales en\nbody A /a/\n"), "test.cf", &a, &problems, &e);
    const struct eval_case rows[] = {
        { "check_for_faraway_charset()", TYPED("text/plain; charset=\"koi8-r\"", "\n\xc1\xc2\xc3\xc4\n"), 1 },
        { "check_for_faraway_charset()", TYPED("text/plain; charset=koi8-r", "\nhello\n"), 0 },
        { "check_for_faraway_charset()", TYPED("text/plain; charset='utf-8'", "\n\xc1\xc2\xc3\xc4\n"), 0 },
        { "check_for_mime('mime_faraway_charset')", TYPED("text/plain; charset=koi8-r", "\nhello\n"), 1 },
        { "check_for_mime('mime_faraway_charset')", TYPED("text/plain; charset=cp1251", "\nhello\n"), 0 },
    };
    assert_non_null(set);
    EVAL_TEST_ALL(set, rows);
    ruleset_free(&set);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_counted),
        cmocka_unit_test(lines_are_measured),
        cmocka_unit_test(flags_of_the_parser_are_known),
        cmocka_unit_test(shouting_is_measured),
        cmocka_unit_test(faraway_charset_needs_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
