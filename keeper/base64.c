/* base64.c - base64 in lines of 76; see base64.h */
#include "keeper/base64.h"

#define LINE_BYTES 57 /* 76 characters */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void quantum(char out[4], struct slice s)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < s.n ? (unsigned char)s.p[i] : 0);
    for (size_t i = 0; i < 4; i++)
        out[i] = i <= s.n ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
}

static void line(struct buf *out, struct slice s)
{
    char text[LINE_BYTES / 3 * 4];
    size_t n = 0;
    for (; s.n; s = slice_from(s, 3), n += 4)
        quantum(text + n, slice_sub(s, 0, 3));
    buf_add(out, text, n);
}

void base64_lines(struct buf *out, struct slice bytes)
{
    while (bytes.n) {
        line(out, slice_sub(bytes, 0, LINE_BYTES));
        bytes = slice_from(bytes, LINE_BYTES);
        if (bytes.n)
            buf_add_str(out, "\r\n");
    }
}
