/* signed-fuzz.c - CMS
 * Holds: content is no longer than the file, and there is none where it is no signature. */
#include "clamglue/look-fuzz.h"
#include "clamglue/signed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_copy(data, size), content = { NULL, 0 };
    struct arena a;
    bool broken = false;
    arena_init(&a, 64 << 20);
    enum signed_kind kind = signed_kind(bytes);
    bool any = signed_content(bytes, &a, &content, &broken);
    fuzz_hold(!any || (kind == SIGNED_CONTENT && content.n > 0 && content.n <= size));
    fuzz_hold(!broken || kind == SIGNED_CONTENT);
    for (size_t i = 0; any && i < content.n; i++) /* all of it can be read */
        broken ^= content.p[i] & 1;
    arena_deinit(&a);
    fuzz_free(bytes);
    return 0;
}
