/* passing.h - a released message on its way in
 * What `tamis quarantine release` sends comes in again through the MTA, with a mark (keeper/mark.h). The
 * keeper says whether it is good, and uses it up. For such a message counts what nobody has looked at and let
 * pass yet: the viruses that today's database finds and that were not known at release, and that a scanner
 * failed; not its score, nor what it was held for. A mark that is not good changes nothing; a keeper that
 * does not answer is a fault (the relay's client tries again).
 *
 * One field of that name, one recipient, and an engine that looked: else there is nothing to ask. The field
 * itself goes with the other X-Tamis-* on every message (policy/strip.h). */
#ifndef MILTER_PASSING_H
#define MILTER_PASSING_H

#include "milter/transaction.h"

/* At the end of a message, behind the engine: true, and *findings replaced, where a mark is good. id: for the
 * log. */
bool passing_apply(struct transaction *t, struct slice id, struct finding_list *findings);

/* Whether a message says that it was released, rightly or not. */
bool passing_is_marked(const struct notes *notes);

#endif
