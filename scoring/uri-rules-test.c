/* uri-rules-test.c - registries' domains, hosts of URIs, lists of hosts, and lines that are wrong */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/rule.h"
#include "scoring/view-uri.h"

static struct arena arena;
static const struct rule_problem *problems;
static struct ruleset *set;

static const struct uri_rules *load(const char *text)
{
    const struct scoring_options options = { .regex_match_limit = 100000,
                                             .message_budget = 60000,
                                             .rules_max = 100 };
    struct err e = { 0 };
    arena_init(&arena, 64 << 20);
    problems = NULL;
    struct slice all = arena_printf(&arena, "body X /x/\n%s", text);
    set = ruleset_load_text(&options, all, "t.cf", &arena, &problems, &e);
    if (set == NULL)
        fail_msg("%s", e.text);
    return set->uri_rules;
}

static void drop(void)
{
    ruleset_free(&set);
    arena_deinit(&arena);
}

static void assert_text(struct slice got, const char *expected)
{
    if (!slice_eq(got, slice_str(expected)))
        fail_msg("%.*s, not %s", SLICE_ARG(got), expected);
}

static const char domains[] = "util_rb_tld com org UK us jp\nutil_rb_2tld co.uk city.us\n"
                              "util_rb_3tld demon.co.uk a.b.us\n";

static void a_domain_is_one_label_more_than_a_registry(void **state)
{
    static const struct {
        const char *host, *domain;
    } rows[] = {
        { "www.example.com", "example.com" },
        { "example.com", "example.com" },
        { "a.b.c.d.e.f.example.com", "example.com" },
        { "www.example.co.uk", "example.co.uk" },
        { "co.uk", "co.uk" },
        { "x.demon.co.uk", "x.demon.co.uk" },
        { "www.x.demon.co.uk", "x.demon.co.uk" },
        { "WWW.Example.CO.UK", "example.co.uk" },
        { "x.y.a.b.us", "b.us" },
        { "x.y.city.us", "y.city.us" },
        { "www.x.acme.ca.us", "x.acme.ca.us" },
        { "www.fire.ci.springfield.il.us", "fire.ci.springfield.il.us" },
        { "a.pta.pvt.k12.ca.us", "pta.pvt.k12.ca.us" },
        { "example.nosuch", "example.nosuch" },
        { "com", "com" },
        { "..www...example..com..", "example.com" },
        { "", "" },
    };
    const struct uri_rules *rules = load(domains);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_text(uri_trim_domain(rules, &arena, slice_str(rows[i].host)), rows[i].domain);
    assert_text(uri_registered(rules, SLICE("www.example.co.uk")), "example.co.uk");
    assert_text(uri_registered(rules, SLICE("www.example.nosuch")), "");
    assert_false(uri_domain_valid(rules, SLICE("com")));
    assert_false(uri_domain_valid(rules, SLICE("a b.com")));
    assert_false(uri_domain_valid(rules, SLICE("example.com.")));
    assert_true(uri_domain_valid(rules, SLICE("Example.Uk")));
    drop();
}

