/* lists.h - lists of senders, recipients, subjects and relays, as rule files give them
 * welcomelist_*, blocklist_*, *_spam_to, enlist_addrlist, bayes_ignore_from and _to. Patterns are globs
 * (globs.h); what is taken out again (unwelcomelist_*) must be written as it was put in. Immutable once
 * loaded. */
#ifndef SCORING_LISTS_H
#define SCORING_LISTS_H

#include "scoring/globs.h"
#include "scoring/rule-problem.h"
#include "scoring/settings.h"

enum list_kind {
    LIST_WELCOME_FROM,
    LIST_BLOCK_FROM,
    LIST_WELCOME_TO,
    LIST_BLOCK_TO,
    LIST_MORE_SPAM_TO,
    LIST_ALL_SPAM_TO,
    LIST_ALLOWS_RELAYS,
    LIST_BOUNCE_RELAYS,
    LIST_WELCOME_SUBJECT, /* patterns with "*" around */
    LIST_BLOCK_SUBJECT,
    LIST_AUTH,
    LIST_DEFAULT_AUTH,
    LIST_SPF,
    LIST_DEFAULT_SPF,
    LIST_BAYES_FROM, /* the classifier says nothing of their mail */
    LIST_BAYES_TO,
    LIST_KINDS
};

/* pairs of an address and what must vouch for it: a relay's name or [address], a signer's domain */
enum list_pair_kind {
    LIST_RCVD,
    LIST_DEFAULT_RCVD,
    LIST_DKIM, /* an empty domain: the author's own */
    LIST_DEFAULT_DKIM,
    LIST_PAIR_KINDS
};

struct list_voucher {
    struct slice domain; /* in lower case */
    struct list_voucher *next;
};

struct list_pairs {
    struct globs addresses;
    struct list_voucher **vouchers; /* by number of the address */
    size_t cap;
};

struct lists {
    struct globs v[LIST_KINDS];
    struct list_pairs pairs[LIST_PAIR_KINDS];
    struct names named; /* of enlist_addrlist, and of the directives themselves */
    struct globs **by_number;
    size_t n_named;
};

const struct lists *lists_load(struct arena *a, const struct settings *s, struct rule_problems *problems);
/* by the name given to enlist_addrlist, or a directive's (blocklist_from); NULL: there is none */
const struct globs *lists_named(const struct lists *l, struct slice name);

#endif
