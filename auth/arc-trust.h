/* arc-trust.h - a chain whose last sealer the site trusts (RFC 8617 7.2.1)
 * A mailing list that changes a message breaks its signatures. Where the newest seal is that of a sealer
 * named in arc_trusted, the chain passes, and this sealer says that it saw DMARC pass for the same From
 * domain, the owner's policy is not applied: dmarc.applied is none; the result stays fail. */
#ifndef AUTH_ARC_TRUST_H
#define AUTH_ARC_TRUST_H

#include "base/conf.h"
#include "message/auth_result.h"

void arc_trust(struct arena *a, const struct conf_list *trusted, struct auth_results *r);

#endif
