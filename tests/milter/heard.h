/* heard.h - what a filter did with a message
 * heard_sound checks what must hold for every message, whatever a case expects: edits that are well formed,
 * and that mean the same to Postfix and Sendmail, whose ideas of a field's index differ once one was deleted.
 * heard_fields gives the header as the MTA keeps it. */
#ifndef TESTS_MILTER_HEARD_H
#define TESTS_MILTER_HEARD_H

#include "tests/milter/talk.h"

/* NULL, or what is wrong (in the talk's arena) */
const char *heard_sound(const struct talk *t);
/* The fields after all edits, values without their leading space. */
const struct mail_field *heard_fields(const struct talk *t, size_t *n);
/* a value as written, without the one space that stands behind the colon */
struct slice heard_value(struct slice value);
/* on one line */
struct slice heard_unfolded(struct slice value, struct arena *a);

#endif
