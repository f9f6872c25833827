/* filtered.h - whether this service filtered a message for somebody: by X-Tamis-Verdict, or by
 * X-Tamis-Filtered which tamis-deliver leaves in its place; see policy/seal.h What users teach counts only of
 * such messages, or anybody who can put mail into a mailbox would teach all. A verdict for another recipient,
 * of another key, for other bytes, or older than 49 days is none. */
#ifndef CLI_FILTERED_H
#define CLI_FILTERED_H

#include "base/keyfile.h"
#include "policy/config.h"

struct filtered {
    const struct config *c;
    struct slice recipient;
    unsigned char key[KEYFILE_BYTES];
};

/* recipient: an address, or a local name that deliver_domains complete. -1 with *e where the key cannot be
 * read. */
int filtered_open(struct filtered *f, const struct config *c, struct slice recipient,
                  struct err *e) MUST_CHECK;
bool filtered_for(const struct filtered *f, struct slice message);

#endif
