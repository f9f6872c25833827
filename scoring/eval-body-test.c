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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_measured),
        cmocka_unit_test(signatures_are_split_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
