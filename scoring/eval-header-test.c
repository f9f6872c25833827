/* eval-header-test.c - functions that look at header fields, dates, recipients */
#include "config.h"
#include "scoring/eval-test.h"

#include "scoring/eval-date.h"
#include "scoring/eval-locale.h"

#define FROM_LINE "From: a@example.com\n"
#define RECEIVED(date) "Received: from b (b [192.0.2.1]) by c with SMTP; " date "\n"

static void dates_are_read_leniently(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: none */
    } rows[] = {
        { "Thu, 1 Jan 1970 00:00:10 +0000", 10 },
        { "Sat, 4 Jul 2026 12:00:00 +0200", 1783159200 },
        { "4 jul 2026 12:00 GMT", 1783166400 },
        { "Sat Jul  4 12:00:00 2026", 1783123200 }, /* asctime's time is lost */
        { "4 Jul 26 9:05 -0030", 1783157700 },
        { "4 Jul 126 09:05:00", 1783155900 },
        { "12:00:00 EST 4 Jul 2026", 1783184400 },
        { "4 Jul 2026 12:00:00 EST-DST", 1783166400 }, /* no zone that is known */
        { "4 Jul 2026 12:00:00 ABCDE EST", 1783184400 },
        { "31 Apr 2026 00:00:00 +0000", 1777593600 },
        { "31 Dec 2050 00:00:00 +0000", 2145830400 },
        { "29 Feb 2040 00:00:00 +0000", -1 }, /* 2037 had none */
        { "0 May 2026", -1 },
        { "4 July 2026", -1 },
        { "", -1 },
        { "1 Jan 1970 00:00:00 +0100", 0 },
        { "99999999999999999999999 Mar 2026 25:61:61", 1775087999 },
    };
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int64_t seconds = -1;
        bool is_date = rule_date(&a, slice_str(rows[i].text), &seconds);
        if ((is_date ? seconds : -1) != rows[i].seconds)
            fail_msg("%s: %lld", rows[i].text, (long long)seconds);
    }
    arena_deinit(&a);
}

static void date_of_received_is_found(void **state)
{
    struct slice s = rule_received_date(SLICE("from a by b; Sat, 4 Jul 2026 12:00:00 +0200 (CEST)"));
    (void)state;
    assert_true(slice_eq(s, SLICE(" 4 Jul 2026 12:00:00 +0200")));
    assert_true(slice_eq(rule_received_date(SLICE("x; 4 Jul 2026 12:00:00")), SLICE("")));
    assert_true(slice_eq(rule_received_date(SLICE(" (4 Jul 2026 1:2:3 x")), SLICE(" (4 Jul 2026 1:2:3 x")));
}

