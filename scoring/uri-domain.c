/* uri-domain.c - hosts and registered domains, as SpamAssassin cuts them
 * What is a registry's is said by util_rb_*; .us has rules of its own (RFC 1480), which SpamAssassin knows by
 * heart. Where nothing is said at all (rules of a site alone), the public suffix list takes their place. All
 * is linear in the host. */
#include "config.h"
#include "scoring/uri-rules.h"

#include <arpa/inet.h>
#include "message/uri-domain.h"

#define LABEL_MAX 63
#define HOST_MAX 253

static bool white(char c)
{
    return ascii_space(c) || c == '\v' || c == '\f';
}

/* names has the text, whatever its case; text longer than a host is not looked for */
static bool has(const struct names *names, struct slice text)
{
    char lower[HOST_MAX];
    if (text.n == 0 || text.n > sizeof(lower))
        return false;
    for (size_t i = 0; i < text.n; i++)
        lower[i] = ascii_lower(text.p[i]);
    return names_find(names, slice_of(lower, text.n)) != NAMES_NONE;
}

static bool says_nothing(const struct uri_rules *rules)
{
    return rules == NULL || rules->tlds.n == 0;
}

/* two letters or more, or an A-label */
static bool may_be_tld(struct slice label)
{
    bool letters = label.n >= 2;
    for (size_t i = 0; i < label.n; i++)
        letters = letters && ascii_alpha(label.p[i]);
    return letters || (slice_istarts(label, SLICE("xn--")) && label.n <= LABEL_MAX);
}

bool uri_tld_valid(const struct uri_rules *rules, struct slice host)
{
    return says_nothing(rules) ? uri_host_known(host) : uri_domain_valid(rules, host);
}

bool uri_domain_valid(const struct uri_rules *rules, struct slice host)
{
    size_t label = host.n;
    for (size_t i = 0; i < host.n; i++)
        if (white(host.p[i]))
            return false;
    while (label && host.p[label - 1] != '.')
        label--;
    if (label == 0)
        return false;
    struct slice tld = slice_from(host, label);
    return says_nothing(rules) ? may_be_tld(tld) : has(&rules->tlds, tld);
}

static bool label_valid(struct slice label, unsigned from_right)
{
    if (label.n < 1 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++) {
        char c = label.p[i];
        if (!ascii_alnum(c) && c != '-' && (c != '_' || from_right <= 2))
            return false;
    }
    return true;
}

bool uri_fqdn_valid(struct slice host)
{
    while (host.n && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n > HOST_MAX || slice_chr(host, '.') < 0)
        return false;
    size_t end = host.n;
    for (unsigned n = 1;; n++) {
        size_t at = end;
        while (at && host.p[at - 1] != '.')
            at--;
        if (!label_valid(slice_sub(host, at, end - at), n))
            return false;
        if (at == 0)
            return true;
        end = at - 1;
    }
}

