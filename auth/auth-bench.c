/* auth-bench.c - what SPF and DMARC of a usual message cost when answers are at hand
 * usage: auth-bench [ROUNDS]. Prints CPU microseconds a message: a record with two includes that passes at
 * its last term, the HELO name, a DMARC record. Answers come from a table in memory; asking it counts. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "auth/from.h"
#include "auth/spf.h"
#include "base/dns-table.h"

static const char zone[] =
    "news.example.com TXT v=spf1 include:_spf.example.net include:_spf.example.org a mx ~all\n"
    "_spf.example.net TXT v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/25 ip6:2001:db8:1::/48 ~all\n"
    "_spf.example.org TXT v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/24 ip6:2001:db8:2::/48 ~all\n"
    "mx1.example.org TXT v=spf1 a -all\n"
    "mx1.example.org A 192.0.2.1\n"
    "_dmarc.example.com TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.com; pct=100; adkim=r; aspf=r\n"
    "example.com TXT v=spf1 -all\n";

static const char mail[] = "From: News <news@example.com>\nSubject: x\n\nbody\n";

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void look(struct arena *a, struct message *m, const struct auth_options *o)
{
    static const struct auth_client c = { SLICE("192.0.2.1"), SLICE("mx1.example.org"),
                                          SLICE("bounce@news.example.com"), true };
    const struct dns_limits limits = { 1000, 100 };
    const struct spf_receiver r = { SLICE("mx.example"), 1000000000 };
    struct dns_table *table = dns_table_new(a);
    struct auth_results out = { .n_signatures = 0 };
    struct dmarc_from from;
    struct dns d;
    struct err e;
    if (dns_table_add(table, slice_str(zone), &e) != 0)
        exit(1);
    double before = cpu_us();
    dns_init(&d, a, dns_table_source(table), &limits);
    auth_from(&from, m);
    spf_ask(&d, a, &c);
    dmarc_ask(&d, a, &from);
    spf_check(o, &d, a, &c, &r, &out.spf);
    spf_check_helo(o, &d, a, &c, &r, &out.spf_helo);
    dmarc_check(&d, a, &from, &(const struct dmarc_terms){ .draw = 0 }, &out);
    static double sum;
    static unsigned n;
    sum += cpu_us() - before;
    if (out.spf.code != AUTH_PASS || out.dmarc.code != AUTH_PASS)
        exit(1);
    if (++n % 10000 == 0)
        printf("SPF and DMARC: %.1f us a message (%u messages)\n", sum / n, n);
}

int main(int argc, char **argv)
{
    static const struct envelope nobody;
    struct message_limits l;
    struct auth_options o;
    struct message m;
    struct arena parsed, a;
    long rounds = argc > 1 ? atol(argv[1]) : 10000;
    message_limits_default(&l);
    auth_options_default(&o);
    arena_init(&parsed, 1 << 20);
    arena_init(&a, 16 << 20);
    message_warm();
    message_parse(&m, &parsed, slice_str(mail), &nobody, &l);
    m.arena = &a;
    for (long i = 0; i < rounds; i++) {
        look(&a, &m, &o);
        arena_reset(&a);
    }
    arena_deinit(&a);
    arena_deinit(&parsed);
    return 0;
}
