/* from.h - whose name a message bears: the domains of its From fields (RFC 7489 6.6.1)
 * Every address of every From field, so that no reader sees one that was not looked at. */
#ifndef AUTH_FROM_H
#define AUTH_FROM_H

#include "auth/dmarc.h"
#include "message/message.h"

void auth_from(struct dmarc_from *from, struct message *m);

#endif
