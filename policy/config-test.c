/* config-test.c - the schema of tamis.conf: names are unique, defaults are those of the design, a file is
 * read */
#include "policy/test-fixture.h"

#include "policy/config.h"

static const struct conf_option *row_of(const char *name)
{
    for (size_t s = 0; s < config_schema.n; s++)
        for (size_t i = 0; i < config_schema.sections[s].n; i++)
            if (strcmp(config_schema.sections[s].rows[i].name, name) == 0)
                return &config_schema.sections[s].rows[i];
    return NULL;
}

static void every_row_is_complete_and_its_name_unique(void **state)
{
    size_t n = 0;
    for (size_t s = 0; s < config_schema.n; s++) {
        const struct conf_section *section = &config_schema.sections[s];
        assert_true(section->n > 0);
        assert_true(section->roles != 0);
        for (size_t i = 0; i < section->n; i++, n++) {
            const struct conf_option *row = &section->rows[i];
            assert_ptr_equal(row_of(row->name), row);
            assert_non_null(row->def);
            size_t help = strlen(row->help);
            assert_true(help > 10 && row->help[help - 1] == '.');
        }
    }
    assert_true(n > 40);
}

static void names_that_others_rely_on_are_there(void **state)
{
    static const char *const names[] = { "milter_listen",
                                         "state_directory",
                                         "runtime_directory",
                                         "rules_path",
                                         "required_score",
                                         "reject_score",
                                         "workers",
                                         "log",
                                         "mode" };
    for (size_t i = 0; i < ROWS_OF(names); i++)
        if (row_of(names[i]) == NULL)
            fail_msg("no option %s", names[i]);
}

static void defaults_are_those_of_the_verdict_table(void **state)
{
    static const struct {
        const char *name, *value;
    } cases[] = {
        { "required_score", "5" },
        { "reject_score", "15" },
        { "action_bad_header", "pass" },
        { "action_spammy", "tag" },
        { "action_spam", "reject" },
        { "action_unchecked_encrypted", "tag" },
        { "action_unchecked", "quarantine" },
        { "action_unchecked_fault", "tempfail" },
        { "action_banned", "quarantine" },
        { "action_virus", "reject" },
        { "mode", "enforce" },
        { "fault_age", "4h" },
    };
    struct arena a;
    struct config c;
    arena_init(&a, 1 << 20);
    conf_defaults(&config_schema, &a, &c);
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct buf b;
        buf_init_in(&b, &a, 1000);
        assert_true(conf_value(&config_schema, &c, cases[i].name, &b));
        assert_string_equal(b.p, cases[i].value);
    }
    arena_deinit(&a);
}

static void every_class_with_a_group_has_its_option(void **state)
{
    for (int c = 0; c < CLASS_COUNT; c++) {
        char name[100];
        if (verdict_classes[c].group == NULL)
            continue;
        snprintf(name, sizeof(name), "action_%s", verdict_classes[c].group);
        const struct conf_option *row = row_of(name);
        assert_non_null(row);
        /* and the decision reads that option: its value decides about the class */
        struct policy_options o;
        for (int action = 0; action < ACTION_COUNT; action++) {
            memset(&o, 0, sizeof(o));
            *(int *)((char *)&o + row->at) = action;
            assert_int_equal(verdict_action_of((enum verdict_class)c, &o, false), action);
        }
    }
}

static void a_file_is_read_and_a_role_gets_only_its_own(void **state)
{
    struct arena a;
    struct config c, back;
    struct err e;
    struct buf b;
    const struct conf_source source = { .text = SLICE("mode = observe\nmilter_listen = inet:127.0.0.1:8891\n"
                                                      "workers = 3\nremove_headers = X-Spam-*, X-Mine\n") };
    arena_init(&a, 4 << 20);
    assert_int_equal(conf_load(&config_schema, &source, &a, &c, &e), 0);
    assert_int_equal(c.policy.mode, MODE_OBSERVE);
    assert_string_equal(c.service.milter_listen, "inet:127.0.0.1:8891");
    assert_int_equal(c.engine.workers, 3);
    assert_int_equal(c.policy.remove_headers.n, 2);
    buf_init_in(&b, &a, 1 << 20);
    conf_write(&config_schema, &c, ROLE_LOADER, &b);
    assert_null(strstr(b.p, "milter_listen"));
    assert_non_null(strstr(b.p, "workers = 3\n"));
    const struct conf_source again = { .text = buf_slice(&b) };
    assert_int_equal(conf_load(&config_schema, &again, &a, &back, &e), 0);
    assert_int_equal(back.engine.workers, 3);
    assert_int_equal(back.policy.mode, MODE_ENFORCE);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete_and_its_name_unique),
        cmocka_unit_test(names_that_others_rely_on_are_there),
        cmocka_unit_test(defaults_are_those_of_the_verdict_table),
        cmocka_unit_test(every_class_with_a_group_has_its_option),
        cmocka_unit_test(a_file_is_read_and_a_role_gets_only_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
