/* decide.c - findings to verdict; see decide.h
 * The set of classes only grows with findings, and both results are monotone over sets (a maximum and an
 * "any"), so a further class cannot weaken what is done. Only a rule with a negative score lowers anything:
 * that is what such rules are for. */
#include "policy/decide.h"

#include <stdio.h>
#include <stdlib.h>

enum verdict_action verdict_action_of(enum verdict_class c, const struct policy_options *o, bool aged)
{
    int action = ACTION_PASS;
    switch (c) {
    case CLASS_CLEAN:
    case CLASS_COUNT: break;
    case CLASS_BAD_HEADER: action = o->action_bad_header; break;
    case CLASS_SPAMMY: action = o->action_spammy; break;
    case CLASS_SPAM: action = o->action_spam; break;
    case CLASS_DMARC_TEMPERROR: action = o->action_dmarc_temperror; break;
    case CLASS_DMARC_QUARANTINE: action = o->action_dmarc_quarantine; break;
    case CLASS_DMARC_REJECT: action = o->action_dmarc_reject; break;
    case CLASS_UNCHECKED_ENCRYPTED: action = o->action_unchecked_encrypted; break;
    case CLASS_UNCHECKED_LIMIT:
    case CLASS_UNCHECKED_UNSUPPORTED:
    case CLASS_UNCHECKED_PARTIAL:
    case CLASS_UNCHECKED_REGEX:
    case CLASS_UNCHECKED_AMBIGUOUS: action = o->action_unchecked; break;
    case CLASS_UNCHECKED_CRASH:
    case CLASS_UNCHECKED_FAULT: action = o->action_unchecked_fault; break;
    case CLASS_BANNED: action = o->action_banned; break;
    case CLASS_VIRUS: action = o->action_virus; break;
    }
    /* trying again has not helped: hold it rather than have the sender's queue give up on it */
    if (aged && action == ACTION_TEMPFAIL && (CLASS_BIT(c) & VERDICT_FAILING))
        action = ACTION_QUARANTINE;
    return (enum verdict_action)action;
}

/* To three decimals by way of decimal text, as SpamAssassin does: a sum of 4.9995 must fall on the same side
 * of required_score here and there. */
static double rounded(double score)
{
    char text[64];
    snprintf(text, sizeof(text), "%0.3f", score);
    double r = strtod(text, NULL);
    return r == 0 ? 0 : r; /* no "-0" */
}

/* The sum of the scores and the classes that findings have by themselves. */
static class_set add_up(const struct finding_list *findings, double *score)
{
    class_set set = 0;
    *score = 0;
    for (const struct finding *f = findings->first; f; f = f->next) {
        if (f->kind == FINDING_RULE)
            *score += f->score;
        else if ((f->kind == FINDING_CLASS || f->kind == FINDING_VIRUS) && f->class < CLASS_COUNT)
            set |= CLASS_BIT(f->class);
    }
    return set & ~CLASS_BIT(CLASS_CLEAN);
}

void verdict_decide(struct verdict *v, const struct finding_list *findings, const struct policy_options *o,
                    bool aged)
{
    double sum;
    memset(v, 0, sizeof(*v));
    v->findings = findings;
    v->classes = add_up(findings, &sum);
    v->score = rounded(sum);
    v->required = o->required_score;
    v->spam = v->score >= o->required_score;
    if (v->spam)
        v->classes |= CLASS_BIT(CLASS_SPAMMY);
    /* Spam is also spammy (the set keeps both), so a higher score never gets the milder of the two actions.
     */
    if (v->score >= o->reject_score)
        v->classes |= CLASS_BIT(CLASS_SPAM);
    v->class = verdict_highest(v->classes);
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(v->classes & CLASS_BIT(c)))
            continue;
        enum verdict_action action = verdict_action_of((enum verdict_class)c, o, aged);
        v->by_action[action] |= CLASS_BIT(c);
        if (action > v->action)
            v->action = action;
    }
    v->hold_copy = v->by_action[ACTION_QUARANTINE] != 0;
}
