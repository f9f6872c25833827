/* eval-html-test.c - functions that ask for facts of pages */
#include "scoring/eval-test.h"

#define PAGE(text) "Subject: hello\nContent-Type: text/html\n\n" text
#define TWO(one, two)                                                                                        \
    "Subject: hello\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"                       \
    "--b\nContent-Type: text/html\n\n" one "\n--b\nContent-Type: text/html\n\n" two "\n--b--\n"

static void numbers(void **state)
{
    static const struct eval_case rows[] = {
        { "html_range('length','0','10')", PAGE("<b>123456"), 1 },
        { "html_range('length','0','8')", PAGE("<b>123456"), 0 },
        { "html_range('length','10','20')", PAGE("<b>123456"), 0 },
        { "html_range('length','5','inf')", PAGE("<b>123456"), 1 },
        { "html_range('length','5')", PAGE("<b>123456"), 1 },
        { "html_range('obfuscation_ratio','.4','.5')", PAGE("Vi<b></b>agra and more"), 1 },
        { "html_range('obfuscation_ratio','.4','1')", PAGE("Via<b>gra</b> and more"), 1 },
        { "html_range('nothing','0','inf')", PAGE("<b>x"), 0 },
        { "html_range('length','0','inf')", "Subject: x\n\nplain\n", 0 },
        { "html_image_only('0000','0400')", PAGE("<img src=x>"), 1 },
        { "html_image_only('0000','0400')", PAGE("<b>x</b>"), 0 },
        { "html_image_only('0000','0005')", PAGE("<img src=x>"), 0 },
        { "html_image_ratio('0.000','0.002')", PAGE("<img width=100 height=100>some text"), 1 },
        { "html_image_ratio('0.002','0.004')", PAGE("<img width=100 height=100>some text"), 0 },
        { "html_image_ratio('0.000','0.002')", PAGE("<img src=x>some text"), 0 },
        { "html_eval('length','< 12')", PAGE("<b>123456"), 1 },
        { "html_eval('length','< 9')", PAGE("<b>123456"), 0 },
        { "html_eval('length','< 011')", PAGE("<b>123456"), 0 },
        { "html_eval('length','- 10')", PAGE("<b>12345"), 1 },
        { "html_eval('length','- 10 == - 1')", PAGE("<b>123456"), 1 },
        { "html_eval('length','is odd')", PAGE("<b>123456"), 0 },
        { "html_eval('length','<')", PAGE("<b>123456"), 0 },
        { "html_tag_balance('body','!= 0')", PAGE("<body>x"), 1 },
        { "html_tag_balance('body','!= 0')", PAGE("<body>x</body>"), 0 },
        { "html_tag_balance('body','!= 0')", PAGE("x"), 0 },
        { "html_tag_balance('b-x','!= 0')", PAGE("<b-x>x"), 0 },
        { "html_tag_exists('center')", PAGE("<CENTER>x"), 1 },
        { "html_tag_exists('center')", PAGE("<b>x"), 0 },
        { "html_tag_exists('foo')", PAGE("<foo>x"), 1 },
        { "html_tag_exists('!doctype')", PAGE("<!DOCTYPE html>x"), 1 },
        { "html_test('html')", PAGE("x"), 1 },
        { "html_test('html')", "Subject: x\n\n<b>\n", 0 },
        { "html_test('font_low_contrast')", PAGE("<font color=white>x</font>"), 1 },
        { "html_test('font_invalid_color')", PAGE("<font color=ff0000>x</font>"), 1 },
        { "html_test('font_face_bad')", PAGE("<font face='a,b'>x</font>"), 1 },
        { "html_test('font_face_bad')", PAGE("<font face='Arial, Sans-Serif'>x</font>"), 0 },
        { "html_test('embeds')", PAGE("<object>x"), 1 },
        { "html_test('form_action_mailto')", PAGE("<form action=MAILTO:x>"), 1 },
        { "html_test('comment')", PAGE("<!-- -->"), 1 },
        { "html_test('comment')", PAGE("x"), 0 },
        { "html_charset_faraway()", PAGE("<meta http-equiv=content-type content='text/html; charset=big5'>"),
          0 },
        { "check_iframe_src()", PAGE("<iframe src=http://example.com/></iframe>"), 1 },
        { "check_iframe_src()", PAGE("<iframe src=></iframe><img src=x>"), 0 },
    };
    EVAL_TEST_ALL(NULL, rows);
}

static void texts(void **state)
{
    static const struct eval_case rows[] = {
        { "html_text_match('comment','<!(?!-).?.?>')", PAGE("a<!x>b"), 1 },
        { "html_text_match('comment','<!(?!-).?.?>')", PAGE("a<!--x-->b"), 0 },
        { "html_text_match('comment','<!.*?>')", PAGE("a<!--x-->b"), 1 },
        { "html_text_match('anchor','<img>')", PAGE("<a href=x><img src=y></a>"), 1 },
        { "html_text_match('anchor','<img>')", PAGE("<a href=x></a><img src=y>"), 0 },
        { "html_text_match('script','alert')", PAGE("<script>alert()</script>"), 1 },
        { "html_text_match('title','^.{3}$')", PAGE("<title>ab&eacute;</title>"), 1 },
        { "html_text_match('title','^.{3}$')", PAGE("<title>a&euro;b</title>"), 1 },
        { "html_text_match('title','^\\xe9$')", PAGE("<title>&#233;</title>"), 1 },
        { "html_text_match('title','(')", PAGE("<title>x</title>"), 0 },
        { "html_text_match('length','.')", PAGE("<title>x</title>"), 0 },
        { "html_text_not_match('title','x')", PAGE("<title>x</title><title>y</title>"), 1 },
        { "html_text_not_match('title','x')", PAGE("<title>x</title>"), 0 },
        { "html_title_subject_ratio('3.5')", PAGE("<title>123456789012345678901</title>"), 0 },
        { "html_title_subject_ratio('3.5')", PAGE("<title>1234567890123456789012</title>"), 1 },
        { "html_title_subject_ratio('3.5')",
          "Content-Type: text/html\n\n<title>1234567890123456789012</title>", 0 },
    };
    EVAL_TEST_ALL(NULL, rows);
}

static void any_page_will_do(void **state)
{
    static const struct eval_case rows[] = {
        { "html_tag_exists('center')", TWO("<center>x", "<b>y"), 1 },
        { "html_tag_exists('center')", TWO("<b>x", "<center>y"), 1 },
        { "html_tag_exists('center')", TWO("<b>x", "<b>y"), 0 },
    };
    EVAL_TEST_ALL(NULL, rows);
}

static void pattern_is_made_when_rules_are_loaded(void **state)
{
    static struct slice bad[] = { SLICE_INIT("title"), SLICE_INIT("(") };
    static struct slice good[] = { SLICE_INIT("title"), SLICE_INIT("x.y") };
    struct eval_args args = { bad, 2 };
    struct eval_prepare p = { .args = &args };
    const struct eval_function *f = eval_find(SLICE("html_text_match"));
    void *prepared = NULL, *again = NULL;
    struct err e;
    assert_int_equal(f->prepare(&p, &prepared, &e), -1);
    args.v = good;
    assert_int_equal(f->prepare(&p, &prepared, &e), 0);
    assert_int_equal(f->prepare(&p, &again, &e), 0);
    assert_non_null(prepared);
    assert_ptr_equal(prepared, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(texts),
        cmocka_unit_test(any_page_will_do),
        cmocka_unit_test(pattern_is_made_when_rules_are_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
