/* virus-worker.h - a worker that scans for viruses
 * Forked by the virus loader, shares its database. Writes only into the scratch folder it is given;
 * long-lived. Ends by itself after a message that left it odd (libclamav was short of memory or its scratch
 * folder full), as soon as that message is answered: the loader makes another one. */
#ifndef ENGINE_VIRUS_WORKER_H
#define ENGINE_VIRUS_WORKER_H

#include "engine/loader.h"

void virus_worker_main(const struct worker_setup *setup) __attribute__((noreturn));

#endif
