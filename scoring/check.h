/* check.h - rules at work on one message
 * What a rule's test may look at: the message, SpamAssassin's views of it, values of rules that ran before,
 * and one place for each family of eval functions to keep what it made for this message. */
#ifndef SCORING_CHECK_H
#define SCORING_CHECK_H

#include "base/dns.h"
#include "base/regex.h"
#include "message/auth_result.h"
#include "message/finding.h"
#include "scoring/view.h"

/* each a struct of that family's own, made on first use in the message's arena */
enum check_state {
    CHECK_MIME,        /* eval-mime */
    CHECK_HEADER,      /* eval-header */
    CHECK_BODY,        /* eval-body */
    CHECK_IMAGE,       /* eval-image */
    CHECK_RELAY,       /* eval-relay */
    CHECK_LISTS,       /* eval-lists */
    CHECK_FREEMAIL,    /* eval-freemail */
    CHECK_URI,         /* eval-uri */
    CHECK_HTML,        /* eval-html */
    CHECK_BOUNCE,      /* eval-bounce */
    CHECK_MIMEHEADER,  /* mimeheader */
    CHECK_DIFFERENCE,  /* eval-difference */
    CHECK_NET,         /* net */
    CHECK_RBL,         /* eval-dnsbl */
    CHECK_URIBL,       /* eval-uridnsbl */
    CHECK_URIBL_HOSTS, /* uribl-hosts */
    CHECK_ASKDNS,      /* askdns */
    CHECK_HASHBL,      /* eval-hashbl */
    CHECK_SPF,         /* eval-spf */
    CHECK_DKIM,        /* eval-dkim */
    CHECK_ADSP,        /* eval-dkim-adsp */
    CHECK_AUTHRES,     /* eval-authres */
    CHECK_FROMNAME,    /* eval-fromname */
    CHECK_PDF,         /* eval-pdf */
    CHECK_STATES
};

/* What a function says about its hit: "[user(at)gmail.com]" under the rule in the report. */
struct check_log {
    const struct rule *rule;
    struct slice text;
    struct check_log *next;
};

/* CPU that all rules together may use. The clock is looked at before every 16th match, and CPU is asked for,
 * by a system call, only when so much time went by that the budget may be used up. */
struct check_budget {
    unsigned ms;
    uint64_t start_us, max_us; /* of CPU */
    uint64_t look_at_ms;       /* on the clock */
    unsigned matches;          /* since the clock was looked at */
    bool spent;
};

struct autolearn;
struct bayes_block;
struct bayes_result;
struct candidates;
struct capture;
struct net_memory;

struct check {
    const struct ruleset *set;
    struct message *m;
    struct finding_list *out;
    struct views views;
    struct regex_scratch *scratch;
    struct candidates *candidates;
    const double *values; /* of rules, by number; 0 for those that have not run */
    struct check_budget budget;
    const struct bayes_block *bayes;         /* NULL: no classifier */
    const struct bayes_result *bayes_result; /* see check_bayes(); NULL: not asked yet */
    struct dns *dns;                         /* NULL: no network */
    const struct auth_results *auth;         /* NULL: nobody has looked who sent it */
    struct net_memory *net_memory;           /* what this process knows of lists; see net-list.h */
    const struct autolearn *autolearn;       /* what is done with it; NULL: nobody asked */
    void *state[CHECK_STATES];
    const struct rule *running;          /* whose test is run just now; NULL: none */
    bool limited;                        /* it reached a limit, which is said once */
    struct capture *captures;            /* see capture.h */
    struct check_log *logs, **logs_tail; /* in the order of saying; logs_tail NULL: none yet */
};

/* A new message. scratch, candidates and values are the worker's. */
void check_begin(struct check *c, struct message *m, struct finding_list *out, unsigned budget_ms);
/* Goes on with it, with a new budget. */
void check_restart(struct check *c, struct finding_list *out, unsigned budget_ms);
/* The first match at or behind `from`. A pattern that reaches its limit makes the message unchecked/regex,
 * under the rule that is running, and has not matched. */
bool check_match_from(struct check *c, const struct regex *re, struct slice text, size_t from,
                      struct regex_span *span);
/* span may be NULL. */
bool check_match(struct check *c, const struct regex *re, struct slice text, struct regex_span *span);
/* Whether the budget is used up: nothing more is to be matched. */
bool check_spent(struct check *c);
/* What the classifier says of the message: known is false without one, or while it knows too little. */
const struct bayes_result *check_bayes(struct check *c);
/* Adds a line to the report of the running rule (SpamAssassin's test_log); text is copied. */
void check_log(struct check *c, struct slice text);

#endif
