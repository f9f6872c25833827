/* uri-find.c - URIs in running text; see uri.h
 * Text is scanned for ':', '@' and '.', and what stands around them is read: a scheme, a mail address, a
 * host. Nothing is read twice: `floor` is where the last reading ended, and a host's or address's beginning
 * is not looked for before it. Without a scheme a host counts under a known public suffix only.
 *
 * A URI in text ends at white space, quotes and angle brackets (typographic ones too), at a closing bracket
 * that was not opened in it, at URI_MAX, and loses trailing punctuation. */
#include "config.h"
#include "message/uri.h"

#include "message/charset.h"
#include "message/uri-domain.h"
#include "message/uri-list.h"
#include "message/uri-parse.h"

#define LOCAL_MAX 128 /* of a mail address in text */

struct finder {
    struct uri_list *list;
    struct arena *a;
    const struct message_limits *limits;
    enum uri_source source;
    struct slice text;
    size_t floor; /* hosts and schemes are not looked for before it, */
    size_t taken; /* nor local parts before this: the end of the last URI */
};

/* ---- characters */

enum { HOST = 1, LOCAL = 2, STOP = 4, TRIGGER = 8, TRAILING = 16 };

static const uint8_t classes[256] = {
    [0 ... ' '] = STOP,
    ['a' ... 'z'] = HOST | LOCAL,
    ['A' ... 'Z'] = HOST | LOCAL,
    ['0' ... '9'] = HOST | LOCAL,
    ['-'] = HOST | LOCAL,
    ['_'] = HOST | LOCAL,
    ['.'] = LOCAL | TRIGGER | TRAILING,
    [':'] = TRIGGER | TRAILING,
    ['@'] = TRIGGER,
    ['!'] = LOCAL | TRAILING,
    ['*'] = LOCAL | TRAILING,
    ['+'] = LOCAL,
    ['%'] = LOCAL,
    ['~'] = LOCAL,
    ['#'] = LOCAL,
    ['$'] = LOCAL,
    [','] = TRAILING,
    [';'] = TRAILING,
    ['?'] = TRAILING,
    ['\''] = TRAILING,
    ['<'] = STOP,
    ['>'] = STOP,
    ['"'] = STOP,
    ['`'] = STOP,
    ['{'] = STOP,
    ['}'] = STOP,
    ['|'] = STOP,
    ['^'] = STOP,
    [0x7f] = STOP,
};

static unsigned ascii_class(char c)
{
    return classes[(unsigned char)c];
}

/* Spaces, quotes and brackets outside of ASCII; dots of names (U+3002 ...) are none of them. */
static bool wide_stop(uint32_t c)
{
    return (c >= 0x80 && c <= 0xA0) || c == 0xAB || c == 0xBB || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || (c >= 0x2018 && c <= 0x201F) || c == 0x2026 ||
           (c >= 0x2028 && c <= 0x202F) || c == 0x2039 || c == 0x203A || c == 0x205F || c == 0x3000 ||
           c == 0x3001 || (c >= 0x3008 && c <= 0x3011) || (c >= 0xFF08 && c <= 0xFF0C) ||
           (c >= 0xFF1A && c <= 0xFF1F) || c == 0xFFFD;
}

/* at a byte >= 0x80 */
static bool stops_wide(struct slice s, size_t i, size_t *n)
{
    return wide_stop(utf8_get(slice_from(s, i), n));
}

/* ---- where a URI ends */

struct brackets {
    int round, square;
};

/* false: c closes what is not open */
static bool count_bracket(struct brackets *b, char c)
{
    switch (c) {
    case '(': b->round++; break;
    case ')': return b->round-- > 0;
    case '[': b->square++; break;
    case ']': return b->square-- > 0;
    default: break;
    }
    return true;
}

static bool trailing(struct slice s)
{
    char c = s.p[s.n - 1];
    return (ascii_class(c) & TRAILING) || c == '(' || c == '[';
}

