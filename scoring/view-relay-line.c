/* view-relay-line.c - see view-relay-line.h */
#include "config.h"
#include "scoring/view-relay-line.h"

struct slice relay_after(struct slice s, struct slice what)
{
    ptrdiff_t at = slice_find(s, what);
    return at < 0 ? (struct slice){ NULL, 0 } : slice_from(s, (size_t)at + what.n);
}

bool relay_has(struct slice s, const char *what)
{
    return slice_find(s, slice_str(what)) >= 0;
}

static bool perl_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space runs as one blank, none at the ends, no ";" at the end. */
static struct slice one_line(struct arena *a, struct slice value)
{
    char *out = arena_alloc(a, value.n + 2); /* one for ")by " */
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        bool space = perl_space(value.p[i]);
        if (!space || (n && out[n - 1] != ' '))
            out[n++] = space ? ' ' : value.p[i];
    }
    n -= n && out[n - 1] == ' ';
    while (n && out[n - 1] == ';') {
        n--;
        n -= n && out[n - 1] == ' ';
    }
    return slice_of(out, n);
}

/* the last word of s, taken off with the blank before it */
static struct slice last_word(struct slice *s)
{
    size_t at = s->n;
    while (at && s->p[at - 1] != ' ')
        at--;
    struct slice word = slice_from(*s, at);
    s->n = at ? at - 1 : 0;
    return word;
}

static bool digits(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n > 0;
}

static bool is_time(struct slice s)
{
    struct slice part;
    int n = 0;
    while (slice_cut(&s, ':', &part)) {
        if (++n > 3 || !digits(part))
            return false;
    }
    return n >= 2;
}

static bool one_of(struct slice word, const char *names)
{
    for (; *names; names += 3)
        if (word.n == 3 && memcmp(word.p, names, 3) == 0)
            return true;
    return false;
}

static bool separator(struct slice s, size_t at)
{
    return at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == ';');
}

/* "; Tue, 4 Mar 2003 12:02:35 -0800" at the end: where it starts; s.n: there is none */
static size_t date_start(struct slice s)
{
    struct slice rest = s;
    struct slice zone = last_word(&rest), time = last_word(&rest), year = last_word(&rest),
                 month = last_word(&rest);
    size_t at = rest.n;
    if (zone.n == 0 || !is_time(time) || !digits(year) ||
        !one_of(month, "JanFebMarAprMayJunJulAugSepOctNovDec"))
        return s.n;
    while (at && ascii_digit(s.p[at - 1]))
        at--;
    if (at == rest.n)
        return s.n;
    if (at > 5 && s.p[at - 2] == ',' && s.p[at - 1] == ' ' && separator(s, at - 5) &&
        one_of(slice_sub(s, at - 5, 3), "MonTueWedThuFriSatSun"))
        at -= 5;
    if (!separator(s, at))
        return s.n;
    while (separator(s, at))
        at--;
    return at;
}

/* from NAME by NAME; which says nothing of addresses */
static bool names_only(struct slice s)
{
    struct relay_captures c;
    static const struct slice from = SLICE_INIT("from "), by = SLICE_INIT(" by ");
    struct slice rest = slice_from(s, from.n);
    if (!slice_istarts(s, from))
        return false;
    ptrdiff_t n = slice_chr(rest, ' ');
    if (n <= 0 || !slice_istarts(slice_from(rest, (size_t)n), by) ||
        !relay_match("%;%{ %};", slice_from(rest, (size_t)n + by.n), &c))
        return false;
    struct slice name = slice_sub(rest, 0, (size_t)n);
    if (name.n < 3 || name.p[0] != '[' || name.p[name.n - 1] != ']')
        return true;
    for (size_t i = 1; i + 1 < name.n; i++)
        if (!ascii_digit(name.p[i]) && name.p[i] != '.')
            return true;
    return false;
}

static void space_before_by(struct slice *s)
{
    ptrdiff_t at = slice_find(*s, SLICE(")by "));
    if (at < 0)
        return;
    char *p = (char *)(uintptr_t)s->p + at + 1;
    memmove(p + 1, p, s->n - (size_t)at - 1);
    *p = ' ';
    s->n++;
}

