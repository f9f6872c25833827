/* view-html-target.c - a URI resolved against a base, as SpamAssassin does it
 * RFC 3986 5.2 with its own ways: a scheme equal to the base's is none, "../x" without a base is "/x", a path
 * "0" is empty, "//www.example.com" gets "http:". */
#include "config.h"
#include "scoring/view-html-page.h"

/* p of a part is NULL where it is not there */
struct parts {
    struct slice scheme, authority, path, query, fragment;
};

static size_t until(struct slice s, size_t at, const char *stops)
{
    while (at < s.n && (s.p[at] == 0 || !strchr(stops, s.p[at])))
        at++;
    return at;
}

static struct slice between(struct slice s, size_t from, size_t to)
{
    return slice_of(s.p + from, to - from);
}

static struct parts parse(struct slice s)
{
    struct parts u = { 0 };
    size_t at = 0, end = until(s, 0, ":/?#");
    if (end > 0 && end < s.n && s.p[end] == ':') {
        u.scheme = between(s, 0, end);
        at = end + 1;
    }
    if (s.n - at >= 2 && s.p[at] == '/' && s.p[at + 1] == '/') {
        end = until(s, at + 2, "/?#");
        u.authority = between(s, at + 2, end);
        at = end;
    }
    end = until(s, at, "?#");
    u.path = between(s, at, end);
    at = end;
    if (at < s.n && s.p[at] == '?') {
        end = until(s, at, "#");
        u.query = between(s, at + 1, end);
        at = end;
    }
    if (at < s.n)
        u.fragment = between(s, at + 1, until(s, at, "\n"));
    return u;
}

/* "/." or "/.." with a slash or the end (or a line end at the end) behind it */
static bool dots(struct slice s, size_t at, size_t n)
{
    if (s.n - at < n || s.p[at] != '/' || s.p[at + 1] != '.' || s.p[at + n - 1] != '.')
        return false;
    size_t behind = at + n;
    return behind == s.n || s.p[behind] == '/' || (behind + 1 == s.n && s.p[behind] == '\n');
}

/* Where the input goes on after dots: at the slash that is left of them. That slash is none of the input's
 * own when nothing follows: *slash. */
static size_t skip_dots(struct slice s, size_t at, size_t n, bool *slash)
{
    *slash = at + n == s.n || s.p[at + n] != '/';
    return at + n;
}

static struct slice remove_dots(struct arena *a, struct slice s)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0, at = 0;
    bool slash = false; /* one that is to be read before s.p[at] */
    if (slice_eq(s, SLICE("0")))
        return SLICE("");
    if (slice_starts(s, SLICE("./")) || slice_starts(s, SLICE("../")))
        at = s.p[1] == '/' ? 1 : 2;
    while (at < s.n || slash) {
        if (!slash && dots(s, at, 2))
            at = skip_dots(s, at, 2, &slash);
        else if (!slash && dots(s, at, 3)) {
            at = skip_dots(s, at, 3, &slash);
            while (n && out[n - 1] != '/')
                n--;
            n -= n > 0;
        } else {
            size_t end = until(s, slash ? at : at + 1, "/");
            if (slash)
                out[n++] = '/';
            memcpy(out + n, s.p + at, end - at);
            n += end - at;
            at = end;
            slash = false;
        }
    }
    return slice_of(out, n);
}

/* A relative path behind the base's last slash. */
static struct slice merge(struct arena *a, const struct parts *base, struct slice path)
{
    size_t n = base->path.n;
    if (base->authority.p && (n == 0 || slice_eq(base->path, SLICE("0"))))
        return arena_printf(a, "/%.*s", SLICE_ARG(path));
    while (n && base->path.p[n - 1] != '/')
        n--;
    return arena_printf(a, "%.*s%.*s", SLICE_ARG(slice_sub(base->path, 0, n)), SLICE_ARG(path));
}

static struct slice relative_path(struct arena *a, const struct parts *base, struct slice path)
{
    return remove_dots(a, path.p[0] == '/' ? path : merge(a, base, path));
}

static struct parts resolve(struct arena *a, const struct parts *base, struct parts t)
{
    if (t.scheme.p && base->scheme.p && slice_eq(t.scheme, base->scheme))
        t.scheme.p = NULL;
    if (t.scheme.p || t.authority.p) {
        t.path = remove_dots(a, t.path);
    } else if (t.path.n) {
        t.path = relative_path(a, base, t.path);
        t.authority = base->authority;
    } else {
        t.path = base->path;
        t.query = t.query.p ? t.query : base->query;
        t.authority = base->authority;
    }
    if (t.scheme.p == NULL)
        t.scheme = base->scheme;
    return t;
}

/* www.x, www2.x: the word, digits, a dot */
static bool host_like(struct slice host, struct slice word)
{
    size_t at = word.n;
    if (!slice_istarts(host, word))
        return false;
    while (at < host.n && ascii_digit(host.p[at]))
        at++;
    return at < host.n && host.p[at] == '.';
}

static void add_scheme(struct buf *b, const struct parts *t)
{
    if (t->scheme.n && !slice_eq(t->scheme, SLICE("0"))) {
        buf_add_slice(b, t->scheme);
        buf_add_char(b, ':');
    } else if (t->authority.p && host_like(t->authority, SLICE("www")))
        buf_add_slice(b, SLICE("http:"));
    else if (t->authority.p && host_like(t->authority, SLICE("ftp")))
        buf_add_slice(b, SLICE("ftp:"));
}

static void add_part(struct buf *b, const char *mark, struct slice part)
{
    if (part.p == NULL)
        return;
    buf_add_str(b, mark);
    buf_add_slice(b, part);
}

struct slice page_target(struct arena *a, struct slice base, struct slice uri)
{
    struct buf b;
    struct parts root = parse(base.p ? base : SLICE("")), t = resolve(a, &root, parse(uri));
    buf_init_in(&b, a, base.n + uri.n + 64);
    add_scheme(&b, &t);
    add_part(&b, "//", t.authority);
    buf_add_slice(&b, t.path);
    add_part(&b, "?", t.query);
    add_part(&b, "#", t.fragment);
    return buf_slice(&b);
}
