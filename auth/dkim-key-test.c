/* dkim-key-test.c - key records, keys, and how many of them are remembered */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/dkim-key.h"
#include "auth/dkim-private.h"
#include "auth/dkim-tags.h"

static struct arena a;
static struct dkim_crypto *c;

static int setup(void **state)
{
    arena_init(&a, 8 << 20);
    c = dkim_crypto_new();
    return 0;
}

static int teardown(void **state)
{
    dkim_crypto_free(&c);
    arena_deinit(&a);
    return 0;
}

static const char *fault(const char *record, enum dkim_kind kind)
{
    struct dkim_key k;
    const char *why = NULL;
    return dkim_key_read(&k, &a, slice_str(record), kind, &why) ? NULL : why;
}

static void records(void **state)
{
    assert_null(fault("p=YWJj", KEY_RSA));
    assert_null(fault("v=DKIM1; k=rsa; p=YWJj; n=a note; unknown=x; g=*", KEY_RSA));
    assert_null(fault("k=ed25519; p=YWJj", KEY_ED25519));
    assert_null(fault("v=DKIM1; h=sha1:sha256; s=email; p=YWJj", KEY_RSA));
    assert_null(fault("v=DKIM1; s=*; p=YW Jj;", KEY_RSA));
    assert_string_equal(fault("k=ed25519; p=YWJj", KEY_RSA), "the key is for another algorithm");
    assert_string_equal(fault("p=YWJj", KEY_ED25519), "the key is for another algorithm");
    assert_string_equal(fault("p=", KEY_RSA), "the key is revoked");
    assert_string_equal(fault("v=DKIM1", KEY_RSA), "the key record has no key");
    assert_string_equal(fault("p=YWJj; v=DKIM1", KEY_RSA), "the key's v= is not DKIM1");
    assert_string_equal(fault("v=DKIM2; p=YWJj", KEY_RSA), "the key's v= is not DKIM1");
    assert_string_equal(fault("h=sha1; p=YWJj", KEY_RSA), "the key is for another hash");
    assert_string_equal(fault("s=chat; p=YWJj", KEY_RSA), "the key is not for mail");
    assert_string_equal(fault("p=?", KEY_RSA), "the key is not base64");
    assert_string_equal(fault("v=spf1 -all", KEY_RSA), "the key's v= is not DKIM1");
    assert_string_equal(fault("anything", KEY_RSA), "the key record cannot be read");
    assert_false(dkim_key_is(SLICE("v=spf1 -all")));
    assert_true(dkim_key_is(SLICE("p=")));
}

static void flags(void **state)
{
    struct dkim_key k;
    const char *why;
    assert_true(dkim_key_read(&k, &a, SLICE("t=y : s; p=YWJj"), KEY_RSA, &why));
    assert_true(k.testing && k.exact);
    assert_true(dkim_key_read(&k, &a, SLICE("t=x; p=YWJj"), KEY_RSA, &why));
    assert_false(k.testing || k.exact);
}

static struct slice public_of(const struct dkim_private *k)
{
    struct buf out;
    struct err e;
    buf_init_in(&out, &a, DKIM_KEY_BYTES_MAX);
    assert_int_equal(dkim_private_public(k, &out, &e), 0);
    return buf_slice(&out);
}

static void signs_and_verifies(enum dkim_kind kind)
{
    unsigned char sum[DKIM_HASH] = "some hash", signature[DKIM_SIGNATURE_MAX];
    struct err e;
    const char *why;
    struct dkim_private *k = dkim_private_make(kind, 1024, &e);
    const struct dkim_public *p = dkim_public(c, kind, public_of(k), &why);
    size_t n = dkim_private_sign(k, sum, signature);
    assert_non_null(p);
    assert_int_equal(dkim_public_bits(p), kind == KEY_RSA ? 1024 : 256);
    assert_ptr_equal(dkim_public(c, kind, public_of(k), &why), p);
    assert_true(dkim_public_verify(c, p, sum, slice_of((char *)signature, n)));
    assert_true(dkim_public_verify(c, p, sum, slice_of((char *)signature, n)));
    assert_false(dkim_public_verify(c, p, sum, slice_of((char *)signature, n - 1)));
    signature[3] ^= 1;
    assert_false(dkim_public_verify(c, p, sum, slice_of((char *)signature, n)));
    dkim_private_free(&k);
}

static void both_kinds(void **state)
{
    signs_and_verifies(KEY_RSA);
    signs_and_verifies(KEY_ED25519);
}

