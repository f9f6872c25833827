/* net-rules-test.c - rules that ask the DNS, against zones in memory: what hits, by name */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka.h needs the ones above before it */
#include <cmocka.h>

#include "base/dns-table.h"
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/test-message.h"

/* Three relays outside (the first of them private), and hosts in a text. */
#define HEAD                                                                                                 \
    "Return-Path: <bounce@sender.example>\n"                                                                 \
    "Received: from c.example.net (c.example.net [198.51.100.3]) by mx.example.org with SMTP\n"              \
    "Received: from b.example.net (b.example.net [198.51.100.2]) by c.example.net with SMTP\n"               \
    "Received: from a.example.net (a.example.net [203.0.113.9]) by b.example.net with SMTP\n"                \
    "From: A <a@author.example>\n"                                                                           \
    "Subject: x\n"

#define TEXT HEAD "\nSee http://www.shop.example.com/ and http://198.51.100.77/x\n"

struct net_case {
    const char *rules, *zone, *text, *hits;
};

struct net_run {
    struct arena arena;
    struct ruleset *set;
    struct scorer *scorer;
    struct dns_table *table;
};

static void start(struct net_run *r, const char *rules, const char *zone)
{
    struct scoring_options o = {
        .regex_match_limit = 1000000, .message_budget = 10000, .rules_max = 1000, .network = true
    };
    const struct rule_problem *problems = NULL;
    struct err e = { 0 };
    memset(r, 0, sizeof(*r));
    arena_init(&r->arena, 64 << 20);
    r->set = ruleset_load_text(&o, slice_str(rules), "t.cf", &r->arena, &problems, &e);
    if (r->set == NULL || problems)
        fail_msg("%s: %s", rules, problems ? problems->text : e.text);
    r->scorer = scorer_new(r->set, &o);
    r->table = dns_table_new(&r->arena);
    if (dns_table_add(r->table, slice_str(zone), &e) < 0)
        fail_msg("%s: %s", zone, e.text);
}

static void stop(struct net_run *r)
{
    scorer_free(&r->scorer);
    ruleset_free(&r->set);
    arena_deinit(&r->arena);
}

/* names of what hit, apart by blanks, in the order of hitting */
static void hits_of(struct net_run *r, struct buf *out, const char *text, const struct auth_results *auth)
{
    const struct dns_limits limits = { .deadline_ms = 5000, .questions = 500 };
    struct test_message *t = test_message_new(slice_str(text), NULL);
    struct finding_list found = { 0 };
    struct dns d;
    dns_init(&d, &t->arena, dns_table_source(r->table), &limits);
    scorer_ask(r->scorer, &t->m, &d, &found);
    scorer_use_auth(r->scorer, auth);
    scorer_evaluate(r->scorer, &t->m, &found);
    for (const struct finding *f = found.first; f; f = f->next)
        buf_printf(out, "%s%.*s", out->n ? " " : "", SLICE_ARG(f->name));
    test_message_free(t);
}

static void expect(const struct net_case *c, const struct auth_results *auth)
{
    struct net_run r;
    struct buf out;
    start(&r, c->rules, c->zone);
    buf_init(&out, 4096);
    hits_of(&r, &out, c->text ? c->text : TEXT, auth);
    if (strcmp(out.n ? out.p : "", c->hits) != 0)
        fail_msg("%s: hits \"%s\", not \"%s\"", c->rules, out.n ? out.p : "", c->hits);
    buf_deinit(&out);
    stop(&r);
}

#define EXPECT_ALL(rows)                                                                                     \
    for (size_t i = 0; i < sizeof(rows) / sizeof(*(rows)); i++)                                              \
    expect(&(rows)[i], NULL)

