/* message-test.c - a whole message: what is made of it and what is told of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/message.h"

#define HEAD "From: a@example.com\nDate: Tue, 24 Nov 2026 04:14:11 +0000\nSubject: x\nMIME-Version: 1.0\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=b\n\n"

static struct arena arena;
static struct message_limits limits;

static struct message parse(struct slice raw)
{
    struct message m;
    message_parse(&m, &arena, raw, NULL, &limits);
    return m;
}

/* All findings as "class name detail; ..." */
static struct buf findings_of(struct message *m)
{
    struct finding_list list = { .n = 0 };
    struct buf out;
    buf_init(&out, 10000);
    message_findings(m, &list);
    for (const struct finding *f = list.first; f; f = f->next) {
        assert_int_equal(f->kind, FINDING_CLASS);
        buf_printf(&out, "%s%s %.*s %.*s", f == list.first ? "" : "; ", verdict_classes[f->class].name,
                   SLICE_ARG(f->name), SLICE_ARG(f->detail));
    }
    return out;
}

static void check_findings(struct slice raw, const struct message_limits *l, const char *wanted)
{
    struct message m;
    message_parse(&m, &arena, raw, NULL, l);
    struct buf out = findings_of(&m);
    if (!slice_eq(buf_slice(&out), slice_str(wanted)))
        fail_msg("%.*s\n  gives %s\n  not   %s", SLICE_ARG(raw), out.p, wanted);
    buf_deinit(&out);
}

