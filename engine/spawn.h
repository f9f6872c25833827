/* spawn.h - fork one worker and wait until it is ready */
#ifndef ENGINE_SPAWN_H
#define ENGINE_SPAWN_H

#include "engine/loader.h"

/* ms until a worker that does not get ready is given up; the loader hears nothing else meanwhile */
#define SPAWN_PATIENCE 30000

/* Its pid; *channel: the engine's end. -1: it could not be, and nothing of it is left. */
pid_t spawn_worker(const struct worker_setup *setup, worker_main *run, int *channel, struct err *e);

#endif
