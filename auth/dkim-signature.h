/* dkim-signature.h - a signature as it is written (RFC 6376 3.5, RFC 8617 4.1.2)
 * DKIM-Signature, and ARC-Message-Signature, which has i= for its instance and no v=. What cannot be a
 * signature gets a code and a reason, and as much is filled as could be read: reports name the domain even
 * then. Slices of the message or in the arena. Limits: DKIM_FIELDS_MAX names in h=, DKIM_B_MAX bytes of b=.
 */
#ifndef AUTH_DKIM_SIGNATURE_H
#define AUTH_DKIM_SIGNATURE_H

#include "auth/dkim-canon.h"
#include "auth/dkim-crypto.h"
#include "message/auth_result.h"

#define DKIM_FIELDS_MAX 1000
#define DKIM_B_MAX (DKIM_KEY_BITS_LIMIT / 8)

enum dkim_field { FIELD_DKIM, FIELD_ARC };

struct dkim_signature {
    struct slice field; /* the whole of it */
    enum dkim_kind kind;
    enum dkim_canon header_canon, body_canon;
    struct slice domain, selector;     /* in lower case */
    struct slice identity;             /* i=, or "@" d=; of DKIM-Signature */
    struct slice algorithm, fields;    /* a=, h= as written */
    struct slice start;                /* of b=, 8 bytes */
    struct slice signature, body_hash; /* decoded */
    bool has_length;
    uint64_t length;
    int64_t signed_at, expires; /* 0: not said */
    unsigned instance;          /* of an ARC set */
    /* AUTH_NONE: it is a signature */
    enum auth_code code;
    const char *reason; /* static text */
};

/* value: of the field. Never fails: see code. */
void dkim_signature_read(struct dkim_signature *s, struct arena *a, enum dkim_field what, struct slice field,
                         struct slice value);
/* "selector._domainkey.domain" */
struct slice dkim_key_name(struct arena *a, struct slice selector, struct slice domain);
/* "rsa-sha256", "ed25519-sha256"; false: none that may be used. RFC 8301 3.1: not rsa-sha1. */
bool dkim_algorithm(struct slice name, enum dkim_kind *kind);

#endif
