/* loose-fuzz.c - the pieces of a message, and whether it is one
 * Holds: no piece is longer than the message, all of them no longer than nine. */
#include "clamglue/look-fuzz.h"
#include "clamglue/loose.h"
#include "clamglue/mail-like.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = fuzz_copy(data, size), piece;
    struct loose l;
    struct arena a;
    bool decoded;
    size_t all = 0;
    arena_init(&a, 256 << 20);
    loose_begin(&l, text);
    while (loose_next(&l, &a, &piece, &decoded)) {
        fuzz_hold(piece.n > 0 && piece.n <= size);
        all += piece.n;
    }
    fuzz_hold(all <= 9 * size);
    fuzz_hold(mail_like(text, "x.eml"));
    mail_like(text, NULL);
    arena_deinit(&a);
    fuzz_free(text);
    return 0;
}
