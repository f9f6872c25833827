/* transfer-test.c - base64, quoted-printable and uuencode, as good and as bad as mail has them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "message/transfer.h"

struct row {
    struct slice in, out;
    unsigned flags;
};

static void check_rows(const struct row *rows, size_t n, enum transfer_encoding enc)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        unsigned flags = 0;
        struct slice got = transfer_decode(&a, rows[i].in, enc, 10000, &flags);
        if (!slice_eq(got, rows[i].out) || flags != rows[i].flags)
            fail_msg("row %zu: \"%.*s\" flags %u", i, SLICE_ARG(got), flags);
    }
    arena_deinit(&a);
}
#define CHECK(rows, enc) check_rows(rows, sizeof(rows) / sizeof(rows[0]), enc)

static void base64_as_it_should_be(void **state)
{
    static const struct row rows[] = {
        { SLICE_INIT(""), SLICE_INIT(""), 0 },
        { SLICE_INIT("Zg=="), SLICE_INIT("f"), 0 },
        { SLICE_INIT("Zm8="), SLICE_INIT("fo"), 0 },
        { SLICE_INIT("Zm9v"), SLICE_INIT("foo"), 0 },
        { SLICE_INIT("Zm9v\r\nYmFy\r\n"), SLICE_INIT("foobar"), 0 },
        { SLICE_INIT("Zm 9v\tYm\n\nFy"), SLICE_INIT("foobar"), 0 },
        { SLICE_INIT("Zg\r\n=\r\n=\r\n"), SLICE_INIT("f"), 0 },
        { SLICE_INIT("AAECAwQFBgcICQ=="), SLICE_INIT("\0\1\2\3\4\5\6\7\10\11"), 0 },
        { SLICE_INIT("+/+/"), SLICE_INIT("\xfb\xff\xbf"), 0 },
        { SLICE_INIT("Zm9v===="), SLICE_INIT("foo"), 0 }, /* too much at the end hides nothing */
    };
    CHECK(rows, TRANSFER_BASE64);
}

