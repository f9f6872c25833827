/* place.h - deliver_mailbox: where a user's mail lies
 *   maildir:PATH                inbox and folders
 *   mbox:PATH                   the inbox; folders lie in ~/mail
 *   mbox:PATH:INBOX=PATH        folders, and the inbox (Dovecot's spelling)
 *   lmtp:unix:PATH  lmtp:inet:HOST:PORT
 * ~ at the start and %h are the user's home, %u the user, %n the local part, %d the domain, %% a percent
 * sign. What comes from an address can't leave its level of the path: no slash, no dot at the start, no
 * control characters. */
#ifndef DELIVERY_PLACE_H
#define DELIVERY_PLACE_H

#include "base/buf.h"
#include "base/err.h"
#include "delivery/user.h"

enum place_kind { PLACE_MAILDIR, PLACE_MBOX, PLACE_LMTP };

struct place {
    enum place_kind kind;
    const char *path;    /* Maildir; the inbox of PLACE_MBOX; the server of PLACE_LMTP ("unix:/path") */
    const char *folders; /* PLACE_MBOX */
};

struct place_names {
    struct slice local, domain; /* local without the detail */
};

/* A spec without a user: for the configuration's check. */
int place_check(const char *spec, struct err *e) MUST_CHECK;
/* Text with the variables put in; NULL with *e. */
const char *place_expand(struct slice text, const struct user *user, const struct place_names *names,
                         struct arena *a, struct err *e);
int place_make(struct place *p, const char *spec, const struct user *user, const struct place_names *names,
               struct arena *a, struct err *e) MUST_CHECK;

#endif