/* The URI that begins at `from`. */
static struct slice extent(const struct finder *f, size_t from)
{
    struct slice s = slice_sub(f->text, from, URI_MAX);
    struct brackets open = { 0, 0 };
    size_t i = 0, n;
    while (i < s.n) {
        if ((unsigned char)s.p[i] >= 0x80) {
            if (stops_wide(s, i, &n))
                break;
            i += n;
        } else if ((ascii_class(s.p[i]) & STOP) || !count_bracket(&open, s.p[i]))
            break;
        else
            i++;
    }
    s.n = i;
    for (;;) {
        if (s.n && trailing(s))
            s.n--;
        else if (s.n >= 3 && uri_wide_dot(slice_from(s, s.n - 3)))
            s.n -= 3;
        else
            return s;
    }
}

static void add(struct finder *f, struct slice raw)
{
    struct uri u = { .raw = raw, .source = f->source };
    uint64_t hash = uri_list_hash(&u);
    if (!uri_list_has(f->list, &u, hash) && uri_list_room(f->list, f->limits) && uri_parse(&u, f->a, raw))
        uri_list_add(f->list, f->a, &u, hash);
}

/* ---- hosts */

/* The end of the host whose characters begin at `from`: labels with single dots between. */
static size_t host_end(const struct finder *f, size_t from)
{
    struct slice s = f->text;
    size_t i = from, n;
    bool label = false; /* a character of a label stands before i */
    while (i < s.n) {
        if ((unsigned char)s.p[i] >= 0x80) {
            if (uri_wide_dot(slice_from(s, i))) {
                if (!label)
                    break;
                label = false;
                i += 3;
                continue;
            }
            if (stops_wide(s, i, &n))
                break;
            label = true;
            i += n;
        } else if (ascii_class(s.p[i]) & HOST) {
            label = true;
            i++;
        } else if (s.p[i] == '.' && label) {
            label = false;
            i++;
        } else
            break;
    }
    if (!label && i > from) /* the last dot is the sentence's */
        i -= s.p[i - 1] == '.' ? 1 : 3;
    return i;
}

/* The beginning of the label that ends at `at`, not before the floor. */
static size_t label_begin(const struct finder *f, size_t at)
{
    struct slice s = f->text;
    while (at > f->floor) {
        unsigned char c = (unsigned char)s.p[at - 1];
        if (c < 0x80 && !(ascii_class((char)c) & HOST))
            break;
        at--;
        if (c >= 0xC0) { /* a whole character outside of ASCII */
            size_t n;
            if (stops_wide(s, at, &n) || uri_wide_dot(slice_from(s, at)))
                return at + n;
        }
    }
    return at;
}

/* What may stand before a host without a scheme; mail clients do not cut a host out of a path or query. */
static bool host_may_begin(const struct finder *f, size_t at, bool www)
{
    if (at == 0)
        return true;
    char c = f->text.p[at - 1];
    return memchr("/\\@&#$%~+.-_", c, 12) == NULL && (www || (c != '=' && c != '?'));
}

