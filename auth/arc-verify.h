/* arc-verify.h - the chain of custody of a message (RFC 8617 5.2)
 * As DKIM: read, ask for keys, verify. none: no ARC field; pass; fail: all else, and a key that could not be
 * had (5.2: no difference is made). oldest_pass is found for every chain that passes. Cost: each seal's hash
 * goes on from the one before, so that the whole chain is hashed once. */
#ifndef AUTH_ARC_VERIFY_H
#define AUTH_ARC_VERIFY_H

#include "auth/arc-chain.h"
#include "auth/dkim-verify.h"

struct arc_check {
    struct arena *a;
    struct dkim_mail *mail;
    struct arc_chain chain;
};

struct arc_check *arc_begin(struct arena *a, struct dkim_mail *mail);
void arc_ask(const struct arc_check *check, struct dns *dns);
void arc_verify(struct arc_check *check, struct dns *dns, struct dkim_crypto *c, struct auth_arc *out);

/* The hash that set `last` (from 1) is sealed with, over sets first..last. */
void arc_seal_hash(const struct arc_chain *chain, size_t first, size_t last, struct dkim_crypto *c,
                   unsigned char sum[DKIM_HASH]);

#endif
