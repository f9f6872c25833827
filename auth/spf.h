/* spf.h - may this address send for this domain (RFC 7208)
 * Input:  the client's address, HELO and envelope sender, and a source of answers.
 * Output: a result with its reason, and the explanation of a fail where the domain gives one.
 * Limits: terms that ask the DNS, void lookups, names of an MX or PTR answer (struct auth_options); the depth
 *         of includes follows from the first, without recursion.
 * Fails:  never; what cannot be answered is temperror, what a domain has written wrong is permerror.
 *
 * Where the RFC leaves a choice: an IPv4 address mapped into IPv6 is an IPv4 address. A name that a macro
 * makes and that is none counts as one that does not exist. More MX names than allowed are permerror before
 * any is asked. Names that the address claims (ptr) are verified only where they lie in the domain that is
 * wanted.
 * %{p} is no term of its own, and what a client's own names lead to is no void lookup: the domain cannot help
 * it. Domains in Unicode are asked as A-labels (RFC 8616). */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

#include "auth/options.h"
#include "base/dns.h"
#include "message/auth_result.h"

/* Where it is wanted: %{r} and %{t} of explanations. */
struct spf_receiver {
    struct slice name; /* empty: unknown */
    int64_t now;
};

/* Asks ahead for the records of both identities. */
void spf_ask(struct dns *d, struct arena *a, const struct auth_client *c);
/* The MAIL FROM identity; for <> postmaster at the HELO name. */
void spf_check(const struct auth_options *o, struct dns *d, struct arena *a, const struct auth_client *c,
               const struct spf_receiver *r, struct auth_spf *out);
/* The HELO identity. */
void spf_check_helo(const struct auth_options *o, struct dns *d, struct arena *a, const struct auth_client *c,
                    const struct spf_receiver *r, struct auth_spf *out);

#endif
