/* early.h - a session's early policy: asks, and says what a recipient hears
 * What is asked is in the configuration (policy/early.h); nothing is, by default. Questions about a client,
 * those of rules too, are sent when it connects, so that answers are in the resolver's cache when they are
 * wanted; a
 * session holds a channel to the resolver only while it waits. Votes are counted once a connection, SPF once
 * a message. An MTA that was told that we never answer (negotiated while nothing was asked) is not answered:
 * the message is then judged as any other. */
#ifndef MILTER_EARLY_H
#define MILTER_EARLY_H

#include "milter/gateway.h"
#include "policy/early.h"

struct session;

#define EARLY_TEXT_MAX 256

struct early {
    struct arena arena; /* while it asks */
    bool voted, spf_known;
    struct dnsbl_votes votes; /* of the client */
    char worst[EARLY_TEXT_MAX];
    struct auth_spf spf; /* of the message's sender */
    char spf_domain[EARLY_TEXT_MAX], spf_explanation[EARLY_TEXT_MAX];
};

void early_init(struct early *early);
void early_deinit(struct early *early);

/* Which events may be answered, by the configuration in force. */
enum { EARLY_ANSWERS_CONNECT = 1, EARLY_ANSWERS_RECIPIENT = 2 };
unsigned early_answers(struct gateway *g);

/* A new client. false: it is refused, and the reply was set. */
bool early_connect(struct session *s);
/* A new message. */
void early_mail(struct session *s);
/* false: this recipient is refused; *temporary says how. The reply was set. */
bool early_recipient(struct session *s, struct slice recipient, bool *temporary);

#endif