static void what_is_no_key(void **state)
{
    struct err e;
    const char *why = NULL;
    struct dkim_private *k = dkim_private_make(KEY_RSA, 1024, &e);
    struct slice good = public_of(k);
    assert_null(dkim_public(c, KEY_RSA, SLICE("abc"), &why));
    assert_null(dkim_public(c, KEY_ED25519, SLICE("abc"), &why));
    assert_null(dkim_public(c, KEY_RSA, SLICE(""), &why));
    assert_null(dkim_public(c, KEY_RSA, slice_sub(good, 0, good.n - 1), &why));
    assert_null(dkim_public(c, KEY_RSA, arena_printf(&a, "%*s", DKIM_KEY_BYTES_MAX + 1, "x"), &why));
    assert_non_null(why);
    /* an RSAPublicKey alone, without the algorithm before it */
    assert_non_null(dkim_public(c, KEY_RSA, slice_from(good, 22), &why));
    dkim_private_free(&k);
}

/* A DER value of a kind: its head, then what is given. */
static struct slice der(unsigned char kind, struct slice content)
{
    size_t n = content.n;
    struct buf out;
    buf_init_in(&out, &a, n + 8);
    buf_add_char(&out, (char)kind);
    if (n < 128)
        buf_add_char(&out, (char)n);
    else
        buf_add(&out, (char[]){ (char)0x82, (char)(n >> 8), (char)n }, 3);
    buf_add_slice(&out, content);
    return buf_slice(&out);
}

/* A number of so many bits, odd, which is all that a reader of keys asks for. */
static struct slice number(size_t bits)
{
    size_t n = bits / 8 + 1; /* a zero before it: it is not negative */
    char *p = arena_alloc(&a, n);
    memset(p + 1, 0xa5, n - 1);
    p[1] = (char)0xff;
    return der(2, slice_of(p, n));
}

static struct slice rsa_key(size_t bits, struct slice exponent)
{
    struct buf both;
    buf_init_in(&both, &a, DKIM_KEY_BYTES_MAX);
    buf_add_slice(&both, number(bits));
    buf_add_slice(&both, exponent);
    return der(0x30, buf_slice(&both));
}

static void lengths_without_end(void **state)
{
    static const unsigned char sum[DKIM_HASH];
    const struct slice usual = SLICE("\2\3\1\0\1");
    const char *why = NULL;
    char *zeroes = arena_alloc(&a, DKIM_KEY_BITS_LIMIT / 8);
    const struct dkim_public *k = dkim_public(c, KEY_RSA, rsa_key(DKIM_KEY_BITS_LIMIT, usual), &why);
    assert_non_null(k);
    assert_int_equal(dkim_public_bits(k), DKIM_KEY_BITS_LIMIT);
    zeroes[DKIM_KEY_BITS_LIMIT / 8 - 1] = 2;
    assert_false(dkim_public_verify(c, k, sum, slice_of(zeroes, DKIM_KEY_BITS_LIMIT / 8)));
    assert_null(dkim_public(c, KEY_RSA, rsa_key(DKIM_KEY_BITS_LIMIT + 8, usual), &why));
    assert_string_equal(why, "the key is too long");
    assert_null(dkim_public(c, KEY_RSA, rsa_key(2048, number(1024)), &why));
    assert_string_equal(why, "the key's exponent is too long");
}

static void remembers_so_many(void **state)
{
    const char *why;
    for (int i = 0; i < 3 * CRYPTO_KEYS_MAX; i++) {
        char bytes[32] = { 0 };
        memcpy(bytes, &i, sizeof(i));
        assert_non_null(dkim_public(c, KEY_ED25519, slice_of(bytes, sizeof(bytes)), &why));
    }
}

static void private_as_pem(void **state)
{
    struct err e = { 0 };
    struct buf pem;
    buf_init(&pem, 16384);
    for (enum dkim_kind kind = KEY_RSA; kind <= KEY_ED25519; kind++) {
        struct dkim_private *k = dkim_private_make(kind, 1024, &e), *again;
        buf_reset(&pem);
        assert_int_equal(dkim_private_pem(k, &pem, &e), 0);
        again = dkim_private_read(buf_slice(&pem), &e);
        assert_non_null(again);
        assert_true(slice_eq(public_of(k), public_of(again)));
        assert_int_equal(dkim_private_kind(again), kind);
        dkim_private_free(&again);
        dkim_private_free(&k);
    }
    assert_null(
        dkim_private_read(SLICE("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(dkim_private_read(SLICE(""), &e));
    buf_deinit(&pem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),
        cmocka_unit_test(flags),
        cmocka_unit_test(both_kinds),
        cmocka_unit_test(what_is_no_key),
        cmocka_unit_test(lengths_without_end),
        cmocka_unit_test(remembers_so_many),
        cmocka_unit_test(private_as_pem),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
