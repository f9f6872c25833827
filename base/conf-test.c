/* conf-test.c - files that are good, files that are not, and the way there and back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/conf-sample.h"

static struct arena arena;
static struct buf told;

static int begin(void **state)
{
    arena_init(&arena, 16 << 20);
    buf_init(&told, 1 << 20);
    return 0;
}

static int end(void **state)
{
    buf_deinit(&told);
    arena_deinit(&arena);
    return 0;
}

static void tell(void *ctx, const char *file, unsigned line, const char *text)
{
    buf_printf(&told, "%s:%u: %s\n", file, line, text);
}

static int load(struct slice text, struct all *c, struct err *e)
{
    struct conf_source source = { .text = text, .report = tell };
    memset(e, 0, sizeof(*e));
    buf_reset(&told);
    return conf_load(&schema, &source, &arena, c, e);
}

static void must_load(struct slice text, struct all *c)
{
    struct err e;
    if (load(text, c, &e) != 0)
        fail_msg("%s", e.text);
}

static void defaults_come_from_the_rows(void **state)
{
    struct all c;
    memset(&c, 0xff, sizeof(c));
    conf_defaults(&schema, &arena, &c);
    assert_false(c.first.flag);
    assert_int_equal(c.first.count, 50);
    assert_int_equal(c.first.wait, 30000);
    assert_int_equal(c.first.size, 1 << 20);
    assert_true(c.first.score == 5);
    assert_int_equal(c.first.color, COLOR_RED);
    assert_string_equal(c.second.text, "");
    assert_string_equal(c.second.path, "/var/lib/x");
    assert_int_equal(c.second.words.n, 2);
    assert_string_equal(c.second.words.v[1], "b");
    assert_int_equal(c.second.paths.n, 0);
}

static void reads_every_type(void **state)
{
    struct all c;
    must_load(SLICE("flag = yes\r\n"
                    "max_count=7\n"
                    "wait_time = 1500ms\n"
                    "max_size = 2K\n"
                    "required_score = -4.5\n"
                    "color = Blue\n"
                    "text = # a = b, \"c\"  d\n"
                    "state_directory = /a b/c\n"
                    "words =\ta ,b\tc\n"
                    "paths = /x,/y"),
              &c);
    assert_true(c.first.flag);
    assert_int_equal(c.first.count, 7);
    assert_int_equal(c.first.wait, 1500);
    assert_int_equal(c.first.size, 2048);
    assert_true(c.first.score == -4.5);
    assert_int_equal(c.first.color, COLOR_BLUE);
    assert_string_equal(c.second.text, "# a = b, \"c\"  d");
    assert_string_equal(c.second.path, "/a b/c");
    assert_int_equal(c.second.words.n, 3);
    assert_string_equal(c.second.words.v[0], "a");
    assert_string_equal(c.second.words.v[2], "c");
    assert_int_equal(c.second.paths.n, 2);
    assert_string_equal(c.second.paths.v[1], "/y");
}

static void values_have_several_spellings(void **state)
{
    static const struct {
        const char *setting, *shown;
    } cases[] = {
        { "flag = On", "yes" },
        { "flag = TRUE", "yes" },
        { "flag = 1", "yes" },
        { "flag = off", "no" },
        { "wait_time = 90", "90s" },
        { "wait_time = 60", "1m" },
        { "wait_time = 100 ms", "100ms" },
        { "wait_time = 1h", "1h" },
        { "max_size = 1024", "1k" },
        { "max_size = 1025", "1025" },
        { "max_size = 3G", "3g" },
        { "max_size = 17179869184g", NULL },
        { "required_score = 5.10", "5.1" },
        { "required_score = +1e1", "10" },
        { "required_score = .5", "0.5" },
        { "required_score = 0.30000000000000004", "0.30000000000000004" },
        { "color = GREEN", "green" },
        { "words = , a,,b ", "a, b" },
        { "words =", "" },
        { "text =", "" },
        { "state_directory =", "" },
        { "max_count = 0007", "7" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct all c;
        struct err e;
        struct buf b;
        struct slice name = slice_str(cases[i].setting);
        char *option = arena_str(&arena, slice_sub(name, 0, (size_t)slice_chr(name, ' ')));
        buf_init(&b, 1000);
        assert_int_equal(load(name, &c, &e), cases[i].shown ? 0 : -1);
        if (cases[i].shown) {
            assert_true(conf_value(&schema, &c, option, &b));
            assert_string_equal(b.p, cases[i].shown);
        }
        buf_deinit(&b);
    }
}

static void a_bad_value_says_what_to_write(void **state)
{
    static const struct {
        struct slice text;
        const char *told;
    } cases[] = {
        { SLICE_INIT("flag = maybe"), "(text):1: flag = \"maybe\": write yes or no\n" },
        { SLICE_INIT("\n\nmax_count = 0"),
          "(text):3: max_count = \"0\": write a whole number, from 1 to 500\n" },
        { SLICE_INIT("max_count = 501"), NULL },
        { SLICE_INIT("max_count = -1"), NULL },
        { SLICE_INIT("max_count = 0x10"), NULL },
        { SLICE_INIT("max_count = 4294967297"), NULL },
        { SLICE_INIT("max_count = 18446744073709551617"), NULL },
        { SLICE_INIT("max_count ="), NULL },
        { SLICE_INIT("wait_time = 2x"),
          "(text):1: wait_time = \"2x\": write a time such as 500ms, 30s, 5m, 2h "
          "or 1d (without a unit: seconds), from 100ms to 1h\n" },
        { SLICE_INIT("wait_time = 99ms"), NULL },
        { SLICE_INIT("wait_time = s"), NULL },
        { SLICE_INIT("wait_time = 1.5h"), NULL },
        { SLICE_INIT("max_size = 1023"),
          "(text):1: max_size = \"1023\": write a number of bytes, or of k, m or "
          "g, at least 1k\n" },
        { SLICE_INIT("max_size = 99999999999999999999"), NULL },
        { SLICE_INIT("max_size = 18014398509481984k"), NULL },
        { SLICE_INIT("required_score = five"),
          "(text):1: required_score = \"five\": write a number such as 5 "
          "or -0.5, from -100 to 100\n" },
        { SLICE_INIT("required_score = 100.5"), NULL },
        { SLICE_INIT("required_score = nan"), NULL },
        { SLICE_INIT("required_score = 0x1p3"), NULL },
        { SLICE_INIT("required_score = 1e999"), NULL },
        { SLICE_INIT("required_score = 5,5"), NULL },
        { SLICE_INIT("required_score = 1 2"), NULL },
        { SLICE_INIT("required_score = e"), NULL },
        { SLICE_INIT("color = pink"), "(text):1: color = \"pink\": write red, green or blue\n" },
        { SLICE_INIT("text = a\x1b[1m"),
          "(text):1: text = \"a\\x1b[1m\": a control character in the value: remove it\n" },
        { SLICE_INIT("text = a\0b"), NULL },
        { SLICE_INIT("text = a\rb"), NULL },
        { SLICE_INIT("secret = hush\x01"),
          "(text):1: secret: not a valid value: a control character in the value: remove it\n" },
        { SLICE_INIT("requird_score = 5"),
          "(text):1: unknown option \"requird_score\": did you mean required_score?\n" },
        { SLICE_INIT("Required-Score = 5"),
          "(text):1: unknown option \"Required-Score\": did you mean required_score?\n" },
        { SLICE_INIT("clor = red"), "(text):1: unknown option \"clor\": did you mean color?\n" },
        { SLICE_INIT("wrods = a"), "(text):1: unknown option \"wrods\": did you mean words?\n" },
        { SLICE_INIT("nothing_like_it = 1"),
          "(text):1: unknown option \"nothing_like_it\": remove it, or look up its name\n" },
        { SLICE_INIT("x = 1"), NULL },
        { SLICE_INIT("flag yes"), "(text):1: \"flag yes\": write NAME = VALUE\n" },
        { SLICE_INIT("= yes"), "(text):1: \"= yes\": write NAME = VALUE\n" },
        { SLICE_INIT("# only\n  flag = yes"),
          "(text):2: white space begins this line, but there is nothing to "
          "continue: remove it\n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct all c;
        struct err e;
        memset(&c, 0x5a, sizeof(c));
        if (load(cases[i].text, &c, &e) != -1)
            fail_msg("case %zu was taken: %s", i, cases[i].text.p);
        assert_int_equal(e.kind, ERR_CONFIG);
        assert_true(e.text[0] != 0);
        if (cases[i].told)
            assert_string_equal(told.p, cases[i].told);
        for (size_t k = 0; k < sizeof(c); k++)
            assert_int_equal(((char *)&c)[k], 0x5a);
    }
}

static void all_problems_are_told_and_the_first_is_the_error(void **state)
{
    struct all c;
    struct err e;
    assert_int_equal(load(SLICE("flag = x\n"
                                "flag = yes\n" /* a later good one does not help */
                                "\n"
                                "colour = red\n"
                                "max_count = 1\n"
                                " 2\n"),
                          &c, &e),
                     -1);
    assert_string_equal(told.p, "(text):1: flag = \"x\": write yes or no\n"
                                "(text):4: unknown option \"colour\": did you mean color?\n"
                                "(text):5: max_count = \"1 2\": write a whole number, from 1 to 500\n");
    assert_string_equal(e.text, "(text):1: flag = \"x\": write yes or no (and 2 more)");
}

