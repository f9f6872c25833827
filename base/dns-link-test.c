/* dns-link-test.c - questions and answers over a channel, and what becomes of them when its other end fails
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/dns-link.h"
#include "base/ipc.h"

static struct arena a;
static struct dns_link *dns_link;
static struct dns dns;
static int resolver;

static int setup(void **state)
{
    const struct dns_limits limits = { 60000, 5000 };
    int ends[2];
    struct err e;
    if (ipc_pair(ends, &e) != 0)
        return -1;
    arena_init(&a, 16 * 1024 * 1024);
    dns_link = dns_link_new(ends[0]);
    resolver = ends[1];
    fcntl(resolver, F_SETFL, O_NONBLOCK);
    dns_init(&dns, &a, dns_link_source(dns_link), &limits);
    return 0;
}

static int teardown(void **state)
{
    dns_link_free(&dns_link);
    fd_close(&resolver);
    arena_deinit(&a);
    return 0;
}

/* The next frame's questions. */
static unsigned questions(struct dns_question *q, unsigned max, uint64_t *client)
{
    static char buffer[IPC_FRAME_MAX];
    struct ipc_received got;
    struct wire w;
    struct err e;
    unsigned n = 0;
    if (ipc_recv(resolver, buffer, sizeof(buffer), 0, &got, &e) != 1)
        return 0;
    wire_read(&w, slice_of(buffer, got.n));
    assert_int_equal(wire_u8(&w), DNS_FRAME_ASK);
    *client = wire_u64(&w);
    while (w.rest.n && n < max)
        assert_true(dns_question_get(&w, &q[n++]));
    assert_int_equal(w.rest.n, 0);
    return n;
}

static void answer(struct buf *frame, uint32_t id, enum dns_type type, enum dns_status status,
                   struct slice rdata)
{
    const struct dns_answer body = { .status = status, .ttl = 60, .n = rdata.n > 0 };
    if (frame->n == 0)
        wire_put_u8(frame, DNS_FRAME_ANSWERS);
    wire_put_u32(frame, id);
    wire_put_u16(frame, (uint16_t)type);
    dns_body_put(frame, &body);
    if (rdata.n)
        wire_put_slice(frame, rdata);
}

static void send_frame(struct buf *frame)
{
    struct err e;
    assert_int_equal(ipc_send(resolver, buf_slice(frame), NULL, 0, &e), 0);
    buf_deinit(frame);
}

static void questions_go_together(void **state)
{
    struct dns_question q[10];
    uint64_t client = 1;
    dns_ask(&dns, SLICE("Example.org"), DNS_A);
    dns_ask(&dns, SLICE("example.org"), DNS_MX);
    assert_int_equal(questions(q, 10, &client), 0);
    dns_send(&dns);
    assert_int_equal(questions(q, 10, &client), 2);
    assert_int_equal(client, 0);
    assert_int_equal(q[0].type, DNS_A);
    assert_memory_equal(q[0].name.p, "example.org", 11);
    assert_int_equal(questions(q, 10, &client), 0);
}

static void answers_in_any_order(void **state)
{
    struct dns_question q[10];
    uint64_t client;
    struct buf frame;
    dns_ask(&dns, SLICE("example.org"), DNS_A);
    dns_ask(&dns, SLICE("example.org"), DNS_MX);
    dns_ask(&dns, SLICE("example.org"), DNS_TXT);
    dns_send(&dns);
    assert_int_equal(questions(q, 10, &client), 3);
    buf_init(&frame, IPC_FRAME_MAX);
    answer(&frame, q[2].id, DNS_TXT, DNS_FOUND, SLICE("\2ab\1c"));
    answer(&frame, q[0].id, DNS_A, DNS_NO_NAME, SLICE(""));
    answer(&frame, q[1].id, DNS_MX, DNS_FOUND, SLICE("\0\12\1m\2ex\0"));
    send_frame(&frame);
    const struct dns_answer *mx = dns_get(&dns, SLICE("example.org"), DNS_MX);
    assert_int_equal(mx->records->preference, 10);
    assert_memory_equal(mx->records->data.p, "m.ex", 4);
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_NO_NAME);
    assert_memory_equal(dns_get(&dns, SLICE("example.org"), DNS_TXT)->records->data.p, "abc", 3);
}

static void a_late_answer_is_for_no_other_message(void **state)
{
    const struct dns_limits limits = { 1, 10 };
    struct dns_question q[10];
    uint64_t client;
    struct buf frame;
    dns_init(&dns, &a, dns_link_source(dns_link), &limits);
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_LATE);
    assert_int_equal(questions(q, 10, &client), 1);
    buf_init(&frame, IPC_FRAME_MAX);
    answer(&frame, q[0].id, DNS_A, DNS_FOUND, SLICE("\1\2\3\4"));
    send_frame(&frame);
    dns_init(&dns, &a, dns_link_source(dns_link), &limits);
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_LATE);
}

static void a_full_channel_is_no_wait(void **state)
{
    const struct dns_limits limits = { 1, 100000 };
    dns_init(&dns, &a, dns_link_source(dns_link), &limits);
    for (unsigned i = 0; i < 20000; i++)
        dns_ask(&dns, arena_printf(&a, "a-name-that-takes-some-room-%u.example.org", i), DNS_A);
    dns_send(&dns);
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_LATE);
    assert_false(dns.gone);
}

static void a_resolver_that_dies(void **state)
{
    dns_ask(&dns, SLICE("example.org"), DNS_A);
    dns_send(&dns);
    assert_false(dns_link_gone(dns_link));
    fd_close(&resolver);
    assert_true(dns_link_gone(dns_link));
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_FAILED);
    assert_int_equal(dns_get(&dns, SLICE("example.net"), DNS_A)->status, DNS_FAILED);
    assert_true(dns.gone);
}

static void a_resolver_that_says_what_none_says(void **state)
{
    struct err e;
    assert_int_equal(ipc_send(resolver, SLICE("hello"), NULL, 0, &e), 0);
    assert_int_equal(dns_get(&dns, SLICE("example.org"), DNS_A)->status, DNS_FAILED);
    assert_true(dns.gone);
}

static void clients_are_told_apart(void **state)
{
    static const char *const addresses[] = {
        "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "x", ""
    };
    struct dns_question q[10];
    uint64_t seen[6];
    for (size_t i = 0; i < 6; i++) {
        dns_link_set_client(dns_link, slice_str(addresses[i]));
        dns_ask(&dns, arena_printf(&a, "%zu.example.org", i), DNS_A);
        dns_send(&dns);
        assert_int_equal(questions(q, 10, &seen[i]), 1);
    }
    assert_true(seen[0] != seen[1] && seen[2] != seen[0]);
    assert_true(seen[2] == seen[3]); /* one /64 */
    assert_true(seen[4] == 0 && seen[5] == 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(questions_go_together),     T(answers_in_any_order), T(a_late_answer_is_for_no_other_message),
        T(a_full_channel_is_no_wait), T(a_resolver_that_dies), T(a_resolver_that_says_what_none_says),
        T(clients_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
