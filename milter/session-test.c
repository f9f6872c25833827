/* session-test.c - whole milter dialogues, without a milter */
#include "config.h"
#include "base/os.h"
#include "milter/session-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include "base/log.h"

static int set_up(void **state)
{
    static struct fixture x;
    fixture_init(&x);
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    fixture_deinit(*state);
    return 0;
}

static struct gateway_options *options(struct fixture *x)
{
    return &x->snapshot->config.gateway;
}

static struct policy_options *policy(struct fixture *x)
{
    return &x->snapshot->config.policy;
}

static void said(const struct fixture *x, const char *text)
{
    if (!strstr(x->told.p ? x->told.p : "", text))
        fail_msg("not said: %s\nsaid:\n%s", text, x->told.p ? x->told.p : "");
}

static void not_said(const struct fixture *x, const char *text)
{
    if (strstr(x->told.p ? x->told.p : "", text))
        fail_msg("said: %s\nall:\n%s", text, x->told.p);
}

static void connect_from(struct fixture *x, const char *host, const char *address)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(4321) };
    inet_pton(AF_INET, address, &in.sin_addr);
    session_connect(x->s, host, (struct sockaddr *)&in);
}

static void envelope(struct fixture *x)
{
    assert_int_equal(session_mail(x->s, "<from@example.com>"), SESSION_CONTINUE);
    session_rcpt(x->s, "<to@example.org>");
}

static void content(struct fixture *x)
{
    session_header(x->s, "From", " A <from@example.com>");
    session_header(x->s, "Subject", " Hello");
    session_header_done(x->s);
    session_body(x->s, SLICE("Hi.\r\n"));
}

static enum session_reply whole_message(struct fixture *x)
{
    envelope(x);
    assert_int_equal(session_data(x->s), SESSION_CONTINUE);
    content(x);
    return session_end_of_message(x->s);
}

/* ---- what the engine gets */

static void the_spool_is_what_was_on_the_wire(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    session_header(x->s, "Received", " from a\n\tby b;\n  today");
    session_header(x->s, "Subject", "no space");
    session_header(x->s, "X-Empty", "");
    session_header(x->s, "X-Odd", " cr\rinside\r");
    session_header(x->s, "X-Crlf", " a\r\n b");
    session_header_done(x->s);
    session_body(x->s, slice_of("line\r\n\0bare\nlf", 14));
    session_body(x->s, SLICE("\r\nend"));
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    static const char wire[] = "Received: from a\r\n\tby b;\r\n  today\r\nSubject:no space\r\nX-Empty:\r\n"
                               "X-Odd: cr\rinside\r\r\nX-Crlf: a\r\n b\r\n\r\nline\r\n\0bare\nlf\r\nend";
    assert_int_equal(x->seen.n, sizeof(wire) - 1);
    assert_memory_equal(x->seen.p, wire, sizeof(wire) - 1);
}

static void without_leading_space_one_is_put_back(void **state)
{
    struct fixture *x = *state;
    const struct session_grants old = { .edits = GRANT_ADD_HEADERS | GRANT_CHANGE_HEADERS };
    session_granted(x->s, &old);
    envelope(x);
    session_header(x->s, "Subject", "Hello");
    session_header_done(x->s);
    session_end_of_message(x->s);
    assert_string_equal(x->seen.p, "Subject: Hello\r\n\r\n");
    said(x, "insert 1 X-Spam-Status:No, ");
}

static void a_message_without_end_of_header_still_has_one(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    session_header(x->s, "A", " b");
    session_end_of_message(x->s);
    assert_string_equal(x->seen.p, "A: b\r\n\r\n");
}

static bool is(struct slice s, const char *text)
{
    return slice_eq(s, slice_str(text));
}

