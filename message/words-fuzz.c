/* words-fuzz.c - a header value with encoded words. Holds: the result is UTF-8, and text without words stays.
 */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size), out;
    struct arena a;
    unsigned flags;
    arena_init(&a, 256 << 20);
    out = words_decode(&a, text, &flags);
    if (!utf8_valid(out) || (flags & ~(unsigned)(WORDS_BROKEN | WORDS_DECODED)))
        abort();
    if (utf8_valid(text) && !(flags & WORDS_DECODED) && !slice_starts(text, SLICE("\xef\xbb\xbf")) &&
        !slice_eq(text, out))
        abort();
    arena_deinit(&a);
    return 0;
}
