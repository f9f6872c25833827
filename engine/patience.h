/* patience.h - how long a caller of the engine waits, and whether it is still there
 * Waiting is done in slices, so that tick is called about every tick_ms (a gateway sends its MTA a sign of
 * life, and learns whether that one is gone). Times are clock_ms(). Never called with a lock held. */
#ifndef ENGINE_PATIENCE_H
#define ENGINE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

struct patience {
    uint64_t deadline;
    unsigned tick_ms; /* 0: never */
    bool (*tick)(void *ctx);
    void *ctx;
    uint64_t next_tick;
};

/* tick may be NULL */
void patience_init(struct patience *p, uint64_t deadline, unsigned tick_ms, bool (*tick)(void *ctx),
                   void *ctx);
/* When the next wait ends: at `until`, or earlier for a tick. */
uint64_t patience_slice(const struct patience *p, uint64_t until);
/* Calls tick if it is due. false: the caller is gone. */
bool patience_tick(struct patience *p, uint64_t now);

#endif
