/* virus-worker.h - a worker that scans for viruses
 * Forked by the virus loader, shares its database. Writes only into the scratch folder it is given;
 * long-lived. After a message that left it odd (a fault: libclamav was short of memory, its scratch folder
 * full) the engine has it replaced.
 */
#ifndef ENGINE_VIRUS_WORKER_H
#define ENGINE_VIRUS_WORKER_H

#include "engine/loader.h"

void virus_worker_main(const struct worker_setup *setup) __attribute__((noreturn));

#endif
