/* conclude.h - the end of a message: findings, verdict, plan, effects, one line in the log
 * Decisions are data: all edits are planned and checked before the first one is sent. */
#ifndef MILTER_CONCLUDE_H
#define MILTER_CONCLUDE_H

#include "milter/session.h"

/* For a session with an active transaction, which the caller ends afterwards. */
enum session_reply conclude(struct session *s);

#endif
