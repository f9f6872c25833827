/* logline.h - the one line a message leaves in the log
 * id=... client=... helo="..." from="..." to="..." (first, and how many) size= class= action= score=
 * required= rules=A,B,C cpu_ms= wait_ms= ms= tries= mode=. Everything that came from outside is quoted. */
#ifndef POLICY_LOGLINE_H
#define POLICY_LOGLINE_H

#include "message/envelope.h"
#include "policy/decide.h"

struct logline_numbers {
    size_t size;
    double cpu_ms;
    unsigned wait_ms, total_ms, tries;
};

void logline_make(struct buf *out, struct slice id, const struct envelope *env, const struct verdict *v,
                  const struct logline_numbers *n, bool observed);

#endif
