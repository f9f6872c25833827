/* eval-links-test.c - functions about URIs: redirections, https: in anchors, hosts in lists, uri_detail */
#include "config.h"
#include "scoring/eval-test.h"

#include "scoring/eval-uri.h"
#include "scoring/view-uri.h"

static struct arena arena;
static struct ruleset *set;

static int load(void **state)
{
    static const char rules[] =
        "util_rb_tld com org net\nenlist_uri_host (LIST) example.com !no.example.com\n"
        "blocklist_uri_host bad.example.net\nwelcomelist_uri_host good.example.net\n"
        "body X /x/\n";
    const struct scoring_options o = { .regex_match_limit = 100000, .message_budget = 1000, .rules_max = 10 };
    struct err e;
    (void)state;
    arena_init(&arena, 64 << 20);
    set = ruleset_load_text(&o, slice_str(rules), "t.cf", &arena, NULL, &e);
    return set ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    ruleset_free(&set);
    arena_deinit(&arena);
    return 0;
}

#define PLAIN "Subject: s\n\n"
#define PAGE "Subject: s\nContent-Type: text/html\n\n"

static void redirections_lead_to_another_domain(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_http_redirector()", PLAIN "http://www.example.com/x?http://www.example.org/\n", 1 },
        { "check_for_http_redirector()", PLAIN "http://www.example.com/x?http:/www.example.org/\n", 1 },
        { "check_for_http_redirector()", PLAIN "http://www.example.com/x?https:www.example.org/\n", 1 },
        { "check_for_http_redirector()", PLAIN "http://www.example.com/x?http://a.example.com/\n", 0 },
        { "check_for_http_redirector()",
          PLAIN "http://a.example.com/http://b.example.com/http://www.example.org/\n", 1 },
        { "check_for_http_redirector()", PLAIN "http://www.example.com/http:///\n", 0 },
        { "check_for_http_redirector()", PLAIN "http://www.example.com/\n", 0 },
        { "check_for_http_redirector()", PLAIN "ftp://www.example.com/http://www.example.org/\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(set, rows);
}

static void anchors_say_where_they_lead(void **state)
{
    static const struct eval_case rows[] = {
        { "check_https_http_mismatch()",
          PAGE "<a href=\"http://www.example.com/\">https://www.example.org/</a>", 1 },
        { "check_https_http_mismatch()",
          PAGE "<a href=\"http://www.example.com/\">HTTPS://a.Example.com/</a>", 0 },
        { "check_https_http_mismatch()",
          PAGE "<a href=\"http://www.example.com/\">http://www.example.org/</a>", 0 },
        { "check_https_http_mismatch()", PAGE "<a href=\"http://192.0.2.1/\">https://www.example.org/</a>",
          0 },
        { "check_https_http_mismatch()", PAGE "<a href=\"http://www.example.com/\">https://192.0.2.1/</a>",
          1 },
        { "check_https_http_mismatch()", PAGE "<a href=\"http://www.example.com/\">https://nowhere/</a>", 0 },
        { "check_https_http_mismatch('1', '2')",
          PAGE "<a href=\"http://www.example.com/\">https://www.example.org/</a>"
               "<a href=\"http://www.example.com/2\">x</a>",
          0 },
        { "check_https_http_mismatch('2', '3')",
          PAGE "<a href=\"http://www.example.com/\">https://www.example.org/</a>"
               "<a href=\"http://www.example.com/2\">x</a>",
          1 },
        { "check_https_ip_mismatch()", PAGE "<a href=\"http://192.0.2.1/\">https://www.example.org/</a>", 1 },
        { "check_https_ip_mismatch()", PAGE "<a href=\"http://ann@192.0.2.1/\">see https:</a>", 1 },
        { "check_https_ip_mismatch()", PAGE "<a href=\"http://192.0.2.1/\">https://192.0.2.2/</a>", 0 },
        { "check_https_ip_mismatch()", PAGE "<a href=\"http://192.0.2/\">https://www.example.org/</a>", 0 },
        { "check_https_ip_mismatch()", PAGE "<a href=\"http://192.0.2.1/\">www.example.org</a>", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(set, rows);
}

static void hosts_are_looked_up_in_lists(void **state)
{
    static const struct eval_case rows[] = {
        { "check_uri_host_listed('LIST')", PLAIN "http://www.example.com/\n", 1 },
        { "check_uri_host_listed('LIST')", PLAIN "http://www.no.example.com/\n", 0 },
        { "check_uri_host_listed('LIST')", PLAIN "mailto:ann@example.com\n", 0 },
        { "check_uri_host_listed('OTHER')", PLAIN "http://www.example.com/\n", 0 },
        { "check_uri_host_in_blocklist()", PLAIN "www.bad.example.net\n", 1 },
        { "check_uri_host_in_blacklist()", PLAIN "good.example.net\n", 0 },
        { "check_uri_host_in_welcomelist()", PLAIN "good.example.net\n", 1 },
        { "check_uri_host_in_whitelist()", PLAIN "x\n", 0 },
        { "check_uri_truncated()", PLAIN "http://www.example.com/\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(set, rows);
}

static double detail(const char *conditions, const char *text)
{
    struct test_message *t = test_message_new(slice_str(text), NULL);
    struct check c = { .set = set, .m = &t->m, .scratch = regex_scratch_new(&(struct regex_limits){ 0 }) };
    const struct uri_conditions *u;
    struct err e;
    views_init(&c.views, &t->m, set);
    if (uri_conditions_parse(slice_str(conditions), &t->arena, &u, &e) < 0)
        fail_msg("%s: %s", conditions, e.text);
    double value = uri_conditions_run(&c, u);
    uri_conditions_free(u);
    regex_scratch_free(&c.scratch);
    test_message_free(t);
    return value;
}

static void one_uri_meets_all_conditions(void **state)
{
    static const char link[] =
        PAGE "<a href=\"http://www.ex%61mple.com/\">here</a> <img src=\"http://x.org/1\">";
    static const struct {
        const char *conditions;
        double value;
    } rows[] = {
        { "raw =~ /%61/", 1 },
        { "raw !~ /%61/", 1 }, /* the image */
        { "raw =~ /%61/ type =~ /^img$/", 0 },
        { "raw =~ /%61/  type=~/^a$/ cleaned =~ /example/ text =~ /^here$/", 1 },
        { "type =~ /^a$/ host =~ /^www\\.example\\.com$/ domain !~ /org/", 1 },
        { "type =~ /^img$/ text =~ /./", 0 },
        { "type =~ /^img$/ text !~ /./", 0 }, /* it has none */
        { "cleaned =~ m!EXAMPLE!i", 1 },
        { "raw =~ /nothing/ raw =~ /x/", 1 }, /* the last one counts */
        { "junk raw =~ /x\\.org/ more junk", 1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (detail(rows[i].conditions, link) != rows[i].value)
            fail_msg("%s", rows[i].conditions);
    assert_true(detail("type =~ /^schemeless$/ type =~ /^unlinked$/", PLAIN "example.com\n") == 1);
    assert_true(detail("type =~ /^(?:schemeless|unlinked)$/", PLAIN "http://example.com\n") == 0);
}

static void broken_conditions_are_refused(void **state)
{
    static const char *const rows[] = { "",           "raw",        "raw =~", "raw =~ /x", "path =~ /x/",
                                        "raw =~ /(/", "raw =~ m{x}" };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct uri_conditions *u;
        struct err e = { 0 };
        if (uri_conditions_parse(slice_str(rows[i]), &arena, &u, &e) == 0 || e.text[0] == 0)
            fail_msg("%s", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirections_lead_to_another_domain), cmocka_unit_test(anchors_say_where_they_lead),
        cmocka_unit_test(hosts_are_looked_up_in_lists),        cmocka_unit_test(one_uri_meets_all_conditions),
        cmocka_unit_test(broken_conditions_are_refused),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
