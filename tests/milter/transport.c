/* transport.c - bytes of a milter client to and from its socket; see transport.h
 * Non-blocking socket and poll, so that a filter that stalls is seen after timeout_ms. A client can be told
 * to break off after any byte, and to send single bytes. */
#include "tests/milter/transport.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int open_unix(const char *path, struct err *e)
{
    struct sockaddr_un sun = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(sun.sun_path))
        return err_set(e, ERR_INPUT, "%s: too long for a socket's name", path);
    memcpy(sun.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, "socket");
    if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
        return fd;
    err_sys(e, "%s", path);
    close(fd);
    return -1;
}

static int open_inet(const char *spec, int family, struct err *e)
{
    char host[256];
    const char *colon = strrchr(spec, ':');
    if (colon == NULL || (size_t)(colon - spec) >= sizeof(host))
        return err_set(e, ERR_INPUT, "%s: not of the form host:port", spec);
    snprintf(host, sizeof(host), "%.*s", (int)(colon - spec), spec);
    struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM }, *found;
    int r = getaddrinfo(host, colon + 1, &hints, &found);
    if (r != 0)
        return err_set(e, ERR_INPUT, "%s: %s", spec, gai_strerror(r));
    int one = 1, fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        err_sys(e, "%s", spec);
        if (fd >= 0)
            close(fd);
        fd = -1;
    } else
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    freeaddrinfo(found);
    return fd;
}

int mt_client_open(struct mt_client *c, const char *spec, struct err *e)
{
    mt_client_close(c);
    mt_client_new_message(c);
    memset(&c->got, 0, sizeof(c->got));
    c->sent = 0;
    c->cut = false;
    if (strncmp(spec, "inet:", 5) == 0)
        c->fd = open_inet(spec + 5, AF_INET, e);
    else if (strncmp(spec, "inet6:", 6) == 0)
        c->fd = open_inet(spec + 6, AF_INET6, e);
    else
        c->fd = open_unix(strncmp(spec, "unix:", 5) == 0 ? spec + 5 : spec, e);
    return c->fd < 0 ? -1 : 0;
}

/* 0 when ready, -1 at the deadline */
static int wait_for(struct mt_client *c, short events, int64_t deadline, struct err *e)
{
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd p = { .fd = c->fd, .events = events };
        int r = poll(&p, 1, left > 0 ? (int)left : 0);
        if (r > 0)
            return 0;
        if (r < 0 && errno != EINTR)
            return err_sys(e, "poll");
        if (r == 0 && left <= 0) {
            c->timed_out = true;
            return err_set(e, ERR_RETRY, "no answer within %u ms", c->timeout_ms);
        }
    }
}

static int lost(struct mt_client *c, struct err *e)
{
    c->peer_closed = true;
    return err_set(e, ERR_RETRY, "the filter closed the connection");
}

/* How many of n bytes may go in one write. */
static size_t portion(const struct mt_client *c, size_t n)
{
    if (c->cut_at >= 0 && n > (uint64_t)c->cut_at - c->sent)
        n = (size_t)((uint64_t)c->cut_at - c->sent);
    return c->trickle && n > 1 ? 1 : n;
}

static int cut_off(struct mt_client *c, struct err *e)
{
    mt_client_close(c);
    c->cut = true;
    return err_set(e, ERR_RETRY, "cut as asked");
}

int mt_client_flush(struct mt_client *c, struct err *e)
{
    if (c->fd < 0)
        return err_set(e, ERR_INPUT, "not connected");
    if (c->out.full)
        return err_set(e, ERR_RETRY, "out of memory");
    size_t at = 0;
    int64_t deadline = now_ms() + c->timeout_ms;
    while (at < c->out.n) {
        size_t n = portion(c, c->out.n - at);
        if (n == 0)
            return cut_off(c, e);
        ssize_t w = send(c->fd, c->out.p + at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (w < 0 && (errno == EPIPE || errno == ECONNRESET))
            return lost(c, e);
        if (w < 0 && errno != EAGAIN && errno != EINTR)
            return err_sys(e, "send");
        if (w > 0) {
            at += (size_t)w;
            c->sent += (uint64_t)w;
            deadline = now_ms() + c->timeout_ms;
        } else if (wait_for(c, POLLOUT, deadline, e) != 0)
            return -1;
    }
    buf_reset(&c->out);
    return c->cut_at >= 0 && c->sent == (uint64_t)c->cut_at ? cut_off(c, e) : 0;
}

/* Reads what is there: 1, 0 at the end of the stream, -1. */
static int fill(struct mt_client *c, int64_t deadline, struct err *e)
{
    if (c->in_at) {
        memmove(c->in.p, c->in.p + c->in_at, c->in.n - c->in_at);
        c->in.n -= c->in_at;
        c->in_at = 0;
    }
    char *to = buf_reserve(&c->in, 4096);
    if (to == NULL)
        return err_set(e, ERR_INPUT, "more than %zu bytes in an answer", c->in.max);
    for (;;) {
        ssize_t r = recv(c->fd, to, 4096, MSG_DONTWAIT);
        if (r > 0) {
            c->in.n += (size_t)r;
            return 1;
        }
        if (r == 0 || errno == ECONNRESET)
            return 0;
        if (errno != EAGAIN && errno != EINTR)
            return err_sys(e, "recv");
        if (wait_for(c, POLLIN, deadline, e) != 0)
            return -1;
    }
}

int mt_transport_read(struct mt_client *c, struct mt_packet *p, struct err *e)
{
    if (mt_client_flush(c, e) != 0)
        return -1;
    int64_t deadline = now_ms() + c->timeout_ms;
    for (;;) {
        struct slice in = slice_from(buf_slice(&c->in), c->in_at);
        int r = mt_packet_get(&in, p);
        if (r < 0)
            return err_set(e, ERR_INPUT, "the filter sent a packet whose length cannot be");
        if (r > 0) {
            c->in_at = c->in.n - in.n;
            return 0;
        }
        r = fill(c, deadline, e);
        if (r <= 0)
            return r < 0 ? -1 : lost(c, e);
    }
}

int mt_client_wait_closed(struct mt_client *c, unsigned timeout_ms, struct err *e)
{
    if (c->fd < 0 || c->peer_closed)
        return 0;
    int r = fill(c, now_ms() + timeout_ms, e);
    if (r == 1)
        return err_set(e, ERR_INPUT, "the filter answered and did not close");
    return r;
}
