/* arc-seal.h - one more set on a message that passes through (RFC 8617 5.1)
 * Over the message as it leaves us, as dkim-sign. The chain's state is what arc_verify found when it came:
 * pass is sealed as pass, none begins a chain, fail is sealed as fail, over this set alone (5.1.2). A chain
 * that was sealed as failed gets no more, nor one of ARC_SETS_MAX sets. */
#ifndef AUTH_ARC_SEAL_H
#define AUTH_ARC_SEAL_H

#include "auth/arc-chain.h"
#include "auth/dkim-sign.h"

struct arc_sealing {
    struct dkim_signing signing; /* instance and oversign: set here */
    enum auth_code state;        /* none, pass or fail */
    struct slice results; /* what goes behind "i=N;": an Authentication-Results value, folded by "\n\t" */
};

/* values of the three fields; in the arena */
struct arc_values {
    struct slice results, message, seal;
};

/* false: not sealed, *why says it. */
bool arc_seal(struct arc_values *v, struct arena *a, struct dkim_crypto *c, const struct header_block *header,
              struct dkim_fields *fields, struct dkim_bodies *bodies, const struct arc_sealing *s,
              const char **why);

#endif
