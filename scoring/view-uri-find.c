/* view-uri-find.c - URIs in readable text; see view-uri-find.h
 * At each place where one may begin, three readers in this order; the first that takes something wins, and
 * the search goes on behind it:
 *
 *   scheme  https:// http:// ftp:// www. www1. www12. ftp., then 1 to 2048 bytes up to a delimiter
 *   mail    mailto: and 1 to 2048 bytes, or 1 to 251 bytes, an @, and 1 to 251 bytes
 *   bare    a host with a known TLD, at the start or behind punctuation, then maybe a dot, a port, a path
 *
 * Each has a dot, an @ or a colon in it, and no delimiter before the first: only words with one are looked
 * at. A part that is longer than its limit is no URI. Delimiters of mail are more than those of others. Where
 * the next delimiter stands is kept, so that every byte is looked at a few times at most. */
#include "config.h"
#include "scoring/view-uri-find.h"

#include "scoring/uri-rules.h"
#include "scoring/view-uri-clean.h"

#define RUN_MAX 2048
#define ADDRESS_MAX 251
#define BARE_MAX 252 /* of a bare host without its TLD */
#define PORT_DIGITS 5

enum { WORD = 1, START = 2, END = 4, END_MAIL = 8, END_LOCAL = 16, BARE_START = 32, HOST = 64, MARK = 128 };

#define E (END | END_MAIL | END_LOCAL)
#define S (START | BARE_START | E)
#define P (START | BARE_START)
#define M (END_MAIL | END_LOCAL)
#define W (WORD | HOST)

/* white space and ESC (of ISO-2022 text) delimit; bytes above 127 end a mail address, A0 any URI */
static const unsigned char class_of[256] = {
    ['\t'] = S,
    ['\n'] = S,
    ['\v'] = S,
    ['\f'] = S,
    ['\r'] = S,
    [0x1b] = S,
    [' '] = S,
    ['!'] = BARE_START,
    ['"'] = S,
    ['#'] = BARE_START,
    ['$'] = BARE_START,
    ['&'] = BARE_START,
    ['\''] = P | M,
    ['('] = P | M,
    [')'] = BARE_START,
    ['*'] = BARE_START,
    ['+'] = BARE_START,
    [','] = P | M,
    ['/'] = BARE_START,
    [':'] = BARE_START | MARK,
    [';'] = BARE_START,
    ['<'] = S,
    ['='] = BARE_START,
    ['>'] = S,
    ['?'] = BARE_START,
    ['@'] = BARE_START | END_LOCAL | MARK,
    ['['] = S,
    ['\\'] = BARE_START,
    [']'] = BARE_START | E,
    ['^'] = BARE_START,
    ['`'] = S,
    ['{'] = S,
    ['|'] = S,
    ['}'] = BARE_START | E,
    ['~'] = BARE_START,
    ['-'] = HOST,
    ['.'] = HOST | MARK,
    ['_'] = W,
    ['0' ... '9'] = W,
    ['A' ... 'Z'] = W,
    ['a' ... 'z'] = W,
    [0x80 ... 0x9f] = M,
    [0xa0] = S,
    [0xa1 ... 0xff] = M,
};

static inline unsigned class_at(const struct view_uri_find *f, size_t at)
{
    return class_of[(unsigned char)f->text.p[at]];
}

/* the first byte of that class at or behind `from`, or the end */
static size_t next_stop(const struct view_uri_find *f, struct view_uri_stop *stop, unsigned class,
                        size_t from)
{
    if (from < stop->from || from > stop->at) {
        size_t at = from;
        while (at < f->text.n && !(class_at(f, at) & class))
            at++;
        *stop = (struct view_uri_stop){ from, at };
    }
    return stop->at;
}

/* where a run of min..max bytes from `from` on ends, that no delimiter is in; 0: there is none */
static size_t run(const struct view_uri_find *f, struct view_uri_stop *stop, unsigned class, size_t from,
                  size_t max)
{
    size_t end = next_stop(f, stop, class, from);
    return end > from && end - from <= max ? end : 0;
}

static struct slice rest(const struct view_uri_find *f)
{
    return slice_from(f->text, f->at);
}

/* ---- the three readers: where what begins at f->at ends; 0: nothing does */

static size_t www(struct slice s)
{
    size_t n = 3;
    if (!slice_istarts(s, SLICE("www")))
        return 0;
    while (n < s.n && n < 5 && ascii_digit(s.p[n]))
        n++;
    return n < s.n && s.p[n] == '.' ? n + 1 : 0;
}

static size_t scheme(struct slice s)
{
    static const struct slice heads[] = { SLICE_INIT("http://"), SLICE_INIT("https://"), SLICE_INIT("ftp://"),
                                          SLICE_INIT("ftp.") };
    switch (ascii_lower(s.p[0])) {
    case 'w': return www(s);
    case 'h':
    case 'f':
        for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
            if (slice_istarts(s, heads[i]))
                return heads[i].n;
    }
    return 0;
}

