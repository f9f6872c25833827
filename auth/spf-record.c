/* spf-record.c - one SPF record as terms; see spf-record.h */
#include "auth/spf-record.h"

#include <arpa/inet.h>
#include "auth/spf-macro.h"
#include "auth/text.h"

#define FIRST_TERMS 8

static const struct slice version = SLICE_INIT("v=spf1");

bool spf_record_is(struct slice text)
{
    return slice_istarts(text, version) && (text.n == version.n || text.p[version.n] == ' ');
}

/* ---- prefix lengths */

/* "0", or digits that do not begin with 0, at most max */
static bool cidr_number(struct slice s, unsigned max, unsigned *out)
{
    uint64_t v;
    if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0') || !slice_uint(s, max, &v))
        return false;
    *out = (unsigned)v;
    return true;
}

static size_t digits_at_end(struct slice s)
{
    size_t n = 0;
    while (n < s.n && ascii_digit(s.p[s.n - 1 - n]))
        n++;
    return n;
}

/* Takes "/N" (slashes: 1) or "//N" (2) off the end of *s, if it is there; false: N is no length. */
static bool take_cidr(struct slice *s, size_t slashes, unsigned max, unsigned *out)
{
    size_t digits = digits_at_end(*s);
    if (digits == 0 || s->n < digits + slashes)
        return true;
    struct slice rest = slice_sub(*s, 0, s->n - digits - slashes);
    for (size_t i = 0; i < slashes; i++)
        if (s->p[rest.n + i] != '/')
            return true;
    if (!cidr_number(slice_from(*s, s->n - digits), max, out))
        return false;
    *s = rest;
    return true;
}

/* ---- mechanisms: what stands behind the name */

static bool read_all(struct spf_term *t, struct slice rest)
{
    (void)t;
    return rest.n == 0;
}

static bool read_domain(struct spf_term *t, struct slice rest)
{
    t->spec = slice_from(rest, 1);
    return rest.n && rest.p[0] == ':' && spf_domain_spec_good(t->spec);
}

static bool read_optional_domain(struct spf_term *t, struct slice rest)
{
    return rest.n == 0 || read_domain(t, rest);
}

static bool read_dual(struct spf_term *t, struct slice rest)
{
    return take_cidr(&rest, 2, 128, &t->cidr6) && take_cidr(&rest, 1, 32, &t->cidr4) &&
           read_optional_domain(t, rest);
}

static bool read_network(struct spf_term *t, struct slice rest, int family)
{
    char text[INET6_ADDRSTRLEN + 1];
    if (rest.n < 2 || rest.p[0] != ':')
        return false;
    rest = slice_from(rest, 1);
    if (rest.n >= sizeof(text) || slice_chr(rest, 0) >= 0)
        return false;
    memcpy(text, rest.p, rest.n);
    text[rest.n] = 0;
    return inet_pton(family, text, t->address) == 1;
}

static bool read_ip4(struct spf_term *t, struct slice rest)
{
    return take_cidr(&rest, 1, 32, &t->cidr4) && read_network(t, rest, AF_INET);
}

static bool read_ip6(struct spf_term *t, struct slice rest)
{
    return take_cidr(&rest, 1, 128, &t->cidr6) && read_network(t, rest, AF_INET6);
}

static const struct {
    struct slice name;
    enum spf_mechanism mechanism;
    bool (*read)(struct spf_term *t, struct slice rest);
} mechanisms[] = {
    { SLICE_INIT("all"), SPF_ALL, read_all },
    { SLICE_INIT("include"), SPF_INCLUDE, read_domain },
    { SLICE_INIT("a"), SPF_A, read_dual },
    { SLICE_INIT("mx"), SPF_MX, read_dual },
    { SLICE_INIT("ptr"), SPF_PTR, read_optional_domain },
    { SLICE_INIT("ip4"), SPF_IP4, read_ip4 },
    { SLICE_INIT("ip6"), SPF_IP6, read_ip6 },
    { SLICE_INIT("exists"), SPF_EXISTS, read_domain },
};

/* ---- terms */

static enum auth_code take_qualifier(struct slice *s)
{
    enum auth_code code = AUTH_NOT_RUN;
    switch (s->n ? s->p[0] : 0) {
    case '+': code = AUTH_PASS; break;
    case '-': code = AUTH_FAIL; break;
    case '~': code = AUTH_SOFTFAIL; break;
    case '?': code = AUTH_NEUTRAL; break;
    default: return AUTH_PASS;
    }
    *s = slice_from(*s, 1);
    return code;
}

/* what is wrong, NULL if nothing */
static const char *read_directive(struct spf_term *t, struct slice text)
{
    *t = (struct spf_term){ .text = text, .cidr4 = 32, .cidr6 = 128 };
    t->qualifier = take_qualifier(&text);
    size_t n = 0;
    while (n < text.n && text.p[n] != ':' && text.p[n] != '/')
        n++;
    for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
        if (slice_ieq(mechanisms[i].name, slice_sub(text, 0, n))) {
            t->mechanism = mechanisms[i].mechanism;
            return mechanisms[i].read(t, slice_from(text, n)) ? NULL : "syntax error";
        }
    return "unknown mechanism";
}

/* The bytes of a modifier's name at the start of s; 0: it is a directive. */
static size_t modifier_name(struct slice s)
{
    size_t n = 0;
    while (n < s.n && (ascii_alnum(s.p[n]) || strchr("-_.", s.p[n] ? s.p[n] : ' ')))
        n++;
    return n < s.n && s.p[n] == '=' && ascii_alpha(s.p[0]) ? n : 0;
}

static const char *read_modifier(struct spf_record *r, struct slice name, struct slice value)
{
    struct slice *at = slice_ieq(name, SLICE("redirect")) ? &r->redirect
                       : slice_ieq(name, SLICE("exp"))    ? &r->exp
                                                          : NULL;
    if (at == NULL)
        return spf_macro_good(value, false) ? NULL : "syntax error";
    if (at->n)
        return "more than once";
    *at = value;
    return spf_domain_spec_good(value) ? NULL : "syntax error";
}

static const char *read_term(struct spf_record *r, struct arena *a, size_t *cap, struct slice text)
{
    size_t name = modifier_name(text);
    if (name)
        return read_modifier(r, slice_sub(text, 0, name), slice_from(text, name + 1));
    if (r->n == *cap) {
        r->terms = arena_grow(a, r->terms, r->n, *cap ? *cap * 2 : FIRST_TERMS, sizeof(*r->terms));
        *cap = *cap ? *cap * 2 : FIRST_TERMS;
    }
    return read_directive(&r->terms[r->n++], text);
}

bool spf_record_parse(struct spf_record *r, struct arena *a, struct slice text, struct slice *why)
{
    struct slice rest = slice_from(text, version.n), term;
    size_t cap = 0;
    memset(r, 0, sizeof(*r));
    while (slice_cut(&rest, ' ', &term)) {
        const char *wrong = term.n ? read_term(r, a, &cap, term) : NULL;
        if (wrong == NULL)
            continue;
        struct slice shown = auth_clean(a, term, 80);
        *why = auth_reason(a, "%s: %.*s", wrong, SLICE_ARG(shown));
        return false;
    }
    return true;
}
