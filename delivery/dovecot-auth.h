/* dovecot-auth.h - one question to Dovecot's auth-userdb socket, without the socket
 * We write VERSION and USER at once; the server's VERSION and SPID come before its answer. Lines end with LF,
 * fields are apart by tabs, and \001 escapes what can't stand in a field (Dovecot's auth-protocol and
 * str_tabescape). Anything that is not the answer to our question is an error, never "no such user".
 * Limits: DOVECOT_LINE_MAX bytes a line, DOVECOT_LINES_MAX lines. Feeding allocates nothing. */
#ifndef DELIVERY_DOVECOT_AUTH_H
#define DELIVERY_DOVECOT_AUTH_H

#include "base/buf.h"
#include "base/err.h"

#define DOVECOT_LINE_MAX 8192
#define DOVECOT_LINES_MAX 20

enum dovecot_state {
    DOVECOT_MORE, /* feed more */
    DOVECOT_USER,
    DOVECOT_NONE,
    DOVECOT_FAIL, /* with *e: ERR_RETRY where the server is out of order, ERR_CONFIG: not this socket */
};

struct dovecot_auth {
    enum dovecot_state state;
    bool version, ready;
    unsigned lines;
    size_t n;
    struct slice fields; /* DOVECOT_USER: escaped, in line */
    char line[DOVECOT_LINE_MAX];
};

void dovecot_auth_init(struct dovecot_auth *d);
/* Our side of it. */
void dovecot_auth_ask(struct slice user, struct buf *out);
/* Once it is not DOVECOT_MORE, further input is not looked at. */
enum dovecot_state dovecot_auth_feed(struct dovecot_auth *d, struct slice in, struct err *e);
/* After DOVECOT_USER: the name of the user, which may be another than was asked for. */
struct slice dovecot_auth_user(const struct dovecot_auth *d, struct arena *a);
/* The last field of that name, unescaped; false: there is none. */
bool dovecot_auth_field(const struct dovecot_auth *d, const char *name, struct arena *a, struct slice *value);

#endif
