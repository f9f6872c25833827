/* dkim-private.c - a key to sign with; see dkim-private.h */
#include "config.h"
#include "auth/dkim-private.h"

#include <stdlib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define RSA_BITS_MIN 1024 /* RFC 8301 3.2 */

struct dkim_private {
    enum dkim_kind kind;
    EVP_PKEY *key;
};

/* Never asks anybody for a pass phrase. */
static int no_phrase(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

static struct dkim_private *with(EVP_PKEY *key, struct err *e)
{
    struct dkim_private *k = NULL;
    bool rsa = EVP_PKEY_is_a(key, "RSA");
    if (!rsa && !EVP_PKEY_is_a(key, "ED25519"))
        err_set(e, ERR_CONFIG, "it is neither an RSA nor an Ed25519 key");
    else if (rsa && (EVP_PKEY_get_bits(key) < RSA_BITS_MIN || EVP_PKEY_get_bits(key) > DKIM_KEY_BITS_LIMIT))
        err_set(e, ERR_CONFIG, "an RSA key of %d bits; nobody accepts less than %d (RFC 8301)",
                EVP_PKEY_get_bits(key), RSA_BITS_MIN);
    else if ((k = calloc(1, sizeof(*k))) == NULL)
        fatal("out of memory");
    if (k == NULL) {
        EVP_PKEY_free(key);
        return NULL;
    }
    *k = (struct dkim_private){ rsa ? KEY_RSA : KEY_ED25519, key };
    return k;
}

struct dkim_private *dkim_private_read(struct slice pem, struct err *e)
{
    BIO *in = BIO_new_mem_buf(pem.p, (int)(pem.n < (1 << 20) ? pem.n : 1 << 20));
    if (in == NULL)
        fatal("out of memory");
    EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, no_phrase, NULL);
    BIO_free(in);
    ERR_clear_error();
    if (key)
        return with(key, e);
    err_set(e, ERR_CONFIG, "no private key as PEM, or one with a pass phrase");
    return NULL;
}

struct dkim_private *dkim_private_make(enum dkim_kind kind, unsigned bits, struct err *e)
{
    EVP_PKEY *key = kind == KEY_RSA ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits)
                                    : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ERR_clear_error();
    if (key)
        return with(key, e);
    err_set(e, ERR_SYSTEM, "OpenSSL makes no such key");
    return NULL;
}

void dkim_private_free(struct dkim_private **k)
{
    if (*k)
        EVP_PKEY_free((*k)->key);
    free(*k);
    *k = NULL;
}

enum dkim_kind dkim_private_kind(const struct dkim_private *k)
{
    return k->kind;
}

unsigned dkim_private_bits(const struct dkim_private *k)
{
    return (unsigned)EVP_PKEY_get_bits(k->key);
}

const char *dkim_private_algorithm(const struct dkim_private *k)
{
    return k->kind == KEY_RSA ? "rsa-sha256" : "ed25519-sha256";
}

int dkim_private_pem(const struct dkim_private *k, struct buf *out, struct err *e)
{
    char *text = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio == NULL)
        fatal("out of memory");
    bool done = PEM_write_bio_PrivateKey(bio, k->key, NULL, NULL, 0, NULL, NULL) == 1;
    long n = BIO_get_mem_data(bio, &text);
    if (done)
        buf_add(out, text, (size_t)n);
    BIO_free(bio);
    return done && !out->full ? 0 : err_set(e, ERR_SYSTEM, "OpenSSL cannot write the key");
}

int dkim_private_public(const struct dkim_private *k, struct buf *out, struct err *e)
{
    unsigned char raw[64], *der = NULL;
    size_t n = sizeof(raw);
    if (k->kind == KEY_ED25519 && EVP_PKEY_get_raw_public_key(k->key, raw, &n) == 1) {
        buf_add(out, raw, n);
        return 0;
    }
    int length = k->kind == KEY_RSA ? i2d_PUBKEY(k->key, &der) : -1;
    if (length > 0)
        buf_add(out, der, (size_t)length);
    OPENSSL_free(der);
    return length > 0 && !out->full ? 0 : err_set(e, ERR_SYSTEM, "OpenSSL cannot write the public key");
}

static size_t sign_rsa(const struct dkim_private *k, const unsigned char sum[DKIM_HASH],
                       unsigned char out[DKIM_SIGNATURE_MAX])
{
    size_t n = DKIM_SIGNATURE_MAX;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->key, NULL);
    bool done = ctx && EVP_PKEY_sign_init(ctx) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
                EVP_PKEY_sign(ctx, out, &n, sum, DKIM_HASH) == 1;
    EVP_PKEY_CTX_free(ctx);
    return done ? n : 0;
}

static size_t sign_ed25519(const struct dkim_private *k, const unsigned char sum[DKIM_HASH],
                           unsigned char out[DKIM_SIGNATURE_MAX])
{
    size_t n = DKIM_SIGNATURE_MAX;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->key) == 1 &&
                EVP_DigestSign(ctx, out, &n, sum, DKIM_HASH) == 1;
    EVP_MD_CTX_free(ctx);
    return done ? n : 0;
}

size_t dkim_private_sign(const struct dkim_private *k, const unsigned char sum[DKIM_HASH],
                         unsigned char out[DKIM_SIGNATURE_MAX])
{
    size_t n = k->kind == KEY_RSA ? sign_rsa(k, sum, out) : sign_ed25519(k, sum, out);
    ERR_clear_error();
    return n;
}
