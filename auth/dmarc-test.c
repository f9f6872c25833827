/* dmarc-test.c - records, discovery, alignment, policy */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/dmarc-record.h"
#include "auth/from.h"
#include "base/dns-table.h"

static struct arena a;
static struct dns dns;
static const struct dmarc_terms terms; /* 0, and no */

static const char zone[] = "_dmarc.reject.com TXT v=DMARC1; p=reject\n"
                           "_dmarc.sub.com TXT v=DMARC1;p=reject;sp=quarantine;np=none\n"
                           "there.sub.com A 192.0.2.1\n"
                           "_dmarc.npreject.com TXT v=DMARC1; p=none; np=reject\n"
                           "there.npreject.com A 192.0.2.1\n"
                           "_dmarc.strict.com TXT v=DMARC1; p=quarantine; adkim=s; aspf=s\n"
                           "_dmarc.two.com TXT v=DMARC1; p=reject\n"
                           "_dmarc.two.com TXT v=DMARC1; p=none\n"
                           "_dmarc.other.com TXT v=DMARC1; p=reject\n"
                           "_dmarc.other.com TXT google-site-verification=1\n"
                           "_dmarc.fails.com TXT SERVFAIL\n"
                           "_dmarc.late.com TXT TIMEOUT\n"
                           "_dmarc.lame.reject.com TXT SERVFAIL\n"
                           "_dmarc.late.reject.com TXT TIMEOUT\n"
                           "_dmarc.lame.none.com TXT SERVFAIL\n"
                           "_dmarc.late.none.com TXT TIMEOUT\n"
                           "_dmarc.lame.sub.com TXT SERVFAIL\n"
                           "_dmarc.bad.com TXT v=DMARC1; p=whatever\n"
                           "_dmarc.badrua.com TXT v=DMARC1; p=whatever; rua=mailto:x@badrua.com\n"
                           "_dmarc.pct.com TXT v=DMARC1; p=reject; pct=30\n"
                           "_dmarc.t.com TXT v=DMARC1; p=quarantine; t=y\n"
                           "_dmarc.co.uk TXT v=DMARC1; p=reject; psd=y; sp=quarantine\n"
                           "_dmarc.de TXT v=DMARC1; p=reject\n"
                           "_dmarc.fr TXT v=DMARC1; p=reject; psd=y\n"
                           "_dmarc.fr TXT v=DMARC1; p=none; psd=y\n"
                           "_dmarc.own.split.com TXT v=DMARC1; p=reject; psd=n\n"
                           "_dmarc.registry.com TXT v=DMARC1; p=reject; psd=y\n";

#define expect_slice(s, text)                                                                                \
    do {                                                                                                     \
        assert_int_equal((s).n, strlen(text));                                                               \
        assert_memory_equal((s).p, text, (s).n);                                                             \
    } while (0)

static struct auth_results check(const char *from, const char *spf, enum auth_code spf_code, const char *dkim,
                                 enum auth_code dkim_code, unsigned draw)
{
    const struct dns_limits limits = { 100, 50 };
    struct err e = { ERR_NONE, "" };
    struct auth_results r = { .n_signatures = dkim ? 1 : 0 };
    struct dmarc_from f = { .domain = { slice_str(from) }, .n = 1 };
    struct dns_table *table = dns_table_new(&a);
    assert_int_equal(dns_table_add(table, slice_str(zone), &e), 0);
    r.signatures = ARENA_NEW(&a, struct auth_signature);
    r.signatures->domain = slice_str(dkim);
    r.signatures->code = dkim_code;
    r.spf.domain = slice_str(spf);
    r.spf.code = spf_code;
    dns_init(&dns, &a, dns_table_source(table), &limits);
    dmarc_ask(&dns, &a, &f);
    dmarc_check(&dns, &a, &f, &(const struct dmarc_terms){ .draw = draw }, &r);
    return r;
}

