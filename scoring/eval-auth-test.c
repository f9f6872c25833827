/* eval-auth-test.c - rules about who sent a message: SPF, DKIM, ADSP, DMARC, ARC, Authentication-Results */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka.h needs the ones above before it */
#include <cmocka.h>

#include "base/dns-table.h"
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/test-message.h"

static struct arena arena;

static const char mail[] = "Received: from out.bank.example (out.bank.example [198.51.100.3])\n"
                           "\tby mx.example.org with ESMTP (envelope-from <News@Bank.example>)\n"
                           "From: The Bank <news@bank.example>\nSubject: x\n\nx\n";

struct auth_case {
    const char *rules, *text, *hits;
};

static struct slice hits(const char *rules, const char *text, const char *zone,
                         const struct auth_results *auth)
{
    const struct scoring_options o = {
        .regex_match_limit = 1000000, .message_budget = 10000, .rules_max = 1000, .network = true
    };
    const struct dns_limits few = { .deadline_ms = 5000, .questions = 500 };
    const struct rule_problem *problems = NULL;
    struct err e = { 0 };
    struct finding_list found = { 0 };
    struct auth_client client;
    struct buf out;
    struct dns d;
    struct ruleset *set = ruleset_load_text(&o, slice_str(rules), "t.cf", &arena, &problems, &e);
    if (set == NULL || problems)
        fail_msg("%s: %s", rules, problems ? problems->text : e.text);
    struct scorer *s = scorer_new(set, &o);
    struct test_message *t = test_message_new(slice_str(text ? text : mail), NULL);
    struct dns_table *table = dns_table_new(&arena);
    assert_int_equal(dns_table_add(table, slice_str(zone), &e), 0);
    dns_init(&d, &t->arena, dns_table_source(table), &few);
    scorer_ask(s, &t->m, &d, &found);
    scorer_client(s, &client);
    scorer_use_auth(s, auth);
    scorer_evaluate(s, &t->m, &found);
    buf_init_in(&out, &arena, 4096);
    for (const struct finding *f = found.first; f; f = f->next)
        buf_printf(&out, "%s%.*s", out.n ? " " : "", SLICE_ARG(f->name));
    test_message_free(t);
    scorer_free(&s);
    ruleset_free(&set);
    return buf_slice(&out);
}

static void expect(const struct auth_case *c, const char *zone, const struct auth_results *auth)
{
    struct slice got = hits(c->rules, c->text, zone, auth);
    if (!slice_eq(got, slice_str(c->hits)))
        fail_msg("%s: hits \"%.*s\", not \"%s\"", c->rules, SLICE_ARG(got), c->hits);
}

#define EXPECT_ALL(rows, zone, auth)                                                                         \
    for (size_t i = 0; i < sizeof(rows) / sizeof(*(rows)); i++)                                              \
    expect(&(rows)[i], zone, auth)

#define SPF_RULES                                                                                            \
    "header P eval:check_for_spf_pass()\nheader F eval:check_for_spf_fail()\n"                               \
    "header S eval:check_for_spf_softfail()\nheader N eval:check_for_spf_none()\n"                           \
    "header HP eval:check_for_spf_helo_pass()\nheader HF eval:check_for_spf_helo_fail()\n"                   \
    "header NO eval:check_spf_skipped_noenvfrom()\n"

static void spf(void **state)
{
    const struct auth_results auth = { .spf.code = AUTH_FAIL, .spf_helo.code = AUTH_PASS };
    static const struct auth_case cases[] = {
        { SPF_RULES, NULL, "F HP" },
        /* the null sender has no result of its own */
        { SPF_RULES,
          "Return-Path: <>\nReceived: from a.example (a.example [198.51.100.3]) by b.example with "
          "SMTP\n\nx\n",
          "HP NO" },
        /* a bare word or an address is no name that SPF could be about */
        { SPF_RULES,
          "Received: from [198.51.100.3] (a.example [198.51.100.3]) by b.example with SMTP "
          "(envelope-from <u@a.example>)\n\nx\n",
          "F" },
        { SPF_RULES, "Subject: no relay, no sender\n\nx\n", "NO" },
    };
    (void)state;
    EXPECT_ALL(cases, "", &auth);
    const struct auth_case none = { SPF_RULES, NULL, "" };
    expect(&none, "", NULL);
}

