/* data-uri-fuzz.c - files in the text of a page
 * Holds: all files together are no longer than the text; none is found where nothing was worth the while but
 * media. */
#include "clamglue/data-uri.h"
#include "clamglue/look-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = fuzz_copy(data, size);
    struct data_uri_finder f;
    struct data_uri uri;
    struct arena a;
    size_t all = 0;
    arena_init(&a, 256 << 20);
    data_uri_begin(&f, &a, text);
    while (data_uri_next(&f, &a, &uri)) {
        fuzz_hold(uri.bytes.n > 0);
        all += uri.bytes.n;
    }
    fuzz_hold(all <= size);
    data_uri_worth(text);
    arena_deinit(&a);
    fuzz_free(text);
    return 0;
}