/* \bwith local for\b */
static bool local_delivery(struct slice s)
{
    struct relay_captures c;
    return relay_has(s, "with local for") && relay_search("%|with local for%|", s, 0, &c);
}

bool relay_line_open(struct relay_line *l, struct slice value)
{
    static const struct slice from = SLICE_INIT("from ");
    struct slice s = one_line(l->a, value);
    if (!slice_istarts(slice_from(s, s.n && s.p[0] == '('), from) || local_delivery(s) || names_only(s))
        return false;
    s.n = date_start(s);
    space_before_by(&s);
    l->text = s;
    return true;
}

/* ---- what any dialect may say */

/* " id X", " id <X>" of at least 3 bytes */
static struct slice find_id(struct slice s)
{
    while ((s = relay_after(s, SLICE(" id "))).p) {
        struct slice id = slice_from(s, s.n && s.p[0] == '<');
        size_t n = 0;
        while (n < id.n && id.p[n] != ' ' && id.p[n] != '<' && id.p[n] != '>' && id.p[n] != ';')
            n++;
        if (n >= 3)
            return slice_sub(id, 0, n);
        s = slice_of(s.p - 1, s.n + 1); /* the blank may begin the next one */
    }
    return SLICE("");
}

static bool helo_byte(char c)
{
    return ascii_alnum(c) || (c && memchr("-.^+_&:=?!@%*$\\/", c, 16));
}

static bool word_before(struct slice all, const char *at)
{
    return at > all.p && (ascii_alnum(at[-1]) || at[-1] == '_');
}

static struct slice helo_behind(struct slice all, struct slice key)
{
    struct slice s = all;
    while ((s = relay_after(s, key)).p) {
        size_t n = 0;
        while (n < s.n && helo_byte(s.p[n]))
            n++;
        if (n && !word_before(all, s.p - key.n))
            return slice_sub(s, 0, n);
    }
    return SLICE("");
}

static struct slice find_helo(struct slice s)
{
    struct slice helo = helo_behind(s, SLICE("helo="));
    if (helo.n)
        return helo;
    struct slice one = helo_behind(s, SLICE("HELO ")), other = helo_behind(s, SLICE("EHLO "));
    return one.n == 0 || (other.n && other.p < one.p) ? other : one;
}

static struct slice find_by(struct slice s)
{
    struct slice by = relay_after(s, SLICE(" by "));
    ptrdiff_t n = slice_chr(by, ' ');
    return by.n == 0 ? SLICE("") : n < 0 ? by : slice_sub(by, 0, (size_t)n);
}

/* the longest beginning of the word that ends at a word's border */
static size_t bordered(struct slice s)
{
    size_t n = 0, best = 0;
    for (; n < s.n && s.p[n] != ' '; n++) {
        bool here = ascii_alnum(s.p[n]) || s.p[n] == '_';
        bool next = n + 1 < s.n && (ascii_alnum(s.p[n + 1]) || s.p[n + 1] == '_');
        if (here != next)
            best = n + 1;
    }
    return best;
}

/* Bytes of "return-path: ", "envelope-sender " and their like that s begins with; 0: none. */
static size_t envelope_key(struct slice s)
{
    static const struct slice keys[] = { SLICE_INIT("return-path "),     SLICE_INIT("return-path: "),
                                         SLICE_INIT("envelope-sender "), SLICE_INIT("envelope-sender="),
                                         SLICE_INIT("envelope-from "),   SLICE_INIT("envelope-from=") };
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (slice_istarts(s, keys[i]))
            return keys[i].n;
    return 0;
}