static void finds_postfix(struct fixture *x, const struct engine_request *q, struct arena *a,
                          struct engine_result *r)
{
    const struct envelope *e = q->envelope;
    (void)x, (void)a, (void)r;
    assert_true(e->has_client);
    assert_true(is(e->client_address, "192.0.2.7"));
    assert_true(is(e->client_name, "mail.example.com"));
    assert_int_equal(e->client_port, 4321);
    assert_true(is(e->client_ptr, "ptr.example.com"));
    assert_true(is(e->helo, "after-tls.example.com"));
    assert_true(is(e->sender, "from@example.com"));
    assert_int_equal(e->n_recipients, 2);
    assert_true(is(e->recipients[1], "second@example.org"));
    assert_true(is(e->queue_id, "4QxYz"));
    assert_true(is(e->my_name, "mx.example.org"));
    assert_true(is(e->daemon_name, "smtpd"));
    assert_true(is(e->auth_user, "alice"));
    assert_true(is(e->auth_type, "PLAIN"));
    assert_true(is(e->tls_version, "TLSv1.3"));
    assert_true(is(e->tls_cipher, "AES256"));
    assert_true(e->received_at > 0);
}

static void a_message_of_nothing_is_a_message(void **state)
{
    struct fixture *x = *state;
    session_mail(x->s, "<a@example.com>");
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    assert_string_equal(x->seen.p, "\r\n");
}

static void the_envelope_comes_from_postfix(void **state)
{
    struct fixture *x = *state;
    struct fake_macro macros[] = {
        { "j", "mx.example.org" },    { "{daemon_name}", "smtpd" }, { "{client_ptr}", "ptr.example.com" },
        { "{auth_authen}", "alice" }, { "{auth_type}", "PLAIN" },   { "{tls_version}", "TLSv1.3" },
        { "{cipher}", "AES256" },     { "{client_resolve}", "OK" }, { NULL, NULL },
    };
    memcpy(x->macros, macros, sizeof(macros));
    x->finds = finds_postfix;
    connect_from(x, "mail.example.com", "192.0.2.7");
    session_helo(x->s, "before-tls.example.com");
    session_helo(x->s, "after-tls.example.com");
    envelope(x);
    session_rcpt(x->s, "second@example.org");
    x->macros[8] = (struct fake_macro){ "i", "4QxYz" }; /* known after the first recipient only */
    session_data(x->s);
    content(x);
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    assert_int_equal(x->checks, 1);
}

static void finds_unverified(struct fixture *x, const struct engine_request *q, struct arena *a,
                             struct engine_result *r)
{
    (void)x, (void)a, (void)r;
    assert_int_equal(q->envelope->client_name.n, 0);
    assert_true(is(q->envelope->client_ptr, "forged.example.com"));
}

static void sendmails_unverified_name_is_only_a_ptr(void **state)
{
    struct fixture *x = *state;
    x->macros[0] = (struct fake_macro){ "{client_resolve}", "FORGED" };
    x->finds = finds_unverified;
    connect_from(x, "forged.example.com", "192.0.2.7");
    whole_message(x);
    assert_int_equal(x->checks, 1);
}

static void finds_no_name(struct fixture *x, const struct engine_request *q, struct arena *a,
                          struct engine_result *r)
{
    (void)x, (void)a, (void)r;
    assert_int_equal(q->envelope->client_name.n, 0);
    assert_int_equal(q->envelope->client_ptr.n, 0);
    assert_true(q->envelope->has_sender);
    assert_int_equal(q->envelope->sender.n, 0);
}

static void no_name_and_the_null_sender_are_empty(void **state)
{
    static const char *const none[] = { "unknown", "[192.0.2.7]", "" };
    struct fixture *x = *state;
    x->finds = finds_no_name;
    x->macros[0] = (struct fake_macro){ "{client_ptr}", "unknown" };
    for (size_t i = 0; i < 3; i++) {
        connect_from(x, none[i], "192.0.2.7");
        assert_int_equal(session_mail(x->s, "<>"), SESSION_CONTINUE);
        session_rcpt(x->s, "<to@example.org>");
        content(x);
        session_end_of_message(x->s);
    }
    assert_int_equal(x->checks, 3);
}

