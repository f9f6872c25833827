/* store.h - a message into a user's mailbox
 * Run as the user. Files it (delivery/filing.h), finds the place, stores it durably. *a says where it lies
 * ("stored in Junk"), or why it does not. */
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
};

int store_message(const struct store_job *j, struct arena *a, struct answer *answer) MUST_CHECK;

#endif
