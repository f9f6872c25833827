/* pool.h - the workers that an engine has
 * One record a worker, from LOADER_WORKER until its channel is closed here and LOADER_DEAD was seen. A worker
 * is held by one thread at a time, from pool_checkout to pool_return or pool_discard; nobody else touches its
 * channel and buffers meanwhile. Who finds no idle worker waits in line: a worker that comes back goes to who
 * waits longest. A worker that was not answered by, or lied, is never used again.
 *
 * Recycling has no gap: past worker_messages ENGINE_RETIRE makes the loader start another worker, and only
 * when that one is here the old one leaves.
 *
 * A worker that waits for others (the DNS) does not count: while somebody stands in line as many more are
 * asked for with ENGINE_WANT, up to waiting_max. Those that nobody needed since the last tick leave.
 *
 * Thread-safe. Fails: not at all; when the loader is gone everybody gets POOL_LOST at once. */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <pthread.h>
#include "base/ipc.h"
#include "engine/engine.h"
#include "engine/patience.h"

enum pool_state { POOL_IDLE, POOL_BUSY, POOL_GOING };

struct pool_worker {
    int32_t pid;
    uint32_t serial;
    int fd;         /* our end, non-blocking; -1 once closed */
    struct buf out; /* the holder's: its request */
    /* the pool's own */
    enum pool_state state;
    unsigned messages;
    bool asked;    /* its end is our wish: no death */
    bool dead;     /* LOADER_DEAD was seen */
    bool retiring; /* another one was asked for */
    bool leaving;  /* the other one is here */
    bool waits;    /* for others, with the message that it has */
    struct pool_worker *next, *next_idle;
    char in[IPC_FRAME_MAX]; /* the holder's: the answer. Last: only touched pages take memory */
};

struct pool_waiter;

struct pool_counts {
    uint64_t deaths, kills, lies, recycled; /* kills: by us, lies included */
    int last_death;                         /* wait status of the latest of `deaths` */
};

struct pool {
    pthread_mutex_t lock;
    int loader; /* channel, borrowed; for ENGINE_KILL and ENGINE_RETIRE */
    unsigned worker_messages, waiting_max;
    unsigned waits, extra;       /* workers that wait; that were asked for because of it */
    unsigned n_idle, least_idle; /* now; at any moment since the last tick */
    struct pool_worker *all, *idle;
    struct pool_waiter *first, **last; /* in line; none while somebody is idle */
    struct pool_waiter *spare;
    unsigned waiting;
    bool lost;
    struct pool_counts counts;
};

void pool_init(struct pool *p, int loader, unsigned worker_messages, unsigned waiting_max);
/* Nobody holds or waits for a worker any more. */
void pool_deinit(struct pool *p);

/* ---- what the loader says */
/* Takes fd. 0, or -1 when it is unusable. */
int pool_add(struct pool *p, int32_t pid, uint32_t serial, int fd, struct err *e) MUST_CHECK;
/* Whether that was a death: not our wish. */
bool pool_dead(struct pool *p, int32_t pid, uint32_t serial, int status);
/* What the workers have is of no use any more: each leaves when another is there. */
void pool_renew(struct pool *p);
/* Every POOL_TICK ms. */
#define POOL_TICK 3000
void pool_tick(struct pool *p);
/* The loader is gone, and so are its workers. */
void pool_lost(struct pool *p);

/* ---- what a caller does */
enum pool_answer { POOL_GOT, POOL_LATE, POOL_CALLER_GONE, POOL_LOST };
enum pool_answer pool_checkout(struct pool *p, struct patience *patience, struct pool_worker **out);
/* It has answered. odd: what it said is a reason to replace it, as after worker_messages. */
void pool_return(struct pool *p, struct pool_worker *w, bool odd);

/* It has not answered, but does not use the processor. */
void pool_waits(struct pool *p, struct pool_worker *w);

enum pool_end {
    POOL_ENDED,    /* its channel is closed, by its death or otherwise */
    POOL_HUNG,     /* too long over a message */
    POOL_LIED,     /* said what no worker of ours says */
    POOL_UNWANTED, /* the message it works on is wanted no more */
};
/* Closes its channel and has it killed, if it is not dead. */
void pool_discard(struct pool *p, struct pool_worker *w, enum pool_end why);

/* Whether the loader has closed its channel, even if pool_lost has not been called yet. */
bool pool_loader_gone(struct pool *p);
/* Fills workers, busy, waiting, the counts and pids. */
void pool_status(struct pool *p, struct engine_status *s);

#endif
