/* view-relay-ip.c - see view-relay-ip.h */
#include "config.h"
#include "scoring/view-relay-ip.h"

static char char_at(struct slice s, size_t i)
{
    return i < s.n ? s.p[i] : 0;
}

static bool word(char c)
{
    return ascii_alnum(c) || c == '_';
}

static bool hex_or_colon(char c)
{
    return c == ':' || ascii_hex(c) >= 0;
}

/* Digits of an octet at `at`: 0 to 255 without leading zeros; 0: none. */
static size_t octet(struct slice s, size_t at)
{
    unsigned v = 0;
    size_t n = 0;
    while (n < 4 && ascii_digit(char_at(s, at + n)))
        v = v * 10 + (unsigned)(char_at(s, at + n++) - '0');
    return n > 3 || v > 255 || (n > 1 && s.p[at] == '0') ? 0 : n;
}

/* End of a.b.c.d at `at`, whatever follows; 0: none. */
static size_t quad_end(struct slice s, size_t at)
{
    for (unsigned i = 0; i < 4; i++) {
        size_t n = octet(s, at);
        if (n == 0)
            return 0;
        at += n;
        if (i < 3 && char_at(s, at++) != '.')
            return 0;
    }
    return at;
}

static size_t v4_end(struct slice s, size_t at)
{
    if (!ascii_digit(char_at(s, at)) || (at && (word(s.p[at - 1]) || s.p[at - 1] == ':')))
        return 0;
    size_t end = quad_end(s, at);
    return word(char_at(s, end)) ? 0 : end;
}

/* groups of 1 to 4 hexadecimal digits between colons, up to the first byte that is neither */
struct groups {
    struct slice v[9]; /* the last one may be what comes before a dot */
    unsigned n;
    int gap; /* groups before "::"; -1: there is none */
    bool good;
    bool open;        /* ends with a colon that is not the gap's */
    bool after_colon; /* of either kind */
    size_t end;
};

static size_t group_length(struct slice s, size_t at)
{
    size_t n = 0;
    while (ascii_hex(char_at(s, at + n)) >= 0)
        n++;
    return n;
}

/* A colon at `at`, or two: false when there is one too many. */
static bool read_colon(struct slice s, size_t *at, struct groups *g)
{
    if (g->after_colon)
        return false;
    g->open = g->after_colon = true;
    ++*at;
    if (char_at(s, *at) != ':')
        return true;
    ++*at;
    g->open = false;
    if (g->gap >= 0)
        return false;
    g->gap = (int)g->n;
    return true;
}

static bool read_all(struct slice s, size_t *at, struct groups *g)
{
    if (char_at(s, *at) == ':' && char_at(s, *at + 1) != ':')
        return false;
    while (*at < s.n && hex_or_colon(s.p[*at])) {
        if (s.p[*at] == ':') {
            if (!read_colon(s, at, g))
                return false;
            continue;
        }
        size_t n = group_length(s, *at);
        if (n > 4 || g->n == 9)
            return false;
        g->open = g->after_colon = false;
        g->v[g->n++] = slice_sub(s, *at, n);
        *at += n;
    }
    return true;
}

static struct groups read_groups(struct slice s, size_t at)
{
    struct groups g = { .gap = -1 };
    g.good = read_all(s, &at, &g);
    g.end = at;
    return g;
}

static bool pure_v6(const struct groups *g)
{
    return g->good && !g->open && (g->gap < 0 ? g->n == 8 : g->n <= 7);
}

/* End of the IPv4 behind the groups, whose last one is its first octet; 0: none. */
static size_t tail_end(struct slice s, const struct groups *g)
{
    if (!g->good || g->open || g->n == 0 || char_at(s, g->end) != '.' || (int)g->n == g->gap)
        return 0;
    size_t end = quad_end(s, g->end - g->v[g->n - 1].n);
    return hex_or_colon(char_at(s, end)) ? 0 : end;
}

static unsigned v6_ends(struct slice s, size_t at, size_t ends[IP_ENDS])
{
    struct groups g = read_groups(s, at);
    unsigned n = 0;
    size_t tail = tail_end(s, &g);
    if (tail && (g.gap < 0 ? g.n == 7 : g.n <= 6))
        ends[n++] = tail;
    if (pure_v6(&g))
        ends[n++] = g.end;
    return n;
}

/* Where IPv6 may start at `at` ("IPv6:" skipped); false: not here. */
static bool v6_start(struct slice s, size_t *at)
{
    static const struct slice prefix = SLICE_INIT("ipv6:");
    if ((char_at(s, *at) | 32) == 'i' && slice_istarts(slice_from(s, *at), prefix)) {
        *at += prefix.n;
        return true;
    }
    return hex_or_colon(char_at(s, *at)) && !(*at && hex_or_colon(s.p[*at - 1]));
}

