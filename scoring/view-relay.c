/* view-relay.c - the walk along Received fields, newest first; see view-relay.h
 * As long as every relay is trusted (internal), the next one is looked at; one that is not ends that for
 * good. A relay is what it says of who connected to it: believed because the one before was trusted. */
#include "config.h"
#include "scoring/view-relay.h"

#include "base/buf.h"
#include "scoring/view-relay-ip.h"
#include "scoring/view-relay-line.h"

struct walk {
    struct view_relays *r;
    struct arena *a;
    const struct networks *trusted, *internal, *msa;
    bool configured; /* else relays are trusted by guess */
    bool in_trusted, in_internal, found_msa;
    bool seen_untrusted; /* a mail fetcher's marks count no more */
    struct slice sender; /* told by qmail-scanner for the next field */
};

static bool said(struct slice s)
{
    return s.n && !slice_eq(s, SLICE("0"));
}

static void set_text(struct view_relay *v, struct arena *a)
{
    const struct slice pieces[] = {
        SLICE("[ ip="),
        v->ip,
        SLICE(" rdns="),
        v->rdns,
        SLICE(" helo="),
        v->helo,
        SLICE(" by="),
        v->by,
        SLICE(" ident="),
        v->ident,
        SLICE(" envfrom="),
        said(v->envfrom) ? v->envfrom : SLICE(""),
        v->internal ? SLICE(" intl=1 id=") : SLICE(" intl=0 id="),
        v->id,
        SLICE(" auth="),
        v->auth,
        v->msa ? SLICE(" msa=1 ]") : SLICE(" msa=0 ]"),
    };
    const size_t n = sizeof(pieces) / sizeof(*pieces);
    size_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += pieces[i].n;
    char *out = arena_alloc(a, all);
    v->text = slice_of(out, all);
    for (size_t i = 0; i < n; out += pieces[i++].n)
        if (pieces[i].n)
            memcpy(out, pieces[i].p, pieces[i].n);
}

static struct view_relay relay_of(const struct relay_line *l, struct arena *a)
{
    struct view_relay v = { .ip = l->ip,
                            .rdns = l->rdns,
                            .helo = l->helo,
                            .by = l->by,
                            .ident = l->ident,
                            .envfrom = l->envfrom,
                            .id = l->id,
                            .auth = l->auth,
                            .has_envfrom = l->has_envfrom };
    v.no_rdns = l->rdns.n == 0 && l->looked_up;
    v.lc_rdns = arena_lower(a, v.rdns);
    v.lc_helo = arena_lower(a, v.helo);
    v.lc_by = arena_lower(a, v.by);
    v.ip_private = relay_ip_is_private(v.ip);
    return v;
}

/* Nothing is configured: who logged in, or comes from a private network, is trusted. */
static void guess(struct walk *w, const struct view_relay *v)
{
    if (!v->ip_private && v->auth.n == 0)
        w->in_trusted = w->in_internal = false;
}

static void judge(struct walk *w, struct view_relay *v)
{
    if (v->auth.n == 0 && !networks_have(w->trusted, v->ip)) {
        w->in_trusted = w->in_internal = false;
        return;
    }
    if (v->auth.n == 0 && !networks_have(w->internal, v->ip))
        w->in_internal = false;
    /* those who submit mail there are users of ours, wherever they are */
    if (networks_have(w->msa, v->ip))
        w->found_msa = v->msa = true;
}

/* A mail fetcher took the mail from a mailbox: what is above is our own way to it. */
static void restart(struct walk *w)
{
    if (!w->seen_untrusted)
        w->r->n = w->r->n_trusted = w->r->n_internal = 0;
}

static void add(struct walk *w, const struct relay_line *l)
{
    struct view_relays *r = w->r;
    struct view_relay *v = &r->v[r->n++];
    *v = relay_of(l, w->a);
    if (said(w->sender)) {
        v->envfrom = w->sender;
        v->has_envfrom = true;
    }
    if (w->in_trusted && !w->found_msa) {
        if (w->configured)
            judge(w, v);
        else
            guess(w, v);
    }
    v->internal = w->in_internal;
    v->trusted = w->in_trusted;
    w->seen_untrusted = !w->in_trusted;
    r->n_trusted += w->in_trusted;
    r->n_internal += w->in_internal;
    set_text(v, w->a);
}

static void walk(struct walk *w, struct slice value)
{
    struct relay_line l;
    relay_line_parse(&l, w->a, value);
    if (l.fetched)
        restart(w);
    if (l.kind == RELAY_KNOWN)
        add(w, &l);
    w->r->n_unparseable += l.kind == RELAY_UNKNOWN;
    w->r->last_trusted += w->in_trusted;
    w->r->last_internal += w->in_internal;
    w->sender = l.scanner_envfrom;
}

static struct slice join(struct arena *a, const struct view_relay *v, size_t n)
{
    struct buf b;
    buf_init_in(&b, a, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(&b, ' ');
        buf_add_slice(&b, v[i].text);
    }
    return buf_slice(&b);
}

static void begin(struct walk *w, const struct trust *t)
{
    *w->r = (struct view_relays){ .last_trusted = -1, .last_internal = -1 };
    w->configured = t->trusted.configured || t->internal.configured;
    w->trusted = t->trusted.configured || !t->internal.configured ? &t->trusted : &t->internal;
    w->internal = t->internal.configured || !t->trusted.configured ? &t->internal : &t->trusted;
    w->msa = &t->msa;
    w->in_trusted = w->in_internal = true;
}

void view_relays_make(struct view_relays *r, struct arena *a, const struct trust *trust,
                      const struct slice *received, size_t n_received, const struct slice *originating,
                      size_t n_originating)
{
    struct walk w = { .r = r, .a = a };
    begin(&w, trust);
    r->v = arena_array(a, n_received + n_originating + 1, sizeof(*r->v));
    for (size_t i = 0; i < n_received; i++)
        walk(&w, received[i]);
    for (size_t i = 0; i < n_originating; i++) {
        struct slice ip = ip_find(originating[i]);
        if (ip.n)
            walk(&w, arena_printf(a, "from X-Originating-IP: %.*s", SLICE_ARG(ip)));
    }
    r->trusted = join(a, r->v, r->n_trusted);
    r->untrusted = join(a, r->v + r->n_trusted, r->n - r->n_trusted);
    r->internal = join(a, r->v, r->n_internal);
    r->external = join(a, r->v + r->n_internal, r->n - r->n_internal);
}
