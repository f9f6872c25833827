/* dmarc-tally.h - how DMARC came out of the messages of this gateway
 * For `tamis status`, and to tell a domain that cannot be asked from a DNS that is out of order for all: in
 * the latter nobody's result is known. Thread-safe. */
#ifndef MILTER_DMARC_TALLY_H
#define MILTER_DMARC_TALLY_H

#include <stdatomic.h>
#include "message/auth_result.h"

struct dmarc_tally {
    atomic_uint_fast64_t counts[AUTH_CODES];
    atomic_uint_fast64_t at_stake; /* of the temperrors those that may matter */
    atomic_uint_fast64_t known_ms; /* when the last result was known; 0: none was */
};

void dmarc_tally_note(struct dmarc_tally *t, const struct auth_dmarc *d, uint64_t now_ms);
/* Whether any message's result was known within the last ms. */
bool dmarc_tally_known(const struct dmarc_tally *t, uint64_t now_ms, uint64_t within_ms);

#endif
