/* auth.c - who sent a message, by all that can prove it; see auth.h */
#include "auth/auth.h"

#include <stdlib.h>
#include <time.h>
#include "auth/arc-verify.h"
#include "base/err.h"

struct auth {
    const struct auth_options *options;
    struct dkim_crypto *crypto;
};

struct auth_check {
    struct auth *auth;
    struct message *m;
    const struct auth_client *client;
    struct dns *dns;
    struct slice from_domain;
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
}
