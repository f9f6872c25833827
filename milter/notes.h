/* notes.h - what must be remembered of header fields as they pass
 * Which inbound fields have to go (forged X-Spam-* and the like), by name and number, because a milter
 * deletes "the third field of that name"; and the first Subject. Lives in the message's arena.
 *
 * Names are kept without white space before the colon: so MTAs compare and count them.
 * Limit: NOTES_MAX fields to remove, one more than policy/plan takes: it then refuses the message. */
#ifndef MILTER_NOTES_H
#define MILTER_NOTES_H

#include "policy/plan.h"

#define NOTES_MAX (PLAN_REMOVE_MAX + 1)

struct notes {
    struct plan_inbound *v;
    size_t n, cap;
    unsigned results; /* Authentication-Results seen, ours or not: their number counts all */
    bool has_subject;
    struct slice subject; /* as it came */
};

/* name, value: as the MTA gave them. my_name: {j}, for our authserv-id. */
void notes_take(struct notes *notes, struct arena *a, const struct policy_options *o, struct slice my_name,
                struct slice name, struct slice value);

#endif
