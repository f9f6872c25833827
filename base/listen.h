/* listen.h - the addresses we listen on
 * Text to address, and address to a listening socket. Both spellings are read, Postfix's and libmilter's:
 *   unix:/path  local:/path  /path
 *   inet:host:port  inet:port@host  inet6:[addr]:port  inet6:port@addr
 * A host is a numeric address, a name, or * for every address. Ports are numbers.
 * Fails: ERR_CONFIG with what is wrong and what to write (or whom to stop). */
#ifndef BASE_LISTEN_H
#define BASE_LISTEN_H

#include <sys/types.h>
#include "base/err.h"

enum listen_family { LISTEN_UNIX, LISTEN_INET, LISTEN_INET6 };

struct listen_address {
    enum listen_family family;
    int type;       /* of a unix socket: 0 for a stream, SOCK_SEQPACKET for frames */
    char path[108]; /* sun_path */
    char host[256];
    unsigned port;
};

int listen_parse(struct listen_address *a, const char *text, struct err *e) MUST_CHECK;
/* Binds and listens. mode: as written, octal digits in a decimal number (660). group: account name or empty;
 * both for a unix socket only. A socket left behind is removed, but only when nobody answers on it. */
int listen_open(const struct listen_address *a, unsigned mode, const char *group, int *fd,
                struct err *e) MUST_CHECK;
/* Removes the name of a unix socket at a clean stop. */
void listen_remove(const struct listen_address *a);
/* 660 as written to 0660; -1 when a digit is no octal one */
int listen_mode(unsigned written);

#endif
