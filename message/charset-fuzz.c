/* charset-fuzz.c - a label, a line end, and text in that charset; the first byte says how long the result may
 * be Holds: the result is UTF-8 and within its limit, a part of what it is without a limit, and the same for
 * the second time (nothing is left in a converter). */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct slice text = slice_of((const char *)data + 1, size - 1), label;
    struct arena a;
    unsigned flags, again_flags, cut_flags;
    size_t max = data[0];
    slice_cut(&text, '\n', &label);
    if (text.p == NULL)
        text = SLICE("");
    arena_init(&a, 256 << 20);
    struct slice all = charset_to_utf8(&a, text, label, SIZE_MAX, &flags);
    struct slice again = charset_to_utf8(&a, text, label, SIZE_MAX, &again_flags);
    struct slice cut = charset_to_utf8(&a, text, label, max, &cut_flags);
    check(utf8_valid(all) && !(flags & CHARSET_CUT) && all.n <= 6 * text.n);
    check(slice_eq(all, again) && flags == again_flags);
    check(cut.n <= max && slice_starts(all, cut));
    check(!(flags & CHARSET_UNKNOWN) || label.n);
    for (size_t i = 0, n; i < text.n; i += n) {
        char four[4];
        uint32_t c = utf8_get(slice_from(text, i), &n);
        check(n >= 1 && n <= text.n - i);
        check(c == 0xfffd || slice_eq(slice_sub(text, i, n), slice_of(four, utf8_put(four, c))));
    }
    arena_deinit(&a);
    return 0;
}