static void finds_mapped(struct fixture *x, const struct engine_request *q, struct arena *a,
                         struct engine_result *r)
{
    (void)x, (void)a, (void)r;
    assert_true(is(q->envelope->client_address, "192.0.2.9"));
}

static void a_mapped_address_is_one_of_ipv4(void **state)
{
    struct fixture *x = *state;
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    inet_pton(AF_INET6, "::ffff:192.0.2.9", &in6.sin6_addr);
    session_connect(x->s, "a", (struct sockaddr *)&in6);
    x->finds = finds_mapped;
    whole_message(x);
    assert_int_equal(x->checks, 1);
}

static void finds_few(struct fixture *x, const struct engine_request *q, struct arena *a,
                      struct engine_result *r)
{
    (void)x, (void)a, (void)r;
    assert_int_equal(q->envelope->n_recipients, 3);
    assert_int_equal(q->envelope->recipients_total, 100);
}

static void recipients_past_the_limit_are_counted(void **state)
{
    struct fixture *x = *state;
    options(x)->recipients_max = 3;
    x->finds = finds_few;
    session_mail(x->s, "<a@example.com>");
    for (int i = 0; i < 100; i++)
        session_rcpt(x->s, "<to@example.org>");
    content(x);
    session_end_of_message(x->s);
    assert_int_equal(x->checks, 1);
}

static void messages_of_a_connection_do_not_mix(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    session_header(x->s, "X-Spam-Flag", " YES"); /* the MTA says nothing of its end: a new MAIL comes */
    session_body(x->s, SLICE("first"));
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    assert_string_equal(x->seen.p, "From: A <from@example.com>\r\nSubject: Hello\r\n\r\nHi.\r\n");
    not_said(x, "delete");
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    assert_int_equal(x->envelope.recipients_total, 1);
    assert_int_equal(x->checks, 2);
}

static void an_abort_at_any_point_leaves_nothing(void **state)
{
    struct fixture *x = *state;
    for (int point = 0; point < 7; point++) {
        if (point > 0)
            session_mail(x->s, "<a@example.com>");
        if (point > 1)
            session_rcpt(x->s, "<b@example.com>");
        if (point > 2)
            session_data(x->s);
        if (point > 3)
            session_header(x->s, "A", " b");
        if (point > 4)
            session_header_done(x->s);
        if (point > 5)
            session_body(x->s, SLICE("text"));
        session_abort(x->s);
        assert_false(x->s->t.active);
        assert_int_equal(x->snapshot->counted.users, 0);
        assert_int_equal(x->g.admission.in_work, 0);
    }
    assert_int_equal(x->checks, 0);
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
}

static void a_connection_that_closes_in_the_middle_leaves_nothing(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    session_data(x->s);
    content(x);
    session_free(&x->s); /* tear_down looks */
    fixture_open(x);
    session_free(&x->s); /* closed before anything was said */
    fixture_open(x);
}

static void events_without_mail_do_nothing_and_pass_nothing(void **state)
{
    struct fixture *x = *state;
    session_rcpt(x->s, "<a@example.com>");
    session_data(x->s);
    content(x);
    assert_int_equal(session_end_of_message(x->s), SESSION_TEMPFAIL);
    assert_int_equal(x->checks, 0);
}

/* ---- verdicts */

static void finds_spam(struct fixture *x, const struct engine_request *q, struct arena *a,
                       struct engine_result *r)
{
    (void)x, (void)q;
    finding_add(&r->findings, a, FINDING_RULE, CLASS_CLEAN, 6, SLICE("SPAMMY"), SLICE(""));
}

static void finds_more_spam(struct fixture *x, const struct engine_request *q, struct arena *a,
                            struct engine_result *r)
{
    (void)x, (void)q;
    finding_add(&r->findings, a, FINDING_RULE, CLASS_CLEAN, 100, SLICE("GTUBE"), SLICE(""));
}

