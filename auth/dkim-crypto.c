/* dkim-crypto.c - hashes, keys and signatures; see dkim-crypto.h */
#include "config.h"
#include "auth/dkim-crypto.h"

#include <stdlib.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include "base/err.h"

#define EXPONENT_BITS_MAX 64 /* a longer one makes verifying as dear as signing, and nobody has one */
#define ED25519_BYTES 32

struct dkim_public {
    enum dkim_kind kind;
    char *bytes; /* what it was read from */
    size_t n;
    EVP_PKEY *key;
    EVP_PKEY_CTX *verify; /* RSA; ready to verify */
    unsigned bits;
    uint64_t used;
};

struct dkim_crypto {
    EVP_MD *sha256;
    EVP_MD_CTX *slots[SLOT_COUNT];
    EVP_MD_CTX *ed25519;
    struct dkim_public keys[CRYPTO_KEYS_MAX];
    size_t n;
    uint64_t clock;
};

/* Fetched once: by name it costs more than hashing a header. */
struct dkim_crypto *dkim_crypto_new(void)
{
    struct dkim_crypto *c = calloc(1, sizeof(*c));
    if (c == NULL)
        fatal("out of memory");
    c->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    c->ed25519 = EVP_MD_CTX_new();
    if (c->sha256 == NULL || c->ed25519 == NULL)
        fatal("OpenSSL has no SHA-256");
    for (size_t i = 0; i < SLOT_COUNT; i++)
        if ((c->slots[i] = EVP_MD_CTX_new()) == NULL)
            fatal("out of memory");
    return c;
}

static void drop(struct dkim_public *k)
{
    EVP_PKEY_CTX_free(k->verify);
    EVP_PKEY_free(k->key);
    free(k->bytes);
    memset(k, 0, sizeof(*k));
}

void dkim_crypto_free(struct dkim_crypto **c)
{
    if (*c == NULL)
        return;
    for (size_t i = 0; i < (*c)->n; i++)
        drop(&(*c)->keys[i]);
    for (size_t i = 0; i < SLOT_COUNT; i++)
        EVP_MD_CTX_free((*c)->slots[i]);
    EVP_MD_CTX_free((*c)->ed25519);
    EVP_MD_free((*c)->sha256);
    free(*c);
    *c = NULL;
}

/* ---- hashes */

static void must(int done)
{
    if (done != 1)
        fatal("SHA-256 failed");
}

void dkim_hash_begin(struct dkim_crypto *c, enum dkim_slot slot)
{
    must(EVP_DigestInit_ex2(c->slots[slot], c->sha256, NULL));
}

void dkim_hash_add(struct dkim_crypto *c, enum dkim_slot slot, struct slice bytes)
{
    if (bytes.n)
        must(EVP_DigestUpdate(c->slots[slot], bytes.p, bytes.n));
}

void dkim_hash_end(struct dkim_crypto *c, enum dkim_slot slot, unsigned char sum[DKIM_HASH])
{
    must(EVP_DigestFinal_ex(c->slots[slot], sum, NULL));
}

void dkim_hash_copy(struct dkim_crypto *c, enum dkim_slot from, enum dkim_slot to)
{
    must(EVP_MD_CTX_copy_ex(c->slots[to], c->slots[from]));
}

/* ---- public keys */

static EVP_PKEY *read_rsa(struct slice bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.p, *end = at + bytes.n;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)bytes.n);
    if (key == NULL) {
        at = (const unsigned char *)bytes.p;
        key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)bytes.n);
    }
    if (key && (at != end || !EVP_PKEY_is_a(key, "RSA"))) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    ERR_clear_error();
    return key;
}

static unsigned exponent_bits(const EVP_PKEY *key)
{
    BIGNUM *e = NULL;
    unsigned bits = EXPONENT_BITS_MAX + 1;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1)
        bits = (unsigned)BN_num_bits(e);
    BN_free(e);
    return bits;
}

