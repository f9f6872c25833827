/* eval-dnsbl-sender.c - lists of hosts and domains that a header names; see eval-dnsbl.h */
#include "config.h"
#include "scoring/eval-dnsbl.h"

#include "scoring/eval-lists.h"
#include "scoring/eval-text.h"

#define HOSTS_MAX 100

struct hosts {
    struct slice v[HOSTS_MAX];
    size_t n;
};

static bool in(const struct hosts *h, struct slice host)
{
    for (size_t i = 0; i < h->n; i++)
        if (slice_eq(h->v[i], host))
            return true;
    return false;
}

static void add(struct hosts *h, struct slice host)
{
    if (h->n < HOSTS_MAX && !in(h, host))
        h->v[h->n++] = host;
}

/* what stands behind the first @ that something stands behind, in lower case, without needless dots */
static struct slice host_of(struct check *c, struct slice address)
{
    size_t from = 0, end;
    while (from < address.n && (address.p[from] != '@' || from + 1 == address.n ||
                                address.p[from + 1] == '@' || text_space(address.p[from + 1])))
        from++;
    for (end = ++from; end < address.n && address.p[end] != '@' && !text_space(address.p[end]);)
        end++;
    char *out = arena_alloc(c->m->arena, address.n + 1);
    size_t n = 0;
    for (size_t i = from; i < end && from < address.n; i++)
        if (address.p[i] != '.' || (n && out[n - 1] != '.'))
            out[n++] = ascii_lower(address.p[i]);
    n -= n && out[n - 1] == '.';
    return slice_chr(slice_of(out, n), '.') < 0 ? SLICE("") : slice_of(out, n);
}

static void add_address(struct check *c, struct hosts *h, struct slice address)
{
    struct slice host = host_of(c, address);
    if (host.n)
        add(h, host);
}

static void ask_all(struct check *c, const struct dnsbl *d, const struct hosts *h)
{
    for (size_t i = 0; i < h->n; i++)
        dnsbl_ask_host(c, d, h->v[i]);
}

/* ---- senders */

static void ask_from(struct check *c, const struct dnsbl *d, bool domain)
{
    struct hosts h = { .n = 0 };
    const struct slice *v;
    size_t n = eval_senders(c, &v);
    for (size_t i = 0; i < n; i++) {
        struct uri_host host;
        if (!domain)
            add_address(c, &h, v[i]);
        else if (uri_host_of(c->set->uri_rules, c->m->arena, v[i], &host))
            add(&h, host.domain);
    }
    ask_all(c, d, &h);
}

#define ASK(function, what)                                                                                  \
    static void function(struct check *c, const struct eval_args *args, const void *prepared,                \
                         enum ask_round round)                                                               \
    {                                                                                                        \
        (void)args;                                                                                          \
        if (round == ASK_FIRST && dnsbl_on(c))                                                               \
            what;                                                                                            \
    }

ASK(ask_from_host, ask_from(c, prepared, false))
ASK(ask_from_domain, ask_from(c, prepared, true))

static void ask_sender(struct check *c, const struct dnsbl *d)
{
    struct hosts h = { .n = 0 };
    add_address(c, &h, views_get(&c->views, SLICE("EnvelopeFrom:addr"))->text);
    ask_all(c, d, &h);
}

ASK(ask_envfrom, ask_sender(c, prepared))

/* ---- fields */

static void ask_lines(struct check *c, const struct dnsbl *d, struct slice text)
{
    struct slice rest = text_chomp(text), line;
    for (unsigned n = 0; n < HOSTS_MAX && slice_line(&rest, &line); n++)
        dnsbl_ask_host(c, d, text_chomp(line));
}

static void ask_field(struct check *c, const struct dnsbl *d, struct slice name)
{
    struct slice spec = arena_printf(c->m->arena, "%.*s:addr", SLICE_ARG(name));
    struct hosts h = { .n = 0 };
    add_address(c, &h, views_get(&c->views, spec)->text);
    if (h.n)
        ask_all(c, d, &h);
    else
        ask_lines(c, d, views_get(&c->views, name)->text);
}

