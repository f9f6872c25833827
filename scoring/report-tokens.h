/* report-tokens.h - what tags say of the classifier's tokens: _HAMMYTOKENS_, _BAYESTC_ and their kin
 * In SpamAssassin's words, from bayes-evidence.h, which is made on first use. A token is "kind:text"
 * ("subject:casino"); of those that were learned the ones that speak most come first, up to
 * BAYES_EVIDENCE_MAX. When a token was last met is not kept: its age is `?`. */
#ifndef SCORING_REPORT_TOKENS_H
#define SCORING_REPORT_TOKENS_H

#include "scoring/report.h"

enum report_tokens { REPORT_TOKENS_ALL, REPORT_TOKENS_LEARNED, REPORT_TOKENS_SPAMMY, REPORT_TOKENS_HAMMY };

void report_token_count(struct report *r, struct buf *out, enum report_tokens which);
void report_token_summary(struct report *r, struct buf *out);
/* argument: "N" or "N,FORMAT" */
void report_token_list(struct report *r, struct buf *out, bool spam, struct slice argument);

#endif
