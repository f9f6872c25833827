/* codec-test.c - the milter codec of the test client */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/milter/codec.h"

static void packet_written_is_read(void **state)
{
    struct buf b;
    buf_init(&b, 1000);
    size_t at = mt_packet_begin(&b, 'L');
    mt_put_text(&b, SLICE("Subject"));
    mt_put_text(&b, SLICE(" hello"));
    mt_packet_end(&b, at);
    struct slice in = buf_slice(&b);
    struct mt_packet p;
    assert_int_equal(mt_packet_get(&in, &p), 1);
    assert_int_equal(p.command, 'L');
    assert_true(slice_eq(p.data, SLICE("Subject\0 hello\0")));
    assert_int_equal(in.n, 0);
    buf_deinit(&b);
}

static void every_shorter_packet_waits_for_more(void **state)
{
    static const char whole[] = "\0\0\0\6cabcde";
    for (size_t n = 0; n < sizeof(whole) - 1; n++) {
        struct slice in = slice_of(whole, n);
        struct mt_packet p;
        assert_int_equal(mt_packet_get(&in, &p), 0);
        assert_int_equal(in.n, n);
    }
}

static void lengths_that_cannot_be_are_refused(void **state)
{
    static const struct slice bad[] = { SLICE_INIT("\0\0\0\0c"), SLICE_INIT("\xff\xff\xff\xffy"),
                                        SLICE_INIT("\0\x10\0\1y") };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct slice in = bad[i];
        struct mt_packet p;
        assert_int_equal(mt_packet_get(&in, &p), -1);
    }
}

static void edits_are_read(void **state)
{
    static const struct {
        char command;
        struct slice data;
        bool good;
        struct mt_edit e;
    } table[] = {
        { 'h', SLICE_INIT("A\0b\0"), true, { MT_EDIT_ADD, 'h', 0, SLICE_INIT("A"), SLICE_INIT("b"), 0 } },
        { 'i',
          SLICE_INIT("\0\0\0\1A\0b\0"),
          true,
          { MT_EDIT_INSERT, 'i', 1, SLICE_INIT("A"), SLICE_INIT("b"), 0 } },
        { 'm',
          SLICE_INIT("\0\0\0\2A\0b\0"),
          true,
          { MT_EDIT_CHANGE, 'm', 2, SLICE_INIT("A"), SLICE_INIT("b"), 0 } },
        { 'm',
          SLICE_INIT("\0\0\0\2A\0\0"),
          true,
          { MT_EDIT_DELETE, 'm', 2, SLICE_INIT("A"), SLICE_INIT(""), 0 } },
        { 'h', SLICE_INIT("A\0b"), false, { 0 } },
        { 'h', SLICE_INIT("A\0b\0c"), false, { 0 } },
        { 'm', SLICE_INIT("\0\0\0"), false, { 0 } },
        { 'i', SLICE_INIT("\0\0\0\1A\0"), false, { 0 } },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct mt_packet p = { table[i].command, table[i].data };
        struct mt_edit e;
        assert_int_equal(mt_edit_get(&p, &e), table[i].good);
        if (!table[i].good)
            continue;
        assert_int_equal(e.kind, table[i].e.kind);
        assert_int_equal(e.index, table[i].e.index);
        assert_true(slice_eq(e.name, table[i].e.name));
        assert_true(slice_eq(e.value, table[i].e.value));
    }
}

static void symbol_lists_are_taken_off_one_by_one(void **state)
{
    struct slice s = SLICE("\0\0\0\0j {client_ptr}\0\0\0\0\5i\0");
    uint32_t stage;
    struct slice names;
    assert_true(mt_symbols_next(&s, &stage, &names));
    assert_int_equal(stage, 0);
    assert_true(slice_eq(names, SLICE("j {client_ptr}")));
    assert_true(mt_symbols_next(&s, &stage, &names));
    assert_int_equal(stage, 5);
    assert_false(mt_symbols_next(&s, &stage, &names));
    assert_int_equal(s.n, 0);
    s = SLICE("\0\0\0\0unended");
    assert_false(mt_symbols_next(&s, &stage, &names));
    assert_int_not_equal(s.n, 0);
}

static void reply_text_ends_with_its_only_nul(void **state)
{
    struct slice t;
    assert_true(mt_text_get(SLICE("550 5.7.1 no\0"), &t));
    assert_true(slice_eq(t, SLICE("550 5.7.1 no")));
    assert_false(mt_text_get(SLICE("550"), &t));
    assert_false(mt_text_get(SLICE("550\0x\0"), &t));
}

static void flags_have_names(void **state)
{
    assert_int_equal(mt_action_by_name(SLICE("quarantine")), MT_QUARANTINE);
    assert_int_equal(mt_protocol_by_name(SLICE("HDR_LEADSPC")), MT_HDR_LEADSPC);
    assert_int_equal(mt_protocol_by_name(SLICE("QUARANTINE")), 0);
    struct buf b;
    buf_init(&b, 100);
    mt_actions_print(&b, MT_QUARANTINE | MT_ADDHDRS);
    assert_string_equal(b.p, "ADDHDRS QUARANTINE");
    buf_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packet_written_is_read),
        cmocka_unit_test(every_shorter_packet_waits_for_more),
        cmocka_unit_test(lengths_that_cannot_be_are_refused),
        cmocka_unit_test(edits_are_read),
        cmocka_unit_test(symbol_lists_are_taken_off_one_by_one),
        cmocka_unit_test(reply_text_ends_with_its_only_nul),
        cmocka_unit_test(flags_have_names),
    };
    return cmocka_run_group_tests_name("tests/milter/codec", tests, NULL, NULL);
}
