/* bayes-live.h - the block that scorers map: memory of a service, no file
 * A memory file of fixed size. The keeper writes it; loaders and their scorers get a descriptor that only
 * reads, and whoever is not its owner cannot open it anew. It outlives a keeper that dies: the next one fills
 * the same, mappings stay good. */
#ifndef KEEPER_BAYES_LIVE_H
#define KEEPER_BAYES_LIVE_H

#include <sys/types.h>
#include "base/err.h"

/* The folder of a store, 0700, for uid:gid (-1: as we are). What a link leads to stays whose it is. */
int bayes_folder_make(const char *folder, uid_t uid, gid_t gid, struct err *e) MUST_CHECK;

/* An empty one, CLOEXEC, for who writes it; or -1. */
int bayes_live_new(struct err *e) MUST_CHECK;
/* Another descriptor of it, that reads alone; or -1. */
int bayes_live_reader(int live, struct err *e) MUST_CHECK;
/* The same with what the store in folder knows now, beside whoever writes it. -1: ERR_RETRY or worse, or
 * there is nothing (ERR_INPUT). */
int bayes_live_load(const char *folder, struct err *e) MUST_CHECK;

#endif
