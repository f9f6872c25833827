/* readahead.h - libmilter's reading, with fewer system calls
 * libmilter asks the kernel five times for each packet (poll, poll, read of 5 bytes, poll, read of the rest),
 * and an MTA sends the twenty fields of a header in one go: some 150 calls a message, more than all else the
 * gateway does. The copy of libmilter that we link is Debian's archive with three names changed (local.mk,
 * objcopy): where it called poll, read and close it calls these, which answer from memory what has already
 * come in. Nothing else calls them. Without objcopy or the archive the shared library is linked as it is,
 * only slower.
 *
 * What was read ahead is the thread's. Debian's libmilter has a pool of threads, and a connection may go from
 * one to another, but only after a poll of its descriptor said that nothing is there to read: then nothing is
 * here, either. A connection may be closed with bytes still here (the peer sent nonsense behind nonsense):
 * close forgets them, since the next connection gets the same number, and must never read the last one's.
 * Same results and errors as the calls they stand for; a read may give less than asked, which libmilter
 * expects. */
#ifndef MILTER_READAHEAD_H
#define MILTER_READAHEAD_H

#include <poll.h>
#include <sys/types.h>

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
ssize_t milter_read(int fd, void *out, size_t n);
int milter_close(int fd);

#endif