static void findings(void **state)
{
    static const struct {
        struct slice raw;
        const char *wanted;
    } rows[] = {
        { SLICE_INIT(HEAD "\nbody\n"), "" },
        { SLICE_INIT(""), "" },
        { SLICE_INIT(MIXED "--b\n\nx\n--b--\n"), "" },
        { SLICE_INIT("Subject: a\0b\n\n"), "bad_header header_nul message" },
        { SLICE_INIT("Subject: a\1b\n\n"), "bad_header header_control message" },
        { SLICE_INIT("Subject: a\rb\n\n"), "bad_header header_bare_cr message" },
        { SLICE_INIT("Subject: a\n \n b\n\n"), "bad_header header_blank_fold message" },
        { SLICE_INIT("Subject : a\n\n"), "bad_header header_name_space message" },
        { SLICE_INIT("Subject: a\nno field\n\n"), "bad_header header_no_colon message" },
        { SLICE_INIT("Subject: a\nsubject: a\nTo: x\nTo: y\n\n"), "bad_header header_repeated subject" },
        { SLICE_INIT("Received: a\nReceived: b\nX: c\nX: c\n\n"), "" },
        { SLICE_INIT("Subject: \xc3\xa4\n\n"), "" },
        { SLICE_INIT(MIXED "--b\nX: \1\n\nx\n--b\nX: \1\n\nx\n--b--\n"), "bad_header header_control part 1" },
        { SLICE_INIT(HEAD "Content-Type: text/plain\nContent-Type: text/html\n\n"),
          "unchecked/ambiguous mime_several_types message" },
        { SLICE_INIT(MIXED "--b\n\n1\n--b\nContent-Transfer-Encoding: x-yenc\n\n2\n--b--\n"),
          "unchecked/ambiguous mime_unknown_encoding part 2" },
        { SLICE_INIT(MIXED "--b\n\n1\n--b--\n--b\n\n2\n--b--\n"),
          "unchecked/ambiguous mime_reopened message" },
        { SLICE_INIT(HEAD "Content-Type: message/partial; id=x; number=1; total=2\n\nx"),
          "unchecked/partial mime_partial message" },
        { SLICE_INIT(MIXED "--b\nContent-Type: message/external-body\n\nx\n--b--\n"),
          "unchecked/partial mime_external_body part 1" },
        /* noted by the parser, but everybody reads it alike */
        { SLICE_INIT(MIXED "Hello\n--b\n\nx"), "" },
        { SLICE_INIT("Content-Type: multipart/mixed\n\nx"), "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_findings(rows[i].raw, &limits, rows[i].wanted);
}

static void findings_of_limits(void **state)
{
    struct message_limits l = limits;
    l.mime_max_parts = 1;
    check_findings(SLICE(MIXED "--b\n\nx\n--b--\n"), &l, "unchecked/limit mime_limit part 1");
    l = limits;
    l.mime_max_depth = 0;
    check_findings(SLICE(MIXED "--b\n\nx\n--b--\n"), &l, "unchecked/limit mime_limit message");
    l = limits;
    l.header_max_count = 1;
    check_findings(SLICE("A: b\nC: d\n\nx"), &l, "unchecked/limit header_limit message");
    check_findings(SLICE("Content-Type: multipart/mixed; boundary=b\n\n--b\nA: b\nC: d\n\nx\n--b--\n"), &l,
                   "unchecked/limit header_limit part 1");
    l = limits;
    l.text_max = 3;
    check_findings(SLICE("\n123456"), &l, "");
    l.decoded_max = 5;
    check_findings(SLICE("\n123456"), &l, "");
    check_findings(SLICE(MIXED "--b\n\n123\n--b\n\n456\n--b--\n"), &l, "unchecked/limit text_limit message");
    l = limits;
    l.decoded_max = 4; /* the byte that is left cannot hold half a character */
    check_findings(SLICE(MIXED "--b\n\nabc\n--b\n\n\xc3\xa4\xc3\xa4\n--b--\n"), &l,
                   "unchecked/limit text_limit message");
    l = limits;
    l.uri_max_count = 1;
    check_findings(SLICE("\nhttp://a.com http://b.com"), &l, "");
}

static void flags(void **state)
{
    static const struct {
        struct slice raw;
        unsigned flags;
    } rows[] = {
        { SLICE_INIT(""), MESSAGE_EMPTY },
        { SLICE_INIT("A: b\n\nx\n"), 0 },
        { SLICE_INIT("A: b\r\n\r\nx\r\n"), 0 },
        { SLICE_INIT("A: b\r\n\r\nx\ny\r\n"), MESSAGE_BODY_BARE_LF },
        { SLICE_INIT("A: b\n\nx\ry\n"), MESSAGE_BODY_BARE_CR },
        { SLICE_INIT("A: b\n\nx\r\r\n"), MESSAGE_BODY_BARE_CR | MESSAGE_BODY_BARE_LF },
        { SLICE_INIT("A: b\n\nx\r"), MESSAGE_BODY_BARE_CR },
        { SLICE_INIT("A: b\n\nx\0\n"), MESSAGE_BODY_NUL },
        { SLICE_INIT("A: \0b\n\nx\n"), 0 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(parse(rows[i].raw).flags, rows[i].flags);
}

static void cuts_are_flagged(void **state)
{
    struct message_limits l = limits;
    struct message m;
    l.text_max = 3;
    l.uri_max_count = 1;
    message_parse(&m, &arena, SLICE("Subject: http://a.com http://b.com\n\n123456"), NULL, &l);
    assert_int_equal(m.flags, 0);
    message_uris(&m);
    assert_int_equal(m.flags, MESSAGE_TEXT_CUT | MESSAGE_URI_CUT);
}

static void subject_is_the_last_one_decoded(void **state)
{
    struct message m = parse(SLICE("Subject: no\nSubject: =?utf-8?q?=C3=A4?=\n b\n\n"));
    assert_true(slice_eq(message_subject(&m), SLICE("\xc3\xa4 b")));
    m = parse(SLICE("A: b\n\n"));
    assert_int_equal(message_subject(&m).n, 0);
}

static void uris_of_subject_texts_and_links(void **state)
{
    static const struct {
        const char *raw;
        enum uri_source source;
    } wanted[] = {
        { "http://s.com", URI_HEADER }, { "http://p.com", URI_TEXT }, { "www.v.com", URI_TEXT },
        { "http://i.com", URI_TEXT },   { "http://l.com", URI_HTML },
    };
    struct message m =
        parse(SLICE("Subject: http://s.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                    "http://p.com http://p.com\n--b\nContent-Type: text/html\n\n"
                    "<a href=http://l.com>www.v.com</a> <a href=http://l.com>x</a>"
                    "<b hidden>http://i.com</b>\n--b--\n"));
    const struct uri_list *list = message_uris(&m);
    const struct uri *u = list->first;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++, u = u->next) {
        assert_non_null(u);
        assert_true(slice_eq(u->raw, slice_str(wanted[i].raw)));
        assert_int_equal(u->source, wanted[i].source);
    }
    assert_null(u);
    assert_int_equal(list->n, 5);
    assert_ptr_equal(message_uris(&m), list);
    assert_ptr_equal(message_texts(&m), m.texts);
}

static void synthetic_fields_come_from_the_envelope(void **state)
{
    struct envelope env = { .has_client = true,
                            .has_sender = true,
                            .client_address = SLICE_INIT("192.0.2.1"),
                            .client_name = SLICE_INIT("mail.example.com"),
                            .helo = SLICE_INIT("helo.example.com"),
                            .sender = SLICE_INIT("x\r\ny>z@example.com") };
    struct message m;
    message_parse(&m, &arena, SLICE("Subject: x\n\n"), &env, &limits);
    assert_true(slice_starts(m.synthetic, SLICE("Return-Path: <x??y?z@example.com>\r\nReceived: from helo")));
    assert_int_equal(m.relays.n, 1);
    assert_true(m.relays.v[0].synthetic);
    env.sender = SLICE("");
    env.has_client = false;
    message_parse(&m, &arena, SLICE("Subject: x\n\n"), &env, &limits);
    assert_true(slice_eq(m.synthetic, SLICE("Return-Path: <>\r\n")));
    m = parse(SLICE("Subject: x\n\n"));
    assert_int_equal(m.synthetic.n, 0);
    assert_non_null(m.envelope);
}

static int set_up(void **state)
{
    arena_init(&arena, 64 << 20);
    message_limits_default(&limits);
    message_warm();
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
        cmocka_unit_test(findings),
        cmocka_unit_test(findings_of_limits),
        cmocka_unit_test(flags),
        cmocka_unit_test(cuts_are_flagged),
        cmocka_unit_test(subject_is_the_last_one_decoded),
        cmocka_unit_test(uris_of_subject_texts_and_links),
        cmocka_unit_test(synthetic_fields_come_from_the_envelope),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
