/* notify-test.c - what the service manager hears */
#include "config.h"
#include "base/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char directory[] = "/tmp/tamis-notify-XXXXXX";
static char path[100];
static int manager;

static void listen_at(const char *name)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    snprintf(u.sun_path, sizeof(u.sun_path), "%s", name);
    socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    if (u.sun_path[0] == '@')
        u.sun_path[0] = 0;
    assert_int_equal(bind(manager, (struct sockaddr *)&u, n), 0);
    notify_init(name);
}

static int set_up(void **state)
{
    (void)state;
    memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/notify", directory);
    manager = -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close(manager);
    unlink(path);
    return rmdir(directory);
}

static const char *heard(void)
{
    static char text[1000];
    ssize_t n = recv(manager, text, sizeof(text) - 1, 0);
    text[n < 0 ? 0 : n] = 0;
    return text;
}

static void each_state_is_one_datagram(void **state)
{
    (void)state;
    listen_at(path);
    notify_ready("Filtering");
    assert_string_equal(heard(), "READY=1\nSTATUS=Filtering");
    notify_reloading();
    assert_non_null(strstr(heard(), "RELOADING=1\nMONOTONIC_USEC="));
    notify_stopping();
    assert_non_null(strstr(heard(), "STOPPING=1\n"));
    assert_string_equal(heard(), "");
}

static void an_abstract_socket_is_reached(void **state)
{
    char name[100];
    (void)state;
    snprintf(name, sizeof(name), "@%s", directory);
    listen_at(name);
    notify_ready("x");
    assert_string_equal(heard(), "READY=1\nSTATUS=x");
}

static void without_a_manager_nothing_happens(void **state)
{
    char longest[300];
    (void)state;
    memset(longest, 'x', sizeof(longest));
    longest[0] = '/';
    longest[sizeof(longest) - 1] = 0;
    const char *const none[] = { NULL, "", "relative", "/nonexistent/notify", longest };
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        notify_init(none[i]);
        notify_ready("x");
        notify_stopping();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_state_is_one_datagram, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_abstract_socket_is_reached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_manager_nothing_happens, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