static void alignment_and_policy(void **state)
{
    static const struct {
        const char *from, *spf;
        enum auth_code spf_code;
        const char *dkim;
        enum auth_code dkim_code;
        enum auth_code code;
        enum dmarc_policy policy;
    } rows[] = {
        { "none.com", "none.com", AUTH_PASS, NULL, 0, AUTH_NONE, DMARC_POLICY_NONE },
        { "reject.com", "reject.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_REJECT },
        { "reject.com", "reject.com", AUTH_SOFTFAIL, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "reject.com", "bounce.reject.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_REJECT },
        { "reject.com", "notreject.com", AUTH_PASS, "evil.com", AUTH_PASS, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "reject.com", "evil.com", AUTH_PASS, "mail.reject.com", AUTH_PASS, AUTH_PASS, DMARC_POLICY_REJECT },
        { "reject.com", "evil.com", AUTH_PASS, "reject.com", AUTH_FAIL, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "reject.com", "evil.com", AUTH_PASS, "reject.com", AUTH_POLICY, AUTH_FAIL, DMARC_POLICY_REJECT },
        /* a top-level domain or a public suffix vouches for nobody */
        { "reject.com", "com", AUTH_PASS, "com", AUTH_PASS, AUTH_FAIL, DMARC_POLICY_REJECT },
        /* what could not be asked is not a fail */
        { "reject.com", "reject.com", AUTH_TEMPERROR, NULL, 0, AUTH_TEMPERROR, DMARC_POLICY_REJECT },
        { "reject.com", "evil.com", AUTH_TEMPERROR, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "reject.com", "evil.com", AUTH_NONE, "reject.com", AUTH_TEMPERROR, AUTH_TEMPERROR,
          DMARC_POLICY_REJECT },
        { "fails.com", "evil.com", AUTH_NONE, NULL, 0, AUTH_TEMPERROR, DMARC_POLICY_NONE },
        /* below the organizational domain */
        { "there.sub.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_QUARANTINE },
        { "gone.sub.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_NONE },
        { "there.npreject.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_NONE },
        { "gone.npreject.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "a.b.c.reject.com", "x.reject.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_REJECT },
        /* strict */
        { "strict.com", "a.strict.com", AUTH_PASS, "a.strict.com", AUTH_PASS, AUTH_FAIL,
          DMARC_POLICY_QUARANTINE },
        { "strict.com", "strict.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_QUARANTINE },
        { "strict.com", "evil.com", AUTH_PASS, "strict.com", AUTH_PASS, AUTH_PASS, DMARC_POLICY_QUARANTINE },
        /* records */
        { "two.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_NONE, DMARC_POLICY_NONE },
        { "other.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "bad.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_PERMERROR, DMARC_POLICY_NONE },
        { "badrua.com", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_NONE },
        /* public suffixes */
        { "some.co.uk", "evil.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_QUARANTINE },
        { "some.co.uk", "other.co.uk", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_QUARANTINE },
        { "some.co.uk", "x.some.co.uk", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_QUARANTINE },
        { "some.de", "evil.com", AUTH_PASS, NULL, 0, AUTH_NONE, DMARC_POLICY_NONE },
        { "some.fr", "evil.com", AUTH_PASS, NULL, 0, AUTH_NONE, DMARC_POLICY_NONE },
        { "own.split.com", "split.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "own.split.com", "a.own.split.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_REJECT },
        { "a.registry.com", "b.registry.com", AUTH_PASS, NULL, 0, AUTH_FAIL, DMARC_POLICY_REJECT },
        { "x.a.registry.com", "y.a.registry.com", AUTH_PASS, NULL, 0, AUTH_PASS, DMARC_POLICY_REJECT },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct auth_results r =
            check(rows[i].from, rows[i].spf, rows[i].spf_code, rows[i].dkim, rows[i].dkim_code, 0);
        if (r.dmarc.code != rows[i].code || r.dmarc.policy != rows[i].policy)
            fail_msg("row %zu, %s: %s %s (%.*s)", i, rows[i].from, auth_code_name(r.dmarc.code),
                     dmarc_policy_name(r.dmarc.policy), SLICE_ARG(r.dmarc.reason));
        assert_true(r.dmarc.reason.n > 0);
        assert_int_equal(r.dmarc.applied, r.dmarc.code == AUTH_FAIL ? r.dmarc.policy : DMARC_POLICY_NONE);
    }
}

/* What is not known, and what might be asked for if it were. */
static void what_a_temperror_may_hide(void **state)
{
    static const struct {
        const char *from, *spf;
        enum auth_code spf_code;
        const char *dkim;
        enum auth_code dkim_code;
        enum dmarc_policy at_stake;
    } rows[] = {
        { "reject.com", "reject.com", AUTH_TEMPERROR, NULL, 0, DMARC_POLICY_REJECT },
        { "strict.com", "", AUTH_NONE, "strict.com", AUTH_TEMPERROR, DMARC_POLICY_QUARANTINE },
        { "npreject.com", "npreject.com", AUTH_TEMPERROR, NULL, 0, DMARC_POLICY_NONE },
        { "t.com", "t.com", AUTH_TEMPERROR, NULL, 0, DMARC_POLICY_NONE },
        { "fails.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_REJECT },
        { "late.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_REJECT },
        /* it would pass, whatever the record says */
        { "fails.com", "fails.com", AUTH_PASS, NULL, 0, DMARC_POLICY_NONE },
        { "fails.com", "", AUTH_NONE, "fails.com", AUTH_PASS, DMARC_POLICY_NONE },
        { "fails.com", "", AUTH_NONE, "a.fails.com", AUTH_PASS, DMARC_POLICY_REJECT },
        /* servers of a domain that fail: the one above it speaks */
        { "lame.reject.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_REJECT },
        { "lame.sub.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_QUARANTINE },
        { "lame.none.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_NONE },
        { "late.none.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_REJECT },
        { "late.reject.com", "evil.com", AUTH_PASS, NULL, 0, DMARC_POLICY_REJECT },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct auth_results r =
            check(rows[i].from, rows[i].spf, rows[i].spf_code, rows[i].dkim, rows[i].dkim_code, 0);
        if (r.dmarc.code != AUTH_TEMPERROR || r.dmarc.at_stake != rows[i].at_stake)
            fail_msg("row %zu, %s: %s %s (%.*s)", i, rows[i].from, auth_code_name(r.dmarc.code),
                     dmarc_policy_name(r.dmarc.at_stake), SLICE_ARG(r.dmarc.reason));
        assert_int_equal(r.dmarc.applied, DMARC_POLICY_NONE);
    }
}

/* l= that leaves some of the body unsigned */
static void half_a_body_proves_nothing(void **state)
{
    const struct dmarc_terms lenient = { .partial = true };
    struct auth_results r = check("reject.com", "evil.com", AUTH_PASS, "reject.com", AUTH_PASS, 0);
    struct dmarc_from f = { .domain = { SLICE("reject.com") }, .n = 1 };
    assert_int_equal(r.dmarc.code, AUTH_PASS);
    r.signatures->partial = true;
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.applied, DMARC_POLICY_REJECT);
    expect_slice(r.dmarc.reason, "for this domain only the beginning of the body is signed");
    assert_true(r.signatures->aligned);
    dmarc_check_author(&dns, &a, &f, &terms, &r); /* rules are told what SpamAssassin tells them */
    assert_int_equal(r.dmarc_author.code, AUTH_PASS);
    dmarc_check(&dns, &a, &f, &lenient, &r);
    assert_int_equal(r.dmarc.code, AUTH_PASS);
    r.spf = (struct auth_spf){ .domain = SLICE("reject.com"), .code = AUTH_PASS };
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_PASS);
}

static void pct_and_testing_lower_by_one_step(void **state)
{
    assert_int_equal(check("pct.com", "evil.com", AUTH_PASS, NULL, 0, 29).dmarc.applied, DMARC_POLICY_REJECT);
    assert_int_equal(check("pct.com", "evil.com", AUTH_PASS, NULL, 0, 30).dmarc.applied,
                     DMARC_POLICY_QUARANTINE);
    assert_int_equal(check("t.com", "evil.com", AUTH_PASS, NULL, 0, 0).dmarc.applied, DMARC_POLICY_NONE);
    assert_int_equal(check("t.com", "evil.com", AUTH_PASS, NULL, 0, 0).dmarc.policy, DMARC_POLICY_QUARANTINE);
}

static void signatures_are_marked_aligned(void **state)
{
    assert_true(check("strict.com", "", AUTH_NONE, "a.strict.com", AUTH_FAIL, 0).signatures->aligned);
    assert_false(check("strict.com", "", AUTH_NONE, "evil.com", AUTH_PASS, 0).signatures->aligned);
    assert_true(check("none.com", "", AUTH_NONE, "none.com", AUTH_PASS, 0).signatures->aligned);
}

static void records_are_read_as_they_are_written(void **state)
{
    struct dmarc_record r;
    assert_true(dmarc_record_is(SLICE("v=DMARC1")));
    assert_true(dmarc_record_is(SLICE(" V = DMARC1 ; p=none")));
    assert_false(dmarc_record_is(SLICE("v=DMARC1 p=none")));
    assert_false(dmarc_record_is(SLICE("v=dmarc1; p=none")));
    assert_false(dmarc_record_is(SLICE("p=none; v=DMARC1")));
    assert_false(dmarc_record_is(SLICE("v=DMARC12; p=none")));
    assert_false(dmarc_record_is(SLICE("")));
    assert_true(dmarc_record_parse(&r, SLICE("v=DMARC1;;junk; P = Reject ;pct=200; aspf=S; x=y; p=none")));
    assert_int_equal(r.p, DMARC_POLICY_REJECT);
    assert_int_equal(r.sp, DMARC_POLICY_REJECT);
    assert_int_equal(r.pct, 100);
    assert_true(r.strict_spf && !r.strict_dkim);
    assert_true(dmarc_record_parse(&r, SLICE("v=DMARC1; p=reject; sp=none; pct=0")));
    assert_int_equal(r.np, DMARC_POLICY_NONE);
    assert_int_equal(r.pct, 0);
    assert_false(dmarc_record_parse(&r, SLICE("v=DMARC1")));
    assert_false(dmarc_record_parse(&r, SLICE("v=DMARC1; p=reject; sp=x; rua=nowhere")));
}

/* ---- From */

static struct dmarc_from from_of(const char *header)
{
    static const struct envelope nobody;
    static struct message_limits l;
    static struct message m;
    struct dmarc_from from;
    message_limits_default(&l);
    message_parse(&m, &a, slice_str(header), &nobody, &l);
    auth_from(&from, &m);
    return from;
}

static void from_addresses(void **state)
{
    struct dmarc_from f = from_of("From: \"boss@bank.com\" <x@Evil.COM>\r\n\r\n");
    assert_null(f.wrong);
    assert_int_equal(f.n, 1);
    expect_slice(f.domain[0], "evil.com");
    f = from_of("From: a@one.com, b@one.com\r\nSubject: x\r\nFROM: c@two.com\r\n\r\n");
    assert_null(f.wrong);
    assert_int_equal(f.n, 2);
    expect_slice(f.domain[1], "two.com");
    f = from_of("From: x@b\xc3\xbc"
                "cher.example\r\n\r\n");
    expect_slice(f.domain[0], "xn--bcher-kva.example");
    assert_non_null(from_of("Subject: x\r\n\r\n").wrong);
    assert_non_null(from_of("From:\r\n\r\n").wrong);
    f = from_of("From: The Bank, Service <x@bank.com>\r\n\r\n");
    assert_null(f.wrong);
    assert_int_equal(f.n, 1);
    assert_non_null(from_of("From: nobody\r\n\r\n").wrong);
    assert_non_null(from_of("From: x@[192.0.2.1]\r\n\r\n").wrong);
    /* what is wrong hides no domain */
    f = from_of("From: nobody\r\nFrom:\r\nFrom: x@a.com\r\n\r\n");
    assert_non_null(f.wrong);
    assert_int_equal(f.n, 1);
    expect_slice(f.domain[0], "a.com");
    f = from_of("From: a@a.com, a@b.com, a@c.com, a@d.com\r\n\r\n");
    assert_non_null(f.wrong);
    assert_int_equal(f.n, 3);
}

static void several_from_domains_must_all_pass(void **state)
{
    const struct dns_limits limits = { 100, 50 };
    struct err e = { ERR_NONE, "" };
    struct auth_results r = { .spf = { .domain = SLICE("none.com"), .code = AUTH_PASS } };
    struct dmarc_from f = { .domain = { SLICE("none.com"), SLICE("reject.com") }, .n = 2 };
    struct dns_table *table = dns_table_new(&a);
    assert_int_equal(dns_table_add(table, slice_str(zone), &e), 0);
    dns_init(&dns, &a, dns_table_source(table), &limits);
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
    expect_slice(r.dmarc.from, "reject.com");
    f.wrong = "a From field has no address"; /* takes nothing from the one that fails */
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.applied, DMARC_POLICY_REJECT);
    f.n = 1;
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_PERMERROR);
    f.n = 2; /* nor from the one that may fail */
    f.domain[1] = SLICE("late.com");
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_TEMPERROR);
    assert_int_equal(r.dmarc.at_stake, DMARC_POLICY_REJECT);
    f.n = 0;
    f.wrong = "no From field";
    dmarc_check(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_PERMERROR);
}

static void for_rules_the_first_author_counts_and_no_spf(void **state)
{
    struct auth_results r = check("reject.com", "reject.com", AUTH_PASS, "none.com", AUTH_PASS, 0);
    struct dmarc_from f = { .domain = { SLICE("reject.com"), SLICE("none.com") }, .n = 2 };
    dmarc_check_author(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc.code, AUTH_PASS);
    assert_int_equal(r.dmarc_author.code, AUTH_FAIL);
    assert_int_equal(r.dmarc_author.applied, DMARC_POLICY_REJECT);
    expect_slice(r.dmarc_author.from, "reject.com");
    r.signatures->domain = SLICE("mail.reject.com");
    dmarc_check_author(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc_author.code, AUTH_PASS);
    f.domain[0] = SLICE("none.com");
    dmarc_check_author(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc_author.code, AUTH_NONE);
    f.n = 0;
    dmarc_check_author(&dns, &a, &f, &terms, &r);
    assert_int_equal(r.dmarc_author.code, AUTH_NOT_RUN);
}

static int setup(void **state)
{
    arena_init(&a, 64 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alignment_and_policy),
        cmocka_unit_test(pct_and_testing_lower_by_one_step),
        cmocka_unit_test(what_a_temperror_may_hide),
        cmocka_unit_test(half_a_body_proves_nothing),
        cmocka_unit_test(signatures_are_marked_aligned),
        cmocka_unit_test(records_are_read_as_they_are_written),
        cmocka_unit_test(from_addresses),
        cmocka_unit_test(for_rules_the_first_author_counts_and_no_spf),
        cmocka_unit_test(several_from_domains_must_all_pass),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
