/* early-test.c - who is refused before its message is read, and how lists vote on it */
#include "policy/test-fixture.h"

#include "base/dns-table.h"
#include "policy/early.h"

#define CLIENT "192.0.2.1"
#define REVERSED "1.2.0.192"

struct early_case {
    struct arena a;
    struct early_options o;
    struct err e;
};

static void set_up(struct early_case *t)
{
    const struct conf_section section = { "Early", early_option_rows, early_option_rows_n, 0, 1 };
    const struct conf_schema schema = { &section, 1, sizeof(struct early_options) };
    memset(t, 0, sizeof(*t));
    arena_init(&t->a, 16 << 20);
    conf_defaults(&schema, &t->a, &t->o);
}

static void tear_down(struct early_case *t)
{
    arena_deinit(&t->a);
}

static struct dnsbl_sites sites_of(struct early_case *t, const char *word)
{
    const struct conf_list list = { &word, 1 };
    struct dnsbl_sites sites = { 0 };
    t->e = (struct err){ 0 };
    if (dnsbl_sites_read(&list, &t->a, &sites, &t->e) != 0)
        sites.n = 0;
    return sites;
}

static struct dnsbl_votes votes_of(struct early_case *t, const char *word, const char *answers)
{
    static const struct dns_limits limits = { 50, 100 };
    struct dns_table *table = dns_table_new(&t->a);
    struct dnsbl_sites sites = sites_of(t, word);
    struct dnsbl_votes votes;
    struct dns d;
    assert_int_equal(sites.n, 1);
    assert_int_equal(dns_table_add(table, slice_str(answers), &t->e), 0);
    dns_init(&d, &t->a, dns_table_source(table), &limits);
    dnsbl_sites_ask(&sites, &d, SLICE(CLIENT));
    dnsbl_sites_count(&sites, &d, SLICE(CLIENT), &votes);
    return votes;
}

static void lists_vote(void **state)
{
    static const struct {
        const char *site, *answers;
        int sum;
        unsigned unheard;
    } rows[] = {
        { "bl.example", "", 0, 0 },
        { "bl.example", REVERSED ".bl.example A 127.0.0.2", 1, 0 },
        { "BL.Example*3", REVERSED ".bl.example A 127.0.0.2", 3, 0 },
        { "wl.example*-2", REVERSED ".wl.example A 127.0.5.1", -2, 0 },
        { "bl.example=127.0.0.[2..4;10]*2", REVERSED ".bl.example A 127.0.0.10", 2, 0 },
        { "bl.example=127.0.0.[2..4;10]*2", REVERSED ".bl.example A 127.0.0.5", 0, 0 },
        { "bl.example=127.0.[0..255].2", REVERSED ".bl.example A 127.0.9.2", 1, 0 },
        /* one of several answers is enough, and one vote */
        { "bl.example=127.0.0.2", REVERSED ".bl.example A 127.0.0.9\n" REVERSED ".bl.example A 127.0.0.2", 1,
          0 },
        /* lists that are not to be believed */
        { "bl.example", REVERSED ".bl.example A 127.255.255.254", 0, 1 },
        { "bl.example", REVERSED ".bl.example A 203.0.113.9", 0, 1 },
        { "bl.example", REVERSED ".bl.example A 127.0.0.2\n" REVERSED ".bl.example A 127.255.255.252", 0, 1 },
        { "bl.example", REVERSED ".bl.example A SERVFAIL", 0, 1 },
        { "bl.example", REVERSED ".bl.example A TIMEOUT", 0, 1 },
        { "bl.example", REVERSED ".bl.example A NXDOMAIN", 0, 0 },
    };
    struct early_case t;
    (void)state;
    set_up(&t);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dnsbl_votes votes = votes_of(&t, rows[i].site, rows[i].answers);
        if (votes.sum != rows[i].sum || votes.unheard != rows[i].unheard)
            fail_msg("%s, %s: sum %d, unheard %u", rows[i].site, rows[i].answers, votes.sum, votes.unheard);
    }
    tear_down(&t);
}

static void sites_that_are_none(void **state)
{
    static const char *const bad[] = {
        "bl.example*",
        "bl.example*0",
        "bl.example*x",
        "bl.example*1001",
        "bl.example=",
        "bl.example=127.0.0",
        "bl.example=127.0.0.2.",
        "bl.example=127.0.0.256",
        "bl.example=127.0.[].2",
        "bl.example=127.0.0.[",
        "bl.example=127.0.0.[4..2]",
        "noname",
        "bl example",
        ".example",
        "bl.exa/mple",
        "bl.example=127.0.0.[2]x",
    };
    struct early_case t;
    (void)state;
    set_up(&t);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (sites_of(&t, bad[i]).n != 0 || t.e.kind != ERR_CONFIG || strstr(t.e.text, "write") == NULL)
            fail_msg("%s is taken, or not explained: %s", bad[i], t.e.text);
    tear_down(&t);
}

