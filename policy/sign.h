/* sign.h - DKIM signatures and ARC seals on what leaves us
 * Behind the plan, before its effects: what the plan changes is signed as changed, and the fields made here
 * are edits of the plan. Only a message that is accepted, whole, and not observed is signed, and only for
 * who signer_serves(). Mail whose header is odd is not (no From or several, more fields than are read):
 * nobody would believe the signature. */
#ifndef POLICY_SIGN_H
#define POLICY_SIGN_H

#include "message/auth_result.h"
#include "policy/plan.h"
#include "policy/signer.h"

struct sign_message {
    const struct signer *signer;
    const struct sign_options *options;
    struct dkim_crypto *crypto;
    const struct envelope *envelope;
    struct slice raw;           /* as it came */
    bool inet;                  /* the milter socket is one: who speaks there may be anybody */
    bool leading_space;         /* as in struct plan_message */
    int64_t now;                /* seconds since 1970 */
    const struct auth_arc *arc; /* the chain as it came; NULL: not known, then nothing is sealed */
    struct slice results;       /* of our Authentication-Results field, for a seal; may be empty */
};

enum sign_outcome {
    SIGN_NOT,    /* nobody asked for it, or it cannot be signed */
    SIGN_SIGNED, /* by every key of the domain */
    SIGN_SEALED,
    SIGN_FAILED, /* a key does not sign, or a map cannot be asked: our fault, the message has to wait */
};

/* *note: what was done, or why not, for the log; never empty but for "nobody asked for it". In the arena. */
enum sign_outcome sign_plan(struct plan *p, struct arena *a, const struct sign_message *m,
                            struct slice *note);

#endif
