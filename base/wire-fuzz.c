/* wire-fuzz.c - any bytes as a frame
 * The frame itself says what is read next. Slices lie inside the frame, and what was read, written again,
 * gives the bytes that were taken. */
#include <stdlib.h>
#include "base/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void copy_slice(struct wire *w, struct slice frame, size_t max, struct buf *out)
{
    struct slice s = wire_slice(w, max);
    check(s.n <= max && (s.n == 0 || (s.p >= frame.p && s.p + s.n <= frame.p + frame.n)));
    wire_put_slice(out, s);
}

static void copy_one(struct wire *w, struct slice frame, struct buf *out)
{
    uint8_t what = wire_u8(w);
    wire_put_u8(out, what);
    switch (what % 7) {
    case 0: wire_put_u8(out, wire_u8(w)); break;
    case 1: wire_put_u16(out, wire_u16(w)); break;
    case 2: wire_put_u32(out, wire_u32(w)); break;
    case 3: wire_put_u64(out, wire_u64(w)); break;
    case 4: wire_put_double(out, wire_double(w)); break;
    case 5: copy_slice(w, frame, SIZE_MAX, out); break;
    case 6: copy_slice(w, frame, what, out); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = slice_of((const char *)data, size);
    struct buf out;
    struct wire w;
    buf_init(&out, size + 64);
    wire_read(&w, frame);
    while (!w.bad && w.rest.n) {
        size_t left = w.rest.n;
        copy_one(&w, frame, &out);
        check(w.bad || w.rest.n < left);
        check(w.bad || slice_eq(buf_slice(&out), slice_sub(frame, 0, size - w.rest.n)));
    }
    check(wire_done(&w) == !w.bad);
    if (w.bad)
        check(wire_u64(&w) == 0 && wire_slice(&w, 10).n == 0 && !wire_done(&w));
    buf_deinit(&out);
    return 0;
}
