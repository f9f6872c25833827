/* readahead.h - libmilter's reading and writing, with fewer system calls
 * libmilter asks the kernel five times for each packet (poll, poll, read of 5 bytes, poll, read of the rest)
 * and twice for an answer (poll, writev), and an MTA sends the twenty fields of a header in one go: some 150
 * calls a message, more than all else the gateway does. The copy of libmilter that we link is Debian's
 * archive with four names changed (local.mk, objcopy): where it called poll, read, writev and close it calls
 * these, which answer from memory what is known already, and write without asking first. Nothing else calls
 * them. Without objcopy or the archive the shared library is linked as it is, only slower.
 *
 * What was read ahead is the thread's. Debian's libmilter has a pool of threads, and a connection may go from
 * one to another, but only after a poll of its descriptor said that nothing is there to read: then nothing is
 * here, either. A connection may be closed with bytes still here (the peer sent nonsense behind nonsense):
 * close forgets them, since the next connection gets the same number, and must never read the last one's.
 * That something can be read is kept for the next poll of the same thread only, and forgotten by a read.
 * A peer that takes nothing is waited for as long as the poll that was not made would have.
 * Edits of a message go out together with the answer behind them: libmilter writes each by itself, and an MTA
 * would be woken for each. What they are held back by is the same callback of the same thread.
 * Same results and errors as the calls they stand for; a read may give less than asked, which libmilter
 * expects. */
#ifndef MILTER_READAHEAD_H
#define MILTER_READAHEAD_H

#include <poll.h>
#include <sys/types.h>
#include <sys/uio.h>

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
ssize_t milter_read(int fd, void *out, size_t n);
ssize_t milter_writev(int fd, const struct iovec *v, int n);
int milter_close(int fd);

#endif
