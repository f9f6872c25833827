/* freemail-test.c - which addresses are freemail, which are found in text, and what is made of them */
#include "config.h"
#include "scoring/eval-test.h"

#include "scoring/freemail-text.h"
#include "scoring/freemail.h"

static struct arena arena;
static struct ruleset *set;

static const char config[] = "util_rb_tld com org net uk\n"
                             "freemail_domains free.example.com post.org mail.* hot.co*.* *.my.net a?c.com\n"
                             "freemail_welcomelist Good@post.org fine.mail.net\n"
                             "welcomelist_auth vip@*\nfreemail_import_welcomelist_auth 1\n"
                             "header FROM_7 eval:check_freemail_from('7\\@')\n"
                             "header HEADER_X eval:check_freemail_header('X-To', '^x')\n"
                             "body X /x/\n";

static struct ruleset *load_text(const char *text, const struct rule_problem **problems)
{
    const struct scoring_options o = { .regex_match_limit = 100000, .message_budget = 1000, .rules_max = 10 };
    struct err e;
    struct ruleset *loaded = ruleset_load_text(&o, slice_str(text), "t.cf", &arena, problems, &e);
    if (loaded == NULL)
        fail_msg("%s", e.text);
    return loaded;
}

static int load(void **state)
{
    const struct rule_problem *problems;
    (void)state;
    arena_init(&arena, 64 << 20);
    set = load_text(config, &problems);
    return problems ? -1 : 0;
}

static int drop(void **state)
{
    (void)state;
    ruleset_free(&set);
    arena_deinit(&arena);
    return 0;
}

