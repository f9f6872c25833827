/* view-test.c - what header, body, rawbody, full and uri rules see of a message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/rule.h"
#include "scoring/test-message.h"
#include "scoring/view.h"

static struct arena arena;

static int make_arena(void **state)
{
    arena_init(&arena, 64 << 20);
    message_warm();
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* the text with every LF as CRLF */
static struct slice crlf(struct slice text)
{
    struct buf b;
    buf_init_in(&b, &arena, text.n * 2);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n')
            buf_add_char(&b, '\r');
        buf_add_char(&b, text.p[i]);
    }
    return buf_slice(&b);
}

/* ---- headers */

static void check_header(struct slice text, const struct envelope *env, const char *spec, const char *value)
{
    struct ruleset set = { 0 };
    uint32_t number;
    struct err e;
    header_specs_init(&set.specs, &arena);
    assert_int_equal(header_spec_add(&set.specs, slice_str(spec), &number, &e), 0);
    struct test_message *t = test_message_new(text, env);
    struct views v;
    views_init(&v, &t->m, &set);
    const struct view_header *h = views_header(&v, number);
    assert_int_equal(h->present, value != NULL);
    if (!slice_eq(h->text, slice_str(value ? value : "")))
        fail_msg("%s is \"%.*s\", not \"%s\"", spec, SLICE_ARG(h->text), value ? value : "");
    assert_ptr_equal(views_header(&v, number), h);
    test_message_free(t);
}

static const char message[] = "Received: from a\n\tby b\n"
                              "Return-Path: <forged@example.org>\n"
                              "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>\n"
                              "To: A <a@example.org>,\n  b@example.org\n"
                              "cc: \"C, D\" <c@example.org>\n"
                              "Subject: =?iso-8859-1?q?caf=E9?=\n =?iso-8859-1?q?_noir?=\n"
                              "X-Twice:  one\n"
                              "x-twice:\ttwo\n\tthree\n"
                              "X-Empty:\n"
                              "X-Words: =?utf-8?q?a?= b\n"
                              "List-Id: =?utf-8?q?a?= <b>\n"
                              "X-Latin: caf\xe9\n"
                              "Message-ID: <1@example.org>\n"
                              "X-Message-Id: <2@example.org>\n"
                              "X-Spam-Flag: YES\n"
                              "Reply-To: nobody\n"
                              "\nbody\n";

static void header_values(void **state)
{
    static const struct {
        const char *spec, *value;
    } rows[] = {
        { "Subject", "caf\xc3\xa9 noir\n" },
        { "SUBJECT", "caf\xc3\xa9 noir\n" },
        { "Subject:raw", " =?iso-8859-1?q?caf=E9?=\n =?iso-8859-1?q?_noir?=\n" },
        { "X-Twice", "one\ntwo three\n" },
        { "X-Twice:raw", "  one\n\ttwo\n\tthree\n" },
        { "X-Empty", "\n" },
        { "X-None", NULL },
        { "X-Words", "a b\n" },
        { "List-Id", "=?utf-8?q?a?= <b>\n" },
        { "X-Latin", "caf\xc3\xa9\n" },
        { "Received", "from a by b\n" },
        { "From", "J\xc3\xb6rg <joerg@example.org>\n" },
        { "From:addr", "joerg@example.org" },
        { "From:name", "J\xc3\xb6rg" },
        { "To:addr", "a@example.org\nb@example.org" },
        { "ToCc:addr", "a@example.org\nb@example.org\nc@example.org" },
        { "ToCc", "A <a@example.org>, b@example.org\n\"C, D\" <c@example.org>\n" },
        { "Cc:name", "C, D" },
        { "MESSAGEID", "<2@example.org>\n<1@example.org>\n" },
        { "messageid", NULL },
        { "X-Spam-Flag", NULL },
        { "EnvelopeFrom", NULL }, /* a Received stands above the Return-Path */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice text = slice_str(message);
        check_header(text, NULL, rows[i].spec, rows[i].value);
        check_header(crlf(text), NULL, rows[i].spec, rows[i].value);
    }
}

