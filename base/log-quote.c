/* log-quote.c - bytes that nobody vouches for, made fit for a line of text; see log.h
 * What is no printable character in UTF-8 is shown as \xNN, and so is what changes the direction or the line
 * of the text around it. */
#include "base/log.h"

/* Bytes of a UTF-8 sequence at p that may be shown as they are (no control, no surrogate), 0 if none. */
static size_t printable(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7f ? 1 : 0;
    size_t len = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;
    if (len == 0 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if (p[0] == 0xc2 && p[1] < 0xa0) /* C1 controls */
        return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
        return 0; /* overlong, or past U+10FFFF */
    if (p[0] == 0xed && p[1] >= 0xa0)
        return 0;
    if (p[0] == 0xe2 && p[1] == 0x80 &&
        (p[2] == 0xa8 || p[2] == 0xa9 || (p[2] >= 0x8e && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae)))
        return 0; /* line and paragraph separators, directional controls */
    if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
        return 0; /* directional isolates */
    return len;
}

static void escape(struct buf *b, struct slice s, const char *also)
{
    for (size_t i = 0; i < s.n;) {
        size_t len = printable((const unsigned char *)s.p + i, s.n - i);
        if (len == 0) {
            buf_printf(b, "\\x%02x", (unsigned char)s.p[i++]);
            continue;
        }
        if (len == 1 && strchr(also, s.p[i]))
            buf_add_char(b, '\\');
        buf_add(b, s.p + i, len);
        i += len;
    }
}

void log_escape(struct buf *b, struct slice s)
{
    escape(b, s, "");
}

void log_quote(struct buf *b, struct slice s, size_t max)
{
    buf_add_char(b, '"');
    escape(b, slice_sub(s, 0, max), "\"\\");
    buf_add_str(b, s.n > max ? "...\"" : "\"");
}
