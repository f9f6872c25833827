/* bayes-import-test.c - backups of sa-learn's, good ones and others */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "keeper/bayes-import.h"

#define BEGIN "v\t3\tdb_version # this must be the first line!!!\nv\t9\tnum_spam\nv\t7\tnum_nonspam\n"

static struct bayes_block *block;

static int set_up(void **state)
{
    block = calloc(1, BAYES_BYTES);
    assert_non_null(block);
    bayes_init(block);
    return 0;
}

static int tear_down(void **state)
{
    free(block);
    return 0;
}

static int import(const char *text, struct bayes_imported *done, struct err *e)
{
    FILE *f = fmemopen((void *)text, strlen(text), "r");
    assert_non_null(f);
    int result = bayes_import_sa(f, block, done, NULL, e);
    fclose(f);
    return result;
}

static void a_backup_is_taken_over(void **state)
{
    struct bayes_imported done;
    struct bayes_token t;
    struct err e;
    assert_int_equal(import(BEGIN "t\t5\t0\t1031930397\t71f9451190\nt\t-1\t4\t1\t0011223344\n"
                                  "t\t0\t0\t1\t5566778899\ns\th\tabc@sa_generated\nx\tunheard\n",
                            &done, &e),
                     0);
    assert_true(done.spam == 9 && done.ham == 7 && done.tokens == 3 && done.used == 2 && done.seen == 1);
    assert_true(block->imported.spam == 9 && block->learned.ham == 7 && bayes_wants_sa(block));
    bayes_sa_find(block, 0x71f9451190, &t);
    assert_true(t.spam == 5 && t.ham == 0);
    bayes_sa_find(block, 0x0011223344, &t);
    assert_true(t.spam == 0 && t.ham == 4);
}

static void words_of_version_2_are_hashed(void **state)
{
    struct bayes_imported done;
    struct bayes_token t;
    struct err e;
    assert_int_equal(
        import("v 2 db_version\nv 9 num_spam\nv 7 num_nonspam\nt 5 1 1031930397 pills\n", &done, &e), 0);
    bayes_sa_find(block, 0x71f9451190, &t);
    assert_true(t.spam == 5 && t.ham == 1);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "\n", "line 1: empty" },
        { "t\t5\t0\t1\t71f9451190\n", "line 1: the version is not the first" },
        { "v\t9\tnum_spam\n", "line 1: the version is not the first" },
        { "v\t4\tdb_version\n", "line 1: of a version" },
        { "v\tx\tdb_version\n", "line 1: neither a version" },
        { BEGIN "t\t5\t0\n", "line 4: a token without its three numbers" },
        { BEGIN "t\t5\t0\tx\t71f9451190\n", "line 4: a token without its three numbers" },
        { BEGIN "t\t5\t4294967296\t1\t71f9451190\n", "line 4: a token without its three numbers" },
        { BEGIN "t\t5\t0\t1\t71f945119\n", "line 4: a token that is not ten" },
        { BEGIN "t\t5\t0\t1\t71f945119g\n", "line 4: a token that is not ten" },
        { BEGIN "t\t5\t0\t1\t71f9451190", "line 4: the end of the file is missing" },
        { "v\t3\tdb_version\nv\t9\tnum_spam\n", "no ham was learned" },
        { "v\t3\tdb_version\nv\t0\tnum_spam\nv\t7\tnum_nonspam\n", "no spam was learned" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bayes_imported done;
        struct err e = { .kind = 0 };
        assert_int_equal(import(cases[i].text, &done, &e), -1);
        assert_int_equal(e.kind, ERR_INPUT);
        if (strstr(e.text, cases[i].says) == NULL)
            fail_msg("case %zu says \"%s\"", i, e.text);
        assert_int_equal(block->imported.spam, 0);
    }
}

static void a_long_line_is_refused(void **state)
{
    struct bayes_imported done;
    struct err e;
    char text[6000];
    memset(text, 'x', sizeof(text));
    memcpy(text, BEGIN, sizeof(BEGIN) - 1);
    memcpy(text + sizeof(text) - 2, "\n", 2);
    assert_int_equal(import(text, &done, &e), -1);
    assert_non_null(strstr(e.text, "line 4: longer"));
}

static void there_is_one_import(void **state)
{
    struct bayes_imported done;
    struct err e;
    assert_int_equal(import(BEGIN, &done, &e), 0);
    assert_int_equal(import(BEGIN, &done, &e), -1);
    assert_non_null(strstr(e.text, "would count twice"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_backup_is_taken_over),
        TEST(words_of_version_2_are_hashed),
        TEST(what_is_wrong_is_said_with_its_line),
        TEST(a_long_line_is_refused),
        TEST(there_is_one_import),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
