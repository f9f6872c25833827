/* transfer.c - Content-Transfer-Encoding undone; see transfer.h
 * Input:  an encoded body. Output: the input itself (identity) or bytes in the arena.
 * base64: everything outside the alphabet is skipped. Data behind padding is read on, each padded piece by
 *         itself: readers that stop there see less, so BAD_PADDING says it.
 * quoted-printable: what is no escape stays as it stands; white space before a line end goes (RFC 2045 6.7,
 *         rule 3).
 * uuencode: all begin ... end blocks, one behind the other; without any block the text is passed through.
 * Limits: max bytes of output; never longer than the input; one pass. Fails: never. RFC 2045 6. */
#include "config.h"
#include "message/transfer.h"

struct out {
    char *p;
    size_t n, max;
    unsigned flags;
};

static void put(struct out *o, char c)
{
    if (o->n < o->max)
        o->p[o->n++] = c;
    else
        o->flags |= TRANSFER_CUT;
}

static void put_many(struct out *o, struct slice s)
{
    if (s.n > o->max - o->n) {
        s.n = o->max - o->n;
        o->flags |= TRANSFER_CUT;
    }
    if (s.n)
        memcpy(o->p + o->n, s.p, s.n);
    o->n += s.n;
}

static bool full(const struct out *o)
{
    return o->flags & TRANSFER_CUT;
}

/* ---- base64 */

enum { B64_SPACE = 64, B64_PAD = 65, B64_BAD = 66 };

static const uint8_t b64_value[256] = {
#define BAD8 66, 66, 66, 66, 66, 66, 66, 66
    66,   66,   66,   66,   66,   66,   66,   66,   66, 64, 64, 66, 66, 64, 66, 66, /* tab, LF, CR */
    BAD8, BAD8,                                                                     /* control characters */
    64,   66,   66,   66,   66,   66,   66,   66,   66, 66, 66, 62, 66, 66, 66, 63, /* space, +, / */
    52,   53,   54,   55,   56,   57,   58,   59,   60, 61, 66, 66, 66, 65, 66, 66, /* 0-9, = */
    66,   0,    1,    2,    3,    4,    5,    6,    7,  8,  9,  10, 11, 12, 13, 14, /* A-O */
    15,   16,   17,   18,   19,   20,   21,   22,   23, 24, 25, 66, 66, 66, 66, 66, /* P-Z */
    66,   26,   27,   28,   29,   30,   31,   32,   33, 34, 35, 36, 37, 38, 39, 40, /* a-o */
    41,   42,   43,   44,   45,   46,   47,   48,   49, 50, 51, 66, 66, 66, 66, 66, /* p-z */
    BAD8, BAD8, BAD8, BAD8, BAD8, BAD8, BAD8, BAD8,                                 /* 8 bit */
    BAD8, BAD8, BAD8, BAD8, BAD8, BAD8, BAD8, BAD8,
#undef BAD8
};

struct b64 {
    uint32_t bits;  /* of the quantum being read */
    unsigned chars; /* 0..3 characters of it */
    unsigned pads;  /* = that ended the last quantum and are still wanted */
    bool ended;     /* = was seen: further data is behind padding */
};

static void b64_flush(struct b64 *b, struct out *o)
{
    if (b->chars >= 2)
        put(o, (char)(b->bits >> (b->chars == 2 ? 4 : 10)));
    if (b->chars == 3)
        put(o, (char)(b->bits >> 2));
    b->bits = 0;
    b->chars = 0;
}

static void b64_pad(struct b64 *b, struct out *o)
{
    if (b->chars == 1) /* six bits make no byte */
        o->flags |= TRANSFER_BAD_PADDING;
    if (b->chars >= 2)
        b->pads = 4 - b->chars;
    b64_flush(b, o);
    if (b->pads)
        b->pads--;
    b->ended = true;
}

static void b64_char(struct b64 *b, struct out *o, unsigned v)
{
    if (b->ended) {
        o->flags |= TRANSFER_BAD_PADDING;
        b->ended = false;
        b->pads = 0;
    }
    b->bits = b->bits << 6 | v;
    if (++b->chars < 4)
        return;
    put(o, (char)(b->bits >> 16));
    put(o, (char)(b->bits >> 8));
    put(o, (char)b->bits);
    b->bits = 0;
    b->chars = 0;
}

/* Whole quanta while nothing odd comes and there is room; returns the characters taken. */
static size_t b64_quanta(struct out *o, const unsigned char *p, size_t n)
{
    size_t i = 0;
    while (n - i >= 4 && o->max - o->n >= 3) {
        unsigned v0 = b64_value[p[i]], v1 = b64_value[p[i + 1]], v2 = b64_value[p[i + 2]],
                 v3 = b64_value[p[i + 3]];
        if ((v0 | v1 | v2 | v3) >= 64)
            break;
        uint32_t bits = v0 << 18 | v1 << 12 | v2 << 6 | v3;
        o->p[o->n++] = (char)(bits >> 16);
        o->p[o->n++] = (char)(bits >> 8);
        o->p[o->n++] = (char)bits;
        i += 4;
    }
    return i;
}

static void decode_base64(struct out *o, struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    struct b64 b = { .bits = 0 };
    for (size_t i = 0; i < text.n && !full(o);) {
        if (b.chars == 0 && !b.ended)
            i += b64_quanta(o, p + i, text.n - i);
        if (i == text.n)
            break;
        unsigned v = b64_value[p[i++]];
        if (v < 64)
            b64_char(&b, o, v);
        else if (v == B64_PAD)
            b64_pad(&b, o);
        else if (v == B64_BAD)
            o->flags |= TRANSFER_BAD_CHAR;
    }
    if ((b.chars || b.pads) && !full(o))
        o->flags |= TRANSFER_BAD_PADDING;
    b64_flush(&b, o);
}