static void a_flood_of_problems_is_cut(void **state)
{
    struct all c;
    struct err e;
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_add_str(&b, "unknwon=1\n");
    assert_int_equal(load(buf_slice(&b), &c, &e), -1);
    unsigned lines = 0;
    for (const char *p = told.p; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 100);
    assert_non_null(strstr(e.text, "(and 99999 more)"));
    buf_deinit(&b);
}

static void lines_continue_and_the_last_setting_wins(void **state)
{
    struct all c;
    must_load(SLICE("\xef\xbb\xbf# comment\n"
                    "words = one\n"
                    "   two,\n"
                    "# between\n"
                    "   # indented\n"
                    "\n"
                    "\tthree\n"
                    "text = a\n"
                    "text =\n"
                    "  long\n"
                    "  value  \n"),
              &c);
    assert_int_equal(c.second.words.n, 3);
    assert_string_equal(c.second.words.v[2], "three");
    assert_string_equal(c.second.text, "long value");
}

static void settings_come_after_the_file(void **state)
{
    static const char *const set[] = { "max_count=9", "text= b ", "state_directory=here" };
    static const char *const bad[] = { "max_count=9", "max_count", "text=a\nflag=yes" };
    struct conf_source source = { .text = SLICE("max_count = 8\ntext = a\n"), .set = set, .n_set = 3 };
    struct all c;
    struct err e;
    char cwd[4096];
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), 0);
    assert_int_equal(c.first.count, 9);
    assert_string_equal(c.second.text, "b");
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    assert_string_equal(c.second.path, arena_printf(&arena, "%s/here", cwd).p);
    source.set = bad;
    source.report = tell;
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), -1);
    assert_string_equal(told.p,
                        "--set:2: \"max_count\": write NAME = VALUE\n"
                        "--set:3: text = \"a\\x0aflag=yes\": a control character in the value: remove it\n");
}

