/* dkim-tags.c - tag=value lists; see dkim-tags.h */
#include "auth/dkim-tags.h"

static bool fail(struct dkim_tags *t, const char *why)
{
    t->why = why;
    return false;
}

/* ALPHA *ALNUMPUNC */
static bool name_ok(struct slice name)
{
    if (name.n == 0 || !ascii_alpha(name.p[0]))
        return false;
    for (size_t i = 1; i < name.n; i++)
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_')
            return false;
    return true;
}

/* VALCHAR and white space; bytes >= 0x80 as RFC 8616 has it */
static bool value_ok(struct slice value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < ' ' || c == 0x7f) && !ascii_space((char)c))
            return false;
    }
    return true;
}

static bool add(struct dkim_tags *t, struct slice spec)
{
    ptrdiff_t equals = slice_chr(spec, '=');
    if (equals < 0)
        return fail(t, "a tag without =");
    struct dkim_tag tag = { slice_trim(slice_sub(spec, 0, (size_t)equals)),
                            slice_trim(slice_from(spec, (size_t)equals + 1)) };
    if (!name_ok(tag.name))
        return fail(t, "a bad tag name");
    if (!value_ok(tag.value))
        return fail(t, "a control character in a tag");
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq(t->v[i].name, tag.name))
            return fail(t, "a tag twice");
    if (t->n == DKIM_TAGS_MAX)
        return fail(t, "too many tags");
    t->v[t->n++] = tag;
    return true;
}

bool dkim_tags_parse(struct dkim_tags *t, struct slice text)
{
    struct slice spec;
    t->n = 0;
    t->why = NULL;
    if (text.p == NULL)
        text.p = "";
    while (slice_cut(&text, ';', &spec)) {
        bool last = text.p == NULL;
        if (slice_trim(spec).n == 0 && last)
            break; /* a semicolon at the end is allowed */
        if (!add(t, spec))
            return false;
    }
    return t->n > 0 || fail(t, "no tags");
}

const struct slice *dkim_tag(const struct dkim_tags *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq(t->v[i].name, slice_str(name)))
            return &t->v[i].value;
    return NULL;
}

bool dkim_item(struct slice *rest, struct slice *item)
{
    if (!slice_cut(rest, ':', item))
        return false;
    *item = slice_trim(*item);
    return true;
}

bool dkim_list_has(struct slice list, struct slice word)
{
    struct slice item;
    while (dkim_item(&list, &item))
        if (slice_ieq(item, word))
            return true;
    return false;
}

bool dkim_number(struct slice s, uint64_t *n)
{
    return s.n <= 18 && slice_uint(s, UINT64_MAX, n);
}

/* ---- base64 */

static int value_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : ascii_digit(c)       ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

struct slice dkim_base64(struct arena *a, struct slice text, size_t max)
{
    const struct slice none = { NULL, 0 };
    size_t n = 0, digits = 0, padding = 0;
    uint32_t bits = 0;
    /* no more memory than an answer may have, whatever white space there is */
    size_t room = text.n / 4 * 3 + 3 < max ? text.n / 4 * 3 + 3 : max;
    char *out = arena_alloc(a, room + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (ascii_space(c))
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        int v = value_of(c);
        if (v < 0 || padding)
            return none;
        bits = bits << 6 | (uint32_t)v;
        if (++digits % 4 == 1)
            continue;
        if (n == room)
            return none;
        out[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
    }
    /* four digits, with or without what fills up the last */
    bool whole = digits % 4 != 1 && (padding == 0 || (digits + padding) % 4 == 0) && padding <= 2;
    return whole ? slice_of(out, n) : none;
}

struct slice dkim_base64_of(struct arena *a, struct slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;
    char *out = arena_alloc(a, bytes.n / 3 * 4 + 5);
    for (size_t i = 0; i < bytes.n; i += 3) {
        uint32_t v = 0;
        for (size_t j = 0; j < 3; j++)
            v = v << 8 | (i + j < bytes.n ? (unsigned char)bytes.p[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            out[n++] = i + j > bytes.n ? '=' : digits[v >> (18 - 6 * j) & 63];
    }
    return slice_of(out, n);
}

/* ---- names */

bool dkim_domain_ok(struct slice name, bool one_label)
{
    struct slice label;
    size_t labels = 0;
    if (name.n == 0 || name.n > 253)
        return false;
    while (slice_cut(&name, '.', &label)) {
        if (label.n == 0 || label.n > 63)
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
                return false;
        labels++;
    }
    return labels > 1 || one_label;
}

bool dkim_below(struct slice name, struct slice domain)
{
    return slice_ieq(name, domain) ||
           (name.n > domain.n && slice_iends(name, domain) && name.p[name.n - domain.n - 1] == '.');
}
