/* early-test.c - who is refused at connect and at recipients, over whole dialogues */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/dns-table.h"
#include "milter/session-fixture.h"

#define LISTED "198.51.100.7"
#define GOOD "203.0.113.5"
#define ZONE                                                                                                 \
    "7.100.51.198.bl.example A 127.0.0.2\n"                                                                  \
    "8.100.51.198.bl.example A TIMEOUT\n"                                                                    \
    "example.com TXT \"v=spf1 ip4:203.0.113.5 -all\"\n"                                                      \
    "soft.example TXT \"v=spf1 ~all\"\n"                                                                     \
    "lame.example TXT SERVFAIL\n"

/* One table serves all; how many hold a source of it is counted. */
struct world {
    struct fixture x;
    struct arena a;
    struct dns_table *table;
    int taken;
};

static bool take(void *ctx, struct slice client, struct gateway_loan *loan)
{
    struct world *w = ctx;
    (void)client;
    loan->source = dns_table_source(w->table);
    w->taken++;
    return true;
}

static void give(void *ctx, struct gateway_loan *loan)
{
    struct world *w = ctx;
    loan->source = NULL;
    w->taken--;
}

static int set_up(void **state)
{
    static struct world w;
    struct err e;
    memset(&w, 0, sizeof(w));
    fixture_init(&w.x);
    arena_init(&w.a, 16 << 20);
    w.table = dns_table_new(&w.a);
    assert_int_equal(dns_table_add(w.table, SLICE(ZONE), &e), 0);
    w.x.g.dns = (struct gateway_dns){ &w, take, give };
    w.x.snapshot->config.early.early_wait = 30;
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    assert_int_equal(w->taken, 0);
    fixture_deinit(&w->x);
    arena_deinit(&w->a);
    return 0;
}

/* Maps are read when all lists are set: files stay until then. */
static void set_map(struct world *w, struct conf_list *list, const char *type, const char *text)
{
    struct arena *a = &w->x.snapshot->arena;
    char path[] = "/tmp/tamis-early-XXXXXX";
    const char **specs = arena_alloc(a, sizeof(*specs));
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    *specs = arena_str(a, arena_printf(a, "%s:%s", type, path));
    *list = (struct conf_list){ specs, 1 };
}

static void forget(const struct conf_list *list)
{
    if (list->n)
        unlink(strchr(list->v[0], ':') + 1);
}

static void read_maps(struct world *w)
{
    struct snapshot *s = w->x.snapshot;
    struct err e = { 0 };
    policy_maps_free(&s->maps);
    s->maps = policy_maps_load(&s->config.policy, &s->config.early, &s->arena, &e);
    forget(&s->config.early.client_reject);
    forget(&s->config.early.sender_reject);
    forget(&s->config.early.early_exempt);
    forget(&s->config.policy.client_allow);
    if (s->maps == NULL)
        fail_msg("%s", e.text);
}

static void use_list(struct world *w, const char *site)
{
    struct early_options *o = &w->x.snapshot->config.early;
    const char **words = arena_alloc(&w->x.snapshot->arena, sizeof(*words));
    struct err e;
    *words = site;
    o->dnsbl_sites = (struct conf_list){ words, 1 };
    assert_int_equal(dnsbl_sites_read(&o->dnsbl_sites, &w->x.snapshot->arena, &w->x.snapshot->dnsbl, &e), 0);
}

static enum session_reply connect_from(struct world *w, const char *address)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    inet_pton(AF_INET, address, &in.sin_addr);
    enum session_reply r = session_connect(w->x.s, "host.example", (struct sockaddr *)&in);
    session_helo(w->x.s, "host.example");
    return r;
}

static enum session_reply recipient(struct world *w, const char *sender, const char *to)
{
    assert_int_equal(session_mail(w->x.s, sender), SESSION_CONTINUE);
    return session_rcpt(w->x.s, to);
}

static void said(const struct world *w, const char *text)
{
    if (!strstr(w->x.told.p ? w->x.told.p : "", text))
        fail_msg("not said: %s\nsaid:\n%s", text, w->x.told.p ? w->x.told.p : "");
}

