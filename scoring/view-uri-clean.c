/* view-uri-clean.c - all that a URI may mean; see view-uri-clean.h
 * One pass for the URI, one for each target that a redirector hides in it. Each pass is linear; a form is at
 * most three times as long as what it is made of. */
#include "config.h"
#include "scoring/view-uri-clean.h"

#include "scoring/uri-rules.h"
#include "scoring/view-uri-host.h"

/* ---- changes of the whole text: each gives the text itself where there is nothing to change */

static bool white(char c)
{
    return ascii_space(c) || c == '\v' || c == '\f';
}

/* without LF, then without white space around, then without CR */
static struct slice trimmed(struct arena *a, struct slice s)
{
    bool breaks = slice_chr(s, '\n') >= 0 || slice_chr(s, '\r') >= 0;
    char *out = breaks ? arena_alloc(a, s.n) : NULL;
    size_t n = 0;
    while (s.n && white(s.p[0]))
        s = slice_from(s, 1);
    while (s.n && white(s.p[s.n - 1]))
        s.n--;
    for (size_t i = 0; breaks && i < s.n; i++)
        if (s.p[i] != '\n' && s.p[i] != '\r')
            out[n++] = s.p[i];
    return breaks ? slice_of(out, n) : s;
}

static struct slice with_slashes(struct arena *a, struct slice s)
{
    if (slice_chr(s, '\\') < 0)
        return s;
    struct slice out = arena_dup(a, s);
    char *p = (char *)out.p;
    for (size_t i = 0; i < s.n; i++)
        if (p[i] == '\\')
            p[i] = '/';
    return out;
}

static struct slice joined(struct arena *a, struct slice one, struct slice two, struct slice three,
                           struct slice four)
{
    const struct slice v[] = { one, two, three, four };
    char *p = arena_alloc(a, one.n + two.n + three.n + four.n);
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        if (v[i].n)
            memcpy(p + n, v[i].p, v[i].n);
        n += v[i].n;
    }
    return slice_of(p, n);
}

static const struct slice nothing;

/* bytes of "http:" or "https:" at its beginning */
static size_t http_head(struct slice s)
{
    return slice_istarts(s, SLICE("http:")) ? 5 : slice_istarts(s, SLICE("https:")) ? 6 : 0;
}

/* http:www.example.com, http:/www.example.com */
static struct slice with_two_slashes(struct arena *a, struct slice s)
{
    size_t head = http_head(s), n = head;
    while (head && n < s.n && n < head + 2 && s.p[n] == '/')
        n++;
    return n == head + 2 || head == 0
               ? s
               : joined(a, slice_sub(s, 0, head), SLICE("//"), slice_from(s, n), nothing);
}

static bool is_encoded(struct slice s, size_t i)
{
    return i + 2 < s.n && s.p[i] == '%' && ascii_hex(s.p[i + 1]) >= 0 && ascii_hex(s.p[i + 2]) >= 0;
}

static bool has_encoded(struct slice s)
{
    struct slice rest = s;
    for (ptrdiff_t at; (at = slice_chr(rest, '%')) >= 0; rest = slice_from(rest, (size_t)at + 1))
        if (is_encoded(rest, (size_t)at))
            return true;
    return false;
}

/* what url_encode() of SpamAssassin encodes */
static bool to_encode(unsigned char c)
{
    return c <= ' ' || c >= 0x7f || c == '"' || c == '%' || c == '<' || c == '>';
}

struct slice view_uri_decoded(struct arena *a, struct slice s)
{
    static const char digits[] = "0123456789abcdef";
    if (!has_encoded(s))
        return s;
    char *out = arena_array(a, s.n, 3);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_encoded(s, i)) {
            int value = ascii_hex(s.p[i + 1]) * 16 + ascii_hex(s.p[i + 2]);
            if (value > ' ' && value < 0x7f)
                out[n++] = (char)value;
            else
                for (size_t k = 0; k < 3; k++)
                    out[n++] = s.p[i + k];
            i += 2;
        } else if (to_encode(c)) {
            out[n++] = '%';
            out[n++] = digits[c >> 4];
            out[n++] = digits[c & 15];
        } else
            out[n++] = (char)c;
    }
    return slice_of(out, n);
}

static bool has_scheme(struct slice s)
{
    size_t n = 0;
    while (n < s.n && (ascii_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '_'))
        n++;
    return n && n < s.n && s.p[n] == ':';
}

