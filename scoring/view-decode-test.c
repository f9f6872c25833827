/* view-decode-test.c - transfer encodings, charsets, encoded words and addresses as SpamAssassin reads them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/charset.h"
#include "scoring/view-address.h"
#include "scoring/view-charset.h"
#include "scoring/view-decode.h"
#include "scoring/view-type.h"
#include "scoring/view-words.h"

static struct arena arena;

static int make_arena(void **state)
{
    arena_init(&arena, 64 << 20);
    charset_warm();
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static void is(struct slice got, const char *in, const char *want)
{
    if (!slice_eq(got, slice_str(want)))
        fail_msg("\"%s\" gives \"%.*s\", not \"%s\"", in, SLICE_ARG(got), want);
}

static void quoted_printable(void **state)
{
    static const char *const rows[][2] = {
        { "a=3Db", "a=b" },   { "a=3db", "a=b" },  { "a \t\nb", "a\nb" },  { "a= \t\nb", "ab" },
        { "a=3=\nD", "a=" },  { "a=\r\nb", "ab" }, { "a=zz=4", "a=zz=4" }, { "==\n\nb", "=\nb" },
        { "a=\r \nb", "ab" }, { "a  ", "a  " },    { "=", "=" },           { "", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        is(view_decode_qp(&arena, slice_str(rows[i][0])), rows[i][0], rows[i][1]);
}

static void base64(void **state)
{
    static const char *const rows[][2] = {
        { "QUJD", "ABC" }, { "QU\r\nJD\n", "ABC" }, { "QUI=", "AB" }, { "QQ==", "A" }, { "QUJDQ", "ABC" },
        { "QUI", "AB" },   { "Q-U.J*D", "ABC" },    { "====", "" },   { "", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        is(view_decode_base64(&arena, slice_str(rows[i][0])), rows[i][0], rows[i][1]);
    /* padding inside is zeros where all else is well formed, ones where it is not */
    struct slice zeros = view_decode_base64(&arena, SLICE("QUI=QUJD"));
    assert_true(slice_eq(zeros, slice_of("AB\0ABC", 6)));
    is(view_decode_base64(&arena, SLICE("QUI=QUJD!")), "QUI=QUJD!", "AB?ABC");
}

