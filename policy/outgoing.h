/* outgoing.h - the header of a message as it leaves us
 * What came, with the edits of a plan carried out as an MTA does it: needed by signatures, which cover what
 * the next one sees. Only fields that somebody asks for are followed; order among fields of one name is
 * kept, which is all that a signature sees. Slices of the message or in the arena. */
#ifndef POLICY_OUTGOING_H
#define POLICY_OUTGOING_H

#include "message/header.h"
#include "policy/plan.h"

/* wanted: names of fields whose edits count; NULL for all. leading_space: as in struct plan_message. */
void outgoing_header(struct header_block *out, struct arena *a, const struct header_block *came,
                     const struct plan *p, const struct conf_list *wanted, bool leading_space);

#endif
