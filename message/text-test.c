/* text-test.c - which parts are text, in which charset, and where they are cut */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/text.h"

#define MIXED "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"

static struct arena arena;
static struct message_limits limits;

static struct text_part *texts(struct slice message, const struct message_limits *l, bool *truncated)
{
    struct mime_tree *t = ARENA_NEW(&arena, struct mime_tree);
    *truncated = false;
    mime_parse(t, &arena, message, l);
    return text_parts(t, &arena, l, truncated);
}

/* All parts as a line: "shown" or "shown/hidden", apart by " | ", html in brackets. */
static void check(struct slice message, const char *wanted)
{
    struct buf out;
    bool truncated;
    buf_init(&out, 10000);
    const struct text_part *first = texts(message, &limits, &truncated);
    for (const struct text_part *t = first; t; t = t->next) {
        buf_add_str(&out, t == first ? "" : " | ");
        buf_printf(&out, t->html ? "[%.*s]" : "%.*s", SLICE_ARG(t->visible));
        if (t->invisible.n)
            buf_printf(&out, "/%.*s", SLICE_ARG(t->invisible));
        assert_false(t->cut);
    }
    if (!slice_eq(buf_slice(&out), slice_str(wanted)))
        fail_msg("%.*s\n  gives %s\n  not   %s", SLICE_ARG(message), out.p, wanted);
    assert_false(truncated);
    buf_deinit(&out);
}

static void which_parts_are_text(void **state)
{
    static const struct {
        struct slice message;
        const char *wanted;
    } rows[] = {
        { SLICE_INIT("\nplain"), "plain" },
        { SLICE_INIT("Content-Type: text/html\n\n<b>bold</b><i hidden>x</i>"), "[bold]/x" },
        { SLICE_INIT("Content-Type: text/calendar\n\nx"), "" },
        { SLICE_INIT("Content-Type: image/png\n\nx"), "" },
        { SLICE_INIT("Content-Type: application/octet-stream; name=a.HTML\n\n<b>x"), "[x]" },
        { SLICE_INIT("Content-Disposition: attachment; filename=a.htm\n\n<b>x"), "[x]" },
        { SLICE_INIT("Content-Type: nonsense\n\nx"), "x" },
        { SLICE_INIT(MIXED "--b\n\n1\n--b\nContent-Type: text/html\n\n<p>2\n--b\n"
                           "Content-Type: message/rfc822\n\nSubject: x\n\n3\n--b--\n"),
          "1 | [2] | 3" },
        { SLICE_INIT("Content-Type: multipart/mixed\n\n--b\n\nx"), "--b\n\nx" },
        { SLICE_INIT(MIXED "no part"), "no part" },
        { SLICE_INIT("Content-Transfer-Encoding: base64\n\nZm9v"), "foo" },
        { SLICE_INIT(""), "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(rows[i].message, rows[i].wanted);
}

static void charsets(void **state)
{
    static const struct {
        struct slice message;
        const char *wanted;
    } rows[] = {
        { SLICE_INIT("Content-Type: text/plain; charset=iso-8859-1\n\n\xe4"), "\xc3\xa4" },
        { SLICE_INIT("Content-Type: text/plain; charset=utf-8\n\n\xc3\xa4"), "\xc3\xa4" },
        { SLICE_INIT("Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable"
                     "\n\n=D0=D2=C9"),
          "\xd0\xbf\xd1\x80\xd0\xb8" },
        { SLICE_INIT("\n\xe4"), "\xc3\xa4" },
        { SLICE_INIT("Content-Type: text/html\n\n<meta charset=koi8-r>\xd0\xd2\xc9"),
          "[\xd0\xbf\xd1\x80\xd0\xb8]" },
        { SLICE_INIT("Content-Type: text/html\n\n<meta http-equiv=Content-Type "
                     "content=\"text/html; Charset=koi8-r\">\xd0\xd2\xc9"),
          "[\xd0\xbf\xd1\x80\xd0\xb8]" },
        { SLICE_INIT("Content-Type: text/html; charset=iso-8859-1\n\n<meta charset=koi8-r>\xe4"),
          "[\xc3\xa4]" },
        { SLICE_INIT("Content-Type: text/html\n\n<meta charset=utf-16>\xe4"), "[\xc3\xa4]" },
        { SLICE_INIT("Content-Type: text/html\n\n<!-- <meta charset=koi8-r> -->\xe4"), "[\xc3\xa4]" },
        { SLICE_INIT("Content-Type: text/plain; charset=nosuch\n\n\xe4"), "\xc3\xa4" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(rows[i].message, rows[i].wanted);
}

static void parts_are_cut_between_characters(void **state)
{
    struct message_limits l = limits;
    bool truncated;
    for (l.text_max = 2; l.text_max < 9; l.text_max++) {
        struct text_part *t = texts(SLICE("\nab\xe2\x82\xac\xc3\xa4xy"), &l, &truncated);
        assert_true(slice_starts(SLICE("ab\xe2\x82\xac\xc3\xa4xy"), t->utf8));
        assert_true(t->utf8.n <= l.text_max && t->utf8.n + 2 >= l.text_max);
        assert_true(t->cut && truncated);
        assert_int_equal(t->charset_flags, 0);
    }
    texts(SLICE("\nab\xe2\x82\xac\xc3\xa4xy"), &l, &truncated);
    assert_false(truncated);
}

static void all_parts_share_decoded_max(void **state)
{
    struct message_limits l = limits;
    bool truncated;
    l.decoded_max = 5;
    struct text_part *t = texts(SLICE(MIXED "--b\n\n123\n--b\n\n456\n--b\n\n789\n--b--\n"), &l, &truncated);
    assert_true(truncated);
    assert_true(slice_eq(t->utf8, SLICE("123")) && !t->cut);
    assert_true(slice_eq(t->next->utf8, SLICE("45")) && t->next->cut);
    assert_true(t->next->next->utf8.n == 0 && t->next->next->cut);
}

static int set_up(void **state)
{
    arena_init(&arena, 64 << 20);
    message_limits_default(&limits);
    return 0;
}

static int tear_down(void **state)
{
    arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_parts_are_text),
        cmocka_unit_test(charsets),
        cmocka_unit_test(parts_are_cut_between_characters),
        cmocka_unit_test(all_parts_share_decoded_max),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
