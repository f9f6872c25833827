/* eval-body-test.c - functions that look at the shape of the text */
#include "config.h"
#include "scoring/eval-test.h"

static void lengths_are_measured(void **state)
{
    static const struct eval_case rows[] = {
        { "check_body_length('4')", "Subject: x\n\nabc\n", 1 },
        { "check_body_length('3')", "Subject: x\n\nabc\n", 0 },
        { "check_blank_line_ratio('40','50','2')", "Subject: x\n\na\n\n", 1 },
        { "check_blank_line_ratio('40','50','3')", "Subject: x\n\na\n\n", 0 },
        { "check_blank_line_ratio('0','50','3')", "Subject: x\n\na\n\n", 1 },
        { "check_blank_line_ratio('50','60','2')", "Subject: x\n\na\n\n", 0 },
        { "tvd_vertical_words('90','100')", "Subject: \n\na b c d e\n", 1 },
        { "tvd_vertical_words('0','10')", "Subject: \n\na b c d e\n", 0 },
        { "tvd_vertical_words('0','100')", "Subject: \n\nab\n", 0 },
        { "tvd_vertical_words('-1','100')", "Subject: \n\nab\n", 1 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void line_ends_of_smtp_are_not_counted(void **state)
{
    static const struct envelope from_mta = { .has_sender = true };
    static const struct envelope *const envelopes[] = { NULL, &from_mta };
    const struct eval_function *f = eval_find(SLICE("check_body_length"));
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct test_message *t = test_message_new(SLICE("A: b\r\n\r\nabc\r\nd\r\n"), envelopes[i]);
        struct check c = { .m = &t->m };
        struct slice max = SLICE("6");
        const struct eval_args args = { .v = &max, .n = 1 };
        views_init(&c.views, &t->m, NULL);
        assert_true(f->run(&c, &args, NULL) == i);
        test_message_free(t);
    }
}

static void signatures_are_split_off(void **state)
{
#define SIGNED "Subject: x\n\nbody\n-- \nAnn from Nowhere\n"
    static const struct eval_case rows[] = {
        { "plaintext_body_length('5','5')", SIGNED, 1 },
        { "plaintext_sig_length('18')", SIGNED, 1 },
        { "plaintext_sig_length('19')", SIGNED, 0 },
        { "plaintext_body_sig_ratio('0.2','0.3')", SIGNED, 1 },
        { "plaintext_body_length('27','27')", SIGNED "--\n", 0 },
        { "plaintext_sig_length('23','23')", SIGNED "--\nx\n", 1 },
        { "plaintext_body_sig_ratio('1000000')", "Subject: x\n\nbody\n", 1 },
        { "plaintext_body_length('0')", "Content-Type: text/html\n\nbody\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

#define ALTERNATIVES(text, page)                                                                             \
    "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; "                     \
    "charset=utf-8\n\n" text "\n--b\nContent-Type: text/html; charset=utf-8\n\n" page "\n--b--\n"
#define MEETING                                                                                              \
    "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\nmeet\n--b\n"         \
    "Content-Type: text/calendar\n\nx\n--b--\n"

static void alternatives_are_compared(void **state)
{
    static const struct eval_case rows[] = {
        { "multipart_alternative_difference('0','0')", ALTERNATIVES("buy now", "<p>buy <b>now</b>"), 1 },
        { "multipart_alternative_difference('49','50')", ALTERNATIVES("buy now", "<p>buy later"), 1 },
        { "multipart_alternative_difference('99','undef')", ALTERNATIVES("hello", "<p>buy later"), 1 },
        { "multipart_alternative_difference('0','0')", ALTERNATIVES("buy", "<p>buy buy"), 0 }, /* once each */
        { "multipart_alternative_difference('0','0')", ALTERNATIVES("buy", "<p>buy --- *"), 1 },
        { "multipart_alternative_difference('99','100')", ALTERNATIVES("buy", "<img src=x>"), 1 },
        { "multipart_alternative_difference('0','0')", ALTERNATIVES("buy", "<p>"), 1 },
        /* letters of all scripts, white space of all kinds */
        { "multipart_alternative_difference('49','50')",
          ALTERNATIVES("\xd0\xb1\xd1\x83 \xe2\x80\xa2", "\xd0\xb1\xd1\x83\xe3\x80\x80\xd0\xb1"), 1 },
        { "multipart_alternative_difference('0','0')",
          ALTERNATIVES("x", "x \xe2\x80\xa2 \xe2\x80\xa3\xe2\x80\xa3"), 1 },
        { "multipart_alternative_difference('0','0')", "Content-Type: text/html\n\nx\n", 1 },
        { "multipart_alternative_difference('1','100')", MEETING, 0 },
        { "multipart_alternative_difference_count('1','1')", ALTERNATIVES("a b c", "<p>a b"), 1 },
        { "multipart_alternative_difference_count('1','2')", ALTERNATIVES("a b c", "<p>a b"), 0 },
        { "multipart_alternative_difference_count('1.5','1')", ALTERNATIVES("a b c", "<p>a b"), 0 },
        { "multipart_alternative_difference_count('0','0')", "Subject: x\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void labels_of_stock_tips_are_counted(void **state)
{
    static const struct eval_case rows[] = {
        { "check_stock_info('0')", "Subject: x\n\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nhello: you\n", 0 },
        { "check_stock_info('2')", "Subject: x\n\nCompany Name: X\n  Price Target : 12\nprice target: 3\n",
          1 },
        { "check_stock_info('3')", "Subject: x\n\nCompany Name: X\n  Price Target : 12\nprice target: 3\n",
          0 },
        { "check_stock_info('1')", "Subject: x\n\nS.y-m.b o l: ABC\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nSxtxoxcxk: ABC\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nSxxtock: ABC\n", 0 },
        { "check_stock_info('1')", "Subject: x\n\nSym\n:\nABC\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nSym:\n\n", 0 },
        { "check_stock_info('1')", "Subject: x\n\nTrade date: 1\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nThe trade date: 1\n", 0 },
        { "check_stock_info('1')", "Subject: x\n\nThe current price: 1\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\n52 weeks high: 1\n", 1 },
        { "check_stock_info('1')", "Subject: x\n\nA label of more than thirty target: 1\n", 0 },
        { "check_stock_info('1')", "Content-Type: text/html\n\nSymbol: 1\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alternatives_are_compared), cmocka_unit_test(labels_of_stock_tips_are_counted),
        cmocka_unit_test(lengths_are_measured),      cmocka_unit_test(line_ends_of_smtp_are_not_counted),
        cmocka_unit_test(signatures_are_split_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
