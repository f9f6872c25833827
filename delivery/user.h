/* user.h - whose mailbox it is */
#ifndef DELIVERY_USER_H
#define DELIVERY_USER_H

#include <sys/types.h>

/* Strings live in the arena of whoever asked. */
struct user {
    const char *name;
    uid_t uid;
    gid_t gid;
    const char *home;    /* absolute; empty: none */
    const char *mailbox; /* as deliver_mailbox; NULL: that of the option */
};

enum user_found {
    USER_FOUND,
    USER_NONE,
    USER_FAULT, /* not known now: never "no such user" */
};

#endif
