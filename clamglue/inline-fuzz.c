/* inline-fuzz.c - files in text
 * Holds: names lie in the text; all files together are no longer than five texts. */
#include "clamglue/inline.h"
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = fuzz_copy(data, size);
    struct inline_finder f;
    struct inline_file file;
    struct arena a;
    size_t all = 0;
    arena_init(&a, 256 << 20);
    inline_begin(&f, text);
    while (inline_next(&f, &a, &file)) {
        fuzz_hold(file.bytes.n > 0);
        fuzz_hold(file.name.n == 0 ||
                  (file.name.p >= text.p && file.name.p + file.name.n <= text.p + text.n));
        all += file.bytes.n;
    }
    fuzz_hold(all <= 5 * size);
    arena_deinit(&a);
    fuzz_free(text);
    return 0;
}
