/* view-host.c - hosts, domains and IP addresses in values of headers; see view-values.h */
#include "config.h"
#include "scoring/view-values.h"

#include <arpa/inet.h>

#include "scoring/rule.h"
#include "scoring/view-address.h"
#include "scoring/view-type.h"

#define HOST_MAX 251

/* ---- hosts */

static bool odd_neighbour(char c)
{
    return c == '.' || c == '_' || c == '-';
}

/* The longest host with a known top level that begins at `at`, not before a dot, hyphen or underscore. */
static struct slice host_at(const struct uri_rules *rules, struct slice s, size_t at)
{
    size_t end = at;
    while (end < s.n && !view_space(s.p[end]) && end - at < HOST_MAX + 64)
        end++;
    for (; end > at + 1; end--) {
        struct slice host = slice_sub(s, at, end - at);
        bool inside = end < s.n && (odd_neighbour(s.p[end]) || ascii_alnum(s.p[end]));
        if (!inside && ascii_alnum(s.p[end - 1]) && uri_domain_valid(rules, host))
            return host;
    }
    return SLICE("");
}

static bool usable(struct slice host)
{
    return host.n && view_host_valid(host);
}

/* Behind the last @ that a host follows, else the first host anywhere. */
static struct slice find_host(const struct uri_rules *rules, struct slice s)
{
    struct slice host;
    if (rules == NULL)
        return SLICE("");
    for (size_t i = s.n; i-- > 0;)
        if (s.p[i] == '@' && (host = host_at(rules, s, i + 1)).n) {
            if (view_host_valid(host))
                return host;
            break;
        }
    for (size_t i = 0; i < s.n; i++) {
        if (view_space(s.p[i]) || (i && odd_neighbour(s.p[i - 1])))
            continue;
        host = host_at(rules, s, i);
        if (usable(host))
            return host;
        i += host.n ? host.n - 1 : 0;
    }
    return SLICE("");
}

static struct slice host_of_address(struct slice s)
{
    size_t at = s.n, end;
    while (at && s.p[at - 1] != '@')
        at--;
    for (end = at; at && end < s.n && !view_space(s.p[end]); end++) {
    }
    return at ? slice_sub(s, at, end - at) : SLICE("");
}

/* ---- IP addresses */

static bool ip_char(char c)
{
    return ascii_hex(c) >= 0 || c == ':' || c == '.';
}

/* 0, or the address's family, its bytes in ip */
static int read_ip(struct slice s, unsigned char ip[16])
{
    char text[64];
    int family = slice_chr(s, ':') >= 0 ? AF_INET6 : AF_INET;
    if (s.n == 0 || s.n >= sizeof(text))
        return 0;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return inet_pton(family, text, ip) == 1 ? family : 0;
}

static struct slice find_ip(struct slice s)
{
    for (size_t i = 0, end; i < s.n; i = end) {
        for (end = i; end < s.n && ip_char(s.p[end]); end++) {
        }
        if (end == i) {
            end++;
            continue;
        }
        struct slice found = slice_sub(s, i, end - i);
        bool inside = (i && view_word(s.p[i - 1])) || (end < s.n && view_word(s.p[end]));
        unsigned char ip[16];
        if (!inside && read_ip(found, ip))
            return found;
    }
    return SLICE("");
}

/* 1.2.3.4 as 4.3.2.1; IPv6 by its digits */
static struct slice reversed(struct arena *a, struct slice text)
{
    unsigned char ip[16];
    char *out = arena_alloc(a, 64);
    size_t n = 0;
    int family = read_ip(text, ip);
    if (family == 0)
        return SLICE("");
    if (family == AF_INET)
        return arena_printf(a, "%u.%u.%u.%u", ip[3], ip[2], ip[1], ip[0]);
    for (size_t i = 16; i-- > 0;) {
        out[n++] = "0123456789abcdef"[ip[i] & 15];
        out[n++] = '.';
        out[n++] = "0123456789abcdef"[ip[i] >> 4];
        out[n++] = '.';
    }
    return slice_of(out, n - 1);
}

/* ---- */

static struct slice part_of(struct views *v, const struct header_spec *spec, struct slice value)
{
    const struct uri_rules *rules = v->set ? v->set->uri_rules : NULL;
    struct slice found;
    switch (spec->part) {
    case SPEC_HOST:
    case SPEC_DOMAIN:
        found = spec->form == SPEC_ADDR ? host_of_address(value) : find_host(rules, value);
        if (spec->part == SPEC_HOST || found.n == 0 || rules == NULL)
            return found;
        return uri_trim_domain(rules, v->arena, found);
    case SPEC_IP: return find_ip(value);
    case SPEC_REVIP: return reversed(v->arena, find_ip(value));
    case SPEC_NO_PART: break;
    }
    return value;
}

void view_values_part(struct views *v, const struct header_spec *spec, struct view_values *values)
{
    size_t n = 0;
    for (size_t i = 0; i < values->n; i++) {
        struct slice found = part_of(v, spec, values->v[i]);
        if (found.n)
            values->v[n++] = found;
    }
    values->n = n;
}
