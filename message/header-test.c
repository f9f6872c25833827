/* header-test.c - splitting a header into fields */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "message/header.h"

static struct arena arena;
static struct message_limits limits;

static int setup(void **state)
{
    arena_init(&arena, 512 << 20);
    message_limits_default(&limits);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* "name=value|name=value|": what a block was split into */
static struct slice split(const struct header_block *b)
{
    struct buf out;
    buf_init_in(&out, &arena, 1 << 20);
    for (size_t i = 0; i < b->n; i++) {
        buf_add_slice(&out, b->v[i].name);
        buf_add_char(&out, '=');
        buf_add_slice(&out, b->v[i].value);
        buf_add_char(&out, '|');
    }
    return buf_slice(&out);
}

static void blocks_end_and_fields_split(void **state)
{
    enum { NOT_TOP = 1 };
    static const struct {
        struct slice text, split, body;
        unsigned flags;
        int not_top;
    } cases[] = {
        { SLICE_INIT("A: 1\r\nB: 2\r\n\r\nbody"), SLICE_INIT("A= 1|B= 2|"), SLICE_INIT("body"), 0, 0 },
        { SLICE_INIT("A: 1\nB: 2\n\nbody\n\nmore"), SLICE_INIT("A= 1|B= 2|"), SLICE_INIT("body\n\nmore"), 0,
          0 },
        { SLICE_INIT("A: 1\r\nB: 2\n\nbody"), SLICE_INIT("A= 1|B= 2|"), SLICE_INIT("body"),
          HEADER_MIXED_ENDINGS, 0 },
        { SLICE_INIT(""), SLICE_INIT(""), SLICE_INIT(""), HEADER_NO_BODY, 0 },
        { SLICE_INIT("\r\nbody"), SLICE_INIT(""), SLICE_INIT("body"), 0, 0 },
        { SLICE_INIT("\n"), SLICE_INIT(""), SLICE_INIT(""), 0, 0 },
        { SLICE_INIT("A: 1"), SLICE_INIT("A= 1|"), SLICE_INIT(""), HEADER_NO_BODY, 0 },
        { SLICE_INIT("A: 1\n"), SLICE_INIT("A= 1|"), SLICE_INIT(""), HEADER_NO_BODY, 0 },
        { SLICE_INIT("A:\n\n"), SLICE_INIT("A=|"), SLICE_INIT(""), 0, 0 },
        { SLICE_INIT("A:1\r\n\tfold\r\n  more\r\nB:\r\n 2\r\n\r\n"),
          SLICE_INIT("A=1\r\n\tfold\r\n  more|B=\r\n 2|"), SLICE_INIT(""), 0, 0 },
        { SLICE_INIT("A: 1\nno field\nB: 2\n\nx"), SLICE_INIT("A= 1|"), SLICE_INIT("no field\nB: 2\n\nx"),
          HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT(" starts with a fold\nA: 1\n\n"), SLICE_INIT(""),
          SLICE_INIT(" starts with a fold\nA: 1\n\n"), HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT(": no name\n\n"), SLICE_INIT(""), SLICE_INIT(": no name\n\n"), HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT("A B: 1\n\n"), SLICE_INIT(""), SLICE_INIT("A B: 1\n\n"), HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT("\xc3\xa4: 1\n\n"), SLICE_INIT(""), SLICE_INIT("\xc3\xa4: 1\n\n"), HEADER_NO_SEPARATOR,
          0 },
        { SLICE_INIT("A\0: 1\n\n"), SLICE_INIT(""), SLICE_INIT("A\0: 1\n\n"), HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT("A \t: 1\n\n"), SLICE_INIT("A= 1|"), SLICE_INIT(""), HEADER_NAME_SPACE, 0 },
        { SLICE_INIT("A(): 1\n\n"), SLICE_INIT("A()= 1|"), SLICE_INIT(""), 0, 0 },
        { SLICE_INIT("A: 1\n \t\nB: 2\n\n"), SLICE_INIT("A= 1\n \t|B= 2|"), SLICE_INIT(""), HEADER_BLANK_FOLD,
          0 },
        { SLICE_INIT("A: 1\0\n\n"), SLICE_INIT("A= 1\0|"), SLICE_INIT(""), HEADER_NUL, 0 },
        { SLICE_INIT("A: \x1b[\x7f\n\n"), SLICE_INIT("A= \x1b[\x7f|"), SLICE_INIT(""), HEADER_CONTROL, 0 },
        { SLICE_INIT("A: \xff\n\n"), SLICE_INIT("A= \xff|"), SLICE_INIT(""), HEADER_8BIT, 0 },
        { SLICE_INIT("A: 1\rB: 2\r\n\r\n"), SLICE_INIT("A= 1\rB: 2|"), SLICE_INIT(""), HEADER_BARE_CR, 0 },
        { SLICE_INIT("A: 1\r\r\n\r\n"), SLICE_INIT("A= 1\r|"), SLICE_INIT(""), HEADER_BARE_CR, 0 },
        { SLICE_INIT("A: 1\r"), SLICE_INIT("A= 1\r|"), SLICE_INIT(""), HEADER_BARE_CR | HEADER_NO_BODY, 0 },
        { SLICE_INIT("A: 1\r\n\rx"), SLICE_INIT("A= 1|"), SLICE_INIT("\rx"), HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT("From me Thu Jan  1\nA: 1\n\nx"), SLICE_INIT("A= 1|"), SLICE_INIT("x"), HEADER_MBOX_FROM,
          0 },
        { SLICE_INIT("From me Thu Jan  1\nA: 1\n\nx"), SLICE_INIT(""),
          SLICE_INIT("From me Thu Jan  1\nA: 1\n\nx"), HEADER_NO_SEPARATOR, NOT_TOP },
        { SLICE_INIT("A: 1\nFrom me\n\nx"), SLICE_INIT("A= 1|"), SLICE_INIT("From me\n\nx"),
          HEADER_NO_SEPARATOR, 0 },
        { SLICE_INIT("From: a\n\nx"), SLICE_INIT("From= a|"), SLICE_INIT("x"), 0, 0 },
        { SLICE_INIT("From : a\n\nx"), SLICE_INIT("From= a|"), SLICE_INIT("x"), HEADER_NAME_SPACE, 0 },
        { SLICE_INIT("From \t: a\n\nx"), SLICE_INIT("From= a|"), SLICE_INIT("x"), HEADER_NAME_SPACE, 0 },
        { SLICE_INIT("From "), SLICE_INIT(""), SLICE_INIT(""), HEADER_MBOX_FROM | HEADER_NO_BODY, 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct header_block b;
        header_parse(&b, &arena, cases[i].text, !cases[i].not_top, &limits);
        if (!slice_eq(split(&b), cases[i].split))
            fail_msg("case %zu: %.*s", i, SLICE_ARG(split(&b)));
        if (!slice_eq(slice_from(cases[i].text, b.body_at), cases[i].body))
            fail_msg("case %zu: body at %zu", i, b.body_at);
        if (b.flags != cases[i].flags)
            fail_msg("case %zu: flags %#x", i, b.flags);
    }
}

static void fields_and_block_are_kept_as_they_came(void **state)
{
    struct header_block b;
    struct slice text = SLICE("From x\nA: 1\r\n 2\r\nB : 3\r\n\r\nbody");
    header_parse(&b, &arena, text, true, &limits);
    assert_int_equal(b.n, 2);
    assert_true(slice_eq(b.v[0].field, SLICE("A: 1\r\n 2\r\n")));
    assert_true(slice_eq(b.v[1].field, SLICE("B : 3\r\n")));
    assert_true(slice_eq(b.raw, SLICE("A: 1\r\n 2\r\nB : 3\r\n")));
    assert_ptr_equal(b.raw.p, text.p + 7);
}

static void flags_belong_to_their_field(void **state)
{
    struct header_block b;
    header_parse(&b, &arena, SLICE("A: \xff\nB: \0\nC: 1\n\nbody \x01"), true, &limits);
    assert_int_equal(b.v[0].flags, HEADER_8BIT);
    assert_int_equal(b.v[1].flags, HEADER_NUL);
    assert_int_equal(b.v[2].flags, 0);
    assert_int_equal(b.flags, HEADER_8BIT | HEADER_NUL);
}

static void a_line_of_998_bytes_is_the_longest(void **state)
{
    struct header_block b;
    struct slice text = arena_printf(&arena, "A:%0996d\r\nB:%0997d\r\n\r\n", 0, 0);
    header_parse(&b, &arena, text, true, &limits);
    assert_int_equal(b.v[0].flags, 0);
    assert_int_equal(b.v[1].flags, HEADER_LONG_LINE);
}

static struct slice repeat(struct slice s, size_t n, struct slice tail)
{
    struct buf b;
    buf_init_in(&b, &arena, s.n * n + tail.n);
    while (n--)
        buf_add_slice(&b, s);
    buf_add_slice(&b, tail);
    return buf_slice(&b);
}

static void past_a_limit_the_block_ends_where_it_would(void **state)
{
    struct header_block b;
    struct slice text = repeat(SLICE("A: 1\r\n"), 50000, SLICE("\r\nbody"));
    header_parse(&b, &arena, text, true, &limits);
    assert_int_equal(b.n, limits.header_max_count);
    assert_int_equal(b.flags, HEADER_TRUNCATED);
    assert_int_equal(b.body_at, text.n - 4);
    assert_int_equal(b.raw.n, text.n - 6);

    text = repeat(SLICE("x"), 10 << 20, SLICE("\r\nB: 2\r\n\r\nbody"));
    memcpy((char *)(uintptr_t)text.p, "A: ", 3);
    header_parse(&b, &arena, text, true, &limits);
    assert_int_equal(b.n, 1);
    assert_int_equal(b.flags, HEADER_TRUNCATED | HEADER_LONG_LINE);
    assert_int_equal(b.v[0].value.n, limits.header_max_bytes - 2);
    assert_int_equal(b.body_at, text.n - 4);

    text = repeat(SLICE("A: 1\r\n 0123456789\r\n"), 1000, SLICE("\r\n"));
    struct message_limits small = limits;
    for (small.header_max_bytes = 0; small.header_max_bytes < 40; small.header_max_bytes++) {
        header_parse(&b, &arena, text, true, &small);
        assert_true(b.flags & HEADER_TRUNCATED);
        assert_true(b.n <= 2);
        for (size_t i = 0; i < b.n; i++)
            assert_true(b.v[i].value.p + b.v[i].value.n <= text.p + small.header_max_bytes);
    }
}

static void found_by_name_in_any_case(void **state)
{
    struct header_block b;
    header_parse(&b, &arena, SLICE("To: 1\nFrom: 2\nTO: 3\nT: 4\n\n"), true, &limits);
    assert_true(slice_eq(header_find(&b, SLICE("to"), 0)->value, SLICE(" 1")));
    assert_true(slice_eq(header_find(&b, SLICE("to"), 1)->value, SLICE(" 3")));
    assert_null(header_find(&b, SLICE("to"), 2));
    assert_null(header_find(&b, SLICE("Subject"), 0));
    assert_null(header_find(&b, SLICE(""), 0));
    assert_int_equal(header_count(&b, SLICE("tO")), 2);
    assert_int_equal(header_count(&b, SLICE("Cc")), 0);
}

static void values_unfold_to_one_line(void **state)
{
    static const struct {
        struct slice in, out;
    } cases[] = {
        { SLICE_INIT(" a"), SLICE_INIT("a") },
        { SLICE_INIT(" a\r\n b "), SLICE_INIT("a b") },
        { SLICE_INIT(" a\n\t b\n  c"), SLICE_INIT("a\t b  c") },
        { SLICE_INIT("\r\n a\r\n \r\n"), SLICE_INIT("a") },
        { SLICE_INIT("a\r\n\r\n b"), SLICE_INIT("a\r\n b") },
        { SLICE_INIT("a\r\nb"), SLICE_INIT("a\r\nb") },
        { SLICE_INIT("a\rb\r\r\n c"), SLICE_INIT("a\rb\r c") },
        { SLICE_INIT(""), SLICE_INIT("") },
        { SLICE_INIT(" \n "), SLICE_INIT("") },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct slice got = header_unfold(&arena, cases[i].in);
        if (!slice_eq(got, cases[i].out))
            fail_msg("case %zu: \"%.*s\"", i, SLICE_ARG(got));
    }
    struct slice plain = SLICE(" a b ");
    assert_ptr_equal(header_unfold(&arena, plain).p, plain.p + 1);
}

static void values_decode_to_utf8(void **state)
{
    struct header h = { .value = SLICE_INIT(" =?utf-8?Q?a=C3=A4?=\r\n =?utf-8?Q?b?= \xe4") };
    assert_true(slice_eq(header_decoded(&arena, &h), SLICE("a\xc3\xa4"
                                                           "b \xc3\xa4")));
}

/* A default lets real mail through (the largest header of 16,000 real messages: 125 fields, 22 KB). */
static void defaults_are_as_documented(void **state)
{
    struct message_limits l;
    memset(&l, 0xff, sizeof(l));
    message_limits_default(&l);
    assert_int_equal(l.arena_max, 64 << 20);
    assert_int_equal(l.header_max_count, 2000);
    assert_int_equal(l.header_max_bytes, 1 << 20);
    assert_int_equal(l.mime_max_depth, 50);
    assert_int_equal(l.mime_max_parts, 2000);
    assert_int_equal(l.decoded_max, 32 << 20);
    assert_int_equal(l.text_max, 1 << 20);
    assert_int_equal(l.html_max_tags, 100000);
    assert_int_equal(l.html_max_links, 5000);
    assert_int_equal(l.uri_max_count, 5000);
    assert_int_equal(l.received_max_count, 200);
    assert_int_equal(l.address_max_count, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_as_documented),
        cmocka_unit_test(blocks_end_and_fields_split),
        cmocka_unit_test(fields_and_block_are_kept_as_they_came),
        cmocka_unit_test(flags_belong_to_their_field),
        cmocka_unit_test(a_line_of_998_bytes_is_the_longest),
        cmocka_unit_test(past_a_limit_the_block_ends_where_it_would),
        cmocka_unit_test(found_by_name_in_any_case),
        cmocka_unit_test(values_unfold_to_one_line),
        cmocka_unit_test(values_decode_to_utf8),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
