/* worker.h - a scorer: one process, one message at a time
 * Forked by the loader, shares its rules. Reads a CHECK with the spool's descriptor, answers with a RESULT,
 * until its channel is closed: then it exits with 0. All that is wrong with a message is a finding; what is
 * wrong with the process ends it (the engine tries the message once more), by exit 70 where it noticed. */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/loader.h"

void scorer_main(const struct worker_setup *setup) __attribute__((noreturn));

/* For a worker_main: after everything was opened, before the first message. Dies with the loader, enters the
 * sandbox, tells the loader. Exits when one of them fails; the loader gets the reason. */
void worker_settle(const struct worker_setup *setup);

#endif
