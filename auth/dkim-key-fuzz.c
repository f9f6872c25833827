/* dkim-key-fuzz.c - a key record, and the key in it
 * Holds: a record is read or there is a reason; so is a key; a signature of zeroes is not good. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/dkim-key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void look(struct arena *a, struct dkim_crypto *c, struct slice text, enum dkim_kind kind)
{
    static const unsigned char sum[DKIM_HASH];
    struct dkim_key k;
    const char *why = NULL;
    if (!dkim_key_read(&k, a, text, kind, &why)) {
        check(why != NULL);
        return;
    }
    check(dkim_key_is(text) && k.bytes.n <= DKIM_KEY_BYTES_MAX);
    const struct dkim_public *p = dkim_public(c, kind, k.bytes, &why);
    check(p || why);
    if (p && kind == KEY_RSA && dkim_public_bits(p) >= 512)
        check(!dkim_public_verify(c, p, sum, SLICE("\0\0\0\0\0\0\0\0")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dkim_crypto *c;
    struct slice text = slice_of((const char *)data, size);
    struct arena a;
    if (c == NULL)
        c = dkim_crypto_new();
    arena_init(&a, 64 << 20);
    look(&a, c, text, KEY_RSA);
    look(&a, c, text, KEY_ED25519);
    arena_deinit(&a);
    return 0;
}
