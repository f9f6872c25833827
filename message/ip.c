/* ip.c - IP addresses as text; see ip.h */
#include "message/ip.h"

#include <arpa/inet.h>

/* AF_INET, AF_INET6, or 0 when text is no address */
static int to_binary(struct slice text, unsigned char bin[16])
{
    char copy[64];
    if (text.n == 0 || text.n >= sizeof(copy) || slice_chr(text, 0) >= 0)
        return 0;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    int family = slice_chr(text, ':') >= 0 ? AF_INET6 : AF_INET;
    return inet_pton(family, copy, bin) == 1 ? family : 0;
}

struct slice ip_canonical(struct arena *a, struct slice text)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char out[INET6_ADDRSTRLEN];
    unsigned char bin[16];
    if (slice_istarts(text, SLICE("IPv6:")))
        text = slice_from(text, 5);
    ptrdiff_t zone = slice_chr(text, '%');
    if (zone >= 0)
        text.n = (size_t)zone;
    int family = to_binary(text, bin);
    if (family == 0)
        return slice_of(NULL, 0);
    bool is_mapped = family == AF_INET6 && memcmp(bin, mapped, 12) == 0;
    inet_ntop(is_mapped ? AF_INET : family, is_mapped ? bin + 12 : bin, out, sizeof(out));
    return arena_dup(a, slice_str(out));
}

struct prefix {
    int family;
    unsigned char bits[16];
    unsigned n;
};

static bool in_prefix(const unsigned char *ip, int family, const struct prefix *p)
{
    unsigned bytes = p->n / 8, rest = p->n % 8;
    return family == p->family && memcmp(ip, p->bits, bytes) == 0 &&
           (rest == 0 || (ip[bytes] ^ p->bits[bytes]) >> (8 - rest) == 0);
}

bool ip_is_private(struct slice ip)
{
    static const struct prefix prefixes[] = {
        { AF_INET, { 10 }, 8 },          { AF_INET, { 127 }, 8 },       { AF_INET, { 172, 16 }, 12 },
        { AF_INET, { 192, 168 }, 16 },   { AF_INET, { 169, 254 }, 16 }, { AF_INET, { 100, 64 }, 10 },
        { AF_INET6, { [15] = 1 }, 128 }, { AF_INET6, { 0xfc }, 7 },     { AF_INET6, { 0xfe, 0x80 }, 10 },
    };
    unsigned char bin[16];
    int family = to_binary(ip, bin);
    if (family == 0)
        return false;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (in_prefix(bin, family, &prefixes[i]))
            return true;
    return false;
}
