/* quarantine-release.h - `tamis quarantine release`: what the keeper is asked, and what came of it */
#ifndef CLI_QUARANTINE_RELEASE_H
#define CLI_QUARANTINE_RELEASE_H

#include "cli/command.h"

struct quarantine_release {
    const char *socket; /* the keeper's */
    unsigned timeout;   /* ms that one address may take */
    const char *const *ids;
    size_t n_ids;
    struct cli_list to;    /* addresses; none: the only recipient, or all */
    bool all, again, json; /* every recipient; even who got it; one object a line */
    const char *attach_to; /* NULL: none */
};

/* A line an address on stdout. The exit code: CLI_DONE when all were released, CLI_TRY_AGAIN when some may be
 * later (the relay or the keeper is not there), CLI_NO when something was refused or left out. */
int quarantine_release(struct arena *a, const struct quarantine_release *r);

#endif
