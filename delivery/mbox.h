/* mbox.h - a message onto the end of an mbox, durably
 * Locked (delivery/mbox-lock.h), written behind what is there, synced; on any error the box is cut back to
 * what it was. What does not begin as an mbox is never written to; behind one that does not end in an empty
 * line comes that line first: nothing that is there is changed. Lines that begin with From (and >From) are
 * quoted by one more >; bytes stay as they are. Run as the user. */
#ifndef DELIVERY_MBOX_H
#define DELIVERY_MBOX_H

#include "base/arena.h"
#include "delivery/mbox-lock.h"

/* dir: the folder it lies in. pieces: as for maildir_save; each but the last ends with a line end. sender may
 * hold anything. now: seconds since 1970. */
int mbox_append(int dir, const char *name, const struct slice *pieces, size_t n, struct slice sender,
                int64_t now, const struct mbox_lock_options *o, struct arena *arena,
                struct answer *a) MUST_CHECK;

#endif
