/* view-uri-host.h - hosts of URIs that are addresses in disguise */
#ifndef SCORING_VIEW_URI_HOST_H
#define SCORING_VIEW_URI_HOST_H

#include "base/arena.h"

/* What SpamAssassin makes of a host that browsers take for an IPv4 address: four numbers with dots, each
 * decimal, 0x and hexadecimal, or 0 and octal; or one number, decimal or hexadecimal. false: it is none.
 * Its oddities included: zeros alone vanish (127.0.0.1 becomes 127...1). */
bool view_uri_address(struct arena *a, struct slice host, struct slice *address);

#endif
