/* look-pdf-fuzz.c - PDF: the name of encryption in all spellings
 * Holds: what libclamav knows is told less of than what it does not know; without a header nothing is said.
 */
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct look known = { NULL, false, 0, 0, { { CLASS_CLEAN, NULL } } }, unknown = known;
    struct slice bytes = fuzz_copy(data, size);
    bool taken = look_pdf(&known, bytes, true), left = look_pdf(&unknown, bytes, false);
    fuzz_check(&known);
    fuzz_check(&unknown);
    fuzz_hold(!left);
    fuzz_hold(known.n_odd <= unknown.n_odd);
    fuzz_hold(taken == (unknown.kind != NULL));
    fuzz_hold(taken || unknown.n_odd == 0);
    fuzz_free(bytes);
    return 0;
}
