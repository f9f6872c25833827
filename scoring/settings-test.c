/* settings-test.c - directives that are no rule's: spellings, order, values */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "scoring/settings.h"

static struct arena arena;
static struct settings settings;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    settings_init(&settings, &arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static void say(const char *name, const char *value)
{
    struct slice ending;
    struct setting_line line = { .row = settings_find(&settings, slice_str(name), &ending),
                                 .value = slice_str(value) };
    assert_non_null(line.row);
    settings_add(&settings, &arena, &line);
}

static void every_spelling_is_there_once(void **state)
{
    (void)state;
    struct slice ending;
    for (size_t i = 0; i < setting_rows_n; i++) {
        assert_ptr_equal(settings_find(&settings, slice_str(setting_rows[i].name), &ending),
                         &setting_rows[i]);
        assert_int_equal(ending.n, 0);
    }
    assert_null(settings_find(&settings, SLICE("no_such_thing"), &ending));
}

static void old_spellings_arrive_under_the_new_name(void **state)
{
    (void)state;
    static const char *const pairs[][2] = { { "whitelist_from", "welcomelist_from" },
                                            { "blacklist_to", "blocklist_to" },
                                            { "def_whitelist_auth", "def_welcomelist_auth" },
                                            { "whitelist_subject", "welcomelist_subject" },
                                            { "required_hits", "required_score" } };
    struct slice ending;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        assert_string_equal(settings_find(&settings, slice_str(pairs[i][0]), &ending)->name, pairs[i][1]);
}

static void names_that_go_on(void **state)
{
    (void)state;
    struct slice ending;
    assert_string_equal(settings_find(&settings, SLICE("bayes_stopword_de"), &ending)->name,
                        "bayes_stopword");
    assert_true(slice_eq(ending, SLICE("de")));
    assert_string_equal(settings_find(&settings, SLICE("bayes_stopword_languages"), &ending)->name,
                        "bayes_stopword_languages");
    assert_int_equal(ending.n, 0);
    assert_null(settings_find(&settings, SLICE("bayes_stopword_"), &ending));
}

static void lines_keep_their_order(void **state)
{
    (void)state;
    say("trusted_networks", "10/8");
    say("ok_locales", "en");
    say("clear_trusted_networks", "");
    say("trusted_networks", "192.168/16");
    const struct setting_line *l = settings_first(&settings, SETTING_TRUST);
    assert_true(setting_is(l, "trusted_networks") && slice_eq(l->value, SLICE("10/8")));
    l = l->next;
    assert_true(setting_is(l, "clear_trusted_networks"));
    assert_ptr_equal(l->next, settings_last(&settings, SETTING_TRUST, "trusted_networks"));
    assert_null(l->next->next);
    assert_null(settings_first(&settings, SETTING_BAYES));
}

static void the_last_valid_value_counts(void **state)
{
    (void)state;
    assert_true(settings_bool(&settings, SETTING_TEXT, "normalize_charset", true));
    say("normalize_charset", "No");
    say("normalize_charset", "perhaps");
    assert_false(settings_bool(&settings, SETTING_TEXT, "normalize_charset", true));
    say("body_part_scan_size", "+7");
    say("body_part_scan_size", "8k");
    say("body_part_scan_size", "");
    assert_float_equal(settings_number(&settings, SETTING_TEXT, "body_part_scan_size", 1), 7, 0);
    assert_float_equal(settings_number(&settings, SETTING_TEXT, "rawbody_part_scan_size", 1), 1, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_spelling_is_there_once),
        TEST(old_spellings_arrive_under_the_new_name),
        TEST(names_that_go_on),
        TEST(lines_keep_their_order),
        TEST(the_last_valid_value_counts),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
