/* dkim-crypto.h - hashes, keys and signatures, and what of them outlives a message
 * The one place of DKIM and ARC that knows OpenSSL (EVP only). Holds SHA-256 contexts, so that nothing is
 * left on the heap when a message runs out of arena, and public keys that were read before: reading one costs
 * as much as verifying with it. At most CRYPTO_KEYS_MAX of them; who was not used the longest goes first.
 * One thread at a time. Reads files (openssl.cnf) when it is made and never after: make it before a sandbox
 * closes. Fails: no SHA-256 or no memory is fatal(). RFC 8017, 8032. */
#ifndef AUTH_DKIM_CRYPTO_H
#define AUTH_DKIM_CRYPTO_H

#include "base/arena.h"

#define CRYPTO_KEYS_MAX 64
#define DKIM_HASH 32              /* bytes of SHA-256 */
#define DKIM_KEY_BITS_LIMIT 16384 /* of RSA; what is longer is never used, whatever options say */
#define DKIM_KEY_BYTES_MAX 4096   /* of a public key, encoded */

struct dkim_crypto;

struct dkim_crypto *dkim_crypto_new(void);
void dkim_crypto_free(struct dkim_crypto **c);

/* ---- SHA-256; each slot is a hash of its own */
enum dkim_slot { SLOT_HEADER, SLOT_BODY, SLOT_PART, SLOT_SETS, SLOT_COUNT };
void dkim_hash_begin(struct dkim_crypto *c, enum dkim_slot slot);
void dkim_hash_add(struct dkim_crypto *c, enum dkim_slot slot, struct slice bytes);
void dkim_hash_end(struct dkim_crypto *c, enum dkim_slot slot, unsigned char sum[DKIM_HASH]);
/* `to` goes on from where `from` stands, which stays as it is. */
void dkim_hash_copy(struct dkim_crypto *c, enum dkim_slot from, enum dkim_slot to);

/* ---- public keys */
enum dkim_kind { KEY_RSA, KEY_ED25519 };
struct dkim_public;
/* bytes: a SubjectPublicKeyInfo or an RSAPublicKey (6376 3.6.1 and its errata), or the 32 bytes of RFC 8463.
 * NULL: no key of that kind, *why says it. Lives until the next call. */
const struct dkim_public *dkim_public(struct dkim_crypto *c, enum dkim_kind kind, struct slice bytes,
                                      const char **why);
unsigned dkim_public_bits(const struct dkim_public *k); /* of the modulus; 256 for Ed25519 */
/* sum: the hash that was signed (RSASSA-PKCS1-v1_5), or that is the message (Ed25519, RFC 8463 3) */
bool dkim_public_verify(struct dkim_crypto *c, const struct dkim_public *k,
                        const unsigned char sum[DKIM_HASH], struct slice signature);

#endif
