/* dkim-sign.h - a DKIM-Signature made (RFC 6376 5)
 * Over a message as it leaves us: who calls has the header as it will be (policy/outgoing.h). Values are
 * folded by "\n\t", lines below 80 columns, and hold nothing that came from the message but names of fields
 * out of the options. */
#ifndef AUTH_DKIM_SIGN_H
#define AUTH_DKIM_SIGN_H

#include "auth/dkim-body.h"
#include "auth/dkim-fields.h"
#include "auth/dkim-private.h"

#define DKIM_VALUE_MAX (16 * 1024)

struct dkim_signing {
    const struct dkim_private *key;
    struct slice domain, selector; /* A-labels */
    enum dkim_canon header_canon, body_canon;
    int64_t now;           /* seconds since 1970: t= */
    unsigned lifetime;     /* seconds until x=; 0: no x= */
    struct slice fields;   /* names apart by colons: each as often as it is there */
    struct slice oversign; /* of them, those that are named once more, so that none can be added */
    unsigned instance;     /* of an ARC-Message-Signature; 0: it is a DKIM-Signature */
};

/* h= for this message, in lower case: in the arena */
struct slice dkim_sign_names(struct arena *a, const struct dkim_fields *fields, struct slice names,
                             struct slice oversign);
/* The value of the field. NULL p: the key does not sign. bodies: of the message; the hash is made as needed.
 */
struct slice dkim_sign(struct arena *a, struct dkim_crypto *c, struct dkim_fields *fields,
                       struct dkim_bodies *bodies, const struct dkim_signing *s);

/* Adds base64 in lines of 64 bytes, folded by "\n\t"; column: bytes of the line so far. */
void dkim_sign_fold(struct buf *out, struct slice base64, size_t column);

#endif
