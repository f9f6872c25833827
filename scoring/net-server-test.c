/* net-server-test.c - what dns_server may say */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/net-server.h"

static void addresses_and_ports(void **state)
{
    static const struct {
        const char *value, *want;
    } rows[] = {
        { "127.0.0.1", "127.0.0.1@53" },
        { "127.0.0.1:53", "127.0.0.1@53" },
        { "[127.0.0.1]:5353", "127.0.0.1@5353" },
        { "[127.0.0.1]", "127.0.0.1@53" },
        { "::1", "::1@53" },
        { "[::1]:54", "::1@54" },
        { "2001:db8::53:1", "2001:db8::53:1@53" },
        { "fe80::1%lo0", "fe80::1%lo0@53" },
        { "[fe80::1%lo0]:53", "fe80::1%lo0@53" },
        { "", NULL },
        { "ns.example.org", NULL },
        { "127.0.0.1:", NULL },
        { "127.0.0.1:0", NULL },
        { "127.0.0.1:65536", NULL },
        { "127.0.0.1:999999999999", NULL },
        { "127.0.0.1:5x", NULL },
        { "127.0.0.1 127.0.0.2", NULL },
        { "127.0.0.1%lo0", NULL },
        { "[::1", NULL },
        { "[]", NULL },
        { "[::1]53", NULL },
        { "fe80::1%l o", NULL },
        { ":53", NULL },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char out[NET_SERVER_MAX] = "";
        bool is = net_server_read(slice_str(rows[i].value), out);
        if (is != (rows[i].want != NULL) || (is && strcmp(out, rows[i].want) != 0))
            fail_msg("%s: %s", rows[i].value, is ? out : "no");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(addresses_and_ports) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
