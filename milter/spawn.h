/* spawn.h - executes this program again in another role
 * By /proc/self/exe, so that an upgrade of the file on disk does not mix two versions. The child gets
 * standard input from /dev/null, our standard output and error, and the given descriptors at fixed numbers;
 * everything else is closed. It is the leader of a process group of its own: a terminal's Ctrl-C reaches the
 * supervisor only, which then stops it properly. For a process without threads. */
#ifndef MILTER_SPAWN_H
#define MILTER_SPAWN_H

#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"

#define SPAWN_FDS_MAX 16

/* argv: NULL-terminated. fds[i] becomes descriptor 3 + i; -1: closed. */
int spawn_self(char *const argv[], const int *fds, size_t n, pid_t *pid, struct err *e) MUST_CHECK;

#endif
