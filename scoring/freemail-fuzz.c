/* freemail-fuzz.c - addresses in any text: each is part of it, in order, with one @ and a valid domain */
#include "config.h"

#include <stdlib.h>
#include "scoring/freemail-text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(struct slice text)
{
    struct slice email;
    const char *behind = text.p;
    for (size_t at = 0; freemail_next(NULL, text, &at, &email); behind = email.p + email.n) {
        ptrdiff_t sign = slice_chr(email, '@');
        if (email.p < behind || email.p + email.n > text.p + text.n || text.p + at != email.p + email.n)
            abort();
        if (sign < 1 || sign > 64 || !uri_fqdn_valid(slice_from(email, (size_t)sign + 1)))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct arena arena;
    if (arena.max == 0)
        arena_init(&arena, 64 << 20);
    arena_reset(&arena);
    struct slice text = slice_of(n ? (const char *)data : "", n);
    struct slice stripped = freemail_stripped(NULL, &arena, text);
    if (stripped.n > text.n)
        abort();
    check(text);
    check(stripped);
    return 0;
}
