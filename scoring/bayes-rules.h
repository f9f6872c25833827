/* bayes-rules.h - when rules ask the classifier: use_bayes, use_learner, use_bayes_rules,
 * bayes_min_spam_num, bayes_min_ham_num */
#ifndef SCORING_BAYES_RULES_H
#define SCORING_BAYES_RULES_H

#include "scoring/settings.h"

struct bayes_rules {
    bool learns;                /* the classifier is there at all: use_bayes, use_learner */
    bool used;                  /* and its rules ask it: use_bayes_rules */
    unsigned min_spam, min_ham; /* messages learned before it says anything; 200 each if not said */
};

struct bayes_rules bayes_rules_of(const struct settings *s);
/* Of a directive without effect here (SpamAssassin's store is another: bayes_path ...): why it has none;
 * NULL: it has one. */
const char *bayes_directive_why_not(struct slice name);
bool bayes_rules_speak(const struct bayes_rules *r, unsigned spam, unsigned ham);

#endif
