/* look-zip-fuzz.c - zip archives, as they are and cut
 * Holds: reasons are few and of an unchecked class; what is a zip archive for nobody has none. */
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct look l = { NULL, false, 0, 0, { { CLASS_CLEAN, NULL } } };
    struct slice bytes = fuzz_copy(data, size);
    bool is = look_zip(&l, bytes);
    fuzz_check(&l);
    fuzz_hold(is || l.n_odd == 0);
    fuzz_hold(is == (l.kind != NULL));
    /* one file takes 76 bytes of headers */
    fuzz_hold(l.members <= size / 46);
    fuzz_free(bytes);
    return 0;
}
