/* spf-test.c - every rule of RFC 7208, by its section, against zones in memory */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "auth/spf-priv.h"
#include "base/dns-table.h"
#include "base/os.h"

static struct arena a;
static struct dns_table *table;
static struct dns dns;
static struct auth_options options;

static const char zone[] =
    /* 4.3 - 4.5: which record */
    "plain.example TXT v=spf1 ip4:192.0.2.0/24 -all\n"
    "two.example TXT v=spf1 -all\n"
    "two.example TXT v=spf1 +all\n"
    "case.example TXT V=SpF1 ~ALL\n"
    "others.example TXT v=spf10 +all\n"
    "others.example TXT some words\n"
    "others.example TXT v=spf1 -all\n"
    "none.example TXT v=spf2.0/pra -all\n"
    "empty.example TXT v=spf1\n"
    "joined.example TXT \"v=spf1 ip4:192\" \".0.2.1 -all\"\n"
    "fails.example TXT SERVFAIL\n"
    "late.example TXT TIMEOUT\n"
    "xn--bcher-kva.example TXT v=spf1 ip4:192.0.2.1 -all\n"
    /* 4.6: terms */
    "spaces.example TXT \"v=spf1   ip4:192.0.2.1   -all   \"\n"
    "behind.example TXT v=spf1 ip4:192.0.2.1 -all nonsense\n"
    "control.example TXT \"v=spf1 a:\\007.example.com -all\"\n"
    "eight.example TXT \"v=spf1 a:\\195\\188.example.com -all\"\n"
    "tab.example TXT \"v=spf1 a\\009-all\"\n"
    "modifier.example TXT v=spf1 un-known_1.x=a%{d}b:/ ip4:192.0.2.1 -all\n"
    "badmodifier.example TXT v=spf1 unknown=%{z} -all\n"
    "digitmodifier.example TXT v=spf1 1x=y -all\n"
    "twice.example TXT v=spf1 redirect=plain.example redirect=plain.example\n"
    "neutral.example TXT v=spf1 ip4:198.51.100.1\n"
    /* 5.1 */
    "all.example TXT v=spf1 ?all\n"
    "allargument.example TXT v=spf1 all:x\n"
    "allcidr.example TXT v=spf1 -all/8\n"
    /* 5.2 */
    "inc.example TXT v=spf1 include:plain.example ~all\n"
    "inc2.example TXT v=spf1 -include:inc.example +all\n"
    "incnone.example TXT v=spf1 include:none.example -all\n"
    "incgone.example TXT v=spf1 include:gone.example -all\n"
    "incbad.example TXT v=spf1 include:behind.example -all\n"
    "incfails.example TXT v=spf1 include:fails.example -all\n"
    "incempty.example TXT v=spf1 include: -all\n"
    "inccidr.example TXT v=spf1 include:plain.example/24 -all\n"
    /* 5.3 */
    "a.example TXT v=spf1 a -all\n"
    "a.example A 192.0.2.1\n"
    "a.example A 192.0.2.77\n"
    "a.example AAAA 2001:db8::1\n"
    "anet.example TXT v=spf1 a:a.example/24//64 -all\n"
    "azero.example TXT v=spf1 a:plain.example/0 -all\n"
    "abad4.example TXT v=spf1 a/33 -all\n"
    "abad6.example TXT v=spf1 a//129 -all\n"
    "aslash.example TXT v=spf1 a/24/64 -all\n"
    "alead.example TXT v=spf1 a/024 -all\n"
    "atop.example TXT v=spf1 a:com -all\n"
    "anumber.example TXT v=spf1 a:192.0.2.1 -all\n"
    "aodd.example TXT v=spf1 a:x:y/z.example -all\n"
    "x:y/z.example A 192.0.2.1\n"
    "along.example TXT v=spf1 "
    "a:a23456789012345678901234567890123456789012345678901234567890123x.example -all\n"
    "acname.example TXT v=spf1 a:www.a.example -all\n"
    "www.a.example CNAME a.example\n"
    /* 5.4 */
    "mx.example TXT v=spf1 mx -all\n"
    "mx.example MX 10 a.example\n"
    "mx.example MX 20 gone.example\n"
    "nullmx.example TXT v=spf1 mx -all\n"
    "nullmx.example MX 0 .\n"
    "nomx.example TXT v=spf1 mx -all\n"
    "nomx.example A 192.0.2.1\n"
    "mxnet.example TXT v=spf1 mx:mx.example/24//64 -all\n"
    /* 5.5 */
    "ptr.example TXT v=spf1 ptr -all\n"
    "1.2.0.192.in-addr.arpa PTR host.ptr.example\n"
    "1.2.0.192.in-addr.arpa PTR liar.ptr.example\n"
    "2.2.0.192.in-addr.arpa PTR liar.ptr.example\n"
    "3.2.0.192.in-addr.arpa PTR host.notptr.example\n"
    "host.ptr.example A 192.0.2.1\n"
    "liar.ptr.example A 203.0.113.9\n"
    "host.notptr.example A 192.0.2.3\n"
    "ptrcidr.example TXT v=spf1 ptr/24 -all\n"
    /* 5.6 */
    "ip6.example TXT v=spf1 ip6:2001:db8::/32 -all\n"
    "ip4bare.example TXT v=spf1 ip4 -all\n"
    "ip4port.example TXT v=spf1 ip4:192.0.2.1:25 -all\n"
    "ip4short.example TXT v=spf1 ip4:192.0.2 -all\n"
    "ip4dual.example TXT v=spf1 ip4:192.0.2.1//32 -all\n"
    "ip4nul.example TXT \"v=spf1 ip4:192.0.2.1\\000 -all\"\n"
    "ip6bad.example TXT v=spf1 ip6:2001:db8:::1 -all\n"
    "ip6wide.example TXT v=spf1 ip6:::/0 -all\n"
    /* 5.7 */
    "exists.example TXT v=spf1 exists:%{ir}.list.example -all\n"
    "1.2.0.192.list.example A 127.0.0.2\n"
    "existsbare.example TXT v=spf1 exists -all\n"
    "existsfails.example TXT v=spf1 exists:broken.example -all\n"
    "broken.example A SERVFAIL\n"
    /* 6.1, 6.2 */
    "redirect.example TXT v=spf1 ip4:203.0.113.1 redirect=a.example\n"
    "redirectgone.example TXT v=spf1 redirect=gone.example\n"
    "redirectall.example TXT v=spf1 redirect=redirectall.example ?all\n"
    "exp.example TXT v=spf1 exp=why.%{d} -all\n"
    "why.exp.example TXT \"%{i} is not one of %{d}: %{S} %{H} %{r}%_%t%%\"\n"
    "exp2.example TXT v=spf1 exp=why.exp2.example -all\n"
    "why.exp2.example TXT \"%{c} %{v} for %{l}@%{o}, %{h} says %{s}, %{p} %{r} %{t} 100%%\"\n"
    "exptwo.example TXT v=spf1 exp=others.example -all\n"
    "expgone.example TXT v=spf1 exp=gone.example a:gone.example a:gone2.example -all\n"
    "expeight.example TXT v=spf1 exp=why.expeight.example -all\n"
    "why.expeight.example TXT \"\\195\\188\"\n"
    "expinc.example TXT v=spf1 include:exp2.example exp=own.example -all\n"
    "own.example TXT own words\n"
    "expred.example TXT v=spf1 exp=own.example redirect=plain.example\n"
    "expempty.example TXT v=spf1 exp= -all\n"
    "expc.example TXT v=spf1 exp=%{c}.example -all\n"
    /* 4.6.4 */
    "loop.example TXT v=spf1 include:loop.example -all\n"
    "redloop.example TXT v=spf1 redirect=redloop.example\n"
    "ten.example TXT v=spf1 a a a a a a a a a a ip4:192.0.2.1 -all\n"
    "ten.example A 203.0.113.1\n"
    "eleven.example TXT v=spf1 a a a a a a a a a a a ip4:192.0.2.1 -all\n"
    "eleven.example A 203.0.113.1\n"
    "void2.example TXT v=spf1 a:gone1.example a:gone2.example ip4:192.0.2.1 -all\n"
    "void3.example TXT v=spf1 a:gone1.example a:gone2.example a:gone3.example ip4:192.0.2.1 -all\n"
    "mxmany.example TXT v=spf1 mx -all\n"
    "mxmany.example MX 1 m1.example\n"
    "mxmany.example MX 2 m2.example\n"
    "mxmany.example MX 3 m3.example\n"
    "mxmany.example MX 4 m4.example\n"
    "mxmany.example MX 5 m5.example\n"
    "mxmany.example MX 6 m6.example\n"
    "mxmany.example MX 7 m7.example\n"
    "mxmany.example MX 8 m8.example\n"
    "mxmany.example MX 9 m9.example\n"
    "mxmany.example MX 10 m10.example\n"
    "mxmany.example MX 11 a.example\n"
    /* 7: macros that make names */
    "macro.example TXT v=spf1 exists:%{l1r-}.%{o2}.m.example -all\n"
    "philip.macro.example.m.example A 127.0.0.2\n"
    "macrop.example TXT v=spf1 exists:%{p}.p.example -all\n"
    "host.ptr.example.p.example A 127.0.0.2\n"
    "macrozero.example TXT v=spf1 exists:%{d0}.example -all\n"
    "macroopen.example TXT v=spf1 exists:%{d.example -all\n"
    "macroend.example TXT v=spf1 exists:x%{d}com -all\n"
    "macroback.example TXT v=spf1 exists:%{l}.b.example -all\n"
    "x\\092046y.b.example A 127.0.0.2\n"
    "macrolong.example TXT v=spf1 exists:%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}."
    "%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.long.example -all\n"
    "*.long.example A 127.0.0.2\n";

