/* auth-wire.c - results of sender authentication from a worker; see auth_result.h
 * Texts are cut to AUTH_TEXT_MAX and made printable when they are written; who reads takes nothing else. What
 * only a scorer needs stays with it (h= of signatures, DMARC for rules, the text of ARC's results).
 * Client, SPF twice, u8 number, signatures, u32 left out, DMARC, ARC. A code is a u8, flags are one. */
#include "message/auth_result.h"

#include "base/wire.h"

static void put_text(struct buf *out, struct slice s)
{
    size_t n = s.n < AUTH_TEXT_MAX ? s.n : AUTH_TEXT_MAX;
    wire_put_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        wire_put_u8(out, (uint8_t)(s.p[i] >= ' ' && s.p[i] <= '~' ? s.p[i] : '?'));
}

static struct slice get_text(struct wire *in, struct arena *a)
{
    struct slice s = wire_slice(in, AUTH_TEXT_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            in->bad = true;
    return arena_dup(a, s);
}

static uint8_t get_below(struct wire *in, unsigned end)
{
    uint8_t v = wire_u8(in);
    if (v >= end)
        in->bad = true;
    return v < end ? v : 0;
}

static enum auth_code get_code(struct wire *in)
{
    return (enum auth_code)get_below(in, AUTH_CODES);
}

/* ---- SPF */

static void put_spf(struct buf *out, const struct auth_spf *s)
{
    wire_put_u8(out, (uint8_t)s->code);
    put_text(out, s->domain);
    put_text(out, s->identity);
    put_text(out, s->reason);
    put_text(out, s->explanation);
    wire_put_u32(out, s->lookups);
    wire_put_u32(out, s->void_lookups);
}

static void get_spf(struct wire *in, struct arena *a, struct auth_spf *s)
{
    s->code = get_code(in);
    s->domain = get_text(in, a);
    s->identity = get_text(in, a);
    s->reason = get_text(in, a);
    s->explanation = get_text(in, a);
    s->lookups = wire_u32(in);
    s->void_lookups = wire_u32(in);
}

/* ---- DKIM */

enum { TESTING = 1, PARTIAL = 2, EXPIRED = 4, AUTHOR = 8, ALIGNED = 16, FLAGS_END = 32 };

static void put_signature(struct buf *out, const struct auth_signature *s)
{
    unsigned flags = (s->testing ? TESTING : 0) | (s->partial ? PARTIAL : 0) | (s->expired ? EXPIRED : 0) |
                     (s->author ? AUTHOR : 0) | (s->aligned ? ALIGNED : 0);
    wire_put_u8(out, (uint8_t)s->code);
    wire_put_u8(out, (uint8_t)flags);
    put_text(out, s->domain);
    put_text(out, s->selector);
    put_text(out, s->identity);
    put_text(out, s->algorithm);
    put_text(out, s->start);
    put_text(out, s->reason);
    wire_put_u32(out, s->key_bits);
    wire_put_u64(out, (uint64_t)s->signed_at);
}

static void get_signature(struct wire *in, struct arena *a, struct auth_signature *s)
{
    s->code = get_code(in);
    unsigned flags = get_below(in, FLAGS_END);
    s->testing = flags & TESTING;
    s->partial = flags & PARTIAL;
    s->expired = flags & EXPIRED;
    s->author = flags & AUTHOR;
    s->aligned = flags & ALIGNED;
    s->domain = get_text(in, a);
    s->selector = get_text(in, a);
    s->identity = get_text(in, a);
    s->algorithm = get_text(in, a);
    s->start = get_text(in, a);
    s->reason = get_text(in, a);
    s->key_bits = wire_u32(in);
    s->signed_at = (int64_t)wire_u64(in);
}

/* ---- DMARC */

enum { SPF_ALIGNED = 1, DKIM_ALIGNED = 2, SPF_STRICT = 4, DKIM_STRICT = 8, DMARC_FLAGS_END = 16 };

static void put_dmarc(struct buf *out, const struct auth_dmarc *d)
{
    unsigned flags = (d->spf_aligned ? SPF_ALIGNED : 0) | (d->dkim_aligned ? DKIM_ALIGNED : 0) |
                     (d->strict_spf ? SPF_STRICT : 0) | (d->strict_dkim ? DKIM_STRICT : 0);
    wire_put_u8(out, (uint8_t)d->code);
    wire_put_u8(out, (uint8_t)flags);
    put_text(out, d->from);
    put_text(out, d->domain);
    wire_put_u8(out, (uint8_t)d->policy);
    wire_put_u8(out, (uint8_t)d->applied);
    wire_put_u8(out, (uint8_t)d->at_stake);
    wire_put_u8(out, (uint8_t)d->pct);
    put_text(out, d->reason);
}

static void get_dmarc(struct wire *in, struct arena *a, struct auth_dmarc *d)
{
    d->code = get_code(in);
    unsigned flags = get_below(in, DMARC_FLAGS_END);
    d->spf_aligned = flags & SPF_ALIGNED;
    d->dkim_aligned = flags & DKIM_ALIGNED;
    d->strict_spf = flags & SPF_STRICT;
    d->strict_dkim = flags & DKIM_STRICT;
    d->from = get_text(in, a);
    d->domain = get_text(in, a);
    d->policy = (enum dmarc_policy)get_below(in, DMARC_POLICY_REJECT + 1);
    d->applied = (enum dmarc_policy)get_below(in, DMARC_POLICY_REJECT + 1);
    d->at_stake = (enum dmarc_policy)get_below(in, DMARC_POLICY_REJECT + 1);
    d->pct = get_below(in, 101);
    d->reason = get_text(in, a);
}

/* ---- ARC */

static void put_arc(struct buf *out, const struct auth_arc *arc)
{
    wire_put_u8(out, (uint8_t)arc->code);
    wire_put_u32(out, arc->sets);
    put_text(out, arc->domain);
    put_text(out, arc->selector);
    put_text(out, arc->reason);
    wire_put_u32(out, arc->oldest_pass);
}

static void get_arc(struct wire *in, struct arena *a, struct auth_arc *arc)
{
    arc->code = get_code(in);
    arc->sets = wire_u32(in);
    arc->domain = get_text(in, a);
    arc->selector = get_text(in, a);
    arc->reason = get_text(in, a);
    arc->oldest_pass = wire_u32(in);
}

/* ---- all */

void auth_results_put(struct buf *out, const struct auth_results *r)
{
    size_t n = r->n_signatures < AUTH_SIGNATURES_MAX ? r->n_signatures : AUTH_SIGNATURES_MAX;
    put_text(out, r->client.address);
    put_text(out, r->client.helo);
    put_text(out, r->client.sender);
    wire_put_u8(out, r->client.has_sender);
    put_spf(out, &r->spf);
    put_spf(out, &r->spf_helo);
    wire_put_u8(out, (uint8_t)n);
    for (size_t i = 0; i < n; i++)
        put_signature(out, &r->signatures[i]);
    wire_put_u32(out, r->signatures_left_out);
    put_dmarc(out, &r->dmarc);
    put_arc(out, &r->arc);
}

bool auth_results_get(struct wire *in, struct arena *a, struct auth_results *r)
{
    memset(r, 0, sizeof(*r));
    r->client.address = get_text(in, a);
    r->client.helo = get_text(in, a);
    r->client.sender = get_text(in, a);
    r->client.has_sender = get_below(in, 2) != 0;
    get_spf(in, a, &r->spf);
    get_spf(in, a, &r->spf_helo);
    r->n_signatures = get_below(in, AUTH_SIGNATURES_MAX + 1);
    r->signatures = arena_array(a, r->n_signatures + 1, sizeof(*r->signatures));
    for (size_t i = 0; i < r->n_signatures; i++)
        get_signature(in, a, &r->signatures[i]);
    r->signatures_left_out = wire_u32(in);
    get_dmarc(in, a, &r->dmarc);
    get_arc(in, a, &r->arc);
    return !in->bad;
}
