/* spf-match.c - mechanisms of SPF (RFC 7208 5); see spf-priv.h */
#include "auth/domain.h"
#include "auth/spf-priv.h"
#include "auth/text.h"

static bool in_network(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool spf_match_network(const struct spf *s, const struct spf_term *t)
{
    if (s->macros.v6 != (t->mechanism == SPF_IP6))
        return false;
    return in_network(s->address, t->address, s->macros.v6 ? t->cidr6 : t->cidr4);
}

/* ---- answers */

enum auth_code spf_heed(struct spf *s, const struct dns_answer *answer)
{
    switch (answer->status) {
    case DNS_FOUND: return AUTH_NOT_RUN;
    case DNS_NO_DATA:
    case DNS_NO_NAME:
        if (answer->name.n == 0) /* no name at all, so that nobody was asked */
            return AUTH_NOT_RUN;
        if (++s->voids <= s->o->spf_void_lookups_max)
            return AUTH_NOT_RUN;
        s->reason = auth_reason(s->a, "more than %u void lookups", s->o->spf_void_lookups_max);
        return AUTH_PERMERROR;
    default: break;
    }
    struct slice name = auth_clean(s->a, answer->name, 100);
    s->reason = auth_reason(s->a, "%.*s %s: %s", SLICE_ARG(name), dns_type_name(answer->type),
                            dns_status_name(answer->status));
    return AUTH_TEMPERROR;
}

static bool holds_address(const struct spf *s, const struct dns_answer *answer, const struct spf_term *t)
{
    unsigned bits = s->macros.v6 ? (t ? t->cidr6 : 128) : t ? t->cidr4 : 32;
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (r->data.n == (s->macros.v6 ? 16 : 4) &&
            in_network(s->address, (const unsigned char *)r->data.p, bits))
            return true;
    return false;
}

static enum dns_type address_type(const struct spf *s)
{
    return s->macros.v6 ? DNS_AAAA : DNS_A;
}

static enum auth_code match_name(struct spf *s, const struct spf_term *t, struct slice name, bool *matches)
{
    const struct dns_answer *answer = dns_get(s->d, name, address_type(s));
    *matches = holds_address(s, answer, t);
    return spf_heed(s, answer);
}

/* ---- mx */

static enum auth_code match_mx(struct spf *s, const struct spf_term *t, struct slice domain, bool *matches)
{
    const struct dns_answer *answer = dns_get(s->d, domain, DNS_MX);
    enum auth_code code = spf_heed(s, answer);
    if (code == AUTH_NOT_RUN && answer->n > s->o->spf_names_max) {
        s->reason = auth_reason(s->a, "more than %u MX names", s->o->spf_names_max);
        return AUTH_PERMERROR;
    }
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (r->data.n)
            dns_ask(s->d, r->data, address_type(s));
    for (const struct dns_record *r = answer->records; r && code == AUTH_NOT_RUN && !*matches; r = r->next)
        if (r->data.n) /* RFC 7505: "MX 0 ." is no host */
            code = match_name(s, t, r->data, matches);
    return code;
}

/* ---- ptr */

static const struct dns_answer *names_of_address(struct spf *s)
{
    struct slice name = arena_printf(s->a, "%.*s.%s.arpa", SLICE_ARG(dns_reversed(s->a, s->macros.address)),
                                     s->macros.v6 ? "ip6" : "in-addr");
    return dns_get(s->d, name, DNS_PTR);
}

/* The first of the names of the address that lies in the domain (empty: any) and leads back to it; what fails
 * on the way is passed over (RFC 7208 5.5). */
static struct slice verified_in(struct spf *s, const struct dns_answer *names, struct slice domain,
                                bool itself)
{
    unsigned left = s->o->spf_names_max;
    for (const struct dns_record *r = names->records; r && left--; r = r->next) {
        if (domain.n && !(itself ? slice_ieq(r->data, domain) : auth_domain_within(r->data, domain)))
            continue;
        if (holds_address(s, dns_get(s->d, r->data, address_type(s)), NULL))
            return r->data;
    }
    return slice_of(NULL, 0);
}

static enum auth_code match_ptr(struct spf *s, struct slice domain, bool *matches)
{
    const struct dns_answer *names = names_of_address(s);
    struct slice wanted = arena_lower(s->a, domain);
    if (names->status == DNS_NO_DATA || names->status == DNS_NO_NAME)
        return spf_heed(s, names);
    *matches = wanted.n && verified_in(s, names, wanted, false).n;
    return AUTH_NOT_RUN;
}

struct slice spf_validated_name(void *spf)
{
    struct spf *s = spf;
    const struct dns_answer *names = names_of_address(s);
    struct slice domain = arena_lower(s->a, s->macros.domain), found = verified_in(s, names, domain, true);
    if (found.n == 0)
        found = verified_in(s, names, domain, false);
    if (found.n == 0)
        found = verified_in(s, names, slice_of(NULL, 0), false);
    return found.n ? found : SLICE("unknown");
}

/* ---- all that ask */

static enum auth_code match_exists(struct spf *s, struct slice domain, bool *matches)
{
    const struct dns_answer *answer = dns_get(s->d, domain, DNS_A);
    *matches = answer->status == DNS_FOUND;
    return spf_heed(s, answer);
}

enum auth_code spf_match_asked(struct spf *s, const struct spf_term *t, bool *matches)
{
    enum auth_code code = spf_count_lookup(s, t->text);
    *matches = false;
    if (code != AUTH_NOT_RUN)
        return code;
    struct slice domain = spf_target(s, t->spec);
    switch (t->mechanism) {
    case SPF_A: return match_name(s, t, domain, matches);
    case SPF_MX: return match_mx(s, t, domain, matches);
    case SPF_PTR: return match_ptr(s, domain, matches);
    default: return match_exists(s, domain, matches);
    }
}
