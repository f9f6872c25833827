/* ask-fuzz.c - any bytes as a request to the keeper, or as its answer: taken only when they are what we write
 */
#include <stdlib.h>
#include "keeper/ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct buf *out, struct slice frame)
{
    if (out->full || !slice_eq(buf_slice(out), frame))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = slice_of((const char *)data, size);
    struct keeper_request q;
    struct keeper_answer a;
    struct buf out;
    buf_init(&out, 1 << 20);
    if (keeper_request_get(frame, &q)) {
        if (q.text.n > KEEPER_WORDS_MAX || keeper_request_fds(q.what) > 2)
            abort();
        keeper_request_put(&out, &q);
        same_again(&out, frame);
        buf_reset(&out);
    }
    if (keeper_answer_get(frame, &a)) {
        keeper_answer_put(&out, &a);
        same_again(&out, frame);
    }
    buf_deinit(&out);
    return 0;
}