static void write_file(const char *path, struct slice text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), text.n);
    close(fd);
}

static void relative_paths_hang_from_the_files_folder(void **state)
{
    char dir[] = "/tmp/conf-test-XXXXXX";
    struct conf_source source = { .report = tell };
    struct all c;
    struct err e;
    assert_non_null(mkdtemp(dir));
    struct slice path = arena_printf(&arena, "%s/x.conf", dir);
    write_file(path.p, SLICE("state_directory = state\npaths = rules, /abs\n"));
    int cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(chdir(dir), 0);
    const char *const names[] = { path.p, "x.conf", "./x.conf" };
    for (size_t i = 0; i < 3; i++) {
        const char *between = i == 2 ? "/." : "";
        source.path = names[i];
        assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), 0);
        assert_string_equal(c.second.path, arena_printf(&arena, "%s%s/state", dir, between).p);
        assert_string_equal(c.second.paths.v[0], arena_printf(&arena, "%s%s/rules", dir, between).p);
        assert_string_equal(c.second.paths.v[1], "/abs");
    }
    unlink("x.conf");
    /* a folder whose name a list cannot hold */
    assert_int_equal(mkdir("a b", 0700), 0);
    write_file("a b/x.conf", SLICE("state_directory = s\npaths = rules\n"));
    source.path = "a b/x.conf";
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), -1);
    assert_string_equal(told.p,
                        "a b/x.conf:2: paths = \"rules\": a space or comma in the folder's name: write "
                        "an absolute path without\n");
    unlink("a b/x.conf");
    rmdir("a b");
    assert_int_equal(fchdir(cwd), 0);
    close(cwd);
    rmdir(dir);
}