static size_t read_scheme(struct view_uri_find *f)
{
    size_t head = scheme(rest(f));
    return head ? run(f, &f->any, END, f->at + head, RUN_MAX) : 0;
}

static size_t read_mail(struct view_uri_find *f)
{
    size_t end = 0;
    if (ascii_lower(f->text.p[f->at]) == 'm' && slice_istarts(rest(f), SLICE("mailto:")))
        end = run(f, &f->mail, END_MAIL, f->at + 7, RUN_MAX);
    if (end)
        return end;
    size_t at = run(f, &f->local, END_LOCAL, f->at, ADDRESS_MAX);
    return at && at < f->text.n && f->text.p[at] == '@' ? run(f, &f->domain, END_MAIL, at + 1, ADDRESS_MAX)
                                                        : 0;
}

/* a known TLD, and what is before it not too long */
static bool bare_host(const struct view_uri_find *f, struct slice host)
{
    const char *dot = host.n ? memrchr(host.p, '.', host.n) : NULL;
    size_t before = dot ? (size_t)(dot - host.p) : 0;
    return before && before <= BARE_MAX && uri_tld_valid(f->rules, host);
}

/* :80 and /path behind the host; 0: neither they nor a delimiter */
static size_t bare_rest(struct view_uri_find *f, size_t at)
{
    struct slice text = f->text;
    if (at < text.n && text.p[at] == ':') {
        size_t port = ++at;
        while (at < text.n && ascii_digit(text.p[at]))
            at++;
        if (at == port || at - port > PORT_DIGITS)
            return 0;
    }
    if (at < text.n && text.p[at] == '/')
        return run(f, &f->any, END, at + 1, RUN_MAX);
    return at == text.n || (class_at(f, at) & END) ? at : 0;
}

static size_t read_bare(struct view_uri_find *f, struct slice *host)
{
    size_t end = f->at;
    if ((f->at && !(class_at(f, f->at - 1) & BARE_START)) || !ascii_alnum(f->text.p[f->at]))
        return 0;
    while (end < f->text.n && (class_at(f, end) & HOST))
        end++;
    *host = slice_sub(f->text, f->at, end - f->at);
    if (host->p[host->n - 1] == '.')
        host->n--;
    return bare_host(f, *host) ? bare_rest(f, end) : 0;
}

/* ---- */

/* a word's start or end, behind a delimiter, or behind ESC ( and one byte */
static bool may_begin(const struct view_uri_find *f)
{
    size_t at = f->at;
    const char *p = f->text.p;
    unsigned before = at ? class_at(f, at - 1) : 0;
    return ((before ^ class_at(f, at)) & WORD) || (before & START) ||
           (at >= 3 && p[at - 3] == 0x1b && p[at - 2] == '(' && p[at - 1] != '\n');
}

/* what ends a sentence rather than a URI: all from the last ) on that no ( is before, then punctuation */
static struct slice without_end(struct slice s)
{
    ptrdiff_t open = slice_chr(s, '(');
    struct slice before = slice_sub(s, 0, open < 0 ? s.n : (size_t)open);
    const char *close = before.n ? memrchr(before.p, ')', before.n) : NULL;
    if (close)
        s.n = (size_t)(close - s.p);
    while (s.n && s.p[s.n - 1] && strchr("-~!@#^&*()_+=:;'?,.", s.p[s.n - 1]))
        s.n--;
    return s;
}

void view_uri_find_init(struct view_uri_find *f, const struct uri_rules *rules, struct slice text)
{
    struct view_uri_stop none = { 1, 0 };
    *f = (struct view_uri_find){ .rules = rules, .text = text };
    f->any = f->mail = f->domain = f->local = none;
}

static size_t read_any(struct view_uri_find *f, struct view_uri_found *found)
{
    size_t end;
    if ((end = read_scheme(f)))
        found->kind = VIEW_URI_SCHEME;
    else if ((end = read_mail(f)))
        found->kind = VIEW_URI_MAIL;
    else if ((end = read_bare(f, &found->host)))
        found->kind = VIEW_URI_BARE;
    return end;
}

/* Goes to the word that has the next mark in it; where that mark is, or the end: there is none. */
static size_t next_word(struct view_uri_find *f)
{
    size_t mark = f->at;
    while (mark < f->text.n && !(class_at(f, mark) & MARK))
        mark++;
    size_t start = mark;
    while (start > f->at && !(class_at(f, start - 1) & END))
        start--;
    f->at = mark < f->text.n ? start : mark;
    return mark;
}

