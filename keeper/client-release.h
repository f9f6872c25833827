/* client-release.h - ask the keeper to release a message, and whether a mark is good
 * Each call opens its own connection to `socket` (SOCK_SEQPACKET). Thread-safe. */
#ifndef KEEPER_CLIENT_RELEASE_H
#define KEEPER_CLIENT_RELEASE_H

#include "base/err.h"
#include "keeper/release-order.h"
#include "message/verdict.h"

/* the first byte of a request */
enum { KEEPER_ASK_REDEEM = 'm', KEEPER_ASK_RELEASE = 'r' };

struct keeper_pass {
    class_set waived;      /* classes that the admin has seen and let out */
    struct slice *viruses; /* names that were known at release */
    size_t n_viruses;
    char id[33];
};

/* 1: the mark is good, and now used up; *pass is filled (slices in the arena). 0: it is not (nor is any where
 * no keeper has its socket). -1: ERR_RETRY, the keeper is not there or could not note it. */
int keeper_redeem(const char *socket, struct slice mark, const unsigned char hash[32], struct slice recipient,
                  struct slice client_address, unsigned timeout_ms, struct arena *a, struct keeper_pass *pass,
                  struct err *e) MUST_CHECK;

/* Calls `each` for every address as its answer comes. 0: the keeper did what it could, and `each` knows what
 * came of it; -1: nothing was begun, or the keeper went away while it worked. timeout_ms: between answers. */
int keeper_release(const char *socket, const struct release_order *o, unsigned timeout_ms,
                   void (*each)(void *ctx, const struct release_line *l), void *ctx,
                   struct err *e) MUST_CHECK;

#endif