static void begin(void)
{
    struct err e = { ERR_NONE, "" };
    const struct dns_limits limits = { 100, 200 };
    arena_reset(&a);
    auth_options_default(&options);
    table = dns_table_new(&a);
    if (dns_table_add(table, slice_str(zone), &e) != 0)
        fail_msg("%s", e.text);
    dns_init(&dns, &a, dns_table_source(table), &limits);
}

static struct auth_spf check(const char *address, const char *helo, const char *sender)
{
    const struct auth_client c = { slice_str(address), slice_str(helo), slice_str(sender), true };
    const struct spf_receiver r = { SLICE("mx.here.example"), 1000000000 };
    struct auth_spf out;
    begin();
    spf_ask(&dns, &a, &c);
    spf_check(&options, &dns, &a, &c, &r, &out);
    return out;
}

#define expect_slice(s, text)                                                                                \
    do {                                                                                                     \
        assert_int_equal((s).n, strlen(text));                                                               \
        assert_memory_equal((s).p, text, (s).n);                                                             \
    } while (0)

static const char v4[] = "192.0.2.1", v6[] = "2001:db8::1", other[] = "198.51.100.9";

static const struct {
    const char *address, *domain, *code;
} rows[] = {
    /* 4.3 - 4.5 */
    { v4, "plain.example", "pass" },
    { other, "plain.example", "fail" },
    { v6, "plain.example", "fail" },
    { "::ffff:192.0.2.1", "plain.example", "pass" },
    { v4, "PLAIN.example.", "pass" },
    { v4, "two.example", "permerror" },
    { v4, "case.example", "softfail" },
    { v4, "others.example", "fail" },
    { v4, "none.example", "none" },
    { v4, "gone.example", "none" },
    { v4, "empty.example", "neutral" },
    { v4, "joined.example", "pass" },
    { v4, "fails.example", "temperror" },
    { v4, "late.example", "temperror" },
    { v4, "localhost", "none" },
    { v4, "a..example", "none" },
    { v4, "[192.0.2.1]", "none" },
    { v4,
      "b\xc3\xbc"
      "cher.example",
      "pass" },
    /* 4.6 */
    { v4, "spaces.example", "pass" },
    { v4, "behind.example", "permerror" },
    { v4, "control.example", "permerror" },
    { v4, "eight.example", "permerror" },
    { v4, "tab.example", "permerror" },
    { v4, "modifier.example", "pass" },
    { v4, "badmodifier.example", "permerror" },
    { v4, "digitmodifier.example", "permerror" },
    { v4, "twice.example", "permerror" },
    { v4, "neutral.example", "neutral" },
    /* 5.1, 5.2 */
    { v4, "all.example", "neutral" },
    { v4, "allargument.example", "permerror" },
    { v4, "allcidr.example", "permerror" },
    { v4, "inc.example", "pass" },
    { other, "inc.example", "softfail" },
    { v4, "inc2.example", "fail" },
    { other, "inc2.example", "pass" },
    { v4, "incnone.example", "permerror" },
    { v4, "incgone.example", "permerror" },
    { v4, "incbad.example", "permerror" },
    { v4, "incfails.example", "temperror" },
    { v4, "incempty.example", "permerror" },
    { v4, "inccidr.example", "permerror" },
    /* 5.3 */
    { v4, "a.example", "pass" },
    { "192.0.2.77", "a.example", "pass" },
    { v6, "a.example", "pass" },
    { "2001:db8::2", "a.example", "fail" },
    { "192.0.2.200", "anet.example", "pass" },
    { "192.0.3.1", "anet.example", "fail" },
    { "2001:db8::ffff", "anet.example", "pass" },
    { "2001:db8:0:1::", "anet.example", "fail" },
    { v4, "azero.example", "fail" },
    { v4, "abad4.example", "permerror" },
    { v4, "abad6.example", "permerror" },
    { v4, "aslash.example", "permerror" },
    { v4, "alead.example", "permerror" },
    { v4, "atop.example", "permerror" },
    { v4, "anumber.example", "permerror" },
    { v4, "aodd.example", "pass" },
    { v4, "along.example", "fail" },
    { v4, "acname.example", "pass" },
    /* 5.4 - 5.6 */
    { v4, "mx.example", "pass" },
    { other, "mx.example", "fail" },
    { v4, "nullmx.example", "fail" },
    { v4, "nomx.example", "fail" },
    { "192.0.2.99", "mxnet.example", "pass" },
    { v4, "ptr.example", "pass" },
    { "192.0.2.2", "ptr.example", "fail" },
    { "192.0.2.3", "ptr.example", "fail" },
    { v4, "ptrcidr.example", "permerror" },
    { v6, "ip6.example", "pass" },
    { v4, "ip6.example", "fail" },
    { v4, "ip4bare.example", "permerror" },
    { v4, "ip4port.example", "permerror" },
    { v4, "ip4short.example", "permerror" },
    { v4, "ip4dual.example", "permerror" },
    { v4, "ip4nul.example", "permerror" },
    { v4, "ip6bad.example", "permerror" },
    { v4, "ip6wide.example", "fail" },
    { v6, "ip6wide.example", "pass" },
    /* 5.7 - 6.2 */
    { v4, "exists.example", "pass" },
    { other, "exists.example", "fail" },
    { v4, "existsbare.example", "permerror" },
    { v4, "existsfails.example", "temperror" },
    { v4, "redirect.example", "pass" },
    { other, "redirect.example", "fail" },
    { v4, "redirectgone.example", "permerror" },
    { v4, "redirectall.example", "neutral" },
    { v4, "exptwo.example", "fail" },
    { v4, "expgone.example", "fail" },
    { v4, "expempty.example", "permerror" },
    { v4, "expc.example", "permerror" },
    /* 4.6.4 */
    { v4, "loop.example", "permerror" },
    { v4, "redloop.example", "permerror" },
    { v4, "ten.example", "pass" },
    { v4, "eleven.example", "permerror" },
    { v4, "void2.example", "pass" },
    { v4, "void3.example", "permerror" },
    { v4, "mxmany.example", "permerror" },
    /* 7 */
    { v4, "macrop.example", "pass" },
    { other, "macrop.example", "fail" },
    { v4, "macrozero.example", "permerror" },
    { v4, "macroopen.example", "permerror" },
    { v4, "macroend.example", "permerror" },
    { v4, "macrolong.example", "pass" },
};

