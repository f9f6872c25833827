/* holdings.h - what the supervisor holds for as long as the service lives, whoever dies meanwhile
 * The accounts of the others, the listening sockets, the spool directory, the key of verdicts, what the
 * classifier knows (memory that a keeper fills; without it mail is scored by rules alone). Opened once at
 * start, as the configuration then says; a reload does not change them. */
#ifndef MILTER_HOLDINGS_H
#define MILTER_HOLDINGS_H

#include "engine/loader.h"
#include "base/listen.h"
#include "policy/config.h"

struct holdings {
    struct loader_account gateway, worker;
    struct listen_address milter, status, keeper;
    int milter_fd, status_fd, keeper_fd, spool_fd, key_fd, bayes_fd; /* -1: not open */
};

void holdings_init(struct holdings *h);
/* Fails with the option's name, what is wrong and what to do; what is open by then stays, for holdings_close.
 */
int holdings_open(struct holdings *h, const struct config *c, struct err *e) MUST_CHECK;
/* Removes the names of our sockets, too. */
void holdings_close(struct holdings *h);

#endif