static void finds_fault(struct fixture *x, const struct engine_request *q, struct arena *a,
                        struct engine_result *r)
{
    (void)x, (void)q;
    finding_add(&r->findings, a, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("deadline"), SLICE(""));
}

static void spam_is_tagged(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_spam;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    said(x, "insert 1 X-Spam-Flag: YES\n");
    said(x, "change Subject 1: [SPAM] Hello\n");
    not_said(x, "reply");
    assert_int_equal(atomic_load(&x->g.counts[COUNT_TAGGED]), 1);
}

static void much_spam_is_rejected_with_our_id(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_more_spam;
    x->macros[0] = (struct fake_macro){ "i", "4QxYz" };
    assert_int_equal(whole_message(x), SESSION_REJECT);
    said(x, "reply 550 5.7.1 ");
    said(x, "4QxYz");
    not_said(x, "insert");
}

static void without_a_queue_id_the_message_gets_one_of_ours(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_more_spam;
    whole_message(x);
    said(x, "(T");
}

static void a_fault_of_the_engine_is_temporary(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_fault;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    said(x, "reply 451 4.3.0 ");
}

static void a_message_that_fails_for_long_is_held(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_fault;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    policy(x)->fault_age = 0;
    buf_reset(&x->told);
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    said(x, "hold tamis: ");
    not_said(x, "reply");
}

static void finds_no_dmarc(struct fixture *x, const struct engine_request *q, struct arena *a,
                           struct engine_result *r)
{
    static const struct auth_results unknown = { .dmarc = { .code = AUTH_TEMPERROR,
                                                            .from = SLICE_INIT("example.org"),
                                                            .at_stake = DMARC_POLICY_REJECT } };
    (void)x, (void)q, (void)a;
    r->written.auth = &unknown;
}

/* Nobody's DMARC is known: the DNS is out of order, and the message waits. Others' is: it is held at last. */
static void dmarc_that_cannot_be_asked_about_is_waited_for(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_no_dmarc;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    policy(x)->dmarc_policy = DMARC_HONOUR;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    said(x, "reply 451 4.7.5 ");
    policy(x)->fault_age = 0;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    atomic_store(&x->g.dmarc.known_ms, clock_ms() + 1000000);
    buf_reset(&x->told);
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    said(x, "hold tamis: dmarc/temperror");
    assert_int_equal(x->g.dmarc.at_stake, 4);
}

static void forged_fields_are_removed_by_number(void **state)
{
    struct fixture *x = *state;
    x->macros[0] = (struct fake_macro){ "j", "mx.example.org" };
    envelope(x);
    session_header(x->s, "X-Spam-Flag", " NO");
    session_header(x->s, "Authentication-Results", " other.example; spf=pass");
    session_header(x->s, "x-spam-flag ", " NO"); /* white space before the colon does not make a new name */
    session_header(x->s, "Authentication-Results", " mx.example.org; spf=pass");
    session_header(x->s, "X-Virus-Status", " Clean");
    session_header_done(x->s);
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    said(x, "delete x-spam-flag 2\n");
    said(x, "delete X-Spam-Flag 1\n");
    said(x, "delete Authentication-Results 2\n");
    said(x, "delete X-Virus-Status 1\n");
    not_said(x, "delete Authentication-Results 1");
}

static void too_many_forged_fields_are_refused(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    for (int i = 0; i < 5000; i++)
        session_header(x->s, "X-Spam-Flag", " NO");
    session_header_done(x->s);
    assert_int_equal(session_end_of_message(x->s), SESSION_REJECT);
    said(x, "reply 550 5.6.0 ");
}

/* ---- limits */

