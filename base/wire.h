/* wire.h - numbers and slices in a frame between our own processes
 * Native byte order (both ends are the same machine), unaligned. Writing goes to a buf. Reading is from a
 * slice with a sticky error: after the first thing that is not there every further read gives 0 or an empty
 * slice, and wire_done() is false. A reader never trusts a length. */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/buf.h"

static inline void wire_put(struct buf *b, const void *p, size_t n)
{
    buf_add(b, p, n);
}
static inline void wire_put_u8(struct buf *b, uint8_t v)
{
    buf_add(b, &v, 1);
}
static inline void wire_put_u16(struct buf *b, uint16_t v)
{
    buf_add(b, &v, 2);
}
static inline void wire_put_u32(struct buf *b, uint32_t v)
{
    buf_add(b, &v, 4);
}
static inline void wire_put_u64(struct buf *b, uint64_t v)
{
    buf_add(b, &v, 8);
}
static inline void wire_put_double(struct buf *b, double v)
{
    buf_add(b, &v, 8);
}
/* u32 length, then the bytes */
static inline void wire_put_slice(struct buf *b, struct slice s)
{
    wire_put_u32(b, (uint32_t)s.n);
    buf_add(b, s.p, s.n);
}

struct wire {
    struct slice rest;
    bool bad;
};

static inline void wire_read(struct wire *w, struct slice frame)
{
    w->rest = frame;
    w->bad = false;
}
static inline void wire_get(struct wire *w, void *out, size_t n)
{
    memset(out, 0, n);
    if (w->bad || w->rest.n < n) {
        w->bad = true;
        return;
    }
    memcpy(out, w->rest.p, n);
    w->rest = slice_from(w->rest, n);
}
static inline uint8_t wire_u8(struct wire *w)
{
    uint8_t v;
    wire_get(w, &v, 1);
    return v;
}
static inline uint16_t wire_u16(struct wire *w)
{
    uint16_t v;
    wire_get(w, &v, 2);
    return v;
}
static inline uint32_t wire_u32(struct wire *w)
{
    uint32_t v;
    wire_get(w, &v, 4);
    return v;
}
static inline uint64_t wire_u64(struct wire *w)
{
    uint64_t v;
    wire_get(w, &v, 8);
    return v;
}
static inline double wire_double(struct wire *w)
{
    double v;
    wire_get(w, &v, 8);
    return v;
}
/* borrowed from the frame; at most max bytes, more is an error */
static inline struct slice wire_slice(struct wire *w, size_t max)
{
    size_t n = wire_u32(w);
    if (w->bad || n > max || n > w->rest.n) {
        w->bad = true;
        return (struct slice){ NULL, 0 };
    }
    struct slice s = slice_sub(w->rest, 0, n);
    w->rest = slice_from(w->rest, n);
    return s;
}
/* everything was read, and nothing was missing */
static inline bool wire_done(const struct wire *w)
{
    return !w->bad && w->rest.n == 0;
}

#endif
