/* handoff.h - what the starter of a loader tells it
 * The configuration goes as text in a sealed memfd, made from the option tables, so that a loader gets this
 * role's options and nothing else (no password, no key), and no argument list or environment shows them.
 * Descriptors go by number. */
#ifndef ENGINE_HANDOFF_H
#define ENGINE_HANDOFF_H

#include "engine/loader.h"

/* the loader's descriptors; whatever else is open is not inherited */
enum {
    LOADER_FD_CHANNEL = 3,
    LOADER_FD_CONFIG = 4,
    LOADER_FD_LOG = 5,      /* not there: syslog */
    LOADER_FD_BAYES = 6,    /* what the classifier learned, read-only; not there: no classifier */
    LOADER_FD_RESOLVER = 7, /* the clients' end of a hub (engine/resolver.h); a scorer's: a channel to the
                             * resolver; not there: no network */
    LOADER_FD_END
};

/* The kind of a resolver: what it gets are the account and config.dns. */
#define HANDOFF_RESOLVER ENGINE_KIND_COUNT

/* The sealed memfd, CLOEXEC, or -1. */
int handoff_write(const struct loader_config *c, const struct loader_account *account,
                  struct err *e) MUST_CHECK;
/* From a memfd that handoff_write has made; text lives in `a`. Sets the level of this process's log to that
 * of the starter's. */
int handoff_read(int fd, struct arena *a, struct loader_config *c, struct loader_account *account,
                 struct err *e) MUST_CHECK;

#endif