static void domains_decide(void **state)
{
    static const struct {
        const char *email;
        bool freemail;
    } rows[] = {
        { "ann@post.org", true },
        { "ann@a.post.org", false },
        { "ann@free.example.com", true },
        { "ann@mail.com", true },
        { "ann@mail.co.uk", false }, /* * ends at a dot */
        { "ann@mail.", true },
        { "ann@hot.co.uk", true },
        { "ann@hot.com.uk", true },
        { "ann@hot.org.uk", false },
        { "ann@x.my.net", true },
        { "ann@x.y.my.net", false },
        { "ann@abc.com", true },
        { "ann@ac.com", false },
        { "good@post.org", false },
        { "ann@fine.mail.net", false },
        { "vip@post.org", false },
        { "info@post.org", false },
        { "information@post.org", true },
        { "postmaster@post.org", false },
        { "undisclosed-recipients@post.org", false },
        { "request-0123456789abcdef@post.org", false },
        { "request-0123456789abcdeg@post.org", true },
        { "bounce-@post.org", false },
        { "0123abcd.4567cdef@post.org", false },
        { "01234567-89ab-cdef-0123-456789abcdef@post.org", false },
        { "01234567-89ab-cdef-0123-456789abcdex@post.org", true },
        { "a=b=c@post.org", false },
        { "a=b@post.org", true },
        { "", false },
        { "post.org", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (freemail_is(set->freemail, set->lists, slice_str(rows[i].email)) != rows[i].freemail)
            fail_msg("%s", rows[i].email);
}

/* the addresses in what is left of a text */
static const char *in_text(const char *text)
{
    struct slice stripped = freemail_stripped(set->uri_rules, &arena, slice_str(text)), email;
    struct slice all = SLICE("");
    for (size_t at = 0; freemail_next(set->uri_rules, stripped, &at, &email);)
        all = arena_printf(&arena, "%.*s%s%.*s", SLICE_ARG(all), all.n ? " " : "", SLICE_ARG(email));
    return arena_str(&arena, all);
}

static void addresses_in_text(void **state)
{
    static const struct {
        const char *text, *found;
    } rows[] = {
        { "write to ann@example.com or bob@example.org.", "ann@example.com bob@example.org" },
        { "a.b+c@x.example.co.uk", "a.b+c@x.example.co.uk" },
        { "a..b@example.com", "b@example.com" },
        { ".a.@example.com", "" },
        { "@example.com", "" },
        { "ann@example", "" },
        { "ann@example.nosuch", "" },
        { "ann@com", "" },
        { "ann@-x.com ann@x-.com", "" },
        { "ann@a.b.c.d.com", "ann@a.b.c.d.com" },
        { "ann@a.b.c.d.e.com", "" },
        { "ann@example.com_", "ann@example.com" },
        { "ann@example.com-x", "" },
        { "ann@example.com.", "ann@example.com" },
        { "ann@example.com@example.org", "ann@example.com" },
        { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@example.com", "" },
        { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.y@example.com", "y@example.com" },
        { "Ann <ann@example.com> said", "" },
        { "On Monday ann@example.com wrote: hello", "" },
        { "ann@example.com  tel: 123", "ann@example.com" },
        { "ann@example.com e-mail: x", "ann@example.com" },
        { "ann@example.com wrotewrotewrote: x", "ann@example.com" },
        { "mailto:ann@example.com>", "ann@example.com" },
        { "mailto:a.b@example.com>", "" }, /* but for the "a." all is taken out */
        { "http://example.com/?x=ann@example.com bob@example.org", "bob@example.org" },
        { "<https://example.com/?ann%40example.com>bob@example.org", "" },
        { "http://example.com/ bob@example.org", "bob@example.org" },
        { "x@b.com@c.org>", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(in_text(rows[i].text), rows[i].found) != 0)
            fail_msg("%s: %s", rows[i].text, in_text(rows[i].text));
}

static void taking_out_leaves_a_blank(void **state)
{
    static const struct {
        const char *text, *left;
    } rows[] = {
        { "a <ann@example.com> b", "a   b" },
        { "a <http://x/@y> b", "a   b" },
        { "nothing @ all", "nothing @ all" },
        { "mailto:a.b@example.com>", "mailto:a. " },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice left = freemail_stripped(set->uri_rules, &arena, slice_str(rows[i].text));
        if (!slice_eq(left, slice_str(rows[i].left)))
            fail_msg("%s: %.*s", rows[i].text, SLICE_ARG(left));
    }
}

#define FROM(address) "From: " address "\n"
#define REPLY(address) "Reply-To: " address "\n"

static void senders_and_answers(void **state)
{
    static const struct eval_case rows[] = {
        { "check_freemail_from()", FROM("Ann <Ann@Post.org>") "\nx\n", 1 },
        { "check_freemail_from()", FROM("ann@example.com") "\nx\n", 0 },
        { "check_freemail_from()", FROM("ann@example.com") "Resent-From: bob@post.org\n\nx\n", 1 },
        { "check_freemail_header('Reply-To')", REPLY("bob@post.org") "\nx\n", 1 },
        { "check_freemail_header('Reply-To')", FROM("bob@post.org") "\nx\n", 0 },
        { "check_freemail_replyto('replyto')", FROM("ann@post.org") REPLY("bob@post.org") "\nx\n", 1 },
        { "check_freemail_replyto('replyto')", FROM("ann@post.org") REPLY("ann@post.org") "\nx\n", 0 },
        { "check_freemail_replyto('replyto')", FROM("ann@post.org") "\nbob@post.org\n", 0 },
        { "check_freemail_replyto('reply')", FROM("ann@post.org") "\nbob@post.org\n", 1 },
        { "check_freemail_replyto('reply')", FROM("ann@post.org") "\nann@post.org\n", 0 },
        { "check_freemail_replyto()", FROM("a@example.com") REPLY("ann@post.org") "\nbob@post.org\n", 1 },
        { "check_freemail_replyto('reply')", FROM("ann@post.org") REPLY("x@example.com") "\nbob@post.org\n",
          0 },
        { "check_freemail_body()", FROM("x@example.com") "\nbob@post.org\n", 1 },
        { "check_freemail_body()", FROM("x@example.com") "\nbob@example.com\n", 0 },
        /* from three freemail addresses, or five of any kind, on there are too many */
        { "check_freemail_body()", FROM("x@example.com") "\na@post.org b@post.org\n", 1 },
        { "check_freemail_body()", FROM("x@example.com") "\na@post.org b@post.org c@post.org\n", 0 },
        { "check_freemail_body()", FROM("x@example.com") "\na@post.org b@x.com c@x.com d@x.com\n", 1 },
        { "check_freemail_body()", FROM("x@example.com") "\na@post.org b@x.com c@x.com d@x.com e@x.com\n",
          0 },
        { "check_freemail_body()",
          "Content-Type: text/html\n\n<a href=\"mailto:bob@post.org?subject=x\">write</a>\n", 1 },
    };
    (void)state;
    EVAL_TEST_ALL(set, rows);
}

static void bulk_senders_are_not_compared(void **state)
{
    static const struct {
        const char *sender;
        bool bulk;
    } rows[] = {
        { "postmaster@x.com", true },    { "owner-list@x.com", true },   { "owner-@x.com", false },
        { "list-bounces@x.com", true },  { "list-request@x.com", true }, { "noreply@x.com", true },
        { "do-not-reply@x.com", false }, { "no_reply@x.com", true },     { "donotreply@x.com", true },
        { "casinoreply@x.com", false },  { "a=b@x.com", true },          { "a=@x.com", false },
        { "double-bounce@x.com", true }, { "ann@x.com", false },         { "nomreply@x.com", true },
        { "nozreply@x.com", false },     { "do.noreplies@x.com", true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice text = arena_printf(
            &arena, "Return-Path: <%s>\n" FROM("ann@post.org") REPLY("bob@post.org") "\nx\n", rows[i].sender);
        double hit = eval_test_call(set, text, "check_freemail_replyto()");
        if ((hit == 0) != rows[i].bulk)
            fail_msg("%s: %g", rows[i].sender, hit);
    }
}

static void body_rules_see_what_is_left(void **state)
{
    struct test_message *t = test_message_new(SLICE("\nAnn <ann@post.org> and bob@post.org\n"), NULL);
    struct check c = { .set = set, .m = &t->m, .scratch = regex_scratch_new(&(struct regex_limits){ 0 }) };
    (void)state;
    views_init(&c.views, &t->m, set);
    eval_find(SLICE("check_freemail_body"))->run(&c, &(struct eval_args){ 0 }, NULL);
    const struct view *body = views_body(&c.views);
    assert_true(slice_find(body->v[body->n - 1], SLICE("Ann   and bob@post.org")) >= 0);
    regex_scratch_free(&c.scratch);
    test_message_free(t);
}

static void broken_lines_are_told(void **state)
{
    static const char *const rows[] = { "freemail_domains a_b.com", "freemail_welcomelist nobody",
                                        "header R eval:check_freemail_from('(')",
                                        "header R eval:check_freemail_replyto('other')" };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct rule_problem *problems = NULL;
        struct slice text = arena_printf(&arena, "body X /x/\n%s\n", rows[i]);
        struct ruleset *bad = load_text(arena_str(&arena, text), &problems);
        if (problems == NULL)
            fail_msg("%s", rows[i]);
        ruleset_free(&bad);
    }
}

static void without_domains_nothing_hits(void **state)
{
    static const struct eval_case rows[] = {
        { "check_freemail_from()", FROM("ann@post.org") "\nx\n", 0 },
        { "check_freemail_body()", FROM("ann@post.org") "\nann@post.org\n", 0 },
    };
    (void)state;
    const struct rule_problem *problems;
    struct ruleset *empty = load_text("body X /x/\n", &problems);
    EVAL_TEST_ALL(empty, rows);
    EVAL_TEST_ALL(NULL, rows);
    ruleset_free(&empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_decide),
        cmocka_unit_test(addresses_in_text),
        cmocka_unit_test(taking_out_leaves_a_blank),
        cmocka_unit_test(senders_and_answers),
        cmocka_unit_test(bulk_senders_are_not_compared),
        cmocka_unit_test(body_rules_see_what_is_left),
        cmocka_unit_test(broken_lines_are_told),
        cmocka_unit_test(without_domains_nothing_hits),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
