/* rule-condition-test.c - conditions and their nesting */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/rule-condition.h"

static void conditions_have_their_values(void **state)
{
    static const struct {
        const char *text;
        int value; /* -1: refused */
    } rows[] = {
        { "version >= 3.004002", 1 },
        { "version >= 4.000000", 1 },
        { "version < 4.000000", 0 },
        { "(version == 4.000001)", 1 },
        { "perl_version >= 5.010000", 1 },
        { "perl_version > 6", 0 },
        { "plugin(Mail::SpamAssassin::Plugin::Check)", 1 },
        { "plugin (Mail::SpamAssassin::Plugin::Check)", 1 },
        { "plugin(Mail::SpamAssassin::Plugin::NoSuchThing)", 0 },
        { "!plugin(Mail::SpamAssassin::Plugin::NoSuchThing)", 1 },
        { "can(Mail::SpamAssassin::Conf::feature_bug6558_free)", 1 },
        { "can(Mail::SpamAssassin::Conf::feature_nobody_has)", 0 },
        { "has(Mail::SpamAssassin::Plugin::X::has_y) || version > 3", 1 },
        { "plugin(Mail::SpamAssassin::Plugin::DCC)", 0 },
        { "plugin(Mail::SpamAssassin::Plugin::WhiteListSubject)", 1 },
        { "!plugin(Mail::SpamAssassin::Plugin::DKIM)||plugin(DKIM)", 0 },
        { "can(Mail::SpamAssassin::Conf::compat_welcomelist_blocklist)", 1 },
        { "can(Mail::SpamAssassin::Conf::compat_other)", 0 },
        { "can(Mail::SpamAssassin::Plugin::BodyEval::has_check_body_length)", 1 },
        { "can(Mail::SpamAssassin::Plugin::ASN::has_check_asn)", 0 },
        { "can(Mail::SpamAssassin::Plugin::BodyEval)", 0 },
        { "can(Mail::SpamAssassin::Plugin::BodyEval::check_body_length)", 0 },
        { "has(Mail::SpamAssassin::Plugin::DKIM::check_dkim_valid)", 1 },
        { "has(Mail::SpamAssassin::Plugin::SPF::check_dkim_valid)", 0 },
        { "has(Mail::SpamAssassin::Plugin::DKIM::check_nothing)", 0 },
        { "has(Mail::SpamAssassin::Plugin::Test::check_test_plugin)", 1 },
        { "has(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_false)", 1 },
        { "can(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_false)", 0 },
        { "can(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_true)", 1 },
        { "has(Mail::SpamAssassin::Plugin::Test::nothing)", 0 },
        { "local_tests_only", 1 },
        { "1", 1 },
        { "0", 0 },
        { "", -1 },
        { "plugin(", -1 },
        { "nonsense", -1 },
        { "system(reboot)", -1 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct arena a;
        struct err e;
        struct plugins plugins;
        arena_init(&a, 1 << 20);
        plugins_init(&plugins, &a);
        plugins_default(&plugins);
        assert_true(plugins_load(&plugins, SLICE("Mail::SpamAssassin::Plugin::Test")));
        int value = condition_value(&a, &plugins, slice_str(rows[i].text), &e);
        if (value != rows[i].value)
            fail_msg("%s is %d, not %d", rows[i].text, value, rows[i].value);
        arena_deinit(&a);
    }
}

/* 1 and 0: if; e: else; n: endif; the second string has what is active behind each step */
static void check_nesting(const char *steps, const char *active)
{
    struct condition_stack s = { .depth = 0 };
    for (size_t i = 0; steps[i]; i++) {
        if (steps[i] == 'e')
            assert_int_equal(condition_else(&s), 0);
        else if (steps[i] == 'n')
            assert_int_equal(condition_endif(&s), 0);
        else
            condition_if(&s, steps[i] == '1', 1);
        if (condition_active(&s) != (active[i] == '+'))
            fail_msg("%s step %zu", steps, i);
    }
}

static void nested_conditions(void **state)
{
    check_nesting("1n", "++");
    check_nesting("0n", "-+");
    check_nesting("1en", "+-+");
    check_nesting("0en", "-++");
    check_nesting("11n0enn", "+++-+++");
    /* else of an if inside a false one stays false */
    check_nesting("00enen", "----++");
    check_nesting("01enn", "----+");
}

static void else_and_endif_need_an_if(void **state)
{
    struct condition_stack s = { .depth = 0 };
    assert_int_equal(condition_else(&s), -1);
    assert_int_equal(condition_endif(&s), -1);
    condition_if(&s, true, 1);
    assert_int_equal(condition_else(&s), 0);
    assert_int_equal(condition_else(&s), -1);
    assert_false(condition_active(&s));
}

static void too_deep_is_false_and_closes_again(void **state)
{
    struct condition_stack s = { .depth = 0 };
    for (int i = 0; i < 1000; i++)
        condition_if(&s, true, 1);
    assert_false(condition_active(&s));
    assert_int_equal(condition_else(&s), 0);
    assert_false(condition_active(&s));
    for (int i = 0; i < 1000 - IF_DEPTH_MAX; i++)
        assert_int_equal(condition_endif(&s), 0);
    assert_true(condition_active(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_have_their_values),
        cmocka_unit_test(nested_conditions),
        cmocka_unit_test(else_and_endif_need_an_if),
        cmocka_unit_test(too_deep_is_false_and_closes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
