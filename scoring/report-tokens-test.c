/* report-tokens-test.c - tags of the classifier's tokens */
#include "config.h"
#include "scoring/bayes.h"
#include "scoring/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include "scoring/rule.h"
#include "scoring/test-message.h"

static const char spam[] = "From: Casino <win@casino.example>\nSubject: FREE spins\n\nClaim a bonus now\n";
static const char ham[] = "From: Ann <ann@example.org>\nSubject: lunch\n\nShall we meet at noon?\n";
static const char fresh[] = "From: Ann <ann@example.org>\nSubject: FREE spins\n\nelephants\n";

static struct arena arena;
static struct bayes_block *block;
static struct ruleset *set;
static struct test_message *message;
static struct check check;
static struct report report;
static struct bayes_result said;

static void learn(const char *text, bool is_spam, int times)
{
    struct test_message *t = test_message_new(slice_str(text), NULL);
    struct features f;
    features_make(&f, &t->arena, &t->m, NULL, NULL);
    struct bayes_features list = bayes_features_of(&f);
    while (times-- > 0)
        bayes_learn(block, &list, is_spam, 1);
    test_message_free(t);
}

static int set_up(void **state)
{
    static const struct scoring_options o = { .rules_max = 100 };
    struct err e;
    (void)state;
    message_warm();
    arena_init(&arena, 64 << 20);
    block = calloc(1, BAYES_BYTES);
    bayes_init(block);
    learn(spam, true, 10);
    learn(ham, false, 10);
    set = ruleset_load_text(&o, SLICE("body A /a/\n"), "t.cf", &arena, NULL, &e);
    assert_non_null(set);
    message = test_message_new(slice_str(fresh), NULL);
    said = (struct bayes_result){ .known = true, .probability = 0.5 };
    check = (struct check){ .set = set, .m = &message->m, .bayes = block, .bayes_result = &said };
    report = (struct report){ .a = &message->arena, .set = set, .m = &message->m, .check = &check };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_message_free(message);
    ruleset_free(&set);
    free(block);
    arena_deinit(&arena);
    return 0;
}

static const char *fill(const char *text)
{
    struct buf b;
    buf_init_in(&b, &arena, 100000);
    report_fill(&report, &b, slice_str(text));
    return arena_str(&arena, buf_slice(&b));
}

static unsigned long number(const char *tag)
{
    return strtoul(fill(tag), NULL, 10);
}

static void counts_add_up(void **state)
{
    unsigned long all = number("_BAYESTC_"), learned = number("_BAYESTCLEARNED_"),
                  spammy = number("_BAYESTCSPAMMY_"), hammy = number("_BAYESTCHAMMY_");
    (void)state;
    assert_true(spammy > 2 && hammy > 2 && spammy + hammy <= learned && learned < all);
    const char *expected = arena_printf(&arena, "Tokens: new, %lu; hammy, %lu; neutral, %lu; spammy, %lu.",
                                        all - learned, hammy, learned - hammy - spammy, spammy)
                               .p;
    assert_string_equal(fill("_TOKENSUMMARY_"), expected);
}

static size_t pieces(const char *text)
{
    size_t n = *text != 0;
    for (; (text = strstr(text, ", ")) != NULL; text += 2)
        n++;
    return n;
}

static void lists_are_as_long_as_asked(void **state)
{
    (void)state;
    assert_int_equal(pieces(fill("_SPAMMYTOKENS_")), 5);
    assert_int_equal(pieces(fill("_HAMMYTOKENS()_")), 5);
    assert_int_equal(pieces(fill("_HAMMYTOKENS(0)_")), 5);
    assert_int_equal(pieces(fill("_HAMMYTOKENS(2)_")), 2);
    assert_int_equal(pieces(fill("_HAMMYTOKENS(1,short)_")), 1);
    assert_int_equal(pieces(fill("_SPAMMYTOKENS(1000,short)_")), number("_BAYESTCSPAMMY_"));
    assert_string_equal(fill("_SPAMMYTOKENS(,short)_"), "");
    assert_string_equal(fill("_SPAMMYTOKENS(x)_"), "");
}

