/* dkim-verify.h - the DKIM signatures of a message (RFC 6376 6, 8301, 8463)
 * In three steps, so that waiting for the DNS costs no time: dkim_begin reads, dkim_ask asks for keys,
 * dkim_verify waits for them. Signatures are taken from the top, at most signatures_max; results in that
 * order. What is not as it should be is a result with a reason, never an error.
 *
 *   neutral    a field that is no signature: syntax, missing tags, From not in h=, rsa-sha1
 *   permerror  no key, revoked, or not for this
 *   temperror  the DNS did not answer
 *   policy     not accepted here: too short or too long a key, not valid yet, l= where it is refused, and a
 *              message with more From fields than the signature covers (a reader may show any of them)
 *   fail       the body, the signature or the end of its time
 *
 * Cost: linear in the message; each body hash once for all signatures and ARC. Lives in the message's arena.
 */
#ifndef AUTH_DKIM_VERIFY_H
#define AUTH_DKIM_VERIFY_H

#include "auth/dkim-body.h"
#include "auth/dkim-fields.h"
#include "auth/dkim-options.h"
#include "auth/dkim-signature.h"
#include "base/dns.h"

/* a message, as DKIM and ARC read it */
struct dkim_mail {
    const struct header_block *header;
    struct dkim_fields *fields;
    struct dkim_bodies bodies;
    struct slice from_domain; /* of the one From address, in lower case; empty: none or several */
    int64_t now;              /* seconds since 1970 */
    const struct dkim_options *options;
};

/* header, o: borrowed. body: what follows header->body_at. */
struct dkim_mail *dkim_mail_new(struct arena *a, const struct header_block *header, struct slice body,
                                struct slice from_domain, int64_t now, const struct dkim_options *o);

struct dkim_check {
    struct arena *a;
    struct dkim_mail *mail;
    size_t n, left_out;
    struct dkim_signature v[AUTH_SIGNATURES_MAX];
};

struct dkim_check *dkim_begin(struct arena *a, struct dkim_mail *mail);
void dkim_ask(const struct dkim_check *check, struct dns *dns);
/* Fills signatures, n_signatures and signatures_left_out. `aligned` is left to DMARC. */
void dkim_verify(struct dkim_check *check, struct dns *dns, struct dkim_crypto *c, struct auth_results *out);

/* ---- what ARC shares with it */

struct dkim_proof {
    enum auth_code code;
    const char *reason; /* static text; NULL with pass */
    unsigned key_bits;
    bool testing, partial, expired;
};

/* what a key has to prove */
struct dkim_claim {
    struct slice domain, selector;
    enum dkim_kind kind;
    const unsigned char *sum; /* DKIM_HASH bytes */
    struct slice signature;
    bool below; /* it speaks for a domain below d=, which a key may forbid */
};

/* Waits for the key. */
struct dkim_proof dkim_prove(struct arena *a, const struct dkim_options *o, struct dns *dns,
                             struct dkim_crypto *c, const struct dkim_claim *claim);
/* Time, body and header of a signature that was read; after dkim_bodies_make. */
struct dkim_proof dkim_prove_message(struct arena *a, struct dkim_mail *mail, const struct dkim_signature *s,
                                     struct dns *dns, struct dkim_crypto *c);

/* A sink that feeds a hash. */
struct dkim_hasher {
    struct dkim_crypto *c;
    enum dkim_slot slot;
};
struct dkim_sink dkim_hash_sink(struct dkim_hasher *h);

#endif
