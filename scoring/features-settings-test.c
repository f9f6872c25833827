/* features-settings-test.c - what rule files say of the classifier's features */
#include "config.h"
#include "scoring/features-settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/regex.h"
#include "scoring/bayes-rules.h"
#include "scoring/test-message.h"
#include "scoring/test-settings.h"

static struct arena arena;
static struct rule_problems problems;
static struct regex_scratch *scratch;
static struct features_options options;
static const struct features_options *loaded;

static int set_up(void **state)
{
    (void)state;
    message_warm();
    arena_init(&arena, 64 << 20);
    scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    loaded = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    features_settings_free(loaded);
    regex_scratch_free(&scratch);
    arena_deinit(&arena);
    return 0;
}

/* A line of stop words is as settings keep it: "bayes_stopword de PATTERN". */
static const struct features_options *load(const char *text)
{
    features_settings_free(loaded);
    rule_problems_init(&problems, &arena);
    loaded = features_settings_load(&arena, test_settings(&arena, SETTING_BAYES, text), &problems);
    options = *loaded;
    options.scratch = scratch;
    return &options;
}

static struct test_message *message;
static struct feature_names names;
static struct features features;

static void make(const char *text, const struct features_options *o)
{
    message = test_message_new(slice_str(text), NULL);
    names = (struct feature_names){ 0 };
    features_make(&features, message->m.arena, &message->m, o, &names);
}

static void drop(void)
{
    test_message_free(message);
}

static bool has(const char *name)
{
    for (size_t i = 0; i < names.n; i++)
        if (slice_eq(names.v[i].text, slice_str(name)))
            return true;
    return false;
}

static const char page[] =
    "Received: from a.example (a.example [192.0.2.1]) by b.example; Mon, 2 Nov 2026 10:00:00 +0000\n"
    "From: Ann <ann@example.org>\nSubject: The lunch\nX-Upstream: spam-sign yes\nX-Other: kept\n"
    "Content-Type: text/html\n\n"
    "<p>Meet the others at http://example.net/menu and THE rest</p><p style=\"display:none\">secret</p>\n";

/* ---- fields */

static void ignored_fields_are_not_seen(void **state)
{
    (void)state;
    make(page, NULL);
    assert_true(has("x-upstream:yes") && has("order:X-Upstream>X-Other") && has("rcvd0:192.0.2.1"));
    size_t grams = features.grams.n;
    drop();
    make(page, load("bayes_ignore_header x-UPSTREAM x-Absent\nbayes_ignore_header Received\n"));
    assert_false(has("x-upstream:yes") || has("has:x-upstream") || has("order:X-Upstream>X-Other"));
    assert_false(has("rcvd0:192.0.2.1") || has("has:received"));
    assert_true(has("order:Subject>X-Other") && has("x-other:kept"));
    assert_true(features.grams.n < grams);
    assert_int_equal(problems.n, 0);
    drop();
}

/* Names are names, no globs, no beginnings. */
static void ignored_fields_are_whole_names(void **state)
{
    (void)state;
    make(page, load("bayes_ignore_header X-* X-Up X-Upstream-More\n"));
    assert_true(has("x-upstream:yes") && has("x-other:kept"));
    drop();
}

/* The same message has the same id, whatever is looked at. */
static void the_id_is_the_same(void **state)
{
    unsigned char id[FEATURES_ID_SIZE];
    (void)state;
    make(page, NULL);
    memcpy(id, features.id, sizeof(id));
    drop();
    make(page, load("bayes_ignore_header Subject\nbayes_token_sources none uri\n"));
    assert_memory_equal(id, features.id, sizeof(id));
    drop();
}

/* ---- sources */

