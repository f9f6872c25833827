/* buf.c - text that grows; see buf.h */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/err.h"

static char empty[1];

void buf_init(struct buf *b, size_t max)
{
    memset(b, 0, sizeof(*b));
    b->p = empty;
    b->max = max;
}

void buf_init_in(struct buf *b, struct arena *a, size_t max)
{
    buf_init(b, max);
    b->arena = a;
}

void buf_deinit(struct buf *b)
{
    if (b->cap && b->arena == NULL)
        free(b->p);
    buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->full = false;
    if (b->cap)
        b->p[0] = 0;
}

static bool grow(struct buf *b, size_t cap)
{
    char *p = b->arena ? arena_grow(b->arena, b->p, b->n, cap, 1) : realloc(b->cap ? b->p : NULL, cap);
    if (p == NULL)
        return false;
    b->p = p;
    b->cap = cap;
    b->p[b->n] = 0;
    return true;
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->full || n > SIZE_MAX / 4 || n > b->max || b->n > b->max - n) {
        b->full = true;
        return NULL;
    }
    if (b->cap - b->n <= n) { /* one more for the NUL; cap is 0 or above n */
        size_t cap = b->cap ? b->cap * 2 : 128;
        if (cap < b->n + n + 1)
            cap = b->n + n + 1;
        if (cap - 1 > b->max)
            cap = b->max + 1;
        if (!grow(b, cap)) {
            b->full = true;
            return NULL;
        }
    }
    return b->p + b->n;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    char *to = buf_reserve(b, n);
    if (to == NULL)
        return;
    memcpy(to, p, n);
    b->n += n;
    b->p[b->n] = 0;
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        bug("buf_printf: bad format");
    char *to = buf_reserve(b, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}
