/* transfer-fuzz.c - the first byte says encoding and cut, the rest is the body
 * Holds: output within max and never longer than the input; a cut result is a prefix of the whole one. */
#include <stdint.h>
#include <stdlib.h>
#include "message/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum transfer_encoding encodings[4] = { TRANSFER_BASE64, TRANSFER_QP, TRANSFER_UUENCODE,
                                                     TRANSFER_IDENTITY };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum transfer_encoding enc = encodings[data[0] & 3];
    struct slice in = slice_of((const char *)data + 1, size - 1);
    struct arena a;
    unsigned flags = 0, cut_flags = 0;
    arena_init(&a, 64 << 20);
    struct slice all = transfer_decode(&a, in, enc, SIZE_MAX, &flags);
    if (all.n > in.n || (flags & TRANSFER_CUT))
        abort();
    size_t max = data[0] >> 2;
    struct slice cut = transfer_decode(&a, in, enc, max, &cut_flags);
    if (cut.n > max || !slice_starts(all, cut) || (cut_flags & ~flags & ~(unsigned)TRANSFER_CUT))
        abort();
    if ((all.n > max) != ((cut_flags & TRANSFER_CUT) != 0))
        abort();
    arena_deinit(&a);
    return 0;
}
