/* mbox-lock.h - the two locks of an mbox
 * NAME.lock beside it first, then a lock of the kernel (fcntl) on the open box: the order of Debian's policy,
 * and what Postfix, Dovecot and mail readers do. In a folder that the user may not write to, the kernel's
 * alone. A lock file of ours says what its owner
 * was about to write: whoever finds that he died cuts off what he left unfinished, but not what may be
 * somebody else's. Others' are taken away when they are older than `stale`. Run as the user. */
#ifndef DELIVERY_MBOX_LOCK_H
#define DELIVERY_MBOX_LOCK_H

#include <limits.h>
#include <stdbool.h>
#include "delivery/answer.h"

struct mbox_lock_options {
    unsigned timeout; /* ms to wait for both */
    unsigned stale;   /* seconds after which a lock file is nobody's any more */
};

struct mbox_lock {
    int dir;
    char name[NAME_MAX + 1]; /* of the lock file; empty: there is none */
    int fd;                  /* of the lock file */
    int box;                 /* open for reading and writing, locked */
};

/* Opens the box, made when it is not there, and locks it. A symlink, a FIFO, a second link, a foreign owner:
 * ANSWER_MAILBOX; locked by others: ANSWER_BUSY. */
int mbox_lock(struct mbox_lock *l, int dir, const char *name, const struct mbox_lock_options *o,
              struct answer *a) MUST_CHECK;
/* Notes in the lock file, where there is one, that `length` bytes go behind the first `size` of the box. */
int mbox_lock_note(const struct mbox_lock *l, uint64_t size, uint64_t length, struct answer *a) MUST_CHECK;
/* Closes the box; -1 when that failed. */
int mbox_unlock(struct mbox_lock *l) MUST_CHECK;

#endif
