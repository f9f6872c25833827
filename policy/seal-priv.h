/* seal-priv.h - between seal-make.c and seal-open.c */
#ifndef POLICY_SEAL_PRIV_H
#define POLICY_SEAL_PRIV_H

#include "policy/seal.h"

#define SEAL_TAG_HEX 16
#define SEAL_HMAC_HEX 64
#define SEAL_ID_MAX 40
#define SEAL_CLOCK_SKEW_MS (10 * 60 * 1000) /* between the machine that filters and the one that delivers */

/* Of value (up to and with "b="), without white space. */
void seal_sign(const unsigned char *key, const struct seal_message *m, struct slice value,
               char hex[SEAL_HMAC_HEX + 1]);
/* Of an address, for this message alone; ASCII case does not count. */
void seal_tag(const unsigned char *key, const struct seal_message *m, struct slice address,
              char hex[SEAL_TAG_HEX + 1]);

#endif