static void private_addresses_are_not_asked_about(void **state)
{
    static const char *const no[] = { "",           "10.1.2.3", "127.0.0.1", "192.168.1.1", "172.16.0.1",
                                      "100.64.0.1", "::1",      "fd00::1",   "fe80::1",     "169.254.1.1",
                                      "224.0.0.1",  "0.0.0.0",  "1.2.3",     "x",           "1.2.3.4.5" };
    static const char *const yes[] = { "192.0.2.1", "8.8.8.8", "172.32.0.1", "2001:db8::1", "100.128.0.1" };
    (void)state;
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        assert_false(dnsbl_may_ask(slice_str(no[i])));
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        assert_true(dnsbl_may_ask(slice_str(yes[i])));
}

static struct early_reply reply_to(struct early_case *t, struct early_facts f)
{
    struct early_reply r;
    f.client_address = SLICE(CLIENT);
    if (f.recipient.n == 0)
        f.recipient = SLICE("bob@example.org");
    early_decide(&t->o, &f, &t->a, &r);
    return r;
}

static void assert_reply(struct early_reply r, enum early_reason reason, const char *text)
{
    assert_int_equal(r.reason, reason);
    if (text)
        assert_string_equal(r.text, text);
}

static void reasons_and_replies(void **state)
{
    static const struct dnsbl_votes bad = { .sum = 3, .worst = SLICE_INIT("bl.example") };
    static const struct auth_spf fail = { .code = AUTH_FAIL,
                                          .domain = SLICE_INIT("example.com"),
                                          .explanation = SLICE_INIT("see\r\n%s") },
                                 unknown = { .code = AUTH_TEMPERROR, .domain = SLICE_INIT("example.com") },
                                 soft = { .code = AUTH_SOFTFAIL, .domain = SLICE_INIT("example.com") };
    struct early_case t;
    (void)state;
    set_up(&t);
    assert_reply(reply_to(&t, (struct early_facts){ 0 }), EARLY_PASSES, NULL);
    assert_reply(reply_to(&t, (struct early_facts){ .client_map = MAP_FOUND }), EARLY_CLIENT,
                 "Mail of this client is not accepted here");
    assert_reply(reply_to(&t, (struct early_facts){ .sender_map = MAP_FOUND }), EARLY_SENDER, NULL);
    assert_reply(reply_to(&t, (struct early_facts){ .votes = &bad }), EARLY_LISTED,
                 "Client " CLIENT " is listed by bl.example");
    t.o.dnsbl_threshold = 4;
    t.o.spf_temperror = EARLY_DEFERS;
    assert_reply(reply_to(&t, (struct early_facts){ .votes = &bad }), EARLY_PASSES, NULL);
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &fail }), EARLY_PASSES, NULL);
    t.o.spf_reject = EARLY_SPF_FAIL;
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &fail }), EARLY_SPF,
                 "SPF of example.com does not let " CLIENT " send its mail: sees");
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &soft }), EARLY_PASSES, NULL);
    t.o.spf_reject = EARLY_SPF_SOFTFAIL;
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &soft }), EARLY_SPF, NULL);
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &unknown }), EARLY_PASSES, NULL);
    struct early_reply r = reply_to(&t, (struct early_facts){ .spf = &unknown, .spf_waits = true });
    assert_reply(r, EARLY_SPF_UNKNOWN, NULL);
    assert_string_equal(r.code, "451");
    assert_string_equal(r.enhanced, "4.7.24");
    t.o.spf_temperror = EARLY_ACCEPTS;
    assert_reply(reply_to(&t, (struct early_facts){ .spf = &unknown, .spf_waits = true }), EARLY_PASSES,
                 NULL);
    r = reply_to(&t, (struct early_facts){ .sender_map = MAP_FAULT });
    assert_reply(r, EARLY_FAULT, NULL);
    assert_int_equal(r.code[0], '4');
    tear_down(&t);
}

static void some_are_never_refused(void **state)
{
    static const char *const postmasters[] = { "postmaster", "Postmaster@example.org" };
    struct early_case t;
    (void)state;
    set_up(&t);
    assert_reply(reply_to(&t, (struct early_facts){ .client_map = MAP_FOUND, .exempt = true }), EARLY_PASSES,
                 NULL);
    for (size_t i = 0; i < 2; i++)
        assert_reply(reply_to(&t, (struct early_facts){ .client_map = MAP_FOUND,
                                                        .recipient = slice_str(postmasters[i]) }),
                     EARLY_PASSES, NULL);
    assert_reply(
        reply_to(&t, (struct early_facts){ .client_map = MAP_FOUND, .recipient = SLICE("postmasters@x") }),
        EARLY_CLIENT, NULL);
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_vote),
        cmocka_unit_test(sites_that_are_none),
        cmocka_unit_test(private_addresses_are_not_asked_about),
        cmocka_unit_test(reasons_and_replies),
        cmocka_unit_test(some_are_never_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