static void all_is_the_whole_block(void **state)
{
    struct slice text = SLICE("A: 1\nX-Spam-Status: Yes\nb:  =?utf-8?q?2?=\n 3\n\nbody\n");
    check_header(text, NULL, "ALL", "A: 1\nb: 2 3\n");
    check_header(text, NULL, "ALL:raw", "A: 1\nX-Spam-Status: Yes\nb:  =?utf-8?q?2?=\n 3\n");
    check_header(crlf(text), NULL, "ALL:raw", "A: 1\nX-Spam-Status: Yes\nb:  =?utf-8?q?2?=\n 3\n");
    check_header(SLICE("\nbody\n"), NULL, "ALL", NULL);
}

static void envelope_sender_is_the_mtas_or_a_field_above_received(void **state)
{
    struct envelope env = { .has_sender = true, .sender = SLICE("x@example.org") };
    check_header(SLICE("Return-Path: <y@example.org>\n\n"), &env, "EnvelopeFrom", "x@example.org");
    check_header(SLICE("X-Sender: z@example.org\nReceived: by a with IMAP (fetchmail-5.9.0)\n\n"), &env,
                 "EnvelopeFrom", NULL);
    env.has_client = true; /* who connects may write what he likes */
    check_header(SLICE("X-Sender: z@example.org\nReceived: by a with IMAP (fetchmail-5.9.0)\n\n"), &env,
                 "EnvelopeFrom", "x@example.org");
    env.has_client = false;
    env.sender = SLICE("");
    check_header(SLICE("Return-Path: <y@example.org>\n\n"), &env, "EnvelopeFrom", "");
    check_header(SLICE("Return-Path: <y@example.org>\nReceived: a\n\n"), NULL, "EnvelopeFrom",
                 "y@example.org");
    check_header(SLICE("Return-Path: <>\n\n"), NULL, "EnvelopeFrom", NULL);
    check_header(SLICE("X-Envelope-From: z@example.org\nReturn-Path: <y@example.org>\n\n"), NULL,
                 "EnvelopeFrom", "z@example.org");
    check_header(SLICE("Received: a\nX-Envelope-From: z@example.org\n\n"), NULL, "EnvelopeFrom", NULL);
}

static bool starts(const struct view_header *h, const char *head)
{
    return slice_starts(h->text, slice_str(head));
}

static void the_mtas_own_received_comes_first(void **state)
{
    static const struct envelope env = {
        .has_client = true,
        .client_address = SLICE_INIT("192.0.2.1"),
        .client_name = SLICE_INIT("mail.example.org"),
        .helo = SLICE_INIT("helo.example.org"),
        .has_sender = true,
        .sender = SLICE_INIT("x@example.org"),
        .my_name = SLICE_INIT("mx.example.net"),
        .received_at = 1700000000,
    };
    struct ruleset set = { 0 };
    uint32_t received, path, all;
    struct err e;
    header_specs_init(&set.specs, &arena);
    assert_int_equal(header_spec_add(&set.specs, SLICE("Received"), &received, &e), 0);
    assert_int_equal(header_spec_add(&set.specs, SLICE("Return-Path"), &path, &e), 0);
    assert_int_equal(header_spec_add(&set.specs, SLICE("ALL"), &all, &e), 0);
    struct test_message *t = test_message_new(SLICE("Received: from older\nSubject: x\n\n"), &env);
    struct views v;
    views_init(&v, &t->m, &set);
    assert_true(starts(views_header(&v, received), "from helo.example.org "));
    assert_true(slice_iends(views_header(&v, received)->text, SLICE("\nfrom older\n")));
    assert_true(starts(views_header(&v, path), "<x@example.org>"));
    assert_true(starts(views_header(&v, all), "Return-Path: ") ||
                starts(views_header(&v, all), "Received: "));
    test_message_free(t);
}

