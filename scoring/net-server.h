/* net-server.h - dns_server: the address of a name server, and its port
 * As SpamAssassin reads it: 192.0.2.53, 192.0.2.53:5353, ::1, [::1], [::1]:53, fe80::1%eth0. Kept as
 * tamis.conf's dns_forwarders has it: ADDRESS@PORT. */
#ifndef SCORING_NET_SERVER_H
#define SCORING_NET_SERVER_H

#include "base/slice.h"

#define NET_SERVER_MAX 80 /* with a NUL */

/* False: it is none. */
bool net_server_read(struct slice value, char out[NET_SERVER_MAX]);

#endif
