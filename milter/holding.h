/* holding.h - a copy goes to the quarantine before the reply is sent
 * Between plan and effects. Where the copy cannot be stored, or not for all recipients, the message is not
 * accepted: its sender tries again. */
#ifndef MILTER_HOLDING_H
#define MILTER_HOLDING_H

#include "keeper/client.h"
#include "milter/judging.h"
#include "policy/plan.h"

struct holding {
    char id[KEEPER_ID_SIZE]; /* empty: nothing was stored */
};

/* FAULT_NONE when the plan's copy is on disk, or it wants none. id: ours, of the message, for sidecar and
 * log. */
enum fault holding_store(struct holding *h, struct transaction *t, const struct plan *p,
                         const struct judgement *j, struct slice id);
/* The reply did not reach the MTA: the message comes again, and the copy is wanted no more. */
void holding_undo(struct holding *h, const struct transaction *t);

#endif
