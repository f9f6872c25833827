/* text.c - what strangers wrote, made fit to be shown; see text.h */
#include "auth/text.h"

#include <stdarg.h>
#include <stdio.h>

static bool printable(char c)
{
    return c >= ' ' && c <= '~';
}

bool auth_all_printable(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!printable(text.p[i]))
            return false;
    return true;
}

struct slice auth_clean(struct arena *a, struct slice text, size_t max)
{
    static const char cut[] = "...";
    size_t n = text.n < max ? text.n : max;
    char *p = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++)
        p[i] = printable(text.p[i]) ? text.p[i] : '?';
    if (n < text.n && n > 3)
        memcpy(p + n - 3, cut, 3);
    return slice_of(p, n);
}

struct slice auth_reason(struct arena *a, const char *fmt, ...)
{
    char text[2 * AUTH_REASON_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t have = n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
    return auth_clean(a, slice_of(text, have), AUTH_REASON_MAX);
}
