/* dkim-verify.c - the DKIM signatures of a message; see dkim-verify.h */
#include "auth/dkim-verify.h"

#include "auth/dkim-key.h"
#include "auth/dkim-tags.h"

#define RECORDS_TRIED 4 /* key records of one name (6376 6.1.2: any may be chosen) */

static struct dkim_proof proof(enum auth_code code, const char *reason)
{
    return (struct dkim_proof){ .code = code, .reason = reason };
}

struct dkim_mail *dkim_mail_new(struct arena *a, const struct header_block *header, struct slice body,
                                struct slice from_domain, int64_t now, const struct dkim_options *o)
{
    struct dkim_mail *m = ARENA_NEW(a, struct dkim_mail);
    m->header = header;
    m->fields = dkim_fields_new(a, header);
    m->bodies.body = body;
    m->from_domain = from_domain;
    m->now = now;
    m->options = o;
    return m;
}

static void refuse(struct dkim_signature *s, const char *reason)
{
    s->code = AUTH_POLICY;
    s->reason = reason;
}

static void read_one(struct dkim_check *check, const struct header *h)
{
    struct dkim_mail *mail = check->mail;
    struct dkim_signature *s = &check->v[check->n++];
    dkim_signature_read(s, check->a, FIELD_DKIM, h->field, h->value);
    if (s->code != AUTH_NONE)
        return;
    if (mail->header->flags & HEADER_TRUNCATED)
        refuse(s, "the header is too long");
    else if (dkim_body_want(&mail->bodies, s->body_canon, s->has_length, s->length) == NULL)
        refuse(s, "too many signatures");
}

struct dkim_check *dkim_begin(struct arena *a, struct dkim_mail *mail)
{
    struct dkim_check *check = ARENA_NEW(a, struct dkim_check);
    check->a = a;
    check->mail = mail;
    for (size_t i = 0; i < mail->header->n; i++) {
        const struct header *h = &mail->header->v[i];
        if (!slice_ieq(h->name, SLICE("DKIM-Signature")))
            continue;
        if (check->n == mail->options->signatures_max || check->n == AUTH_SIGNATURES_MAX)
            check->left_out++;
        else
            read_one(check, h);
    }
    return check;
}

void dkim_ask(const struct dkim_check *check, struct dns *dns)
{
    for (size_t i = 0; i < check->n; i++)
        if (check->v[i].code == AUTH_NONE)
            dns_ask(dns, dkim_key_name(check->a, check->v[i].selector, check->v[i].domain), DNS_TXT);
}

/* ---- the key and what is signed with it */

/* What a key that was read says of a signature. */
static struct dkim_proof prove_by(const struct dkim_options *o, struct dkim_crypto *c,
                                  const struct dkim_public *public, const struct dkim_claim *claim)
{
    unsigned bits = dkim_public_bits(public);
    bool rsa = claim->kind == KEY_RSA;
    if (rsa && bits > o->key_bits_max)
        return proof(AUTH_POLICY, "the key is longer than we use");
    if (!dkim_public_verify(c, public, claim->sum, claim->signature))
        return proof(AUTH_FAIL, "the signature is not good");
    return rsa && bits < o->key_bits_min ? proof(AUTH_POLICY, "the key is too short")
                                         : proof(AUTH_PASS, NULL);
}

static struct dkim_proof prove_with(struct arena *a, const struct dkim_options *o, struct dkim_crypto *c,
                                    struct slice record, const struct dkim_claim *claim)
{
    struct dkim_key key;
    const char *why = NULL;
    if (!dkim_key_read(&key, a, record, claim->kind, &why))
        return proof(AUTH_PERMERROR, why);
    if (key.exact && claim->below)
        return proof(AUTH_PERMERROR, "the key is for d= itself, i= is below it");
    const struct dkim_public *public = dkim_public(c, claim->kind, key.bytes, &why);
    if (public == NULL)
        return proof(AUTH_PERMERROR, why);
    struct dkim_proof p = prove_by(o, c, public, claim);
    p.key_bits = dkim_public_bits(public);
    p.testing = key.testing;
    return p;
}

static struct dkim_proof no_key(const struct dns_answer *answer)
{
    switch (answer->status) {
    case DNS_FOUND:
    case DNS_NO_DATA:
    case DNS_NO_NAME: return proof(AUTH_PERMERROR, "there is no key");
    case DNS_LIMIT: return proof(AUTH_TEMPERROR, "the key was not asked for");
    case DNS_LATE: return proof(AUTH_TEMPERROR, "no answer for the key");
    case DNS_FAILED: break;
    }
    return proof(AUTH_TEMPERROR, "the DNS fails for the key");
}

/* Of several records the first that is good; else what the first that is a key says. */
struct dkim_proof dkim_prove(struct arena *a, const struct dkim_options *o, struct dns *dns,
                             struct dkim_crypto *c, const struct dkim_claim *claim)
{
    const struct dns_answer *answer = dns_get(dns, dkim_key_name(a, claim->selector, claim->domain), DNS_TXT);
    struct dkim_proof first = no_key(answer);
    size_t tried = 0;
    if (answer->status != DNS_FOUND)
        return first;
    for (const struct dns_record *r = answer->records; r && tried < RECORDS_TRIED; r = r->next) {
        if (answer->n > 1 && !dkim_key_is(r->data))
            continue;
        struct dkim_proof p = prove_with(a, o, c, r->data, claim);
        if (p.code == AUTH_PASS)
            return p;
        if (tried++ == 0)
            first = p;
    }
    return first;
}

/* ---- the message */