static void date_is_compared_with_received(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_shifted_date('3', '6')",
          RECEIVED("Sat, 4 Jul 2026 12:00:00 +0000") "Date: Sat, 4 Jul 2026 16:00:00 +0000\n\n", 1 },
        { "check_for_shifted_date('-6', '-3')",
          RECEIVED("Sat, 4 Jul 2026 12:00:00 +0000") "Date: Sat, 4 Jul 2026 08:00:00 +0000\n\n", 1 },
        /* nearest line counts, a last one without difference does not */
        { "check_for_shifted_date('undef', '-24')",
          RECEIVED("Sun, 5 Jul 2026 12:00:00 +0000") RECEIVED("Mon, 6 Jul 2026 12:00:00 +0000")
              RECEIVED("Sat, 4 Jul 2026 08:00:00 +0000") "Date: Sat, 4 Jul 2026 08:00:00 +0000\n\n",
          1 },
        { "check_for_shifted_date('undef', '-28')",
          RECEIVED("Sun, 5 Jul 2026 12:00:00 +0000") RECEIVED("Mon, 6 Jul 2026 12:00:00 +0000")
              RECEIVED("Sat, 4 Jul 2026 08:00:00 +0000") "Date: Sat, 4 Jul 2026 08:00:00 +0000\n\n",
          0 },
        { "check_for_shifted_date('3', '6')",
          RECEIVED("Sat, 4 Jul 2026 12:00:00 +0000") "Date: 1 Jan 1999 10:00:00 +0000\n"
                                                     "Resent-Date: Sat, 4 Jul 2026 16:00:00 +0000\n\n",
          1 },
        { "check_for_shifted_date('-1', '1')", "Subject: no dates\n\n", 1 },
        { "received_within_months('0', 'undef')", RECEIVED("Sat, 4 Jul 1998 12:00:00 +0000") "\n", 1 },
        { "received_within_months('undef', '12')", RECEIVED("Sat, 4 Jul 1998 12:00:00 +0000") "\n", 0 },
        /* fetchmail's line is not one of the way here */
        { "check_for_shifted_date('3', '6')",
          "Received: from pop.example (192.0.2.1) by localhost with POP3 (fetchmail-6.2.5); Sat, 4 Jul 2026 "
          "16:00:00 +0000\n" RECEIVED("Sat, 4 Jul 2026 12:00:00 +0000") "Date: 4 Jul 2026 16:00:00 +0000\n\n",
          1 },
        { "check_outlook_message_id()", "Message-ID: <0011223344$55667788$99aabbcc@x>\n\n", 0 },
        { "check_outlook_message_id()",
          "Message-ID: <001101c1a2b3$55667788$99aabbcc@x>\nDate: Sat, 4 Jul 2026 16:00:00 +0000\n\n", 1 },
        { "check_outlook_message_id()",
          "Message-ID: <000001c19f46$55667788$99aabbcc@x>\nDate: Thu, 17 Jan 2002 12:00:00 +0000\n\n", 0 },
        { "check_outlook_message_id()", "Message-ID: <000001C19F46$55667788$99aabbcc@x>\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void recipients_are_compared(void **state)
{
    static const struct eval_case rows[] = {
        { "sorted_recipients()", "To: a@x.com, b@x.com, c@x.com, d@x.com, e@x.com, f@x.com, g@x.com\n\n", 1 },
        { "sorted_recipients()", "To: a@x.com, b@x.com, c@x.com, d@x.com, e@x.com, f@x.com\n\n", 0 },
        { "sorted_recipients()", "To: b@x.com, a@x.com, c@x.com, d@x.com, e@x.com, f@x.com, g@x.com\n\n", 0 },
        { "sorted_recipients()",
          "To: a@x.com, b@x.com, c@x.com\nCc: d@x.com, D@x.com, e@x.com, f@x.com, g@x.com\n\n", 1 },
        { "similar_recipients('1','undef')", "To: abc@x.com, abd@x.com, abe@x.com, abf@x.com, abg@x.com\n\n",
          1 },
        { "similar_recipients('1','undef')", "To: abc@x.com, abd@x.com, abe@x.com, abf@x.com\n\n", 0 },
        { "similar_recipients('2','undef')",
          "To: abc@x1.com, abd@x2.com\nBcc: abe@x3.com, abf@x4.com, abg@x5.com\n\n", 0 },
        { "similar_recipients('0.2','0.3')",
          "To: abc@q1.com, abd@w2.com\nBcc: abe@e3.com, df@r4.com, hg@t5.com\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void illegal_bytes_are_counted(void **state)
{
    static const struct eval_case rows[] = {
        { "check_illegal_chars('Subject','0.00','2')", "Subject: caf\xe9 caf\xe9\n\n", 1 },
        { "check_illegal_chars('Subject','0.00','2')", "Subject: caf\xe9\n\n", 0 },
        { "check_illegal_chars('Subject','0.00','2')", "Subject: 5\xa3 caf\xe9\n\n", 0 },
        { "check_illegal_chars('Subject','0.50','2')", "Subject: caf\xe9 caf\xe9\n\n", 0 },
        { "check_illegal_chars('Subject','0.00','2')", "Subject: caf\xc3\xa9 caf\xc3\xa9\n\n", 0 },
        { "check_illegal_chars('Subject','0.00','2')", "Subject: caf\xc3\xa9\x01\n\n", 1 },
        { "check_illegal_chars('Subject','0.00','0')", "Subject: \n\n", 0 },
        { "check_illegal_chars('From','0.20','2')", "Subject: x\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void subjects_are_judged(void **state)
{
    static const struct eval_case rows[] = {
        { "subject_is_all_caps()", "Subject: BUY THIS NOW 100%\n\n", 1 },
        { "subject_is_all_caps()", "Subject: Re: fwd:  BUY THIS NOW\n\n", 1 },
        { "subject_is_all_caps()", "Subject: Buy THIS NOW\n\n", 0 },
        { "subject_is_all_caps()", "Subject: INCREDIBLE\n\n", 0 },
        { "subject_is_all_caps()", "Subject: BUY IT\n\n", 0 },
        { "subject_is_all_caps()", "Subject: 12345 67890\n\n", 0 },
        { "subject_is_all_caps()", "Subject: =?KOI8-R?Q?BUY_THIS_NOW?=\n\n", 0 },
        { "check_for_to_in_subject('address')", "To: joe@example.com\nSubject: hi Joe@Example.com!\n\n", 1 },
        { "check_for_to_in_subject('address')", "To: joe@example.com\nSubject: billjoe@example.com\n\n", 0 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: joe, buy\n\n", 1 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: Joe, buy\n\n", 0 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: JOE\n\n", 1 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: re: joe\n\n", 1 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: FW: hello joe\n\n", 1 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: re: hello there joe\n\n", 0 },
        { "check_for_to_in_subject('user')", "To: joe@example.com\nSubject: , Joe!\n\n", 1 },
        { "check_for_to_in_subject('user')", "Subject: joe, buy\n\n", 0 },
        { "check_for_to_in_subject('other')", "To: joe@example.com\nSubject: joe, buy\n\n", 0 },
        { "check_for_unique_subject_id()", "Subject: x 12345\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void senders_are_compared(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_missing_to_header()", "Subject: x\n\n", 1 },
        { "check_for_missing_to_header()", "To:\n\n", 0 },
        { "check_for_missing_to_header()", "Apparently-To: a@example.com\n\n", 0 },
        { "check_for_matching_env_and_hdr_from()", "Return-Path: <a@example.com>\nFrom: A@Example.com\n\n",
          1 },
        { "check_for_matching_env_and_hdr_from()", "Return-Path: <b@example.com>\nFrom: A@Example.com\n\n",
          0 },
        { "check_equal_from_domains()", "Return-Path: <b@a.example.com>\nFrom: A@b.example.COM\n\n", 0 },
        { "check_equal_from_domains()", "Return-Path: <b@a.example.net>\nFrom: A@b.example.COM\n\n", 1 },
        { "check_equal_from_domains()", "From: A@b.example.COM\n\n", 0 },
        { "check_ratware_name_id()",
          "Message-ID: <ABCDEFGHIJKLMNOPQRSTUVWXYZAB.joe@example.com>\nFrom: \"Joe\" <joe@example.com>\n\n",
          1 },
        { "check_ratware_name_id()",
          "Message-ID: <ABCDEFGHIJKLMNOPQRSTUVWXYZAB.joe@example.com>\nFrom: Joe <joe@example.com>\n\n", 0 },
        { "check_ratware_name_id()",
          "Message-ID: <ABCDEFGHIJKLMNOPQRSTUVWXYZABC.joe@example.com>\nFrom: \"Joe\" <joe@example.com>\n\n",
          0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void fields_are_counted_and_read(void **state)
{
    static const struct eval_case rows[] = {
        { "check_header_count_range('Subject','2','999')", "Subject: a\nSubject: b\n\n", 1 },
        { "check_header_count_range('Subject','2','999')", "Subject: a\nSubject: a\n\n", 0 },
        { "check_header_count_range('Subject','0','0')", FROM_LINE "\n", 1 },
        { "check_unresolved_template()", "X-Mailer: %FIRST_NAME\n\n", 1 },
        { "check_unresolved_template()", "X-Mailer: 100%AB\n\n", 1 },
        { "check_unresolved_template()", "X-Mailer: 100%Ab %a-\n\n", 0 },
        { "check_unresolved_template()", "subject: %FIRST_NAME\nX-Message-ID: %FIRST\n\n", 0 },
        { "check_messageid_not_usable()",
          "Received: from x\nList-Unsubscribe: <mailto:leave-a@example.com>\n\n", 1 },
        { "check_messageid_not_usable()",
          "Received: from x\nList-Unsubscribe: <http://x>, <mailto:a-unsubscribe@example.com>\n\n", 1 },
        { "check_messageid_not_usable()", "Received: from x\nList-Unsubscribe: <mailto:-unsubscribe@x>\n\n",
          0 },
        { "check_messageid_not_usable()", "Received: from x\nList-Unsubscribe: >\n\n", 0 },
        { "check_messageid_not_usable()", "Received: from a (iPlanet Messaging Server 5.2) by b\n\n", 1 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void charsets_are_at_home(void **state)
{
    static const struct setting_row row = { .name = "ok_locales", .family = SETTING_TEXT };
    struct setting_line line = { .row = &row, .value = SLICE("en ru") };
    struct settings s = { .first[SETTING_TEXT] = &line };
    (void)state;
    assert_true(locale_accepts_all(NULL));
    assert_false(locale_accepts_all(&s));
    assert_true(locale_accepts(&s, SLICE("koi8-r")));
    assert_true(locale_accepts(&s, SLICE("3DKOI8-R")));
    assert_true(locale_accepts(&s, SLICE("Windows-1251")));
    assert_true(locale_accepts(&s, SLICE("utf-8")));
    assert_false(locale_accepts(&s, SLICE("gb2312")));
    assert_false(locale_accepts(&s, SLICE("")));
    line.value = SLICE("en all");
    assert_true(locale_accepts_all(&s));
    assert_true(charset_looks_capital(SLICE("x-EUC-kr")));
    assert_false(charset_looks_capital(SLICE("iso-8859-1")));
    assert_false(charset_looks_capital(SLICE("koi 8")));
}

static void faraway_words_are_found(void **state)
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
        { "check_for_faraway_charset_in_headers()", "Subject: =?koi8-r?Q?x?=\n\n", 1 },
        { "check_for_faraway_charset_in_headers()", "Subject: =?utf-8?Q?x?= =?gb2312?Q?x?=\n\n", 1 },
        { "check_for_faraway_charset_in_headers()", "Subject: =?utf-8?Q?x?=\nFrom: =?gb2312?Q?x\n\n", 0 },
    };
    assert_non_null(set);
    EVAL_TEST_ALL(set, rows);
    ruleset_free(&set);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_leniently),       cmocka_unit_test(date_of_received_is_found),
        cmocka_unit_test(date_is_compared_with_received), cmocka_unit_test(recipients_are_compared),
        cmocka_unit_test(illegal_bytes_are_counted),      cmocka_unit_test(subjects_are_judged),
        cmocka_unit_test(senders_are_compared),           cmocka_unit_test(fields_are_counted_and_read),
        cmocka_unit_test(charsets_are_at_home),           cmocka_unit_test(faraway_words_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