static void base64_as_it_comes(void **state)
{
    static const struct row rows[] = {
        { SLICE_INIT("Zm!9-v"), SLICE_INIT("foo"), TRANSFER_BAD_CHAR },
        { SLICE_INIT("Zm9v\0YmFy"), SLICE_INIT("foobar"), TRANSFER_BAD_CHAR },
        { SLICE_INIT("Zm9v\xffYmFy"), SLICE_INIT("foobar"), TRANSFER_BAD_CHAR },
        { SLICE_INIT("Zg"), SLICE_INIT("f"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zg="), SLICE_INIT("f"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zm8"), SLICE_INIT("fo"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zm9vZ"), SLICE_INIT("foo"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Z==="), SLICE_INIT(""), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zg==Zm9v"), SLICE_INIT("ffoo"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zm8=\r\nYmFy"), SLICE_INIT("fobar"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zm9v=YmFy"), SLICE_INIT("foobar"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("="), SLICE_INIT(""), 0 },
        { SLICE_INIT("=Zm9v"), SLICE_INIT("foo"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("Zg=!=Zm9v"), SLICE_INIT("ffoo"), TRANSFER_BAD_PADDING | TRANSFER_BAD_CHAR },
    };
    CHECK(rows, TRANSFER_BASE64);
}

static void quoted_printable(void **state)
{
    static const struct row rows[] = {
        { SLICE_INIT("a=3Db"), SLICE_INIT("a=b"), 0 },
        { SLICE_INIT("=e4=E4=eE"), SLICE_INIT("\xe4\xe4\xee"), 0 },
        { SLICE_INIT("=00x"), SLICE_INIT("\0x"), 0 },
        { SLICE_INIT("soft=\r\nbreak"), SLICE_INIT("softbreak"), 0 },
        { SLICE_INIT("soft=\nbreak"), SLICE_INIT("softbreak"), 0 },
        { SLICE_INIT("soft= \t\r\nbreak"), SLICE_INIT("softbreak"), 0 },
        { SLICE_INIT("soft= \t\nbreak"), SLICE_INIT("softbreak"), 0 },
        { SLICE_INIT("end="), SLICE_INIT("end"), 0 },
        { SLICE_INIT("end=  "), SLICE_INIT("end"), 0 },
        { SLICE_INIT("end=\r"), SLICE_INIT("end"), 0 },
        { SLICE_INIT("end=\n"), SLICE_INIT("end"), 0 },
        { SLICE_INIT("trail \t\r\ning \nx "), SLICE_INIT("trail\r\ning\nx"), 0 },
        { SLICE_INIT("in  side\tx"), SLICE_INIT("in  side\tx"), 0 },
        { SLICE_INIT("keep=20\r\n"), SLICE_INIT("keep \r\n"), 0 },
        { SLICE_INIT("8\xe4 bit"), SLICE_INIT("8\xe4 bit"), 0 },
        { SLICE_INIT("a=b"), SLICE_INIT("a=b"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("a=4"), SLICE_INIT("a=4"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("a=4g="), SLICE_INIT("a=4g"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("a==41"), SLICE_INIT("a=A"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("a= b"), SLICE_INIT("a= b"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("a=\rb"), SLICE_INIT("a=\rb"), TRANSFER_BAD_ESCAPE },
        { SLICE_INIT("bare \rcr"), SLICE_INIT("bare \rcr"), 0 },
    };
    CHECK(rows, TRANSFER_QP);
}

static void uuencode(void **state)
{
    static const struct row rows[] = {
        { SLICE_INIT("begin 644 a.txt\n#0V%T\n`\nend\n"), SLICE_INIT("Cat"), 0 },
        { SLICE_INIT("begin 644 a b.txt\r\n#0V%T\r\n`\r\nend\r\n"), SLICE_INIT("Cat"), 0 },
        { SLICE_INIT("begin 644 a\n#0V%T\n \nend\nbegin 644 b\n#0V%T\n`\nend\n"), SLICE_INIT("CatCat"), 0 },
        { SLICE_INIT("\nbegin 644 a\n!00``\n`\nend\n\n"), SLICE_INIT("A"), 0 },
        { SLICE_INIT("begin 644 a\n#0V%TX\n`\nend\n"), SLICE_INIT("Cat"), 0 }, /* checksum character */
        { SLICE_INIT("hello\nbegin 644 a\n#0V%T\n`\nend\n"), SLICE_INIT("Cat"), TRANSFER_BAD_CHAR },
        { SLICE_INIT("begin 644 a\n#0V%T\n"), SLICE_INIT("Cat"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("begin 644 a\nM0V%T\n`\nend\n"), SLICE_INIT("Cat"), TRANSFER_BAD_PADDING },
        { SLICE_INIT("begin 644 a\n\x01\nz\n`\nend\n"), SLICE_INIT(""), TRANSFER_BAD_CHAR },
        { SLICE_INIT("no block at all"), SLICE_INIT("no block at all"), TRANSFER_BAD_CHAR },
    };
    CHECK(rows, TRANSFER_UUENCODE);
}

static void identity_is_the_input_itself(void **state)
{
    struct slice in = SLICE("a=3Db");
    unsigned flags = 0;
    assert_ptr_equal(transfer_decode(NULL, in, TRANSFER_IDENTITY, 100, &flags).p, in.p);
    assert_ptr_equal(transfer_decode(NULL, in, TRANSFER_UNKNOWN, 100, &flags).p, in.p);
    assert_int_equal(flags, 0);
    assert_int_equal(transfer_decode(NULL, in, TRANSFER_IDENTITY, 2, &flags).n, 2);
    assert_int_equal(flags, TRANSFER_CUT);
}

static void max_cuts_every_encoding(void **state)
{
    static const struct {
        enum transfer_encoding enc;
        struct slice in;
    } rows[] = {
        { TRANSFER_BASE64, SLICE_INIT("Zm9vYmFyZm9vYmFy") },
        { TRANSFER_QP, SLICE_INIT("foobar=66oobar") },
        { TRANSFER_QP, SLICE_INIT("foob=61rfoobar") },
        { TRANSFER_UUENCODE, SLICE_INIT("begin 644 a\n&9F]O8F%R\n&9F]O8F%R\n`\nend\n") },
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t max = 0; max <= 12; max++) {
            unsigned flags = 0;
            struct slice got = transfer_decode(&a, rows[i].in, rows[i].enc, max, &flags);
            assert_true(slice_eq(got, slice_sub(SLICE("foobarfoobar"), 0, max)));
            assert_int_equal(flags & TRANSFER_CUT, max < 12 ? TRANSFER_CUT : 0);
        }
    arena_deinit(&a);
}

static void names(void **state)
{
    static const struct {
        struct slice name;
        enum transfer_encoding enc;
    } rows[] = {
        { SLICE_INIT(""), TRANSFER_IDENTITY },        { SLICE_INIT(" 7BIT "), TRANSFER_IDENTITY },
        { SLICE_INIT("8Bit"), TRANSFER_IDENTITY },    { SLICE_INIT("binary"), TRANSFER_IDENTITY },
        { SLICE_INIT("BASE64"), TRANSFER_BASE64 },    { SLICE_INIT("Quoted-Printable"), TRANSFER_QP },
        { SLICE_INIT("x-uue"), TRANSFER_UUENCODE },   { SLICE_INIT("base 64"), TRANSFER_UNKNOWN },
        { SLICE_INIT("base64,"), TRANSFER_UNKNOWN },  { SLICE_INIT("x-yenc"), TRANSFER_UNKNOWN },
        { SLICE_INIT("base64\0"), TRANSFER_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(transfer_by_name(rows[i].name), rows[i].enc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_as_it_should_be),
        cmocka_unit_test(base64_as_it_comes),
        cmocka_unit_test(quoted_printable),
        cmocka_unit_test(uuencode),
        cmocka_unit_test(identity_is_the_input_itself),
        cmocka_unit_test(max_cuts_every_encoding),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