static void feed(void *ctx, struct slice piece)
{
    const struct dkim_hasher *h = ctx;
    dkim_hash_add(h->c, h->slot, piece);
}

struct dkim_sink dkim_hash_sink(struct dkim_hasher *h)
{
    return (struct dkim_sink){ feed, h };
}

/* Returns how many From fields are covered. */
static size_t hash_header(struct dkim_mail *mail, const struct dkim_signature *s, struct dkim_crypto *c,
                          unsigned char sum[DKIM_HASH])
{
    struct dkim_hasher h = { c, SLOT_HEADER };
    struct dkim_sink out = dkim_hash_sink(&h);
    dkim_hash_begin(c, SLOT_HEADER);
    size_t covered = dkim_fields_put(mail->fields, s->fields, s->header_canon, &out, SLICE("From"));
    dkim_canon_signature(&out, s->header_canon, s->field);
    dkim_hash_end(c, SLOT_HEADER, sum);
    return covered;
}

static struct slice identity_domain(const struct dkim_signature *s)
{
    const char *at = memrchr(s->identity.p, '@', s->identity.n);
    return slice_from(s->identity, at ? (size_t)(at - s->identity.p) + 1 : s->identity.n);
}

static struct dkim_proof check_time(const struct dkim_mail *mail, const struct dkim_signature *s)
{
    int64_t skew = mail->options->clock_skew / 1000;
    struct dkim_proof p = proof(AUTH_PASS, NULL);
    if (s->expires && s->expires + skew < mail->now) {
        p = proof(AUTH_FAIL, "the signature has expired");
        p.expired = true;
    } else if (s->signed_at > mail->now + skew)
        p = proof(AUTH_POLICY, "the signature is from the future");
    return p;
}

static struct dkim_proof check_body(const struct dkim_signature *s, const struct dkim_body *body)
{
    if (body == NULL || !body->made)
        return proof(AUTH_POLICY, "too many signatures");
    if (body->has_length && body->length > body->total)
        return proof(AUTH_FAIL, "the body is shorter than l=");
    bool same = memcmp(body->sum, s->body_hash.p, DKIM_HASH) == 0;
    return same ? proof(AUTH_PASS, NULL) : proof(AUTH_FAIL, "the body was changed");
}

/* Good, but does it cover what a reader sees? */
static void check_cover(const struct dkim_mail *mail, const struct dkim_signature *s, size_t covered,
                        struct dkim_proof *p)
{
    const char *why = NULL;
    if (p->partial && !mail->options->length)
        why = "only a part of the body is signed";
    else if (s->instance == 0 && covered < dkim_fields_count(mail->fields, SLICE("From")))
        why = "a From field is not signed";
    if (why && p->code == AUTH_PASS) {
        p->code = AUTH_POLICY;
        p->reason = why;
    }
}

struct dkim_proof dkim_prove_message(struct arena *a, struct dkim_mail *mail, const struct dkim_signature *s,
                                     struct dns *dns, struct dkim_crypto *c)
{
    const struct dkim_body *body = dkim_body_want(&mail->bodies, s->body_canon, s->has_length, s->length);
    unsigned char sum[DKIM_HASH];
    const struct dkim_claim claim = { .domain = s->domain,
                                      .selector = s->selector,
                                      .kind = s->kind,
                                      .sum = sum,
                                      .signature = s->signature,
                                      .below =
                                          s->instance == 0 && !slice_ieq(identity_domain(s), s->domain) };
    struct dkim_proof p = check_time(mail, s);
    if (p.code == AUTH_PASS)
        p = check_body(s, body);
    if (p.code != AUTH_PASS)
        return p;
    size_t covered = hash_header(mail, s, c, sum);
    p = dkim_prove(a, mail->options, dns, c, &claim);
    p.partial = body->has_length && body->length < body->total;
    check_cover(mail, s, covered, &p);
    return p;
}

/* RFC 5617 2.7, and SpamAssassin's: d= or the domain of i= is the author's, or the author's is below i='s. */
static bool by_author(const struct dkim_mail *mail, const struct dkim_signature *s)
{
    if (mail->from_domain.n == 0 || s->domain.n == 0)
        return false;
    return slice_ieq(s->domain, mail->from_domain) || dkim_below(mail->from_domain, identity_domain(s));
}

static void verify_one(struct dkim_check *check, const struct dkim_signature *s, struct dns *dns,
                       struct dkim_crypto *c, struct auth_signature *out)
{
    struct dkim_proof p = { .code = s->code, .reason = s->reason };
    if (s->code == AUTH_NONE)
        p = dkim_prove_message(check->a, check->mail, s, dns, c);
    *out = (struct auth_signature){ .code = p.code,
                                    .domain = s->domain,
                                    .selector = s->selector,
                                    .identity = s->identity,
                                    .algorithm = s->algorithm,
                                    .start = s->start,
                                    .reason = slice_str(p.reason),
                                    .key_bits = p.key_bits,
                                    .testing = p.testing,
                                    .partial = p.partial,
                                    .expired = p.expired,
                                    .author = by_author(check->mail, s),
                                    .signed_at = s->signed_at,
                                    .fields = s->fields };
}

void dkim_verify(struct dkim_check *check, struct dns *dns, struct dkim_crypto *c, struct auth_results *out)
{
    out->signatures = arena_array(check->a, check->n + 1, sizeof(*out->signatures));
    out->n_signatures = check->n;
    out->signatures_left_out = (unsigned)check->left_out;
    dkim_bodies_make(&check->mail->bodies, c);
    for (size_t i = 0; i < check->n; i++)
        verify_one(check, &check->v[i], dns, c, &out->signatures[i]);
}