static void the_rest_of_a_too_large_message_is_skipped_and_said(void **state)
{
    struct fixture *x = *state;
    options(x)->message_max = 100;
    envelope(x);
    session_header(x->s, "Subject", " big");
    session_header_done(x->s);
    assert_int_equal(session_body(x->s, SLICE("0123456789")), SESSION_CONTINUE);
    for (int i = 0; i < 20; i++)
        session_body(x->s, SLICE("0123456789"));
    assert_int_equal(session_body(x->s, SLICE("0123456789")), SESSION_SKIP);
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    assert_int_equal(x->seen.n, 100);
    said(x, "hold tamis: unchecked/limit");
}

static void without_skip_the_rest_is_read_and_dropped(void **state)
{
    struct fixture *x = *state;
    const struct session_grants old = { .edits =
                                            GRANT_ADD_HEADERS | GRANT_CHANGE_HEADERS | GRANT_QUARANTINE };
    session_granted(x->s, &old);
    options(x)->message_max = 10;
    envelope(x);
    for (int i = 0; i < 20; i++)
        assert_int_equal(session_body(x->s, SLICE("0123456789")), SESSION_CONTINUE);
    session_end_of_message(x->s);
    assert_int_equal(x->seen.n, 10);
}

static void without_a_place_data_is_refused_for_now(void **state)
{
    struct fixture *x = *state;
    options(x)->messages_max = 1;
    const struct admission_limits l = { .messages = 1, .bytes = 1 << 20 };
    assert_true(admission_enter(&x->g.admission, &l, 0));
    envelope(x);
    assert_int_equal(session_data(x->s), SESSION_TEMPFAIL);
    said(x, "reply 451 4.3.2 ");
    content(x); /* a client that goes on all the same */
    assert_int_equal(session_end_of_message(x->s), SESSION_TEMPFAIL);
    admission_leave(&x->g.admission, 0);
    buf_reset(&x->told);
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
}

static void without_a_place_and_without_data_the_end_is_refused(void **state)
{
    struct fixture *x = *state;
    options(x)->messages_max = 1;
    const struct admission_limits l = { .messages = 1, .bytes = 1 << 20 };
    assert_true(admission_enter(&x->g.admission, &l, 0));
    envelope(x);
    content(x);
    assert_int_equal(session_body(x->s, SLICE("more")), SESSION_SKIP);
    assert_int_equal(session_end_of_message(x->s), SESSION_TEMPFAIL);
    said(x, "reply 451 4.3.2 ");
    assert_int_equal(x->checks, 0);
    admission_leave(&x->g.admission, 0);
}

static void without_bytes_the_end_is_refused(void **state)
{
    struct fixture *x = *state;
    options(x)->spool_bytes_max = 100000;
    envelope(x);
    content(x);
    char block[65535];
    memset(block, 'x', sizeof(block));
    session_body(x->s, slice_of(block, sizeof(block)));
    assert_int_equal(session_body(x->s, slice_of(block, sizeof(block))), SESSION_SKIP);
    assert_int_equal(session_end_of_message(x->s), SESSION_TEMPFAIL);
    said(x, "reply 451 4.3.2 ");
}

static void without_space_the_end_is_refused(void **state)
{
    struct fixture *x = *state;
    options(x)->spool_memory_max = 4096; /* and no directory for files */
    char block[65535];
    memset(block, 'x', sizeof(block));
    envelope(x);
    content(x);
    session_body(x->s, slice_of(block, sizeof(block)));
    session_body(x->s, slice_of(block, sizeof(block)));
    assert_int_equal(session_end_of_message(x->s), SESSION_TEMPFAIL);
    said(x, "reply 452 4.3.1 ");
    assert_int_equal(x->checks, 0);
}

static void finds_hunger(struct fixture *x, const struct engine_request *q, struct arena *a,
                         struct engine_result *r)
{
    (void)x, (void)q, (void)r;
    for (;;)
        arena_alloc(a, 100000);
}

static void a_message_that_wants_too_much_memory_fails_alone(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_hunger;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    said(x, "reply 451 4.3.0 ");
    x->finds = NULL;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
}

