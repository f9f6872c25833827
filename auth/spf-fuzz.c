/* spf-fuzz.c - a client, and a zone of the attacker's
 * Lines: address, HELO, sender, then lines of base/dns-table.h (those that are none are left out).
 * Holds: a result for every address; lookups within the limit and one; all texts printable; a second check
 * gives the same. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/spf.h"
#include "auth/text.h"
#include "base/dns-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct dns_table *zone_of(struct arena *a, struct slice rest)
{
    struct dns_table *t = dns_table_new(a);
    struct slice line;
    struct err e;
    while (slice_line(&rest, &line))
        if (dns_table_add(t, line, &e) != 0)
            continue;
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct dns_limits limits = { 1, 200 };
    const struct spf_receiver r = { SLICE("mx.example"), 1000000000 };
    struct slice rest = slice_of((const char *)data, size), line[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
    struct auth_options o;
    struct auth_spf first, again;
    struct arena a;
    struct dns d;
    auth_options_default(&o);
    arena_init(&a, 256 << 20);
    for (int i = 0; i < 3; i++)
        if (slice_line(&rest, &line[i]))
            line[i] = slice_chomp(line[i]);
    const struct auth_client c = { line[0], line[1], line[2], true };
    dns_init(&d, &a, dns_table_source(zone_of(&a, rest)), &limits);
    spf_ask(&d, &a, &c);
    spf_check(&o, &d, &a, &c, &r, &first);
    check(first.code < AUTH_CODES && first.lookups <= o.spf_lookups_max + 1);
    check(first.void_lookups <= o.spf_void_lookups_max + 1);
    check(auth_all_printable(first.reason) && auth_all_printable(first.explanation));
    check(first.code == AUTH_NOT_RUN || first.reason.n > 0);
    spf_check(&o, &d, &a, &c, &r, &again);
    check(again.code == first.code && slice_eq(again.reason, first.reason));
    spf_check_helo(&o, &d, &a, &c, &r, &again);
    check(auth_all_printable(again.reason));
    arena_deinit(&a);
    return 0;
}
