/* serve.h - the LMTP server: a process a connection
 * The parent binds, accepts and counts; it reads nothing that a client says. HUP loads the configuration anew
 * for later connections (the old one stays when the new one is bad), TERM stops: connections finish the
 * message they are in. */
#ifndef DELIVERY_SERVE_H
#define DELIVERY_SERVE_H

#include "delivery/agent.h"

/* Loads configuration and users anew; fills *g, whose config and users it keeps. -1: reported. */
typedef int serve_load_fn(void *ctx, struct agent *g);

/* Returns the exit code. */
int serve(serve_load_fn *load, void *ctx);

/* For a test, too: one connection on a socket, until it ends. */
void serve_connection(const struct agent *g, int fd);

#endif
