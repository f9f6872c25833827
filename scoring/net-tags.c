/* net-tags.c - what a message says, by SpamAssassin's names of tags; see net-tags.h */
#include "config.h"
#include "scoring/net-tags.h"

#include "scoring/capture.h"
#include "scoring/eval-dkim.h"
#include "scoring/eval-uridnsbl.h"

static void add(struct net_tag *t, struct slice value)
{
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq(t->v[i], value))
            return;
    if (value.n && t->n < NET_TAG_VALUES_MAX)
        t->v[t->n++] = value;
}

/* ---- relays */

static const struct view_relay *last_external(struct check *c)
{
    const struct view_relays *r = views_relays(&c->views);
    return r->n_internal < r->n ? &r->v[r->n_internal] : NULL;
}

static const struct view_relay *first_trusted(struct check *c)
{
    const struct view_relays *r = views_relays(&c->views);
    return r->n_trusted ? &r->v[r->n_trusted - 1] : NULL;
}

static void add_reversed(struct check *c, struct net_tag *t, const struct view_relay *relay)
{
    if (relay)
        add(t, dns_reversed(c->m->arena, relay->ip));
}

static void put_external_ip(struct check *c, struct net_tag *t)
{
    if (last_external(c))
        add(t, last_external(c)->ip);
}

static void put_external_revip(struct check *c, struct net_tag *t)
{
    add_reversed(c, t, last_external(c));
}

static void put_external_rdns(struct check *c, struct net_tag *t)
{
    if (last_external(c))
        add(t, last_external(c)->rdns);
}

static void put_external_helo(struct check *c, struct net_tag *t)
{
    if (last_external(c))
        add(t, last_external(c)->helo);
}

static void put_trusted_ip(struct check *c, struct net_tag *t)
{
    if (first_trusted(c))
        add(t, first_trusted(c)->ip);
}

static void put_trusted_revip(struct check *c, struct net_tag *t)
{
    add_reversed(c, t, first_trusted(c));
}

static void put_relays(struct check *c, struct net_tag *t, size_t from, size_t to)
{
    const struct view_relays *r = views_relays(&c->views);
    for (size_t i = from; i < to; i++)
        if (!r->v[i].ip_private)
            add_reversed(c, t, &r->v[i]);
}

static void put_relays_trusted(struct check *c, struct net_tag *t)
{
    put_relays(c, t, 0, views_relays(&c->views)->n_trusted);
}

static void put_relays_untrusted(struct check *c, struct net_tag *t)
{
    put_relays(c, t, views_relays(&c->views)->n_trusted, views_relays(&c->views)->n);
}

static void put_relays_internal(struct check *c, struct net_tag *t)
{
    put_relays(c, t, 0, views_relays(&c->views)->n_internal);
}

static void put_relays_external(struct check *c, struct net_tag *t)
{
    put_relays(c, t, views_relays(&c->views)->n_internal, views_relays(&c->views)->n);
}

/* ---- senders, hosts */

static void put_header(struct check *c, struct net_tag *t, struct slice spec)
{
    const struct view_header *h = views_get(&c->views, spec);
    for (size_t i = 0; i < h->n; i++)
        add(t, slice_trim(h->v[i]));
}

static void put_sender_domain(struct check *c, struct net_tag *t)
{
    add(t, slice_trim(views_get(&c->views, SLICE("EnvelopeFrom:first:addr:host"))->text));
}

static void put_author_domain(struct check *c, struct net_tag *t)
{
    put_header(c, t, SLICE("From:addr:host"));
}

static void put_uri_hosts(struct check *c, struct net_tag *t)
{
    const struct uribl_hosts *h = uribl_hosts(c);
    for (size_t i = 0; i < h->n; i++)
        add(t, h->v[i].host);
}

static void put_uri_domains(struct check *c, struct net_tag *t)
{
    const struct uribl_hosts *h = uribl_hosts(c);
    for (size_t i = 0; i < h->n; i++)
        add(t, h->v[i].domain);
}

/* ---- signatures that are good */

static void put_dkim(struct check *c, struct net_tag *t, size_t at)
{
    for (size_t i = 0; c->auth && i < c->auth->n_signatures; i++) {
        const struct auth_signature *s = &c->auth->signatures[i];
        const struct slice *value = (const struct slice *)(const void *)((const char *)s + at);
        if (dkim_valid(c, s))
            add(t, *value);
    }
}

static void put_dkim_domain(struct check *c, struct net_tag *t)
{
    put_dkim(c, t, offsetof(struct auth_signature, domain));
}

static void put_dkim_identity(struct check *c, struct net_tag *t)
{
    put_dkim(c, t, offsetof(struct auth_signature, identity));
}

static void put_dkim_selector(struct check *c, struct net_tag *t)
{
    put_dkim(c, t, offsetof(struct auth_signature, selector));
}

static const struct {
    struct slice name;
    bool late;
    void (*put)(struct check *c, struct net_tag *t);
} tags[] = {
    { SLICE_INIT("AUTHORDOMAIN"), false, put_author_domain },
    { SLICE_INIT("DKIMDOMAIN"), true, put_dkim_domain },
    { SLICE_INIT("DKIMIDENTITY"), true, put_dkim_identity },
    { SLICE_INIT("DKIMSELECTOR"), true, put_dkim_selector },
    { SLICE_INIT("FIRSTTRUSTEDIP"), false, put_trusted_ip },
    { SLICE_INIT("FIRSTTRUSTEDREVIP"), false, put_trusted_revip },
    { SLICE_INIT("LASTEXTERNALHELO"), false, put_external_helo },
    { SLICE_INIT("LASTEXTERNALIP"), false, put_external_ip },
    { SLICE_INIT("LASTEXTERNALRDNS"), false, put_external_rdns },
    { SLICE_INIT("LASTEXTERNALREVIP"), false, put_external_revip },
    { SLICE_INIT("RELAYSEXTERNALREVIP"), false, put_relays_external },
    { SLICE_INIT("RELAYSINTERNALREVIP"), false, put_relays_internal },
    { SLICE_INIT("RELAYSTRUSTEDREVIP"), false, put_relays_trusted },
    { SLICE_INIT("RELAYSUNTRUSTEDREVIP"), false, put_relays_untrusted },
    { SLICE_INIT("SENDERDOMAIN"), false, put_sender_domain },
    { SLICE_INIT("URIDOMAINS"), false, put_uri_domains },
    { SLICE_INIT("URIHOSTS"), false, put_uri_hosts },
};

#define TAGS_N (sizeof(tags) / sizeof(*tags))

static const struct slice header = SLICE_INIT("HEADER(");

static bool is_header(struct slice name)
{
    return slice_istarts(name, header) && name.n > header.n + 1 && name.p[name.n - 1] == ')';
}

static void put_captured(struct check *c, struct net_tag *t, struct slice name)
{
    const struct capture *k = capture_find(c, name);
    for (size_t i = 0; k && i < k->n; i++)
        add(t, k->v[i]);
}

void net_tag_get(struct check *c, struct slice name, struct net_tag *out)
{
    out->n = 0;
    if (is_header(name)) {
        put_header(c, out, slice_sub(name, header.n, name.n - header.n - 1));
        return;
    }
    for (size_t i = 0; i < TAGS_N; i++)
        if (slice_ieq(name, tags[i].name)) {
            tags[i].put(c, out);
            return;
        }
    put_captured(c, out, name);
}

bool net_tag_is_late(struct slice name)
{
    if (is_header(name))
        return false;
    for (size_t i = 0; i < TAGS_N; i++)
        if (slice_ieq(name, tags[i].name))
            return tags[i].late;
    return true;
}
