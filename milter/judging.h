/* judging.h - a verdict for each recipient, and one for the message
 * Findings, maps and options in; data out. Recipients with the same options share a verdict. */
#ifndef MILTER_JUDGING_H
#define MILTER_JUDGING_H

#include "milter/transaction.h"
#include "policy/recipients.h"

struct judgement {
    struct verdict verdict;              /* by the site's options; action: of the message as a whole */
    const struct verdict **of_recipient; /* envelope.n_recipients of them */
    struct recipients_decision decision;
    const struct policy_options **options; /* of each recipient */
    bool allowed;                          /* by a list */
};

/* Adds to *findings what the lists say. aged: the second time for a message, see policy/decide.h; *j is then
 * that of the first. */
void judge_message(struct judgement *j, struct transaction *t, struct finding_list *findings, bool aged);

#endif
