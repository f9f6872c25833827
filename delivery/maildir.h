/* maildir.h - a message into a Maildir, durably
 * tmp/ -> synced -> new/ -> new/ synced; only then is it said to be stored. Never overwrites. Damaged
 * Maildirs (a file or link where a folder should be, a foreign owner) are reported and left alone; folders
 * that are missing are made. Names as Dovecot makes them, with ,S= and ,W= (size as stored, and with CRLF).
 * Run as the user. */
#ifndef DELIVERY_MAILDIR_H
#define DELIVERY_MAILDIR_H

#include "delivery/answer.h"
#include "delivery/tree.h"

struct maildir {
    int dir, tmp, new_; /* -1: not open */
};

/* dir: the descriptor of the Maildir or of a folder of it, which is taken over, failed or not. */
int maildir_open(struct maildir *m, int dir, struct answer *a) MUST_CHECK;
void maildir_close(struct maildir *m);
/* pieces: text with LF, written one behind another. host: our name, for the file's. */
int maildir_save(const struct maildir *m, const struct slice *pieces, size_t n, const char *host,
                 struct answer *a) MUST_CHECK;
/* Removes what has lain in tmp/ for longer than 36 hours: writers died there. Best effort. */
void maildir_sweep(const struct maildir *m);

#endif
