/* decide.h - findings to verdict
 * verdict_decide adds up the scores, makes the set of classes, and finds the strictest action. Pure: no
 * clock, no I/O. One verdict a recipient comes with maps; until then all recipients share one. */
#ifndef POLICY_DECIDE_H
#define POLICY_DECIDE_H

#include "message/finding.h"
#include "policy/options.h"

struct verdict {
    class_set classes;
    enum verdict_class class;          /* the highest */
    enum verdict_action action;        /* the strictest */
    bool hold_copy;                    /* any class asks for quarantine */
    class_set by_action[ACTION_COUNT]; /* which classes ask for which action */
    double score, required;            /* score rounded to 3 decimals as SpamAssassin does */
    bool spam;                         /* score >= required: X-Spam-Flag */
    struct slice autolearn; /* behind autolearn= in X-Spam-Status; empty: "no autolearn_force=no" */
    const struct finding_list *findings;
};

/* Classes of what may be otherwise when the message comes again. */
#define VERDICT_FAILING                                                                                      \
    (CLASS_BIT(CLASS_UNCHECKED_CRASH) | CLASS_BIT(CLASS_UNCHECKED_FAULT) | CLASS_BIT(CLASS_DMARC_TEMPERROR))

/* aged: this message failed before, longer than fault_age ago (see policy/age.h): VERDICT_FAILING then
 * quarantine in place of tempfail. */
void verdict_decide(struct verdict *v, const struct finding_list *findings, const struct policy_options *o,
                    bool aged);
/* The action the options give a class. */
enum verdict_action verdict_action_of(enum verdict_class c, const struct policy_options *o, bool aged);

#endif
