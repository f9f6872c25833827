/* arc-chain.h - the ARC sets of a message, put in order (RFC 8617 4.1, 4.2)
 * Three fields of one instance are a set: results, message signature, seal. What is not exactly one of each
 * from 1 up to the newest is no chain. Slices of the message or in the arena. Linear; ARC_SETS_MAX sets. */
#ifndef AUTH_ARC_CHAIN_H
#define AUTH_ARC_CHAIN_H

#include "auth/dkim-signature.h"
#include "message/header.h"

#define ARC_SETS_MAX 50 /* 8617 4.2.1 */

enum arc_status { ARC_NONE, ARC_PASS, ARC_FAIL }; /* of cv= */

struct arc_seal {
    enum arc_status status;
    enum dkim_kind kind;
    struct slice domain, selector; /* in lower case */
    struct slice signature;        /* decoded */
};

struct arc_set {
    const struct header *results_field, *message_field, *seal_field;
    struct slice results; /* behind "i=N;" */
    struct dkim_signature message;
    struct arc_seal seal;
};

struct arc_chain {
    size_t n; /* sets; 0: no ARC field at all, or no chain */
    struct arc_set *sets;
    const char *fault; /* why it is no chain; static text */
    unsigned at;       /* the set that is at fault; 0: none in particular */
};

void arc_chain_read(struct arc_chain *c, struct arena *a, const struct header_block *header);

#endif