static void a_file_that_cannot_be_read_is_a_problem(void **state)
{
    char file[] = "/tmp/conf-test-XXXXXX";
    static char big[(1 << 20) + 1];
    struct conf_source source = { .path = "/nonexistent/x.conf", .report = tell };
    struct all c;
    struct err e;
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), -1);
    assert_string_equal(e.text, "/nonexistent/x.conf: cannot be read: No such file or directory");
    source.path = "/";
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), -1);
    assert_string_equal(e.text, "/: cannot be read: Is a directory");
    close(mkstemp(file));
    memset(big, '#', sizeof(big));
    source.path = file;
    write_file(file, slice_of(big, sizeof(big)));
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), -1);
    assert_non_null(strstr(e.text, "larger than 1 MiB"));
    write_file(file, slice_of(big, sizeof(big) - 1));
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), 0);
    source.path = "/dev/null"; /* not a regular file: read until its end */
    assert_int_equal(conf_load(&schema, &source, &arena, &c, &e), 0);
    unlink(file);
}

static void a_value_has_a_largest_size(void **state)
{
    static char text[70000];
    struct all c;
    struct err e;
    memset(text, 'x', sizeof(text));
    memcpy(text, "text =", 6);
    must_load(slice_of(text, 6 + 65536), &c);
    assert_int_equal(strlen(c.second.text), 65536);
    assert_int_equal(load(slice_of(text, 6 + 65537), &c, &e), -1);
    memcpy(text, "words=", 6);
    for (size_t i = 6; i < sizeof(text); i++)
        text[i] = i % 2 ? ',' : 'x'; /* would be longer when written */
    assert_int_equal(load(slice_of(text, 6 + 65536), &c, &e), -1);
    assert_non_null(strstr(e.text, "too long"));
}

/* Loads text, writes it, loads that: nothing may have changed. */
static void check_round(struct slice text)
{
    struct all before, after;
    struct err e;
    struct buf b, again;
    must_load(text, &before);
    buf_init(&b, 1 << 20);
    buf_init(&again, 1 << 20);
    conf_write(&schema, &before, 3, &b);
    assert_false(b.full);
    if (load(buf_slice(&b), &after, &e) != 0)
        fail_msg("%s\n%s", e.text, b.p);
    for (size_t s = 0; s < schema.n; s++)
        for (size_t i = 0; i < sections[s].n; i++) {
            struct buf x, y;
            buf_init(&x, 1 << 20);
            buf_init(&y, 1 << 20);
            assert_true(conf_value(&schema, &before, sections[s].rows[i].name, &x));
            assert_true(conf_value(&schema, &after, sections[s].rows[i].name, &y));
            assert_string_equal(x.p, y.p);
            buf_deinit(&x);
            buf_deinit(&y);
        }
    assert_string_equal(before.second.secret, after.second.secret);
    assert_true(before.first.score == after.first.score);
    conf_write(&schema, &after, 3, &again);
    assert_string_equal(b.p, again.p);
    buf_deinit(&b);
    buf_deinit(&again);
}

static void what_is_written_reads_back_the_same(void **state)
{
    check_round(SLICE(""));
    check_round(SLICE("text = # not a comment\nsecret = #hush = \\ \"x\"\nstate_directory =\nwords =\n"));
    check_round(SLICE("text = = =\nwords = # = \xff\xfe\nrequired_score = 0.1\npaths = rel, /a#b\n"));
    check_round(SLICE("required_score = -3.0000000000000004\nmax_size = 4194305\nwait_time = 1001ms\n"));
    check_round(SLICE("text = a\tb   c\ncolor = blue\nflag = on\nrequired_score = 1e-300\n"));
}

static void a_role_gets_its_own_sections_only(void **state)
{
    struct all c;
    struct buf b;
    buf_init(&b, 1 << 16);
    must_load(SLICE("secret = hush\n"), &c);
    conf_write(&schema, &c, 1, &b);
    assert_null(strstr(b.p, "secret"));
    assert_non_null(strstr(b.p, "max_count = 50\n"));
    buf_reset(&b);
    conf_write(&schema, &c, 2, &b);
    assert_non_null(strstr(b.p, "secret = hush\n"));
    assert_null(strstr(b.p, "max_count"));
    buf_deinit(&b);
}

