/* eval-relay.c - functions that look at the relays a message came through
 * Of relays, only what a trusted one says of who connected to it is a fact; the untrusted ones' words are
 * compared with each other. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-text.h"
#include "scoring/view-relay-ip.h"

#define UNUSED_ARGS (void)args, (void)prepared

static double check_all_trusted(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    UNUSED_ARGS;
    return r->n_trusted > 0 && r->n == r->n_trusted && r->n_unparseable == 0;
}

static double check_no_relays(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    UNUSED_ARGS;
    return r->n == 0 && r->n_unparseable == 0;
}

static double check_relays_unparseable(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return views_relays(&c->views)->n_unparseable > 0;
}

/* gone from SpamAssassin, kept for rules of old */
static double check_for_illegal_ip(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c;
    UNUSED_ARGS;
    return 0;
}

/* where the name of an HELO that is an address may end */
static bool helo_ends(struct slice s, size_t at)
{
    static const char ends[] = ",;[()<>";
    return at == s.n || (unsigned char)s.p[at] <= ' ' || strchr(ends, s.p[at]);
}

/* SpamAssassin means to leave private addresses out, and does not. */
static double check_for_numeric_helo(struct check *c, const struct eval_args *args, const void *prepared)
{
    static const struct slice key = SLICE_INIT("helo=");
    struct slice s = views_relays(&c->views)->untrusted;
    UNUSED_ARGS;
    for (size_t i = 0; i + key.n < s.n; i++) {
        size_t ends[IP_ENDS], at = i + key.n;
        if (!text_iat(s, i, key) || (i && text_word(s.p[i - 1])) || !ip_at(s, at, ends))
            continue;
        if (ip_is_v4(slice_sub(s, at, ends[0] - at)) && helo_ends(s, ends[0]))
            return 1;
    }
    return 0;
}

static bool public_v4(struct slice s)
{
    return ip_is_v4(s) && !relay_ip_is_private(s);
}

/* a.b.c. of a.b.c.d */
static struct slice class_c(struct slice ip)
{
    while (ip.n && ip.p[ip.n - 1] != '.')
        ip.n--;
    return ip;
}

static double helo_ip_mismatch(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    UNUSED_ARGS;
    for (size_t i = r->n_trusted; i < r->n; i++)
        if (public_v4(r->v[i].helo) && public_v4(r->v[i].ip) &&
            !slice_eq(class_c(r->v[i].helo), class_c(r->v[i].ip)))
            return 1;
    return 0;
}

static double check_for_sender_no_reverse(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    UNUSED_ARGS;
    if (r->n == r->n_trusted)
        return 0;
    const struct view_relay *v = &r->v[r->n - 1];
    return slice_chr(v->rdns, '.') >= 0 && !v->ip_private;
}

/* ---- a sender's domain and the hosts of its relays */

/* "KEY" and non-blanks, of which the last are the domain, behind a word's border; then a blank */
static bool names_domain(struct slice s, struct slice domain)
{
    if (s.n < domain.n || !slice_eq(slice_from(s, s.n - domain.n), domain))
        return false;
    return s.n == domain.n || text_boundary(s, s.n - domain.n);
}

static double check_for_from_domain_in_received_headers(struct check *c, const struct eval_args *args,
                                                        const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    struct slice from = views_get(&c->views, SLICE("From:addr"))->text, domain = eval_arg(args, 0);
    bool wanted = slice_eq(eval_arg(args, 1), SLICE("true")), is_from = false;
    (void)prepared;
    for (size_t i = 0; i + domain.n <= from.n && !is_from; i++)
        is_from = text_iat(from, i, domain) && text_boundary(from, i);
    if (!is_from)
        return 0;
    for (size_t i = 0; i < r->n; i++)
        if (names_domain(r->v[i].rdns, domain) && names_domain(r->v[i].by, domain))
            return wanted;
    return !wanted;
}

