/* arc-seal.c - one more set on a message that passes through; see arc-seal.h */
#include "auth/arc-seal.h"

#include "auth/arc-verify.h"
#include "auth/dkim-tags.h"

struct making {
    struct arena *a;
    struct dkim_crypto *c;
    const struct arc_sealing *s;
    struct arc_chain chain; /* with the new set behind the others */
};

static const char *refusal(const struct arc_chain *chain, enum auth_code state)
{
    if (chain->n >= ARC_SETS_MAX)
        return "there are as many sets as there may be";
    if (chain->n && chain->sets[chain->n - 1].seal.status == ARC_FAIL)
        return "the chain was broken before";
    if (state != AUTH_PASS && state != AUTH_FAIL && state != AUTH_NONE)
        return "the chain was not looked at";
    if (state != AUTH_FAIL && chain->fault)
        return "the chain is broken";
    if (state == AUTH_NONE && chain->n)
        return "there is a chain";
    return state == AUTH_PASS && chain->n == 0 ? "there is no chain" : NULL;
}

/* A field as the wire has it. */
static const struct header *field_of(struct arena *a, const char *name, struct slice value)
{
    struct header *h = ARENA_NEW(a, struct header);
    struct buf out;
    struct slice line;
    buf_init_in(&out, a, 2 * value.n + 100);
    buf_printf(&out, "%s: ", name);
    while (slice_line(&value, &line)) {
        buf_add_slice(&out, slice_chomp(line));
        buf_add_str(&out, "\r\n");
    }
    h->field = buf_slice(&out);
    return h;
}

static const char *status_name(enum auth_code state)
{
    return state == AUTH_PASS ? "pass" : state == AUTH_FAIL ? "fail" : "none";
}

/* The seal up to its b=, then b= itself. */
static struct slice make_seal(struct making *m, struct arc_set *set, unsigned instance)
{
    const struct dkim_signing *s = &m->s->signing;
    unsigned char sum[DKIM_HASH], signature[DKIM_SIGNATURE_MAX];
    struct buf out;
    buf_init_in(&out, m->a, DKIM_VALUE_MAX);
    buf_printf(&out, "i=%u; a=%s; cv=%s;\n\td=%.*s; s=%.*s;\n\tt=%lld;\n\tb=", instance,
               dkim_private_algorithm(s->key), status_name(m->s->state), SLICE_ARG(s->domain),
               SLICE_ARG(s->selector), (long long)s->now);
    set->seal_field = field_of(m->a, "ARC-Seal", buf_slice(&out));
    arc_seal_hash(&m->chain, m->s->state == AUTH_FAIL ? instance : 1, instance, m->c, sum);
    size_t n = dkim_private_sign(s->key, sum, signature);
    dkim_sign_fold(&out, dkim_base64_of(m->a, slice_of((const char *)signature, n)), 3);
    return n && !out.full ? buf_slice(&out) : slice_of(NULL, 0);
}

/* Room for one set more; of a broken chain none of the others counts. */
static struct arc_set *add_set(struct making *m)
{
    struct arc_set *sets = arena_array(m->a, m->chain.n + 1, sizeof(*sets));
    if (m->chain.n)
        memcpy(sets, m->chain.sets, m->chain.n * sizeof(*sets));
    m->chain.sets = sets;
    return &sets[m->chain.n++];
}

bool arc_seal(struct arc_values *v, struct arena *a, struct dkim_crypto *c, const struct header_block *header,
              struct dkim_fields *fields, struct dkim_bodies *bodies, const struct arc_sealing *s,
              const char **why)
{
    struct making m = { .a = a, .c = c, .s = s };
    struct dkim_signing signing = s->signing;
    arc_chain_read(&m.chain, a, header);
    *why = refusal(&m.chain, s->state);
    if (*why)
        return false;
    struct arc_set *set = add_set(&m);
    signing.instance = (unsigned)m.chain.n;
    signing.oversign = SLICE("");
    v->results = arena_printf(a, "i=%u; %.*s", signing.instance, SLICE_ARG(s->results));
    v->message = dkim_sign(a, c, fields, bodies, &signing);
    set->results_field = field_of(a, "ARC-Authentication-Results", v->results);
    set->message_field = field_of(a, "ARC-Message-Signature", v->message);
    v->seal = make_seal(&m, set, signing.instance);
    if (v->message.p && v->seal.p)
        return true;
    *why = "the key does not sign";
    return false;
}
