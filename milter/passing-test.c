/* passing-test.c - what becomes of messages that come in with a release mark */
#include "config.h"
#include "milter/session-fixture.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "keeper/client-release.h"
#include "keeper/mark.h"

/* a keeper that knows one mark */
static struct {
    char mark[MARK_VALUE_SIZE];
    const char *recipient, *client;
    unsigned char hash[MARK_HASH_SIZE];
    class_set waived;
    bool used, away;
    unsigned asked;
} keeper;

static int fake_redeem(const char *socket, struct slice mark, const unsigned char hash[32],
                       struct slice recipient, struct slice client, unsigned timeout_ms, struct arena *a,
                       struct keeper_pass *pass, struct err *e)
{
    static struct slice known[] = { SLICE_INIT("Known.Virus") };
    keeper.asked++;
    if (keeper.away)
        return err_set(e, ERR_RETRY, "the keeper is away");
    bool good = !keeper.used && slice_eq(mark, slice_str(keeper.mark)) &&
                slice_eq(recipient, slice_str(keeper.recipient)) &&
                slice_eq(client, slice_str(keeper.client)) &&
                memcmp(hash, keeper.hash, sizeof(keeper.hash)) == 0;
    keeper.used |= good;
    *pass = (struct keeper_pass){ .waived = keeper.waived, .viruses = known, .n_viruses = 1, .id = "entry1" };
    return good;
}

#define BODY "hello\r\n"

static int set_up(void **state)
{
    static struct fixture x;
    fixture_init(&x);
    x.g.redeem = fake_redeem;
    memset(&keeper, 0, sizeof(keeper));
    for (size_t i = 0; i < MARK_HMAC_HEX; i++)
        keeper.mark[strlen("entry1 1 ") + i] = 'a';
    memcpy(keeper.mark, "entry1 1 ", strlen("entry1 1 "));
    keeper.recipient = "to@example.org";
    keeper.client = "127.0.0.1";
    mark_hash(SLICE("Subject: x\r\n\r\n" BODY), keeper.hash);
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    fixture_deinit(*state);
    return 0;
}

static void finds_spam(struct fixture *x, const struct engine_request *q, struct arena *a,
                       struct engine_result *r)
{
    finding_add(&r->findings, a, FINDING_RULE, CLASS_CLEAN, 50, SLICE("SPAM"), SLICE(""));
    finding_add(&r->findings, a, FINDING_CLASS, CLASS_UNCHECKED_ENCRYPTED, 0, SLICE("zip"), SLICE(""));
}

static void finds_known_virus(struct fixture *x, const struct engine_request *q, struct arena *a,
                              struct engine_result *r)
{
    finding_add(&r->findings, a, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Known.Virus"), SLICE(""));
}

static void finds_new_virus(struct fixture *x, const struct engine_request *q, struct arena *a,
                            struct engine_result *r)
{
    finds_known_virus(x, q, a, r);
    finding_add(&r->findings, a, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("New.Virus"), SLICE(""));
}

static void finds_fault(struct fixture *x, const struct engine_request *q, struct arena *a,
                        struct engine_result *r)
{
    finding_add(&r->findings, a, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("virus"), SLICE(""));
}

struct mail {
    const char *client, *second_recipient, *mark, *second_mark, *subject, *body;
};

static enum session_reply play(struct fixture *x, const struct mail *m)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    char value[200];
    const char *client = m->client ? m->client : "127.0.0.1", *body = m->body ? m->body : BODY;
    inet_pton(AF_INET, client, &in.sin_addr);
    buf_reset(&x->told);
    session_connect(x->s, "localhost", (struct sockaddr *)&in);
    session_mail(x->s, "<ada@example.com>");
    session_rcpt(x->s, "<to@example.org>");
    if (m->second_recipient)
        session_rcpt(x->s, m->second_recipient);
    session_data(x->s);
    snprintf(value, sizeof(value), " %s", m->mark ? m->mark : keeper.mark);
    session_header(x->s, MARK_FIELD, value);
    if (m->second_mark)
        session_header(x->s, MARK_FIELD, m->second_mark);
    session_header(x->s, "Subject", m->subject ? m->subject : " x");
    session_header_done(x->s);
    session_body(x->s, slice_str(body));
    return session_end_of_message(x->s);
}

