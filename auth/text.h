/* text.h - what strangers wrote, made fit for a reason, a header field, a log
 * Any bytes in; one line of printable ASCII out. */
#ifndef AUTH_TEXT_H
#define AUTH_TEXT_H

#include "base/arena.h"

#define AUTH_REASON_MAX 200

/* Other bytes than [ -~] become ?; what is longer than max is cut and ends in "...". In `a`. */
struct slice auth_clean(struct arena *a, struct slice text, size_t max);
struct slice auth_reason(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* bytes beyond ASCII, or control characters */
bool auth_all_printable(struct slice text);

#endif
