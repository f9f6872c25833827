/* mark-fuzz.c - any bytes as a mark, and as a message
 * What is read as a mark has its parts inside the value and is never good; how a message is folded, which
 * fields an MTA adds and how many empty lines end it changes no hash. */
#include <stdlib.h>
#include "base/buf.h"
#include "keeper/mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void value(struct slice v)
{
    static const struct mark_key key = { "a key that nobody knows" };
    static const unsigned char hash[MARK_HASH_SIZE];
    const struct mark_scope scope = { .hash = hash, .recipient = v, .client = v };
    struct mark m;
    if (!mark_parse(v, &m))
        return;
    check(m.id.n >= 1 && m.id.n <= MARK_ID_MAX && m.hmac.n == MARK_HMAC_HEX && m.expires >= 0);
    check(!mark_good(&key, &m, &scope, 0));
}

static void message(struct slice text)
{
    unsigned char a[MARK_HASH_SIZE], b[MARK_HASH_SIZE];
    struct buf other;
    mark_hash(text, a);
    buf_init(&other, SIZE_MAX);
    buf_add_str(&other, "Received: x\r\n\ty\r\n" MARK_FIELD ": x\r\nMessage-ID: <x>\r\n");
    /* where the text begins like a continuation it would belong to ours */
    if (text.n == 0 || (text.p[0] != ' ' && text.p[0] != '\t')) {
        buf_add_slice(&other, text);
        mark_hash(buf_slice(&other), b);
        check(memcmp(a, b, sizeof(a)) == 0);
    }
    buf_deinit(&other);
}

/* What is made is read, and good for this and nothing else. */
static void made(struct slice text)
{
    static const struct mark_key key = { "a key that nobody knows" };
    unsigned char hash[MARK_HASH_SIZE];
    char v[MARK_VALUE_SIZE];
    struct mark m;
    mark_hash(text, hash);
    const struct mark_scope scope = { hash, slice_sub(text, 0, 300), SLICE("127.0.0.1") };
    const struct mark_scope other = { hash, SLICE("somebody else"), SLICE("127.0.0.1") };
    mark_make(&key, SLICE("entry1"), 1000, &scope, v);
    check(mark_parse(slice_str(v), &m));
    check(mark_good(&key, &m, &scope, 999) && !mark_good(&key, &m, &scope, 1000));
    check(!mark_good(&key, &m, &other, 999) || slice_eq(scope.recipient, other.recipient));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    made(slice_of((const char *)data, size));
    value(slice_of((const char *)data, size));
    message(slice_of((const char *)data, size));
    return 0;
}