static void each_rule_of_the_rfc(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char sender[200];
        snprintf(sender, sizeof(sender), "user@%s", rows[i].domain);
        struct auth_spf got = check(rows[i].address, "helo.example", sender);
        if (strcmp(auth_code_name(got.code), rows[i].code) != 0)
            fail_msg("%s from %s: %s (%.*s), not %s", sender, rows[i].address, auth_code_name(got.code),
                     SLICE_ARG(got.reason), rows[i].code);
        assert_true(got.reason.n > 0);
    }
}

static void explanations(void **state)
{
    static const struct {
        const char *sender, *text;
    } expect[] = {
        { "a b@exp2.example",
          "198.51.100.9 in-addr for a b@exp2.example, h.example says a b@exp2.example, unknown "
          "mx.here.example 1000000000 100%" },
        { "@exp2.example", "198.51.100.9 in-addr for postmaster@exp2.example, h.example says "
                           "postmaster@exp2.example, unknown mx.here.example 1000000000 100%" },
        { "u@exp.example", "" }, /* %t is no macro */
        { "u@exptwo.example", "" },
        { "u@expgone.example", "" },
        { "u@expeight.example", "" },
        { "u@expinc.example", "own words" },
        { "u@expred.example", "" },
    };
    for (size_t i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
        struct auth_spf got = check(other, "h.example", expect[i].sender);
        assert_string_equal(auth_code_name(got.code), "fail");
        expect_slice(got.explanation, expect[i].text);
    }
}

