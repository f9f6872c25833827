/* buf.h - text that grows
 * A buf grows up to max bytes; what does not fit is dropped whole and `full` is set and sticks, so that
 * callers check once, at the end. Lives on the heap (buf_init, freed by buf_deinit) or in an arena
 * (buf_init_in, never freed by itself). p is always followed by a NUL that does not count, so p can be
 * printed. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include "base/arena.h"

struct buf {
    char *p;
    size_t n, cap, max;
    bool full;
    struct arena *arena; /* NULL: heap */
};

void buf_init(struct buf *b, size_t max);
void buf_init_in(struct buf *b, struct arena *a, size_t max);
void buf_deinit(struct buf *b);
void buf_reset(struct buf *b); /* keeps the memory, clears n and full */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* Makes room for n more bytes and returns where they go, or NULL (full set). Add the length to b->n yourself.
 */
char *buf_reserve(struct buf *b, size_t n);

static inline void buf_add_slice(struct buf *b, struct slice s)
{
    buf_add(b, s.p, s.n);
}

static inline void buf_add_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

static inline void buf_add_char(struct buf *b, char c)
{
    if (b->n + 1 < b->cap && !b->full) {
        b->p[b->n++] = c;
        b->p[b->n] = 0;
    } else
        buf_add(b, &c, 1);
}

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){ b->p, b->n };
}

#endif
