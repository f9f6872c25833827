/* logline.h - the one line a message leaves in the log
 * id= client= helo="..." from="..." to="..." (the first) rcpts= size= class= action= score= required=
 * rules=A,B,C [reasons=CLASS:NAME,...] [auth=spf:CODE,dkim:CODE,dmarc:CODE] [held=ID] [dkim=DOMAIN/SELECTOR |
 * arc=DOMAIN] cpu_ms= wait_ms= ms= tries= mode=. What came from outside is quoted (id and client only when
 * they hold more than letters, digits and .:-_), and cut so that the line fits LOG_LINE_MAX.
 * action=reject+quarantine: some class asked for a held copy, too. */
#ifndef POLICY_LOGLINE_H
#define POLICY_LOGLINE_H

#include "message/auth_result.h"
#include "message/envelope.h"
#include "policy/decide.h"

struct logline_numbers {
    size_t size;
    double cpu_ms;
    unsigned wait_ms, total_ms, tries;
    const char *held;                /* id in the quarantine; NULL or empty: none */
    struct slice signed_as;          /* what sign_plan noted of a signature or seal; may be empty */
    const struct auth_results *auth; /* NULL: nobody was asked */
};

void logline_make(struct buf *out, struct slice id, const struct envelope *env, const struct verdict *v,
                  const struct logline_numbers *n, bool observed);

#endif
