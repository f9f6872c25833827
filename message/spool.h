/* spool.h - the bytes of a message while we have it
 * Written by the gateway (or the command line) as they come, into a memfd; past memory_max into an unlinked
 * file of the spool directory. spool_finish() seals the memfd, or opens the file again read-only: from then
 * on nobody can change the bytes, and the descriptor can be passed to workers, who spool_map() it. Limits:
 * max bytes (spool_add past it fails with ERR_INPUT and keeps what was there, truncated set). Fails: no
 * space, no descriptors: ERR_RETRY. */
#ifndef MESSAGE_SPOOL_H
#define MESSAGE_SPOOL_H

#include "base/err.h"
#include "base/slice.h"

struct spool_options {
    int dir_fd;        /* where files go; -1: never a file (then past memory_max is ERR_RETRY) */
    size_t memory_max; /* memfd up to here */
    size_t max;        /* whole message */
};

struct spool {
    const struct spool_options *o;
    int fd;   /* -1: not open */
    size_t n; /* bytes so far */
    bool in_file, finished, truncated;
    char *pending; /* bytes not yet written; of a short message, when it is finished, all of them */
    size_t n_pending;
};

int spool_open(struct spool *s, const struct spool_options *o, struct err *e) MUST_CHECK;
int spool_add(struct spool *s, struct slice bytes, struct err *e) MUST_CHECK;
int spool_finish(struct spool *s, struct err *e) MUST_CHECK;
void spool_close(struct spool *s);
/* A finished short message (64 KiB), without a mapping; else p is NULL. Lives as long as the spool is open.
 */
struct slice spool_short(const struct spool *s);

/* Maps a finished spool's descriptor read-only. Checks that it is a sealed memfd or a regular file and that
 * its size is `n`; a worker relies on it. */
int spool_map(int fd, size_t n, struct slice *out, struct err *e) MUST_CHECK;
void spool_unmap(struct slice *mapped);

#endif
