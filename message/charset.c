/* charset.c - to UTF-8; see charset.h
 * Eight-bit charsets are converted by tables that are filled from iconv's answers when warming up; the others
 * by descriptors that stay open. iconv is slow where input is invalid (a call a byte): past INVALID_MAX
 * replacements the text is not in that charset, and the rest is read as UTF-8, which costs the same for any
 * input. */
#include "message/charset.h"

#include <errno.h>
#include <iconv.h>
#include "base/buf.h"
#include "message/charset-table.h"

#define INVALID_MAX 1000
#define NOT_OPEN ((iconv_t)-1)

/* one byte of 0x80..0xff in UTF-8 */
struct glyph {
    char utf8[3], n;
};

/* by row of the table */
static struct {
    iconv_t cd;
    struct glyph *upper;
} converters[CHARSET_ROWS];
static bool warm;

static size_t row_of(const struct charset *c)
{
    return (size_t)(c - charset_rows);
}

/* Everything that is not UTF-8 and has no other name is read as this, whatever modules iconv has. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

/* What iconv calls undefined is a C1 control for browsers. */
static uint32_t single_code_point(iconv_t cd, unsigned char byte)
{
    if (cd == NOT_OPEN)
        return byte < 0xa0 ? windows_1252[byte - 0x80] : byte;
    char in[1] = { (char)byte }, out[16], *ip = in, *op = out;
    size_t in_left = 1, out_left = sizeof(out), n;
    iconv(cd, NULL, NULL, NULL, NULL);
    if (iconv(cd, &ip, &in_left, &op, &out_left) == (size_t)-1 ||
        iconv(cd, NULL, NULL, &op, &out_left) == (size_t)-1 || op == out)
        return byte < 0xa0 ? byte : 0xfffd;
    return utf8_get(slice_of(out, (size_t)(op - out)), &n);
}

static void fill_upper(struct glyph *upper, iconv_t cd)
{
    for (unsigned i = 0; i < 128; i++) {
        char four[4];
        size_t n = utf8_put(four, single_code_point(cd, (unsigned char)(0x80 + i)));
        memcpy(upper[i].utf8, four, 3); /* none of these charsets leaves the basic plane */
        upper[i].n = (char)(n < 3 ? n : 3);
    }
}

void charset_warm(void)
{
    static struct glyph tables[CHARSET_ROWS][128];
    if (warm)
        return;
    for (size_t i = 0; i < CHARSET_ROWS; i++) {
        const struct charset *c = &charset_rows[i];
        converters[i].cd = c->from ? iconv_open("UTF-8", c->from) : NOT_OPEN;
        if (c->kind != CHARSET_SINGLE || (c->from && converters[i].cd == NOT_OPEN))
            continue;
        fill_upper(tables[i], converters[i].cd);
        converters[i].upper = tables[i];
        if (c->from)
            iconv_close(converters[i].cd);
        converters[i].cd = NOT_OPEN;
    }
    charset_by_label(SLICE("utf-8")); /* makes its index */
    warm = true;
}

static struct slice cut(struct slice utf8, size_t max, unsigned *flags)
{
    if (utf8.n > max)
        *flags |= CHARSET_CUT;
    return utf8_cut(utf8, max);
}

static struct slice without_mark(struct slice s)
{
    return slice_starts(s, SLICE("\xef\xbb\xbf")) ? slice_from(s, 3) : s;
}

/* ---- output with a cap: false when it is reached */
struct out {
    struct buf b;
    unsigned *flags;
};

static bool put(struct out *o, struct slice utf8)
{
    struct slice fits = utf8_cut(utf8, o->b.max - o->b.n);
    buf_add_slice(&o->b, fits);
    if (fits.n == utf8.n)
        return true;
    *o->flags |= CHARSET_CUT;
    return false;
}

static bool put_replacement(struct out *o)
{
    *o->flags |= CHARSET_INVALID;
    return put(o, SLICE("\xef\xbf\xbd"));
}

/* valid sequences as they are, one U+FFFD for each that is not */
static void put_repaired(struct out *o, struct slice text)
{
    char chunk[4096];
    size_t fill = 0;
    for (size_t i = 0, n; i < text.n; i += n) {
        uint32_t c = utf8_get(slice_from(text, i), &n);
        if (c == 0xfffd && !slice_eq(slice_sub(text, i, n), SLICE("\xef\xbf\xbd")))
            *o->flags |= CHARSET_INVALID;
        fill += utf8_put(chunk + fill, c);
        if (fill > sizeof(chunk) - 4) {
            if (!put(o, slice_of(chunk, fill)))
                return;
            fill = 0;
        }
    }
    put(o, slice_of(chunk, fill));
}

static void put_single(struct out *o, struct slice text, const struct glyph *upper)
{
    char chunk[4096];
    size_t fill = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.p[i];
        if (byte < 0x80)
            chunk[fill++] = (char)byte;
        else {
            const struct glyph *g = &upper[byte - 0x80];
            if (g->n == 3 && memcmp(g->utf8, "\xef\xbf\xbd", 3) == 0)
                *o->flags |= CHARSET_INVALID;
            memcpy(chunk + fill, g->utf8, 3);
            fill += (size_t)g->n;
        }
        if (fill > sizeof(chunk) - 4) {
            if (!put(o, slice_of(chunk, fill)))
                return;
            fill = 0;
        }
    }
    put(o, slice_of(chunk, fill));
}

