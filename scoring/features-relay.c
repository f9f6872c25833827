/* features-relay.c - tokens of the way a message came; see features.h
 * The client that handed it to this site (the newest relay), and those before it: addresses and names, and
 * whether a name looks like a server's or like a line's of an access provider. */
#include "config.h"
#include "scoring/features.h"

#include "message/uri.h"

#define RECEIVED_MAX 8
#define RUNS_OF_LINE 3 /* of digits in a name: "host-203-0-113-9.example.net" */
#define DAY 86400

static void add_ip(struct features *f, struct slice kind, struct slice ip)
{
    size_t dots = 0;
    for (size_t i = 0; i < ip.n; i++)
        if (ip.p[i] == '.' && ++dots >= 2)
            features_token(f, kind, slice_sub(ip, 0, i));
    if (ip.n)
        features_token(f, kind, ip);
}

/* An access provider's name for a line. */
static bool is_numbered(struct slice name)
{
    unsigned runs = 0;
    for (size_t i = 0; i < name.n; i++)
        runs += ascii_digit(name.p[i]) && (i == 0 || !ascii_digit(name.p[i - 1]));
    return runs >= RUNS_OF_LINE;
}

static bool is_near(struct slice name, struct slice other)
{
    struct slice domain = uri_registrable(name);
    return domain.n && slice_ieq(domain, uri_registrable(other));
}

static struct slice helo_class(const struct relay *r)
{
    struct slice h = r->helo;
    if (h.n == 0)
        return SLICE("none");
    if (slice_chr(h, '.') < 0 && slice_chr(h, ':') < 0)
        return SLICE("bare");
    if (h.p[0] == '[' || ascii_digit(h.p[h.n - 1]))
        return SLICE("address");
    if (slice_ieq(r->rdns, h))
        return SLICE("same");
    if (is_near(r->rdns, h))
        return SLICE("near");
    return is_numbered(h) ? SLICE("numbered") : SLICE("other");
}

/* What kind of host it is, whatever its name. */
static void add_class(struct features *f, const struct relay *r, bool newest)
{
    struct slice kind = newest ? SLICE("client") : SLICE("relay");
    if (r->private_ip) {
        features_token(f, kind, SLICE("private"));
        return;
    }
    struct slice domain = uri_registrable(r->rdns);
    features_token(f, kind,
                   r->rdns.n == 0         ? SLICE("nameless")
                   : is_numbered(r->rdns) ? SLICE("numbered")
                                          : SLICE("named"));
    features_token(f, newest ? SLICE("clienthelo") : SLICE("relayhelo"), helo_class(r));
    if (r->rdns.n)
        features_shape(f, newest ? SLICE("clientshape") : SLICE("relayshape"), slice_sub(r->rdns, 0, 40));
    if (domain.n)
        features_lower(f, SLICE("relaydomain"), domain);
    add_ip(f, SLICE("ip"), r->ip);
}

static void add_relay(struct features *f, const struct relay *r, size_t place)
{
    char kind[] = "rcvd0";
    kind[4] = (char)('0' + (place < 2 ? place : 2));
    struct slice k = slice_of(kind, 5);
    add_ip(f, k, r->ip);
    if (r->rdns.n)
        features_host(f, k, r->rdns);
    if (r->helo.n)
        features_host(f, k, r->helo);
    features_lower(f, k, r->with);
    if (place && r->by.n)
        features_host(f, k, r->by);
    if (r->rdns.n == 0)
        features_token(f, k, SLICE("#norDNS"));
    if (r->rdns.n && r->helo.n && !slice_ieq(r->rdns, r->helo))
        features_token(f, k, SLICE("#other"));
    add_class(f, r, place == 0);
}

/* How long it was on its way, by its own word. */
static void add_delay(struct features *f, struct message *m)
{
    const struct header *h = header_find(m->headers, SLICE("date"), 0);
    int64_t sent = h ? date_parse(header_unfold(f->a, slice_sub(h->value, 0, 100))) : -1;
    int64_t arrived = m->relays.n ? m->relays.v[0].date : -1;
    int64_t s = arrived - sent;
    if (sent < 0)
        features_token(f, SLICE("delay"), h ? SLICE("no date") : SLICE("none"));
    else if (arrived >= 0)
        features_token(f, SLICE("delay"),
                       s < -DAY    ? SLICE("days ahead")
                       : s < -3600 ? SLICE("hours ahead")
                       : s < -300  ? SLICE("minutes ahead")
                       : s < 300   ? SLICE("0")
                       : s < 3600  ? SLICE("minutes")
                       : s < 14400 ? SLICE("hours")
                       : s < DAY   ? SLICE("many hours")
                                   : SLICE("days"));
}

void features_relays(struct features *f, struct message *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->relays.n && n < RECEIVED_MAX; i++)
        if (m->relays.v[i].parsed)
            add_relay(f, &m->relays.v[i], n++);
    char count = (char)('0' + (n < 9 ? n : 9));
    features_token(f, SLICE("hops"), slice_of(&count, 1));
    if (!features_ignores(f, SLICE("date")))
        add_delay(f, m);
}
