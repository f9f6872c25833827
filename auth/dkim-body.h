/* dkim-body.h - hashes of a body, each made once
 * Signatures say which they need (a canonicalization, a length or none); one pass a canonicalization makes
 * them all. Limits: DKIM_BODIES_MAX different ones. */
#ifndef AUTH_DKIM_BODY_H
#define AUTH_DKIM_BODY_H

#include "auth/dkim-canon.h"
#include "auth/dkim-crypto.h"

#define DKIM_BODIES_MAX 80 /* 16 signatures, 50 sets */

struct dkim_body {
    enum dkim_canon how;
    bool has_length;
    uint64_t length;
    /* when made */
    bool made;
    uint64_t total; /* bytes of the whole, canonicalized */
    unsigned char sum[DKIM_HASH];
};

struct dkim_bodies {
    struct slice body;
    struct dkim_body v[DKIM_BODIES_MAX];
    size_t n;
};

/* The one that fits, noted if it is new. NULL: there are too many. */
struct dkim_body *dkim_body_want(struct dkim_bodies *b, enum dkim_canon how, bool has_length,
                                 uint64_t length);
/* Makes all that were noted and are not made yet. A length past the body's end hashes what is there. */
void dkim_bodies_make(struct dkim_bodies *b, struct dkim_crypto *c);

#endif
