/* view-html-entity.c - character references as HTML::Parser decodes them
 * Its 253 names; those of Latin-1 need no semicolon, and in text not even an end ("&ampx"). A number is the
 * character itself (no windows-1252), halves of a surrogate pair that follow each other are joined. In hex a
 * NUL is a digit of 0. What does not name a character stays as it is. */
#include "config.h"
#include "scoring/view-html-page.h"

#include "message/charset.h"

#define PLAIN_NAME_MAX 6 /* brvbar: the longest that needs no semicolon */

static const struct row {
    struct slice name;
    bool semicolon;
    uint16_t c;
} rows[] = {
#include "scoring/view-html-entity-table.h"
};

struct decoder {
    char *out;
    size_t n;
    bool prefix;
    bool wide;
    uint32_t high; /* half of a surrogate pair, read just before */
};

static const struct row *find(struct slice name)
{
    size_t low = 0, high = sizeof(rows) / sizeof(*rows);
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct slice row = rows[middle].name;
        int d = memcmp(name.p, row.p, name.n < row.n ? name.n : row.n);
        if (d == 0 && name.n == row.n)
            return &rows[middle];
        if (d < 0 || (d == 0 && name.n < row.n))
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* s: behind the &. Returns the character and how much of s names it, or 0. */
static uint32_t named(const struct decoder *d, struct slice s, size_t *taken)
{
    size_t n = 0;
    while (n < s.n && (ascii_alnum(s.p[n]) || s.p[n] == '_'))
        n++;
    const struct row *row = n && n < 10 ? find(slice_sub(s, 0, n)) : NULL;
    *taken = n;
    if (row && (!row->semicolon || (n < s.n && s.p[n] == ';')))
        return row->c;
    for (size_t i = n < PLAIN_NAME_MAX + 1 ? n : PLAIN_NAME_MAX + 1; d->prefix && i > 1; i--) {
        row = find(slice_sub(s, 0, i - 1));
        *taken = i - 1;
        if (row && !row->semicolon)
            return row->c;
    }
    *taken = n;
    return 0;
}

static int digit(char c, bool hex)
{
    if (!hex)
        return ascii_digit(c) ? c - '0' : -1;
    return c == 0 ? 0 : ascii_hex(c);
}

/* s: "#..." */
static uint32_t numeric(struct slice s, size_t *taken)
{
    bool hex = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X');
    uint32_t c = 0;
    size_t i = 1u + hex;
    for (int v; i < s.n && (v = digit(s.p[i], hex)) >= 0; i++) {
        c = c * (hex ? 16 : 10) + (uint32_t)v;
        if (c > 0x10ffff) {
            c = 0;
            break;
        }
    }
    *taken = i;
    return c;
}

/* What is written for number c: 0 when it is no character. May take back what was written before. */
static uint32_t fit(struct decoder *d, uint32_t c)
{
    if (c <= 0xff && !d->wide)
        return c;
    if (c == 0xfffe || c == 0xffff)
        return 0;
    if (c >= 0xdc00 && c <= 0xdfff) {
        uint32_t high = d->high;
        d->high = 0;
        if (high && d->n >= 3)
            d->n -= 3; /* the U+FFFD that stands for the first half */
        return high ? ((high - 0xd800) << 10) + (c - 0xdc00) + 0x10000 : 0xfffd;
    }
    d->high = c >= 0xd800 && c <= 0xdbff ? c : 0;
    return d->high || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe ? 0xfffd : c;
}

/* s: behind the &; returns how much of it was read */
static size_t reference(struct decoder *d, struct slice s)
{
    size_t taken;
    uint32_t c;
    if (s.n && s.p[0] == '#') {
        c = numeric(s, &taken);
        c = c ? fit(d, c) : 0;
    } else {
        c = named(d, s, &taken);
        d->high = 0;
    }
    if (c == 0) {
        d->out[d->n++] = '&';
        memcpy(d->out + d->n, s.p, taken);
        d->n += taken;
        return taken;
    }
    taken += taken < s.n && s.p[taken] == ';';
    if (taken == s.n || s.p[taken] != '&')
        d->high = 0;
    d->n += utf8_put(d->out + d->n, c);
    d->wide |= c > 0xff;
    return taken;
}

size_t page_entities(char *out, struct slice raw, bool prefix, bool *wide)
{
    struct decoder d = { .out = out, .prefix = prefix, .wide = *wide };
    while (raw.n) {
        ptrdiff_t amp = slice_chr(raw, '&');
        size_t n = amp < 0 ? raw.n : (size_t)amp;
        memcpy(out + d.n, raw.p, n);
        d.n += n;
        raw = slice_from(raw, n);
        if (amp >= 0) {
            raw = slice_from(raw, 1);
            raw = slice_from(raw, reference(&d, raw));
        }
    }
    *wide = d.wide;
    return d.n;
}
