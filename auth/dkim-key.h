/* dkim-key.h - a public key as the DNS has it (RFC 6376 3.6.1, 8301, 8463 4)
 * One TXT record. Unknown tags are ignored, as are n= and the g= of old. Nothing here is verified but that
 * the record may be used for a signature; the key itself is read by dkim-crypto. */
#ifndef AUTH_DKIM_KEY_H
#define AUTH_DKIM_KEY_H

#include "auth/dkim-crypto.h"

struct dkim_key {
    struct slice bytes; /* decoded */
    bool testing;       /* t=y */
    bool exact;         /* t=s: i= must be of the domain itself */
};

/* true: usable for mail with a signature of this kind. false: *why. */
bool dkim_key_read(struct dkim_key *k, struct arena *a, struct slice record, enum dkim_kind kind,
                   const char **why) __attribute__((warn_unused_result));
/* Whether a record is one at all, so that others of the name are passed over. */
bool dkim_key_is(struct slice record);

#endif
