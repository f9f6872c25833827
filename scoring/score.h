/* score.h - rules against one message
 * The scorer owns what a process needs to evaluate (regex scratch); the ruleset is shared. Findings out: a
 * FINDING_RULE for each hit with a score, a FINDING_SUBRULE for each __ rule, unchecked/regex (name of the
 * rule) where a pattern hit its limit or the message its budget. The sum is policy's. */
#ifndef SCORING_SCORE_H
#define SCORING_SCORE_H

#include "base/dns.h"
#include "message/auth_result.h"
#include "message/message.h"
#include "scoring/ruleset.h"

struct scorer;
struct check;
struct bayes_block;

struct scorer *scorer_new(const struct ruleset *r, const struct scoring_options *o);
/* What the classifier has learned; outlives the scorer. NULL: there is none. */
void scorer_use_bayes(struct scorer *s, const struct bayes_block *b);
void scorer_free(struct scorer **s);
/* With the network, before scorer_evaluate() of the same message: begins it, and sends off all questions that
 * can be asked before it is known who sent it. d is the message's; *out is scorer_evaluate()'s. */
void scorer_ask(struct scorer *s, struct message *m, struct dns *d, struct finding_list *out);
/* Behind scorer_ask(): whom SPF is about. False: all relays are ours, or none is known. */
bool scorer_client(struct scorer *s, struct auth_client *client);
/* Behind scorer_ask(): who sent it. Lives as long as the message; NULL: nobody has looked. */
void scorer_use_auth(struct scorer *s, const struct auth_results *auth);
void scorer_evaluate(struct scorer *s, struct message *m, struct finding_list *out);
/* What the last evaluation has left: views, lines for the report. As long as its message lives. */
struct check *scorer_check(struct scorer *s);

/* What a rule has cost since scorer_measure(). What many rules need (views of the message, scans of them) is
 * no rule's own and counts for number ruleset.n. */
struct rule_cost {
    uint64_t ns;     /* of CPU */
    uint64_t judged; /* pieces of text in which PCRE2 tried */
    unsigned hits;   /* messages */
};
/* From now on each test is run twice, to tell its own time from what it makes for others. */
void scorer_measure(struct scorer *s);
/* by number of rule; NULL when nothing is measured */
const struct rule_cost *scorer_costs(const struct scorer *s);

#endif
