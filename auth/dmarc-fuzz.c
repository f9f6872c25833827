/* dmarc-fuzz.c - a From field, SPF's domain, DKIM's domain, and records of the attacker's
 * Lines: From, SPF domain, DKIM domain, then lines of base/dns-table.h.
 * Holds: pass only with an aligned identifier; nothing is applied but for a fail, and no more than the
 * policy; the reason is printable. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/domain.h"
#include "auth/from.h"
#include "auth/text.h"
#include "base/dns-table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_result(const struct auth_results *r, const struct dmarc_from *from)
{
    const struct auth_dmarc *d = &r->dmarc;
    check(d->code < AUTH_CODES && d->policy <= DMARC_POLICY_REJECT && d->applied <= d->policy);
    check(d->applied == DMARC_POLICY_NONE || d->code == AUTH_FAIL);
    check((d->code == AUTH_PASS) == (d->spf_aligned || d->dkim_aligned));
    check(auth_all_printable(d->reason) && d->reason.n > 0 && d->pct <= 100);
    check(!from->wrong || d->code == AUTH_PERMERROR || d->code == AUTH_FAIL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct envelope nobody;
    const struct dns_limits limits = { 1, 50 };
    struct slice rest = slice_of((const char *)data, size), line[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
    struct message_limits l;
    struct message m;
    struct dmarc_from from;
    struct auth_signature signature = { .code = AUTH_PASS };
    struct auth_results r = { .n_signatures = 1, .signatures = &signature };
    struct err e;
    struct arena a;
    struct dns d;
    message_limits_default(&l);
    arena_init(&a, 256 << 20);
    for (int i = 0; i < 3; i++)
        if (slice_line(&rest, &line[i]))
            line[i] = slice_chomp(line[i]);
    message_parse(&m, &a, arena_printf(&a, "From: %.*s\n\n", SLICE_ARG(line[0])), &nobody, &l);
    auth_from(&from, &m);
    r.spf = (struct auth_spf){ .code = AUTH_PASS, .domain = auth_domain(&a, line[1]) };
    signature.domain = auth_domain(&a, line[2]);
    struct dns_table *t = dns_table_new(&a);
    while (slice_line(&rest, &line[0]))
        if (dns_table_add(t, line[0], &e) != 0)
            continue;
    dns_init(&d, &a, dns_table_source(t), &limits);
    dmarc_ask(&d, &a, &from);
    dmarc_check(&d, &a, &from, &(const struct dmarc_terms){ .draw = (unsigned)size % 100 }, &r);
    check_result(&r, &from);
    dmarc_check_author(&d, &a, &from, &(const struct dmarc_terms){ .draw = (unsigned)size % 100 }, &r);
    check(!r.dmarc_author.spf_aligned && (from.n > 0 || r.dmarc_author.code == AUTH_NOT_RUN));
    arena_deinit(&a);
    return 0;
}
