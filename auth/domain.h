/* domain.h - domains of mail, as sender authentication compares them
 * In lower case, as A-labels (RFC 5890), without a final dot. */
#ifndef AUTH_DOMAIN_H
#define AUTH_DOMAIN_H

#include "base/arena.h"

#define AUTH_DOMAIN_MAX 253

/* The form above; empty when it is no host name: empty or long labels, other bytes than letters, digits,
 * hyphen and underscore, an address. One label is one. In `a`. */
struct slice auth_domain(struct arena *a, struct slice text);
/* name is domain, or below it; both in the form above */
bool auth_domain_within(struct slice name, struct slice domain);
/* The organizational domain of RFC 7489 3.2, by the public suffix list: one label more than a public suffix.
 * The domain itself where it is a public suffix. A part of it. */
struct slice auth_domain_org(struct slice domain);
/* Whether it is a public suffix itself. */
bool auth_domain_is_suffix(struct slice domain);

#endif
