/* explain.h - what a verdict rests on, apart for those who print it
 * Findings are read as data: notes of the scorer have a form (scoring/bayes-evidence.h), and what has not is
 * shown as it is. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "policy/decide.h"

#define EXPLAIN_WORDS 15 /* each way */

struct explain_word {
    double share;
    uint64_t spam, ham;
    struct slice text;
};

struct explain_bayes {
    bool there, known;  /* there: there is a classifier; known: it says something */
    bool ignored;       /* its rules are silent: bayes_ignore_from or _to */
    double probability; /* of spam, by its logit */
    uint64_t spam, ham; /* messages learned */
    uint64_t least[2];  /* before its rules speak */
    struct explain_word for_spam[EXPLAIN_WORDS], for_ham[EXPLAIN_WORDS];
    size_t n_spam, n_ham;
};

void explain_bayes(struct explain_bayes *b, const struct finding_list *findings);
/* A note that has no place of its own. */
bool explain_is_note(const struct finding *f);
/* Why the verdict has this class: "7.5 points reach required_score (5)". */
void explain_class(struct buf *out, enum verdict_class c, const struct verdict *v,
                   const struct policy_options *o);

#endif
