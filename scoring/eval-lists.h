/* eval-lists.h - senders, for other functions than those of lists */
#ifndef SCORING_EVAL_LISTS_H
#define SCORING_EVAL_LISTS_H

#include "scoring/check.h"

/* SpamAssassin's all_from_addrs: addresses of From, the envelope and their like, in lower case. How many. */
size_t eval_senders(struct check *c, const struct slice **v);
/* Whether a sender or a recipient is one of whose mail the classifier is not asked. */
bool eval_bayes_ignores(struct check *c);

#endif