static void long_values_are_cut(void **state)
{
    struct buf text;
    buf_init_in(&text, &arena, 1 << 20);
    buf_add_str(&text, "X-Long: ");
    for (int i = 0; i < 20000; i++)
        buf_add_char(&text, 'a');
    for (int i = 0; i < 20; i++) {
        buf_printf(&text, "\nX-%d: ", i);
        for (int k = 0; k < 8000; k++)
            buf_add_char(&text, 'b');
    }
    buf_add_str(&text, "\n\n");
    struct ruleset set = { 0 };
    uint32_t one, all;
    struct err e;
    header_specs_init(&set.specs, &arena);
    assert_int_equal(header_spec_add(&set.specs, SLICE("X-Long"), &one, &e), 0);
    assert_int_equal(header_spec_add(&set.specs, SLICE("ALL"), &all, &e), 0);
    struct test_message *t = test_message_new(buf_slice(&text), NULL);
    struct views v;
    views_init(&v, &t->m, &set);
    assert_in_range(views_header(&v, one)->text.n, VIEW_VALUE_MAX - 2, VIEW_VALUE_MAX + 1);
    assert_in_range(views_header(&v, all)->text.n, VIEW_ALL_MAX - VIEW_VALUE_MAX, VIEW_ALL_MAX);
    assert_true(v.tree->flags & VIEW_LONG_HEADER);
    test_message_free(t);
}

/* ---- the others */

static const struct view *body(struct views *v)
{
    return views_body(v);
}

/* pieces with | behind each */
static struct text_settings texts; /* of check_view() */

static void check_view(const struct view *(*get)(struct views *), struct slice text, const char *pieces)
{
    struct ruleset set = { .texts = texts };
    struct buf b;
    header_specs_init(&set.specs, &arena);
    buf_init_in(&b, &arena, 1 << 22);
    struct test_message *t = test_message_new(text, NULL);
    struct views v;
    views_init(&v, &t->m, &set);
    const struct view *view = get(&v);
    for (size_t i = 0; i < view->n; i++) {
        assert_true(view->v[i].n > 0);
        buf_add_slice(&b, view->v[i]);
        buf_add_char(&b, '|');
    }
    if (!slice_eq(buf_slice(&b), slice_str(pieces)))
        fail_msg("is \"%s\", not \"%s\"", b.p, pieces);
    assert_ptr_equal(get(&v), view);
    test_message_free(t);
}

