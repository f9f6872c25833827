/* connect.h - a connection to the keeper
 * One request each; both clients (client.h, client-release.h) begin here. Non-blocking, CLOEXEC. */
#ifndef KEEPER_CONNECT_H
#define KEEPER_CONNECT_H

#include <stdint.h>
#include "base/err.h"

/* its name below runtime_directory */
#define KEEPER_SOCKET "keeper.sock"

/* until: clock_ms(). The descriptor, or -1: ERR_CONFIG (the path is too long for a socket) or ERR_RETRY;
 * errno says why, ENOENT where no keeper has its socket. Where more wait than the socket has room for it
 * tries again until its time is over. */
int keeper_connect(const char *path, uint64_t until, struct err *e) MUST_CHECK;

#endif
