/* filing-test.c - folders and texts by what the message carries */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "delivery/filing.h"

#define NOW INT64_C(1795489671000)

static const unsigned char key[KEYFILE_BYTES] = "a key that nobody but us knows";

struct filed {
    struct arena arena;
    struct filing f;
    struct buf text;
};

static void file_it(struct filed *x, const struct filing_mail *m, const struct deliver_options *o,
                    const unsigned char *with)
{
    const struct filing_rules r = { o, with, 1000 * 1000, NOW };
    arena_init(&x->arena, 1 << 24);
    buf_init(&x->text, 1 << 24);
    filing_decide(&x->f, m, &r, &x->arena);
    for (size_t i = 0; i < x->f.n; i++)
        buf_add_slice(&x->text, x->f.pieces[i]);
}

/* The text with what says that it was filtered for its owner taken out, which must be good for them alone. */
static const char *filtered_for(struct filed *x, const char *owner)
{
    struct slice text = slice_str(arena_str(&x->arena, buf_slice(&x->text)));
    ptrdiff_t at = slice_find(text, SLICE(SEAL_FILTERED_FIELD));
    assert_true(at > 0);
    assert_true(seal_is_filtered(key, text, slice_str(owner)));
    assert_false(seal_is_filtered(key, text, SLICE("eve@example.com")));
    size_t line = sizeof(SEAL_FILTERED_FIELD ": ") - 1 + SEAL_FILTERED_HEX + 1;
    return arena_printf(&x->arena, "%.*s%s", (int)at, text.p, text.p + at + line).p;
}

static void done(struct filed *x)
{
    buf_deinit(&x->text);
    arena_deinit(&x->arena);
}

#define HEAD "From: a@b\nSubject: x\n"
#define STATUS "X-Spam-Status: Yes, score=7.2 required=5.0 tests=ONE,\n\tTWO autolearn=no\n"

/* A message that was sealed for bob, with a threshold of 9, and for carol by the site's. */
static struct slice sealed(struct buf *b, bool spam)
{
    static const struct slice who[] = { SLICE_INIT("bob@example.com"), SLICE_INIT("carol@example.com") };
    const struct seal_verdict v[] = { { 9, CLASS_CLEAN, false },
                                      { 5, spam ? CLASS_SPAMMY : CLASS_CLEAN, spam } };
    const struct seal_statement s = { NOW, SLICE("id1"), 7.2, v[1], who, v, 2 };
    struct seal_message m;
    seal_hash(SLICE(HEAD "\nbody\n"), &m);
    buf_init(b, 1 << 20);
    buf_add_str(b, SEAL_FIELD ": ");
    seal_make(b, key, &m, &s);
    buf_add_str(b, "\nX-Spam-Flag: YES\n" STATUS "Return-Path: <old@x>\nX-Tamis-Delivery: verified\n" HEAD
                   "\nbody\n");
    return buf_slice(b);
}

static const struct deliver_options plain = { .junk_folder = "Junk" };

static void spam_goes_to_junk(void **state)
{
    struct filed x;
    struct buf b;
    struct filing_mail m = { .has_sender = true,
                             .sender = SLICE("s@x"),
                             .recipient = SLICE("carol@example.com") };
    m.text = sealed(&b, true);
    file_it(&x, &m, &plain, key);
    assert_true(x.f.spam);
    assert_true(x.f.create);
    assert_true(slice_eq(x.f.folder, SLICE("Junk")));
    assert_string_equal(
        filtered_for(&x, "carol@example.com"),
        "Return-Path: <s@x>\nDelivered-To: carol@example.com\n"
        "X-Tamis-Delivery: verified (good); class=spammy id=id1\nX-Spam-Flag: YES\n" STATUS HEAD "\nbody\n");
    done(&x);
    buf_deinit(&b);
}

/* What would go on with the last field of ours is no field of a message. */
static void a_line_that_would_go_on_with_our_field(void **state)
{
    static const char *const texts[] = { " (good)\nSubject: x\n\nbody\n", "\tx\n",
                                         "From x\n verified (good)\n" };
    static const char *const want[] = { "\n (good)\nSubject: x\n\nbody\n", "\n\tx\n",
                                        "\n verified (good)\n" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct filed x;
        const struct filing_mail m = { .text = slice_str(texts[i]), .recipient = SLICE("bob@x") };
        file_it(&x, &m, &plain, key);
        static const char own[] = "Delivered-To: bob@x\nX-Tamis-Delivery: unverified (no verdict)\n";
        assert_memory_equal(x.text.p, own, sizeof(own) - 1);
        assert_string_equal(x.text.p + sizeof(own) - 1, want[i]);
        done(&x);
    }
}

static void fields_say_what_is_so_for_the_recipient(void **state)
{
    struct filed x;
    struct buf b;
    struct filing_mail m = { .recipient = SLICE("bob@example.com") };
    m.text = sealed(&b, true);
    file_it(&x, &m, &plain, key);
    assert_false(x.f.spam);
    assert_int_equal(x.f.folder.n, 0);
    assert_string_equal(filtered_for(&x, "bob@example.com"),
                        "Delivered-To: bob@example.com\n"
                        "X-Tamis-Delivery: verified (good); class=clean id=id1\n"
                        "X-Spam-Status: No, score=7.2 required=9.0\n\ttests=ONE,\n\tTWO autolearn=no\n"
                        "Return-Path: <old@x>\n" HEAD "\nbody\n");
    done(&x);
    buf_deinit(&b);
}