static void body_is_subject_and_paragraphs(void **state)
{
    static const struct {
        const char *text, *pieces;
    } rows[] = {
        { "Subject: one\nSubject: =?utf-8?q?tw=C3=B6?=\n\nhello\nworld\n", "tw\xc3\xb6\n|hello world |" },
        { "X: y\n\nhello\n", "\n|hello |" },
        { "Subject: s\n\na\n\nb", "s\n|a\n|b|" },
        { "Subject: s\n\na \n\n b\n", "s\n|a \n| b |" },
        { "Subject: s\n\na\n \t\n\n\nb\n", "s\n|a\n|b |" },
        { "Subject: s\n\na  b\tc\n  d\n", "s\n|a b c d |" },
        { "Subject: s\n\n\n\na\n", "s\n|\n|a |" },
        { "Subject: s\n\n", "s\n|" },
        { "Subject: s\nContent-Type: text/plain; charset=utf-8\n\na\xc2\xa0 \xe3\x80\x80"
          "b\xe2\x80\x83\xe2\x80\xa8"
          "c\xc2\xa9",
          "s\n|a b c\xc2\xa9|" },
        { "Subject: s\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9\xa0x", "s\n|caf\xc3\xa9 x|" },
        { "Subject: s\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\nYQ0KDQpiDQo=\n",
          "s\n|a\n|b |" },
        { "Subject: s\nContent-Type: image/png\n\nhello\n", "s\n|" },
        { "Subject: s\nContent-Type: text/html\n\ncaf&eacute;&#160;x", "s\n|caf\xe9\xa0x|" },
        { "Subject: s\nContent-Type: text/html\n\ncaf&eacute;&#160;x&bull;",
          "s\n|caf\xc3\xa9 x\xe2\x80\xa2|" },
        { "Subject: s\nContent-Type: text/html; charset=cp1252\n\ncaf&eacute;&#160;x", "s\n|caf\xc3\xa9 x|" },
        { "Subject: s\nContent-Type: text/html; charset=windows-1252\n\ncaf&eacute;", "s\n|caf\xe9|" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        check_view(body, slice_str(rows[i].text), rows[i].pieces);
        check_view(body, crlf(slice_str(rows[i].text)), rows[i].pieces);
    }
}

static void body_of_no_part_is_empty(void **state)
{
    check_view(body, SLICE("Subject: x\nContent-Type: multipart/mixed; boundary=b\n"), "");
    check_view(body, SLICE("Subject: x\nContent-Type: text/plain\n"), "x\n|");
}

static void both_alternatives_are_in_the_body(void **state)
{
    check_view(body,
               SLICE("Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
                     "--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n"
                     "<p>page</p><p style=\"display:none\">hidden</p>\n--b--\n"),
               "s\n|plain\n|page\n|hidden\n|");
}

static void long_paragraphs_are_cut_at_a_space(void **state)
{
    struct buf text, pieces;
    buf_init_in(&text, &arena, 1 << 20);
    buf_init_in(&pieces, &arena, 1 << 20);
    buf_add_str(&text, "Subject: s\n\n");
    buf_add_str(&pieces, "s\n|");
    for (int i = 0; i < 1000; i++)
        buf_add_str(&text, "four ");
    for (int i = 0; i < 1000; i++)
        buf_printf(&pieces, "four %s", i == 408 || i == 817 ? "|" : "");
    buf_add_str(&pieces, "|");
    check_view(body, buf_slice(&text), pieces.p);
}

static void a_long_word_is_cut_hard(void **state)
{
    struct buf text, pieces;
    buf_init_in(&text, &arena, 1 << 20);
    buf_init_in(&pieces, &arena, 1 << 20);
    buf_add_str(&text, "Subject: s\n\n");
    buf_add_str(&pieces, "s\n|");
    for (int i = 0; i < 3 * VIEW_LINE_MAX; i++) {
        buf_add_char(&text, 'x');
        buf_printf(&pieces, "x%s", i % VIEW_LINE_MAX == VIEW_LINE_MAX - 1 ? "|" : "");
    }
    check_view(body, buf_slice(&text), pieces.p);
}

static void rawbody_is_decoded_text_as_it_is(void **state)
{
    struct slice text =
        SLICE("Subject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
              "--b\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: "
              "quoted-printable\n\n<b>caf=E9</b>\n  x=\ny\n--b\nContent-Type: text/calendar\n\nno\n"
              "--b\nContent-Type: image/png\n\nno\n--b\nContent-Type: text/x-patch\n\n+a\n\n--b--\n");
    check_view(views_rawbody, text, "<b>caf\xe9</b>\n  xy|+a\n|");
    check_view(views_rawbody, crlf(text), "<b>caf\xe9</b>\n  xy|+a\n|");
}

static void rawbody_chunks_end_where_a_line_or_tag_does(void **state)
{
    static const char ends[] = "\n> ";
    for (size_t i = 0; i < sizeof(ends); i++) { /* the NUL: no good place */
        struct buf text;
        struct ruleset set = { 0 };
        header_specs_init(&set.specs, &arena);
        buf_init_in(&text, &arena, 1 << 20);
        buf_add_str(&text, "\n");
        for (int k = 1; k <= 10000; k++)
            buf_add_char(&text, k % 3000 == 0 && ends[i] ? ends[i] : 'x');
        struct test_message *t = test_message_new(buf_slice(&text), NULL);
        struct views v;
        views_init(&v, &t->m, &set);
        const struct view *view = views_rawbody(&v);
        size_t sum = 0;
        for (size_t k = 0; k < view->n; k++) {
            assert_in_range(view->v[k].n, 1, 2 * VIEW_LINE_MAX);
            sum += view->v[k].n;
        }
        assert_int_equal(sum, 10000);
        assert_int_equal(view->v[0].n, ends[i] ? 3000 : VIEW_LINE_MAX + 1);
        test_message_free(t);
    }
}

static void texts_are_read_as_rule_files_want(void **state)
{
    struct slice latin = SLICE("Subject: s\nContent-Type: text/plain; charset=iso-8859-1\n\nna\xefve\n");
    struct slice utf8 = SLICE("Subject: s\nContent-Type: text/plain; charset=utf-8\n\nna\xc3\xafve\n");
    struct slice page = SLICE("Subject: s\nContent-Type: text/html; charset=utf-16\n\n<p>a\xff&euro;</p>");
    struct slice word = SLICE("Subject: s\n\nFIRSTXXXXXXXXXXXXXXLAST\n");
    check_view(views_body, latin, "s\n|na\xc3\xafve |");
    texts.as_they_are = true;
    check_view(views_body, latin, "s\n|na\xefve |");
    check_view(views_body, utf8, "s\n|na\xc3\xafve |");
    check_view(views_body, page, "s\n|\n|a\xc3\xbf\xe2\x82\xac\n|");
    texts.body_part_max = texts.rawbody_part_max = 11;
    check_view(views_body, word, "s\n|FIRSTXXXXXXXXXXXXXXLAST |");
    struct buf b;
    buf_init_in(&b, &arena, 5000);
    buf_add_str(&b, "Subject: s\n\nFIRST");
    for (int i = 0; i < 3000; i++)
        buf_add_char(&b, 'X');
    check_view(views_body, buf_slice(&b), "s\n|FIRSTXXXXXX|");
    check_view(views_rawbody, buf_slice(&b), "FIRSTXXXXXX|");
    check_view(views_rawbody, word, "FIRSTXXXXXXXXXXXXXXLAST\n|");
    texts = (struct text_settings){ 0 };
}

static void full_is_everything_with_lf(void **state)
{
    struct slice text = SLICE("A: b\nX-Spam-Flag: YES\n\nbody\n\n");
    check_view(views_full, text, "A: b\nX-Spam-Flag: YES\n\nbody\n\n|");
    check_view(views_full, SLICE("From x\nA: b\n\nbody\n"), "A: b\n\nbody\n|");
    check_view(views_full, SLICE("From x\n\nbody\n"), "\nbody\n|");
    check_view(views_full, SLICE(""), "\n|");
    check_view(views_full, crlf(text), "A: b\nX-Spam-Flag: YES\n\nbody\n\n|");
}

static bool has_piece(const struct view *view, const char *piece)
{
    unsigned n = 0;
    for (size_t i = 0; i < view->n; i++)
        n += slice_eq(view->v[i], slice_str(piece));
    assert_true(n <= 1);
    return n == 1;
}

static void uris_are_seen_as_found_and_normalised(void **state)
{
    struct ruleset set = { 0 };
    header_specs_init(&set.specs, &arena);
    struct test_message *t =
        test_message_new(SLICE("Subject: s\n\nhttp://EXAMPLE.org/a%41 and www.example.com "
                               "and http://EXAMPLE.org/a%41 again\n"),
                         NULL);
    struct views v;
    views_init(&v, &t->m, &set);
    const struct view *view = views_uri(&v);
    assert_true(has_piece(view, "http://EXAMPLE.org/a%41"));
    assert_true(has_piece(view, "http://EXAMPLE.org/aA"));
    assert_true(has_piece(view, "http://www.example.com"));
    assert_ptr_equal(views_uri(&v), view);
    test_message_free(t);
}

static void cut_looks_a_little_further(void **state)
{
    assert_int_equal(view_cut(SLICE("aaaa"), 4, " ").n, 4);
    assert_int_equal(view_cut(SLICE("aaaaaa"), 4, " ").n, 4);
    assert_int_equal(view_cut(SLICE("aaaaa\na"), 4, "").n, 6);
    assert_int_equal(view_cut(SLICE("aaaaa a"), 4, " ").n, 6);
    assert_int_equal(view_cut(SLICE("aaaaa a"), 4, "").n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_values),
        cmocka_unit_test(all_is_the_whole_block),
        cmocka_unit_test(envelope_sender_is_the_mtas_or_a_field_above_received),
        cmocka_unit_test(the_mtas_own_received_comes_first),
        cmocka_unit_test(long_values_are_cut),
        cmocka_unit_test(body_is_subject_and_paragraphs),
        cmocka_unit_test(body_of_no_part_is_empty),
        cmocka_unit_test(both_alternatives_are_in_the_body),
        cmocka_unit_test(long_paragraphs_are_cut_at_a_space),
        cmocka_unit_test(a_long_word_is_cut_hard),
        cmocka_unit_test(rawbody_is_decoded_text_as_it_is),
        cmocka_unit_test(rawbody_chunks_end_where_a_line_or_tag_does),
        cmocka_unit_test(texts_are_read_as_rule_files_want),
        cmocka_unit_test(full_is_everything_with_lf),
        cmocka_unit_test(uris_are_seen_as_found_and_normalised),
        cmocka_unit_test(cut_looks_a_little_further),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
