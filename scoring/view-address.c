/* view-address.c - the addresses and names of a header field as SpamAssassin finds them; see view-address.h
 */
#include "config.h"
#include "scoring/view-address.h"

#include "scoring/view-address-match.h"
#include "scoring/view-type.h"

/* ---- before */

/* Without pairs of backslashes. */
static struct slice without_pairs(struct arena *a, struct slice s)
{
    if (slice_find(s, SLICE("\\\\")) < 0)
        return s;
    char *out = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '\\')
            i++;
        else
            out[n++] = s.p[i];
    return slice_of(out, n);
}

/* "display name:" of a group is dropped, and all of an empty group. */
static struct slice without_group(struct slice s)
{
    size_t run = 0, colon = 0;
    while (run < s.n && s.p[run] != '"' && s.p[run] != '(' && s.p[run] != ')' && s.p[run] != '<' &&
           s.p[run] != '>') {
        if (s.p[run] == ':')
            colon = run;
        run++;
    }
    if (colon == 0)
        return s;
    s = slice_from(s, colon + 1);
    while (s.n && view_space(s.p[0]))
        s = slice_from(s, 1);
    return s.n && s.p[0] == ';' ? SLICE("") : s;
}

/* ---- pieces */

static struct slice without_comments(struct arena *a, struct slice s)
{
    if (slice_chr(s, '(') < 0)
        return s;
    char *out = arena_alloc(a, s.n);
    size_t n = 0, last_close = s.n, behind;
    while (last_close && s.p[last_close - 1] != ')')
        last_close--;
    for (size_t i = 0; i < s.n;) {
        behind = i < last_close ? view_address_comment(s, i) : 0;
        if (behind)
            i = behind;
        else
            out[n++] = s.p[i++];
    }
    return slice_of(out, n);
}

/* Quoted strings without quotes and backslashes, other text without comments. */
static struct slice clean_phrase(struct arena *a, struct slice s)
{
    char *out = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0, end; i < s.n; i = end) {
        if (s.p[i] == '"') {
            end = view_address_quoted(s, i);
            for (size_t k = i + 1; end && k < end - 1; k++)
                if (s.p[k] != '\\')
                    out[n++] = s.p[k];
            end = end ? end : i + 1;
            continue;
        }
        for (end = i; end < s.n && s.p[end] != '"'; end++) {
        }
        struct slice plain = without_comments(a, slice_sub(s, i, end - i));
        memcpy(out + n, plain.p, plain.n);
        n += plain.n;
    }
    return slice_of(out, n);
}

static bool is_plausible(struct slice address)
{
    size_t quotes = 0;
    for (size_t i = 0; i < address.n; i++)
        quotes += address.p[i] == '"';
    return quotes != 1 && !slice_starts(address, SLICE("\"\"@"));
}

static bool is_mail(struct slice s)
{
    return s.n && view_address_mail(s, 0) == s.n && is_plausible(s);
}

static struct slice before_second_at(struct slice s)
{
    ptrdiff_t at = slice_chr(s, '@');
    if (at < 0)
        return s;
    ptrdiff_t second = slice_chr(slice_from(s, (size_t)at + 1), '@');
    return second < 0 ? s : slice_sub(s, 0, (size_t)(at + 1 + second));
}

/* ---- hosts */

static bool is_label(struct slice s, bool underscores)
{
    if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '-' && (s.p[i] != '_' || !underscores))
            return false;
    return true;
}

bool view_host_valid(struct slice host)
{
    size_t labels = 1, at = 0;
    struct slice rest, label;
    while (host.n && host.p[host.n - 1] == '.')
        host.n--;
    for (size_t i = 0; i < host.n; i++)
        labels += host.p[i] == '.';
    if (host.n == 0 || host.n > 253 || labels < 2)
        return false;
    for (rest = host; slice_cut(&rest, '.', &label); at++)
        if (!is_label(label, at + 2 < labels))
            return false;
    return true;
}

static bool has_valid_host(struct slice mail)
{
    ptrdiff_t at = slice_chr(mail, '@');
    struct slice host = slice_from(before_second_at(mail), (size_t)at + 1);
    return view_host_valid(host);
}

/* ---- entries */

static void add(struct view_addresses *list, struct arena *a, const struct view_address *entry)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 4;
        list->v = arena_grow(a, list->v, list->n, list->cap, sizeof(*list->v));
    }
    list->v[list->n++] = *entry;
}

/* An address that stands where a name should is the address when there is no other. */
static void settle_phrase(struct view_address *e)
{
    if (!e->has_address && is_mail(e->phrase) && has_valid_host(e->phrase)) {
        e->address = e->phrase;
        e->has_address = true;
        e->has_phrase = false;
    } else if (e->phrase.n == 0 || (e->has_address && slice_eq(e->phrase, e->address)))
        e->has_phrase = false;
}

static void add_match(struct view_addresses *list, struct arena *a, const struct view_address_match *m)
{
    struct view_address e = { .has_phrase = m->has_phrase };
    e.address = m->has_enclosed ? without_comments(a, m->enclosed) : m->mail;
    e.has_address = m->has_enclosed ? is_mail(e.address) : m->has_mail && is_plausible(e.address);
    if (e.has_phrase) {
        e.phrase = clean_phrase(a, m->phrase);
        settle_phrase(&e);
    }
    if (!e.has_phrase && m->has_comment) {
        e.phrase = m->comment;
        e.has_phrase = true;
    }
    if (e.has_address)
        e.address = before_second_at(e.address);
    add(list, a, &e);
}

/* What no entry could be made of: every <user@host> in it. */
static void add_remains(struct view_addresses *list, struct arena *a, struct slice s)
{
    if (slice_chr(s, '@') < 0)
        return;
    for (size_t i = 0; i < s.n; i++) {
        size_t end = s.p[i] == '<' ? view_address_mail(s, i + 1) : 0;
        if (end == 0 || end >= s.n || s.p[end] != '>')
            continue;
        struct view_address e = { .address = slice_sub(s, i + 1, end - i - 1), .has_address = true };
        i = end;
        if (!is_plausible(e.address))
            continue;
        e.address = before_second_at(e.address);
        add(list, a, &e);
    }
}

void view_addresses_parse(struct view_addresses *list, struct arena *a, struct slice value)
{
    struct view_address_match m = { .steps = 0 };
    memset(list, 0, sizeof(*list));
    while (value.n && view_space(value.p[value.n - 1]))
        value.n--;
    m.s = without_group(without_pairs(a, value));
    bool any = false;
    for (size_t i = 0; i < m.s.n && !any; i++)
        any = !view_space(m.s.p[i]);
    while (any && view_address_match(&m))
        add_match(list, a, &m);
    if (any)
        add_remains(list, a, m.s);
}