/* ---- quoted-printable */

/* How many bytes the soft break at s (s.p[0] is '=') takes; 0 when it is none. White space between = and the
 * line end is padding of transports; the end of the text counts as a line end. */
static size_t soft_break(struct slice s)
{
    size_t i = 1;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    if (i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n')
        return i + 2;
    if (i + 1 == s.n && s.p[i] == '\r')
        return i + 1;
    if (i < s.n && s.p[i] == '\n')
        return i + 1;
    return i == s.n ? i : 0;
}

static size_t qp_escape(struct out *o, struct slice s)
{
    int high = s.n > 2 ? ascii_hex(s.p[1]) : -1, low = high >= 0 ? ascii_hex(s.p[2]) : -1;
    if (low >= 0) {
        put(o, (char)(high << 4 | low));
        return 3;
    }
    size_t n = soft_break(s);
    if (n)
        return n;
    o->flags |= TRANSFER_BAD_ESCAPE;
    put(o, '=');
    return 1;
}

/* A run of blanks: kept unless a line end or the end of the text follows. Returns its length. */
static size_t qp_blanks(struct out *o, struct slice s)
{
    size_t i = 0;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    bool trailing = i == s.n || s.p[i] == '\n' || (i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n');
    if (!trailing)
        put_many(o, slice_sub(s, 0, i));
    return i;
}

static void decode_qp(struct out *o, struct slice text)
{
    size_t i = 0;
    while (i < text.n && !full(o)) {
        size_t from = i;
        while (i < text.n && text.p[i] != '=' && text.p[i] != ' ' && text.p[i] != '\t')
            i++;
        put_many(o, slice_sub(text, from, i - from));
        if (i == text.n)
            break;
        struct slice rest = slice_from(text, i);
        i += text.p[i] == '=' ? qp_escape(o, rest) : qp_blanks(o, rest);
    }
}

/* ---- uuencode */

/* "begin 644 name" */
static bool uu_begins(struct slice line)
{
    if (!slice_starts(line, SLICE("begin ")) || line.n < 10)
        return false;
    return ascii_digit(line.p[6]) && ascii_digit(line.p[7]) && ascii_digit(line.p[8]);
}

/* The first character says how many bytes the line holds. A line that is too short (blanks cut off by a
 * transport, or a lie) gives what its characters hold. */
static void uu_line(struct out *o, struct slice line)
{
    if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`') {
        if (line.n)
            o->flags |= TRANSFER_BAD_CHAR;
        return;
    }
    unsigned want = (unsigned)(line.p[0] - ' ') & 63, bits = 0, have = 0;
    size_t i = 1;
    while (want && i < line.n) {
        char c = line.p[i++];
        if (c < ' ' || c > '`')
            o->flags |= TRANSFER_BAD_CHAR;
        bits = (bits << 6 | ((unsigned)(c - ' ') & 63)) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            put(o, (char)(bits >> have));
            want--;
        }
    }
    if (want)
        o->flags |= TRANSFER_BAD_PADDING;
}

static void decode_uu(struct out *o, struct slice text)
{
    struct slice rest = text, line;
    bool inside = false, any = false;
    while (slice_line(&rest, &line) && !full(o)) {
        line = slice_chomp(line);
        if (inside && slice_eq(slice_trim(line), SLICE("end")))
            inside = false;
        else if (inside)
            uu_line(o, line);
        else if (uu_begins(line))
            inside = any = true;
        else if (slice_trim(line).n)
            o->flags |= TRANSFER_BAD_CHAR;
    }
    if (!any)
        put_many(o, text);
    else if (inside && !full(o))
        o->flags |= TRANSFER_BAD_PADDING;
}

/* ---- */

enum transfer_encoding transfer_by_name(struct slice name)
{
    static const struct {
        struct slice name;
        enum transfer_encoding encoding;
    } names[] = {
        { SLICE_INIT(""), TRANSFER_IDENTITY },           { SLICE_INIT("7bit"), TRANSFER_IDENTITY },
        { SLICE_INIT("8bit"), TRANSFER_IDENTITY },       { SLICE_INIT("binary"), TRANSFER_IDENTITY },
        { SLICE_INIT("base64"), TRANSFER_BASE64 },       { SLICE_INIT("quoted-printable"), TRANSFER_QP },
        { SLICE_INIT("x-uuencode"), TRANSFER_UUENCODE }, { SLICE_INIT("x-uue"), TRANSFER_UUENCODE },
        { SLICE_INIT("uuencode"), TRANSFER_UUENCODE },   { SLICE_INIT("uue"), TRANSFER_UUENCODE },
    };
    name = slice_trim(name);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (slice_ieq(name, names[i].name))
            return names[i].encoding;
    return TRANSFER_UNKNOWN;
}

static size_t room_for(struct slice text, enum transfer_encoding enc)
{
    return enc == TRANSFER_BASE64 ? text.n / 4 * 3 + 3 : text.n;
}

struct slice transfer_decode(struct arena *a, struct slice text, enum transfer_encoding enc, size_t max,
                             unsigned *flags)
{
    if (enc == TRANSFER_IDENTITY || enc == TRANSFER_UNKNOWN) {
        if (text.n > max)
            *flags |= TRANSFER_CUT;
        return slice_sub(text, 0, max);
    }
    size_t room = room_for(text, enc);
    struct out o = { .max = room < max ? room : max };
    o.p = arena_alloc(a, o.max + 1);
    if (enc == TRANSFER_BASE64)
        decode_base64(&o, text);
    else if (enc == TRANSFER_QP)
        decode_qp(&o, text);
    else
        decode_uu(&o, text);
    *flags |= o.flags;
    return slice_of(o.p, o.n);
}
