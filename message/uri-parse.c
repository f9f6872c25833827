/* uri-parse.c - one URI taken apart and normalised; see uri.h
 * http, https, ftp as browsers read them (WHATWG URL 4.4: any number of slashes, backslashes too), mailto
 * (RFC 6068), the form of RFC 3986 6.2.2: lower case, percent-encoding only where needed, no dot segments, no
 * default port, no user info. Any other scheme is noted and the rest left as found. A URI over URI_MAX bytes
 * is cut there. Linear. */
#include "config.h"
#include "message/uri-parse.h"

#include "base/buf.h"
#include "message/uri-domain.h"

struct web {
    struct slice scheme;
    unsigned port;
};

static const struct web webs[] = {
    { SLICE_INIT("http"), 80 },
    { SLICE_INIT("https"), 443 },
    { SLICE_INIT("ftp"), 21 },
};

static const struct web *web_named(struct slice scheme)
{
    for (size_t i = 0; i < sizeof(webs) / sizeof(webs[0]); i++)
        if (slice_eq(scheme, webs[i].scheme))
            return &webs[i];
    return NULL;
}

/* ---- characters */

static bool unreserved(char c)
{
    return ascii_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static bool needs_no_escape(char c)
{
    return unreserved(c) || (c > ' ' && c < 0x7f && memchr(":/?#[]@!$&'()*+,;=", c, 18));
}

static void add_escape(struct buf *b, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[3] = { '%', digits[c >> 4], digits[c & 15] };
    buf_add(b, text, 3);
}

/* One character of s at i in its normal form; returns the bytes taken. */
static size_t add_normal(struct buf *b, struct slice s, size_t i)
{
    char c = s.p[i];
    if (c != '%') {
        if (needs_no_escape(c))
            buf_add_char(b, c);
        else
            add_escape(b, (unsigned char)c);
        return 1;
    }
    int high = i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1, low = high >= 0 ? ascii_hex(s.p[i + 2]) : -1;
    if (low < 0) {
        buf_add_str(b, "%25");
        return 1;
    }
    c = (char)(high << 4 | low);
    if (unreserved(c))
        buf_add_char(b, c);
    else
        add_escape(b, (unsigned char)c);
    return 3;
}

static void add_all_normal(struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        while (i < s.n && needs_no_escape(s.p[i]))
            i++;
        buf_add(b, s.p + from, i - from);
        if (i < s.n)
            i += add_normal(b, s, i);
    }
}

/* ---- the path */

/* A segment has been written from `from` on (behind its '/'): takes back "." and "..", RFC 3986 5.2.4. */
static void end_segment(struct buf *b, size_t path, size_t from, bool last)
{
    struct slice segment = slice_from(buf_slice(b), from);
    if (slice_eq(segment, SLICE("."))) {
        b->n = from;
    } else if (slice_eq(segment, SLICE(".."))) {
        b->n = from - 1;
        while (b->n > path && b->p[b->n - 1] != '/')
            b->n--;
        if (b->n == path)
            buf_add_char(b, '/');
    } else if (!last)
        buf_add_char(b, '/');
    b->p[b->n] = 0;
}

/* s begins with '/', '\', or is empty: up to the query or fragment. Returns its length. */
static size_t add_path(struct buf *b, struct slice s)
{
    size_t path = b->n, i = 0;
    buf_add_char(b, '/');
    size_t from = b->n;
    if (s.n && (s.p[0] == '/' || s.p[0] == '\\'))
        i++;
    while (i < s.n && s.p[i] != '?' && s.p[i] != '#') {
        if (s.p[i] != '/' && s.p[i] != '\\') {
            i += add_normal(b, s, i);
            continue;
        }
        end_segment(b, path, from, false);
        from = b->n;
        i++;
    }
    end_segment(b, path, from, true);
    return i;
}

/* ---- authority */

/* "host:port" cut at the port. false: the port is none. */
static bool cut_port(struct slice *host, unsigned *port)
{
    size_t i = host->n;
    uint64_t v;
    while (i > 0 && host->p[i - 1] != ':' && host->p[i - 1] != ']')
        i--;
    if (i == 0 || host->p[i - 1] == ']')
        return true;
    struct slice digits = slice_from(*host, i);
    *host = slice_sub(*host, 0, i - 1);
    if (digits.n == 0)
        return true;
    if (!slice_uint(digits, 65535, &v))
        return false;
    *port = (unsigned)v;
    return true;
}

static bool read_authority(struct uri *u, struct arena *a, struct slice authority, const struct web *web)
{
    size_t at = authority.n;
    while (at > 0 && authority.p[at - 1] != '@')
        at--;
    if (at > 0)
        u->flags |= URI_USERINFO;
    struct slice host = slice_from(authority, at);
    u->port = web->port;
    if (!cut_port(&host, &u->port))
        return false;
    u->host = uri_host(a, host, &u->flags);
    if (u->port != web->port)
        u->flags |= URI_PORT;
    if (u->host.n && !(u->flags & URI_IS_IP))
        u->domain = uri_registrable(u->host);
    return u->host.n > 0;
}