static struct slice with_scheme(struct arena *a, struct slice s)
{
    if (has_scheme(s))
        return s;
    return joined(a, slice_starts(s, SLICE("ftp.")) ? SLICE("ftp://") : SLICE("http://"), s, nothing,
                  nothing);
}

static size_t span_not(struct slice s, size_t from, const char *stops)
{
    while (from < s.n && (s.p[from] == 0 || !strchr(stops, s.p[from])))
        from++;
    return from;
}

/* https://www.example.com?id=3 */
static struct slice with_slash(struct arena *a, struct slice s)
{
    size_t head = http_head(s);
    if (head == 0 || !slice_starts(slice_from(s, head), SLICE("//")))
        return s;
    size_t end = span_not(s, head + 2, "/?#");
    if (end == head + 2 || end == s.n || s.p[end] == '/')
        return s;
    return joined(a, slice_sub(s, 0, end), SLICE("/"), slice_from(s, end), nothing);
}

/* ---- entities that a mail program undoes for the user */

/* How many bytes at s make one, 0: none; *c is what it stands for. */
typedef size_t entity_fn(struct slice s, char *c);

static size_t number(struct slice s, unsigned base, unsigned digits_max, char *c)
{
    size_t n = 0, digits = 0;
    int value = 0, digit;
    while (n < s.n && s.p[n] == '0')
        n++;
    for (; n < s.n && digits < digits_max && (digit = ascii_hex(s.p[n])) >= 0 && digit < (int)base; n++) {
        value = value * (int)base + digit;
        digits++;
    }
    *c = (char)value;
    return value > ' ' && value < 0x7f && n < s.n && s.p[n] == ';' ? n + 1 : 0;
}

static size_t decimal(struct slice s, char *c)
{
    size_t n = number(slice_from(s, 2), 10, 3, c);
    return n ? n + 2 : 0;
}

static size_t hexadecimal(struct slice s, char *c)
{
    size_t n = s.n > 2 && s.p[2] == 'x' ? number(slice_from(s, 3), 16, 2, c) : 0;
    return n ? n + 3 : 0;
}

/* all that Unicode takes for a dot between labels */
static size_t dot(struct slice s, char *c)
{
    static const struct slice dots[] = { SLICE_INIT("x2e;"),   SLICE_INIT("12290;"), SLICE_INIT("x3002;"),
                                         SLICE_INIT("65294;"), SLICE_INIT("xff0e;"), SLICE_INIT("65377;"),
                                         SLICE_INIT("xff61;") };
    *c = '.';
    for (size_t i = 0; i < sizeof(dots) / sizeof(*dots); i++)
        if (slice_istarts(slice_from(s, 2), dots[i]))
            return dots[i].n + 2;
    return 0;
}

static struct slice without_entities(struct arena *a, struct slice s, entity_fn *read)
{
    if (slice_find(s, SLICE("&#")) < 0)
        return s;
    char *out = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0, used; i < s.n; i += used ? used : 1) {
        char c = 0;
        used = s.p[i] == '&' && i + 1 < s.n && s.p[i + 1] == '#' ? read(slice_from(s, i), &c) : 0;
        out[n++] = used ? c : s.p[i];
    }
    return n == s.n ? s : slice_of(out, n);
}

/* ---- forms */

static void add(struct view_uri_clean *c, struct slice form)
{
    for (size_t i = 0; i < c->n; i++)
        if (slice_eq(c->v[i], form))
            return;
    if (c->n < VIEW_URI_FORMS_MAX)
        c->v[c->n++] = form;
}

/* ---- mail */

static bool is_mail(struct slice s)
{
    size_t n = span_not(s, 0, ":@");
    return slice_istarts(s, SLICE("mailto:")) || (n < s.n && s.p[n] == '@');
}

/* what is before the first of the stops behind the @, where one is, and something between them */
static void add_before(struct view_uri_clean *c, struct slice s, size_t at, const char *stops, char stop)
{
    size_t end = span_not(s, at + 1, stops);
    if (at && end > at + 1 && end < s.n && s.p[end] == stop)
        add(c, slice_sub(s, 0, end));
}

/* mailto:%20%20ann@example.org%20 */
static void add_without_spaces(struct view_uri_clean *c, struct slice s, size_t at)
{
    size_t head = slice_starts(s, SLICE("mailto:")) ? 7 : 0, start = head;
    size_t end = span_not(s, at + 1, "?&%");
    while (slice_starts(slice_from(s, start), SLICE("%20")))
        start += 3;
    if (start == at && start > head)
        start -= 3;
    else if (start == at)
        start = 0;
    if (start < at && end > at + 1)
        add(c, joined(c->a, SLICE("mailto:"), slice_sub(s, start, end - start), nothing, nothing));
}