static void ask_fields(struct check *c, const struct dnsbl *d, struct slice names)
{
    struct slice name;
    while (names.p && slice_cut(&names, ',', &name))
        if (name.n)
            ask_field(c, d, name);
}

ASK(ask_headers, ask_fields(c, prepared, args->n > 3 ? eval_arg(args, 3) : c->set->net->rbl_headers))

/* ---- the first relay */

static void ask_relay(struct check *c, const struct dnsbl *d)
{
    const struct view_relays *r = views_relays(&c->views);
    struct hosts h = { .n = 0 };
    if (r->n == r->n_trusted)
        return;
    const struct view_relay *relay = &r->v[r->n - 1];
    const struct slice names[] = { relay->ip, relay->by, relay->helo, relay->rdns };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct slice name = names[i];
        name.n -= name.n && name.p[name.n - 1] == '.';
        if (name.n)
            add(&h, name);
    }
    ask_all(c, d, &h);
}

ASK(ask_rcvd, ask_relay(c, prepared))

/* ---- primaries of the sender's zone */

static struct slice sender_domain(struct check *c)
{
    struct slice host = host_of(c, views_get(&c->views, SLICE("EnvelopeFrom:addr"))->text);
    return host;
}

/* Where a name has no name servers of its own, the zone above tells its primary. */
static void ask_primary(struct check *c, const struct dnsbl *d, struct slice domain)
{
    const struct dns_answer *ns = dns_get(c->dns, domain, DNS_NS);
    if (ns->status != DNS_NO_DATA && ns->status != DNS_NO_NAME)
        return;
    for (unsigned labels = 0; labels < 20 && slice_chr(domain, '.') >= 0; labels++) {
        const struct dns_answer *soa = dns_get(c->dns, domain, DNS_SOA);
        if (soa->status == DNS_FOUND) {
            struct slice host = soa->records->data;
            if (uri_fqdn_valid(host))
                dnsbl_ask(c, d, host, host);
            return;
        }
        domain = slice_from(domain, (size_t)slice_chr(domain, '.') + 1);
    }
}

static void ask_ns_from(struct check *c, const struct eval_args *args, const void *prepared,
                        enum ask_round round)
{
    struct slice domain = dnsbl_on(c) ? sender_domain(c) : SLICE("");
    (void)args;
    if (domain.n && round == ASK_FIRST && net_settings_allow(c->set->net, domain)) {
        dns_ask(c->dns, domain, DNS_NS);
        dns_ask(c->dns, domain, DNS_SOA);
    } else if (domain.n && round == ASK_SECOND && net_settings_allow(c->set->net, domain))
        ask_primary(c, prepared, domain);
}

/* ---- a sender that has no host */

/* SpamAssassin 4.0.1 looks for NXDOMAIN among answers that have records, and so never finds it. */
static double check_dns_sender(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c;
    (void)args;
    (void)prepared;
    return 0;
}

#define ROW(name_, max_, ask_)                                                                               \
    {                                                                                                        \
        .name = name_, .plugin = "DNSEval", .flags = EVAL_NETWORK, .min_args = 2, .max_args = max_,          \
        .prepare = dnsbl_prepare, .run = dnsbl_run, .ask = ask_                                              \
    }

static const struct eval_function rows[] = {
    { .name = "check_dns_sender", .plugin = "DNSEval", .flags = EVAL_NETWORK, .run = check_dns_sender },
    ROW("check_rbl_envfrom", 3, ask_envfrom),
    ROW("check_rbl_from_domain", 3, ask_from_domain),
    ROW("check_rbl_from_host", 3, ask_from_host),
    ROW("check_rbl_headers", 4, ask_headers),
    ROW("check_rbl_ns_from", 3, ask_ns_from),
    ROW("check_rbl_rcvd", 3, ask_rcvd),
};
EVAL_FAMILY(eval_dnsbl_sender, "DNSEval", rows);
