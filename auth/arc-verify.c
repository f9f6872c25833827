/* arc-verify.c - the chain of custody of a message; see arc-verify.h */
#include "auth/arc-verify.h"

struct arc_check *arc_begin(struct arena *a, struct dkim_mail *mail)
{
    struct arc_check *check = ARENA_NEW(a, struct arc_check);
    check->a = a;
    check->mail = mail;
    arc_chain_read(&check->chain, a, mail->header);
    const struct arc_chain *c = &check->chain;
    for (size_t i = 0; i < c->n && c->fault == NULL; i++) {
        const struct dkim_signature *s = &c->sets[i].message;
        if (s->code == AUTH_NONE)
            dkim_body_want(&mail->bodies, s->body_canon, s->has_length, s->length);
    }
    return check;
}

static bool is_failed(const struct arc_chain *c)
{
    return c->n && c->sets[c->n - 1].seal.status == ARC_FAIL;
}

void arc_ask(const struct arc_check *check, struct dns *dns)
{
    const struct arc_chain *c = &check->chain;
    if (c->fault || is_failed(c))
        return;
    for (size_t i = c->n; i > 0; i--) { /* the newest first, should there be too many */
        const struct arc_set *set = &c->sets[i - 1];
        dns_ask(dns, dkim_key_name(check->a, set->seal.selector, set->seal.domain), DNS_TXT);
        if (set->message.code == AUTH_NONE)
            dns_ask(dns, dkim_key_name(check->a, set->message.selector, set->message.domain), DNS_TXT);
    }
}

/* ---- seals */

static void put_set(const struct arc_set *set, struct dkim_sink *out)
{
    dkim_canon_field(out, CANON_RELAXED, set->results_field->field);
    dkim_canon_field(out, CANON_RELAXED, set->message_field->field);
}

void arc_seal_hash(const struct arc_chain *chain, size_t first, size_t last, struct dkim_crypto *c,
                   unsigned char sum[DKIM_HASH])
{
    struct dkim_hasher h = { c, SLOT_HEADER };
    struct dkim_sink out = dkim_hash_sink(&h);
    dkim_hash_begin(c, SLOT_HEADER);
    for (size_t i = first - 1; i < last; i++) {
        put_set(&chain->sets[i], &out);
        if (i + 1 < last)
            dkim_canon_field(&out, CANON_RELAXED, chain->sets[i].seal_field->field);
    }
    dkim_canon_signature(&out, CANON_RELAXED, chain->sets[last - 1].seal_field->field);
    dkim_hash_end(c, SLOT_HEADER, sum);
}

/* Of every seal, each hash from where the one before stood. */
static void hash_seals(const struct arc_chain *chain, struct dkim_crypto *c,
                       unsigned char sums[ARC_SETS_MAX][DKIM_HASH])
{
    struct dkim_hasher all = { c, SLOT_SETS }, one = { c, SLOT_HEADER };
    struct dkim_sink rest = dkim_hash_sink(&all), last = dkim_hash_sink(&one);
    dkim_hash_begin(c, SLOT_SETS);
    for (size_t i = 0; i < chain->n; i++) {
        put_set(&chain->sets[i], &rest);
        dkim_hash_copy(c, SLOT_SETS, SLOT_HEADER);
        dkim_canon_signature(&last, CANON_RELAXED, chain->sets[i].seal_field->field);
        dkim_hash_end(c, SLOT_HEADER, sums[i]);
        dkim_canon_field(&rest, CANON_RELAXED, chain->sets[i].seal_field->field);
    }
}

static void fail(const struct arc_check *check, struct auth_arc *out, size_t set, const char *what,
                 const char *why)
{
    out->code = AUTH_FAIL;
    out->reason = set ? arena_printf(check->a, "set %zu: %s%s", set, what, why)
                      : arena_printf(check->a, "%s%s", what, why);
}

static bool check_seals(const struct arc_check *check, struct dns *dns, struct dkim_crypto *c,
                        struct auth_arc *out)
{
    unsigned char sums[ARC_SETS_MAX][DKIM_HASH];
    const struct arc_chain *chain = &check->chain;
    hash_seals(chain, c, sums);
    for (size_t i = chain->n; i > 0; i--) {
        const struct arc_seal *s = &chain->sets[i - 1].seal;
        const struct dkim_claim claim = { .domain = s->domain,
                                          .selector = s->selector,
                                          .kind = s->kind,
                                          .sum = sums[i - 1],
                                          .signature = s->signature };
        struct dkim_proof p = dkim_prove(check->a, check->mail->options, dns, c, &claim);
        if (p.code != AUTH_PASS) {
            fail(check, out, i, "its seal: ", p.reason);
            return false;
        }
    }
    return true;
}

/* ---- message signatures */

static struct dkim_proof check_message(const struct arc_check *check, size_t set, struct dns *dns,
                                       struct dkim_crypto *c)
{
    const struct dkim_signature *s = &check->chain.sets[set - 1].message;
    if (s->code != AUTH_NONE)
        return (struct dkim_proof){ .code = AUTH_FAIL, .reason = s->reason };
    return dkim_prove_message(check->a, check->mail, s, dns, c);
}

/* 5.2 step 5: the lowest set from which on all message signatures are good; 0: all are. */
static unsigned oldest_pass(const struct arc_check *check, struct dns *dns, struct dkim_crypto *c)
{
    for (size_t i = check->chain.n; i > 1; i--)
        if (check_message(check, i - 1, dns, c).code != AUTH_PASS)
            return (unsigned)i;
    return 0;
}

void arc_verify(struct arc_check *check, struct dns *dns, struct dkim_crypto *c, struct auth_arc *out)
{
    const struct arc_chain *chain = &check->chain;
    *out = (struct auth_arc){ .code = AUTH_NONE, .sets = (unsigned)chain->n };
    if (chain->n) {
        const struct arc_set *newest = &chain->sets[chain->n - 1];
        out->domain = newest->seal.domain;
        out->selector = newest->seal.selector;
        out->results = newest->results;
    }
    if (is_failed(chain))
        fail(check, out, chain->n, "the chain was broken before", "");
    else if (chain->fault)
        fail(check, out, chain->at, chain->fault, "");
    if (out->code == AUTH_FAIL || chain->n == 0)
        return;
    dkim_bodies_make(&check->mail->bodies, c);
    struct dkim_proof p = check_message(check, chain->n, dns, c);
    if (p.code != AUTH_PASS)
        fail(check, out, chain->n, "its signature: ", p.reason);
    else if (check_seals(check, dns, c, out)) {
        out->code = AUTH_PASS;
        out->oldest_pass = oldest_pass(check, dns, c);
    }
}
