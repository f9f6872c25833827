/* eval-date.h - dates as SpamAssassin reads them
 * Its own lenient reader, not the one of message/: rules compare differences of what it makes of odd dates.
 */
#ifndef SCORING_EVAL_DATE_H
#define SCORING_EVAL_DATE_H

#include "base/arena.h"

/* Seconds since 1970; false when there is no date in the text (or one like 0 May). Linear. */
bool rule_date(struct arena *a, struct slice text, int64_t *seconds);
/* " 4 Jul 2026 12:00:00 +0200": the first thing in a Received line that looks like that; empty: none */
struct slice rule_received_date(struct slice line);

#endif
