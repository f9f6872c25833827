/* recipients.h - several recipients, one reply
 * Each recipient has a verdict by the policy that is in force for it (policy/maps.h); the MTA gets one reply
 * for all. The table (doc/ARCHITECTURE.md has it in words):
 *
 *   all reject                        -> reject; a copy where any verdict asks for one
 *   any fault in any verdict          -> tempfail, for all
 *   else, a recipient with pass, tag  -> gets it
 *                     quarantine      -> does not; held
 *                     reject          -> does not; held, since it cannot be told to the sender
 *                     discard         -> does not; held only where another class asks for it
 *   and nobody gets it                -> discard: accepted from the sender
 *
 * Pure. Stricter for one recipient is never milder for another, and a further finding never milder for any.
 */
#ifndef POLICY_RECIPIENTS_H
#define POLICY_RECIPIENTS_H

#include "policy/decide.h"

enum recipient_outcome {
    OUTCOME_DELIVERED,
    OUTCOME_HELD,
    OUTCOME_REFUSED,
    OUTCOME_DROPPED,
    OUTCOME_TEMPFAILED
};

struct recipients_decision {
    enum verdict_action action; /* of the message: PASS and TAG where somebody gets it */
    bool copy;                  /* something must be stored */
    bool tag_subject;           /* everybody who gets it has a verdict that tags */
    bool partly;                /* somebody gets it and somebody does not */
    enum recipient_outcome *outcomes;
};

/* verdicts: one a recipient, n of them (at least 1). outcomes are made in the arena. */
void recipients_decide(struct recipients_decision *d, struct arena *a, const struct verdict *const *verdicts,
                       size_t n);

#endif
