/* domain.c - domains of mail; see domain.h */
#include "auth/domain.h"

#include "message/uri-domain.h"

static bool has_bytes_beyond_ascii(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

static bool is_host_name(struct slice s)
{
    struct slice label;
    if (s.n == 0 || s.n > AUTH_DOMAIN_MAX)
        return false;
    while (slice_cut(&s, '.', &label)) {
        if (label.n == 0 || label.n > 63)
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
                return false;
    }
    return true;
}

struct slice auth_domain(struct arena *a, struct slice text)
{
    unsigned flags = 0;
    if (text.n && text.p[text.n - 1] == '.')
        text.n--;
    if (text.n > 4 * AUTH_DOMAIN_MAX)
        return slice_of(NULL, 0);
    if (has_bytes_beyond_ascii(text))
        text = uri_host(a, text, &flags);
    return is_host_name(text) ? arena_lower(a, text) : slice_of(NULL, 0);
}

bool auth_domain_within(struct slice name, struct slice domain)
{
    if (domain.n == 0 || name.n < domain.n || !slice_eq(slice_from(name, name.n - domain.n), domain))
        return false;
    return name.n == domain.n || name.p[name.n - domain.n - 1] == '.';
}

struct slice auth_domain_org(struct slice domain)
{
    struct slice org = uri_registrable(domain);
    return org.n ? org : domain;
}

bool auth_domain_is_suffix(struct slice domain)
{
    return domain.n && uri_registrable(domain).n == 0;
}