static void hosts_of_uris(void **state)
{
    static const struct {
        const char *uri, *host, *domain;
    } rows[] = {
        { "http://www.example.com/x", "www.example.com", "example.com" },
        { "HTTPS://u:p@WWW.example.co.uk:80?x", "www.example.co.uk", "example.co.uk" },
        { "www.example.com", "www.example.com", "example.com" },
        { "mailto:ann@mail.example.com?a@b", "mail.example.com", "example.com" },
        { "http://192.0.2.1:81/", "192.0.2.1", "192.0.2.1" },
        { "domainkeys:example.org", "example.org", "example.org" },
        { "http://example.com:/", "example.com", "example.com" },
        { "http://2001:db8::1:80/", "2001:db8::1", "2001:db8::1" },
        { "http://192.0.2.256/", NULL, NULL },
        { "mailto:a@b@example.com", NULL, NULL },
        { "mailto:example.com", NULL, NULL },
        { "javascript:www.example.com", NULL, NULL },
        { "cid:x@example.com", NULL, NULL },
        { "file:example.com", NULL, NULL },
        { "http://ex%61mple.com/", NULL, NULL },
        { "http://ex_ample.com/", NULL, NULL },
        { "http://example.com./", NULL, NULL },
        { "http://example.com&x/", NULL, NULL },
        { "", NULL, NULL },
    };
    const struct uri_rules *rules = load(domains);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct uri_host h;
        bool valid = uri_host_of(rules, &arena, slice_str(rows[i].uri), &h);
        if (valid != (rows[i].host != NULL))
            fail_msg("%s: %d", rows[i].uri, valid);
        if (valid)
            assert_text(h.host, rows[i].host);
        if (valid)
            assert_text(h.domain, rows[i].domain);
    }
    drop();
}

static void the_nearest_entry_of_a_list_decides(void **state)
{
    const struct uri_rules *rules =
        load("enlist_uri_host (A) !good.example.com Example.COM 192.0.2.1\n"
             "enlist_uri_host (B) example.com\nblocklist_uri_host bad.example.org\n"
             "whitelist_uri_host fine.example.org\nenlist_uri_host (A) gone.example.net\n"
             "delist_uri_host (A) !gone.example.net\ndelist_uri_host other.example.net\n"
             "enlist_uri_host (C) a.b.c.d.e.f.g.h.i.j.k.l k\n");
    assert_null(problems);
    assert_true(uri_host_listed(rules, SLICE("A"), SLICE("www.example.com"), NULL));
    assert_false(uri_host_listed(rules, SLICE("A"), SLICE("www.good.example.com"), NULL));
    assert_true(uri_host_listed(rules, SLICE("B"), SLICE("www.good.example.com"), NULL));
    assert_true(uri_host_listed(rules, SLICE("A"), SLICE("192.0.2.1"), NULL));
    assert_false(uri_host_listed(rules, SLICE("A"), SLICE("gone.example.net"), NULL));
    assert_true(uri_host_listed(rules, SLICE("BLOCK"), SLICE("bad.example.org"), NULL));
    assert_true(uri_host_listed(rules, SLICE("WELCOME"), SLICE("x.fine.example.org"), NULL));
    assert_false(uri_host_listed(rules, SLICE("C"), SLICE("a.b.c.d.e.f.g.h.i.j.k.l"), NULL));
    assert_false(uri_host_listed(rules, SLICE("none"), SLICE("example.com"), NULL));
    assert_false(uri_host_listed(NULL, SLICE("A"), SLICE("example.com"), NULL));
    drop();
}

static void clearing_forgets_what_was_before(void **state)
{
    const struct uri_rules *rules = load("util_rb_tld com\nclear_util_rb\nutil_rb_tld org\n");
    assert_false(uri_domain_valid(rules, SLICE("example.com")));
    assert_true(uri_domain_valid(rules, SLICE("example.org")));
    drop();
}

static void wrong_lines_are_told(void **state)
{
    static const char *const lines[] = {
        "util_rb_tld a.b",
        "util_rb_tld",
        "util_rb_2tld com",
        "util_rb_3tld a..b",
        "redirector_pattern /(/",
        "redirector_pattern",
        "enlist_uri_host A example.com",
        "enlist_uri_host (A)",
        "delist_uri_host",
        "blocklist_uri_host",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        load(lines[i]);
        if (problems == NULL || problems->line != 2)
            fail_msg("%s: no problem", lines[i]);
        drop();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_is_one_label_more_than_a_registry),
        cmocka_unit_test(hosts_of_uris),
        cmocka_unit_test(the_nearest_entry_of_a_list_decides),
        cmocka_unit_test(clearing_forgets_what_was_before),
        cmocka_unit_test(wrong_lines_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
