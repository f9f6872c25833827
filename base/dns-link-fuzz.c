/* dns-link-fuzz.c - any bytes as what a resolver says
 * The first byte says how many questions were asked before; the rest are frames, each behind its u16 length.
 * What comes out is what base/dns.h promises, and nothing is waited for. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/dns-link.h"
#include "base/dns-name.h"
#include "base/ipc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static bool is_name(struct slice s)
{
    struct dns_name name;
    return s.n == 0 || (dns_name_from_text(&name, s) && slice_eq(dns_name_slice(&name), s));
}

static void check_answer(const struct dns_answer *r)
{
    size_t n = 0;
    for (const struct dns_record *record = r->records; record; record = record->next, n++) {
        if (r->type == DNS_A || r->type == DNS_AAAA)
            check(record->data.n == (r->type == DNS_A ? 4 : 16));
        else if (r->type != DNS_TXT)
            check(is_name(record->data));
    }
    check(n == r->n && n <= DNS_RECORDS_MAX && (n > 0) == (r->status == DNS_FOUND));
    check(is_name(r->canonical));
}

static void say(int fd, struct slice frames)
{
    struct err e;
    while (frames.n >= 2) {
        size_t n = (size_t)(unsigned char)frames.p[0] << 8 | (unsigned char)frames.p[1];
        struct slice frame = slice_sub(frames, 2, n);
        if (frame.n && ipc_send(fd, frame, NULL, 0, &e) != 0)
            return;
        frames = slice_from(frames, 2 + n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type types[] = { DNS_A,   DNS_TXT,   DNS_MX,  DNS_AAAA,
                                           DNS_PTR, DNS_CNAME, DNS_SOA, DNS_NS };
    const struct dns_limits limits = { 1000, 100 };
    struct arena a;
    struct dns dns;
    struct err e;
    int ends[2];
    if (size == 0 || ipc_pair(ends, &e) != 0)
        return 0;
    arena_init(&a, 64 * 1024 * 1024);
    struct dns_link *link = dns_link_new(ends[0]);
    dns_init(&dns, &a, dns_link_source(link), &limits);
    unsigned n = data[0] % 16;
    for (unsigned i = 0; i < n; i++)
        dns_ask(&dns, SLICE("example.org"), types[i % 8]);
    (void)shutdown(ends[1], SHUT_RD);
    (void)!fcntl(ends[1], F_SETFL, O_NONBLOCK);
    say(ends[1], slice_of((const char *)data + 1, size - 1));
    close(ends[1]);
    for (unsigned i = 0; i < n; i++)
        check_answer(dns_get(&dns, SLICE("example.org"), types[i % 8]));
    dns_link_free(&link);
    arena_deinit(&a);
    return 0;
}
