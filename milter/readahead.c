/* readahead.c - libmilter's reading, with fewer system calls; see readahead.h */
#include "config.h"
#include "milter/readahead.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AHEAD_BYTES 8192
#define HELD_BYTES 8192
#define HEAD_BYTES 5
#define PARTS_MAX 4 /* of a packet; libmilter has two */

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

/* Edits that wait for the answer. */
static _Thread_local struct {
    int fd; /* only valid where n is not 0 */
    size_t n;
    char p[HELD_BYTES];
} held;

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

static ssize_t put_behind_held(int fd, const struct iovec *v, int n);

int milter_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    if (n == 1 && (fds[0].events & POLLIN) && held.n && held.fd == fds[0].fd)
        put_behind_held(held.fd, NULL, 0); /* no answer came: it may be what the peer waits for */
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

/* ---- writing */

static size_t bytes_in(const struct iovec *v, int n)
{
    size_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += v[i].iov_len;
    return sum;
}

/* A packet: four bytes of length, a letter that says what it is, and the rest. What is left of one that was
 * written in part has no such length. */
static bool is_edit(const struct iovec *v, int n)
{
    const unsigned char *head = n > 0 ? v[0].iov_base : NULL;
    if (n == 0 || v[0].iov_len != HEAD_BYTES || memchr("+-2behimq", head[4], 9) == NULL)
        return false;
    size_t said = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    return said == bytes_in(v, n) - HEAD_BYTES + 1;
}

static ssize_t hold(int fd, const struct iovec *v, int n)
{
    size_t before = held.n;
    held.fd = fd;
    for (int i = 0; i < n; held.n += v[i++].iov_len)
        if (v[i].iov_len)
            memcpy(held.p + held.n, v[i].iov_base, v[i].iov_len);
    return (ssize_t)(held.n - before);
}

/* Part of it may be written. */
static ssize_t put(int fd, const struct iovec *v, int n)
{
    struct msghdr m = { .msg_iov = (struct iovec *)v, .msg_iovlen = (size_t)n };
    struct pollfd pfd = { .fd = fd, .events = POLLOUT };
    for (;;) {
        ssize_t done = sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done >= 0 || errno != EAGAIN)
            return done;
        int rc = poll(&pfd, 1, write_timeout_ms);
        if (rc == 0)
            errno = ETIMEDOUT;
        if (rc <= 0)
            return -1;
    }
}

/* What is held goes first, and all of it. */
static ssize_t put_behind_held(int fd, const struct iovec *v, int n)
{
    struct iovec all[1 + PARTS_MAX];
    for (int i = 0; i < n; i++)
        all[1 + i] = v[i];
    for (size_t at = 0;;) {
        size_t left = held.n - at;
        all[0] = (struct iovec){ held.p + at, left };
        ssize_t done = put(fd, all, 1 + n);
        if (done < 0 || (size_t)done > left || ((size_t)done == left && n == 0)) {
            held.n = 0;
            return done < 0 ? done : done - (ssize_t)left;
        }
        at += (size_t)done;
    }
}

/* Part of it may be written, which libmilter expects. */
ssize_t milter_writev(int fd, const struct iovec *v, int n)
{
    if (held.n && held.fd != fd) /* nobody waits for it any more */
        held.n = 0;
    if (is_edit(v, n) && bytes_in(v, n) <= HELD_BYTES - held.n)
        return hold(fd, v, n);
    return held.n ? put_behind_held(fd, v, n < PARTS_MAX ? n : PARTS_MAX) : put(fd, v, n);
}

int milter_close(int fd)
{
    take_known(fd);
    if (ahead.fd == fd)
        ahead.at = ahead.n = 0;
    if (held.fd == fd)
        held.n = 0;
    return close(fd);
}