bool view_uri_find_next(struct view_uri_find *f, struct view_uri_found *found)
{
    for (size_t mark; (mark = next_word(f)) < f->text.n;)
        for (; f->at <= mark; f->at++) {
            size_t end = may_begin(f) ? read_any(f, found) : 0;
            if (end) {
                found->raw = without_end(slice_sub(f->text, f->at, end - f->at));
                f->at = end;
                return true;
            }
        }
    return false;
}

/* ---- from what stands in the text to a URI */

static bool istarts_any(struct slice s, const char *const *heads)
{
    for (; *heads; heads++)
        if (slice_istarts(s, slice_str(*heads)))
            return true;
    return false;
}

/* \w+: and up to two slashes, and nothing else */
static bool only_scheme(struct slice s)
{
    for (unsigned slashes = 0; slashes < 2 && s.n && s.p[s.n - 1] == '/'; slashes++)
        s.n--;
    if (s.n < 2 || s.p[s.n - 1] != ':')
        return false;
    for (size_t i = 0; i + 1 < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '_')
            return false;
    return true;
}

/* a / and something before the last @ */
static bool slash_before_at(struct slice s)
{
    ptrdiff_t slash = slice_chr(s, '/');
    const char *at = s.n ? memrchr(s.p, '@', s.n) : NULL;
    return slash >= 0 && at && at - s.p > slash + 1;
}

/* an @, something, a dot */
static bool dot_behind_at(struct slice s)
{
    ptrdiff_t at = slice_chr(s, '@');
    return at >= 0 && slice_chr(slice_from(s, (size_t)at + 2), '.') >= 0;
}

/* words that are mistaken for the beginning of an address: "e-mail:ann@example.org" */
static struct slice without_label(struct slice s)
{
    static const char *const labels[] = { "skype", "e-mail", "email", "-mail", "mail", "" };
    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
        struct slice label = slice_str(labels[i]);
        size_t n = label.n;
        while (slice_istarts(s, label) && n < s.n && s.p[n] == ':')
            n++;
        if (n > label.n)
            return slice_from(s, n);
    }
    return s;
}

static struct slice behind(struct arena *a, struct slice head, struct slice s)
{
    char *p = arena_alloc(a, head.n + s.n);
    memcpy(p, head.p, head.n);
    memcpy(p + head.n, s.p, s.n);
    return slice_of(p, head.n + s.n);
}

/* false: it is garbage */
static bool add_scheme(struct arena *a, struct slice *uri, unsigned *types)
{
    *types |= VIEW_URI_SCHEMELESS;
    if (slice_istarts(*uri, SLICE("ftp."))) {
        *uri = behind(a, SLICE("ftp://"), *uri);
    } else if (www(*uri) || slash_before_at(*uri)) {
        *uri = behind(a, SLICE("http://"), *uri);
    } else if (slice_chr(*uri, '@') >= 0) {
        if (!dot_behind_at(*uri) || slice_find(*uri, SLICE("&nbsp;")) >= 0)
            return false;
        *uri = behind(a, SLICE("mailto:"), without_label(*uri));
    } else {
        if (slice_chr(*uri, '.') < 0)
            return false;
        *uri = behind(a, SLICE("http://"), *uri);
        *types |= VIEW_URI_UNLINKED; /* programs that show mail make no link of it */
    }
    return true;
}

static bool mail_valid(const struct uri_rules *rules, struct slice uri)
{
    ptrdiff_t at = slice_chr(uri, '@');
    struct slice host = slice_from(uri, (size_t)(at + 1));
    size_t n = 0;
    while (n < host.n && host.p[n] != '?' && host.p[n] != '&' && host.p[n] != '>')
        n++;
    host.n = n;
    while (slice_iends(host, SLICE("%20")))
        host.n -= 3;
    return at >= 0 && uri_domain_valid(rules, host);
}

bool view_uri_found_uri(const struct uri_rules *rules, struct arena *a, const struct view_uri_found *found,
                        struct slice *uri, unsigned *types)
{
    static const char *const skipped[] = { "cid:", "mid:", NULL };
    static const char *const schemes[] = { "http:", "https:", "ftp:", "mailto:", NULL };
    *uri = found->raw;
    *types = VIEW_URI_PARSED;
    if ((found->kind == VIEW_URI_MAIL && slice_chr(*uri, '@') < 0) ||
        (found->kind == VIEW_URI_BARE && !uri_fqdn_valid(found->host)) || istarts_any(*uri, skipped) ||
        only_scheme(*uri))
        return false;
    if (!istarts_any(*uri, schemes) && !add_scheme(a, uri, types))
        return false;
    if (!slice_istarts(*uri, SLICE("mailto:")))
        return true;
    *uri = view_uri_decoded(a, *uri);
    return mail_valid(rules, *uri);
}
