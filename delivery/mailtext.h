/* mailtext.h - a message while the agent has it: LF line ends, in memory or in a file without a name
 * Written as it comes, then mapped. CRLF becomes LF; bare CR stays. */
#ifndef DELIVERY_MAILTEXT_H
#define DELIVERY_MAILTEXT_H

#include "delivery/answer.h"
#include "message/spool.h"

struct mailtext {
    struct spool_options options;
    struct spool spool;
    bool open, cr;
    bool too_large;
    struct err failed; /* kind ERR_NONE: nothing */
    struct slice text; /* once finished */
};

/* directory: where a large one goes; memory_max, max: bytes. */
int mailtext_open(struct mailtext *m, int directory, size_t memory_max, size_t max,
                  struct answer *a) MUST_CHECK;
/* A failure is remembered for mailtext_finish. */
void mailtext_add(struct mailtext *m, struct slice bytes);
int mailtext_finish(struct mailtext *m, struct answer *a) MUST_CHECK;
void mailtext_close(struct mailtext *m);

#endif
