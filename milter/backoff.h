/* backoff.h - when to start again what has died
 * At once the first time; what keeps dying, after delays that double up to a limit. What lived for a minute
 * starts afresh. Times are clock_ms(), given by the caller. */
#ifndef MILTER_BACKOFF_H
#define MILTER_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 100
#define BACKOFF_LIVED_LONG_MS 60000

struct backoff {
    unsigned delay_ms;
    uint64_t started_at, retry_at; /* retry_at 0: nothing is to be started */
};

static inline void backoff_started(struct backoff *b, uint64_t now)
{
    b->started_at = now;
    b->retry_at = 0;
}

static inline void backoff_died(struct backoff *b, uint64_t now, unsigned delay_max)
{
    if (b->started_at && now - b->started_at > BACKOFF_LIVED_LONG_MS)
        b->delay_ms = 0;
    b->retry_at = now + b->delay_ms;
    b->delay_ms = b->delay_ms ? b->delay_ms * 2 : BACKOFF_FIRST_MS;
    if (b->delay_ms > delay_max)
        b->delay_ms = delay_max;
}

#endif
