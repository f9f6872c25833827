/* rule-file-test.c - lines, comments, includes, loops, limits; which files a path means */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/rule-file.h"
#include "scoring/rule-path.h"
#include "scoring/test-files.h"

struct fixture {
    struct arena arena;
    struct rule_problems problems;
    struct rule_reader reader;
    struct test_dir dir;
    struct buf seen; /* "line:text|" each, "." where a file ends */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    arena_init(&f->arena, 256 << 20);
    rule_problems_init(&f->problems, &f->arena);
    rule_reader_init(&f->reader, &f->arena, &f->problems);
    f->dir = test_dir_new();
    buf_init(&f->seen, 1 << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_dir_free(&f->dir);
    arena_deinit(&f->arena);
    buf_deinit(&f->seen);
    free(f);
    return 0;
}

static int read_all(struct fixture *f, struct err *e)
{
    struct rule_line line;
    enum rule_read got;
    while ((got = rule_reader_next(&f->reader, &line)) != RULE_READ_DONE) {
        if (got == RULE_READ_FILE_END) {
            buf_add_str(&f->seen, ".");
            continue;
        }
        static const struct slice include = SLICE_INIT("include ");
        if (slice_starts(line.text, include)) {
            if (rule_reader_include(&f->reader, slice_from(line.text, include.n), e) < 0)
                return -1;
        } else
            buf_printf(&f->seen, "%u:%.*s|", line.line, SLICE_ARG(line.text));
    }
    return 0;
}

static const char *lines_of(struct fixture *f, struct slice text)
{
    struct err e;
    buf_reset(&f->seen);
    rule_reader_open_text(&f->reader, "memory", text);
    assert_int_equal(read_all(f, &e), 0);
    return f->seen.n ? f->seen.p : "";
}

static void comments_and_blanks_are_taken_off(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(lines_of(f, SLICE("")), ".");
    assert_string_equal(lines_of(f, SLICE("a b\n")), "1:a b|.");
    assert_string_equal(lines_of(f, SLICE("a")), "1:a|.");
    assert_string_equal(lines_of(f, SLICE("# no\n\n  \t\n a # b\n#\n")), "4:a|.");
    assert_string_equal(lines_of(f, SLICE("a\\#b # c\n")), "1:a#b|.");
    assert_string_equal(lines_of(f, SLICE("a\\\\#b\n")), "1:a\\#b|.");
    assert_string_equal(lines_of(f, SLICE("a\\b#\\#\n")), "1:a\\b|.");
    assert_string_equal(lines_of(f, SLICE("a\r\n  b\r\n")), "1:a|2:b|.");
    assert_string_equal(lines_of(f, SLICE("a \\\n b\n")), "1:a \\|2:b|.");
}

static void a_long_line_is_a_problem_and_left_out(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    buf_init_in(&text, &f->arena, 1 << 20);
    buf_add_str(&text, "a\n");
    for (int i = 0; i < LINE_BYTES_MAX; i++)
        buf_add_char(&text, 'x');
    buf_add_str(&text, "\nb\n");
    assert_string_equal(lines_of(f, buf_slice(&text)), "1:a|3:b|.");
    assert_int_equal(f->problems.n, 1);
    assert_int_equal(f->problems.first->line, 2);
    assert_string_equal(f->problems.first->file, "memory");
}

static void include_is_relative_and_in_place(void **state)
{
    struct fixture *f = *state;
    struct err e;
    mkdir(test_path(&f->dir, "sub"), 0700);
    test_file(&f->dir, "a.cf", "one\ninclude sub/b.cf\ntwo\n");
    test_file(&f->dir, "sub/b.cf", "three\ninclude c.cf\nfour\n");
    test_file(&f->dir, "sub/c.cf", "five\n");
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "a.cf"), &e), 0);
    assert_int_equal(read_all(f, &e), 0);
    assert_string_equal(f->seen.p, "1:one|1:three|1:five|.3:four|.3:two|.");
    assert_int_equal(f->reader.files, 3);
}

static void include_loop_is_refused_by_name(void **state)
{
    struct fixture *f = *state;
    struct err e;
    test_file(&f->dir, "a.cf", "include b.cf\n");
    test_file(&f->dir, "b.cf", "x\ninclude ./a.cf\n");
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "a.cf"), &e), 0);
    assert_int_equal(read_all(f, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "b.cf line 2: include "));
    assert_non_null(strstr(e.text, "a loop"));
}

static void include_depth_is_limited(void **state)
{
    struct fixture *f = *state;
    struct err e;
    for (int i = 0; i <= INCLUDE_DEPTH_MAX; i++) {
        char name[20], text[40];
        snprintf(name, sizeof(name), "%d.cf", i);
        snprintf(text, sizeof(text), "include %d.cf\n", i + 1);
        test_file(&f->dir, name, text);
    }
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "0.cf"), &e), 0);
    assert_int_equal(read_all(f, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
}

static void what_cannot_be_read_is_refused(void **state)
{
    struct fixture *f = *state;
    struct err e;
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "missing.cf"), &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_int_equal(rule_reader_open(&f->reader, f->dir.path, &e), -1);
    assert_int_equal(rule_reader_open(&f->reader, "/dev/zero", &e), -1);
    test_file(&f->dir, "big.cf", "");
    assert_int_equal(truncate(test_path(&f->dir, "big.cf"), FILE_BYTES_MAX + 1), 0);
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "big.cf"), &e), -1);
    assert_non_null(strstr(e.text, "larger than"));
    test_file(&f->dir, "a.cf", "include missing.cf\n");
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "a.cf"), &e), 0);
    assert_int_equal(read_all(f, &e), -1);
    assert_non_null(strstr(e.text, "a.cf line 1: include "));
}