static void stripped(struct fixture *x)
{
    assert_non_null(strstr(x->told.p, "delete " MARK_FIELD " 1\n"));
}

static const struct mail as_sent = { 0 };

static void a_good_mark_lets_pass_what_was_held(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_spam;
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE);
    stripped(x);
    assert_null(strstr(x->told.p, "X-Spam-Flag"));
    assert_null(strstr(x->told.p, "Subject"));
}

static void once(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_spam;
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE);
    assert_int_equal(play(x, &as_sent), SESSION_REJECT);
    assert_int_equal(keeper.asked, 2);
}

static void for_nothing_else(void **state)
{
    static const struct mail others[] = {
        { .client = "192.0.2.1" },
        { .body = "hello!\r\n" },
        { .subject = " y" },
        { .mark = "entry1 1 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" },
        { .mark = "what" },
        { .mark = "" },
        { .second_recipient = "<other@example.org>" },
        { .second_mark = " x" },
    };
    struct fixture *x = *state;
    x->finds = finds_spam;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(play(x, &others[i]), SESSION_REJECT);
    keeper.recipient = "other@example.org";
    assert_int_equal(play(x, &as_sent), SESSION_REJECT);
    assert_false(keeper.used);
}

static void what_is_no_mark_is_stripped_as_well(void **state)
{
    static const struct mail forged = { .mark = "what", .second_mark = " entry1 1 a" };
    struct fixture *x = *state;
    assert_int_equal(play(x, &forged), SESSION_CONTINUE);
    assert_non_null(strstr(x->told.p, "delete " MARK_FIELD " 2\ndelete " MARK_FIELD " 1\n"));
    assert_int_equal(keeper.asked, 0);
}

static void stripped_whatever_remove_headers_says(void **state)
{
    struct fixture *x = *state;
    x->snapshot->config.policy.remove_headers.n = 0;
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE);
    stripped(x);
}

static void a_virus_that_was_known_passes_a_new_one_does_not(void **state)
{
    struct fixture *x = *state;
    keeper.waived = CLASS_BIT(CLASS_VIRUS);
    x->finds = finds_new_virus;
    assert_int_equal(play(x, &as_sent), SESSION_REJECT);
    keeper.used = false;
    x->finds = finds_known_virus;
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE);
}

static void a_virus_in_what_was_held_as_spam_does_not_pass(void **state)
{
    struct fixture *x = *state;
    keeper.waived = CLASS_BIT(CLASS_SPAM);
    x->finds = finds_known_virus;
    assert_int_equal(play(x, &as_sent), SESSION_REJECT);
}

static void what_could_not_be_scanned_comes_again(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_fault;
    assert_int_equal(play(x, &as_sent), SESSION_TEMPFAIL);
}

static void without_a_keeper_it_comes_again(void **state)
{
    struct fixture *x = *state;
    keeper.away = true;
    assert_int_equal(play(x, &as_sent), SESSION_TEMPFAIL);
}

static void observing_takes_off_the_mark_and_nothing_else(void **state)
{
    struct fixture *x = *state;
    x->snapshot->config.policy.mode = MODE_OBSERVE;
    x->finds = finds_spam;
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE);
    assert_string_equal(x->told.p, "delete " MARK_FIELD " 1\n");
    assert_int_equal(play(x, &as_sent), SESSION_CONTINUE); /* used: not ours any more */
    assert_string_equal(x->told.p, "");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_good_mark_lets_pass_what_was_held),
        CASE(once),
        CASE(for_nothing_else),
        CASE(what_is_no_mark_is_stripped_as_well),
        CASE(stripped_whatever_remove_headers_says),
        CASE(a_virus_that_was_known_passes_a_new_one_does_not),
        CASE(a_virus_in_what_was_held_as_spam_does_not_pass),
        CASE(what_could_not_be_scanned_comes_again),
        CASE(without_a_keeper_it_comes_again),
        CASE(observing_takes_off_the_mark_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
