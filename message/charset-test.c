/* charset-test.c - to UTF-8 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/charset-table.h"
#include "message/charset.h"

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

static void labels_lead_to_the_superset_that_is_sent(void **state)
{
    static const struct {
        struct slice label;
        const char *name;
    } cases[] = {
        { SLICE_INIT("latin1"), "windows-1252" },
        { SLICE_INIT("ISO-8859-1"), "windows-1252" },
        { SLICE_INIT("US-ASCII"), "windows-1252" },
        { SLICE_INIT("ANSI_X3.4-1968"), "windows-1252" },
        { SLICE_INIT("iso_8859-1:1987"), "windows-1252" },
        { SLICE_INIT("utf8"), "UTF-8" },
        { SLICE_INIT(" UTF-8 "), "UTF-8" },
        { SLICE_INIT("utf_8"), "UTF-8" },
        { SLICE_INIT("gb2312"), "gb18030" },
        { SLICE_INIT("x-gbk"), "gb18030" },
        { SLICE_INIT("ks_c_5601-1987"), "EUC-KR" },
        { SLICE_INIT("windows-31j"), "Shift_JIS" },
        { SLICE_INIT("iso-8859-9"), "windows-1254" },
        { SLICE_INIT("iso-8859-11"), "windows-874" },
        { SLICE_INIT("koi8-r"), "KOI8-R" },
        { SLICE_INIT("cp1251"), "windows-1251" },
        { SLICE_INIT("iso-2022-jp"), "ISO-2022-JP" },
        { SLICE_INIT("utf-7"), "UTF-7" },
        { SLICE_INIT("ISO-2022-CN-EXT"), "ISO-2022-CN" },
        { SLICE_INIT("unicode-1-1-utf-7"), "UTF-7" },
        { SLICE_INIT(""), NULL },
        { SLICE_INIT("-"), NULL },
        { SLICE_INIT("UTF-8//TRANSLIT"), NULL },
        { SLICE_INIT("ebcdic-us"), NULL },
        { SLICE_INIT("../../tmp/x"), NULL },
        { SLICE_INIT("utf-8\0x"), NULL },
        { SLICE_INIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *got = charset_canonical(cases[i].label);
        if ((got == NULL) != (cases[i].name == NULL) || (got && strcmp(got, cases[i].name) != 0))
            fail_msg("%.*s: %s", SLICE_ARG(cases[i].label), got ? got : "unknown");
    }
}

static void every_row_is_found_under_its_own_name(void **state)
{
    for (size_t i = 0; i < CHARSET_ROWS; i++)
        assert_ptr_equal(charset_by_label(slice_str(charset_rows[i].name)), &charset_rows[i]);
}

/* all of them say "a", a letter, "z" */
static void text_is_converted(void **state)
{
    enum { U = CHARSET_UNKNOWN, I = CHARSET_INVALID };
    static const struct {
        struct slice charset, in, out;
        unsigned flags;
    } cases[] = {
        { SLICE_INIT("utf-8"), SLICE_INIT("a\xc3\xa4z"), SLICE_INIT("a\xc3\xa4z"), 0 },
        { SLICE_INIT("utf-8"),
          SLICE_INIT("\xef\xbb\xbf"
                     "a"),
          SLICE_INIT("a"), 0 },
        { SLICE_INIT("utf-8"), SLICE_INIT("a\xe4z"), SLICE_INIT("a\xef\xbf\xbdz"), I },
        { SLICE_INIT("utf-8"), SLICE_INIT("a\xe2\x82z"), SLICE_INIT("a\xef\xbf\xbdz"), I },
        { SLICE_INIT("utf-8"), SLICE_INIT("\xed\xa0\x80"), SLICE_INIT("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"),
          I },
        { SLICE_INIT("utf-8"),
          SLICE_INIT("\xff\xfe"
                     "a\0\xe4\0"),
          SLICE_INIT("a\xc3\xa4"), 0 },
        { SLICE_INIT("utf-8"), SLICE_INIT("\xef\xbf\xbd\xc0"), SLICE_INIT("\xef\xbf\xbd\xef\xbf\xbd"), I },
        { SLICE_INIT(""), SLICE_INIT("a\xe4\x80z"), SLICE_INIT("a\xc3\xa4\xe2\x82\xacz"), 0 },
        { SLICE_INIT(""), SLICE_INIT("a\xc3\xa4z"), SLICE_INIT("a\xc3\xa4z"), 0 },
        { SLICE_INIT("x-unknown"), SLICE_INIT("a\xe4z"), SLICE_INIT("a\xc3\xa4z"), U },
        { SLICE_INIT("x-unknown"), SLICE_INIT("az"), SLICE_INIT("az"), U },
        { SLICE_INIT("us-ascii"), SLICE_INIT("a\xe4z"), SLICE_INIT("a\xc3\xa4z"), 0 },
        { SLICE_INIT("iso-8859-1"), SLICE_INIT("\x80\x81"), SLICE_INIT("\xe2\x82\xac\xc2\x81"), 0 },
        /* wrong by name, right by content */
        { SLICE_INIT("iso-8859-1"), SLICE_INIT("a\xc3\xa4z"), SLICE_INIT("a\xc3\xa4z"), 0 },
        { SLICE_INIT("iso-8859-15"), SLICE_INIT("\xa4"), SLICE_INIT("\xe2\x82\xac"), 0 },
        { SLICE_INIT("iso-8859-2"), SLICE_INIT("\xb1"), SLICE_INIT("\xc4\x85"), 0 },
        { SLICE_INIT("iso-8859-7"), SLICE_INIT("\xe1\xff"), SLICE_INIT("\xce\xb1\xef\xbf\xbd"), I },
        { SLICE_INIT("windows-1251"), SLICE_INIT("\xe0\x98"), SLICE_INIT("\xd0\xb0\xc2\x98"), 0 },
        { SLICE_INIT("windows-1250"), SLICE_INIT("\xe8"), SLICE_INIT("\xc4\x8d"), 0 },
        { SLICE_INIT("windows-1255"), SLICE_INIT("\xe0\xc7\xe1"), SLICE_INIT("\xd7\x90\xd6\xb7\xd7\x91"), 0 },
        { SLICE_INIT("windows-1256"), SLICE_INIT("\xc7"), SLICE_INIT("\xd8\xa7"), 0 },
        { SLICE_INIT("windows-1258"), SLICE_INIT("\xe2\xec"), SLICE_INIT("\xc3\xa2\xcc\x81"), 0 },
        { SLICE_INIT("koi8-r"), SLICE_INIT("\xc1"), SLICE_INIT("\xd0\xb0"), 0 },
        { SLICE_INIT("koi8-u"), SLICE_INIT("\xa4"), SLICE_INIT("\xd1\x94"), 0 },
        { SLICE_INIT("cp866"), SLICE_INIT("\xa0"), SLICE_INIT("\xd0\xb0"), 0 },
        { SLICE_INIT("cp850"), SLICE_INIT("\x84"), SLICE_INIT("\xc3\xa4"), 0 },
        { SLICE_INIT("macintosh"), SLICE_INIT("\x8a"), SLICE_INIT("\xc3\xa4"), 0 },
        { SLICE_INIT("tis-620"), SLICE_INIT("\xa1"), SLICE_INIT("\xe0\xb8\x81"), 0 },
        { SLICE_INIT("gb2312"), SLICE_INIT("\xd6\xd0\xce\xc4"), SLICE_INIT("\xe4\xb8\xad\xe6\x96\x87"), 0 },
        { SLICE_INIT("gbk"), SLICE_INIT("\x81\x40"), SLICE_INIT("\xe4\xb8\x82"), 0 },
        { SLICE_INIT("gb2312"), SLICE_INIT("a\xd6"), SLICE_INIT("a\xef\xbf\xbd"), I },
        /* valid UTF-8 by chance: two letters of GB 2312 */
        { SLICE_INIT("gb2312"), SLICE_INIT("\xc4\xa3"), SLICE_INIT("\xe6\xa8\xa1"), 0 },
        { SLICE_INIT("big5"), SLICE_INIT("\xa4\xa4\xa4\xe5"), SLICE_INIT("\xe4\xb8\xad\xe6\x96\x87"), 0 },
        { SLICE_INIT("euc-kr"), SLICE_INIT("\xb0\xa1\x81\x41"), SLICE_INIT("\xea\xb0\x80\xea\xb0\x82"), 0 },
        { SLICE_INIT("euc-jp"), SLICE_INIT("\xc6\xfc\xad\xa1"), SLICE_INIT("\xe6\x97\xa5\xe2\x91\xa0"), 0 },
        { SLICE_INIT("shift_jis"), SLICE_INIT("\x93\xfa\\~\xb1\x87\x40"),
          SLICE_INIT("\xe6\x97\xa5\\~\xef\xbd\xb1\xe2\x91\xa0"), 0 },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("a\x1b$BF|\x1b(Bz"), SLICE_INIT("a\xe6\x97\xa5z"), 0 },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("\x1b$B-!\x1b(I1\x1b(Jz"),
          SLICE_INIT("\xe2\x91\xa0\xef\xbd\xb1z"), 0 },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("\x1b$BF\nz"), SLICE_INIT("\xef\xbf\xbd\nz"), I },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("plain"), SLICE_INIT("plain"), 0 },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("\x1b(Ba\xe4z"), SLICE_INIT("a\xef\xbf\xbdz"), I },
        { SLICE_INIT("iso-2022-jp"), SLICE_INIT("\x93\xfa"), SLICE_INIT("\xe6\x97\xa5"), 0 },
        { SLICE_INIT("iso-2022-kr"),
          SLICE_INIT("\x1b$)C\x0e"
                     "0!\x0f"
                     "z"),
          SLICE_INIT("\xea\xb0\x80z"), 0 },
        { SLICE_INIT("iso-2022-cn"), SLICE_INIT("\x1b$)A\x0eVP\x0fz"), SLICE_INIT("\xe4\xb8\xadz"), 0 },
        { SLICE_INIT("utf-7"), SLICE_INIT("a+AOQ-z"), SLICE_INIT("a\xc3\xa4z"), 0 },
        { SLICE_INIT("utf-7"), SLICE_INIT("a+-z"), SLICE_INIT("a+z"), 0 },
        { SLICE_INIT("utf-16"),
          SLICE_INIT("\xff\xfe"
                     "a\0\xe4\0"),
          SLICE_INIT("a\xc3\xa4"), 0 },
        { SLICE_INIT("utf-16"), SLICE_INIT("\xfe\xff\0a\0\xe4"), SLICE_INIT("a\xc3\xa4"), 0 },
        { SLICE_INIT("utf-16"), SLICE_INIT("\0a\0\xe4"), SLICE_INIT("a\xc3\xa4"), 0 },
        { SLICE_INIT("utf-16"), SLICE_INIT("a\0\xe4\0"), SLICE_INIT("a\xc3\xa4"), 0 },
        { SLICE_INIT("utf-16be"), SLICE_INIT("\xd8\x3d\xde\x00\0z"), SLICE_INIT("\xf0\x9f\x98\x80z"), 0 },
        { SLICE_INIT("utf-16be"), SLICE_INIT("\xde\x00\0z\0"), SLICE_INIT("\xef\xbf\xbdz\xef\xbf\xbd"), I },
        { SLICE_INIT("utf-32le"), SLICE_INIT("a\0\0\0\xff\xff\xff\xff"), SLICE_INIT("a\xef\xbf\xbd"), I },
        { SLICE_INIT("utf-16"), SLICE_INIT(""), SLICE_INIT(""), 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned flags = 99;
        struct slice got = charset_to_utf8(&arena, cases[i].in, cases[i].charset, 1000, &flags);
        if (!slice_eq(got, cases[i].out) || flags != cases[i].flags)
            fail_msg("case %zu: %.*s: \"%.*s\" flags %u", i, SLICE_ARG(cases[i].charset), SLICE_ARG(got),
                     flags);
    }
}

