/* dmarc-tally.c - how DMARC came out; see dmarc-tally.h */
#include "config.h"
#include "milter/dmarc-tally.h"

/* A permerror may be one of From alone, and says nothing of the DNS. */
static bool is_known(enum auth_code code)
{
    return code == AUTH_PASS || code == AUTH_FAIL || code == AUTH_NONE;
}

void dmarc_tally_note(struct dmarc_tally *t, const struct auth_dmarc *d, uint64_t now_ms)
{
    atomic_fetch_add_explicit(&t->counts[d->code], 1, memory_order_relaxed);
    if (d->at_stake != DMARC_POLICY_NONE)
        atomic_fetch_add_explicit(&t->at_stake, 1, memory_order_relaxed);
    if (is_known(d->code))
        atomic_store(&t->known_ms, now_ms);
}

bool dmarc_tally_known(const struct dmarc_tally *t, uint64_t now_ms, uint64_t within_ms)
{
    uint64_t known_ms = atomic_load(&t->known_ms);
    return known_ms && now_ms < known_ms + within_ms;
}
