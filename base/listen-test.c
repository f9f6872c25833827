/* listen-test.c - addresses and sockets of milter_listen */
#include "config.h"
#include "base/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void both_spellings_are_read(void **state)
{
    static const struct {
        const char *text;
        enum listen_family family;
        const char *where;
        unsigned port;
    } good[] = {
        { "unix:/run/tamis/milter.sock", LISTEN_UNIX, "/run/tamis/milter.sock", 0 },
        { "local:/run/x", LISTEN_UNIX, "/run/x", 0 },
        { "/run/x", LISTEN_UNIX, "/run/x", 0 },
        { " UNIX:/run/x ", LISTEN_UNIX, "/run/x", 0 },
        { "inet:127.0.0.1:8891", LISTEN_INET, "127.0.0.1", 8891 },
        { "inet:8891@127.0.0.1", LISTEN_INET, "127.0.0.1", 8891 },
        { "inet:localhost:1", LISTEN_INET, "localhost", 1 },
        { "inet:*:65535", LISTEN_INET, "*", 65535 },
        { "inet6:[::1]:8891", LISTEN_INET6, "::1", 8891 },
        { "inet6:8891@[::1]", LISTEN_INET6, "::1", 8891 },
        { "inet6:::1:8891", LISTEN_INET6, "::1", 8891 },
        { "inet6:8891@2001:db8::1", LISTEN_INET6, "2001:db8::1", 8891 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct listen_address a;
        struct err e = { 0 };
        if (listen_parse(&a, good[i].text, &e) != 0)
            fail_msg("%s: %s", good[i].text, e.text);
        assert_int_equal(a.family, good[i].family);
        assert_string_equal(a.family == LISTEN_UNIX ? a.path : a.host, good[i].where);
        assert_int_equal(a.port, good[i].port);
    }
}

static void a_wrong_address_says_what_to_write(void **state)
{
    static const char *const bad[][2] = {
        { "", "write unix:/path" },
        { "tcp:127.0.0.1:1", "write unix:/path" },
        { "8891", "write unix:/path" },
        { "unix:run/x", "absolute" },
        { "unix:", "absolute" },
        { "inet:8891", "host is missing" },
        { "inet:8891@", "host is missing" },
        { "inet::8891", "host is missing" },
        { "inet:127.0.0.1:", "port" },
        { "inet:127.0.0.1:0", "port" },
        { "inet:127.0.0.1:65536", "port" },
        { "inet:127.0.0.1:smtp", "port" },
        { "inet:x@127.0.0.1", "port" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct listen_address a;
        struct err e = { 0 };
        assert_int_equal(listen_parse(&a, bad[i][0], &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
        if (!strstr(e.text, bad[i][1]))
            fail_msg("%s: %s", bad[i][0], e.text);
    }
}

static void a_long_path_is_refused(void **state)
{
    char text[300] = "unix:/";
    struct listen_address a;
    struct err e = { 0 };
    (void)state;
    memset(text + 6, 'x', 107);
    assert_int_equal(listen_parse(&a, text, &e), -1);
    text[6 + 106] = 0;
    assert_int_equal(listen_parse(&a, text, &e), 0);
    assert_int_equal(strlen(a.path), 107);
}

static void modes_are_octal_as_written(void **state)
{
    (void)state;
    assert_int_equal(listen_mode(660), 0660);
    assert_int_equal(listen_mode(777), 0777);
    assert_int_equal(listen_mode(0), 0);
    assert_int_equal(listen_mode(680), -1);
    assert_int_equal(listen_mode(1777), -1);
}

/* ---- sockets, in a private directory */

static char directory[] = "/tmp/tamis-listen-XXXXXX";
static struct listen_address here;

static int set_up(void **state)
{
    (void)state;
    strcpy(directory + sizeof(directory) - 7, "XXXXXX");
    assert_non_null(mkdtemp(directory));
    memset(&here, 0, sizeof(here));
    snprintf(here.path, sizeof(here.path), "%s/s", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(here.path);
    return rmdir(directory);
}

static void a_unix_socket_gets_its_mode(void **state)
{
    struct stat st;
    int fd;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(listen_open(&here, 640, "", &fd, &e), 0);
    assert_int_equal(stat(here.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    close(fd);
}

static void a_stale_socket_is_replaced(void **state)
{
    int first, second;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(listen_open(&here, 600, "", &first, &e), 0);
    close(first); /* as a crash would: the name stays */
    assert_int_equal(listen_open(&here, 600, "", &second, &e), 0);
    close(second);
}

static void a_socket_in_use_is_left_alone(void **state)
{
    int first, second = -1, peer = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    struct err e = { 0 };
    (void)state;
    assert_int_equal(listen_open(&here, 600, "", &first, &e), 0);
    assert_int_equal(listen_open(&here, 600, "", &second, &e), -1);
    assert_non_null(strstr(e.text, "taken"));
    memcpy(u.sun_path, here.path, sizeof(u.sun_path));
    assert_int_equal(connect(peer, (struct sockaddr *)&u, sizeof(u)), 0);
    close(peer);
    close(first);
}

static void a_file_is_never_removed(void **state)
{
    int fd;
    struct err e = { 0 };
    (void)state;
    FILE *f = fopen(here.path, "w");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(listen_open(&here, 600, "", &fd, &e), -1);
    assert_non_null(strstr(e.text, "not a socket"));
    assert_int_equal(access(here.path, F_OK), 0);
}

static void a_missing_directory_is_named(void **state)
{
    struct listen_address a;
    int fd;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(listen_parse(&a, "unix:/nonexistent/tamis/s", &e), 0);
    assert_int_equal(listen_open(&a, 600, "", &fd, &e), -1);
    assert_non_null(strstr(e.text, "/nonexistent/tamis does not exist"));
}

static void an_unknown_group_is_named(void **state)
{
    int fd;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(listen_open(&here, 600, "no-such-group", &fd, &e), -1);
    assert_non_null(strstr(e.text, "no-such-group"));
}

static void a_taken_port_is_named(void **state)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(in);
    struct listen_address a = { .family = LISTEN_INET, .host = "127.0.0.1" };
    int fd, other = socket(AF_INET, SOCK_STREAM, 0);
    struct err e = { 0 };
    (void)state;
    assert_int_equal(bind(other, (struct sockaddr *)&in, n), 0);
    assert_int_equal(listen(other, 1), 0);
    assert_int_equal(getsockname(other, (struct sockaddr *)&in, &n), 0);
    a.port = ntohs(in.sin_port);
    assert_int_equal(listen_open(&a, 0, "", &fd, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "taken"));
    close(other);
    assert_int_equal(listen_open(&a, 0, "", &fd, &e), 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_spellings_are_read),
        cmocka_unit_test(a_wrong_address_says_what_to_write),
        cmocka_unit_test(a_long_path_is_refused),
        cmocka_unit_test(modes_are_octal_as_written),
        cmocka_unit_test_setup_teardown(a_unix_socket_gets_its_mode, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stale_socket_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_socket_in_use_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_never_removed, set_up, tear_down),
        cmocka_unit_test(a_missing_directory_is_named),
        cmocka_unit_test_setup_teardown(an_unknown_group_is_named, set_up, tear_down),
        cmocka_unit_test(a_taken_port_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
