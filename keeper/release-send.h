/* release-send.h - the forked child of a release: the stored message to the relay, address by address
 * Before a text goes out the child asks its parent, by a frame, to note the mark, and waits; after each
 * address it tells what came of it. It reads no file but the message and never returns. */
#ifndef KEEPER_RELEASE_SEND_H
#define KEEPER_RELEASE_SEND_H

#include "keeper/release.h"

struct release_target {
    struct slice address;
    bool attach; /* as an attachment, to an address that is no recipient */
};

/* child to parent: u8 kind, u32 target, u8 result, slice (SENDING: the mark's HMAC; OVER: text) */
enum release_said { RELEASE_SAID_SENDING, RELEASE_SAID_OVER };
/* parent to child, after SENDING: u8 1: go; 0: don't, slice: why */

struct release_work {
    const struct release_host *host;
    const struct release_entry *entry;
    struct slice id;
    const struct release_target *targets;
    size_t n_targets;
    int parent; /* channel */
};

void release_child(const struct release_work *w) __attribute__((noreturn));

#endif