/* the host itself, or one under it */
static bool under(struct slice host, struct slice domain)
{
    return slice_iends(host, domain) && (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

static bool is_dotcom(struct slice helo)
{
    static const struct slice names[] = {
        SLICE_INIT("lycos.com"),     SLICE_INIT("lycos.co.uk"), SLICE_INIT("hotmail.com"),
        SLICE_INIT("localhost.com"), SLICE_INIT("excite.com"),  SLICE_INIT("caramail.com"),
        SLICE_INIT("cs.com"),        SLICE_INIT("aol.com"),     SLICE_INIT("msn.com"),
        SLICE_INIT("yahoo.com"),     SLICE_INIT("drizzle.com"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (under(helo, names[i]))
            return true;
    return false;
}

/* Each public relay has its say; the last one's stands. */
static double check_for_no_rdns_dotcom_helo(struct check *c, const struct eval_args *args,
                                            const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    bool found = false;
    UNUSED_ARGS;
    for (size_t i = r->n_trusted; i < r->n; i++)
        if (!r->v[i].ip_private)
            found = r->v[i].no_rdns && is_dotcom(r->v[i].helo);
    return found;
}

/* ---- a trail of relays that do not know each other */

static bool has_letter(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_alpha(s.p[i]))
            return true;
    return false;
}

static struct slice last_labels(struct slice host, unsigned n)
{
    size_t at = host.n;
    while (at && (host.p[at - 1] != '.' || --n))
        at--;
    return slice_from(host, at);
}

static unsigned labels(struct slice host)
{
    unsigned n = host.n > 0;
    for (size_t i = 0; i < host.n; i++)
        n += host.p[i] == '.';
    return n;
}

/* mail.example.co.uk: example.co.uk; by guess, not by any list */
static struct slice domain_of(struct slice host)
{
    struct slice bare = host, last;
    while (bare.n && bare.p[bare.n - 1] == '.')
        bare.n--;
    if (!has_letter(host))
        return host;
    last = last_labels(bare, 1);
    bool wide = last.n >= 3 || slice_eq(last, SLICE("ie")) || slice_eq(last, SLICE("fr")) ||
                slice_eq(last, SLICE("de"));
    if (labels(bare) > 1 && wide)
        return last_labels(bare, 2);
    return labels(bare) > 2 ? last_labels(bare, 3) : host;
}

/* a host of at least two labels: letters, digits, _ and -, the last one without - */
static bool is_host(struct slice s)
{
    struct slice last = last_labels(s, 1);
    if (s.n < last.n + 3 || last.n == 0 || !text_word(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!text_word(s.p[i]) && ((s.p[i] != '.' && s.p[i] != '-') || i >= s.n - last.n))
            return false;
    return true;
}

static bool four_numbers(struct slice s)
{
    struct slice part;
    unsigned n = 0;
    while (slice_cut(&s, '.', &part)) {
        n++;
        if (part.n == 0 || text_skip_digits(part, 0) != part.n)
            return false;
    }
    return n == 4;
}

/* a.b of a.b.c.d */
static struct slice class_b(struct slice ip)
{
    ip = class_c(ip);
    ip.n -= ip.n > 0;
    ip = class_c(ip);
    ip.n -= ip.n > 0;
    return ip;
}

struct trail {
    unsigned mismatch_from, mismatch_helo;
};

/* the name that relay i + 1 has, as its successor in time saw it; none where the mail stays on one machine */
static struct slice seen_name(const struct view_relay *v, bool by_is_host)
{
    struct slice name = domain_of(v->lc_rdns);
    bool local = slice_eq(name, SLICE("localhost")) || slice_eq(name, SLICE("localhost.localdomain"));
    return by_is_host && local && slice_eq(v->ip, SLICE("127.0.0.1")) ? SLICE("") : name;
}

static struct trail read_trail(struct check *c)
{
    const struct view_relays *r = views_relays(&c->views);
    struct trail t = { 0 };
    struct slice previous = SLICE("");
    for (size_t i = r->n_trusted; i < r->n; i++) {
        const struct view_relay *v = &r->v[i];
        struct slice by = domain_of(v->lc_by), helo = domain_of(v->lc_helo);
        bool known = is_host(by);
        bool msn = slice_eq(by, SLICE("msn.com")) && slice_eq(previous, SLICE("hotmail.com"));
        if (known && four_numbers(helo) && four_numbers(v->ip) && !slice_eq(class_b(helo), class_b(v->ip)) &&
            !(ip_is_v4(helo) && relay_ip_is_private(helo)))
            t.mismatch_helo++;
        if (known && is_host(previous) && !slice_eq(by, previous) && !msn)
            t.mismatch_from++;
        previous = seen_name(v, known);
    }
    return t;
}

static double check_for_forged_received_trail(struct check *c, const struct eval_args *args,
                                              const void *prepared)
{
    UNUSED_ARGS;
    return read_trail(c).mismatch_from > 1;
}

static double check_for_forged_received_ip_helo(struct check *c, const struct eval_args *args,
                                                const void *prepared)
{
    UNUSED_ARGS;
    return read_trail(c).mismatch_helo > 0;
}

static const struct eval_function rows[] = {
    { "check_all_trusted", "RelayEval", 0, 0, 0, NULL, check_all_trusted, NULL },
    { "check_for_forged_received_ip_helo", "RelayEval", 0, 0, 0, NULL, check_for_forged_received_ip_helo,
      NULL },
    { "check_for_forged_received_trail", "RelayEval", 0, 0, 0, NULL, check_for_forged_received_trail, NULL },
    { "check_for_from_domain_in_received_headers", "RelayEval", 0, 2, 2, NULL,
      check_for_from_domain_in_received_headers, NULL },
    { "check_for_illegal_ip", "RelayEval", 0, 0, 0, NULL, check_for_illegal_ip, NULL },
    { "check_for_no_rdns_dotcom_helo", "RelayEval", 0, 0, 0, NULL, check_for_no_rdns_dotcom_helo, NULL },
    { "check_for_numeric_helo", "RelayEval", 0, 0, 0, NULL, check_for_numeric_helo, NULL },
    { "check_for_sender_no_reverse", "RelayEval", 0, 0, 0, NULL, check_for_sender_no_reverse, NULL },
    { "check_no_relays", "RelayEval", 0, 0, 0, NULL, check_no_relays, NULL },
    { "check_relays_unparseable", "RelayEval", 0, 0, 0, NULL, check_relays_unparseable, NULL },
    { "helo_ip_mismatch", "RelayEval", 0, 0, 0, NULL, helo_ip_mismatch, NULL },
};

EVAL_FAMILY(eval_relay, "RelayEval", rows);