static void a_draining_gateway_takes_no_new_messages(void **state)
{
    struct fixture *x = *state;
    atomic_store(&x->g.draining, true);
    assert_int_equal(session_mail(x->s, "<a@example.com>"), SESSION_TEMPFAIL);
    said(x, "reply 421 4.3.2 ");
    atomic_store(&x->g.draining, false);
    envelope(x);
    atomic_store(&x->g.draining, true);
    buf_reset(&x->told);
    assert_int_equal(session_data(x->s), SESSION_TEMPFAIL);
    said(x, "reply 421 4.3.2 ");
    atomic_store(&x->g.draining, false);
    envelope(x);
    session_data(x->s);
    atomic_store(&x->g.draining, true); /* in work: it may end */
    content(x);
    assert_int_equal(session_end_of_message(x->s), SESSION_CONTINUE);
    atomic_store(&x->g.draining, false);
}

/* ---- the other side fails */

static void what_the_mta_does_not_grant_is_not_tried(void **state)
{
    struct fixture *x = *state;
    const struct session_grants none = { .leading_space = true };
    session_granted(x->s, &none);
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    not_said(x, "insert");
    said(x, "reply 451 4.3.0 ");
}

static void an_edit_that_fails_fails_the_message(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_spam;
    for (int i = 1; i <= 3; i++) {
        x->effects = 0;
        x->fail_at = i;
        buf_reset(&x->told);
        assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
        said(x, "reply 451 4.3.0 ");
        assert_int_equal(x->effects, i + 1);
    }
}

static void a_reply_that_fails_is_still_no_accept(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_more_spam;
    x->fail_at = 1;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
}

static void an_mta_that_goes_away_while_we_look_gets_no_edits(void **state)
{
    struct fixture *x = *state;
    x->ticks = 3;
    x->progress_left = 1;
    x->finds = finds_spam;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    assert_int_equal(x->effects, 0);
    assert_int_equal(atomic_load(&x->g.counts[COUNT_ABORTED]), 1);
}

/* ---- observe */

static void observing_changes_nothing(void **state)
{
    struct fixture *x = *state;
    policy(x)->mode = MODE_OBSERVE;
    const struct session_grants none = { 0 };
    session_granted(x->s, &none);
    x->finds = finds_more_spam;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    x->finds = finds_fault;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    options(x)->messages_max = 0;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    assert_int_equal(x->effects, 0);
    assert_int_equal(atomic_load(&x->g.counts[COUNT_REJECTED]), 1);
    assert_int_equal(atomic_load(&x->g.counts[COUNT_TEMPFAILED]), 2);
}

/* ---- snapshots */

static void a_message_ends_under_the_snapshot_it_began_with(void **state)
{
    struct fixture *x = *state;
    struct snapshot *newer = fixture_snapshot();
    newer->check = fake_check;
    newer->config.policy.mode = MODE_OBSERVE;
    envelope(x);
    session_data(x->s);
    snapshots_install(&x->g.snapshots, newer);
    assert_int_equal(snapshots_reap(&x->g.snapshots), 1);
    content(x);
    session_end_of_message(x->s);
    said(x, "insert 1 X-Spam-Status:");
    assert_int_equal(snapshots_reap(&x->g.snapshots), 0);
    x->snapshot = newer;
    buf_reset(&x->told);
    whole_message(x);
    not_said(x, "insert");
}

static void finds_no_loader(struct fixture *x, const struct engine_request *q, struct arena *a,
                            struct engine_result *r)
{
    (void)q;
    finding_add(&r->findings, a, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE(ENGINE_LOST), SLICE(""));
    struct snapshot *newer = fixture_snapshot();
    newer->check = fake_check;
    snapshots_install(&x->g.snapshots, newer);
    x->snapshot = newer;
    x->finds = NULL;
}