static void nothing_is_asked_by_default(void **state)
{
    struct world *w = *state;
    assert_int_equal(connect_from(w, LISTED), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
    assert_int_equal(dns_table_asked(w->table), 0);
    assert_int_equal(early_answers(&w->x.g), 0);
}

static void a_listed_client(void **state)
{
    struct world *w = *state;
    use_list(w, "bl.example");
    assert_int_equal(early_answers(&w->x.g), EARLY_ANSWERS_RECIPIENT);
    assert_int_equal(connect_from(w, LISTED), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_REJECT);
    said(w, "reply 550 5.7.1 Client " LISTED " is listed by bl.example");
    assert_int_equal(session_rcpt(w->x.s, "<postmaster@example.org>"), SESSION_CONTINUE);
    assert_int_equal(w->x.s->t.envelope.n_recipients, 1);
    assert_int_equal(w->x.g.counts[COUNT_EARLY], 1);
    /* another client on the same connection */
    assert_int_equal(connect_from(w, GOOD), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

static void a_list_that_does_not_answer(void **state)
{
    struct world *w = *state;
    use_list(w, "bl.example");
    connect_from(w, "198.51.100.8");
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
    w->x.g.dns.take = NULL;
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

static void rules_ask_ahead(void **state)
{
    struct world *w = *state;
    w->x.snapshot->client_zones = SLICE("A bl.example\nTXT wl.example\nnonsense\n\nA \n");
    connect_from(w, "192.168.1.1");
    assert_int_equal(dns_table_asked(w->table), 0);
    connect_from(w, GOOD);
    assert_int_equal(dns_table_asked(w->table), 2);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

static void at_connect(void **state)
{
    struct world *w = *state;
    use_list(w, "bl.example");
    w->x.snapshot->config.early.early_stage = EARLY_AT_CONNECT;
    assert_int_equal(connect_from(w, LISTED), SESSION_REJECT);
    assert_int_equal(connect_from(w, GOOD), SESSION_CONTINUE);
}

static void maps_refuse(void **state)
{
    struct world *w = *state;
    struct snapshot *s = w->x.snapshot;
    set_map(w, &s->config.early.client_reject, "cidr", "198.51.100.0/24 bad\n");
    set_map(w, &s->config.early.sender_reject, "text", "@evil.example yes\n");
    set_map(w, &s->config.early.early_exempt, "text", "abuse@example.org yes\n");
    read_maps(w);
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_REJECT);
    said(w, "reply 550 5.7.1 Mail of this client is not accepted here");
    assert_int_equal(session_rcpt(w->x.s, "<abuse@example.org>"), SESSION_CONTINUE);
    connect_from(w, GOOD);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@evil.example>", "<b@example.org>"), SESSION_REJECT);
    said(w, "reply 550 5.7.1 Mail of this sender is not accepted here");
}

static void clients_that_are_trusted(void **state)
{
    struct world *w = *state;
    use_list(w, "bl.example");
    w->x.macros[0] = (struct fake_macro){ "{auth_authen}", "bob" };
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
    w->x.macros[0] = (struct fake_macro){ NULL, NULL };
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_REJECT);
    set_map(w, &w->x.snapshot->config.policy.client_allow, "cidr", LISTED " yes\n");
    read_maps(w);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

static void spf_refuses(void **state)
{
    struct world *w = *state;
    struct early_options *o = &w->x.snapshot->config.early;
    o->spf_reject = EARLY_SPF_FAIL;
    assert_int_equal(early_answers(&w->x.g), EARLY_ANSWERS_RECIPIENT);
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_REJECT);
    said(w, "reply 550 5.7.23 SPF of example.com does not let " LISTED " send its mail");
    assert_int_equal(session_rcpt(w->x.s, "<c@example.org>"), SESSION_REJECT);
    assert_int_equal(recipient(w, "<a@soft.example>", "<b@example.org>"), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@none.example>", "<b@example.org>"), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<>", "<b@example.org>"), SESSION_CONTINUE);
    o->spf_reject = EARLY_SPF_SOFTFAIL;
    assert_int_equal(recipient(w, "<a@soft.example>", "<b@example.org>"), SESSION_REJECT);
    connect_from(w, GOOD);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

/* The same domain and client waits for fault_age, and not for ever. */
static void spf_that_cannot_be_asked_for_is_waited_for(void **state)
{
    struct world *w = *state;
    struct config *c = &w->x.snapshot->config;
    c->early.spf_reject = EARLY_SPF_FAIL;
    c->policy.fault_age = 3600 * 1000;
    c->dns.dns = false;
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@lame.example>", "<b@example.org>"), SESSION_CONTINUE);
    c->dns.dns = true;
    c->early.spf_temperror = EARLY_ACCEPTS;
    assert_int_equal(recipient(w, "<a@lame.example>", "<b@example.org>"), SESSION_CONTINUE);
    c->early.spf_temperror = EARLY_DEFERS;
    assert_int_equal(recipient(w, "<a@lame.example>", "<b@example.org>"), SESSION_TEMPFAIL);
    said(w, "reply 451 4.7.24 SPF of the sender could not be looked up");
    assert_int_equal(session_rcpt(w->x.s, "<postmaster@example.org>"), SESSION_CONTINUE);
    assert_int_equal(recipient(w, "<a@soft.example>", "<b@example.org>"), SESSION_CONTINUE);
    c->policy.fault_age = 0;
    assert_int_equal(recipient(w, "<x@lame.example>", "<c@example.org>"), SESSION_CONTINUE);
    connect_from(w, GOOD);
    assert_int_equal(recipient(w, "<x@lame.example>", "<c@example.org>"), SESSION_TEMPFAIL);
    assert_int_equal(recipient(w, "<x@lame.example>", "<c@example.org>"), SESSION_CONTINUE);
}

static void observed_is_not_done(void **state)
{
    struct world *w = *state;
    use_list(w, "bl.example");
    w->x.snapshot->config.policy.mode = MODE_OBSERVE;
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
    assert_int_equal(w->x.g.counts[COUNT_EARLY], 0);
}

/* An MTA that goes on without waiting must not get an answer. */
static void an_mta_that_does_not_wait(void **state)
{
    struct world *w = *state;
    struct session_grants grants = w->x.s->grants;
    use_list(w, "bl.example");
    grants.answers = 0;
    session_granted(w->x.s, &grants);
    connect_from(w, LISTED);
    assert_int_equal(recipient(w, "<a@example.com>", "<b@example.org>"), SESSION_CONTINUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_WORLD(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
        WITH_WORLD(nothing_is_asked_by_default),
        WITH_WORLD(a_listed_client),
        WITH_WORLD(a_list_that_does_not_answer),
        WITH_WORLD(at_connect),
        WITH_WORLD(rules_ask_ahead),
        WITH_WORLD(maps_refuse),
        WITH_WORLD(clients_that_are_trusted),
        WITH_WORLD(spf_refuses),
        WITH_WORLD(spf_that_cannot_be_asked_for_is_waited_for),
        WITH_WORLD(observed_is_not_done),
        WITH_WORLD(an_mta_that_does_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
