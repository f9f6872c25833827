/* readahead.h - libmilter's reading, with fewer system calls
 * libmilter asks the kernel five times for each packet (poll, poll, read of 5 bytes, poll, read of the rest),
 * and an MTA sends the twenty fields of a header in one go: some 150 calls a message, more than all else the
 * gateway does. The copy of libmilter that we link is Debian's archive with two names changed (configure.ac,
 * objcopy): where it called poll and read it calls these, which answer from memory what has already come in.
 * Nothing else calls them. Without objcopy or the archive the shared library is linked as it is, only slower.
 *
 * A connection has a thread of its own that reads this one descriptor: what was read ahead is the thread's.
 * Same results and errors as the calls they stand for; a read may give less than asked, which libmilter
 * expects. */
#ifndef MILTER_READAHEAD_H
#define MILTER_READAHEAD_H

#include <poll.h>
#include <sys/types.h>

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
ssize_t milter_read(int fd, void *out, size_t n);

#endif
