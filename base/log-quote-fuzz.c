/* log-quote-fuzz.c - any bytes as a quoted value of a log line
 * What comes out is one line of printable UTF-8 between quotes, and no quote inside is bare. */
#include <stdlib.h>
#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

/* bytes of the character at p, checked; the slow way, by its number */
static size_t check_char(const unsigned char *p, size_t n)
{
    static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    unsigned long c = len == 1 ? p[0] : p[0] & (0xff >> (len + 1));
    check(len <= n && (p[0] < 0x80 || p[0] >= 0xc0));
    for (size_t i = 1; i < len; i++) {
        check((p[i] & 0xc0) == 0x80);
        c = c << 6 | (p[i] & 0x3f);
    }
    check(c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
    check(c >= 0x20 && !(c >= 0x7f && c < 0xa0));
    check(c != 0x2028 && c != 0x2029 && !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069));
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf b;
    buf_init(&b, size * 4 + 100);
    log_quote(&b, slice_of((const char *)data, size), 200);
    check(!b.full && b.n >= 2 && b.n <= 200 * 4 + 5 && b.p[0] == '"' && b.p[b.n - 1] == '"');
    for (size_t i = 1; i < b.n - 1;) {
        check(b.p[i] != '"');
        if (b.p[i] == '\\') {
            check(i + 1 < b.n - 1 && strchr("\"\\x", b.p[i + 1]));
            i += 2;
        } else
            i += check_char((const unsigned char *)b.p + i, b.n - 1 - i);
    }
    buf_deinit(&b);
    return 0;
}