static void relays_by_the_ending_of_the_set(void **state)
{
    static const char zone[] = "3.100.51.198.l.test A 127.0.0.2\n"
                               "2.100.51.198.m.test A 127.0.0.2\n"
                               "9.113.0.203.f.test A 127.0.0.2\n";
    static const struct net_case cases[] = {
        { "header A eval:check_rbl('x', 'l.test.')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x-lastexternal', 'l.test.')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x-lastexternal', 'm.test.')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x-firsttrusted', 'l.test')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x-firsttrusted', 'm.test')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x-untrusted', 'l.test')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x-untrusted', 'm.test')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x-notfirsthop', 'm.test')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x-notfirsthop', 'f.test')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'f.test')\n", zone, NULL, "A" },
        { "skip_rbl_checks 1\nheader A eval:check_rbl('x', 'f.test')\n", zone, NULL, "" },
        { "dns_available no\nheader A eval:check_rbl('x', 'f.test')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'f.test')\n", zone, "Subject: no relay\n\n", "" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void tests_of_answers(void **state)
{
    static const char zone[] = "3.100.51.198.l.test A 127.0.0.4\n"
                               "3.100.51.198.l.test A 127.0.0.10\n"
                               "3.100.51.198.l.test TXT listed by us\n"
                               "3.100.51.198.other.test A 10.0.0.1\n";
    static const struct net_case cases[] = {
        { "header A eval:check_rbl('x', 'l.test', '127.0.0.4')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x', 'l.test', '127.0.0.5')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'l.test', '2')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x', 'l.test', '1')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'l.test', '^127\\.0\\.0\\.1[01]$')\n", zone, NULL, "A" },
        { "header A eval:check_rbl_txt('x', 'l.test', '(?i:BY)')\n", zone, NULL, "A" },
        { "header A eval:check_rbl_txt('x', 'l.test', 'nothing')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'other.test')\n", zone, NULL, "" },
        { "header __A eval:check_rbl('x', 'l.test')\nheader B eval:check_rbl_sub('x', '127.0.0.10')\n"
          "header C eval:check_rbl_sub('x', '127.0.0.11')\nheader D eval:check_rbl_sub('y', '127.0.0.10')\n",
          zone, NULL, "__A B" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void hosts_that_headers_name(void **state)
{
    static const char zone[] = "author.example.h.test A 127.0.0.2\n"
                               "sender.example.s.test A 127.0.0.2\n"
                               "b.example.net.r.test A 127.0.0.2\n"
                               "a.example.net.r.test A 127.0.0.2\n"
                               "9.113.0.203.i.test A 127.0.0.2\n";
    static const struct net_case cases[] = {
        { "util_rb_tld example net\nheader A eval:check_rbl_from_host('x', 'h.test')\n", zone, NULL, "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_from_domain('x', 'h.test')\n", zone, NULL, "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_envfrom('x', 's.test')\n", zone, NULL, "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_envfrom('x', 'h.test')\n", zone, NULL, "" },
        { "util_rb_tld net\nheader A eval:check_rbl_envfrom('x', 's.test')\n", zone, NULL, "" },
        { "util_rb_tld example net\nheader A eval:check_rbl_headers('x', 's.test')\n", zone, NULL, "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_headers('x', 'h.test', '', 'From')\n", zone, NULL,
          "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_rcvd('x', 'r.test')\n", zone, NULL, "A" },
        { "util_rb_tld example net\nheader A eval:check_rbl_rcvd('x', 'i.test')\n", zone, NULL, "A" },
        { "util_rb_tld net\nheader A eval:check_rbl_rcvd('x', 'i.test')\ntflags A domains_only\n", zone, NULL,
          "" },
        { "util_rb_tld net\nheader A eval:check_rbl_rcvd('x', 'r.test')\ntflags A ips_only\n", zone, NULL,
          "" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void hosts_in_uris(void **state)
{
    static const char zone[] = "example.com.u.test A 127.0.0.2\n"
                               "www.shop.example.com.full.test A 127.0.0.2\n"
                               "77.100.51.198.u.test A 127.0.0.8\n"
                               "example.com NS ns1.hoster.example\n"
                               "ns1.hoster.example A 192.0.2.53\n"
                               "www.shop.example.com A 192.0.2.80\n"
                               "hoster.example.ns.test A 127.0.0.2\n"
                               "ns1.hoster.example.fullns.test A 127.0.0.2\n"
                               "53.2.0.192.nsip.test A 127.0.0.2\n"
                               "80.2.0.192.ip.test A 127.0.0.2\n";
    static const struct net_case cases[] = {
        { "urirhsbl A u.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urirhssub A u.test. A 2\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urirhssub A u.test. A 8\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urirhssub A u.test. A 8\nbody A eval:check_uridnsbl('A')\ntflags A domains_only\n", zone, NULL,
          "" },
        { "urirhssub A u.test. A 2\nbody A eval:check_uridnsbl('A')\ntflags A ips_only\n", zone, NULL, "" },
        { "urirhssub A u.test. A 127.0.0.2-127.0.0.3\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urirhssub A u.test. A 127.0.0.4-127.0.0.6\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "urirhssub A u.test. A 127.0.0.8\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urirhsbl A full.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "urirhsbl A full.test. A\nbody A eval:check_uridnsbl('A')\ntflags A notrim\n", zone, NULL, "A" },
        { "urinsrhsbl A ns.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urifullnsrhsbl A fullns.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "urifullnsrhsbl A ns.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "uridnsbl A ip.test. A\nbody A eval:check_uridnsbl('A')\ntflags A a\n", zone, NULL, "A" },
        { "skip_uribl_checks 1\nurirhsbl A u.test. A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "uridnsbl_skip_domain example.com\nurirhssub A u.test. A 2\nbody A eval:check_uridnsbl('A')\n",
          zone, NULL, "" },
        { "uridnsbl_skip_domain example.com\nclear_uridnsbl_skip_domain example.com\n"
          "urirhssub A u.test. A 2\nbody A eval:check_uridnsbl('A')\n",
          zone, NULL, "A" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void questions_of_tags(void **state)
{
    static const char zone[] = "author.example.new.test A 127.2.0.14\n"
                               "sender.example TXT v=spf1 +all\n"
                               "c.example.net A 198.51.100.3\n"
                               "author.example MX 10 mx.author.example\n";
    static const struct net_case cases[] = {
        { "askdns A _AUTHORDOMAIN_.new.test. A /^127\\.2\\.0\\.14$/\n", zone, NULL, "A" },
        { "askdns A _AUTHORDOMAIN_.new.test. A 127.2.0.14\n", zone, NULL, "A" },
        { "askdns A _AUTHORDOMAIN_.new.test. A 127.2.0.15\n", zone, NULL, "" },
        { "askdns A _SENDERDOMAIN_ TXT /^v=spf1 \\+all$/\n", zone, NULL, "A" },
        { "askdns A _LASTEXTERNALHELO_ A /./\n", zone, NULL, "A" },
        { "askdns A _AUTHORDOMAIN_ MX /^10 mx\\.author\\.example\\.$/\n", zone, NULL, "A" },
        { "askdns A nothing.test A [NXDOMAIN]\n", zone, NULL, "A" },
        { "askdns A _AUTHORDOMAIN_ TXT [NXDOMAIN, 2]\n", zone, NULL, "" },
        { "askdns A _HEADER(From:addr:host)_.new.test A\n", zone, NULL, "A" },
        { "askdns A _NOSUCHTAG_.new.test A\n", zone, NULL, "" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void hashes_of_what_a_message_has(void **state)
{
    /* md5 of a@author.example, sha1 of http://www.shop.example.com/, sha1 of "See" in lower case */
    static const char zone[] = "3b2f4f44b7cbee8ce0a7072b74404416.h.test A 127.0.0.2\n"
                               "8d7b7ec9d146ff4c0f830a7a30f9b56a79c34d3e.h.test A 127.0.0.2\n"
                               "3d637fc604995b51a048db0058a7c210e57a38cc.h.test A 127.0.0.2\n"
                               "see.raw.test A 127.0.0.2\n"
                               "198.51.100.3.tag.test A 127.0.0.2\n"
                               "yovy74jxeduk3ech3u4um2z4rf2olewc7i4d2srzmbyuzlxqytza.part.test A 127.0.0.2\n"
                               "";
    static const struct net_case cases[] = {
        { "util_rb_tld example com\n"
          "header A eval:check_hashbl_emails('h.test', 'md5/max=10', 'From', '^127\\.')\n",
          zone, NULL, "A" },
        { "util_rb_tld example com\nheader A eval:check_hashbl_emails('h.test', 'sha1', 'From')\n", zone,
          NULL, "" },
        { "util_rb_tld example com\nuridnsbl_skip_domain author.example\n"
          "header A eval:check_hashbl_emails('h.test', 'md5', 'From')\n",
          zone, NULL, "" },
        { "util_rb_tld example com\nhashbl_acl_x author.example\n"
          "header A eval:check_hashbl_emails('h.test', 'md5', 'From', '', 'x')\n",
          zone, NULL, "A" },
        { "util_rb_tld example com\nhashbl_acl_x other.example\n"
          "header A eval:check_hashbl_emails('h.test', 'md5', 'From', '', 'x')\n",
          zone, NULL, "" },
        { "util_rb_tld example com\nheader A eval:check_hashbl_uris('h.test', 'sha1')\n", zone, NULL, "A" },
        { "body A eval:check_hashbl_bodyre('h.test', 'sha1', '\\b(S[e]+)\\b')\n", zone, NULL, "A" },
        { "body A eval:check_hashbl_bodyre('h.test', 'sha1/case', '\\b(S[e]+)\\b')\n", zone, NULL, "" },
        { "body A eval:check_hashbl_bodyre('raw.test', 'raw', '\\b(S[e]+)\\b')\n", zone, NULL, "A" },
        { "hashbl_ignore see\nbody A eval:check_hashbl_bodyre('raw.test', 'raw', '\\b(S[e]+)\\b')\n", zone,
          NULL, "" },
        { "header A eval:check_hashbl_tag('tag.test', 'raw', '_LASTEXTERNALIP_')\n", zone, NULL, "A" },
        { "header A eval:check_hashbl_tag('tag.test', 'raw/revip', 'LASTEXTERNALIP')\n", zone, NULL, "" },
        { "body A eval:check_hashbl_attachments('part.test', 'sha256')\n", zone, "Subject: x\n\nfoobar",
          "A" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void client_zones_of_a_set(void **state)
{
    struct net_run r;
    const struct client_zone *v;
    (void)state;
    start(&r,
          "header A eval:check_rbl('x', 'a.test.')\nheader B eval:check_rbl('x', 'A.test')\n"
          "header C eval:check_rbl_txt('x-lastexternal', 'c.test')\n"
          "header D eval:check_rbl('x-untrusted', 'd.test')\nheader E eval:check_rbl('x', 'e.test')\nscore E "
          "0\n"
          "askdns F _AUTHORDOMAIN_.f.test\n",
          "");
    assert_int_equal(ruleset_client_zones(r.set, &v), 2);
    assert_true(slice_eq(v[0].zone, SLICE("a.test")));
    assert_int_equal(v[0].type, DNS_A);
    assert_true(slice_eq(v[1].zone, SLICE("c.test")));
    assert_int_equal(v[1].type, DNS_TXT);
    stop(&r);
}

static void signers_are_asked_about_when_they_are_known(void **state)
{
    struct auth_signature s[2] = {
        { .code = AUTH_PASS,
          .domain = SLICE("signer.example"),
          .algorithm = SLICE("rsa-sha256"),
          .key_bits = 2048 },
        { .code = AUTH_FAIL, .domain = SLICE("author.example"), .algorithm = SLICE("rsa-sha256") },
    };
    const struct auth_results auth = { .n_signatures = 2, .signatures = s };
    static const struct net_case cases[] = {
        { "askdns A _DKIMDOMAIN_.wl.test A\n", "signer.example.wl.test A 127.0.2.3\n", NULL, "A" },
        { "askdns A _DKIMDOMAIN_.wl.test A\n", "author.example.wl.test A 127.0.2.3\n", NULL, "" },
    };
    (void)state;
    for (size_t i = 0; i < 2; i++)
        expect(&cases[i], &auth);
}

static void no_list_that_refuses_or_lies(void **state)
{
    static const char zone[] = "3.100.51.198.l.test A 127.255.255.254\n"
                               "*.all.test A 127.0.0.2\n"
                               "*.blocked.test A 127.255.255.255\n";
    static const struct net_case cases[] = {
        { "header A eval:check_rbl('x', 'l.test')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'l.test', '2')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'l.test', '^127\\.')\n", zone, NULL, "" },
        { "header A eval:check_rbl('x', 'l.test', '^127\\.255\\.255\\.254$')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x', 'l.test', '127.255.255.254')\n", zone, NULL, "A" },
        { "header A eval:check_rbl('x', 'all.test')\n", zone, NULL, "" },
        { "urirhsbl A all.test A\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "urirhssub A blocked.test A 1\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "" },
        { "urirhssub A blocked.test A 127.255.255.255\nbody A eval:check_uridnsbl('A')\n", zone, NULL, "A" },
        { "askdns A _AUTHORDOMAIN_.all.test A /^127/\n", zone, NULL, "" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void what_may_not_be_asked(void **state)
{
    static const char zone[] = "3.100.51.198.l.test A 127.0.0.2\n";
    static const struct net_case cases[] = {
        { "dns_query_restriction deny l.test\nheader A eval:check_rbl('x', 'l.test')\n", zone, NULL, "" },
        { "dns_query_restriction deny test\ndns_query_restriction allow l.test\n"
          "header A eval:check_rbl('x', 'l.test')\n",
          zone, NULL, "A" },
        { "dns_query_restriction deny *\nheader A eval:check_rbl('x', 'l.test')\n", zone, NULL, "" },
        { "dns_query_restriction deny *\nclear_dns_query_restriction\nheader A eval:check_rbl('x', "
          "'l.test')\n",
          zone, NULL, "A" },
    };
    (void)state;
    EXPECT_ALL(cases);
}

static void a_list_that_refuses_is_left_alone(void **state)
{
    struct net_run r;
    struct buf out;
    (void)state;
    start(&r,
          "header BLOCKED eval:check_rbl('x', 'l.test', '127.255.255.255')\n"
          "dns_block_rule BLOCKED l.test\n",
          "*.l.test A 127.255.255.255\n");
    buf_init(&out, 4096);
    hits_of(&r, &out, TEXT, NULL);
    unsigned asked = dns_table_asked(r.table);
    assert_string_equal(out.p, "BLOCKED");
    hits_of(&r, &out, TEXT, NULL);
    assert_string_equal(out.p, "BLOCKED");
    assert_int_equal(dns_table_asked(r.table), asked);
    buf_deinit(&out);
    stop(&r);
}

static void answers_that_never_come_are_no_hits(void **state)
{
    static const struct net_case late = { "header A eval:check_rbl('x', 'l.test')\n"
                                          "header B eval:check_rbl('x', 'm.test')\nmeta C !A\n",
                                          "3.100.51.198.l.test A SERVFAIL\n3.100.51.198.m.test A 127.0.0.2\n",
                                          NULL, "B C" };
    (void)state;
    expect(&late, NULL);
}

static void network_rules_need_the_network(void **state)
{
    struct scoring_options o = { .regex_match_limit = 1000000, .message_budget = 10000, .rules_max = 1000 };
    const char *rules = "header A eval:check_rbl('x', 'l.test')\nscore A 1 2 3 4\n"
                        "body B /See/\nscore B 1 2 3 4\nmeta C local_tests_only\n";
    struct arena a;
    struct err e;
    (void)state;
    arena_init(&a, 64 << 20);
    for (int on = 0; on < 2; on++) {
        struct finding_list found = { 0 };
        o.network = on;
        struct ruleset *set = ruleset_load_text(&o, slice_str(rules), "t.cf", &a, NULL, &e);
        struct scorer *s = scorer_new(set, &o);
        struct test_message *t = test_message_new(SLICE(TEXT), NULL);
        scorer_evaluate(s, &t->m, &found);
        assert_int_equal(found.n, on ? 1 : 2);
        assert_true(slice_eq(found.first->name, SLICE("B")));
        assert_int_equal((int)found.first->score, on ? 2 : 1);
        test_message_free(t);
        scorer_free(&s);
        ruleset_free(&set);
    }
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relays_by_the_ending_of_the_set),
        cmocka_unit_test(tests_of_answers),
        cmocka_unit_test(hosts_that_headers_name),
        cmocka_unit_test(hosts_in_uris),
        cmocka_unit_test(questions_of_tags),
        cmocka_unit_test(hashes_of_what_a_message_has),
        cmocka_unit_test(client_zones_of_a_set),
        cmocka_unit_test(signers_are_asked_about_when_they_are_known),
        cmocka_unit_test(no_list_that_refuses_or_lies),
        cmocka_unit_test(what_may_not_be_asked),
        cmocka_unit_test(a_list_that_refuses_is_left_alone),
        cmocka_unit_test(answers_that_never_come_are_no_hits),
        cmocka_unit_test(network_rules_need_the_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
