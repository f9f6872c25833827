/* trust-test.c - networks as SpamAssassin writes them, and what lines about trust add up to */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/test-settings.h"
#include "scoring/trust.h"

struct loaded {
    struct arena a;
    struct rule_problems problems;
    struct trust t;
};

static struct loaded *load(const char *lines)
{
    struct loaded *l = calloc(1, sizeof(*l));
    arena_init(&l->a, 16 << 20);
    rule_problems_init(&l->problems, &l->a);
    struct settings *s = test_settings(&l->a, SETTING_TRUST, lines);
    trust_load(&l->t, &l->a, s, &l->problems);
    return l;
}

static void unload(struct loaded *l)
{
    arena_deinit(&l->a);
    free(l);
}

/* a network has (1) or has not (0) an address */
static void networks_contain(void **state)
{
    static const struct {
        const char *networks, *ip;
        bool has;
    } cases[] = {
        { "10.1", "10.1.200.3", true },
        { "10.1", "10.2.0.1", false },
        { "10.1.", "10.1.0.1", true },
        { "10", "10.255.0.1", true },
        { "10/8", "10.9.8.7", true },
        { "192.168.5/24", "192.168.5.77", true },
        { "192.168.5", "192.168.6.77", false },
        { "192.0.2.128/25", "192.0.2.127", false },
        { "192.0.2.128/25", "192.0.2.128", true },
        { "192.0.2.1", "192.0.2.1", true },
        { "192.0.2.1", "192.0.2.10", false },
        { "192.000.002.001", "192.0.2.1", true },
        { "192.0.0.0/255.255.0.0", "192.0.7.7", true },
        { "192.0.0.0/255.255.0.0", "192.1.7.7", false },
        { "!10.0.1.5 10.0.1/24", "10.0.1.5", false },
        { "!10.0.1.5 10.0.1/24", "10.0.1.6", true },
        { "10.0.1/24 !10.0.1.5", "10.0.1.5", true },
        { "! 10.0.1.5 10.0.1/24", "10.0.1.5", false },
        { "2001:db8::/32", "2001:db8:1::7", true },
        { "2001:db8::/32", "2001:db9::7", false },
        { "2001:db8::/33", "2001:db8:8000::1", false },
        { "2001:db8:1::1 !2001:db8:1::/64 2001:db8::/32", "2001:db8:1::1", true },
        { "2001:db8:1::1 !2001:db8:1::/64 2001:db8::/32", "2001:db8:1::2", false },
        { "2001:db8:1::1 !2001:db8:1::/64 2001:db8::/32", "2001:db8:2::2", true },
        { "[2001:db8::]/32", "2001:db8::1", true },
        { "fe80::1%eth0/64", "fe80::2", true },
        { "2001:db8::1", "IPv6:2001:db8::1", true },
        { "::ffff:192.0.2.0/120", "192.0.2.9", true },
        { "192.0.2.0/24", "::ffff:192.0.2.9", true },
        { "0/0", "198.51.100.1", true },
        { "0/0", "2001:db8::1", false },
        { "::/0", "2001:db8::1", true },
        { "198.51.100.1", "127.3.2.1", true },
        { "198.51.100.1", "::1", true },
        { "!127.0.0.1", "127.0.0.1", true },
        { "198.51.100.1", "", false },
        { "0/0", "1.2.3", false },
        { "0/0", "nonsense", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char line[200];
        snprintf(line, sizeof(line), "trusted_networks %s", cases[i].networks);
        struct loaded *l = load(line);
        if (networks_have(&l->t.trusted, slice_str(cases[i].ip)) != cases[i].has)
            fail_msg("%s and %s", cases[i].networks, cases[i].ip);
        assert_int_equal(l->problems.n, 0);
        unload(l);
    }
}

static void only_loopback_unless_said(void **state)
{
    (void)state;
    struct loaded *l = load("");
    assert_false(l->t.trusted.configured);
    assert_true(networks_have(&l->t.trusted, SLICE("127.0.0.1")));
    assert_true(networks_have(&l->t.internal, SLICE("::1")));
    assert_false(networks_have(&l->t.msa, SLICE("127.0.0.1")));
    assert_false(networks_have(&l->t.trusted, SLICE("10.0.0.1")));
    unload(l);
}

static void lines_add_up_and_clear(void **state)
{
    (void)state;
    struct loaded *l = load("trusted_networks 10/8\ntrusted_networks 192.0.2.1 192.0.2.3\n"
                            "internal_networks 10.1\nclear_internal_networks\nmsa_networks 192.0.2.3\n");
    assert_true(l->t.trusted.configured);
    assert_true(networks_have(&l->t.trusted, SLICE("10.0.0.1")));
    assert_true(networks_have(&l->t.trusted, SLICE("192.0.2.3")));
    assert_false(l->t.internal.configured);
    assert_false(networks_have(&l->t.internal, SLICE("10.1.0.1")));
    assert_true(networks_have(&l->t.internal, SLICE("127.0.0.1")));
    assert_true(networks_have(&l->t.msa, SLICE("192.0.2.3")));
    unload(l);
}

static void originating_headers_are_a_set(void **state)
{
    (void)state;
    struct loaded *l = load("originating_ip_headers X-Old\nclear_originating_ip_headers\n"
                            "originating_ip_headers X-Yahoo-Post-IP X-Originating-IP\n"
                            "originating_ip_headers x-originating-ip X-SenderIP\n");
    assert_int_equal(l->t.n_originating, 3);
    assert_true(slice_eq(l->t.originating_ip_headers[2], SLICE("X-SenderIP")));
    unload(l);
}

static void envelope_settings(void **state)
{
    (void)state;
    struct loaded *l = load("envelope_sender_header X-Env\nalways_trust_envelope_sender 1\n");
    assert_true(l->t.always_trust_envelope_sender);
    assert_true(slice_eq(l->t.envelope_sender_header, SLICE("X-Env")));
    unload(l);
}

/* each is reported at its line, what is right beside it counts */
static void wrong_networks_are_problems(void **state)
{
    static const char *const wrong[] = {
        "300.1.2.3",
        "10.1.2.3/33",
        "2001:db8::/129",
        "1.2.3.4.5",
        "mail.example.org",
        "10.1.2.3/x",
        "10.0.0.1-10.0.0.9",
        "10..1",
        "10.0.0.0/255.0.255.0",
        "!",
        "1.2.3.4/",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        char lines[200];
        snprintf(lines, sizeof(lines), "\ntrusted_networks 192.0.2.9 %s", wrong[i]);
        struct loaded *l = load(lines);
        if (l->problems.n != 1 || l->problems.first->line != 2 || l->problems.first->kind != RULE_ERROR)
            fail_msg("%s: %u problems", wrong[i], l->problems.n);
        assert_true(networks_have(&l->t.trusted, SLICE("192.0.2.9")));
        unload(l);
    }
    struct loaded *l = load("trusted_networks\noriginating_ip_headers\nalways_trust_envelope_sender maybe");
    assert_int_equal(l->problems.n, 3);
    assert_false(l->t.trusted.configured);
    unload(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_contain),       cmocka_unit_test(only_loopback_unless_said),
        cmocka_unit_test(lines_add_up_and_clear), cmocka_unit_test(originating_headers_are_a_set),
        cmocka_unit_test(envelope_settings),      cmocka_unit_test(wrong_networks_are_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
