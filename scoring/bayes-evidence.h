/* bayes-evidence.h - what the classifier's opinion of a message rests on, in words
 * Made only when somebody asks (`tamis explain`, tags of reports): a store keeps hashes, so tokens are named
 * from the message at hand. */
#ifndef SCORING_BAYES_EVIDENCE_H
#define SCORING_BAYES_EVIDENCE_H

#include "scoring/bayes.h"
#include "scoring/check.h"

#define BAYES_EVIDENCE_MAX 50 /* tokens each way */

struct bayes_word {
    struct slice text; /* "subject:casino", "url:example.org": any bytes */
    double share;      /* of the logit: above 0 for spam */
    struct bayes_token token;
    unsigned distance; /* of its counts, see bayes_token_distance() */
};

struct bayes_evidence {
    struct bayes_result result;          /* known: something of each kind was learned */
    const struct bayes_word *spam, *ham; /* strongest first */
    size_t n_spam, n_ham;                /* shown, up to BAYES_EVIDENCE_MAX */
    /* of the message; learned: those that were seen before; of them spammy and hammy speak for one side */
    size_t tokens, learned, spammy, hammy;
};

/* In the message's arena. o: NULL, as in features_make(). set: NULL, or by whose settings SpamAssassin's
 * words are made, where those are asked for (bayes_wants_sa()): "sa:H*F:U*win". */
void bayes_evidence_find(struct bayes_evidence *e, const struct bayes_block *b, struct message *m,
                         const struct features_options *o, const struct ruleset *set);

/* As notes among the findings: bayes_learned "SPAM HAM LEAST_SPAM LEAST_HAM", bayes_ignored
 * (bayes_ignore_from or _to names the mail: rules are silent), bayes_logit, and bayes_token "SHARE SPAM HAM
 * TEXT" each. Nothing where there is no classifier. */
void bayes_evidence_note(struct check *c, size_t most);

#endif
