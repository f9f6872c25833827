/* auth.h - who sent a message, by all that can prove it
 * auth_ask() asks the DNS ahead for what the evaluators will want and waits for nothing; auth_check()
 * evaluates SPF, DKIM, ARC and DMARC (which needs the first two) and waits where an answer is not there yet,
 * until the message's deadline. Every method that is switched on has a result with a reason; none fails on
 * content.
 *
 * Input:  a parsed message, the client that handed it to us (or none), a source of answers.
 * Output: *out; its slices live in the message's arena. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/options.h"
#include "base/dns.h"
#include "message/auth_result.h"
#include "message/message.h"

/* What outlives messages: keys that were read, contexts of hashes. One message at a time. */
struct auth;
/* Before a sandbox closes: OpenSSL reads files. o: borrowed. */
struct auth *auth_new(const struct auth_options *o);
void auth_free(struct auth **a);

/* One message. Lives in its arena; a, client and d outlive it. */
struct auth_check;
struct auth_check *auth_ask(struct auth *a, struct message *m, const struct auth_client *client,
                            struct dns *d);
void auth_check(struct auth_check *c, struct auth_results *out);

/* The domain of the one From address, in lower case; empty: none, several, or none that can be one. */
struct slice auth_from_domain(struct message *m);

#endif
