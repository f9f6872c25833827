/* eval-dkim.h - signatures, as SpamAssassin's DKIM functions see them */
#ifndef SCORING_EVAL_DKIM_H
#define SCORING_EVAL_DKIM_H

#include "scoring/net.h"

#define DKIM_AUTHORS_MAX 100

/* domains of From's addresses, in lower case, each once */
struct dkim_authors {
    struct slice address[DKIM_AUTHORS_MAX]; /* in lower case, not each once */
    size_t n_addresses;
    struct slice domain[DKIM_AUTHORS_MAX];
    size_t n;
};

const struct dkim_authors *dkim_authors(struct check *c);
/* good and not expired */
bool dkim_valid(const struct check *c, const struct auth_signature *s);
/* the domain of i=, else d= */
struct slice dkim_signer(const struct auth_signature *s);
/* valid, with a key that is long enough (dkim_minimum_key_bits) */
bool dkim_strong(const struct check *c, const struct auth_signature *s);

#endif