unsigned ip_at(struct slice text, size_t at, size_t ends[IP_ENDS])
{
    size_t end = v4_end(text, at);
    if (end) {
        ends[0] = end;
        return 1;
    }
    return v6_start(text, &at) ? v6_ends(text, at, ends) : 0;
}

struct slice ip_find(struct slice text)
{
    size_t ends[IP_ENDS];
    for (size_t at = 0; at < text.n; at++) {
        char c = text.p[at];
        if ((hex_or_colon(c) || c == 'i' || c == 'I') && ip_at(text, at, ends))
            return slice_sub(text, at, ends[0] - at);
    }
    return SLICE("");
}

static bool zeros(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '0')
            return false;
    return true;
}

static bool zero_groups(const struct groups *g, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!zeros(g->v[i]))
            return false;
    return true;
}

/* 0:0:0:0:0:ffff:127.0.0.1, with its zeros left out in the ways that SpamAssassin knows */
static bool mapped_zeros(const struct groups *g)
{
    static const unsigned most_behind[] = { 4, 3, 1, 1, 0 };
    if (g->n < 2 || !slice_ieq(g->v[g->n - 2], SLICE("ffff")) || !zero_groups(g, g->n - 2))
        return false;
    if (g->gap < 0)
        return g->n - 2 == 5;
    unsigned before = (unsigned)g->gap, behind = g->n - 2 - before;
    if (before > 4 || before > g->n - 2 || behind > most_behind[before])
        return false;
    return behind == 0 || before < 2 || g->v[before].n <= 4 - before;
}

static bool one_behind_zeros(const struct groups *g)
{
    if (!pure_v6(g) || g->n == 0 || (int)g->n == g->gap || !zero_groups(g, g->n - 1))
        return false;
    struct slice last = g->v[g->n - 1];
    return last.p[last.n - 1] == '1' && zeros(slice_sub(last, 0, last.n - 1));
}

static unsigned localhost_v6(struct slice s, size_t at, size_t ends[IP_ENDS])
{
    static const struct slice v4 = SLICE_INIT("127.0.0.1");
    struct groups g = read_groups(s, at);
    size_t tail = tail_end(s, &g);
    unsigned n = 0;
    if (tail && slice_eq(slice_sub(s, tail - v4.n, v4.n), v4) && mapped_zeros(&g))
        ends[n++] = tail;
    if (one_behind_zeros(&g))
        ends[n++] = g.end;
    return n;
}

unsigned ip_localhost_at(struct slice text, size_t at, size_t ends[IP_ENDS])
{
    static const struct slice name = SLICE_INIT("localhost"), domain = SLICE_INIT(".localdomain"),
                              v4 = SLICE_INIT("127.0.0.1");
    struct slice rest = slice_from(text, at);
    if (slice_istarts(rest, name)) {
        unsigned n = 0;
        if (slice_istarts(slice_from(rest, name.n), domain))
            ends[n++] = at + name.n + domain.n;
        ends[n++] = at + name.n;
        return n;
    }
    if (slice_starts(rest, v4) && v4_end(text, at) == at + v4.n) {
        ends[0] = at + v4.n;
        return 1;
    }
    return v6_start(text, &at) ? localhost_v6(text, at, ends) : 0;
}

bool ip_is_v4(struct slice text)
{
    return text.n && v4_end(text, 0) == text.n;
}

static bool private_v4(struct slice s)
{
    static const struct slice heads[] = { SLICE_INIT("10."), SLICE_INIT("127."), SLICE_INIT("169.254."),
                                          SLICE_INIT("192.168.") };
    struct slice first, second;
    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
        if (slice_starts(s, heads[i]))
            return true;
    uint64_t a, b;
    if (!slice_cut(&s, '.', &first) || !slice_cut(&s, '.', &second) || s.p == NULL ||
        !slice_uint(first, 255, &a) || !slice_uint(second, 255, &b) || second.p[0] == '0')
        return false;
    return (a == 172 && b >= 16 && b <= 31) || (a == 100 && b >= 64 && b <= 127);
}

bool relay_ip_is_private(struct slice text)
{
    static const struct slice prefix = SLICE_INIT("ipv6:"), link = SLICE_INIT("fe");
    size_t ends[IP_ENDS];
    if (private_v4(text))
        return true;
    if (slice_istarts(text, prefix))
        text = slice_from(text, prefix.n);
    if (slice_istarts(text, link) && text.n >= 5 && text.p[4] == ':' && ascii_hex(text.p[3]) >= 0 &&
        ascii_hex(text.p[2]) >= 8 && ascii_hex(text.p[2]) <= 11)
        return true;
    return localhost_v6(text, 0, ends) > 0;
}
