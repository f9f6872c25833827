/* authres-write.h - the value of an Authentication-Results field (RFC 8601 2.2)
 * One field for all methods that were run; "NAME; none" where none was. Lines are apart by "\n\t" and mostly
 * below 79 columns. What strangers wrote is quoted where it is no token, other bytes than printable ASCII are
 * ?. At most AUTHRES_WRITE_MAX bytes: signatures that do not fit are left out. */
#ifndef AUTH_AUTHRES_WRITE_H
#define AUTH_AUTHRES_WRITE_H

#include "base/buf.h"
#include "message/auth_result.h"

#define AUTHRES_WRITE_MAX (8 * 1024)

void authres_write(struct buf *out, const struct auth_results *r, struct slice authserv_id);

#endif
