/* pipe.h - one message from standard input
 * Read to its end before anything else: Postfix takes an exit before that for a delivery. */
#ifndef DELIVERY_PIPE_H
#define DELIVERY_PIPE_H

#include "delivery/agent.h"

struct pipe_job {
    bool has_sender;
    const char *sender, *detail, *original; /* may be NULL */
    const char **recipients;
    size_t n;
};

/* From here on a crash, a failed assertion, or an end by exit() of somebody else is exit code 75. */
void pipe_guard(void);
/* The exit code. Prints "4.x.x text" for the MTA when it is not 0. */
int pipe_run(const struct agent *g, const struct pipe_job *job);

#endif