static void an_alias_gets_the_stricter_word(void **state)
{
    for (int spam = 0; spam < 2; spam++) {
        struct filed x;
        struct buf b;
        struct filing_mail m = { .recipient = SLICE("dave@example.com") };
        m.text = sealed(&b, spam);
        file_it(&x, &m, &plain, key);
        assert_int_equal(x.f.spam, spam);
        assert_non_null(
            strstr(x.text.p, spam ? "X-Tamis-Delivery: verified (signed for another recipient); class=spammy"
                                  : "X-Tamis-Delivery: unverified (signed for another recipient)\n"));
        done(&x);
        buf_deinit(&b);
    }
}

static void a_recipient_without_a_domain_has_ours(void **state)
{
    static const char *const domains[] = { "example.org", "example.com" };
    struct deliver_options o = plain;
    struct filed x;
    struct buf b;
    struct filing_mail m = { .recipient = SLICE("bob") };
    m.text = sealed(&b, true);
    file_it(&x, &m, &plain, key);
    assert_true(x.f.spam); /* for somebody else: the site's */
    done(&x);
    o.domains = (struct conf_list){ domains, 2 };
    file_it(&x, &m, &o, key);
    assert_false(x.f.spam);
    assert_string_equal(x.f.said, "good");
    done(&x);
    buf_deinit(&b);
}

static void without_a_verdict_it_is_the_inbox(void **state)
{
    static const char *const texts[] = {
        "X-Spam-Flag: YES\nX-Tamis-Delivery: verified\n" HEAD "\nbody\n",
        SEAL_FIELD ": v=1; t=1; i=x; s=99; d=5:spam:1; r=; b=00\n" HEAD "\nbody\n",
        HEAD "\nbody\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct filed x;
        const struct filing_mail m = { .text = slice_str(texts[i]), .recipient = SLICE("bob@example.com") };
        file_it(&x, &m, &plain, key);
        assert_false(x.f.spam);
        assert_int_equal(x.f.folder.n, 0);
        assert_non_null(strstr(x.text.p, "X-Tamis-Delivery: unverified ("));
        assert_null(strstr(x.text.p, "verified\n"));
        assert_null(strstr(x.text.p, SEAL_FIELD ":"));
        done(&x);
    }
}

static void without_a_key_nothing_is_believed(void **state)
{
    struct filed x;
    struct buf b;
    struct filing_mail m = { .recipient = SLICE("carol@example.com") };
    m.text = sealed(&b, true);
    file_it(&x, &m, &plain, NULL);
    assert_false(x.f.spam);
    assert_non_null(strstr(x.text.p, "unverified (no key"));
    done(&x);
    buf_deinit(&b);
}

static void details_are_folders_where_told(void **state)
{
    static const struct {
        int how;
        const char *detail, *folder;
    } rows[] = {
        { DETAIL_NO, "lists", "" },          { DETAIL_EXISTING, "lists", "lists" },
        { DETAIL_CREATE, "lists", "lists" }, { DETAIL_CREATE, "../x", "" },
        { DETAIL_CREATE, "a/b", "" },        { DETAIL_CREATE, "a.b", "" },
        { DETAIL_CREATE, "", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct filed x;
        struct deliver_options o = plain;
        o.detail_folder = rows[i].how;
        const struct filing_mail m = { .text = SLICE(HEAD "\nbody\n"), .detail = slice_str(rows[i].detail) };
        file_it(&x, &m, &o, key);
        assert_true(slice_eq(x.f.folder, slice_str(rows[i].folder)));
        assert_int_equal(x.f.create, rows[i].folder[0] && rows[i].how == DETAIL_CREATE);
        done(&x);
    }
}

static void hostile_addresses_are_one_line(void **state)
{
    struct filed x;
    const struct filing_mail m = { .text = SLICE("From x@y Mon\nno colon\n\nFrom body\n"),
                                   .has_sender = true,
                                   .sender = SLICE("a\nX-Spam-Flag: YES\n\n@b"),
                                   .recipient = SLICE("c\r\n@d\0e") };
    file_it(&x, &m, &plain, key);
    assert_string_equal(x.text.p, "Return-Path: <a?X-Spam-Flag: YES??@b>\nDelivered-To: c??@d?e\n"
                                  "X-Tamis-Delivery: unverified (no verdict)\nno colon\n\nFrom body\n");
    done(&x);
}

static void a_thousand_fields_are_dropped(void **state)
{
    struct filed x;
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, SEAL_FIELD ": x\nX-%d: y\n", i);
    buf_add_str(&b, "\nbody\n");
    const struct filing_mail m = { .text = buf_slice(&b), .recipient = SLICE("b@c") };
    file_it(&x, &m, &plain, key);
    assert_null(strstr(x.text.p, SEAL_FIELD ":"));
    assert_non_null(strstr(x.text.p, "X-999: y\n\nbody\n"));
    assert_non_null(strstr(x.text.p, "several verdicts"));
    done(&x);
    buf_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_would_go_on_with_our_field),
        cmocka_unit_test(spam_goes_to_junk),
        cmocka_unit_test(fields_say_what_is_so_for_the_recipient),
        cmocka_unit_test(an_alias_gets_the_stricter_word),
        cmocka_unit_test(a_recipient_without_a_domain_has_ours),
        cmocka_unit_test(without_a_verdict_it_is_the_inbox),
        cmocka_unit_test(without_a_key_nothing_is_believed),
        cmocka_unit_test(details_are_folders_where_told),
        cmocka_unit_test(hostile_addresses_are_one_line),
        cmocka_unit_test(a_thousand_fields_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
