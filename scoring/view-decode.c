/* view-decode.c - transfer encodings undone as SpamAssassin does it; see view-decode.h */
#include "config.h"
#include "scoring/view-decode.h"

#include "scoring/view-type.h"

static bool has_crlf(struct slice text)
{
    ptrdiff_t at;
    for (; (at = slice_chr(text, '\r')) >= 0; text = slice_from(text, (size_t)at + 1))
        if ((size_t)at + 1 < text.n && text.p[at + 1] == '\n')
            return true;
    return false;
}

struct slice view_lf(struct arena *a, struct slice text)
{
    if (!has_crlf(text))
        return text;
    char *out = arena_alloc(a, text.n);
    size_t n = 0;
    struct slice line;
    while (slice_line(&text, &line)) {
        size_t crlf = line.n >= 2 && line.p[line.n - 2] == '\r' && line.p[line.n - 1] == '\n';
        memcpy(out + n, line.p, line.n - crlf);
        n += line.n - crlf;
        out[n - 1] = line.p[line.n - 1];
    }
    return slice_of(out, n);
}

/* ---- quoted-printable */

/* A line, its line end included, without white space at its end; with `=` there the line end goes, too. */
static size_t copy_line(char *out, struct slice line)
{
    size_t end = line.n, tail = 0;
    if (end && line.p[end - 1] == '\n') {
        tail = end > 1 && line.p[end - 2] == '\r' ? 2 : 1;
        end -= tail;
        while (end && (line.p[end - 1] == ' ' || line.p[end - 1] == '\t'))
            end--;
    }
    memcpy(out, line.p, end);
    if (tail && end && out[end - 1] == '=')
        return end - 1;
    if (tail == 1 && end > 1 && out[end - 1] == '\r' && out[end - 2] == '=') /* white space was between */
        return end - 2;
    memcpy(out + end, line.p + line.n - tail, tail);
    return end + tail;
}

/* =XY in place */
static size_t undo_escapes(char *p, size_t n)
{
    char *at = n ? memchr(p, '=', n) : NULL;
    size_t from, to;
    if (at == NULL)
        return n;
    for (from = to = (size_t)(at - p); from < n; to++) {
        int high = -1, low = -1;
        if (p[from] == '=' && from + 2 < n) {
            high = ascii_hex(p[from + 1]);
            low = ascii_hex(p[from + 2]);
        }
        bool escape = high >= 0 && low >= 0;
        p[to] = escape ? (char)(high * 16 + low) : p[from];
        from += escape ? 3 : 1;
    }
    return to;
}

/* White space before a line end goes, then soft line breaks, then =XY: each over the whole text, so that a
 * break may stand inside an escape. */
struct slice view_decode_qp(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n);
    struct slice line;
    size_t n = 0;
    while (slice_line(&text, &line))
        n += copy_line(out + n, line);
    return slice_of(out, undo_escapes(out, n));
}

/* ---- base64 */

enum { OTHER = 64, PADDING = 65, SPACE = 66 };

static void make_values(unsigned char values[256])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    memset(values, OTHER, 256);
    for (unsigned i = 0; i < 64; i++)
        values[(unsigned char)digits[i]] = (unsigned char)i;
    values['='] = PADDING;
    for (unsigned c = 0; c < 128; c++)
        if (view_space((char)c))
            values[c] = SPACE;
}

static const unsigned char *values_of_bytes(void)
{
    static unsigned char values[256];
    static bool made;
    if (!made)
        make_values(values);
    made = true;
    return values;
}

/* The digits' values, padding as PADDING, without all else; *clean: there was nothing else but white space.
 */
static size_t take_digits(unsigned char *out, struct slice text, bool *clean)
{
    const unsigned char *values = values_of_bytes();
    size_t n = 0;
    *clean = true;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char v = values[(unsigned char)text.p[i]];
        out[n] = v;
        n += v != SPACE && v != OTHER;
        *clean = *clean && v != OTHER;
    }
    return n;
}

/* Bytes of n six-bit values, in place: bits that fill no byte are dropped. */
static size_t pack(unsigned char *v, size_t n)
{
    size_t to = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        unsigned b = (unsigned)v[i] << 18 | (unsigned)v[i + 1] << 12 | (unsigned)v[i + 2] << 6 | v[i + 3];
        v[to++] = (unsigned char)(b >> 16);
        v[to++] = (unsigned char)(b >> 8);
        v[to++] = (unsigned char)b;
    }
    if (n - i >= 2) {
        unsigned char last = v[i + 1], more = n - i == 3 ? v[i + 2] : 0;
        v[to++] = (unsigned char)(v[i] << 2 | last >> 4);
        if (n - i == 3)
            v[to++] = (unsigned char)(last << 4 | more >> 2);
    }
    return to;
}

/* A well-formed text reads `=` in the middle as zeros, any other as ones (as its uudecoder would). */
struct slice view_decode_base64(struct arena *a, struct slice text)
{
    unsigned char *v = arena_alloc(a, text.n);
    bool clean;
    size_t n = take_digits(v, text, &clean);
    bool well_formed = clean && n % 4 == 0;
    while (n && v[n - 1] == PADDING)
        n--;
    for (size_t i = 0; i < n; i++)
        if (v[i] == PADDING)
            v[i] = well_formed ? 0 : 63;
    if (!well_formed && n % 4 == 1)
        n--;
    return slice_of((const char *)v, pack(v, n));
}