/* One call of iconv; in NULL: what a converter still holds. Its errno, 0 if all was converted. */
static int convert_some(struct out *o, iconv_t cd, struct slice *in, bool *going)
{
    char chunk[4096], *op = chunk, *ip = in ? (char *)(uintptr_t)in->p : NULL;
    size_t left = sizeof(chunk), n = in ? in->n : 0;
    int e = iconv(cd, in ? &ip : NULL, in ? &n : NULL, &op, &left) == (size_t)-1 ? errno : 0;
    if (in)
        *in = slice_of(ip, n);
    *going = put(o, slice_of(chunk, (size_t)(op - chunk)));
    return e == E2BIG && op == chunk ? EILSEQ : e; /* never stand still */
}

static void put_by_iconv(struct out *o, struct slice text, const struct charset *c)
{
    iconv_t cd = converters[row_of(c)].cd;
    size_t unit = c->unit ? c->unit : 1, invalid = 0;
    bool going = true;
    iconv(cd, NULL, NULL, NULL, NULL);
    while (text.n && going) {
        int e = convert_some(o, cd, &text, &going);
        if (e == 0 || e == E2BIG || !going)
            continue;
        if (++invalid > INVALID_MAX) {
            put_repaired(o, text);
            return;
        }
        going = put_replacement(o);
        text = e == EINVAL ? slice_of(NULL, 0) : slice_from(text, unit); /* EINVAL: ends within a character */
    }
    if (going)
        convert_some(o, cd, NULL, &going);
}

/* ---- which way */
static const struct charset *by_name(const char *label)
{
    return charset_by_label(slice_str(label));
}

/* The byte order mark decides, else the side on which the zeros of ASCII characters are. */
static const struct charset *utf16_order(struct slice text)
{
    size_t even = 0, odd = 0, n = text.n < 2000 ? text.n : 2000;
    if (slice_starts(text, SLICE("\xfe\xff")))
        return by_name("utf-16be");
    if (slice_starts(text, SLICE("\xff\xfe")))
        return by_name("utf-16le");
    for (size_t i = 0; i + 1 < n; i += 2) {
        even += text.p[i] == 0;
        odd += text.p[i + 1] == 0;
    }
    return even > odd ? by_name("utf-16be") : by_name("utf-16le");
}

static bool has_mark16(struct slice s)
{
    return slice_starts(s, SLICE("\xfe\xff")) || slice_starts(s, SLICE("\xff\xfe"));
}

/* whether iconv or the table can do it: a system may lack a module */
static bool available(const struct charset *c)
{
    switch (c->kind) {
    case CHARSET_UTF8: return true;
    case CHARSET_SINGLE: return converters[row_of(c)].upper != NULL;
    case CHARSET_ISO_2022_JP: return available(by_name("euc-jp"));
    default: return converters[row_of(c)].cd != NOT_OPEN;
    }
}

/* Text in that charset that is UTF-8 as it stands */
static bool is_utf8_already(const struct charset *c, struct slice text)
{
    switch (c->kind) {
    case CHARSET_UTF8:
    case CHARSET_SINGLE: return utf8_valid(text);
    case CHARSET_MULTI: return utf8_ascii(text) == text.n;
    case CHARSET_ESCAPES:
    case CHARSET_ISO_2022_JP:
        for (const char *mark = c->marks; *mark; mark++)
            if (slice_chr(text, *mark) >= 0)
                return false;
        return utf8_ascii(text) == text.n;
    default: return false;
    }
}

static const struct charset *choose(struct slice text, struct slice name, unsigned *flags)
{
    const struct charset *c = charset_by_label(name);
    if (c == NULL || !available(c)) {
        if (name.n)
            *flags |= CHARSET_UNKNOWN;
        c = utf8_valid(text) ? by_name("utf-8") : by_name("windows-1252");
    }
    if (has_mark16(text) && (c->kind == CHARSET_UTF8 || *flags & CHARSET_UNKNOWN || name.n == 0))
        c = by_name("utf-16");
    if (c->kind == CHARSET_ISO_2022_JP && slice_chr(text, 0x1b) < 0 && utf8_ascii(text) < text.n)
        c = by_name("shift_jis"); /* mailers that forget to convert */
    return c->kind == CHARSET_UTF16 ? utf16_order(text) : c;
}

static void convert(struct out *o, struct arena *a, struct slice text, const struct charset *c)
{
    switch (c->kind) {
    case CHARSET_UTF8: put_repaired(o, text); break;
    case CHARSET_SINGLE: put_single(o, text, converters[row_of(c)].upper); break;
    case CHARSET_ISO_2022_JP: put_by_iconv(o, charset_jp_to_euc(a, text), by_name("euc-jp")); break;
    default: put_by_iconv(o, text, c); break;
    }
}

struct slice charset_to_utf8(struct arena *a, struct slice text, struct slice name, size_t max,
                             unsigned *flags)
{
    unsigned seen = 0;
    struct slice result;
    charset_warm();
    const struct charset *c = choose(text, name, &seen);
    if (is_utf8_already(c, text))
        result = cut(without_mark(text), max, &seen);
    else {
        struct out o = { .flags = &seen };
        size_t likely = text.n + text.n / 4;
        buf_init_in(&o.b, a, max < SIZE_MAX / 4 ? max : SIZE_MAX / 4);
        buf_reserve(&o.b, likely < o.b.max ? likely : o.b.max);
        convert(&o, a, text, c);
        result = without_mark(buf_slice(&o.b));
    }
    if (flags)
        *flags = seen;
    return result;
}

const char *charset_canonical(struct slice label)
{
    const struct charset *c = charset_by_label(label);
    return c ? c->name : NULL;
}
