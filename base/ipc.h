/* ipc.h - frames and descriptors between our processes
 * A channel is a SOCK_SEQPACKET unix socket: one send is one frame, whole or not at all. Descriptors ride
 * along by SCM_RIGHTS. The receiver says how many it will take: more is an error and all of them are closed,
 * as is a frame cut by the buffer. Everything is CLOEXEC. Nothing here interprets a frame: see base/wire.h.
 * Limits: IPC_FRAME_MAX bytes, IPC_FDS_MAX descriptors. EINTR is retried; SIGPIPE never raised. */
#ifndef BASE_IPC_H
#define BASE_IPC_H

#include <sys/types.h>
#include "base/err.h"
#include "base/os.h"
#include "base/slice.h"

#define IPC_FRAME_MAX (128 * 1024)
#define IPC_FDS_MAX 8

/* Two connected ends with room for a frame of IPC_FRAME_MAX. */
int ipc_pair(int fds[2], struct err *e) MUST_CHECK;

/* 0, or -1: ERR_RETRY where the peer is gone (EPIPE, ECONNRESET) or a non-blocking channel is full. fds are
 * not closed. A frame holds at least one byte: an empty one would read as the end. */
int ipc_send(int channel, struct slice frame, const int *fds, unsigned n_fds, struct err *e) MUST_CHECK;

struct ipc_received {
    size_t n;             /* bytes put into the caller's buffer */
    int fds[IPC_FDS_MAX]; /* the caller's to close */
    unsigned n_fds;
};
/* 1: a frame; 0: the peer closed (frames it sent before are read first); -1: ERR_INPUT (too long, too many
 * descriptors; the frame is lost), ERR_RETRY (nothing there on a non-blocking channel), ERR_SYSTEM. When not
 * 1, no descriptor was taken. */
int ipc_recv(int channel, void *buffer, size_t cap, unsigned max_fds, struct ipc_received *r,
             struct err *e) MUST_CHECK;

void ipc_close_fds(struct ipc_received *r);

#endif
