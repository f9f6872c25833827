/* readahead.c - libmilter's reading, with fewer system calls; see readahead.h */
#include "config.h"
#include "milter/readahead.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AHEAD_BYTES 8192

static _Thread_local struct {
    int fd; /* only valid where at < n */
    size_t at, n;
    char p[AHEAD_BYTES];
} ahead;

/* What the last poll of a single descriptor said, until it is asked again or read. */
static _Thread_local struct {
    int fd;
    short events; /* 0: nothing */
} known;

static _Thread_local int write_timeout_ms;

static size_t waiting(int fd)
{
    return ahead.fd == fd ? ahead.n - ahead.at : 0;
}

static short take_known(int fd)
{
    short events = known.fd == fd ? known.events : 0;
    known.events = 0;
    return events;
}

static int poll_in(struct pollfd *pfd, int timeout_ms)
{
    pfd->revents = waiting(pfd->fd) ? POLLIN : take_known(pfd->fd);
    if (pfd->revents)
        return 1;
    int rc = poll(pfd, 1, timeout_ms);
    if (rc == 1 && (pfd->revents & POLLIN)) {
        known.fd = pfd->fd;
        known.events = pfd->revents;
    }
    return rc;
}

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    if (n == 1 && (fds[0].events & POLLIN))
        return poll_in(&fds[0], timeout_ms);
    if (n != 1 || fds[0].events != POLLOUT)
        return poll(fds, n, timeout_ms);
    write_timeout_ms = timeout_ms;
    fds[0].revents = POLLOUT;
    return 1;
}

ssize_t milter_read(int fd, void *out, size_t n)
{
    take_known(fd);
    if (waiting(fd) == 0) {
        if (n >= AHEAD_BYTES) /* a body chunk: straight to where it goes */
            return read(fd, out, n);
        ssize_t got = read(fd, ahead.p, AHEAD_BYTES);
        if (got <= 0)
            return got;
        ahead.fd = fd;
        ahead.at = 0;
        ahead.n = (size_t)got;
    }
    if (n > ahead.n - ahead.at)
        n = ahead.n - ahead.at;
    memcpy(out, ahead.p + ahead.at, n);
    ahead.at += n;
    return (ssize_t)n;
}

/* Part of it may be written, which libmilter expects. */
ssize_t milter_writev(int fd, const struct iovec *v, int n)
{
    struct msghdr m = { .msg_iov = (struct iovec *)v, .msg_iovlen = (size_t)n };
    struct pollfd pfd = { .fd = fd, .events = POLLOUT };
    for (;;) {
        ssize_t put = sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put >= 0 || errno != EAGAIN)
            return put;
        int rc = poll(&pfd, 1, write_timeout_ms);
        if (rc == 0)
            errno = ETIMEDOUT;
        if (rc <= 0)
            return -1;
    }
}

int milter_close(int fd)
{
    take_known(fd);
    if (ahead.fd == fd)
        ahead.at = ahead.n = 0;
    return close(fd);
}
