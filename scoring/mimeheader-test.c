/* mimeheader-test.c - `mimeheader` rules: a field of every part */
#include "config.h"
#include "scoring/eval-test.h"

#include "scoring/prefilter.h"
#include "scoring/probe.h"

#define MAIL                                                                                                 \
    "Subject: x\nContent-Type: multipart/mixed;\n\tboundary=b\n\n--b\nContent-Type:  "                       \
    "text/plain\n\nhi\n--b\n"                                                                                \
    "Content-Type: text/html; x=html\nContent-Disposition: inline\n\n<p>hi\n--b--\n"

/* the value of rule T, made of these lines, for MAIL */
static double value_of(const char *lines)
{
    struct scoring_options o = { .regex_match_limit = 100000, .message_budget = 10000, .rules_max = 100 };
    struct test_message *t = test_message_new(SLICE(MAIL), NULL);
    struct finding_list found = { 0 };
    struct check c = { .m = &t->m };
    struct probe p = { 0 };
    struct err e;
    struct slice text =
        arena_printf(&t->arena, "loadplugin Mail::SpamAssassin::Plugin::MIMEHeader\n%s\nscore T 1\n", lines);
    struct ruleset *set = ruleset_load_text(&o, text, "test.cf", &t->arena, NULL, &e);
    assert_non_null(set);
    assert_int_equal(set->n_tests, 1);
    c.set = set;
    c.scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    c.candidates = candidates_new(set->prefilter);
    check_begin(&c, &t->m, &found, 10000);
    probe_run(&p, &c, set->tests[0]);
    candidates_free(&c.candidates);
    regex_scratch_free(&c.scratch);
    ruleset_free(&set);
    test_message_free(t);
    return p.value;
}

static void parts_are_looked_at(void **state)
{
    static const struct {
        const char *lines;
        double value;
    } rows[] = {
        { "mimeheader T Content-Type =~ /html/", 1 },
        { "mimeheader T content-type =~ /multipart\\/mixed; boundary=b\\n\\z/", 1 },
        { "mimeheader T Content-Type:raw =~ /^ multipart\\/mixed;\\n\\tboundary=b\\n\\z/", 1 },
        { "mimeheader T Content-Type:raw =~ /^text\\/plain\\n\\z/",
          1 }, /* white space behind the colon goes */
        { "mimeheader T Content-Type =~ /pdf/", 0 },
        { "mimeheader T Content-Type !~ /html/", 1 }, /* whatever they have */
        { "mimeheader T Subject =~ /x/", 1 },
        { "mimeheader T X-None =~ /^$/", 1 },
        { "mimeheader T Content-Disposition =~ /^gone$/ [if-unset: gone]", 1 },
        { "mimeheader T Content-Disposition:raw =~ /^gone$/ [if-unset: gone]", 0 },
        { "mimeheader T ALL =~ /^Content-Disposition: inline$/m", 1 },
        { "mimeheader T ALL:raw =~ /^Content-Type:  multipart\\/mixed; boundary=b$/m", 1 },
        { "mimeheader T all =~ /./", 0 },
        { "mimeheader T Content-Type =~ /html/\ntflags T multiple", 2 },
        { "mimeheader T Content-Type =~ /html/\ntflags T multiple maxhits=1", 1 },
        { "mimeheader T Content-Type =~ /text/\ntflags T multiple", 1 }, /* the first part that has it */
        { "mimeheader T Content-Type =~ /text/\ntflags T range=1", 0 },
        { "mimeheader T Content-Type =~ /html/\ntflags T range=2-2", 0 },
        { "mimeheader T Content-Type =~ /html/\ntflags T range=3-", 1 },
        { "mimeheader T Content-Type =~ /plain\\ntext/\ntflags T concat", 1 },
        { "mimeheader T Content-Type =~ /^text/m\ntflags T concat multiple", 2 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        double got = value_of(rows[i].lines);
        if (got < rows[i].value - 1e-9 || got > rows[i].value + 1e-9)
            fail_msg("row %zu, %s: %g in place of %g", i, rows[i].lines, got, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(parts_are_looked_at) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
