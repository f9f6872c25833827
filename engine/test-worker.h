/* test-worker.h - workers that do what a worker must not, for tests
 * "liar": the first word of a message says what it does (engine/test-worker.c has the table); not sandboxed.
 * "probe": in the real sandbox; "attempt N" runs row N of sandbox_attempt and reports: a finding "refused" or
 * "WORKED", or "none" past the end. "broken" and "silent" never get ready: the one says why. */
#ifndef ENGINE_TEST_WORKER_H
#define ENGINE_TEST_WORKER_H

#include "engine/loader.h"

worker_main *test_worker_by_name(const char *name);

#endif
