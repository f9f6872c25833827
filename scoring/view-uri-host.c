/* view-uri-host.c - hosts of URIs that are addresses in disguise; see view-uri-host.h */
#include "config.h"
#include "scoring/view-uri-host.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_hex(struct slice s)
{
    return s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X');
}

/* all of it digits, hexadecimal ones behind 0x */
static bool is_number(struct slice s)
{
    bool hex = is_hex(s);
    for (size_t i = hex ? 2 : 0; i < s.n; i++)
        if (hex ? ascii_hex(s.p[i]) < 0 : !ascii_digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* what does not fit is the greatest that does */
static uint64_t value_of(struct slice digits, unsigned base)
{
    uint64_t v = 0;
    for (size_t i = 0; i < digits.n; i++) {
        unsigned d = (unsigned)ascii_hex(digits.p[i]);
        if (v > (UINT64_MAX - d) / base)
            return UINT64_MAX;
        v = v * base + d;
    }
    return v;
}

/* one to three digits that SpamAssassin takes for an octal number */
static bool is_octal(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '7')
            return false;
    return s.n && s.n <= (s.p[0] <= '3' ? 3 : 2);
}

/* One of four; at most 20 bytes are written. Signed, as a number is there that is too great. */
static size_t write_chunk(char *out, struct slice s)
{
    struct slice digits = s;
    while (digits.n && digits.p[0] == '0')
        digits = slice_from(digits, 1);
    if (is_hex(s)) {
        char text[24];
        int n = snprintf(text, sizeof(text), "%" PRId64, (int64_t)value_of(slice_from(s, 2), 16));
        size_t zero = n == 1 && text[0] == '0';
        memcpy(out, text + zero, (size_t)n - zero);
        return (size_t)n - zero;
    }
    if (digits.n < s.n && is_octal(digits))
        return (size_t)snprintf(out, 8, "%u", (unsigned)value_of(digits, 8));
    memcpy(out, digits.p, digits.n);
    return digits.n;
}

static bool dotted(struct arena *a, struct slice host, struct slice *address)
{
    struct slice rest = host, chunk[4];
    for (size_t i = 0; i < 4; i++)
        if (!slice_cut(&rest, '.', &chunk[i]) || !is_number(chunk[i]))
            return false;
    if (rest.p)
        return false;
    char *out = arena_alloc(a, host.n + 4 * 24);
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i)
            out[n++] = '.';
        n += write_chunk(out + n, chunk[i]);
    }
    *address = slice_of(out, n);
    return true;
}

/* A number of more than 32 bits gives its first four bytes. */
static struct slice from_number(struct arena *a, uint64_t v)
{
    while (v > UINT32_MAX)
        v >>= 4;
    return arena_printf(a, "%u.%u.%u.%u", (unsigned)(v >> 24) & 255, (unsigned)(v >> 16) & 255,
                        (unsigned)(v >> 8) & 255, (unsigned)v & 255);
}

bool view_uri_address(struct arena *a, struct slice host, struct slice *address)
{
    if (host.n == 0 || !ascii_digit(host.p[0]))
        return false;
    if (dotted(a, host, address))
        return true;
    if (!is_number(host))
        return false;
    struct slice digits = is_hex(host) ? slice_from(host, 2) : host;
    if (is_hex(host) && digits.n > 8) /* the last 32 bits */
        digits = slice_from(digits, digits.n - 8);
    *address = from_number(a, value_of(digits, is_hex(host) ? 16 : 10));
    return true;
}
