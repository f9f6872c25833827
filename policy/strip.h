/* strip.h - which inbound fields are removed
 * Those whose name matches remove_headers (default X-Spam-*, X-Virus-*, X-Tamis-*), case-insensitive, white
 * space before the colon ignored; X-Tamis-Release, which is ours to give, always; and Authentication-Results
 * of our own authserv-id (RFC 8601 5), comments and quoting in the id read as RFC 8601 2.2 allows. */
#ifndef POLICY_STRIP_H
#define POLICY_STRIP_H

#include "base/slice.h"
#include "policy/options.h"

/* Our name in Authentication-Results: the option, else the MTA's; empty: nobody has said. */
struct slice strip_authserv_id(const struct policy_options *o, struct slice my_name);
bool strip_matches(const struct policy_options *o, struct slice my_name, struct slice name,
                   struct slice value);

#endif
