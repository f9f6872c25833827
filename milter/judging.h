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
    bool listed; /* a list spoke */
};

/* Adds to *findings what the lists say. aged: see policy/decide.h. */
void judge_message(struct judgement *j, struct transaction *t, struct finding_list *findings, bool aged);

#endif