/* In a sandbox no file can be opened: all that iconv needs must be there after warming up. */
static void no_file_is_opened_after_warming(void **state)
{
    struct rlimit old, none;
    charset_warm();
    getrlimit(RLIMIT_NOFILE, &old);
    none = old;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    int fd = open("/", O_RDONLY);
    text_is_converted(state);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_int_equal(fd, -1);
}

static void no_state_is_left_for_the_next_text(void **state)
{
    static const struct slice names[] = { SLICE_INIT("iso-2022-kr"), SLICE_INIT("iso-2022-cn"),
                                          SLICE_INIT("utf-7"), SLICE_INIT("iso-2022-jp"),
                                          SLICE_INIT("big5") };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        charset_to_utf8(&arena, SLICE("\x1b$)C\x1b$)A\x1b$B\x0e+AO\x88"), names[i], 1000, NULL);
        struct slice got = charset_to_utf8(&arena, SLICE("abc\xff"), names[i], 1000, NULL);
        if (!slice_starts(got, SLICE("abc")))
            fail_msg("%.*s: %.*s", SLICE_ARG(names[i]), SLICE_ARG(got));
    }
}

static void text_in_utf8_is_not_copied(void **state)
{
    struct slice text = SLICE("gr\xc3\xbc\xc3\x9f");
    assert_ptr_equal(charset_to_utf8(&arena, text, SLICE("utf-8"), 100, NULL).p, text.p);
    assert_ptr_equal(charset_to_utf8(&arena, text, SLICE(""), 100, NULL).p, text.p);
    text = SLICE("plain");
    assert_ptr_equal(charset_to_utf8(&arena, text, SLICE("gb2312"), 100, NULL).p, text.p);
}

