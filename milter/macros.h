/* macros.h - the MTA's macros to an envelope
 * One table row a field. Postfix and Sendmail send them at different moments (Postfix knows the queue id
 * after the first recipient, Sendmail at MAIL), so the envelope is filled twice: at MAIL, and at the end of
 * the message for what was empty then. Values are copied and cut. RFC: none; milter_macros in postconf(5). */
#ifndef MILTER_MACROS_H
#define MILTER_MACROS_H

#include "message/envelope.h"
#include "milter/effects.h"

#define MACRO_MAX 1000

/* Copies the macros' values to the fields that are still empty. */
void macros_fill(struct envelope *env, struct arena *a, const struct mta *mta);
/* A value that the MTA uses for "there is none": empty, "unknown", or an address in brackets. */
bool macros_no_name(struct slice name);

#endif