/* rest: behind "http:" */
static bool parse_web(struct uri *u, struct arena *a, struct slice rest, const struct web *web)
{
    size_t i = 0, end;
    while (i < rest.n && (rest.p[i] == '/' || rest.p[i] == '\\'))
        i++;
    for (end = i; end < rest.n && !memchr("/\\?#", rest.p[end], 4); end++)
        ;
    if (!read_authority(u, a, slice_sub(rest, i, end - i), web))
        return false;
    struct buf b;
    rest = slice_from(rest, end);
    buf_init_in(&b, a, rest.n * 3 + URI_HOST_MAX + 100);
    buf_add_slice(&b, u->scheme);
    buf_add_str(&b, "://");
    buf_add_slice(&b, u->host);
    if (u->flags & URI_PORT)
        buf_printf(&b, ":%u", u->port);
    size_t path = b.n;
    end = add_path(&b, rest);
    add_all_normal(&b, slice_from(rest, end));
    u->url = buf_slice(&b);
    u->path = slice_from(u->url, path);
    return true;
}

/* ---- mailto */

static bool parse_mail(struct uri *u, struct arena *a, struct slice rest)
{
    ptrdiff_t query = slice_chr(rest, '?');
    struct slice address = slice_sub(rest, 0, query < 0 ? rest.n : (size_t)query);
    size_t at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    if (at > 0)
        u->host = uri_host(a, slice_from(address, at), &u->flags);
    if (u->host.n && !(u->flags & URI_IS_IP))
        u->domain = uri_registrable(u->host);
    struct buf b;
    buf_init_in(&b, a, rest.n * 3 + URI_HOST_MAX + 100);
    buf_add_str(&b, "mailto:");
    size_t path = b.n;
    if (u->host.n) {
        add_all_normal(&b, slice_sub(address, 0, at));
        buf_add_slice(&b, u->host);
    } else
        add_all_normal(&b, address);
    add_all_normal(&b, slice_from(rest, address.n));
    u->url = buf_slice(&b);
    u->path = slice_from(u->url, path);
    return u->host.n || at == 0;
}

/* ---- */

/* The length of the scheme at the beginning of s, 0 if there is none. "example.com:80" has none. */
static size_t scheme_length(struct slice s)
{
    size_t i = 0;
    bool dot = false;
    if (s.n == 0 || !ascii_alpha(s.p[0]))
        return 0;
    while (i < s.n && (ascii_alnum(s.p[i]) || s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.'))
        dot |= s.p[i++] == '.';
    return i < s.n && s.p[i] == ':' && !dot ? i : 0;
}

static bool looks_like_mail(struct slice s)
{
    for (size_t i = 0; i < s.n && !memchr("/\\?#:", s.p[i], 5); i++)
        if (s.p[i] == '@')
            return i > 0;
    return false;
}

static struct slice clean(struct arena *a, struct slice s)
{
    while (s.n && (unsigned char)s.p[0] <= ' ')
        s = slice_from(s, 1);
    s = slice_sub(s, 0, URI_MAX);
    while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
        s.n--;
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\n';
    if (n == 0)
        return s;
    char *p = arena_alloc(a, s.n);
    n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\t' && s.p[i] != '\r' && s.p[i] != '\n')
            p[n++] = s.p[i];
    return slice_of(p, n);
}

static struct slice guess_scheme(struct uri *u, struct slice s)
{
    u->flags |= URI_NO_SCHEME;
    if (looks_like_mail(s))
        return SLICE("mailto");
    return slice_istarts(s, SLICE("ftp.")) ? SLICE("ftp") : SLICE("http");
}

bool uri_parse(struct uri *u, struct arena *a, struct slice raw)
{
    struct slice s = clean(a, raw);
    u->raw = raw;
    u->flags = 0;
    size_t n = scheme_length(s);
    u->scheme = n ? arena_lower(a, slice_sub(s, 0, n)) : guess_scheme(u, s);
    struct slice rest = slice_from(s, n ? n + 1 : 0);
    const struct web *web = web_named(u->scheme);
    bool good =
        web ? parse_web(u, a, rest, web) : slice_eq(u->scheme, SLICE("mailto")) && parse_mail(u, a, rest);
    if (!good)
        u->flags |= URI_INVALID;
    return good;
}

/* ---- relative references */

static struct slice join(struct arena *a, struct slice x, struct slice y)
{
    struct buf b;
    buf_init_in(&b, a, x.n + y.n);
    buf_add_slice(&b, x);
    buf_add_slice(&b, y);
    return buf_slice(&b);
}

/* RFC 3986 5.2.2, what is left of it when the base is a normalised web address; dot segments go later */
struct slice uri_resolve(struct arena *a, const struct uri *base, struct slice reference)
{
    size_t end = base->url.n - base->path.n, path = 0;
    char first = reference.n ? reference.p[0] : 0;
    if (first == '/' && reference.n > 1 && reference.p[1] == '/')
        return join(a, slice_sub(base->url, 0, base->scheme.n + 1), reference);
    while (path < base->path.n && base->path.p[path] != '?' && base->path.p[path] != '#')
        path++;
    if (first != '/' && first != '\\') {
        if (first != '?' && first != '#' && first)
            while (path > 0 && base->path.p[path - 1] != '/')
                path--;
        end += path;
    }
    return join(a, slice_sub(base->url, 0, end), slice_sub(reference, 0, URI_MAX));
}

bool uri_has_scheme(struct slice s)
{
    return scheme_length(s) > 0;
}
