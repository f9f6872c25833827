/* resolver-test.c - the real process, with zones of its own, and before a name server that is a socket here
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "engine/lookup.h"
#include "engine/resolver.h"

static struct arena a;
static struct resolver_hub hub;
static struct dns_options options;
static char zone[] = "/tmp/tamis-resolver-test.XXXXXX", forwarder[40];
static const char *const zones[] = { zone }, *const forwarders[] = { forwarder };
static int server = -1; /* UDP */
static pid_t resolver;

static const char records[] = "zone example.org static\n"
                              "# of our own\n"
                              "example.org. 60 IN TXT \"v=spf1\" \" -all\"\n"
                              "example.org. 60 IN A 192.0.2.1\n"
                              "example.org. 60 IN A 192.0.2.2\n"
                              "example.org. 60 IN MX 10 mail.example.org.\n"
                              "mail.example.org. 60 IN AAAA 2001:db8::1\n"
                              "a\\046b.example.org. 60 IN A 192.0.2.3\n";

static void start(void)
{
    struct loader_account account = { .drop = sandbox_is_root(), .uid = 65534, .gid = 65534 };
    struct err e;
    if (resolver_start(&options, &account, hub.resolver, &resolver, &e) != 0)
        fail_msg("%s", e.text);
}

static int setup(void **state)
{
    const struct conf_section section = { .rows = dns_option_rows, .n = dns_option_rows_n };
    const struct conf_schema schema = { &section, 1, sizeof(options) };
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    struct err e;
    int fd = mkstemp(zone);
    arena_init(&a, 64 * 1024 * 1024);
    conf_defaults(&schema, &a, &options);
    server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd_write_all(fd, records, sizeof(records) - 1) == 0 && fchmod(fd, 0644) == 0);
    close(fd);
    assert_int_equal(bind(server, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&at, &len), 0);
    snprintf(forwarder, sizeof(forwarder), "127.0.0.1@%u", (unsigned)ntohs(at.sin_port));
    options.dns_zones = (struct conf_list){ zones, 1 };
    options.dns_forwarders = (struct conf_list){ forwarders, 1 };
    return resolver_hub_open(&hub, &e);
}

/* It ends when nobody can make clients. */
static void stop(void)
{
    int status;
    resolver_hub_close(&hub);
    assert_int_equal(waitpid(resolver, &status, 0), resolver);
    assert_int_equal(status, 0);
}

static int teardown(void **state)
{
    unlink(zone);
    memcpy(zone + sizeof(zone) - 7, "XXXXXX", 6);
    fd_close(&server);
    arena_deinit(&a);
    return 0;
}

static struct dns dns;
static struct dns_link *channel;

static void begin(unsigned deadline_ms)
{
    const struct dns_limits limits = { deadline_ms, 1000 };
    struct err e;
    int fd = resolver_connect(hub.clients, &e);
    assert_true(fd >= 0);
    dns_link_free(&channel);
    channel = dns_link_new(fd);
    dns_init(&dns, &a, dns_link_source(channel), &limits);
}

static const struct dns_answer *get(const char *name, enum dns_type type)
{
    return dns_get(&dns, slice_str(name), type);
}

static void zones_of_our_own(void **state)
{
    start();
    begin(60000);
    const struct dns_answer *r = get("example.org", DNS_TXT);
    if (r->status != DNS_FOUND)
        fail_msg("%s: %.*s", dns_status_name(r->status), SLICE_ARG(r->reason));
    assert_memory_equal(r->records->data.p, "v=spf1 -all", 11);
    assert_int_equal(get("EXAMPLE.org", DNS_A)->n, 2);
    r = get("example.org", DNS_MX);
    assert_int_equal(r->records->preference, 10);
    assert_memory_equal(r->records->data.p, "mail.example.org", 16);
    assert_int_equal(get("mail.example.org", DNS_AAAA)->status, DNS_FOUND);
    assert_int_equal(get("mail.example.org", DNS_A)->status, DNS_NO_DATA);
    assert_int_equal(get("nowhere.example.org", DNS_A)->status, DNS_NO_NAME);
    assert_int_equal(get("a\\046b.example.org", DNS_A)->status, DNS_FOUND);
    assert_int_equal(get("a b\xff.example.org", DNS_A)->status, DNS_NO_NAME);
    dns_link_free(&channel);
    stop();
}

