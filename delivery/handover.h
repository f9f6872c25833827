/* handover.h - a message to the LMTP server of Dovecot or Cyrus
 * One recipient, one message. The folder goes as subaddress (user+Junk@domain), which both file by
 * (lmtp_save_to_detail_mailbox = yes; Cyrus: by itself). The message is theirs once they said so. */
#ifndef DELIVERY_HANDOVER_H
#define DELIVERY_HANDOVER_H

#include "base/arena.h"
#include "delivery/answer.h"

struct handover {
    int fd;           /* connected, of smtp_connect; closed by it */
    const char *host; /* our name */
    struct slice sender, local, domain;
    struct slice folder; /* empty: none. What can't stand in an address is left out */
    char delimiter;      /* 0: folders can't be said */
    unsigned timeout;    /* ms */
};

/* pieces: as for maildir_save. *a is what the server said. */
int handover(const struct handover *h, const struct slice *pieces, size_t n, struct answer *a) MUST_CHECK;

#endif
