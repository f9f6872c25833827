/* patience.c - how long a caller of the engine waits; see patience.h */
#include "engine/patience.h"

#include "base/os.h"

void patience_init(struct patience *p, uint64_t deadline, unsigned tick_ms, bool (*tick)(void *ctx),
                   void *ctx)
{
    p->deadline = deadline;
    p->tick_ms = tick ? tick_ms : 0;
    p->tick = tick;
    p->ctx = ctx;
    p->next_tick = p->tick_ms ? clock_ms() + p->tick_ms : UINT64_MAX;
}

uint64_t patience_slice(const struct patience *p, uint64_t until)
{
    return until < p->next_tick ? until : p->next_tick;
}

bool patience_tick(struct patience *p, uint64_t now)
{
    if (now < p->next_tick)
        return true;
    p->next_tick = now + p->tick_ms;
    return p->tick(p->ctx);
}