static void one_that_never_answers(void **state)
{
    start();
    begin(200);
    assert_int_equal(get("example.com", DNS_A)->status, DNS_LATE);
    assert_int_equal(get("example.net", DNS_A)->status, DNS_LATE);
    assert_int_equal(dns.late, 2);
    begin(60000); /* another message does not wait behind it */
    assert_int_equal(get("example.org", DNS_A)->status, DNS_FOUND);
    dns_link_free(&channel);
    stop();
}

/* As many answers as questions: garbage, of the wrong question, none, too short. */
static void one_that_lies(void **state)
{
    start();
    begin(500);
    dns_ask(&dns, SLICE("example.com"), DNS_A);
    dns_send(&dns);
    for (unsigned i = 0; i < 4; i++) {
        unsigned char packet[1500];
        struct sockaddr_in from;
        struct timeval patience = { .tv_sec = 20 };
        socklen_t len = sizeof(from);
        setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        ssize_t n = recvfrom(server, packet, sizeof(packet), 0, (struct sockaddr *)&from, &len);
        if (n < 12)
            break;
        packet[2] |= 0x80;
        if (i % 2)
            memset(packet + 6, 0xff, (size_t)n - 6);
        sendto(server, packet, i == 2 ? 5 : (size_t)n, 0, (struct sockaddr *)&from, len);
        if (get("example.com", DNS_A)->status != DNS_LATE)
            break;
    }
    assert_int_not_equal(get("example.com", DNS_A)->status, DNS_FOUND);
    assert_int_equal(get("example.org", DNS_A)->status, DNS_FOUND);
    dns_link_free(&channel);
    stop();
}

static void one_that_dies_is_started_anew(void **state)
{
    int status;
    start();
    begin(60000);
    assert_int_equal(get("example.org", DNS_A)->status, DNS_FOUND);
    kill(resolver, SIGKILL);
    assert_int_equal(waitpid(resolver, &status, 0), resolver);
    assert_int_equal(get("example.org", DNS_MX)->status, DNS_FAILED);
    assert_true(dns.gone);
    begin(60000); /* before there is another one */
    dns_ask(&dns, SLICE("example.org"), DNS_MX);
    dns_send(&dns);
    start();
    assert_int_equal(get("example.org", DNS_MX)->status, DNS_FOUND);
    dns_link_free(&channel);
    stop();
}

static void threads_borrow(void **state)
{
    struct dns_counts counts;
    struct err e;
    start();
    struct lookup_pool *pool = lookup_pool_new(dup(hub.clients)), *none = lookup_pool_new(-1);
    struct dns_link *first = lookup_borrow(pool), *second = lookup_borrow(pool), *was = first;
    const struct dns_limits limits = { 60000, 10 };
    assert_non_null(first);
    assert_ptr_not_equal(first, second);
    dns_init(&dns, &a, dns_link_source(first), &limits);
    assert_int_equal(get("example.org", DNS_A)->status, DNS_FOUND);
    lookup_give_back(pool, &first);
    first = lookup_borrow(pool);
    assert_ptr_equal(first, was);
    if (dns_link_counts(second, 60000, &counts, &e) != 0)
        fail_msg("%s", e.text);
    assert_int_equal(counts.questions, 1);
    lookup_give_back(pool, &first);
    lookup_give_back(pool, &second);
    assert_null(lookup_borrow(none));
    lookup_pool_free(&none);
    lookup_pool_free(&pool);
    stop();
}

static void options_that_are_none(void **state)
{
    int status;
    log_adopt(-1, "quiet");
    options.dns_forwarders = (struct conf_list){ (const char *const[]){ "example.org" }, 1 };
    start();
    assert_int_equal(waitpid(resolver, &status, 0), resolver);
    assert_int_equal(WEXITSTATUS(status), 78);
    resolver_hub_close(&hub);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    engine_role_main(argc, argv);
    const struct CMUnitTest tests[] = {
        T(zones_of_our_own), T(one_that_never_answers), T(one_that_lies), T(one_that_dies_is_started_anew),
        T(threads_borrow),   T(options_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