static void output_is_cut_between_characters(void **state)
{
    static const struct {
        struct slice charset, in;
    } cases[] = {
        { SLICE_INIT("utf-8"), SLICE_INIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80xyz") },
        { SLICE_INIT("utf-8"), SLICE_INIT("\xff\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80xyz") },
        { SLICE_INIT("windows-1252"), SLICE_INIT("\xe4\x80\xe4\x80\xe4\x80") },
        { SLICE_INIT("gb2312"), SLICE_INIT("\xd6\xd0z\xce\xc4\xd6\xd0") },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct slice whole = charset_to_utf8(&arena, cases[i].in, cases[i].charset, SIZE_MAX, NULL);
        for (size_t max = 0; max <= whole.n; max++) {
            unsigned flags;
            struct slice got = charset_to_utf8(&arena, cases[i].in, cases[i].charset, max, &flags);
            assert_true(got.n <= max && got.n + 4 > max);
            assert_true(slice_starts(whole, got));
            assert_true(utf8_valid(got));
            assert_int_equal(!!(flags & CHARSET_CUT), got.n < whole.n);
        }
    }
}

/* a long text that is invalid everywhere, in every charset: comes to an end, as UTF-8 */
static void garbage_becomes_utf8(void **state)
{
    char *garbage = arena_alloc(&arena, 1 << 20);
    uint32_t x = 1;
    for (size_t i = 0; i < 1 << 20; i++) {
        x = x * 1664525 + 1013904223;
        garbage[i] = (char)(x >> 24 | 0x80);
    }
    for (size_t i = 0; i < CHARSET_ROWS; i++) {
        struct arena a;
        arena_init(&a, 64 << 20);
        struct slice got =
            charset_to_utf8(&a, slice_of(garbage, 1 << 20), slice_str(charset_rows[i].name), SIZE_MAX, NULL);
        assert_true(got.n > 0 && utf8_valid(got));
        arena_deinit(&a);
    }
}

static void utf8_is_strict(void **state)
{
    static const struct {
        struct slice in;
        uint32_t c;
        size_t n;
    } cases[] = {
        { SLICE_INIT("a"), 'a', 1 },
        { SLICE_INIT("\0"), 0, 1 },
        { SLICE_INIT("\xc2\x80"), 0x80, 2 },
        { SLICE_INIT("\xe0\xa0\x80"), 0x800, 3 },
        { SLICE_INIT("\xef\xbf\xbf"), 0xffff, 3 },
        { SLICE_INIT("\xf0\x90\x80\x80"), 0x10000, 4 },
        { SLICE_INIT("\xf4\x8f\xbf\xbf"), 0x10ffff, 4 },
        { SLICE_INIT("\xc1\xbf"), 0xfffd, 1 },
        { SLICE_INIT("\xe0\x9f\xbf"), 0xfffd, 1 },
        { SLICE_INIT("\xed\xa0\x80"), 0xfffd, 1 },
        { SLICE_INIT("\xf0\x8f\xbf\xbf"), 0xfffd, 1 },
        { SLICE_INIT("\xf4\x90\x80\x80"), 0xfffd, 1 },
        { SLICE_INIT("\xf5"), 0xfffd, 1 },
        { SLICE_INIT("\x80"), 0xfffd, 1 },
        { SLICE_INIT("\xe2\x82"), 0xfffd, 2 },
        { SLICE_INIT("\xf0\x9f\x98z"), 0xfffd, 3 },
        { SLICE_INIT("\xc3"), 0xfffd, 1 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t n;
        uint32_t c = utf8_get(cases[i].in, &n);
        if (c != cases[i].c || n != cases[i].n)
            fail_msg("case %zu: %x of %zu", i, c, n);
        assert_int_equal(utf8_valid(cases[i].in), c != 0xfffd);
    }
    assert_true(utf8_valid(SLICE("\xef\xbf\xbd")));
    assert_true(utf8_valid(slice_of(NULL, 0)));
}

static void every_code_point_survives(void **state)
{
    for (uint32_t c = 0; c <= 0x110000; c++) {
        char four[4];
        size_t n = utf8_put(four, c), got_n;
        bool bad = c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff);
        uint32_t got = utf8_get(slice_of(four, n), &got_n);
        if (got != (bad ? 0xfffd : c) || got_n != n || !utf8_valid(slice_of(four, n)))
            fail_msg("U+%04X", c);
    }
}

static void validity_does_not_depend_on_where_it_breaks(void **state)
{
    char text[40];
    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        text[at] = (char)0xff;
        assert_false(utf8_valid(slice_of(text, sizeof(text))));
        assert_int_equal(utf8_ascii(slice_of(text, sizeof(text))), at);
        assert_true(utf8_valid(slice_of(text, at)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lead_to_the_superset_that_is_sent),
        cmocka_unit_test(every_row_is_found_under_its_own_name),
        cmocka_unit_test(no_file_is_opened_after_warming), /* before any other conversion */
        cmocka_unit_test(text_is_converted),
        cmocka_unit_test(no_state_is_left_for_the_next_text),
        cmocka_unit_test(text_in_utf8_is_not_copied),
        cmocka_unit_test(output_is_cut_between_characters),
        cmocka_unit_test(garbage_becomes_utf8),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(every_code_point_survives),
        cmocka_unit_test(validity_does_not_depend_on_where_it_breaks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