/* What a token looks like in each format; which it is and how much it says is the classifier's. */
static void formats_are_spamassassins(void **state)
{
    (void)state;
    const char *t = fill("_SPAMMYTOKENS(1,short)_"), *compact = fill("_SPAMMYTOKENS(1,compact)_");
    struct slice p = slice_sub(slice_str(compact), 0, 5), d = slice_sub(slice_str(compact), 6, 1);
    const struct {
        const char *tag;
        struct slice text;
    } cases[] = {
        { "_SPAMMYTOKENS(1,compact)_", arena_printf(&arena, "%.*s-%.*s--%s", SLICE_ARG(p), SLICE_ARG(d), t) },
        { "_SPAMMYTOKENS(1)_", slice_str(compact) },
        { "_SPAMMYTOKENS(1,Short)_", arena_printf(&arena, "Token: \"%s\"", t) },
        { "_SPAMMYTOKENS(1,medium)_",
          arena_printf(&arena, "%.*s-%.*s-+--%s", SLICE_ARG(p), SLICE_ARG(d), t) },
        { "_SPAMMYTOKENS(1,Compact)_",
          arena_printf(&arena,
                       "Probability %.*s -declassification distance %.*s (\"+\" means > 9) --token: \"%s\"",
                       SLICE_ARG(p), SLICE_ARG(d), t) },
    };
    assert_true(strncmp(p.p, "0.9", 3) == 0 && strchr(t, ':') > t && strchr(t, ',') == NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_string_equal(fill(cases[i].tag), cases[i].text.p);
    const char *line = fill("_SPAMMYTOKENS(1,long)_");
    assert_true(strncmp(line, p.p, p.n) == 0 && strstr(line, "--0h-10s--?d--"));
    line = fill("_HAMMYTOKENS(1,Long)_");
    assert_non_null(strstr(line, "--in 10 ham messages -and 0 spam messages --? days old--token:\""));
    assert_non_null(strstr(fill("_HAMMYTOKENS(1,tiny)_"), "Invalid format, must be one of: short,"));
}

/* Bytes of a message end no field. */
static void control_characters_are_not_shown(void **state)
{
    static const char odd[] = "From: a@b.example\nX-Odd: =?us-ascii?q?a=0Ab=01c?=\n\nbody\n";
    (void)state;
    learn(odd, true, 10);
    test_message_free(message);
    message = test_message_new(slice_str(odd), NULL);
    check.m = report.m = &message->m;
    report.a = &message->arena;
    const char *all = fill("_SPAMMYTOKENS(50,short)_");
    for (const char *p = all; *p; p++)
        assert_true((unsigned char)*p >= ' ');
    assert_non_null(strstr(all, "x-odd:"));
}

static void without_an_opinion_there_is_nothing(void **state)
{
    (void)state;
    said.known = false;
    assert_string_equal(fill("_TOKENSUMMARY_|_HAMMYTOKENS_|_BAYESTC_|_BAYESTCLEARNED_|_BAYESTCHAMMY_"),
                        "Bayes not run.|Tokens not available.|||0");
    report.evidence = NULL;
    check.bayes_result = NULL;
    assert_string_equal(fill("_TOKENSUMMARY_|_HAMMYTOKENS_|_BAYESTC_|_BAYESTCHAMMY_"), "|||");
    report.check = NULL;
    assert_string_equal(fill("_TOKENSUMMARY_|_SPAMMYTOKENS(3,short)_|_BAYESTC_"), "||");
}

/* A token is so many messages away from saying nothing. */
static void distance_is_how_many_more(void **state)
{
    struct bayes_token t;
    struct bayes_features one = { .n_tokens = 1 };
    const uint64_t feature = feature_of(SLICE("w"), SLICE("bonus"));
    unsigned n = 0;
    (void)state;
    assert_true(bayes_token_find(block, feature, &t));
    unsigned distance = bayes_token_distance(block, &t);
    assert_true(distance >= 1 && distance < 100);
    one.tokens = &feature;
    for (; bayes_token_distance(block, &t) > 0; n++) {
        uint32_t ham_before = block->learned.ham;
        bayes_learn(block, &one, false, 1);
        block->learned.ham = ham_before; /* the same weight of each */
        bayes_token_find(block, feature, &t);
    }
    assert_int_equal(n, distance);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counts_add_up),
        TEST(lists_are_as_long_as_asked),
        TEST(formats_are_spamassassins),
        TEST(control_characters_are_not_shown),
        TEST(without_an_opinion_there_is_nothing),
        TEST(distance_is_how_many_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
