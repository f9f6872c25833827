/* write.h - bytes to a file, all of them
 * Short writes and EINTR are gone on with; errno says why it failed. */
#ifndef DELIVERY_WRITE_H
#define DELIVERY_WRITE_H

#include "base/err.h"
#include "base/slice.h"

int write_pieces(int fd, const struct slice *pieces, size_t n) MUST_CHECK;
/* fsync; again when a signal came in between. */
int write_synced(int fd) MUST_CHECK;
/* The same for a folder. Some file systems have no such thing (EINVAL): there what is made in a folder is as
 * safe as they make it. */
int write_synced_folder(int fd) MUST_CHECK;

#endif