/* Behind a host: a port or a path belongs to it. */
static struct slice with_path(const struct finder *f, size_t begin, size_t end)
{
    struct slice s = f->text;
    size_t i = end;
    if (i + 1 < s.n && s.p[i] == ':' && ascii_digit(s.p[i + 1]))
        for (i++; i < s.n && ascii_digit(s.p[i]);)
            i++;
    if (i < s.n && (s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#')) {
        struct slice whole = extent(f, begin);
        if (whole.n > end - begin)
            return whole;
    }
    return slice_sub(s, begin, i - begin);
}

/* ---- triggers; each returns where reading goes on */

/* Whether what ended at `at` goes on to an @: "first.last+tag@". */
static bool in_local_part(const struct finder *f, size_t at)
{
    size_t i = at;
    while (i < f->text.n && i - at < LOCAL_MAX && (ascii_class(f->text.p[i]) & LOCAL))
        i++;
    return i < f->text.n && f->text.p[i] == '@';
}

static void take(struct finder *f, size_t end)
{
    f->floor = f->taken = end;
}

static size_t at_dot(struct finder *f, size_t dot)
{
    size_t begin = label_begin(f, dot), end = host_end(f, begin);
    if (end <= dot)
        end = dot;
    if (end == dot || begin == dot || end - begin > 4 * URI_HOST_MAX) {
        f->floor = end > dot ? end : dot + 1;
        return f->floor;
    }
    if (in_local_part(f, end))
        return end;
    struct slice host = slice_sub(f->text, begin, end - begin);
    bool www = slice_istarts(host, SLICE("www."));
    if (host_may_begin(f, begin, www) && uri_host_known(host)) {
        struct slice raw = with_path(f, begin, end);
        add(f, raw);
        end = begin + raw.n;
        take(f, end);
    }
    f->floor = end;
    return end;
}

static size_t local_begin(const struct finder *f, size_t at)
{
    size_t begin = at;
    while (begin > f->taken && at - begin < LOCAL_MAX && (ascii_class(f->text.p[begin - 1]) & LOCAL))
        begin--;
    while (begin < at && !ascii_alnum(f->text.p[begin]) && f->text.p[begin] != '_')
        begin++;
    return begin;
}

static size_t at_sign(struct finder *f, size_t at)
{
    size_t begin = local_begin(f, at), end = host_end(f, at + 1);
    if (begin < at && end > at + 1 && end - at <= 4 * URI_HOST_MAX &&
        uri_host_known(slice_sub(f->text, at + 1, end - at - 1))) {
        add(f, slice_sub(f->text, begin, end - begin));
        take(f, end);
        return end;
    }
    take(f, at + 1);
    return at + 1;
}

/* The scheme before the colon at `colon`: its length, or 0. */
static size_t scheme_before(const struct finder *f, size_t colon)
{
    static const struct slice schemes[] = { SLICE_INIT("http"), SLICE_INIT("https"), SLICE_INIT("ftp"),
                                            SLICE_INIT("mailto") };
    size_t n = 0;
    while (n < 7 && colon - n > f->floor && ascii_alnum(f->text.p[colon - n - 1]))
        n++;
    struct slice word = slice_sub(f->text, colon - n, n);
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (slice_ieq(word, schemes[i]))
            return n;
    return 0;
}

/* A full stop of Chinese or Japanese text behind a host is none of the host's dots. */
static struct slice cut_at_uri_wide_dot(const struct finder *f, struct slice raw, size_t host)
{
    size_t begin = (size_t)(raw.p - f->text.p) + host, end = host_end(f, begin);
    struct slice name = slice_sub(f->text, begin, end - begin);
    if (utf8_ascii(name) == name.n || uri_host_known(name))
        return raw;
    for (size_t i = 0; i < name.n; i++)
        if (uri_wide_dot(slice_from(name, i)))
            return slice_sub(raw, 0, host + i);
    return raw;
}

/* Where the URI cannot be read nothing inside of it is looked for: each byte is read once. */
static size_t at_colon(struct finder *f, size_t colon)
{
    size_t n = scheme_before(f, colon), begin = colon - n;
    f->floor = colon + 1;
    if (n == 0)
        return colon + 1;
    bool mail = ascii_lower(f->text.p[begin]) == 'm';
    if (!mail && !slice_starts(slice_from(f->text, colon + 1), SLICE("//")))
        return colon + 1;
    struct slice raw = extent(f, begin);
    if (!mail)
        raw = cut_at_uri_wide_dot(f, raw, n + 3);
    if (raw.n <= n + 1)
        return colon + 1;
    if (!mail || slice_chr(raw, '@') >= 0)
        add(f, raw);
    take(f, begin + raw.n);
    return f->floor;
}

void uri_from_text(struct uri_list *list, struct arena *a, struct slice text, enum uri_source source,
                   const struct message_limits *l)
{
    struct finder f = { .list = list, .a = a, .limits = l, .source = source, .text = text };
    size_t i = 0;
    while (!list->truncated) {
        while (i < text.n && !(ascii_class(text.p[i]) & TRIGGER))
            i++;
        if (i >= text.n)
            return;
        switch (text.p[i]) {
        case '.': i = at_dot(&f, i); break;
        case '@': i = at_sign(&f, i); break;
        default: i = at_colon(&f, i);
        }
    }
}
