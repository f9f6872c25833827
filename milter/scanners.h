/* scanners.h - the virus engine in force
 * Apart from snapshots: a new database comes without a new configuration, and a new configuration does not
 * load a database again. The one in force is `current`, NULL while there is none; those replaced are retired
 * and freed by scanners_reap when their last message is done, on the thread that calls it. Thread-safe. */
#ifndef MILTER_SCANNERS_H
#define MILTER_SCANNERS_H

#include "engine/engine.h"
#include "milter/counted.h"

struct scanner {
    struct counted counted; /* first */
    struct engine *engine;  /* owned */
    char version[24];       /* of libclamav */
    unsigned told;          /* changes that the supervisor knows of */
};

struct scanners {
    struct counted_set set;
    struct engine_status past; /* counters of engines that are gone; under the set's lock */
};

void scanners_init(struct scanners *all);
void scanners_deinit(struct scanners *all);
/* For a message; NULL while there is none. */
struct scanner *scanners_take(struct scanners *all);
/* NULL-safe; sets *s to NULL. */
void scanners_return(struct scanners *all, struct scanner **s);
/* Puts an engine in force; NULL: none from now on. The one before is retired. */
void scanners_install(struct scanners *all, struct engine *engine);
/* Whether one is in force. */
bool scanners_any(struct scanners *all);
/* Frees retired ones that nobody uses; how many are left. */
unsigned scanners_reap(struct scanners *all);
/* Of the current engine (false: there is none), with counters of those before it added. */
bool scanners_status(struct scanners *all, struct engine_status *s);
/* Whether there is something newer than the current one; says so once for each change. */
bool scanners_outdated(struct scanners *all);

#endif
