/* utf8.c - code points in and out of UTF-8; see charset.h
 * Strict as RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF. Where bytes are wrong, what
 * is taken as one U+FFFD is the longest beginning of a valid sequence, as browsers do (WHATWG Encoding). */
#include "message/charset.h"

#define REPLACEMENT 0xfffd

size_t utf8_put(char out[4], uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

uint32_t utf8_get(struct slice s, size_t *n)
{
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned more, low = 0x80, high = 0xbf; /* bounds of the second byte */
    uint32_t c = p[0];
    *n = 1;
    if (c < 0x80)
        return c;
    if (c >= 0xc2 && c <= 0xdf) {
        more = 1;
        c &= 0x1f;
    } else if (c >= 0xe0 && c <= 0xef) {
        low = c == 0xe0 ? 0xa0 : 0x80;
        high = c == 0xed ? 0x9f : 0xbf;
        more = 2;
        c &= 0x0f;
    } else if (c >= 0xf0 && c <= 0xf4) {
        low = c == 0xf0 ? 0x90 : 0x80;
        high = c == 0xf4 ? 0x8f : 0xbf;
        more = 3;
        c &= 0x07;
    } else
        return REPLACEMENT;
    for (; more; more--) {
        if (*n == s.n || p[*n] < low || p[*n] > high)
            return REPLACEMENT;
        c = c << 6 | (p[(*n)++] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return c;
}

/* bytes of ASCII at the begin of s, eight at a time */
size_t utf8_ascii(struct slice s)
{
    size_t i = 0;
    for (; s.n - i >= 8; i += 8) {
        uint64_t v;
        memcpy(&v, s.p + i, 8);
        if (v & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

bool utf8_valid(struct slice s)
{
    for (size_t i = 0;;) {
        i += utf8_ascii(slice_from(s, i));
        if (i >= s.n)
            return true;
        /* text in another script goes on with sequences: stay here as long as it does */
        while (i < s.n && (unsigned char)s.p[i] >= 0x80) {
            size_t n;
            uint32_t c = utf8_get(slice_from(s, i), &n);
            if (c == REPLACEMENT && !slice_starts(slice_from(s, i), SLICE("\xef\xbf\xbd")))
                return false;
            i += n;
        }
    }
}

struct slice utf8_cut(struct slice s, size_t max)
{
    if (s.n <= max)
        return s;
    while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
        max--;
    return slice_sub(s, 0, max);
}