static void spf_that_a_host_of_ours_has_found(void **state)
{
#define OURS "internal_networks 192.0.2.1\ntrusted_networks 192.0.2.1\n"
#define RELAY "Received: from in.example.org (in.example.org [192.0.2.1]) by mx.example.org with ESMTP\n"
    const struct auth_results auth = { .spf.code = AUTH_FAIL, .spf_helo.code = AUTH_FAIL };
    static const struct auth_case cases[] = {
        { OURS SPF_RULES,
          "Received-SPF: softfail (x) identity=mailfrom; client-ip=198.51.100.3\n" RELAY
          "Received: from a.example (a.example [198.51.100.3]) by in.example.org with ESMTP\n\nx\n",
          "S HF NO" },
        { OURS SPF_RULES,
          "Authentication-Results: in.example.org; dkim=none; spf=pass smtp.helo=a.example\n" RELAY
          "Received: from a.example (a.example [198.51.100.3]) by in.example.org with ESMTP\n\nx\n",
          "HP NO" },
        { OURS SPF_RULES "ignore_received_spf_header 1\n",
          "Received-SPF: softfail (x) identity=helo; client-ip=198.51.100.3\n" RELAY
          "Received: from a.example (a.example [198.51.100.3]) by in.example.org with ESMTP\n\nx\n",
          "HF NO" },
        /* below a relay outside anybody can have written it */
        { OURS SPF_RULES,
          RELAY "Received: from a.example (a.example [198.51.100.3]) by in.example.org with ESMTP\n"
                "Received-SPF: pass (x) identity=helo; client-ip=198.51.100.3\n\nx\n",
          "HF NO" },
    };
    (void)state;
    EXPECT_ALL(cases, "", &auth);
}

static void lists_that_spf_vouches_for(void **state)
{
    struct auth_results auth = { .spf.code = AUTH_PASS };
    static const struct auth_case pass[] = {
        { "header A eval:check_for_spf_welcomelist_from()\nwelcomelist_from_spf *@bank.example\n", NULL,
          "A" },
        { "header A eval:check_for_spf_welcomelist_from()\nwelcomelist_auth *@bank.example\n", NULL, "A" },
        { "header A eval:check_for_spf_welcomelist_from()\nwelcomelist_auth *@shop.example\n", NULL, "" },
        { "header A eval:check_for_def_spf_welcomelist_from()\ndef_welcomelist_auth *@bank.example\n", NULL,
          "A" },
        { "header A eval:check_for_def_spf_welcomelist_from()\nwelcomelist_auth *@bank.example\n", NULL, "" },
    };
    static const struct auth_case fail = {
        "header A eval:check_for_spf_welcomelist_from()\nwelcomelist_from_spf *@bank.example\n", NULL, ""
    };
    (void)state;
    EXPECT_ALL(pass, "", &auth);
    auth.spf.code = AUTH_FAIL;
    expect(&fail, "", &auth);
}

#define SIGNATURE(code_, domain_, identity_, bits)                                                           \
    {                                                                                                        \
        .code = code_, .domain = SLICE(domain_), .selector = SLICE("s"), .identity = SLICE(identity_),       \
        .algorithm = SLICE("rsa-sha256"), .key_bits = bits                                                   \
    }

#define DKIM_RULES                                                                                           \
    "full S eval:check_dkim_signed()\nfull V eval:check_dkim_valid()\n"                                      \
    "full AU eval:check_dkim_valid_author_sig()\nfull EF eval:check_dkim_valid_envelopefrom()\n"             \
    "full BY eval:check_dkim_valid('.bank.example')\nfull SH eval:check_dkim_valid('shop.example')\n"        \
    "full DE eval:check_dkim_dependable()\n"

static void signatures(void **state)
{
    struct auth_signature own = SIGNATURE(AUTH_PASS, "bank.example", "@bank.example", 2048);
    struct auth_results auth = { .n_signatures = 1, .signatures = &own };
    static const struct auth_case good = { DKIM_RULES, NULL, "S V AU EF BY DE" },
                                  bad = { DKIM_RULES, NULL, "S DE" },
                                  other = { DKIM_RULES, NULL, "S V SH DE" },
                                  below = { DKIM_RULES, NULL, "S V BY DE" },
                                  weak = { DKIM_RULES, NULL, "S V DE" }, none = { DKIM_RULES, NULL, "DE" },
                                  unknown = { DKIM_RULES, NULL, "" };
    (void)state;
    expect(&good, "", &auth);
    own.code = AUTH_FAIL;
    expect(&bad, "", &auth);
    own = (struct auth_signature)SIGNATURE(AUTH_PASS, "shop.example", "@shop.example", 2048);
    expect(&other, "", &auth);
    own = (struct auth_signature)SIGNATURE(AUTH_PASS, "bank.example", "@news.bank.example", 2048);
    expect(&below, "", &auth);
    own = (struct auth_signature)SIGNATURE(AUTH_PASS, "bank.example", "@bank.example", 512);
    expect(&weak, "", &auth);
    auth.n_signatures = 0;
    expect(&none, "", &auth);
    expect(&unknown, "", NULL);
}

