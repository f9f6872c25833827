/* directories.h - the directories the service keeps things in
 * Made when they are not there: state_directory, the spool below it, runtime_directory, and the directory of
 * the milter's unix socket (open to the MTA's group only). What is there already keeps its owner and mode,
 * except the spool, which is ours alone. As root they are given to the service's account. */
#ifndef MILTER_DIRECTORIES_H
#define MILTER_DIRECTORIES_H

#include "engine/loader.h"
#include "base/listen.h"
#include "policy/config.h"

/* *spool: the open spool directory. */
int directories_prepare(const struct service_options *o, const struct listen_address *milter,
                        const struct loader_account *account, int *spool, struct err *e) MUST_CHECK;

/* The folder below which virus workers have theirs: tamis-virus in virus_scratch, or in runtime_directory;
 * or, where that is on a disk and /dev/shm has the room, one there with a name of this service's own. Made
 * for the workers' account, and emptied. path: PATH_MAX bytes. */
int directories_scratch(const struct config *c, const struct loader_account *worker, char *path,
                        struct err *e) MUST_CHECK;

#endif
