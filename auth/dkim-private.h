/* dkim-private.h - a key to sign with
 * PEM: "BEGIN PRIVATE KEY" or "BEGIN RSA PRIVATE KEY", without a pass phrase; RSA of 1024 bits at least, or
 * Ed25519. Immutable once read, may be used by several threads. On the heap, wiped by free. */
#ifndef AUTH_DKIM_PRIVATE_H
#define AUTH_DKIM_PRIVATE_H

#include "auth/dkim-crypto.h"
#include "base/buf.h"
#include "base/err.h"

#define DKIM_SIGNATURE_MAX (DKIM_KEY_BITS_LIMIT / 8)

struct dkim_private;

/* NULL: no such key, or not one to sign with (ERR_CONFIG) */
struct dkim_private *dkim_private_read(struct slice pem, struct err *e) MUST_CHECK;
/* bits: of RSA. NULL: ERR_SYSTEM. */
struct dkim_private *dkim_private_make(enum dkim_kind kind, unsigned bits, struct err *e) MUST_CHECK;
void dkim_private_free(struct dkim_private **k);

enum dkim_kind dkim_private_kind(const struct dkim_private *k);
unsigned dkim_private_bits(const struct dkim_private *k);
/* "rsa-sha256" */
const char *dkim_private_algorithm(const struct dkim_private *k);
/* Adds the key as PEM. */
int dkim_private_pem(const struct dkim_private *k, struct buf *out, struct err *e) MUST_CHECK;
/* The public key, as the p= of a record has it before base64. */
int dkim_private_public(const struct dkim_private *k, struct buf *out, struct err *e) MUST_CHECK;
/* Bytes of the signature of sum; 0: failed. */
size_t dkim_private_sign(const struct dkim_private *k, const unsigned char sum[DKIM_HASH],
                         unsigned char out[DKIM_SIGNATURE_MAX]);

#endif