static EVP_PKEY_CTX *rsa_verifier(const struct dkim_crypto *c, EVP_PKEY *key)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx && EVP_PKEY_verify_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(ctx, c->sha256) == 1)
        return ctx;
    EVP_PKEY_CTX_free(ctx);
    return NULL;
}

/* What is wrong with it, or NULL. */
static const char *load_rsa(const struct dkim_crypto *c, struct dkim_public *k, struct slice bytes)
{
    if ((k->key = read_rsa(bytes)) == NULL)
        return "the key is no RSA key";
    int bits = EVP_PKEY_get_bits(k->key);
    if (bits <= 0 || bits > DKIM_KEY_BITS_LIMIT)
        return "the key is too long";
    k->bits = (unsigned)bits;
    if (exponent_bits(k->key) > EXPONENT_BITS_MAX)
        return "the key's exponent is too long";
    k->verify = rsa_verifier(c, k->key);
    return k->verify ? NULL : "the key cannot be used";
}

static const char *load_ed25519(struct dkim_public *k, struct slice bytes)
{
    if (bytes.n == ED25519_BYTES)
        k->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)bytes.p, bytes.n);
    k->bits = 256;
    return k->key ? NULL : "the key is no Ed25519 key";
}

static struct dkim_public *known(struct dkim_crypto *c, enum dkim_kind kind, struct slice bytes)
{
    for (size_t i = 0; i < c->n; i++) {
        struct dkim_public *k = &c->keys[i];
        if (k->kind == kind && slice_eq(slice_of(k->bytes, k->n), bytes))
            return k;
    }
    return NULL;
}

/* Where a new one goes: the place of the one that was not used for longest, when all are taken. */
static struct dkim_public *place(struct dkim_crypto *c)
{
    if (c->n < CRYPTO_KEYS_MAX)
        return &c->keys[c->n++];
    struct dkim_public *oldest = &c->keys[0];
    for (size_t i = 1; i < c->n; i++)
        if (c->keys[i].used < oldest->used)
            oldest = &c->keys[i];
    drop(oldest);
    return oldest;
}

const struct dkim_public *dkim_public(struct dkim_crypto *c, enum dkim_kind kind, struct slice bytes,
                                      const char **why)
{
    struct dkim_public *k = known(c, kind, bytes), fresh = { .kind = kind };
    if (k == NULL) {
        *why = bytes.n == 0 || bytes.n > DKIM_KEY_BYTES_MAX ? "the key is too long"
               : kind == KEY_RSA                            ? load_rsa(c, &fresh, bytes)
                                                            : load_ed25519(&fresh, bytes);
        ERR_clear_error();
        if (*why) {
            drop(&fresh);
            return NULL;
        }
        if ((fresh.bytes = malloc(bytes.n)) == NULL)
            fatal("out of memory");
        memcpy(fresh.bytes, bytes.p, bytes.n);
        fresh.n = bytes.n;
        k = place(c);
        *k = fresh;
    }
    k->used = ++c->clock;
    return k;
}

unsigned dkim_public_bits(const struct dkim_public *k)
{
    return k->bits;
}

bool dkim_public_verify(struct dkim_crypto *c, const struct dkim_public *k,
                        const unsigned char sum[DKIM_HASH], struct slice signature)
{
    const unsigned char *b = (const unsigned char *)signature.p;
    int good;
    if (k->kind == KEY_RSA)
        good = EVP_PKEY_verify(k->verify, b, signature.n, sum, DKIM_HASH);
    else
        good = EVP_MD_CTX_reset(c->ed25519) == 1 &&
               EVP_DigestVerifyInit(c->ed25519, NULL, NULL, NULL, k->key) == 1 &&
               EVP_DigestVerify(c->ed25519, b, signature.n, sum, DKIM_HASH) == 1;
    ERR_clear_error();
    return good == 1;
}
