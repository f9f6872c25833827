/* check.h - rules at work on one message
 * What a rule's test may look at: the message, SpamAssassin's views of it, values of rules that ran before,
 * and one place for each family of eval functions to keep what it made for this message. */
#ifndef SCORING_CHECK_H
#define SCORING_CHECK_H

#include "base/regex.h"
#include "scoring/view.h"

/* each a struct of that family's own, made on first use in the message's arena */
enum check_state {
    CHECK_MIME,     /* eval-mime */
    CHECK_HEADER,   /* eval-header */
    CHECK_BODY,     /* eval-body */
    CHECK_IMAGE,    /* eval-image */
    CHECK_RELAY,    /* eval-relay */
    CHECK_LISTS,    /* eval-lists */
    CHECK_FREEMAIL, /* eval-freemail */
    CHECK_URI,      /* eval-uri */
    CHECK_HTML,     /* eval-html */
    CHECK_BOUNCE,   /* eval-bounce */
    CHECK_STATES
};

/* What a function says about its hit: "[user(at)gmail.com]" under the rule in the report. */
struct check_log {
    const struct rule *rule;
    struct slice text;
    struct check_log *next;
};

struct check {
    const struct ruleset *set;
    struct message *m;
    struct views views;
    struct regex_scratch *scratch;
    const double *values; /* of rules, by number; 0 for those that have not run */
    void *state[CHECK_STATES];
    const struct rule *running;          /* whose test is run just now */
    struct check_log *logs, **logs_tail; /* in the order of saying; logs_tail NULL: none yet */
};

/* Whether the pattern matches in the text. A pattern that hits its limit makes the message unchecked/regex,
 * under the rule that is running. */
bool check_match(struct check *c, const struct regex *re, struct slice text, struct regex_span *span);
/* Adds a line to the report of the running rule (SpamAssassin's test_log); text is copied. */
void check_log(struct check *c, struct slice text);

#endif
