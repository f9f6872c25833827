/* seal-fuzz.c - any bytes as a message with a verdict
 * Nothing is believed that was not signed. What is signed here for the input is believed, whatever the input
 * is, and not any more when a visible byte of it is changed. */
#include <stdlib.h>
#include "policy/seal-priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char key[KEYFILE_BYTES] = "a key that nobody but us knows";

static void check(bool good)
{
    if (!good)
        abort();
}

static enum seal_state open_it(struct slice text)
{
    const struct seal_check c = { key, SLICE("bob@example.com"), SLICE(""), 1000, 1000 };
    struct seal_opened o;
    return seal_open(text, &c, &o);
}

/* The input as a value that is signed right: the reader behind the signature. */
static void check_reader(struct slice text)
{
    struct seal_message m;
    struct buf b, clean;
    char hex[SEAL_HMAC_HEX + 1];
    buf_init(&clean, SEAL_VALUE_MAX);
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_space(text.p[i]))
            buf_add_char(&clean, text.p[i]);
    seal_hash(SLICE("\n\nx\n"), &m);
    seal_sign(key, &m, buf_slice(&clean), hex);
    buf_init(&b, 2 * SEAL_VALUE_MAX);
    buf_add_str(&b, SEAL_FIELD ": ");
    buf_add_slice(&b, buf_slice(&clean));
    buf_printf(&b, "%s\n\nx\n", hex);
    enum seal_state state = open_it(buf_slice(&b));
    check(state == SEAL_GOOD || state == SEAL_OTHER || state == SEAL_MALFORMED || state == SEAL_EXPIRED ||
          clean.full);
    buf_deinit(&b);
    buf_deinit(&clean);
}

static void check_round_trip(struct slice text)
{
    static const struct slice recipient = SLICE_INIT("BOB@example.com");
    static const struct seal_verdict v = { 5, CLASS_CLEAN, false };
    const struct seal_statement s = { 1000, SLICE("id"), 1, v, &recipient, &v, 1 };
    struct seal_message m;
    struct buf b;
    seal_hash(text, &m);
    buf_init(&b, (1 << 20) + text.n);
    buf_add_str(&b, SEAL_FIELD ": ");
    seal_make(&b, key, &m, &s);
    buf_add_str(&b, "\n");
    if (text.n && (text.p[0] == ' ' || text.p[0] == '\t')) /* it would belong to our field */
        buf_add_str(&b, "X: y\n");
    size_t at = b.n;
    buf_add_slice(&b, text);
    enum seal_state state = open_it(buf_slice(&b));
    if (state == SEAL_GOOD && text.n && text.p[text.n - 1] > ' ' && m.hash[0] % 2) {
        struct seal_message other;
        seal_hash(text, &m);
        b.p[at + text.n - 1] = text.p[text.n - 1] == '1' ? '2' : '1';
        seal_hash(slice_from(buf_slice(&b), at), &other);
        if (memcmp(other.hash, m.hash, SEAL_HASH_SIZE) != 0)
            check(open_it(buf_slice(&b)) != SEAL_GOOD);
    }
    check(state == SEAL_GOOD || state == SEAL_SEVERAL || (text.n && (text.p[0] == ' ' || text.p[0] == '\t')));
    buf_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    enum seal_state state = open_it(text);
    check(state != SEAL_GOOD && state != SEAL_OTHER && state != SEAL_EXPIRED);
    check_reader(text);
    check_round_trip(text);
    return 0;
}
