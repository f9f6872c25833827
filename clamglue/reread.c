/* reread.c - the body of a part as other readers decode it; see reread.h */
#include "clamglue/reread.h"

#include "message/transfer.h"

/* The bytes of the soft break at s.p[0], which is an =; 0 when it is none. */
static size_t soft_break(struct slice s)
{
    size_t i = 1;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    if (i == s.n)
        return i;
    if (s.p[i] == '\n')
        return i + 1;
    if (s.p[i] != '\r')
        return 0;
    while (i < s.n && s.p[i] == '\r')
        i++;
    return i < s.n && s.p[i] == '\n' ? i + 1 : i;
}

static size_t drop_soft_breaks(char *p, struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t soft = s.p[i] == '=' ? soft_break(slice_from(s, i)) : 0;
        if (soft == 0)
            p[n++] = s.p[i++];
        i += soft;
    }
    return n;
}

struct slice reread_qp(struct arena *a, struct slice body)
{
    char *p = arena_alloc(a, body.n + 1);
    size_t n = drop_soft_breaks(p, body), to = 0;
    for (size_t i = 0; i < n; i++) {
        int high = p[i] == '=' && i + 2 < n ? ascii_hex(p[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(p[i + 2]) : -1;
        if (low >= 0) {
            p[to++] = (char)(high << 4 | low);
            i += 2;
        } else
            p[to++] = p[i];
    }
    return slice_of(p, to);
}

struct slice reread_base64(struct arena *a, struct slice body)
{
    unsigned flags = 0;
    ptrdiff_t padding = slice_chr(body, '=');
    return transfer_decode(a, slice_sub(body, 0, padding < 0 ? body.n : (size_t)padding), TRANSFER_BASE64,
                           body.n, &flags);
}
