/* serve.h - the keeper: the only writer of the quarantine
 * One thread, one poll: requests (keeper/ask.h), releases on their way (keeper/release.h), expiry. Whoever
 * may connect is root or this process's own account. A request that makes no sense ends its connection. The
 * store is opened by the first request that finds it closed, so that a disk that comes back needs no restart.
 */
#ifndef KEEPER_SERVE_H
#define KEEPER_SERVE_H

#include "base/err.h"
#include "keeper/serve-bayes.h"
#include "policy/quarantine-options.h"

/* listening: SOCK_SEQPACKET. life: ends when this is closed by the other side (-1: never). directory: of the
 * store. bayes: where the classifier learns; folder NULL: nowhere. Returns 0 then, or -1 when it cannot
 * begin. */
int keeper_serve(const struct quarantine_options *o, const char *directory, const struct keeper_bayes *bayes,
                 int listening, int life, struct err *e);

#endif
