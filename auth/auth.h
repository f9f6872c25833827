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

void auth_ask(const struct auth_options *o, struct message *m, const struct auth_client *client,
              struct dns *d);
void auth_check(const struct auth_options *o, struct message *m, const struct auth_client *client,
                struct dns *d, struct auth_results *out);

#endif
