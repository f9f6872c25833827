/* look-ole2-fuzz.c - compound files of Office
 * Holds: with the magic it is one, without it is none and nothing is said. */
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct look l = { NULL, false, 0, 0, { { CLASS_CLEAN, NULL } } };
    struct slice bytes = fuzz_copy(data, size);
    bool is = look_ole2(&l, bytes);
    fuzz_check(&l);
    fuzz_hold(is == (size >= 8 && memcmp(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0));
    fuzz_hold(is || l.n_odd == 0);
    fuzz_free(bytes);
    return 0;
}