/* 7.3, 7.4: the RFC's own examples */
static void macros_expand(void **state)
{
    static const struct {
        const char *text, *expanded;
    } expect[] = {
        { "%{s}", "strong-bad@email.example.com" },
        { "%{o}", "email.example.com" },
        { "%{d}", "email.example.com" },
        { "%{d4}", "email.example.com" },
        { "%{d2}", "example.com" },
        { "%{D1}", "com" },
        { "%{dr}", "com.example.email" },
        { "%{d2r}", "example.email" },
        { "%{l}", "strong-bad" },
        { "%{l-}", "strong.bad" },
        { "%{lr}", "strong-bad" },
        { "%{lr-}", "bad.strong" },
        { "%{l1r-}", "strong" },
        { "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
        { "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
        { "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
        { "%{d2}.trusted-domains.example.net.", "example.com.trusted-domains.example.net" },
        { "%{S}", "strong-bad%40email.example.com" },
        { "%{d999999999999}", "email.example.com" },
        { "%{s@}", NULL },
        { "%{s0}", NULL },
        { "%{q}", NULL },
        { "%", NULL },
        { "%s", NULL },
        { "%{", NULL },
        { "%{d", NULL },
    };
    const struct spf_macros m = { .sender = SLICE("strong-bad@email.example.com"),
                                  .local = SLICE("strong-bad"),
                                  .sender_domain = SLICE("email.example.com"),
                                  .domain = SLICE("email.example.com"),
                                  .dotted = SLICE("192.0.2.3") };
    for (size_t i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
        assert_int_equal(spf_macro_good(slice_str(expect[i].text), false), expect[i].expanded != NULL);
        if (expect[i].expanded) {
            struct slice got = spf_expand_name(&a, slice_str(expect[i].text), &m);
            expect_slice(got, expect[i].expanded);
        }
    }
}

static void local_part_in_names(void **state)
{
    assert_int_equal(check(v4, "h.example", "philip-gladstone@macro.example").code, AUTH_PASS);
    assert_int_equal(check(v4, "h.example", "gladstone-philip@macro.example").code, AUTH_FAIL);
    /* a backslash is a byte, not the beginning of an escaped one */
    assert_int_equal(check(v4, "h.example", "x\\046y@macroback.example").code, AUTH_PASS);
}

static void null_sender_is_postmaster_at_helo(void **state)
{
    struct auth_spf got = check(v4, "plain.example", "");
    assert_int_equal(got.code, AUTH_PASS);
    expect_slice(got.identity, "postmaster@plain.example");
    expect_slice(got.domain, "plain.example");
    assert_int_equal(check(v4, "[192.0.2.1]", "").code, AUTH_NONE);
    assert_int_equal(check(v4, "", "").code, AUTH_NONE);
}

static void helo_identity(void **state)
{
    const struct auth_client c = { slice_str(other), SLICE("Plain.Example"), SLICE("u@a.example"), true };
    const struct spf_receiver r = { SLICE(""), 0 };
    struct auth_spf out;
    begin();
    spf_check_helo(&options, &dns, &a, &c, &r, &out);
    assert_int_equal(out.code, AUTH_FAIL);
    expect_slice(out.identity, "plain.example");
}

static void no_client_no_result(void **state)
{
    assert_int_equal(check("", "h.example", "u@plain.example").code, AUTH_NOT_RUN);
    assert_int_equal(check("nonsense", "h.example", "u@plain.example").code, AUTH_NOT_RUN);
}

static void reasons_say_which_term(void **state)
{
    expect_slice(check(v4, "h.example", "u@inc.example").reason, "inc.example: include:plain.example");
    expect_slice(check(other, "h.example", "u@inc.example").reason, "inc.example: ~all");
    expect_slice(check(v4, "h.example", "u@behind.example").reason,
                 "behind.example: unknown mechanism: nonsense");
    expect_slice(check(v4, "h.example", "u@eight.example").reason,
                 "eight.example: syntax error: a:??.example.com");
    expect_slice(check(v4, "h.example", "u@eleven.example").reason, "more than 10 lookups, at a");
    expect_slice(check(v4, "h.example", "u@late.example").reason, "record of late.example: late");
}

static void no_resolver_is_temperror(void **state)
{
    const struct auth_client c = { slice_str(v4), SLICE("h.example"), SLICE("u@plain.example"), true };
    const struct dns_limits limits = { 100, 200 };
    const struct spf_receiver r = { SLICE(""), 0 };
    struct auth_spf out;
    begin();
    dns_init(&dns, &a, NULL, &limits);
    spf_check(&options, &dns, &a, &c, &r, &out);
    assert_int_equal(out.code, AUTH_TEMPERROR);
}

static void limits_are_options(void **state)
{
    const struct auth_client c = { slice_str(v4), SLICE("h.example"), SLICE("u@eleven.example"), true };
    const struct spf_receiver r = { SLICE(""), 0 };
    struct auth_spf out;
    begin();
    options.spf_lookups_max = 11;
    spf_check(&options, &dns, &a, &c, &r, &out);
    assert_int_equal(out.code, AUTH_PASS);
    assert_int_equal(out.lookups, 11);
}

/* What would be evaluated is asked for at once: a chain of ten waits is one. */
static void terms_are_asked_together(void **state)
{
    struct auth_spf got = check(other, "h.example", "u@void2.example");
    assert_int_equal(got.code, AUTH_FAIL);
    assert_int_equal(dns_table_asked(table), 4); /* HELO, record, two names */
}

/* A record of 60 KB is read in time that grows with its length. */
static void huge_records(void **state)
{
    struct buf text;
    struct spf_record r;
    struct slice why;
    arena_reset(&a);
    buf_init_in(&text, &a, 1 << 20);
    buf_add_str(&text, "v=spf1");
    while (text.n < 60000)
        buf_add_str(&text, " a:%{dr-+,/_=}.%{l128r}.example/24//64");
    assert_true(spf_record_parse(&r, &a, buf_slice(&text), &why));
    assert_true(r.n > 1000);
    buf_add_str(&text, " x");
    assert_false(spf_record_parse(&r, &a, buf_slice(&text), &why));
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
        cmocka_unit_test(each_rule_of_the_rfc),
        cmocka_unit_test(explanations),
        cmocka_unit_test(macros_expand),
        cmocka_unit_test(local_part_in_names),
        cmocka_unit_test(null_sender_is_postmaster_at_helo),
        cmocka_unit_test(helo_identity),
        cmocka_unit_test(no_client_no_result),
        cmocka_unit_test(reasons_say_which_term),
        cmocka_unit_test(no_resolver_is_temperror),
        cmocka_unit_test(limits_are_options),
        cmocka_unit_test(terms_are_asked_together),
        cmocka_unit_test(huge_records),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
