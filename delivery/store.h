/* store.h - a message into a user's mailbox
 * Files it (delivery/filing.h), finds the place, stores it durably. *a says where it lies ("stored in Junk"),
 * or why it does not. */
#ifndef DELIVERY_STORE_H
#define DELIVERY_STORE_H

#include "delivery/answer.h"
#include "delivery/filing.h"
#include "delivery/place.h"

struct store_job {
    const struct filing_mail *mail;
    const struct filing_rules *rules;
    const struct user *user;
    const struct place_names *names;
    const char *host;
    int server; /* by store_connect; -1: none */
};

/* Before the rights of whoever started us are given up: where mail is handed over, the server is the admin's,
 * and its socket need not be open to users. */
int store_connect(struct store_job *j, struct arena *a, struct answer *answer) MUST_CHECK;
/* Run as the user. */
int store_message(const struct store_job *j, struct arena *a, struct answer *answer) MUST_CHECK;

#endif
