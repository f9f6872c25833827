/* release-fuzz.c - any bytes as the frames of release and redeem
 * The first byte says which. What is read, written again, gives the same bytes. */
#include <stdlib.h>
#include "keeper/redeem.h"
#include "keeper/release-order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static bool copy(uint8_t kind, struct wire *in, struct arena *a, struct buf *out)
{
    struct release_order order;
    struct release_line line;
    struct redeem_request request;
    struct redeem_pass pass;
    bool read = false;
    if (kind == 'o' && (read = release_order_get(in, a, &order)))
        release_order_put(out, &order);
    if (kind == 'l' && (read = release_line_get(in, &line)))
        release_line_put(out, &line);
    if (kind == 'q' && (read = redeem_request_get(in, &request)))
        redeem_request_put(out, &request);
    if (kind == 'p' && (read = redeem_pass_get(in, a, &pass)))
        redeem_pass_put(out, &pass);
    return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = slice_of((const char *)data, size);
    struct arena a;
    struct buf out;
    struct wire in;
    arena_init(&a, 1 << 20);
    buf_init(&out, SIZE_MAX);
    wire_read(&in, frame);
    uint8_t kind = wire_u8(&in);
    wire_put_u8(&out, kind);
    if (copy(kind, &in, &a, &out))
        check(slice_eq(buf_slice(&out), frame));
    buf_deinit(&out);
    arena_deinit(&a);
    return 0;
}
