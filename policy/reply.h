/* reply.h - what the SMTP client reads
 * ASCII on one line of at most REPLY_MAX bytes, no control characters, no `%` (libmilter and Postfix read it
 * as a format), whatever the template, the id or a name holds. Never empty. */
#ifndef POLICY_REPLY_H
#define POLICY_REPLY_H

#include "base/arena.h"
#include "message/verdict.h"

#define REPLY_MAX 200

/* template: _REASON_, _CLASS_ and _ID_ are replaced. */
const char *reply_text(struct arena *a, const char *template, enum verdict_class class, struct slice id);
/* A short sentence about the class: tells a person what to change, tells an attacker no rule. */
const char *reply_reason(enum verdict_class class);
/* s made harmless as above, cut at max bytes */
const char *reply_clean(struct arena *a, struct slice s, size_t max);

#endif
