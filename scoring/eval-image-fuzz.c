/* eval-image-fuzz.c - any bytes as a picture
 * Holds: a size is known only of what has an area, and none of what is cut off before its size. */
#include <stdlib.h>
#include "scoring/eval-image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice s = slice_of((const char *)data, size);
    unsigned kinds = 0;
    for (int kind = 0; kind < IMAGE_KINDS; kind++) {
        struct image_size got = { 0 };
        if (!image_size((enum image_kind)kind, s, &got))
            continue;
        check(got.width > 0 && got.height > 0);
        check(!image_size((enum image_kind)kind, slice_sub(s, 0, 7), &got));
        kinds++;
    }
    check(kinds <= 1);
    return 0;
}
