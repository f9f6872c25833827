/* users-priv.h - between users.c and the sources
 * A new source is a file and a row in users.c. */
#ifndef DELIVERY_USERS_PRIV_H
#define DELIVERY_USERS_PRIV_H

#include "delivery/users.h"

struct users_key {
    struct slice address;       /* local@domain in lower case; without a domain: the local part */
    struct slice local, domain; /* as written; without detail */
};

struct users_source_kind;

struct users_source {
    const struct users_source_kind *kind;
    const struct deliver_options *o;
    const char *argument; /* behind the colon; NULL: none */
    void *state;          /* the kind's own */
};

struct users_source_kind {
    const char *word;
    const char *usage;                                                   /* "passwd", "text:/PATH" */
    int (*open)(struct users_source *s, struct arena *a, struct err *e); /* NULL: nothing to open */
    void (*close)(struct users_source *s);
    enum user_found (*find)(const struct users_source *s, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e);
};

extern const struct users_source_kind users_passwd, users_text, users_regex, users_sqlite, users_dovecot;

/* An account of the system by its name. */
enum user_found users_account(struct slice name, struct arena *a, struct user *user, struct err *e);
/* %n, %d, %u and %% of a path, in lower case and for one level each; NULL with *e: it would leave it. */
const char *users_expand(struct slice text, const struct users_key *key, struct arena *a, struct err *e);

#endif
