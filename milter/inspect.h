/* inspect.h - what the engines find about a message
 * Both at once where viruses are scanned for. An engine that lost its loader is waited for a while: the
 * supervisor starts another one. So is a virus engine that is not there yet; when there is none in time, the
 * message is unchecked/fault "virus_database". */
#ifndef MILTER_INSPECT_H
#define MILTER_INSPECT_H

#include "milter/session.h"

struct inspection {
    struct engine_result result; /* of all engines */
    bool scanned;                /* a virus engine gave an answer */
    char scanner[60];            /* and which */
    bool gone;                   /* the MTA went away while we looked */
    int lesson;                  /* a bayes_item, the caller's to close; -1: there is none */
};

/* For a session with a finished transaction. */
void inspect(struct session *s, struct inspection *i);

#endif