static void skipping_a_file_ends_it(void **state)
{
    struct fixture *f = *state;
    struct rule_line line;
    rule_reader_open_text(&f->reader, "memory", SLICE("a\nb\nc\n"));
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_LINE);
    rule_reader_skip_file(&f->reader);
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_FILE_END);
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_DONE);
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_DONE);
}

static const char *paths_with(struct fixture *f, struct err *e, size_t n, const char *const *v,
                              const char *updates)
{
    struct conf_list list = { v, n };
    struct rule_paths found;
    buf_reset(&f->seen);
    if (rule_paths_find(&found, &f->arena, &list, updates, e) < 0)
        return NULL;
    for (size_t i = 0; i < found.n; i++)
        buf_printf(&f->seen, "%s ", found.v[i] + strlen(f->dir.path) + 1);
    return f->seen.n ? f->seen.p : "";
}

static const char *paths(struct fixture *f, struct err *e, size_t n, const char *const *v)
{
    return paths_with(f, e, n, v, NULL);
}

static void files_come_pre_first_then_by_name(void **state)
{
    struct fixture *f = *state;
    struct err e;
    mkdir(test_path(&f->dir, "1"), 0700);
    mkdir(test_path(&f->dir, "2"), 0700);
    mkdir(test_path(&f->dir, "1/dir.cf"), 0700);
    test_file(&f->dir, "1/20_b.cf", "");
    test_file(&f->dir, "1/20_a.cf", "");
    test_file(&f->dir, "1/Z.CF", "");
    test_file(&f->dir, "1/.hidden.cf", "");
    test_file(&f->dir, "1/20_a.cf~", "");
    test_file(&f->dir, "1/README", "");
    test_file(&f->dir, "1/v.pre", "");
    test_file(&f->dir, "2/a.cf", "");
    test_file(&f->dir, "2/init.pre", "");
    test_file(&f->dir, "own.txt", "");
    char one[300], two[300], own[300];
    snprintf(one, sizeof(one), "%s", test_path(&f->dir, "1"));
    snprintf(two, sizeof(two), "%s", test_path(&f->dir, "2"));
    snprintf(own, sizeof(own), "%s", test_path(&f->dir, "own.txt"));
    const char *const v[] = { one, own, two };
    assert_string_equal(paths(f, &e, 3, v), "1/v.pre 2/init.pre 1/20_a.cf 1/20_b.cf 1/Z.CF own.txt 2/a.cf ");
    assert_string_equal(paths(f, &e, 0, NULL), "");
}

static void a_path_that_is_not_there_is_refused(void **state)
{
    struct fixture *f = *state;
    struct err e;
    char missing[300];
    snprintf(missing, sizeof(missing), "%s", test_path(&f->dir, "no"));
    const char *const v[] = { missing };
    assert_null(paths(f, &e, 1, v));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, missing));
    assert_int_equal(symlink("/nowhere", test_path(&f->dir, "broken.cf")), 0);
    const char *const w[] = { f->dir.path };
    assert_null(paths(f, &e, 1, w));
}

static void the_newest_update_is_read_in_place_of_the_stock_rules(void **state)
{
    struct fixture *f = *state;
    struct err e;
    static const char *const names[] = { "3.004006", "4.000001", "4.00001", "backup.000001", "10.000" };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        mkdir(test_path(&f->dir, names[i]), 0700);
    test_file(&f->dir, "3.004006/old.cf", "");
    test_file(&f->dir, "4.000001/a_channel.cf", "");
    test_file(&f->dir, "4.000001/updates_spamassassin_org.cf", "");
    const char *const v[] = { SPAMASSASSIN_RULES };
    assert_string_equal(paths_with(f, &e, 1, v, f->dir.path),
                        "4.000001/updates_spamassassin_org.cf 4.000001/a_channel.cf ");
}

static void a_file_is_read_once(void **state)
{
    struct fixture *f = *state;
    struct err e;
    test_file(&f->dir, "a.cf", "one\n");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "a.cf"), &e), 0);
        assert_int_equal(read_all(f, &e), 0);
    }
    assert_string_equal(f->seen.p, "1:one|..");
}

static void files_below_a_stock_directory_are_not_the_sites(void **state)
{
    struct fixture *f = *state;
    struct rule_line line;
    struct err e;
    char stock[300];
    snprintf(stock, sizeof(stock), "%s", test_path(&f->dir, "stock"));
    const char *const v[] = { "/nowhere", stock };
    const struct conf_list list = { v, 2 };
    mkdir(stock, 0700);
    test_file(&f->dir, "stock/a.cf", "x\n");
    test_file(&f->dir, "stock.cf", "x\n");
    f->reader.stock = &list;
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "stock/a.cf"), &e), 0);
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_LINE);
    assert_int_equal(line.origin, ORIGIN_STOCK);
    assert_int_equal(rule_reader_open(&f->reader, test_path(&f->dir, "stock.cf"), &e), 0);
    assert_int_equal(rule_reader_next(&f->reader, &line), RULE_READ_LINE);
    assert_int_equal(line.origin, ORIGIN_SITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comments_and_blanks_are_taken_off, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_line_is_a_problem_and_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(include_is_relative_and_in_place, setup, teardown),
        cmocka_unit_test_setup_teardown(include_loop_is_refused_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(include_depth_is_limited, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(skipping_a_file_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(files_come_pre_first_then_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(the_newest_update_is_read_in_place_of_the_stock_rules, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_is_read_once, setup, teardown),
        cmocka_unit_test_setup_teardown(files_below_a_stock_directory_are_not_the_sites, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