/* mailto:"Ann"%20<ann@example.org>: the last < before ? and & that an address follows */
static void add_bracketed(struct view_uri_clean *c, struct slice s)
{
    size_t limit = span_not(s, 0, "?&");
    size_t stop = span_not(s, limit, "@>"), close = span_not(s, limit, ">"); /* the next ones behind i */
    for (size_t i = limit; i-- > 0;) {
        bool address = stop > i + 1 && stop < s.n && s.p[stop] == '@' && close > stop + 1 && close < s.n;
        if (s.p[i] == '<' && address) {
            add(c, joined(c->a, SLICE("mailto:"), slice_sub(s, i + 1, close - i - 1), nothing, nothing));
            return;
        }
        if (s.p[i] == '@' || s.p[i] == '>')
            stop = i;
        if (s.p[i] == '>')
            close = i;
    }
}

static void clean_mail(struct view_uri_clean *c, struct slice s)
{
    ptrdiff_t found = slice_chr(s, '@');
    if (found < 0)
        return;
    size_t at = (size_t)found;
    add_before(c, s, at, "?", '?');
    add_before(c, s, at, "?&", '&');
    if (slice_find(s, SLICE("%20")) >= 0)
        add_without_spaces(c, s, at);
    if (slice_chr(s, '<') >= 0)
        add_bracketed(c, s);
}

/* ---- hosts */

/* http://user@host:80/rest; proto and host as they are written */
struct parts {
    struct slice proto, auth, host, rest; /* rest begins with the port */
    struct slice port;                    /* digits, or as implied */
};

/* false: no http URI, or one without a host */
static bool take_apart(struct parts *p, struct slice s)
{
    size_t head = http_head(s);
    if (head == 0 || !slice_starts(slice_from(s, head), SLICE("//")))
        return false;
    head += 2;
    p->proto = slice_sub(s, 0, head);
    size_t user = span_not(s, head, "@/?#"), host = head;
    if (user < s.n && s.p[user] == '@' && span_not(s, user + 1, "/?#:") > user + 1)
        host = user + 1;
    size_t end = span_not(s, host, "/?#:");
    p->auth = slice_sub(s, head, host - head);
    p->host = slice_sub(s, host, end - host);
    p->rest = slice_from(s, end);
    size_t port = p->rest.n > 0 && p->rest.p[0] == ':';
    while (port && port < p->rest.n && ascii_digit(p->rest.p[port]))
        port++;
    p->port = slice_sub(p->rest, 1, port ? port - 1 : 0);
    return p->host.n > 0;
}

static void add_host(struct view_uri_clean *c, const struct parts *p, struct slice host)
{
    add(c, joined(c->a, p->proto, host, p->rest, nothing));
}

/* Only "http://" so written has 80 for its own; others have 443. */
static void without_port(struct view_uri_clean *c, struct parts *p)
{
    struct slice own = slice_eq(p->proto, SLICE("http://")) ? SLICE("80") : SLICE("443");
    if (p->port.n == 0) {
        p->port = own;
        return;
    }
    struct slice rest = slice_from(p->rest, own.n + 1);
    bool word = rest.n && (ascii_alnum(rest.p[0]) || rest.p[0] == '_');
    if (slice_starts(p->port, own) && !word)
        add(c, joined(c->a, p->proto, p->host, rest, nothing));
}

static void without_controls(struct view_uri_clean *c, struct parts *p)
{
    size_t n = 0;
    while (n < p->host.n && (unsigned char)p->host.p[n] > ' ')
        n++;
    if (n == p->host.n)
        return;
    char *out = arena_alloc(c->a, p->host.n);
    n = 0;
    for (size_t i = 0; i < p->host.n; i++)
        if ((unsigned char)p->host.p[i] > ' ')
            out[n++] = p->host.p[i];
    p->host = slice_of(out, n);
    add_host(c, p, p->host);
}

/* ---- redirectors */

/* whether one of the literals, of which every match has one, is in the text, which is in lower case */
static bool may_match(const struct uri_redirector *r, struct slice lower)
{
    if (r->literals.any || r->literals.n > 4)
        return true;
    for (unsigned i = 0; i < r->literals.n; i++)
        if (slice_find(lower, slice_of(r->literals.v[i].p, r->literals.v[i].n)) >= 0)
            return true;
    return false;
}

