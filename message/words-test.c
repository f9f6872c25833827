/* words-test.c - encoded words in headers */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/charset.h"
#include "message/words.h"

static struct arena arena;

static int setup(void **state)
{
    arena_init(&arena, 512 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static void words_are_read_as_mail_clients_do(void **state)
{
    enum { D = WORDS_DECODED, B = WORDS_BROKEN };
    static const struct {
        struct slice in, out;
        unsigned flags;
    } cases[] = {
        { SLICE_INIT(""), SLICE_INIT(""), 0 },
        { SLICE_INIT("plain text"), SLICE_INIT("plain text"), 0 },
        { SLICE_INIT("=?utf-8?Q?J=C3=BCrgen_M?="), SLICE_INIT("J\xc3\xbcrgen M"), D },
        { SLICE_INIT("=?UTF-8?B?SsO8cmdlbg==?="), SLICE_INIT("J\xc3\xbcrgen"), D },
        { SLICE_INIT("=?iso-8859-1?q?J=FCrgen?= <j@x>"), SLICE_INIT("J\xc3\xbcrgen <j@x>"), D },
        { SLICE_INIT("=?iso-8859-1*de?q?J=FCrgen?="), SLICE_INIT("J\xc3\xbcrgen"), D },
        /* RFC 2047 8: white space */
        { SLICE_INIT("(=?ISO-8859-1?Q?a?= b)"), SLICE_INIT("(a b)"), D },
        { SLICE_INIT("(=?ISO-8859-1?Q?a?= \r\n\t =?ISO-8859-1?Q?b?=)"), SLICE_INIT("(ab)"), D },
        { SLICE_INIT("=?ISO-8859-1?Q?a_?= =?utf-8?Q?b?="), SLICE_INIT("a b"), D },
        { SLICE_INIT("=?utf-8?Q?a?==?utf-8?Q?b?="), SLICE_INIT("ab"), D },
        { SLICE_INIT("x=?utf-8?Q?a?=y"), SLICE_INIT("xay"), D },
        { SLICE_INIT("\"=?utf-8?Q?a?=\""), SLICE_INIT("\"a\""), D },
        /* a character split between words */
        { SLICE_INIT("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?="), SLICE_INIT("\xc3\xbc"), D },
        { SLICE_INIT("=?utf-8?B?ww==?= =?UTF-8?Q?=BC?="), SLICE_INIT("\xc3\xbc"), D },
        { SLICE_INIT("=?iso-2022-jp?B?GyRCRg==?=\n =?iso-2022-jp?B?fBsoQg==?="), SLICE_INIT("\xe6\x97\xa5"),
          D },
        { SLICE_INIT("=?utf-8?Q?=C3?= x =?utf-8?Q?=BC?="), SLICE_INIT("\xef\xbf\xbd x \xef\xbf\xbd"), D | B },
        /* what should not be there, but is */
        { SLICE_INIT("=?utf-8?Q?hello world?="), SLICE_INIT("hello world"), D },
        { SLICE_INIT("=?utf-8?Q?what?\?="), SLICE_INIT("what?"), D },
        { SLICE_INIT("=?utf-8?Q?100=ZZ=?="), SLICE_INIT("100=ZZ="), D },
        { SLICE_INIT("=?utf-8?Q?=4?="), SLICE_INIT("=4"), D },
        { SLICE_INIT("=?utf-8?B?SsO8cmdlbg?="), SLICE_INIT("J\xc3\xbcrgen"), D },
        { SLICE_INIT("=?utf-8?B?Ss O8\tcm!dlbg?="), SLICE_INIT("J\xc3\xbcrgen"), D },
        { SLICE_INIT("=?utf-8?B?YQ==YQ==?="), SLICE_INIT("aa"), D },
        { SLICE_INIT("=?utf-8?Q?\?="), SLICE_INIT(""), D },
        { SLICE_INIT("a =?utf-8?Q?\?= b"), SLICE_INIT("a  b"), D },
        { SLICE_INIT("=?x-nobody?Q?=E4?="), SLICE_INIT("\xc3\xa4"), D | B },
        /* no words */
        { SLICE_INIT("=?utf-8?X?a?="), SLICE_INIT("=?utf-8?X?a?="), B },
        { SLICE_INIT("=?utf-8?Q?a"), SLICE_INIT("=?utf-8?Q?a"), B },
        { SLICE_INIT("=?utf-8?Q?a?"), SLICE_INIT("=?utf-8?Q?a?"), B },
        { SLICE_INIT("=??Q?a?="), SLICE_INIT("=??Q?a?="), B },
        { SLICE_INIT("=?"), SLICE_INIT("=?"), B },
        { SLICE_INIT("=?="), SLICE_INIT("=?="), B },
        { SLICE_INIT("=?utf-8?="), SLICE_INIT("=?utf-8?="), B },
        { SLICE_INIT("=?utf-8?Q?="), SLICE_INIT("=?utf-8?Q?="), B },
        { SLICE_INIT("a=b?c=?d"), SLICE_INIT("a=b?c=?d"), B },
        { SLICE_INIT("=?utf-8?Q?a =?utf-8?Q?b?="), SLICE_INIT("=?utf-8?Q?a b"), D | B },
        { SLICE_INIT("=?utf 8?Q?a?="), SLICE_INIT("=?utf 8?Q?a?="), B },
        /* bytes outside words */
        { SLICE_INIT("J\xc3\xbcrgen"), SLICE_INIT("J\xc3\xbcrgen"), 0 },
        { SLICE_INIT("J\xfcrgen \x80"), SLICE_INIT("J\xc3\xbcrgen \xe2\x82\xac"), 0 },
        { SLICE_INIT("\xfc =?utf-8?Q?=C3=BC?="), SLICE_INIT("\xc3\xbc \xc3\xbc"), D },
        { SLICE_INIT("a\0=?utf-8?Q?=00?="), SLICE_INIT("a\0\0"), D },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned flags = 99;
        struct slice got = words_decode(&arena, cases[i].in, &flags);
        if (!slice_eq(got, cases[i].out) || flags != cases[i].flags)
            fail_msg("case %zu: \"%.*s\" flags %u", i, SLICE_ARG(got), flags);
    }
}

static void plain_text_is_not_copied(void **state)
{
    struct slice text = SLICE("nothing to do");
    assert_ptr_equal(words_decode(&arena, text, NULL).p, text.p);
}

/* Ends at all, and keeps what was there. */
static void floods_are_read_in_one_pass(void **state)
{
    static const struct {
        struct slice piece;
        struct slice gives;
    } cases[] = {
        { SLICE_INIT("=?utf-8?Q?a?= "), SLICE_INIT("a") },
        { SLICE_INIT("=?a?q?"), SLICE_INIT("=?a?q?") },
        { SLICE_INIT("=?"), SLICE_INIT("=?") },
        { SLICE_INIT("=?a?q?x?y"), SLICE_INIT("=?a?q?x?y") },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t n = 1000000 / cases[i].piece.n;
        struct buf in, out;
        buf_init_in(&in, &arena, 2000000);
        buf_init_in(&out, &arena, 2000000);
        for (size_t k = 0; k < n; k++) {
            buf_add_slice(&in, cases[i].piece);
            buf_add_slice(&out, cases[i].gives);
        }
        struct slice got = slice_trim(words_decode(&arena, buf_slice(&in), NULL));
        if (!slice_eq(got, buf_slice(&out)))
            fail_msg("case %zu: %zu bytes", i, got.n);
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_as_mail_clients_do),
        cmocka_unit_test(plain_text_is_not_copied),
        cmocka_unit_test(floods_are_read_in_one_pass),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
