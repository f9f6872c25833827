/* uribl-hosts.c - which hosts of a message's URIs are asked about; see eval-uridnsbl.h */
#include "config.h"
#include "scoring/eval-uridnsbl.h"

#include "scoring/net.h"
#include "scoring/view-relay-ip.h"

#define ORDERS 6
#define SEEN_MAX 4096 /* hosts looked at: mail can make names collide */

struct chooser {
    struct check *c;
    struct uribl_hosts *out;
    struct names seen;
    size_t max;
};

static bool has_tag(const struct view_uri *u, struct slice tag)
{
    for (size_t i = 0; i < u->n_tags; i++)
        if (slice_eq(u->tags[i], tag))
            return true;
    return false;
}

static bool has_text(const struct view_uri *u)
{
    for (size_t i = 0; i < u->n_anchors; i++)
        if (u->anchors[i].n)
            return true;
    return false;
}

static unsigned order_of(const struct view_uri *u)
{
    if (has_tag(u, SLICE("a")))
        return has_text(u) ? 0 : 5;
    if (has_tag(u, SLICE("form")))
        return 1;
    if (has_tag(u, SLICE("img")))
        return 2;
    return u->n_tags == 0 && (u->types & ~(unsigned)VIEW_URI_HTML) == VIEW_URI_PARSED ? 4 : 3;
}

static bool skipped(const struct chooser *h, struct slice host, struct slice domain)
{
    const struct net_map *skip = &h->c->set->net->skip_domains;
    return net_map_get(skip, domain) || net_map_get(skip, host);
}

/* digits and dots: an address or nothing that can be asked about */
static bool is_quad(struct slice host)
{
    for (size_t i = 0; i < host.n; i++)
        if (!ascii_digit(host.p[i]) && host.p[i] != '.')
            return false;
    return true;
}

static void add(struct chooser *h, struct slice host, struct slice domain)
{
    if (host.n == 0 || h->out->n >= h->max || h->seen.n >= SEEN_MAX || skipped(h, host, domain) ||
        names_add(&h->seen, host, 0) != NAMES_NONE)
        return;
    struct uribl_host *to = &h->out->v[h->out->n];
    bool quad = is_quad(host);
    *to = (struct uribl_host){ host, domain, quad };
    h->out->n += 1;
}

static void add_of(struct chooser *h, const struct view_uri *u)
{
    if (h->c->set->net->skip_mailto && slice_istarts(u->uri, SLICE("mailto:")))
        return;
    for (size_t i = 0; i < u->n_hosts; i++)
        add(h, u->hosts[i], u->domains[i]);
}

static void choose(struct check *c, struct uribl_hosts *out)
{
    struct chooser h = { .c = c, .out = out, .max = c->set->net->max_domains };
    const struct view_uris *uris = views_uris(&c->views);
    names_init(&h.seen, c->m->arena);
    out->v = arena_array(c->m->arena, h.max + 1, sizeof(*out->v));
    for (unsigned order = 0; order < ORDERS; order++)
        for (const struct view_uri *u = uris->first; u && out->n < h.max; u = u->next)
            if (order_of(u) == order)
                add_of(&h, u);
}

const struct uribl_hosts *uribl_hosts(struct check *c)
{
    struct uribl_hosts *h = c->state[CHECK_URIBL_HOSTS];
    if (h == NULL) {
        c->state[CHECK_URIBL_HOSTS] = h = ARENA_NEW(c->m->arena, struct uribl_hosts);
        choose(c, h);
    }
    return h;
}