static void a_message_whose_engine_is_lost_goes_to_the_next_one(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_no_loader;
    assert_int_equal(whole_message(x), SESSION_CONTINUE);
    assert_int_equal(x->checks, 2);
    assert_int_equal(snapshots_reap(&x->g.snapshots), 0);
}

static void finds_no_loader_at_the_stop(struct fixture *x, const struct engine_request *q, struct arena *a,
                                        struct engine_result *r)
{
    (void)q;
    finding_add(&r->findings, a, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE(ENGINE_LOST), SLICE(""));
    atomic_store(&x->g.draining, true);
}

static void without_another_engine_the_message_fails_for_now(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_no_loader_at_the_stop;
    assert_int_equal(whole_message(x), SESSION_TEMPFAIL);
    assert_int_equal(x->checks, 1);
    atomic_store(&x->g.draining, false);
}

static void a_client_that_idles_holds_no_snapshot(void **state)
{
    struct fixture *x = *state;
    envelope(x);
    assert_int_equal(x->snapshot->counted.users, 0);
    session_data(x->s);
    assert_int_equal(x->snapshot->counted.users, 1);
}

static void before_the_first_snapshot_nothing_passes(void **state)
{
    struct fixture *x = *state;
    x->g.snapshots.set.current = NULL;
    assert_int_equal(session_mail(x->s, "<a@example.com>"), SESSION_TEMPFAIL);
    x->g.snapshots.set.current = &x->snapshot->counted;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_spool_is_what_was_on_the_wire),
        TEST(without_leading_space_one_is_put_back),
        TEST(a_message_without_end_of_header_still_has_one),
        TEST(a_message_of_nothing_is_a_message),
        TEST(the_envelope_comes_from_postfix),
        TEST(sendmails_unverified_name_is_only_a_ptr),
        TEST(no_name_and_the_null_sender_are_empty),
        TEST(a_mapped_address_is_one_of_ipv4),
        TEST(recipients_past_the_limit_are_counted),
        TEST(messages_of_a_connection_do_not_mix),
        TEST(an_abort_at_any_point_leaves_nothing),
        TEST(a_connection_that_closes_in_the_middle_leaves_nothing),
        TEST(events_without_mail_do_nothing_and_pass_nothing),
        TEST(spam_is_tagged),
        TEST(much_spam_is_rejected_with_our_id),
        TEST(without_a_queue_id_the_message_gets_one_of_ours),
        TEST(a_fault_of_the_engine_is_temporary),
        TEST(a_message_that_fails_for_long_is_held),
        TEST(dmarc_that_cannot_be_asked_about_is_waited_for),
        TEST(forged_fields_are_removed_by_number),
        TEST(too_many_forged_fields_are_refused),
        TEST(the_rest_of_a_too_large_message_is_skipped_and_said),
        TEST(without_skip_the_rest_is_read_and_dropped),
        TEST(without_a_place_data_is_refused_for_now),
        TEST(without_a_place_and_without_data_the_end_is_refused),
        TEST(without_bytes_the_end_is_refused),
        TEST(without_space_the_end_is_refused),
        TEST(a_message_that_wants_too_much_memory_fails_alone),
        TEST(a_draining_gateway_takes_no_new_messages),
        TEST(what_the_mta_does_not_grant_is_not_tried),
        TEST(an_edit_that_fails_fails_the_message),
        TEST(a_reply_that_fails_is_still_no_accept),
        TEST(an_mta_that_goes_away_while_we_look_gets_no_edits),
        TEST(observing_changes_nothing),
        TEST(a_message_ends_under_the_snapshot_it_began_with),
        TEST(a_message_whose_engine_is_lost_goes_to_the_next_one),
        TEST(without_another_engine_the_message_fails_for_now),
        TEST(a_client_that_idles_holds_no_snapshot),
        TEST(before_the_first_snapshot_nothing_passes),
    };
    struct err e = { 0 };
    if (log_open("/dev/null", "session-test", &e) != 0) /* most of what is tested is an error to somebody */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