static void dumps_are_for_people(void **state)
{
    struct all c;
    struct buf b;
    buf_init(&b, 1 << 16);
    must_load(SLICE("max_count = 50\nwait_time = 60\nsecret = hush\nwords = c\n"), &c);
    conf_dump(&schema, &c, CONF_DUMP_SET, &b);
    assert_string_equal(b.p, "# Numbers\nwait_time = 1m\n\n# Text\nsecret = (set)\nwords = c\n");
    buf_reset(&b);
    conf_dump(&schema, &c, CONF_DUMP_DEFAULTS, &b);
    assert_non_null(strstr(b.p, "\nwait_time = 30s\n"));
    assert_non_null(strstr(b.p, "\ntext =\n"));
    buf_reset(&b);
    conf_dump(&schema, &c, CONF_DUMP_ALL, &b);
    assert_non_null(strstr(b.p, "\nwait_time = 1m\n"));
    assert_non_null(strstr(b.p, "\nmax_size = 1m\n"));
    assert_non_null(strstr(b.p, "\ntext =\n"));
    assert_null(strstr(b.p, "hush"));
    buf_reset(&b);
    assert_true(conf_value(&schema, &c, "secret", &b));
    assert_string_equal(b.p, "(set)");
    assert_false(conf_value(&schema, &c, "secre", &b));
    buf_deinit(&b);
}

static void knows_what_needs_a_restart(void **state)
{
    struct all a, b;
    struct buf out;
    buf_init(&out, 1000);
    must_load(SLICE("text = x"), &a);
    must_load(SLICE("text = y"), &b);
    conf_needs_restart(&schema, &a, &b, &out);
    assert_string_equal(out.p, "");
    must_load(SLICE("max_count = 3\nflag = yes\nstate_directory = /x"), &b);
    conf_needs_restart(&schema, &a, &b, &out);
    assert_string_equal(out.p, "max_count, state_directory");
    buf_deinit(&out);
}

static void the_manual_shows_every_character(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 16);
    conf_man(&schema, &b);
    assert_non_null(strstr(b.p, ".SS \"Numbers\"\n.TP\n\\fBflag\\fP (default: no)\nA flag.\nYes or no.\n"));
    assert_non_null(strstr(
        b.p, "\nWhich.\n\\&.de and \\(aqquotes\\(aq \\(dqhere\\(dq \\ex\nOne of red, green or blue.\n"));
    assert_non_null(strstr(b.p, "\nA whole number, from 1 to 500.\nA change takes effect with a restart.\n"));
    assert_non_null(strstr(b.p, "\\fBtext\\fP (default: empty)\nSome text.\n.TP\n"));
    assert_non_null(strstr(b.p, "or \\-0.5, from \\-100 to 100.\n"));
    for (const char *p = b.p; *p; p++) /* no macro but ours */
        if (*p == '\n' && p[1] == '.')
            assert_true(strncmp(p + 1, ".TP\n", 4) == 0 || strncmp(p + 1, ".SS ", 4) == 0);
    buf_deinit(&b);
}

static void too_little_memory_escapes_and_leaks_nothing(void **state)
{
    char file[] = "/tmp/conf-test-XXXXXX";
    struct conf_source source = { .path = file };
    volatile unsigned loaded = 0;
    close(mkstemp(file));
    write_file(file,
               SLICE("words = a b c d e f g h i j k l m n o p q r s t u v w x y z\n paths = a b c d\n"));
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    for (volatile size_t max = 10; max < 6000; max += 7) {
        struct arena small;
        struct all c;
        struct err e;
        arena_init(&small, max);
        if (ARENA_TRY(&small) && conf_load(&schema, &source, &small, &c, &e) == 0)
            loaded++;
        arena_deinit(&small);
    }
    assert_in_range(loaded, 1, 800);
    int again = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal(again, next);
    close(again);
    unlink(file);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_come_from_the_rows),
        TEST(reads_every_type),
        TEST(values_have_several_spellings),
        TEST(a_bad_value_says_what_to_write),
        TEST(all_problems_are_told_and_the_first_is_the_error),
        TEST(a_flood_of_problems_is_cut),
        TEST(lines_continue_and_the_last_setting_wins),
        TEST(settings_come_after_the_file),
        TEST(relative_paths_hang_from_the_files_folder),
        TEST(a_file_that_cannot_be_read_is_a_problem),
        TEST(a_value_has_a_largest_size),
        TEST(what_is_written_reads_back_the_same),
        TEST(a_role_gets_its_own_sections_only),
        TEST(dumps_are_for_people),
        TEST(knows_what_needs_a_restart),
        TEST(the_manual_shows_every_character),
        TEST(too_little_memory_escapes_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
