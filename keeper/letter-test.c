/* letter-test.c - what becomes of stored messages on their way to SMTP */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/smtp.h"
#include "keeper/letter.h"
#include "message/mime.h"

#define TOP "From: a@b\r\nSubject: x\r\n"
#define MIXED TOP "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"

struct row {
    const char *name;
    struct slice message;
    bool eight_bit;
    enum letter_form form;
    struct slice text; /* empty: not compared */
};

static const struct row rows[] = {
    { "plain", SLICE_INIT(TOP "\r\nhello\r\n.\r\n"), false, LETTER_AS_IS,
      SLICE_INIT(TOP "\r\nhello\r\n.\r\n") },
    { "last_line_gets_an_end", SLICE_INIT(TOP "\r\nhello"), false, LETTER_AS_IS,
      SLICE_INIT(TOP "\r\nhello\r\n") },
    { "no_body", SLICE_INIT(TOP), false, LETTER_AS_IS, SLICE_INIT(TOP "\r\n") },
    { "no_header", SLICE_INIT("\r\nx\r\n"), false, LETTER_AS_IS, SLICE_INIT("\r\nx\r\n") },
    { "empty", SLICE_INIT(""), false, LETTER_AS_IS, SLICE_INIT("\r\n") },
    { "marks_are_dropped", SLICE_INIT("x-tamis-release: a 1 b\r\n c\r\n" TOP "\r\nx\r\n"), false,
      LETTER_AS_IS, SLICE_INIT(TOP "\r\nx\r\n") },
    { "mbox_line_is_dropped", SLICE_INIT("From a@b Mon\r\n" TOP "\r\nx\r\n"), false, LETTER_AS_IS,
      SLICE_INIT(TOP "\r\nx\r\n") },
    { "8_bit_where_it_is_taken", SLICE_INIT(TOP "\r\n\xe4\r\n"), true, LETTER_AS_IS,
      SLICE_INIT(TOP "\r\n\xe4\r\n") },
    { "8_bit_where_it_is_not", SLICE_INIT(TOP "\r\n\xe4\r\n"), false, LETTER_ENCODED,
      SLICE_INIT(TOP "Content-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\n5A0K\r\n") },
    { "8_bit_header_where_it_is_not",
      SLICE_INIT("Subject: \xe4\r\n\r\nx\r\n"),
      false,
      LETTER_WRAPPED,
      { 0 } },
    { "bare_lf", SLICE_INIT(TOP "\r\na\n.\nb\r\n"), true, LETTER_ENCODED,
      SLICE_INIT(TOP "Content-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\nYQouCmINCg==\r\n") },
    { "bare_cr_in_header", SLICE_INIT("Subject: a\rb\r\n\r\r\n\r\nx\r\n"), true, LETTER_WRAPPED, { 0 } },
    { "bare_cr_in_header_only", SLICE_INIT("Subject: a\rb\r\n \r\r\n c\r\n\r\nx\r\n"), true, LETTER_AS_IS,
      SLICE_INIT("Subject: a b\r\n c\r\n\r\nx\r\n") },
    { "nul_in_header", SLICE_INIT("Subject: a\0b\r\n\r\nx\r\n"), true, LETTER_AS_IS,
      SLICE_INIT("Subject: a b\r\n\r\nx\r\n") },
    { "lf_header", SLICE_INIT("Subject: a\n b\nX: y\n\nx\r\n"), true, LETTER_AS_IS,
      SLICE_INIT("Subject: a\r\n b\r\nX: y\r\n\r\nx\r\n") },
    { "one_leaf_of_two",
      SLICE_INIT(MIXED "--b\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\na\rb\r\n--b--\r\n"), true,
      LETTER_ENCODED,
      SLICE_INIT(MIXED "--b\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n"
                       "Content-Transfer-Encoding: base64\r\n\r\nYQ1i\r\n--b--\r\n") },
    { "quoted_printable_leaf",
      SLICE_INIT(MIXED "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3D\n\r\n--b--\r\n"), true,
      LETTER_ENCODED, SLICE_INIT(MIXED "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nYT0K\r\n--b--\r\n") },
    { "enclosed_message",
      SLICE_INIT(TOP "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nX: y\r\n\r\na\0\r\n"), true,
      LETTER_ENCODED,
      SLICE_INIT(TOP "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nX: y\r\n"
                     "Content-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\nYQANCg==\r\n") },
    { "boundary_behind_bare_lf", SLICE_INIT(MIXED "--b\n\na\r\n--b--\r\n"), true, LETTER_WRAPPED, { 0 } },
    { "preamble", SLICE_INIT(MIXED "a\n.\n\r\n--b\r\n\r\nx\r\n--b--\r\n"), true, LETTER_WRAPPED, { 0 } },
    { "signed",
      SLICE_INIT(TOP "MIME-Version: 1.0\r\nContent-Type: multipart/signed; "
                     "boundary=b\r\n\r\n--b\r\n\r\na\nb\r\n--b--\r\n"),
      true,
      LETTER_WRAPPED,
      { 0 } },
    { "no_separator", SLICE_INIT("Subject: x\r\n.\r\nRCPT TO:<a@b>\n.\r\n"), true, LETTER_WRAPPED, { 0 } },
};

