/* control.h - frames between supervisor and gateway
 * Supervisor -> gateway:
 *   CONTROL_START     account to become, when the service began; the first frame
 *   CONTROL_SNAPSHOT  serial; two descriptors: configuration (sealed memfd), engine's end of a loader channel
 *   CONTROL_VIRUS     serial; one descriptor: engine's end of a virus loader's channel
 *   CONTROL_VIRUS_DROP  let the virus engine go; mail waits for the next one
 *   CONTROL_LOG       one descriptor: the log file, opened anew
 *   CONTROL_DRAIN     milliseconds for the messages in work, then exit
 * Gateway -> supervisor:
 *   CONTROL_TAKEN     serial: that snapshot (or virus engine) is in force
 *   CONTROL_REFUSED   serial, error: it is not, the one before stays
 *   CONTROL_VIRUS_CHANGED  the database of the virus engine in force is not the newest any more
 *   CONTROL_VIRUS_GONE     after CONTROL_VIRUS_DROP: nothing of it is left
 *   CONTROL_RULES_CHANGED  serial: other rules count than those of that snapshot, the classifier has learned
 * enough A closed channel means that the other side is gone. Both sides are ours, yet frames are checked. */
#ifndef MILTER_CONTROL_H
#define MILTER_CONTROL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/ipc.h"

enum control_type {
    CONTROL_START = 1,
    CONTROL_SNAPSHOT,
    CONTROL_LOG,
    CONTROL_DRAIN,
    CONTROL_TAKEN,
    CONTROL_REFUSED,
    CONTROL_VIRUS,
    CONTROL_VIRUS_DROP,
    CONTROL_VIRUS_CHANGED,
    CONTROL_VIRUS_GONE,
    CONTROL_RULES_CHANGED,
};

/* fields that a type does not use are zero */
struct control_frame {
    enum control_type type;
    unsigned serial;
    unsigned drain_ms;
    bool drop; /* START: become uid:gid */
    unsigned uid, gid;
    uint64_t started_ms; /* START: CLOCK_MONOTONIC */
    struct err error;    /* REFUSED */
};

void control_put(struct buf *out, const struct control_frame *f);
bool control_get(struct slice frame, struct control_frame *f);
/* descriptors a frame of that type carries */
unsigned control_fds(enum control_type type);

int control_send(int channel, const struct control_frame *f, const int *fds, unsigned n_fds,
                 struct err *e) MUST_CHECK;
/* 1: a frame, r->fds holds its descriptors (the caller's to close); 0: the peer is gone; -1: error, nothing
 * held. */
int control_recv(int channel, struct control_frame *f, struct ipc_received *r, struct err *e) MUST_CHECK;

#endif