static void lists_that_signatures_vouch_for(void **state)
{
#define WELCOME "header A eval:check_for_dkim_welcomelist_from()\n"
    struct auth_signature s = SIGNATURE(AUTH_PASS, "bank.example", "@bank.example", 2048);
    const struct auth_results auth = { .n_signatures = 1, .signatures = &s };
    static const struct auth_case own[] = {
        { WELCOME "welcomelist_from_dkim *@bank.example\n", NULL, "A" },
        { WELCOME "welcomelist_auth *@bank.example\n", NULL, "A" },
        { WELCOME "def_welcomelist_auth *@bank.example\n", NULL, "" },
        { WELCOME "welcomelist_from_dkim *@bank.example mailer.example\n", NULL, "" },
        { WELCOME "welcomelist_from_dkim *@shop.example\n", NULL, "" },
        { "header A eval:check_for_def_dkim_welcomelist_from()\ndef_welcomelist_from_dkim *@bank.example\n",
          NULL, "A" },
    };
    static const struct auth_case mailer[] = {
        { WELCOME "welcomelist_from_dkim *@bank.example\n", NULL, "" },
        { WELCOME "welcomelist_from_dkim *@bank.example mailer.example\n", NULL, "A" },
        { WELCOME "welcomelist_from_dkim *@bank.example *.mailer.example\n", NULL, "" },
    };
    (void)state;
    EXPECT_ALL(own, "", &auth);
    s = (struct auth_signature)SIGNATURE(AUTH_PASS, "mailer.example", "@mailer.example", 2048);
    EXPECT_ALL(mailer, "", &auth);
}

static void practices_of_unsigned_mail(void **state)
{
#define ADSP                                                                                                 \
    "header N eval:check_dkim_adsp('N')\nheader A eval:check_dkim_adsp('A')\n"                               \
    "header D eval:check_dkim_adsp('D')\nheader L eval:check_dkim_adsp('1')\n"
    struct auth_signature s = SIGNATURE(AUTH_PASS, "bank.example", "@bank.example", 2048);
    struct auth_results auth = { .n_signatures = 0, .signatures = &s };
    static const struct auth_case all = { ADSP, NULL, "A" }, there = { ADSP, NULL, "" },
                                  none = { ADSP, NULL, "N" },
                                  said = { ADSP "adsp_override bank.example custom_low\n", NULL, "L" },
                                  above = { ADSP "adsp_override *.example\n", NULL, "D" },
                                  listed = { "header X eval:check_dkim_adsp('*', '.example')\n", NULL, "X" },
                                  unlisted = { "header X eval:check_dkim_adsp('*', 'shop.example')\n", NULL,
                                               "" };
    (void)state;
    expect(&all, "_adsp._domainkey.bank.example TXT dkim=all; x=y\n", &auth);
    expect(&there, "bank.example A 192.0.2.1\n", &auth);
    expect(&none, "", &auth);
    expect(&said, "", &auth);
    expect(&above, "", &auth);
    expect(&listed, "", &auth);
    expect(&unlisted, "", &auth);
    auth.n_signatures = 1;
    expect(&there, "_adsp._domainkey.bank.example TXT dkim=all\n", &auth);
}

