/* view-address.h - the addresses and names of a header field as SpamAssassin finds them
 * Its own relaxed reader, not RFC 5322's grammar (message/address.h is nearer to that): a list of
 * "phrase <address>", "address (comment)" or mere phrases, split at commas and semicolons; comments are known
 * in some places only, and do not nest. Iterative; the steps for one field are bounded. */
#ifndef SCORING_VIEW_ADDRESS_H
#define SCORING_VIEW_ADDRESS_H

#include "base/arena.h"

struct view_address {
    struct slice address, phrase;
    bool has_address, has_phrase;
};

struct view_addresses {
    struct view_address *v;
    size_t n, cap;
};

/* value: of a field, not decoded; what is found may point into it */
void view_addresses_parse(struct view_addresses *list, struct arena *a, struct slice value);
/* SpamAssassin's is_fqdn_valid(): two labels or more of letters, digits, hyphens and underscores */
bool view_host_valid(struct slice host);

#endif
