/* eval-plugins-test.c - functions of plugins that are not loaded by default: which rules hit
 * tests/parity/programs.py has more of them, beside SpamAssassin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/test-message.h"

#define PLUGIN "loadplugin Mail::SpamAssassin::Plugin::"

static const struct scoring_options options = {
    .regex_match_limit = 100000,
    .message_budget = 60000,
    .rules_max = 1000,
};
static struct arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena_init(&arena, 64 << 20);
    message_warm();
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

/* expected: names of the rules that hit, each with a blank behind it, in the order of the rules */
static void check(const char *rules, struct slice text, const char *expected)
{
    const struct rule_problem *problems;
    struct finding_list found = { 0 };
    struct err e = { 0 };
    struct buf names;
    struct ruleset *set = ruleset_load_text(&options, slice_str(rules), "t.cf", &arena, &problems, &e);
    if (set == NULL || problems)
        fail_msg("%s: %s", rules, problems ? problems->text : e.text);
    struct scorer *scorer = scorer_new(set, &options);
    struct test_message *t = test_message_new(text, NULL);
    buf_init(&names, 4096);
    buf_add_str(&names, "");
    scorer_evaluate(scorer, &t->m, &found);
    for (const struct finding *f = found.first; f; f = f->next)
        if (f->kind == FINDING_RULE)
            buf_printf(&names, "%.*s ", SLICE_ARG(f->name));
    if (!slice_eq(buf_slice(&names), slice_str(expected)))
        fail_msg("%.*s: %s", SLICE_ARG(text), names.n ? names.p : "nothing");
    buf_deinit(&names);
    test_message_free(t);
    scorer_free(&scorer);
    ruleset_free(&set);
}

/* ---- FromNameSpoof */

#define FROMNAME(settings)                                                                                   \
    PLUGIN "FromNameSpoof\n"                                                                                 \
           "util_rb_tld com net org\n"                                                                       \
           "header SPOOF eval:check_fromname_spoof()\nheader DOMAIN eval:check_fromname_domain_differ()\n"   \
           "header EMAIL eval:check_fromname_contains_email()\nheader OWNER "                                \
           "eval:check_fromname_owners_differ()\n"                                                           \
           "header TO eval:check_fromname_equals_to()\nheader REPLY "                                        \
           "eval:check_fromname_equals_replyto()\n" settings

static void addresses_in_the_name_are_compared(void **state)
{
    (void)state;
    check(FROMNAME(""), SLICE("From: \"boss@a.com\" <x@b.net>\nTo: Boss@a.com\nReply-To: boss@a.com\n\n"),
          "SPOOF DOMAIN EMAIL OWNER TO REPLY ");
    check(FROMNAME(""), SLICE("From: \"x (x@m.a.com)\" <y@a.com>\n\n"), "EMAIL ");
    check(FROMNAME(""), SLICE("From: \"x@a.com\" <x@a.com>\n\n"), "EMAIL ");
    check(FROMNAME(""), SLICE("From: \"x@a.none\" <x@a.com>\n\n"), "");
    check(FROMNAME(""), SLICE("From: \"x@ @a.com x@-a.com x@a.com.\" <x@b.com>\n\n"), "");
    check(FROMNAME("fns_extrachars 3\n"), SLICE("From: \"abc x@a.com\" <x@b.com>\n\n"), "EMAIL ");
    check(FROMNAME("fns_ignore_headers X-A X-B\n"), SLICE("From: \"x@a.com\" <x@b.com>\nX-B: 1\n\n"), "");
}

static void owners_are_lists_of_addresses(void **state)
{
    (void)state;
    check(FROMNAME("fns_add_addrlist (One) *@a.com x@b.com\n"), SLICE("From: \"x@a.com\" <x@b.com>\n\n"),
          "DOMAIN EMAIL ");
    check(FROMNAME("fns_check 0\nfns_add_addrlist (One) *@a.com x@b.com\n"),
          SLICE("From: \"x@m.a.com\" <x@b.com>\n\n"), "SPOOF DOMAIN EMAIL ");
    check(FROMNAME("fns_add_addrlist (One) *@a.com x@b.com\nfns_remove_addrlist (ONE) x@b.com\n"),
          SLICE("From: \"x@a.com\" <x@b.com>\n\n"), "SPOOF DOMAIN EMAIL OWNER ");
}

/* ---- Phishing */

static const char *feed(const char *name, const char *text)
{
    static char path[64];
    snprintf(path, sizeof(path), "/tmp/eval-plugins-%s-%d", name, (int)getpid());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void uris_of_a_feed_are_known(void **state)
{
    char rules[400];
    (void)state;
    const char *path = feed("feed", "title,x,y\nx,\"8\",\"http://a.com/p?q\"\nx,6,http://b.com/\nx,9\n");
    snprintf(rules, sizeof(rules),
             PLUGIN "Phishing\nutil_rb_tld com\nphishing_phishstats_feed %s\n"
                    "body P eval:check_phishing()\n",
             path);
    check(rules, SLICE("Subject: x\n\nhttp://a.com/p?q\n"), "P ");
    check(rules, SLICE("Subject: x\n\nhttp://a.com/p?r\n"), "");
    check(rules, SLICE("Subject: x\n\nhttp://b.com/\n"), "");
    strncat(rules, "phishing_uri_noparam 1\n", sizeof(rules) - strlen(rules) - 1);
    check(rules, SLICE("Subject: x\n\nhttp://a.com/p?r\n"), "");
    unlink(path);
    check(rules, SLICE("Subject: x\n\nhttp://a.com/p?q\n"), "");
}

/* ---- PDFInfo */

#define PDF_RULES                                                                                            \
    PLUGIN "PDFInfo\n"                                                                                       \
           "body COUNT eval:pdf_count(1)\nbody IMAGES eval:pdf_image_count(1,1)\n"                           \
           "body AREA eval:pdf_pixel_coverage(6000)\nbody EXACT eval:pdf_image_size_exact(100,60)\n"         \
           "body RANGE eval:pdf_image_size_range(101,1)\nbody NAMED eval:pdf_named('a.pdf')\n"               \
           "body NAME eval:pdf_name_regex('^A')\nbody AUTHOR eval:pdf_match_details('author','/^J/')\n"      \
           "body ENCRYPTED eval:pdf_is_encrypted()\nbody EMPTY eval:pdf_is_empty_body()\n"
#define PDF_MAIL(type, name, text) SLICE("Content-Type: " type "; name=" name "\n\n" text)

static void documents_are_read_line_by_line(void **state)
{
    (void)state;
    check(PDF_RULES, PDF_MAIL("application/octet-stream", "a.pdf", "%PDF-1.4\n/Image\n60 0 0 100 0 0 cm\n"),
          "COUNT IMAGES AREA EXACT NAMED EMPTY ");
    check(PDF_RULES, PDF_MAIL("application/pdf", "A.dat", "%PDF-1.4\n/Author (Jo)\n/Encrypt\n"),
          "COUNT NAME AUTHOR ENCRYPTED EMPTY ");
    check(PDF_RULES, PDF_MAIL("application/octet-stream", "a.dat", "%PDF-1.4\n"), "");
    check(PDF_RULES, PDF_MAIL("application/pdf", "a.pdf", "no magic\n"), "COUNT EMPTY ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_in_the_name_are_compared),
        cmocka_unit_test(owners_are_lists_of_addresses),
        cmocka_unit_test(uris_of_a_feed_are_known),
        cmocka_unit_test(documents_are_read_line_by_line),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
