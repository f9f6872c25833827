/* look-other-fuzz.c - every other kind, and all of them as look_at() asks for them
 * The first byte chooses a name. */
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { NULL, "x.br", "META-INF/manifest.xml", "a" };
    static const char *const types[] = { NULL, "CL_TYPE_PDF", "CL_TYPE_MAIL", "CL_TYPE_ZIP" };
    struct look l = { NULL, false, 0, 0, { { CLASS_CLEAN, NULL } } };
    if (size == 0)
        return 0;
    struct slice bytes = fuzz_copy(data + 1, size - 1);
    if (look_tnef(&l, bytes))
        fuzz_hold(l.members <= size / 11);
    fuzz_check(&l);
    memset(&l, 0, sizeof(l));
    fuzz_hold(look_other(&l, bytes, names[data[0] & 3]) == (l.kind != NULL));
    fuzz_check(&l);
    look_at(&l, bytes, types[data[0] >> 2 & 3], names[data[0] & 3]);
    fuzz_check(&l);
    fuzz_free(bytes);
    return 0;
}
