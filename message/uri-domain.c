/* uri-domain.c - hosts: names, addresses and public suffixes; see uri-domain.h
 * RFC 3986 3.2.2, RFC 5890 (A-labels by libidn2 with the mapping of UTS 46, non-transitional), WHATWG URL 3.5
 * for IPv4. The public suffix list is opened once and kept for the process. */
#include "config.h"
#include "message/uri-domain.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>
#include "base/buf.h"
#include "message/charset.h"

#define UNICODE_HOST_MAX 1000 /* bytes of UTF-8 that are worth a conversion */

static const psl_ctx_t *suffixes;

void uri_warm(void)
{
    if (suffixes == NULL)
        suffixes = psl_latest(NULL);
    if (suffixes == NULL)
        suffixes = psl_builtin();
}

/* ---- public suffixes */

/* lower case, with a NUL; false when it is too long to be a name */
static bool name_for_psl(struct slice host, char out[URI_HOST_MAX + 1])
{
    if (host.n == 0 || host.n > URI_HOST_MAX)
        return false;
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == 0)
            return false;
        out[i] = ascii_lower(host.p[i]);
    }
    out[host.n] = 0;
    return true;
}

static struct slice last_label(struct slice host)
{
    size_t i = host.n;
    while (i > 0 && host.p[i - 1] != '.')
        i--;
    return slice_from(host, i);
}

struct slice uri_registrable(struct slice host)
{
    char name[URI_HOST_MAX + 1];
    struct slice none = { NULL, 0 };
    struct slice top = last_label(host);
    uri_warm();
    if (top.n == 0 || ascii_digit(top.p[0]) || slice_chr(host, ':') >= 0 || !name_for_psl(host, name))
        return none;
    const char *domain = psl_registrable_domain(suffixes, name);
    if (domain == NULL || domain[0] == '.')
        return none;
    return slice_from(host, (size_t)(domain - name));
}

