/* dns-link.h - a dns_source that is a channel to the resolver process
 * The channel is one end of an ipc_pair, the other is the resolver's. Questions are kept until flush and go
 * together in one frame. Never waits for room: what does not fit into a full channel is not asked, which is
 * late in the end. A resolver that closes the channel, or says what no resolver says, is gone for good.
 *
 * Serves one struct dns at a time, one after another; no thread-safety. What an answer to an earlier message
 * says is dropped. */
#ifndef BASE_DNS_LINK_H
#define BASE_DNS_LINK_H

#include "base/dns-frame.h"
#include "base/err.h"

struct dns_link;

/* Takes the channel. */
struct dns_link *dns_link_new(int channel);
void dns_link_free(struct dns_link **link); /* closes the channel */
const struct dns_source *dns_link_source(struct dns_link *link);
/* On whose behalf is asked from now on: the SMTP client's address as text; empty: nobody's. Who makes the
 * resolver ask too much is answered DNS_LIMIT. */
void dns_link_set_client(struct dns_link *link, struct slice address);
bool dns_link_gone(struct dns_link *link);
int dns_link_counts(struct dns_link *link, unsigned timeout_ms, struct dns_counts *counts,
                    struct err *e) MUST_CHECK;

#endif