bool uri_ip_address(struct slice host)
{
    char text[64];
    struct in6_addr address;
    if (slice_istarts(host, SLICE("IPv6:")))
        host = slice_from(host, 5);
    if (host.n < 2 || host.n >= sizeof(text) || memchr(host.p, 0, host.n))
        return false;
    memcpy(text, host.p, host.n);
    text[host.n] = 0;
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

/* ---- the cut */

#define SUFFIX_MAX 4

/* the last labels of a host, v[n] being the last n of them; n: labels in all, or SUFFIX_MAX + 1: more */
struct suffixes {
    struct slice v[SUFFIX_MAX + 2];
    unsigned n;
};

static void split(struct suffixes *s, struct slice host)
{
    s->n = 0;
    for (size_t i = host.n; host.n && s->n <= SUFFIX_MAX; i--)
        if (i == 0 || host.p[i - 1] == '.') {
            s->v[++s->n] = slice_from(host, i);
            if (i == 0)
                return;
        }
}

static bool is_state(struct slice s)
{
    static const struct slice states = SLICE_INIT(
        " ak al ar az ca co ct dc de fl ga gu hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd "
        "ne nh nj nm nv ny oh ok or pa pr ri sc sd tn tx ut va vi vt wa wi wv wy ");
    if (s.n != 2)
        return false;
    const char word[] = { ' ', ascii_lower(s.p[0]), ascii_lower(s.p[1]), ' ' };
    return slice_find(states, slice_of(word, sizeof(word))) >= 0;
}

/* label n from the right, counted from 1 */
static struct slice label(const struct suffixes *s, unsigned n)
{
    return n == 1 ? s->v[1] : slice_sub(s->v[n], 0, s->v[n].n - s->v[n - 1].n - 1);
}

/* fire-dept.ci.los-angeles.ca.us, school.pvt.k12.ca.us */
static bool local_us(const struct suffixes *s)
{
    struct slice first = label(s, 4);
    bool school = slice_ieq(first, SLICE("pvt")) && slice_ieq(label(s, 3), SLICE("k12"));
    bool place = slice_ieq(first, SLICE("ci")) || slice_ieq(first, SLICE("co"));
    return slice_ieq(label(s, 1), SLICE("us")) && is_state(label(s, 2)) && (school || place);
}

/* how many labels are the registry's */
static unsigned registry(const struct uri_rules *rules, const struct suffixes *s)
{
    if (s->n >= 4 && local_us(s))
        return 4;
    if (s->n >= 3 && slice_ieq(label(s, 1), SLICE("us"))) {
        if (is_state(label(s, 2)))
            return 3;
    } else if (s->n >= 3 && has(&rules->three, s->v[3]))
        return 3;
    return s->n >= 2 && has(&rules->two, s->v[2]) ? 2 : 1;
}

static struct slice cut(const struct uri_rules *rules, struct slice host)
{
    struct suffixes s;
    if (says_nothing(rules)) {
        struct slice domain = uri_registrable(host);
        return domain.n ? domain : host;
    }
    split(&s, host);
    unsigned own = registry(rules, &s) + 1;
    return s.n < own ? host : s.v[own];
}

struct slice uri_registered(const struct uri_rules *rules, struct slice host)
{
    return uri_domain_valid(rules, host) ? cut(rules, host) : slice_of(NULL, 0);
}

struct slice uri_trim_domain(const struct uri_rules *rules, struct arena *a, struct slice host)
{
    char *out = arena_alloc(a, host.n);
    size_t n = 0;
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] != '.' || (n && out[n - 1] != '.'))
            out[n++] = ascii_lower(host.p[i]);
    n -= n && out[n - 1] == '.';
    return cut(rules, slice_of(out, n));
}

/* ---- the host of a URI */

static struct slice upto(struct slice s, const char *stops)
{
    size_t n = 0;
    while (n < s.n && (s.p[n] == 0 || !strchr(stops, s.p[n])))
        n++;
    return slice_sub(s, 0, n);
}

static struct slice without_port(struct slice s)
{
    size_t n = s.n;
    while (n && ascii_digit(s.p[n - 1]))
        n--;
    return n && s.p[n - 1] == ':' ? slice_sub(s, 0, n - 1) : s;
}

/* [a-z]+: and up to two slashes */
static struct slice without_scheme(struct slice s)
{
    size_t n = 0;
    while (n < s.n && ascii_alpha(s.p[n]))
        n++;
    if (n == 0 || n == s.n || s.p[n] != ':')
        return s;
    n++;
    for (unsigned slashes = 0; slashes < 2 && n < s.n && s.p[n] == '/'; slashes++)
        n++;
    return slice_from(s, n);
}

static struct slice behind_last(struct slice s, char c)
{
    const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;
    return at ? slice_from(s, (size_t)(at - s.p) + 1) : s;
}

static struct slice host_text(struct slice uri)
{
    if (!slice_istarts(uri, SLICE("mailto:")))
        return without_port(behind_last(upto(without_scheme(uri), "/?#"), '@'));
    struct slice address = upto(slice_from(uri, 7), "?");
    ptrdiff_t at = slice_chr(address, '@');
    struct slice host = slice_from(address, (size_t)(at + 1));
    return at < 0 || slice_chr(host, '@') >= 0 ? slice_of(NULL, 0) : host;
}

/* %-encoded what should have been plain: the decoded form is one of the others */
static bool has_encoded(struct slice s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        int high = ascii_hex(s.p[i + 1]), low = ascii_hex(s.p[i + 2]);
        if (s.p[i] == '%' && high >= 2 && high <= 7 && low >= 0 && !(high == 2 && low == 0) &&
            !(high == 7 && low == 15))
            return true;
    }
    return false;
}

bool uri_host_of(const struct uri_rules *rules, struct arena *a, struct slice uri, struct uri_host *out)
{
    if (slice_istarts(uri, SLICE("javascript:")) || slice_istarts(uri, SLICE("cid:")) ||
        slice_istarts(uri, SLICE("file:")))
        return false;
    struct slice host = host_text(uri);
    bool address = uri_ip_address(host);
    if (has_encoded(host) || (!address && (!uri_fqdn_valid(host) || !uri_domain_valid(rules, host))))
        return false;
    out->host = arena_lower(a, host);
    out->domain = address ? out->host : cut(rules, out->host);
    return true;
}
