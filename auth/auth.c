/* auth.c - who sent a message, by all that can prove it; see auth.h */
#include "auth/auth.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include "auth/arc-trust.h"
#include "auth/arc-verify.h"
#include "auth/dkim-verify.h"
#include "auth/dmarc.h"
#include "auth/from.h"
#include "auth/spf.h"
#include "base/err.h"

struct auth {
    const struct auth_options *options;
    struct dkim_crypto *crypto;
    uint64_t draws; /* what pct= is drawn with: nobody outside can tell, and a message that comes again draws
                       the same */
};

struct auth_check {
    struct auth *auth;
    struct message *m;
    const struct auth_client *client;
    struct dns *dns;
    struct slice from_domain;
    struct dmarc_from from;
    struct dkim_mail *mail;
    struct dkim_check *dkim; /* NULL: not asked */
    struct arc_check *arc;
};

struct auth *auth_new(const struct auth_options *o)
{
    struct auth *a = calloc(1, sizeof(*a));
    if (a == NULL)
        fatal("out of memory");
    a->options = o;
    a->crypto = dkim_crypto_new();
    if (getrandom(&a->draws, sizeof(a->draws), 0) != sizeof(a->draws))
        fatal("no random numbers");
    return a;
}

void auth_free(struct auth **a)
{
    if (*a)
        dkim_crypto_free(&(*a)->crypto);
    free(*a);
    *a = NULL;
}

struct slice auth_from_domain(struct message *m)
{
    const struct header *from = header_find(m->headers, SLICE("From"), 0);
    struct address_list list;
    if (from == NULL || header_count(m->headers, SLICE("From")) != 1)
        return slice_of(NULL, 0);
    address_parse(&list, m->arena, from->value, m->limits);
    if (list.n != 1 || (list.v[0].flags & ADDRESS_INVALID))
        return slice_of(NULL, 0);
    return arena_lower(m->arena, list.v[0].domain);
}

/* 0..99, by the header */
static unsigned draw(const struct auth_check *c)
{
    struct slice header = c->m->headers->raw;
    uint64_t h = 14695981039346656037u ^ c->auth->draws;
    for (size_t i = 0; i < header.n; i++)
        h = (h ^ (unsigned char)header.p[i]) * 1099511628211u;
    h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
    return (unsigned)((h ^ h >> 32) % 100);
}

static void ask_dmarc(struct auth_check *c)
{
    auth_from(&c->from, c->m);
    dmarc_ask(c->dns, c->m->arena, &c->from);
}

static void check_spf(struct auth_check *c, struct auth_results *out)
{
    const struct auth_options *o = c->auth->options;
    const struct spf_receiver r = { c->m->envelope->my_name, time(NULL) };
    if (c->client->has_sender)
        spf_check(o, c->dns, c->m->arena, c->client, &r, &out->spf);
    spf_check_helo(o, c->dns, c->m->arena, c->client, &r, &out->spf_helo);
}

/* Without both methods a message that is not proved is not one that fails; that there is no record is known.
 * Rules are told of it (a score is not a policy), unless a method is switched off. */
static void check_dmarc(struct auth_check *c, struct auth_results *out)
{
    const struct dmarc_terms terms = { draw(c), c->auth->options->dmarc_length };
    if (c->auth->options->spf && c->dkim)
        dmarc_check_author(c->dns, c->m->arena, &c->from, &terms, out);
    dmarc_check(c->dns, c->m->arena, &c->from, &terms, out);
    if (out->spf.code != AUTH_NOT_RUN && c->dkim)
        return;
    out->dmarc.at_stake = DMARC_POLICY_NONE;
    if (out->dmarc.code == AUTH_FAIL)
        memset(&out->dmarc, 0, sizeof(out->dmarc));
}

struct auth_check *auth_ask(struct auth *a, struct message *m, const struct auth_client *client,
                            struct dns *d)
{
    struct auth_check *c = ARENA_NEW(m->arena, struct auth_check);
    struct slice body = slice_from(m->raw, m->headers->body_at);
    *c = (struct auth_check){ .auth = a, .m = m, .client = client, .dns = d };
    c->from_domain = auth_from_domain(m);
    c->mail = dkim_mail_new(m->arena, m->headers, body, c->from_domain, time(NULL), &a->options->dkim);
    if (a->options->dkim.dkim)
        c->dkim = dkim_begin(m->arena, c->mail);
    if (a->options->dkim.arc)
        c->arc = arc_begin(m->arena, c->mail);
    /* What the sender can make many of comes last: who uses up the questions of a message that way has not
     * kept us from asking for what would fail it. */
    if (a->options->dmarc)
        ask_dmarc(c);
    if (a->options->spf)
        spf_ask(d, m->arena, client);
    if (c->dkim)
        dkim_ask(c->dkim, d);
    if (c->arc)
        arc_ask(c->arc, d);
    return c;
}

void auth_check(struct auth_check *c, struct auth_results *out)
{
    memset(out, 0, sizeof(*out));
    out->client = *c->client;
    if (c->dkim)
        dkim_verify(c->dkim, c->dns, c->auth->crypto, out);
    if (c->arc)
        arc_verify(c->arc, c->dns, c->auth->crypto, &out->arc);
    if (c->auth->options->spf)
        check_spf(c, out);
    if (c->auth->options->dmarc)
        check_dmarc(c, out);
    arc_trust(c->m->arena, &c->auth->options->arc_trusted, out);
}
