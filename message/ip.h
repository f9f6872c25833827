/* ip.h - IP addresses as text, as they stand in mail */
#ifndef MESSAGE_IP_H
#define MESSAGE_IP_H

#include "base/arena.h"

/* text in the form of inet_ntop, empty if it is no address. `IPv6:` before it and a zone (`%eth0`) behind it
 * are taken off; IPv4 mapped into IPv6 becomes IPv4. */
struct slice ip_canonical(struct arena *a, struct slice text);
/* RFC 1918, 4193, 6598, loopback, link-local; ip is canonical, or empty */
bool ip_is_private(struct slice ip);

#endif