static bool suffix_known(struct slice label)
{
    char name[URI_HOST_MAX + 1];
    uri_warm();
    return name_for_psl(label, name) &&
           psl_is_public_suffix2(suffixes, name, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

bool uri_wide_dot(struct slice s)
{
    if (s.n < 3 || ((unsigned char)s.p[0] != 0xE3 && (unsigned char)s.p[0] != 0xEF))
        return false;
    return memcmp(s.p, "\xe3\x80\x82", 3) == 0 || memcmp(s.p, "\xef\xbc\x8e", 3) == 0 ||
           memcmp(s.p, "\xef\xbd\xa1", 3) == 0;
}

/* The last label, and how many dots (of any kind) stand before it. */
static struct slice last_label_of_any(struct slice host, size_t *dots)
{
    size_t last = 0;
    *dots = 0;
    for (size_t i = 0; i < host.n; i++) {
        size_t n = host.p[i] == '.' ? 1 : uri_wide_dot(slice_from(host, i)) ? 3 : 0;
        if (n == 0)
            continue;
        (*dots)++;
        last = i + n;
        i += n - 1;
    }
    return slice_from(host, last);
}

bool uri_host_known(struct slice host)
{
    size_t dots;
    if (host.n < 4 || host.p[0] == '-')
        return false;
    struct slice last = last_label_of_any(host, &dots);
    if (dots == 0 || last.n < 2)
        return false;
    if (!slice_istarts(last, SLICE("xn--")))
        for (size_t i = 0; i < last.n; i++)
            if (ascii_digit(last.p[i]) || last.p[i] == '_' || last.p[i] == '-')
                return false;
    return suffix_known(last);
}

bool uri_suffix_known(struct slice host)
{
    size_t at = host.n;
    for (int labels = 0; at && labels < 2; labels++) {
        at -= at < host.n;
        while (at && host.p[at - 1] != '.')
            at--;
        if (suffix_known(slice_from(host, at)))
            return true;
    }
    return false;
}

/* ---- addresses */

static bool number(struct slice s, uint64_t *value, bool *odd)
{
    unsigned base = 10;
    if (s.n >= 2 && s.p[0] == '0') {
        bool hex = s.p[1] == 'x' || s.p[1] == 'X';
        base = hex ? 16 : 8;
        s = slice_from(s, hex ? 2 : 1);
        *odd = true;
        if (s.n == 0) { /* "0x" is 0 */
            *value = 0;
            return true;
        }
    }
    *value = 0;
    for (size_t i = 0; i < s.n; i++) {
        int digit = ascii_hex(s.p[i]);
        if (digit < 0 || (unsigned)digit >= base)
            return false;
        if (*value <= UINT32_MAX)
            *value = *value * base + (unsigned)digit;
    }
    return s.n > 0;
}

bool uri_ipv4(struct slice text, uint32_t *address, bool *odd)
{
    uint64_t parts[4];
    size_t n = 0;
    struct slice part;
    *odd = false;
    while (slice_cut(&text, '.', &part)) {
        if (n == 4 || !number(part, &parts[n], odd))
            return false;
        n++;
    }
    if (n == 0 || parts[n - 1] >> (8 * (5 - n))) /* the last one fills what is left */
        return false;
    uint64_t sum = parts[n - 1];
    for (size_t i = 0; i + 1 < n; i++) {
        if (parts[i] > 255)
            return false;
        sum |= parts[i] << (8 * (3 - i));
    }
    *odd = *odd || n != 4;
    *address = (uint32_t)sum;
    return true;
}

/* Whether the last label makes it an address or nothing. */
static bool ends_in_number(struct slice host)
{
    struct slice last = last_label(host);
    if (slice_istarts(last, SLICE("0x"))) {
        for (size_t i = 2; i < last.n; i++)
            if (ascii_hex(last.p[i]) < 0)
                return false;
        return true;
    }
    for (size_t i = 0; i < last.n; i++)
        if (!ascii_digit(last.p[i]))
            return false;
    return last.n > 0;
}

static struct slice ipv4_host(struct arena *a, struct slice host, unsigned *flags)
{
    uint32_t v;
    bool odd;
    if (!uri_ipv4(host, &v, &odd))
        return slice_of(NULL, 0);
    *flags |= URI_IS_IP | (odd ? URI_ODD_IP : 0);
    return arena_printf(a, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

/* host: "[...]" */
static struct slice ipv6_host(struct arena *a, struct slice host, unsigned *flags)
{
    char text[INET6_ADDRSTRLEN] = "", canonical[INET6_ADDRSTRLEN];
    struct in6_addr address;
    struct slice inside = slice_sub(host, 1, host.n - 2);
    ptrdiff_t zone = slice_chr(inside, '%');
    if (zone >= 0)
        inside = slice_sub(inside, 0, (size_t)zone);
    if (inside.n >= sizeof(text) || inside.n == 0 || memchr(inside.p, 0, inside.n))
        return slice_of(NULL, 0);
    memcpy(text, inside.p, inside.n);
    if (inet_pton(AF_INET6, text, &address) != 1 ||
        inet_ntop(AF_INET6, &address, canonical, sizeof(canonical)) == NULL)
        return slice_of(NULL, 0);
    *flags |= URI_IS_IP;
    return arena_printf(a, "[%s]", canonical);
}

/* ---- names */

static struct slice percent_decoded(struct arena *a, struct slice s)
{
    if (slice_chr(s, '%') < 0)
        return s;
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = i + 2 < s.n && s.p[i] == '%' ? ascii_hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(s.p[i + 2]) : -1;
        p[n++] = low >= 0 ? (char)(high << 4 | low) : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return slice_of(p, n);
}

/* libidn2's own memory must not be held when the arena may jump: the result goes over the stack. */
static size_t look_up(const char *name, char out[URI_HOST_MAX + 2])
{
    uint8_t *labels = NULL;
    size_t n = 0;
    if (idn2_lookup_u8((const uint8_t *)name, &labels, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return 0;
    struct slice result = slice_str((const char *)labels);
    if (result.n < URI_HOST_MAX + 2) {
        n = result.n;
        memcpy(out, result.p, n);
    }
    idn2_free(labels);
    return n;
}

static struct slice to_a_labels(struct arena *a, struct slice host)
{
    char labels[URI_HOST_MAX + 2];
    struct buf b;
    if (memchr(host.p, 0, host.n) || !utf8_valid(host))
        return slice_of(NULL, 0);
    buf_init_in(&b, a, host.n);
    for (size_t i = 0; i < host.n; i++) {
        bool dot = uri_wide_dot(slice_from(host, i));
        buf_add_char(&b, dot ? '.' : host.p[i]);
        i += dot ? 2 : 0;
    }
    return arena_dup(a, slice_of(labels, look_up(b.p, labels)));
}

static bool is_ascii(struct slice s)
{
    return utf8_ascii(s) == s.n;
}

/* Labels of letters, digits, hyphens and (for they exist) underscores. */
static bool valid_name(struct slice name)
{
    struct slice rest = name, label;
    if (name.n == 0 || name.n > URI_HOST_MAX)
        return false;
    while (slice_cut(&rest, '.', &label)) {
        if (label.n == 0 || label.n > 63)
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
                return false;
    }
    return true;
}

static bool has_a_label(struct slice name)
{
    struct slice rest = name, label;
    while (slice_cut(&rest, '.', &label))
        if (slice_istarts(label, SLICE("xn--")))
            return true;
    return false;
}

struct slice uri_host(struct arena *a, struct slice host, unsigned *flags)
{
    struct slice none = { NULL, 0 };
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        return ipv6_host(a, host, flags);
    host = percent_decoded(a, host);
    if (host.n == 0 || host.n > UNICODE_HOST_MAX)
        return none;
    bool idn = !is_ascii(host);
    if (idn)
        host = to_a_labels(a, host);
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    if (ends_in_number(host))
        return ipv4_host(a, host, flags);
    if (!valid_name(host))
        return none;
    if (idn || has_a_label(host))
        *flags |= URI_IDN;
    return arena_lower(a, host);
}