static void find_envfrom(struct relay_line *l)
{
    struct slice s = l->text;
    /* both kinds of keys have a hyphen in their middle */
    for (ptrdiff_t at; (at = slice_chr(s, '-')) >= 0; s = slice_from(s, (size_t)at + 1)) {
        size_t back = 8;
        struct slice key = { NULL, 0 };
        if (s.p + at - l->text.p >= 6)
            back = (s.p[at - 1] | 32) == 'n' ? 6 : 8;
        if (s.p + at - l->text.p < (ptrdiff_t)back)
            continue;
        key = slice_of(s.p + at - back, s.n - (size_t)at + back);
        size_t skip = envelope_key(key), n = skip ? bordered(slice_from(key, skip)) : 0;
        if (n) {
            l->envfrom = slice_sub(key, skip, n);
            l->has_envfrom = true;
            return;
        }
    }
}

/* ---- cleaning */

struct slice relay_clean(struct arena *a, struct slice text)
{
    static const char bad[] = " \t\n\v\f\r#[]()<>|";
    struct slice out = { NULL, 0 };
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] && !strchr(bad, text.p[i]))
            continue;
        if (out.p == NULL)
            out = arena_dup(a, text);
        ((char *)(uintptr_t)out.p)[i] = '!';
    }
    return out.p ? out : text;
}

struct slice relay_clean_sender(struct arena *a, struct slice s)
{
    while (s.n && s.p[0] == '<')
        s = slice_from(s, 1);
    while (s.n && s.p[s.n - 1] == '>')
        s.n--;
    return relay_clean(a, s);
}

static struct slice clean_rdns(struct slice s)
{
    while (s.n && s.p[s.n - 1] == '.')
        s.n--;
    return slice_ieq(s, SLICE("unknown")) || (s.n && s.p[0] == '[') ? SLICE("") : s;
}

/* ::ffff:a.b.c.d, its zeros written in any way, as a.b.c.d */
static struct slice unmapped(struct slice ip)
{
    size_t at = 0, colons = 0;
    while (at < ip.n && (ip.p[at] == '0' || ip.p[at] == ':'))
        colons += ip.p[at++] == ':';
    struct slice rest = slice_from(ip, at);
    bool mapped = at && ip.p[at - 1] == ':' && colons >= 2 && slice_istarts(rest, SLICE("ffff:")) &&
                  slice_chr(rest, '.') >= 0;
    struct slice v4 = slice_from(rest, 5);
    return mapped && slice_chr(v4, ':') < 0 ? v4 : ip;
}

static struct slice clean_ip(struct slice ip, bool bracketed)
{
    static const struct slice prefix = SLICE_INIT("ipv6:");
    return unmapped(!bracketed && slice_istarts(ip, prefix) ? slice_from(ip, prefix.n) : ip);
}

static void clean(struct relay_line *l)
{
    l->ip = relay_clean(l->a, clean_ip(l->ip, l->bracketed));
    l->rdns = relay_clean(l->a, clean_rdns(l->rdns));
    l->helo = relay_clean(l->a, l->helo);
    if (l->by.n && l->by.p[l->by.n - 1] == ';')
        l->by.n--;
    l->by = relay_clean(l->a, l->by);
    l->ident = relay_clean(l->a, l->ident);
    l->envfrom = relay_clean_sender(l->a, l->envfrom);
}

static void take_head(struct relay_line *l)
{
    static const struct {
        struct slice text;
        enum relay_head head;
    } heads[] = {
        { SLICE_INIT("from "), RELAY_FROM },
        { SLICE_INIT("FROM "), RELAY_FROM_UPPER },
        { SLICE_INIT("(from "), RELAY_FROM_BRACKET },
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
        if (slice_starts(l->text, heads[i].text)) {
            l->head = heads[i].head;
            l->text = slice_from(l->text, heads[i].text.n);
            return;
        }
}

void relay_line_parse(struct relay_line *l, struct arena *a, struct slice value)
{
    *l = (struct relay_line){ .a = a, .kind = RELAY_IGNORED };
    if (!relay_line_open(l, value))
        return;
    l->id = find_id(l->text);
    l->helo = find_helo(l->text);
    l->by = find_by(l->text);
    l->auth = relay_auth(a, l->text);
    take_head(l);
    if (l->head == RELAY_FROM)
        find_envfrom(l);
    relay_line_read(l);
    if (l->kind == RELAY_KNOWN)
        clean(l);
}
