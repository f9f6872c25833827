/* readahead.c - libmilter's reading, with fewer system calls; see readahead.h */
#include "config.h"
#include "milter/readahead.h"

#include <string.h>
#include <unistd.h>

#define AHEAD_BYTES 8192

static _Thread_local struct {
    int fd; /* only valid where at < n */
    size_t at, n;
    char p[AHEAD_BYTES];
} ahead;

static size_t waiting(int fd)
{
    return ahead.fd == fd ? ahead.n - ahead.at : 0;
}

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    if (n == 1 && (fds[0].events & POLLIN) && waiting(fds[0].fd)) {
        fds[0].revents = POLLIN;
        return 1;
    }
    return poll(fds, n, timeout_ms);
}

ssize_t milter_read(int fd, void *out, size_t n)
{
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

int milter_close(int fd)
{
    if (ahead.fd == fd)
        ahead.at = ahead.n = 0;
    return close(fd);
}