/* A target is cleaned in its turn. */
static bool add_target(struct view_uri_clean *c, struct slice target)
{
    bool has_dot = slice_chr(target, '.') >= 0;
    if (has_dot && c->n_todo < VIEW_URI_FORMS_MAX)
        c->todo[c->n_todo++] = target;
    return has_dot;
}

static bool redirected(struct view_uri_clean *c, const struct parts *p)
{
    struct regex_span group;
    if (c->rules == NULL || c->scratch == NULL || c->rules->redirectors == NULL)
        return false;
    /* a pattern that gives up (REGEX_LIMIT) is passed over: what is embedded in clear is found all the same
     */
    struct slice whole = joined(c->a, p->proto, p->host, p->rest, nothing);
    struct slice lower = arena_lower(c->a, whole);
    for (const struct uri_redirector *r = c->rules->redirectors; r; r = r->next)
        if (may_match(r, lower) && regex_match_group(r->re, c->scratch, whole, &group) == REGEX_HIT &&
            group.start <= group.end && add_target(c, slice_sub(whole, group.start, group.end - group.start)))
            return true;
    return false;
}

/* http: or https: and what follows it, up to & and # */
static void add_embedded(struct view_uri_clean *c, struct slice rest)
{
    for (size_t i = 0; i < rest.n; i++) {
        size_t head = (rest.p[i] | 32) == 'h' ? http_head(slice_from(rest, i)) : 0;
        size_t end = head ? span_not(rest, i + head, "&#") : 0;
        if (end > i + head) {
            add_target(c, slice_sub(rest, i, end - i));
            return;
        }
    }
}

/* ---- what browsers make of odd hosts */

static void without_user(struct view_uri_clean *c, struct parts *p)
{
    ptrdiff_t at = slice_chr(p->host, '@');
    if (at <= 0)
        return;
    p->host = slice_from(p->host, (size_t)at + 1);
    add_host(c, p, p->host);
}

static void without_end(struct view_uri_clean *c, struct parts *p)
{
    size_t n = p->host.n;
    while (n && !ascii_alnum(p->host.p[n - 1]))
        n--;
    if (n == p->host.n)
        return;
    p->host.n = n;
    add_host(c, p, p->host);
}

/* Firefox makes http://example http://www.example.com; original: the host as it was in lower case */
static void with_com(struct view_uri_clean *c, const struct parts *p, struct slice original)
{
    struct slice label = original;
    if (slice_starts(label, SLICE("www.")))
        label = slice_from(label, 4);
    if (label.n == 0 || slice_chr(label, '.') >= 0 || slice_eq(original, SLICE("localhost")) ||
        !slice_eq(p->proto, SLICE("http://")) || p->auth.n || !slice_eq(p->port, SLICE("80")) ||
        uri_domain_valid(c->rules, original))
        return;
    struct slice com = joined(c->a, SLICE(".com"), p->rest, nothing, nothing);
    add(c, joined(c->a, p->proto, SLICE("www."), label, com));
}

static void clean_http(struct view_uri_clean *c, struct slice s)
{
    struct parts p;
    struct slice address;
    if (!take_apart(&p, s))
        return;
    without_port(c, &p);
    struct slice original = arena_lower(c->a, p.host);
    without_controls(c, &p);
    if (!redirected(c, &p))
        add_embedded(c, p.rest);
    without_user(c, &p);
    without_end(c, &p);
    if (view_uri_address(c->a, p.host, &address))
        add_host(c, &p, address);
    else
        with_com(c, &p, original);
}

/* ---- */

/* #place, ?query, &more, /path, but //host */
static bool is_local(struct slice s)
{
    return s.n <= 1 || s.p[0] == '#' || s.p[0] == '?' || s.p[0] == '&' || (s.p[0] == '/' && s.p[1] != '/');
}

static void clean_one(struct view_uri_clean *c, struct slice s)
{
    s = trimmed(c->a, s);
    add(c, s);
    if (is_local(s))
        return;
    if (is_mail(s)) {
        clean_mail(c, s);
        return;
    }
    s = with_two_slashes(c->a, with_slashes(c->a, s));
    s = with_slash(c->a, with_scheme(c->a, view_uri_decoded(c->a, s)));
    s = without_entities(c->a, s, decimal);
    s = without_entities(c->a, s, hexadecimal);
    s = without_entities(c->a, s, dot);
    add(c, s);
    clean_http(c, s);
}

void view_uri_clean(struct view_uri_clean *c, struct slice uri)
{
    c->n = 0;
    c->n_todo = 1;
    c->todo[0] = uri;
    for (size_t i = 0; i < c->n_todo; i++)
        clean_one(c, c->todo[i]);
}