static void dmarc_and_arc(void **state)
{
#define DMARC                                                                                                \
    "header P eval:check_dmarc_pass()\nheader R eval:check_dmarc_reject()\n"                                 \
    "header Q eval:check_dmarc_quarantine()\nheader N eval:check_dmarc_none()\n"                             \
    "header M eval:check_dmarc_missing()\nfull AS eval:check_arc_signed()\nfull AV eval:check_arc_valid()\n"
    static const struct {
        struct auth_results auth;
        struct auth_case expected;
    } rows[] = {
        { { .dmarc.code = AUTH_PASS, .arc = { .code = AUTH_PASS, .sets = 1 } }, { DMARC, NULL, "P AS AV" } },
        { { .dmarc = { .code = AUTH_FAIL, .applied = DMARC_POLICY_REJECT } }, { DMARC, NULL, "R" } },
        { { .dmarc = { .code = AUTH_FAIL, .applied = DMARC_POLICY_QUARANTINE } }, { DMARC, NULL, "Q" } },
        { { .dmarc.code = AUTH_FAIL, .arc = { .code = AUTH_FAIL, .sets = 2 } }, { DMARC, NULL, "N AS" } },
        { { .dmarc.code = AUTH_NONE }, { DMARC, NULL, "M" } },
        { { .dmarc.code = AUTH_TEMPERROR }, { DMARC, NULL, "" } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        expect(&rows[i].expected, "", &rows[i].auth);
}

/* the author's domain asks for a reject, and no signature is its own */
static void dmarc_by_the_results_of_spf(void **state)
{
#define REJECT                                                                                               \
    {                                                                                                        \
        .code = AUTH_FAIL, .from = SLICE_INIT("bank.com"), .domain = SLICE_INIT("bank.com"),                 \
        .applied = DMARC_POLICY_REJECT                                                                       \
    }
#define SPF_OF(what, name)                                                                                   \
    {                                                                                                        \
        .code = what, .domain = SLICE_INIT(name)                                                             \
    }
#define HOP(from)                                                                                            \
    "Received: from mx.bank.com (mx.bank.com [198.51.100.3]) by mx.example.org with ESMTP" from              \
    "\nFrom: The Bank <news@bank.com>\n\nx\n"
#define HOP_OF(author)                                                                                       \
    "Received: from mx.bank.com (mx.bank.com [198.51.100.3]) by mx.example.org with ESMTP\nFrom: " author    \
    "\n\nx\n"
#define SENDER " (envelope-from <n@post.bank.com>)"
    static const struct {
        struct auth_results auth;
        struct auth_case expected;
    } rows[] = {
        { { .dmarc_author = REJECT }, { DMARC, HOP(""), "R" } },
        { { .dmarc_author = REJECT, .spf = SPF_OF(AUTH_PASS, "post.bank.com") },
          { DMARC, HOP(SENDER), "P" } },
        { { .dmarc_author = REJECT, .spf = SPF_OF(AUTH_PASS, "shop.com") }, { DMARC, HOP(SENDER), "R" } },
        { { .dmarc_author = REJECT, .spf = SPF_OF(AUTH_TEMPERROR, "bank.com") }, { DMARC, HOP(SENDER), "" } },
        { { .dmarc_author = REJECT, .spf_helo = SPF_OF(AUTH_PASS, "mx.bank.com") }, { DMARC, HOP(""), "P" } },
        /* not where MAIL FROM passes for someone else */
        { { .dmarc_author = REJECT,
            .spf = SPF_OF(AUTH_PASS, "shop.com"),
            .spf_helo = SPF_OF(AUTH_PASS, "mx.bank.com") },
          { DMARC, HOP(SENDER), "R" } },
        { { .dmarc_author = REJECT },
          { OURS DMARC,
            "Received-SPF: pass (x) identity=mailfrom\n" RELAY
            "Received: from mx.bank.com (mx.bank.com [198.51.100.3]) by in.example.org with ESMTP\n"
            "From: The Bank <news@bank.com>\n\nx\n",
            "P" } },
        { { .dmarc_author = { .code = AUTH_PERMERROR, .from = SLICE_INIT("bank.com") } },
          { DMARC, HOP(""), "N" } },
        { { .dmarc_author = { .code = AUTH_NONE, .from = SLICE_INIT("bank.com") } },
          { DMARC, HOP(""), "M" } },
        { { .dmarc_author = { .code = AUTH_NONE, .from = SLICE_INIT("bank.co.za") } },
          { DMARC, HOP(""), "M" } },
        { { .dmarc_author = { .code = AUTH_NONE, .from = SLICE_INIT("corp.local") } },
          { DMARC, HOP(""), "" } },
        { { .dmarc_author = { .code = AUTH_TEMPERROR, .from = SLICE_INIT("bank.com") } },
          { DMARC, HOP(""), "" } },
        { { .dmarc_author = REJECT }, { DMARC, HOP_OF("news@bank.com."), "" } },
        { { .dmarc_author = REJECT }, { DMARC, HOP_OF("<>123<news@bank.com>"), "" } },
        { { .dmarc_author = REJECT }, { DMARC, "From: The Bank <news@bank.com>\n\nx\n", "" } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        expect(&rows[i].expected, "", &rows[i].auth);
}

static void results_that_are_written_down(void **state)
{
#define RES                                                                                                  \
    "loadplugin Mail::SpamAssassin::Plugin::AuthRes\nauthres_networks all\n"                                 \
    "header A eval:check_authres_result('dkim', 'pass')\nheader B eval:check_authres_result('spf', "         \
    "'FAIL')\n"                                                                                              \
    "header C eval:check_authres_result('dmarc', 'missing')\n"
#define FIELD "Authentication-Results: "
    static const struct auth_case cases[] = {
        { RES,
          FIELD "mx.example.org; dkim=pass header.d=a.example; spf=fail smtp.mailfrom=u@a.example\n\nx\n",
          "A B C" },
        { RES, FIELD "mx.example.org 1; spf = fail (a (nested) comment) reason=\"no\"; dmarc=none\n\nx\n",
          "B" },
        { RES, FIELD "mx.example.org; dkim=fail\n" FIELD "mx.example.org; dkim=pass\n\nx\n", "A C" },
        /* what is not understood takes its field along */
        { RES, FIELD "mx.example.org; dkim=pass; x=y\n\nx\n", "C" },
        { RES, FIELD "mx.example.org; dkim=perhaps\n\nx\n", "C" },
        { RES, FIELD "mx.example.org; none\n\nx\n", "C" },
        { RES, FIELD "mx.example.org; dkim=pass (without an end\n\nx\n", "C" },
        { RES, "ARC-" FIELD "i=1; mx.example.org; dkim=pass\n\nx\n", "A C" },
        { RES "authres_trusted_authserv other.example\n", FIELD "mx.example.org; dkim=pass\n\nx\n", "C" },
        { RES "authres_ignored_authserv mx.example.org\n", FIELD "mx.example.org; dkim=pass\n\nx\n", "C" },
        { RES "authres_networks internal\n",
          "Received: from a.example (a.example [198.51.100.3]) by b.example with SMTP\n" FIELD
          "mx.example.org; dkim=pass\n\nx\n",
          "C" },
    };
    (void)state;
    EXPECT_ALL(cases, "", NULL);
}

static void whom_spf_is_about(void **state)
{
    const struct scoring_options o = {
        .regex_match_limit = 1000, .message_budget = 1000, .rules_max = 10, .network = true
    };
    static const char two[] = "Received: from in.example.org (in.example.org [192.0.2.1]) by mx.example.org\n"
                              "Received: from a.example (a.example [198.51.100.3]) by in.example.org with "
                              "ESMTP (envelope-from <U@A.example>)\n\nx\n";
    struct err e;
    struct auth_client client;
    struct finding_list found = { 0 };
    struct ruleset *set =
        ruleset_load_text(&o, SLICE("internal_networks 192.0.2.1\ntrusted_networks 192.0.2.1\nbody A /x/\n"),
                          "t.cf", &arena, NULL, &e);
    struct scorer *s = scorer_new(set, &o);
    struct test_message *t = test_message_new(slice_str(two), NULL);
    (void)state;
    scorer_ask(s, &t->m, NULL, &found);
    assert_true(scorer_client(s, &client));
    assert_true(slice_eq(client.address, SLICE("198.51.100.3")));
    assert_true(slice_eq(client.helo, SLICE("a.example")));
    test_message_free(t);
    /* behind a relay of ours that does not write down the sender it is not known: it is not <> */
    const struct envelope env = { .has_sender = true, .sender = SLICE("u@a.example") };
    t = test_message_new(
        SLICE("Received: from in.example.org (in.example.org [192.0.2.1]) by mx.example.org\n"
              "Received: from a.example (a.example [198.51.100.3]) by in.example.org with ESMTP\n\nx\n"),
        &env);
    scorer_ask(s, &t->m, NULL, &found);
    assert_true(scorer_client(s, &client));
    assert_false(client.has_sender);
    test_message_free(t);
    scorer_free(&s);
    ruleset_free(&set);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 256 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spf),
        cmocka_unit_test(spf_that_a_host_of_ours_has_found),
        cmocka_unit_test(lists_that_spf_vouches_for),
        cmocka_unit_test(signatures),
        cmocka_unit_test(lists_that_signatures_vouch_for),
        cmocka_unit_test(practices_of_unsigned_mail),
        cmocka_unit_test(dmarc_and_arc),
        cmocka_unit_test(dmarc_by_the_results_of_spf),
        cmocka_unit_test(results_that_are_written_down),
        cmocka_unit_test(whom_spf_is_about),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