static void sources_are_chosen(void **state)
{
    static const struct {
        const char *line;
        bool header, visible, invisible, uri, parts;
    } cases[] = {
        { "", 1, 1, 1, 1, 1 },
        { "bayes_token_sources all\n", 1, 1, 1, 1, 1 },
        { "bayes_token_sources none header\n", 1, 0, 0, 0, 0 },
        { "bayes_token_sources noInvisible NOURI\n", 1, 1, 0, 0, 1 },
        { "bayes_token_sources noall visible\nbayes_token_sources uri\n", 0, 1, 0, 1, 0 },
        { "bayes_token_sources none\nbayes_token_sources all noheader nomimepart\n", 0, 1, 1, 1, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        make(page, load(cases[i].line));
        if (has("from:ann") != cases[i].header || has("w:meet") != cases[i].visible ||
            has("hidden:secret") != cases[i].invisible || has("url:example.net") != cases[i].uri ||
            has("tag:p") != cases[i].parts || has("type:text/html") != cases[i].parts)
            fail_msg("case %zu", i);
        assert_int_equal(problems.n, 0);
        drop();
    }
}

static void nothing_may_be_left(void **state)
{
    (void)state;
    make(page, load("bayes_token_sources none\n"));
    assert_int_equal(features.tokens.n + features.pairs.n + features.grams.n, 0);
    drop();
}

/* ---- words */

static void stop_words_are_no_tokens(void **state)
{
    static const char lines[] = "bayes_stopword en (?:the|others?)\nbayes_stopword_languages en\n";
    (void)state;
    make(page, load("bayes_stopword en (?:the|others?)\n"));
    assert_true(has("w:the") && has("w:others"));
    size_t pairs = features.pairs.n;
    drop();
    make(page, load(lines));
    assert_false(has("w:the") || has("w:others") || has("w:THE") || has("subject:The"));
    assert_true(has("w:rest") && has("subject:lunch"));
    assert_true(features.pairs.n < pairs);
    drop();
}

/* As SpamAssassin anchors them; of alternatives each is a whole word. */
static void stop_words_are_whole_words(void **state)
{
    (void)state;
    make("Subject: a\n\nmeet meeting premeet menus menu\n",
         load("bayes_stopword en meet|menu\nbayes_stopword_languages en\n"));
    assert_false(has("w:meet") || has("w:menu"));
    assert_true(has("w:meeting") && has("w:premeet") && has("w:menus"));
    drop();
}

/* However dear the pattern is: a long word is no stop word. */
static void long_words_are_not_tried(void **state)
{
    char text[5000] = "Subject: a\n\n";
    (void)state;
    memset(text + strlen(text), 'a', 4000);
    make(text, load("bayes_stopword en (?:a+)+b|a+\nbayes_stopword_languages en\n"));
    assert_true(has("w:aaaaaaaaaaaa"));
    drop();
    make("Subject: a\n\naaaa\n", &options);
    assert_false(has("w:aaaa"));
    drop();
}

static void languages_are_chosen(void **state)
{
    static const struct {
        const char *lines;
        size_t n;
    } cases[] = {
        { "", 0 },
        { "bayes_stopword_languages disable\n", 0 },
        { "bayes_stopword_languages de,en\n", 2 },
        { "bayes_stopword_languages de , en de\n", 2 },
        { "bayes_stopword_languages EN\n", 1 },
        { "bayes_stopword_languages de\nbayes_stopword_languages disable\n", 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        load(arena_printf(&arena, "bayes_stopword en the\nbayes_stopword de und\n%s", cases[i].lines).p);
        if (loaded->n_stop != cases[i].n || problems.n)
            fail_msg("case %zu: %zu", i, loaded->n_stop);
    }
}

/* Of one language the last line counts. */
static void a_later_line_of_a_language_replaces(void **state)
{
    (void)state;
    make("Subject: a\n\none two\n",
         load("bayes_stopword en one\nbayes_stopword en two\nbayes_stopword_languages en\n"));
    assert_true(has("w:one") && !has("w:two"));
    drop();
}

static void long_words_are_cut(void **state)
{
    (void)state;
    make("Subject: a\n\nincomprehensibility\n", load("bayes_max_token_length 15\n"));
    assert_true(has("w:incomprehens") && !has("w:incomprehensibility") && has("long:w"));
    drop();
    make("Subject: a\n\nincomprehensibility\n", load("bayes_max_token_length 30\n"));
    assert_true(has("w:incomprehensibility"));
    drop();
    make("Subject: a\n\nincomprehensibility\n", load("bayes_max_token_length 5\n"));
    assert_true(has("w:incom"));
    drop();
}

/* ---- problems */

static void broken_lines_say_what_to_write(void **state)
{
    static const struct {
        const char *lines;
        enum rule_problem_kind kind;
        const char *says;
    } cases[] = {
        { "bayes_ignore_header\n", RULE_ERROR, "names of fields" },
        { "bayes_token_sources header words\n", RULE_ERROR, "invisible" },
        { "bayes_stopword en\n", RULE_ERROR, "a pattern" },
        { "bayes_stopword en (a\nbayes_stopword_languages en\n", RULE_ERROR, "bayes_stopword_en: " },
        { "bayes_stopword_languages en\n", RULE_WARNING, "no bayes_stopword_en says" },
        { "bayes_stopword_languages english\n", RULE_ERROR, "two letters" },
        { "bayes_stopword en the\n", RULE_NOT_YET, "no bayes_stopword_languages asks for it" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        load(cases[i].lines);
        if (problems.first == NULL || problems.first->kind != cases[i].kind ||
            strstr(problems.first->text, cases[i].says) == NULL)
            fail_msg("case %zu: %s", i, problems.first ? problems.first->text : "no problem");
        assert_int_equal(loaded->n_stop, 0);
    }
}

/* Nothing else of SpamAssassin's is silently nothing. */
static void what_has_no_effect_says_why(void **state)
{
    static const char *const none[] = { "bayes_path", "bayes_sql_dsn", "bayes_use_hapaxes" };
    static const char *const some[] = { "use_bayes", "bayes_ignore_header", "bayes_min_ham_num",
                                        "bayes_auto_learn" };
    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
        assert_non_null(bayes_directive_why_not(slice_str(none[i])));
    for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++)
        assert_null(bayes_directive_why_not(slice_str(some[i])));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ignored_fields_are_not_seen), TEST(ignored_fields_are_whole_names),
        TEST(the_id_is_the_same),          TEST(sources_are_chosen),
        TEST(nothing_may_be_left),         TEST(stop_words_are_no_tokens),
        TEST(stop_words_are_whole_words),  TEST(long_words_are_not_tried),
        TEST(languages_are_chosen),        TEST(a_later_line_of_a_language_replaces),
        TEST(long_words_are_cut),          TEST(broken_lines_say_what_to_write),
        TEST(what_has_no_effect_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
