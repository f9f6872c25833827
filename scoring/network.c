/* network.c - networks as SpamAssassin writes them; see trust.h
 * IPv4 lives in ::ffff:0:0/96, so that one comparison serves both. */
#include "config.h"
#include "scoring/trust.h"

#include <arpa/inet.h>
#include "scoring/rule-problem.h"

#define V4_BITS 96

static bool is_v4(const unsigned char *ip)
{
    static const unsigned char prefix[12] = { [10] = 0xff, [11] = 0xff };
    return memcmp(ip, prefix, sizeof(prefix)) == 0;
}

static void set_v4(unsigned char *ip, uint32_t v4)
{
    memset(ip, 0, 10);
    ip[10] = ip[11] = 0xff;
    for (unsigned i = 0; i < 4; i++)
        ip[12 + i] = (unsigned char)(v4 >> (24 - 8 * i));
}

/* "10", "10.1.", "10.1.2.3"; leading zeros mean nothing. *octets: how many there are. */
static bool read_v4(struct slice text, uint32_t *v4, unsigned *octets)
{
    struct slice octet;
    *v4 = *octets = 0;
    if (text.n && text.p[text.n - 1] == '.')
        text.n--;
    while (slice_cut(&text, '.', &octet)) {
        uint64_t n;
        if (*octets == 4 || !slice_uint(octet, 255, &n))
            return false;
        *v4 |= (uint32_t)n << (24 - 8 * *octets);
        ++*octets;
    }
    return *octets > 0;
}

static bool read_v6(struct slice text, unsigned char *ip)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.n == 0 || text.n >= sizeof(copy) || memchr(text.p, 0, text.n))
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    return inet_pton(AF_INET6, copy, ip) == 1;
}

/* without [ ], without %zone */
static struct slice bare(struct slice text)
{
    if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = slice_sub(text, 1, text.n - 2);
    ptrdiff_t zone = slice_chr(text, '%');
    return zone < 0 ? text : slice_sub(text, 0, (size_t)zone);
}

static bool looks_v4(struct slice text)
{
    size_t i = 0;
    while (i < text.n && ascii_digit(text.p[i]))
        i++;
    return i > 0 && (i == text.n || text.p[i] == '.');
}

/* 255.255.0.0 as a length; false when it is none */
static bool netmask_bits(struct slice text, unsigned *bits)
{
    uint32_t mask;
    unsigned octets;
    if (!read_v4(text, &mask, &octets) || octets != 4)
        return false;
    uint32_t host = ~mask;
    if (host & (host + 1))
        return false;
    for (*bits = 0; mask; mask <<= 1)
        ++*bits;
    return true;
}

static int read_bits(struct slice text, bool v4, unsigned *bits, struct err *e)
{
    uint64_t n;
    if (slice_uint(text, v4 ? 32 : 128, &n)) {
        *bits = (unsigned)n + (v4 ? V4_BITS : 0);
        return 0;
    }
    if (v4 && netmask_bits(text, bits)) {
        *bits += V4_BITS;
        return 0;
    }
    return err_set(e, ERR_CONFIG, "%s is no length of a network: write /0 to /%d", rule_quote(text).text,
                   v4 ? 32 : 128);
}

static int read_address(struct slice text, struct network *net, struct err *e)
{
    uint32_t v4;
    unsigned octets;
    net->bits = 128;
    if (!looks_v4(text))
        return read_v6(text, net->ip)
                   ? 0
                   : err_set(e, ERR_CONFIG, "%s is no address: write 192.0.2.0/24 or 2001:db8::/32",
                             rule_quote(text).text);
    if (!read_v4(text, &v4, &octets))
        return err_set(e, ERR_CONFIG, "%s is no address: write 192.0.2.0/24", rule_quote(text).text);
    set_v4(net->ip, v4);
    net->bits = V4_BITS + 8 * octets;
    return 0;
}

int network_read(struct slice text, struct network *net, struct err *e)
{
    ptrdiff_t slash;
    if (slice_chr(text, '-') >= 0)
        return err_set(e, ERR_CONFIG, "%s: write a range of addresses as networks such as 192.0.2.0/24",
                       rule_quote(text).text);
    net->negated = text.n && text.p[0] == '!';
    text = slice_from(text, net->negated);
    slash = slice_chr(text, '/');
    struct slice address = bare(slash < 0 ? text : slice_sub(text, 0, (size_t)slash));
    if (read_address(address, net, e) < 0)
        return -1;
    return slash < 0 ? 0 : read_bits(slice_from(text, (size_t)slash + 1), looks_v4(address), &net->bits, e);
}

bool network_has(const struct network *net, const unsigned char *ip)
{
    unsigned bytes = net->bits / 8, rest = net->bits % 8;
    return memcmp(net->ip, ip, bytes) == 0 && (rest == 0 || (net->ip[bytes] ^ ip[bytes]) >> (8 - rest) == 0);
}

bool network_address(struct slice text, unsigned char *ip)
{
    static const struct slice prefix = SLICE_INIT("ipv6:");
    uint32_t v4;
    unsigned octets;
    if (looks_v4(text)) {
        if (!read_v4(text, &v4, &octets) || octets != 4)
            return false;
        set_v4(ip, v4);
        return true;
    }
    text = bare(text);
    return read_v6(slice_istarts(text, prefix) ? slice_from(text, prefix.n) : text, ip);
}

bool network_is_v4(const struct network *net)
{
    return net->bits >= V4_BITS && is_v4(net->ip);
}

bool networks_have(const struct networks *n, struct slice text)
{
    unsigned char ip[16];
    if (n->n == 0 || !network_address(text, ip))
        return false;
    for (size_t i = 0; i < n->n; i++)
        if (network_has(&n->v[i], ip))
            return !n->v[i].negated;
    return false;
}
