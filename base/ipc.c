/* ipc.c - frames and descriptors between our processes; see ipc.h
 * The kernel is told exactly how many descriptors may be installed, so a peer that sends more cannot fill our
 * table even for a moment; it then sets MSG_CTRUNC, which we refuse. */
#include "base/ipc.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* aligned room for IPC_FDS_MAX descriptors */
union control {
    char bytes[CMSG_SPACE(sizeof(int) * IPC_FDS_MAX)];
    struct cmsghdr align;
};

/* Only the sender's buffer counts for AF_UNIX. The kernel cuts what is asked to net.core.wmem_max (unless we
 * may force it) and doubles it; a frame that does not fit would fail with EMSGSIZE, much later. */
static int make_room(int fd, struct err *e)
{
    int want = 2 * IPC_FRAME_MAX, have = 0;
    socklen_t len = sizeof(have);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &want, sizeof(want)) != 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &want, sizeof(want)) != 0)
        return err_sys(e, "socket buffer of %d bytes", want);
    if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &have, &len) != 0)
        return err_sys(e, "socket buffer");
    if (have < IPC_FRAME_MAX + 4096)
        return err_set(e, ERR_CONFIG, "socket buffers hold %d bytes: set net.core.wmem_max to %d or more",
                       have, IPC_FRAME_MAX);
    return 0;
}

int ipc_pair(int fds[2], struct err *e)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        fds[0] = fds[1] = -1;
        return err_sys(e, "socketpair");
    }
    for (int i = 0; i < 2; i++)
        if (make_room(fds[i], e) != 0) {
            fd_close(&fds[0]);
            fd_close(&fds[1]);
            return -1;
        }
    return 0;
}

static int send_failed(struct err *e)
{
    switch (errno) {
    case EPIPE:
    case ECONNRESET:
    case ECONNREFUSED:
    case ENOTCONN: return err_set(e, ERR_RETRY, "channel: the peer is gone");
    case ENOBUFS:
    case ETOOMANYREFS: return err_set(e, ERR_RETRY, "channel: no room for the frame now");
    default: return err_sys(e, "channel: send");
    }
}

static ssize_t send_with(int channel, struct slice frame, const int *fds, unsigned n_fds)
{
    union control control = { 0 };
    struct iovec iov = { .iov_base = (void *)frame.p, .iov_len = frame.n };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes };
    m.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
    /* cppcheck-suppress ctunullpointer ; n_fds is not 0 */
    memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
    return sendmsg(channel, &m, MSG_NOSIGNAL);
}

int ipc_send(int channel, struct slice frame, const int *fds, unsigned n_fds, struct err *e)
{
    if (n_fds > IPC_FDS_MAX)
        bug("ipc_send: %u descriptors", n_fds);
    if (frame.n == 0 || frame.n > IPC_FRAME_MAX)
        return err_set(e, ERR_INPUT, "channel: a frame of %zu bytes, must be 1 to %d", frame.n,
                       IPC_FRAME_MAX);
    ssize_t n;
    do /* without descriptors by send(): a sandbox need not have sendmsg() */
        n = n_fds ? send_with(channel, frame, fds, n_fds) : send(channel, frame.p, frame.n, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return send_failed(e);
    if ((size_t)n != frame.n) /* not a SOCK_SEQPACKET socket */
        bug("ipc_send: %zd of %zu bytes went out", n, frame.n);
    return 0;
}

/* A peer that closes with frames of ours unread gives one ECONNRESET, ahead of what it sent before: asking
 * again gives those frames, then the end. */
static ssize_t receive(int channel, struct msghdr *m)
{
    for (bool reset = false;;) {
        size_t controllen = m->msg_controllen;
        ssize_t n = recvmsg(channel, m, MSG_CMSG_CLOEXEC);
        if (n >= 0 || (errno != EINTR && (errno != ECONNRESET || reset)))
            return n;
        reset = reset || errno == ECONNRESET;
        m->msg_controllen = controllen;
    }
}

static void take_fds(struct msghdr *m, struct ipc_received *r)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (n > IPC_FDS_MAX - r->n_fds)
            bug("ipc_recv: the kernel gave more descriptors than asked for");
        memcpy(r->fds + r->n_fds, CMSG_DATA(c), n * sizeof(int));
        r->n_fds += (unsigned)n;
    }
}

int ipc_recv(int channel, void *buffer, size_t cap, unsigned max_fds, struct ipc_received *r, struct err *e)
{
    if (max_fds > IPC_FDS_MAX)
        bug("ipc_recv: %u descriptors", max_fds);
    r->n = 0;
    r->n_fds = 0;
    union control control;
    struct iovec iov = { .iov_base = buffer, .iov_len = cap };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
    if (max_fds) {
        m.msg_control = control.bytes;
        m.msg_controllen = CMSG_LEN(sizeof(int) * max_fds); /* not CMSG_SPACE: its padding holds one more */
    }
    ssize_t n = receive(channel, &m);
    if (n < 0 && errno == ECONNRESET)
        return 0;
    if (n < 0)
        return err_sys(e, "channel: receive");
    take_fds(&m, r);
    if (m.msg_flags & MSG_CTRUNC) {
        ipc_close_fds(r);
        return err_set(e, ERR_INPUT, "channel: more than %u descriptors with a frame, or no place for them",
                       max_fds);
    }
    if (m.msg_flags & MSG_TRUNC) {
        ipc_close_fds(r);
        return err_set(e, ERR_INPUT, "channel: a frame longer than %zu bytes", cap);
    }
    if (n == 0 && r->n_fds) {
        ipc_close_fds(r);
        return err_set(e, ERR_INPUT, "channel: descriptors with an empty frame");
    }
    r->n = (size_t)n;
    return n > 0;
}

void ipc_close_fds(struct ipc_received *r)
{
    for (unsigned i = 0; i < r->n_fds; i++)
        fd_close(&r->fds[i]);
    r->n_fds = 0;
}
