/* net-subtest.c - what an answer of a list must be for a rule to hit; see net-subtest.h */
#include "config.h"
#include "scoring/net-subtest.h"

#include "scoring/rule-regex.h"

#define LOOPBACK 0x7f000000u
#define REFUSALS 0x7fffff00u /* 127.255.255.0 */

/* ---- numbers */

static bool quad(struct slice s, uint64_t *n)
{
    struct slice octet;
    unsigned octets = 0;
    for (*n = 0; slice_cut(&s, '.', &octet); octets++) {
        uint64_t v;
        if (octets == 4 || !slice_uint(octet, 255, &v))
            return false;
        *n = *n << 8 | v;
    }
    return octets == 4;
}

static bool hexadecimal(struct slice s, uint64_t *n)
{
    if (!slice_istarts(s, SLICE("0x")) || s.n < 3 || s.n > 10)
        return false;
    *n = 0;
    for (size_t i = 2; i < s.n; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0)
            return false;
        *n = *n << 4 | (unsigned)digit;
    }
    return true;
}

static bool number(struct slice s, uint64_t *n, bool *dotted)
{
    if (quad(s, n)) {
        *dotted = true;
        return true;
    }
    return (s.n <= 10 && slice_uint(s, UINT64_MAX, n)) || hexadecimal(s, n);
}

/* N, N-M, VALUE/MASK; an address alone is a range of one. */
static bool read_numbers(struct net_subtest *t, struct slice text)
{
    size_t at = 0;
    bool dotted = false;
    while (at < text.n && text.p[at] != '-' && text.p[at] != '/')
        at++;
    if (!number(slice_sub(text, 0, at), &t->low, &dotted))
        return false;
    if (at == text.n) {
        t->kind = dotted ? SUBTEST_RANGE : SUBTEST_MASK;
        t->high = t->low;
        t->names_refusals = dotted && t->low >= REFUSALS && t->low <= (REFUSALS | 255);
        return true;
    }
    t->kind = text.p[at] == '-' ? SUBTEST_RANGE : SUBTEST_MASKED;
    if (!number(slice_from(text, at + 1), &t->high, &dotted))
        return false;
    uint64_t lowest = t->kind == SUBTEST_RANGE ? t->low : t->low & t->high;
    t->names_refusals = lowest >= REFUSALS && lowest <= (REFUSALS | 255);
    return true;
}

/* ---- patterns */

/* A pattern that has the address in it wants it; one that says "anything in 127/8" does not mean it. */
static bool has_refusal(struct slice pattern)
{
    return slice_find(pattern, SLICE("255\\.255")) >= 0 || slice_find(pattern, SLICE("255.255")) >= 0;
}

static int keep_pattern(struct net_subtest *t, struct arena *a, const struct net_settings *s,
                        struct regex *re)
{
    if (re == NULL)
        return -1;
    net_settings_keep(s, a, re);
    t->kind = SUBTEST_PATTERN;
    t->re = re;
    t->names_refusals = has_refusal(t->text);
    return 0;
}

int net_subtest_rbl(struct net_subtest *t, struct eval_prepare *p, struct slice text, struct err *e)
{
    uint64_t n;
    *t = (struct net_subtest){ .text = text };
    if (text.n == 0)
        return 0;
    if (slice_uint(text, UINT64_MAX, &t->low)) {
        t->kind = SUBTEST_MASK;
        return 0;
    }
    if (quad(text, &n)) {
        t->kind = SUBTEST_TEXT;
        t->names_refusals = n >= REFUSALS && n <= (REFUSALS | 255);
        return 0;
    }
    return keep_pattern(t, p->a, p->set->net, regex_new(text, 0, e));
}

int net_subtest_pattern(struct net_subtest *t, struct eval_prepare *p, struct slice text, struct err *e)
{
    *t = (struct net_subtest){ .text = text };
    return text.n ? keep_pattern(t, p->a, p->set->net, regex_new(text, 0, e)) : 0;
}

int net_subtest_uri(struct net_subtest *t, struct slice text, struct err *e)
{
    *t = (struct net_subtest){ .text = text };
    if (text.n == 0 || read_numbers(t, text))
        return 0;
    return err_set(e, ERR_CONFIG, "%s is no number, address, N-M or VALUE/MASK", rule_quote(text).text);
}

/* ---- askdns */

static bool is_pattern(struct slice s)
{
    return s.n > 2 && (s.p[0] == '/' || (s.p[0] == 'm' && !ascii_alnum(s.p[1]) && s.p[1] != '_'));
}

static bool read_rcode(struct slice word, uint32_t *bits)
{
    static const char *const names[] = { "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                         "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE" };
    uint64_t n;
    if (slice_uint(word, 31, &n)) {
        *bits |= (uint32_t)1 << n;
        return true;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (slice_ieq(word, slice_str(names[i]))) {
            *bits |= (uint32_t)1 << i;
            return true;
        }
    return false;
}

/* [NXDOMAIN, 2] */
static bool read_rcodes(struct net_subtest *t, struct slice text)
{
    struct slice rest = slice_sub(text, 1, text.n - 2), word;
    if (text.n < 3 || text.p[0] != '[' || text.p[text.n - 1] != ']')
        return false;
    while (slice_cut(&rest, ',', &word))
        if (!read_rcode(slice_trim(word), &t->rcodes))
            return false;
    t->kind = SUBTEST_RCODES;
    return true;
}

static bool is_quoted(struct slice s)
{
    return s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0];
}

int net_subtest_askdns(struct net_subtest *t, struct arena *a, const struct net_settings *s,
                       struct slice text, struct err *e)
{
    *t = (struct net_subtest){ .text = text };
    if (text.n == 0)
        return 0;
    if (is_pattern(text))
        return keep_pattern(t, a, s, rule_regex_new(text, NULL, e));
    if (is_quoted(text)) {
        t->kind = SUBTEST_TEXT;
        t->text = slice_sub(text, 1, text.n - 2);
        return 0;
    }
    if (read_rcodes(t, text) || read_numbers(t, text))
        return 0;
    return err_set(e, ERR_CONFIG, "%s is no /pattern/, \"text\", [RCODE], number, N-M or VALUE/MASK",
                   rule_quote(text).text);
}

/* ---- answers */

bool net_subtest_fits(struct check *c, const struct net_subtest *t, struct slice text, bool address,
                      bool refused)
{
    uint64_t n = 0;
    bool is_number = address && quad(text, &n);
    if (refused && !t->names_refusals)
        return false;
    switch (t->kind) {
    case SUBTEST_ANY: return true;
    case SUBTEST_TEXT: return slice_eq(text, t->text);
    case SUBTEST_PATTERN: return check_match(c, t->re, text, NULL);
    case SUBTEST_MASK: return is_number && (n & t->low) && (n & 0xff000000u) == LOOPBACK;
    case SUBTEST_RANGE: return slice_eq(text, t->text) || (is_number && n >= t->low && n <= t->high);
    case SUBTEST_MASKED: return is_number && (n & t->high) == (t->low & t->high);
    case SUBTEST_RCODES: break;
    }
    return false;
}
