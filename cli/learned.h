/* learned.h - what the classifier has learned, for a program that only looks
 * From the keeper of a running service where the store is its own: memory that it shares, and goes on to
 * learn into; else read from the store's files. */
#ifndef CLI_LEARNED_H
#define CLI_LEARNED_H

#include "base/err.h"
#include "policy/config.h"

/* A descriptor of it, for reading alone, the caller's. -1: there is none, or it is not ours to read; what is
 * worth saying was said. */
int learned_open(const struct config *c);
/* The keeper's alone. */
int learned_of_keeper(const struct config *c, struct err *e) MUST_CHECK;

#endif
