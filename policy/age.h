/* age.h - how long a message has been failing
 * unchecked/crash and unchecked/fault are tempfailed; a sender tries again. The same message (SHA-256 of its
 * bytes without the MTA's own fields, first recipient, client address) first seen longer than fault_age ago
 * is quarantined instead. A bounded table in memory, oldest first out; a restart forgets (the keeper will
 * remember). Thread-safe. */
#ifndef POLICY_AGE_H
#define POLICY_AGE_H

#include "message/envelope.h"
#include "policy/options.h"

struct age_table;

struct age_table *age_table_new(size_t capacity);
void age_table_free(struct age_table **t);
/* Notes a failure at time now_ms and says whether the first one was fault_age_ms or longer ago. message: its
 * bytes. */
bool age_table_note(struct age_table *t, struct slice message, const struct envelope *env, uint64_t now_ms,
                    uint64_t fault_age_ms);

#endif
