/* auth-test.c - all methods over one message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/auth.h"
#include "base/dns-table.h"

static struct arena a;
static struct auth_options options;
static unsigned asked, questions = 100;
static const char *mail;

static const char zone[] = "bank.com TXT v=spf1 ip4:192.0.2.0/24 -all\n"
                           "_dmarc.bank.com TXT v=DMARC1; p=reject\n"
                           "mx.bank.com TXT v=spf1 a -all\n"
                           "mx.bank.com A 192.0.2.1\n";

static const char plain[] = "From: The Bank <news@bank.com>\r\nSubject: x\r\n\r\nbody\r\n";

/* sender NULL: not known */
static struct auth_results check(const char *address, const char *sender)
{
    static const struct envelope env = { .my_name = SLICE("mx.here.example") };
    static struct message_limits l;
    static struct message m;
    static struct dns dns;
    const struct dns_limits limits = { 100, questions };
    const struct auth_client c = { slice_str(address), SLICE("mx.bank.com"), slice_str(sender),
                                   sender != NULL };
    struct err e = { ERR_NONE, "" };
    struct auth *auth = auth_new(&options);
    struct dns_table *table = dns_table_new(&a);
    struct auth_results r;
    assert_int_equal(dns_table_add(table, slice_str(zone), &e), 0);
    message_limits_default(&l);
    message_parse(&m, &a, slice_str(mail), &env, &l);
    dns_init(&dns, &a, dns_table_source(table), &limits);
    struct auth_check *ask = auth_ask(auth, &m, &c, &dns);
    dns_send(&dns);
    asked = dns_table_asked(table);
    auth_check(ask, &r);
    auth_free(&auth);
    return r;
}

static void a_message_that_is_what_it_says(void **state)
{
    struct auth_results r = check("192.0.2.1", "bounce@bank.com");
    assert_int_equal(r.spf.code, AUTH_PASS);
    assert_int_equal(r.spf_helo.code, AUTH_PASS);
    assert_int_equal(r.dmarc.code, AUTH_PASS);
    assert_int_equal(asked, 3);
}

static void a_forged_one(void **state)
{
    struct auth_results r = check("203.0.113.9", "x@bank.com");
    assert_int_equal(r.spf.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.applied, DMARC_POLICY_REJECT);
    r = check("192.0.2.1", "x@elsewhere.com");
    assert_int_equal(r.spf.code, AUTH_NONE);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
}

static void without_a_client_nothing_is_judged(void **state)
{
    struct auth_results r = check("", "x@bank.com");
    assert_int_equal(r.spf.code, AUTH_NOT_RUN);
    assert_int_equal(r.dmarc.code, AUTH_NOT_RUN);
    r = check("192.0.2.1", NULL);
    assert_int_equal(r.spf.code, AUTH_NOT_RUN);
    assert_int_equal(r.spf_helo.code, AUTH_PASS);
    assert_int_equal(r.dmarc.code, AUTH_NOT_RUN);
}

#define SIGNATURE(selector)                                                                                  \
    "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=" selector                                         \
    "; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"

/* Who makes us ask for many keys does not keep us from asking what would fail the message. */
static void many_signatures_do_not_use_up_the_questions(void **state)
{
    mail = SIGNATURE("a") SIGNATURE("b") SIGNATURE("c")
        SIGNATURE("d") "From: The Bank <news@bank.com>\r\n\r\nbody\r\n";
    questions = 3;
    struct auth_results r = check("203.0.113.9", "x@bank.com");
    assert_int_equal(r.n_signatures, 4);
    assert_int_equal(r.spf.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.code, AUTH_FAIL);
    assert_int_equal(r.dmarc.applied, DMARC_POLICY_REJECT);
    questions = 100;
    mail = plain;
}

static void rules_are_told_that_nothing_proves_it(void **state)
{
    struct auth_results r = check("192.0.2.1", NULL);
    assert_int_equal(r.dmarc.code, AUTH_NOT_RUN);
    assert_int_equal(r.dmarc_author.code, AUTH_FAIL);
    assert_int_equal(r.dmarc_author.applied, DMARC_POLICY_REJECT);
    /* SPF is theirs to look at */
    r = check("192.0.2.1", "bounce@bank.com");
    assert_int_equal(r.dmarc.code, AUTH_PASS);
    assert_int_equal(r.dmarc_author.code, AUTH_FAIL);
    options.dkim.dkim = false;
    assert_int_equal(check("192.0.2.1", NULL).dmarc_author.code, AUTH_NOT_RUN);
    options.dkim.dkim = true;
    options.spf = false;
    assert_int_equal(check("192.0.2.1", NULL).dmarc_author.code, AUTH_NOT_RUN);
    options.spf = true;
}

static void what_is_switched_off_is_not_run(void **state)
{
    options.spf = false;
    assert_int_equal(check("203.0.113.9", "x@bank.com").spf.code, AUTH_NOT_RUN);
    options.spf = true;
    options.dmarc = false;
    assert_int_equal(check("203.0.113.9", "x@bank.com").dmarc.code, AUTH_NOT_RUN);
    options.dmarc = true;
}

static int setup(void **state)
{
    arena_init(&a, 64 << 20);
    auth_options_default(&options);
    mail = plain;
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
        cmocka_unit_test(a_message_that_is_what_it_says),
        cmocka_unit_test(a_forged_one),
        cmocka_unit_test(without_a_client_nothing_is_judged),
        cmocka_unit_test(many_signatures_do_not_use_up_the_questions),
        cmocka_unit_test(rules_are_told_that_nothing_proves_it),
        cmocka_unit_test(what_is_switched_off_is_not_run),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
