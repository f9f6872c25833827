/* log-test.c - one line a call, whatever is in it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"

static char dir[] = "/tmp/log-test-XXXXXX";
static char path[64], rotated[64];

static int make_directory(void **state)
{
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/log", dir);
    snprintf(rotated, sizeof(rotated), "%s/log.1", dir);
    return 0;
}

static int drop_directory(void **state)
{
    unlink(path);
    unlink(rotated);
    return rmdir(dir);
}

static int open_log(void **state)
{
    struct err e;
    log_set_level(LOG_LEVEL_INFO);
    return log_open(path, "prog", &e);
}

static int close_log(void **state)
{
    int fd = log_fd();
    log_adopt(STDERR_FILENO, "prog");
    log_set_level(LOG_LEVEL_INFO);
    unlink(path);
    unlink(rotated);
    return close(fd);
}

static const char *content(const char *file)
{
    static char text[1 << 20];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    assert_true(n >= 0);
    text[n] = 0;
    return text;
}

/* what a line says behind its stamp */
static const char *said(const char *line)
{
    const char *at = strstr(line, "]: ");
    assert_non_null(at);
    return at + 3;
}

static unsigned count_lines(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void quoting_shows_what_could_mislead(void **state)
{
    static const struct {
        struct slice in;
        const char *out;
    } cases[] = {
        { SLICE_INIT("plain"), "\"plain\"" },
        { SLICE_INIT("a\r\nb"), "\"a\\x0d\\x0ab\"" },
        { SLICE_INIT("\x1b[31m"), "\"\\x1b[31m\"" },
        { SLICE_INIT("say \"x\" \\"), "\"say \\\"x\\\" \\\\\"" },
        { SLICE_INIT("J\xc3\xbcrgen"), "\"J\xc3\xbcrgen\"" },
        { SLICE_INIT("\xc2\x9b\xff\xc3"), "\"\\xc2\\x9b\\xff\\xc3\"" },
        { SLICE_INIT("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\"" },
        { SLICE_INIT("nul\0here"), "\"nul\\x00here\"" },
        { SLICE_INIT("0123456789012345678901234567890123456789x"),
          "\"0123456789012345678901234567890123456789...\"" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b;
        buf_init(&b, 1000);
        log_quote(&b, cases[i].in, 40);
        assert_string_equal(b.p, cases[i].out);
        buf_deinit(&b);
    }
}

static void a_line_has_a_stamp_and_a_level(void **state)
{
    log_info("value %d", 7);
    log_warning("w");
    log_error("e");
    log_debug("not shown");
    const char *text = content(path);
    unsigned year, pid;
    assert_int_equal(sscanf(text, "%4u-%*2u-%*2uT%*2u:%*2u:%*2u.%*3uZ prog[%u]: value 7\n", &year, &pid), 2);
    assert_int_equal(pid, getpid());
    assert_int_equal(count_lines(text), 3);
    assert_non_null(strstr(text, "]: warning: w\n"));
    assert_non_null(strstr(text, "]: error: e\n"));
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("shown");
    assert_non_null(strstr(content(path), "]: debug: shown\n"));
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("hidden");
    assert_null(strstr(content(path), "hidden"));
}

static void lines_as_spamassassin_has_them(void **state)
{
    char month[4];
    unsigned pid;
    log_set_level(LOG_LEVEL_DEBUG);
    log_set_areas("rules,noaxis,check");
    log_warning("w");
    log_debug("rules: one");
    log_debug("axis: two");
    log_debug("bayes: three");
    log_debug("no area");
    const char *text = content(path);
    assert_int_equal(sscanf(text, "%3s %*u %*2u:%*2u:%*2u.%*3u [%u] warn: w\n", month, &pid), 2);
    assert_int_equal(pid, getpid());
    assert_non_null(strstr(text, "] dbg: rules: one\n"));
    assert_int_equal(count_lines(text), 2);
    log_set_areas("all,noaxis");
    log_debug("axis: four");
    log_debug("bayes: five");
    log_debug("no area");
    assert_int_equal(count_lines(content(path)), 4);
    log_set_areas("");
    log_debug("axis: six");
    assert_non_null(strstr(content(path), "]: debug: axis: six\n"));
}

static void a_value_cannot_end_a_line(void **state)
{
    log_info("from=%s", "a\r\n2026-01-01 prog[1]: forged\x1b[2J\x9b");
    assert_int_equal(count_lines(content(path)), 1);
    assert_string_equal(said(content(path)), "from=a\\x0d\\x0a2026-01-01 prog[1]: forged\\x1b[2J\\x9b\n");
}

static void a_long_line_is_cut(void **state)
{
    static char text[3 * LOG_LINE_MAX], ugly[3 * LOG_LINE_MAX];
    memset(text, 'x', sizeof(text) - 1);
    memset(ugly, 1, sizeof(ugly) - 1);
    log_info("%s", text);
    const char *line = said(content(path));
    assert_int_equal(count_lines(line), 1);
    assert_in_range(strlen(line), LOG_LINE_MAX - 10, LOG_LINE_MAX + 1);
    assert_int_equal(unlink(path), 0);
    log_reopen();
    log_info("%s", ugly); /* grows fourfold when escaped */
    line = said(content(path));
    assert_int_equal(count_lines(line), 1);
    assert_in_range(strlen(line), LOG_LINE_MAX - 10, LOG_LINE_MAX + 1);
}

static void rotation_is_followed(void **state)
{
    int fd = log_fd();
    log_info("one");
    assert_int_equal(rename(path, rotated), 0);
    log_info("two");
    log_reopen();
    assert_int_equal(log_fd(), fd); /* others hold the number */
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    log_info("three");
    assert_int_equal(count_lines(content(rotated)), 2);
    assert_string_equal(said(content(path)), "three\n");
}

static void errno_survives(void **state)
{
    errno = ENOTTY;
    log_info("x");
    assert_int_equal(errno, ENOTTY);
}

static void a_destination_that_is_none_is_refused(void **state)
{
    struct err e;
    assert_int_equal(log_open("somewhere", "prog", &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_int_equal(log_open("/nonexistent/log", "prog", &e), -1);
    assert_non_null(strstr(e.text, "/nonexistent/log"));
    assert_int_equal(symlink("/dev/null", rotated), 0);
    assert_int_equal(log_open(rotated, "prog", &e), -1); /* no links: somebody may have put them there */
    log_info("still here");
    assert_string_equal(said(content(path)), "still here\n");
}

static void a_child_adopts_the_descriptor(void **state)
{
    pid_t child = fork();
    if (child == 0) {
        log_adopt(log_fd(), "child");
        log_info("hello");
        _exit(0);
    }
    int status;
    char expected[64];
    waitpid(child, &status, 0);
    snprintf(expected, sizeof(expected), " child[%d]: hello\n", (int)child);
    assert_non_null(strstr(content(path), expected));
}

static void *chatter(void *arg)
{
    for (int i = 0; i < 500; i++)
        log_info("thread %c%0200d", *(char *)arg, i);
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    static char names[] = "abcd";
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, chatter, &names[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    char *save = NULL;
    unsigned n = 0;
    for (char *line = strtok_r((char *)content(path), "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        assert_int_equal(strlen(said(line)), strlen("thread a") + 200);
        n++;
    }
    assert_int_equal(n, 2000);
}

static void bug_and_fatal_say_why(void **state)
{
    for (int which = 0; which < 2; which++) {
        int status;
        pid_t child = fork();
        if (child == 0) {
            if (which)
                fatal("no %s", "memory");
            bug("broken %d", 1);
        }
        waitpid(child, &status, 0);
        assert_true(which ? WIFEXITED(status) && WEXITSTATUS(status) == 70
                          : WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
    assert_non_null(strstr(content(path), "]: error: bug: broken 1\n"));
    assert_non_null(strstr(content(path), "]: error: fatal: no memory\n"));
}

static void errors_have_a_kind(void **state)
{
    struct err e;
    errno = ENOSPC;
    assert_int_equal(err_sys(&e, "write %s", "x"), -1);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_string_equal(e.text, "write x: No space left on device");
    errno = EACCES;
    assert_int_equal(err_sys(&e, "open"), -1);
    assert_int_equal(e.kind, ERR_SYSTEM);
    assert_int_equal(err_set(NULL, ERR_INPUT, "nobody listens"), -1);
    char longer[400];
    memset(longer, 'y', sizeof(longer) - 1);
    longer[399] = 0;
    assert_int_equal(err_set(&e, ERR_INPUT, "%s", longer), -1);
    assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, open_log, close_log)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoting_shows_what_could_mislead),
        TEST(a_line_has_a_stamp_and_a_level),
        TEST(lines_as_spamassassin_has_them),
        TEST(a_value_cannot_end_a_line),
        TEST(a_long_line_is_cut),
        TEST(rotation_is_followed),
        TEST(errno_survives),
        TEST(a_destination_that_is_none_is_refused),
        TEST(a_child_adopts_the_descriptor),
        TEST(lines_of_threads_do_not_mix),
        TEST(bug_and_fatal_say_why),
        cmocka_unit_test(errors_have_a_kind),
    };
    return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