static void check(const struct row *r)
{
    enum letter_form form;
    struct buf out;
    struct err e = { 0 };
    buf_init(&out, 100000);
    assert_int_equal(letter_make(&out, r->message, r->eight_bit, &form, &e), 0);
    if (form != r->form || (r->text.p && !slice_eq(buf_slice(&out), r->text)))
        fail_msg("%s: form %d: %s", r->name, (int)form, out.p);
    assert_int_equal(smtp_text_bad(buf_slice(&out)), 0);
    buf_deinit(&out);
}

static void each_takes_the_mildest_form_that_is_safe(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i]);
}

static struct slice attached(struct arena *a, struct slice text, const char *type)
{
    struct message_limits l;
    struct mime_tree *t = ARENA_NEW(a, struct mime_tree);
    message_limits_default(&l);
    mime_parse(t, a, text, &l);
    assert_int_equal(t->flags & MIME_AMBIGUOUS, 0);
    struct mime_part *p = t->root->child->sibling;
    assert_true(slice_eq(p->type, slice_str(type)));
    return p->kind == MIME_LEAF ? mime_decoded(p, a, SIZE_MAX) : p->body;
}

static void wrapped_holds_the_bytes(void **state)
{
    struct slice message = SLICE(MIXED "--b\n\na\r.\0\r\n--b--");
    enum letter_form form;
    struct arena a;
    struct buf out;
    struct err e;
    arena_init(&a, 1 << 24);
    buf_init(&out, 100000);
    assert_int_equal(letter_make(&out, message, true, &form, &e), 0);
    assert_int_equal(form, LETTER_WRAPPED);
    assert_true(slice_starts(buf_slice(&out), SLICE("From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n")));
    assert_true(slice_eq(attached(&a, buf_slice(&out), "application/octet-stream"), message));
    buf_deinit(&out);
    arena_deinit(&a);
}

static void attach(struct slice message, const char *type, struct slice expected)
{
    const struct letter_cover cover = { "a@b", "c@d\r\nX: y", "s", "d", "<i>", "see\n.\nthere\n" };
    enum letter_form form;
    struct arena a;
    struct buf out;
    struct err e;
    arena_init(&a, 1 << 24);
    buf_init(&out, 100000);
    assert_int_equal(letter_attach(&out, message, true, &cover, &form, &e), 0);
    assert_int_equal(smtp_text_bad(buf_slice(&out)), 0);
    assert_true(slice_starts(buf_slice(&out), SLICE("From: a@b\r\nTo: c@d  X: y\r\nSubject: s\r\n")));
    assert_true(slice_eq(attached(&a, buf_slice(&out), type), expected));
    buf_deinit(&out);
    arena_deinit(&a);
}

static void attached_as_a_message_where_it_can_be(void **state)
{
    attach(SLICE(TOP "\r\n\xe4\r\n"), "message/rfc822", SLICE(TOP "\r\n\xe4\r\n"));
    attach(SLICE(MIXED "--b\n\n\r\n--b--\r\n"), "application/octet-stream",
           SLICE(MIXED "--b\n\n\r\n--b--\r\n"));
}

static void long_fields_are_folded(void **state)
{
    enum letter_form form;
    struct buf in, out;
    struct err e;
    buf_init(&in, 100000);
    buf_init(&out, 100000);
    buf_add_str(&in, "Subject:");
    for (int i = 0; i < 300; i++)
        buf_add_str(&in, " word");
    buf_add_str(&in, "\r\nX: ");
    for (int i = 0; i < 2000; i++)
        buf_add_char(&in, 'y');
    buf_add_str(&in, "\r\n\r\nbody\r\n");
    assert_int_equal(letter_make(&out, buf_slice(&in), true, &form, &e), 0);
    assert_int_equal(form, LETTER_AS_IS);
    assert_int_equal(smtp_text_bad(buf_slice(&out)), 0);
    assert_non_null(strstr(out.p, " word\r\n word"));
    buf_deinit(&in);
    buf_deinit(&out);
}

/* A space that the fold puts in counts: lines of 1988 bytes came out one byte too long. */
static void fields_of_any_length_fit(void **state)
{
    static const char *const filling[] = { "y", " y", "yyyyyyyyyyyyyyyy\t" };
    struct buf in, out;
    buf_init(&in, 100000);
    buf_init(&out, 100000);
    for (size_t n = 1; n <= 4200; n++)
        for (size_t f = 0; f < sizeof(filling) / sizeof(filling[0]); f++) {
            enum letter_form form;
            struct err e;
            buf_reset(&in);
            buf_reset(&out);
            buf_add_str(&in, "X: ");
            for (size_t i = 0; i < n; i++)
                buf_add_char(&in, filling[f][i % strlen(filling[f])]);
            buf_add_str(&in, "\r\n\r\nbody\r\n");
            assert_int_equal(letter_make(&out, buf_slice(&in), true, &form, &e), 0);
            assert_int_equal(smtp_text_bad(buf_slice(&out)), 0);
        }
    buf_deinit(&in);
    buf_deinit(&out);
}

static void no_room_is_an_error(void **state)
{
    enum letter_form form;
    struct buf out;
    struct err e;
    buf_init(&out, 10);
    assert_int_equal(letter_make(&out, SLICE(TOP "\r\nhello\r\n"), true, &form, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    buf_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_takes_the_mildest_form_that_is_safe),
        cmocka_unit_test(wrapped_holds_the_bytes),
        cmocka_unit_test(attached_as_a_message_where_it_can_be),
        cmocka_unit_test(long_fields_are_folded),
        cmocka_unit_test(fields_of_any_length_fit),
        cmocka_unit_test(no_room_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