static void charsets(void **state)
{
    static const struct {
        const char *charset, *in, *plain, *word;
    } rows[] = {
        { "us-ascii", "caf\xc3\xa9", "caf\xc3\xa9", "caf\xef\xbf\xbd\xef\xbf\xbd" },
        { "us-ascii", "caf\xe9", "caf\xc3\xa9", "caf\xef\xbf\xbd" },
        { "ISO-8859-1", "\x93x\x94\xe9", "\xe2\x80\x9cx\xe2\x80\x9d\xc3\xa9",
          "\xe2\x80\x9cx\xe2\x80\x9d\xc3\xa9" },
        { "iso-8859-2", "\xb1", "\xc4\x85", "\xc4\x85" },
        { "koi8-r", "\xf2", "\xd0\xa0", "\xd0\xa0" },
        { "windows-1251", "\xcf", "\xd0\x9f", "\xd0\x9f" },
        { "utf-8", "\xe9x", "\xc3\xa9x", "\xef\xbf\xbdx" },
        { "gb2312", "\xd6\xd0", "\xe4\xb8\xad", "\xe4\xb8\xad" },
        { "gb2312", "\xd6\xd0\x81\x40", "\xc3\x96\xc3\x90\xef\xbf\xbd@", NULL },
        { "GB2312_CHARSET", "\xd6\xd0", "\xe4\xb8\xad", "\xe4\xb8\xad" },
        { "x-gb 2312-80", "\xd6\xd0", "\xe4\xb8\xad", "\xe4\xb8\xad" },
        { "xgb2312", "\xd6\xd0", "\xc3\x96\xc3\x90", NULL },
        { "gb2312-raw", "\xd6\xd0", "\xc3\x96\xc3\x90", NULL },
        { "big5", "\xa4\xa4", "\xe4\xb8\xad", "\xe4\xb8\xad" },
        { "x-unknown", "\xe9\x81", "\xc3\xa9\xef\xbf\xbd", "\xc3\xa9\xef\xbf\xbd" },
        { "iso-2022-jp",
          "a\xe9"
          "b",
          "a", "a" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice in = slice_str(rows[i].in), name = slice_str(rows[i].charset);
        is(view_to_utf8(&arena, in, name, false), rows[i].in, rows[i].plain);
        if (rows[i].word)
            is(view_to_utf8(&arena, in, name, true), rows[i].in, rows[i].word);
    }
}

static void utf16_is_guessed_without_a_mark(void **state)
{
    struct slice big = slice_of("\0a\0 \0b", 6), little = slice_of("a\0 \0b\0", 6);
    is(view_to_utf8(&arena, big, SLICE("utf-16"), false), "big", "a b");
    is(view_to_utf8(&arena, little, SLICE("utf-16"), false), "little", "a b");
    is(view_to_utf8(&arena,
                    SLICE("\xff\xfe"
                          "ab"),
                    SLICE("utf-16"), false),
       "mark",
       "\xc3\xbf\xc3\xbe"
       "ab");
}

static void encoded_words(void **state)
{
    static const char *const rows[][2] = {
        { "=?utf-8?q?a_b?=", "a b" },         { "=?utf-8?q?a?= \t =?utf-8?q?b?=", "ab" },
        { "=?utf-8?q?a?= b", "a b" },         { "=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "\xc3\xa9" },
        { "=?utf-8?B?w6k=?=", "\xc3\xa9" },   { "=?iso-8859-1*en?Q?=E9?=", "\xc3\xa9" },
        { "=?utf-8?x?a?=", "=?utf-8?x?a?=" }, { "=?utf-8?q?a", "=?utf-8?q?a" },
        { "caf\xe9", "caf\xc3\xa9" },         { "x=?utf-8?q?a?=y", "xay" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        is(view_words_decode(&arena, SLICE("Subject"), slice_str(rows[i][0])), rows[i][0], rows[i][1]);
    is(view_words_decode(&arena, SLICE("List-Id"), SLICE("=?utf-8?q?a?=")), "List-Id", "=?utf-8?q?a?=");
    is(view_unfold(&arena, SLICE("a\n\t b\r\nc")), "fold", "a bc");
}

/* "address/phrase, ..." */
static struct slice addresses(const char *value)
{
    struct view_addresses list;
    struct buf b;
    buf_init_in(&b, &arena, 1 << 16);
    view_addresses_parse(&list, &arena, slice_str(value));
    for (size_t i = 0; i < list.n; i++) {
        buf_add_str(&b, i ? ", " : "");
        if (list.v[i].has_address)
            buf_add_slice(&b, list.v[i].address);
        if (list.v[i].has_phrase)
            buf_printf(&b, "/%.*s", SLICE_ARG(list.v[i].phrase));
    }
    return buf_slice(&b);
}

static void address_lists(void **state)
{
    static const char *const rows[][2] = {
        { "example@foo", "example@foo" },
        { "example@foo (Foo Blah), <example@bar>", "example@foo/Foo Blah, example@bar" },
        { "display: example@foo (Foo Blah), example@bar ;", "example@foo/Foo Blah, example@bar" },
        { "\"Foo Blah\" <example@foo>", "example@foo/Foo Blah " }, /* :name trims it */
        { "\"A, B\" <a@b.org>, c@d.org", "a@b.org/A, B , c@d.org" },
        { "<>", "" },
        { "undisclosed-recipients:;", "" },
        { "\"a@b.org\" <c@d.org>", "c@d.org/a@b.org " },
        { "\"a@b.org\"", "a@b.org" },
        { "a@b.org <a@b.org>", "a@b.org/a@b.org " },
        { "a@b.org@c.org", "a@b.org" },
        { "<a@b.org> <a@b.org>", "a@b.org" },
        { "x <y>", "/x " },
        { "just words", "/just words" },
        { "=?UTF-8?Q?\"Foo\"_<a@b.org>?=", "a@b.org" },
        { "a@[192.0.2.1]", "a@[192.0.2.1]" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        is(addresses(rows[i][0]), rows[i][0], rows[i][1]);
}

static void hosts(void **state)
{
    assert_true(view_host_valid(SLICE("a-b.example.org.")));
    assert_true(view_host_valid(SLICE("_x.example.org")));
    assert_false(view_host_valid(SLICE("example")));
    assert_false(view_host_valid(SLICE("exa_mple.org")));
    assert_false(view_host_valid(SLICE("-a.org")));
    assert_false(view_host_valid(SLICE("a..org")));
}

static void content_types(void **state)
{
    struct view_type t;
    view_type_parse(&t, &arena, SLICE("Multipart/Mixed; x=1; BOUNDARY = \"b b\"; name='n'"));
    is(t.type, "type", "multipart/mixed");
    is(t.boundary, "boundary", "b b");
    is(t.name, "name", "n");
    view_type_parse(&t, &arena, SLICE("text/html; charset=\"utf-8\" ; boundary=x\"y"));
    is(t.charset, "charset", "utf-8\" ");
    assert_false(t.has_boundary);
    view_type_parse(&t, &arena, SLICE(""));
    assert_true(t.missing);
    is(t.charset, "charset", "us-ascii");
    is(view_disposition_name(SLICE("attachment; filename=\"a;b\"")), "name", "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_printable),
        cmocka_unit_test(base64),
        cmocka_unit_test(charsets),
        cmocka_unit_test(utf16_is_guessed_without_a_mark),
        cmocka_unit_test(encoded_words),
        cmocka_unit_test(address_lists),
        cmocka_unit_test(hosts),
        cmocka_unit_test(content_types),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
