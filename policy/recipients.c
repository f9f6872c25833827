/* recipients.c - several recipients, one reply; see recipients.h */
#include "policy/recipients.h"

static bool wants_copy(const struct verdict *v)
{
    return v->hold_copy || (v->classes & CLASS_BIT(CLASS_VIRUS));
}

struct counts {
    size_t by_action[ACTION_COUNT];
    bool fault; /* any class of any verdict asks for tempfail, if not as the strictest */
    bool copy;  /* any verdict asks for one */
};

static struct counts count(const struct verdict *const *verdicts, size_t n)
{
    struct counts c = { .copy = false };
    for (size_t i = 0; i < n; i++) {
        c.by_action[verdicts[i]->action]++;
        c.fault |= verdicts[i]->by_action[ACTION_TEMPFAIL] != 0;
        c.copy |= wants_copy(verdicts[i]);
    }
    return c;
}

static void set_all(struct recipients_decision *d, size_t n, enum verdict_action action,
                    enum recipient_outcome outcome)
{
    d->action = action;
    for (size_t i = 0; i < n; i++)
        d->outcomes[i] = outcome;
}

static enum recipient_outcome outcome_of(const struct verdict *v)
{
    switch (v->action) {
    case ACTION_PASS:
    case ACTION_TAG: return OUTCOME_DELIVERED;
    case ACTION_DISCARD: return v->hold_copy ? OUTCOME_HELD : OUTCOME_DROPPED;
    default: return OUTCOME_HELD;
    }
}

static void each_by_itself(struct recipients_decision *d, const struct verdict *const *verdicts, size_t n)
{
    size_t delivered = 0, held = 0;
    d->tag_subject = true;
    for (size_t i = 0; i < n; i++) {
        d->outcomes[i] = outcome_of(verdicts[i]);
        held += d->outcomes[i] == OUTCOME_HELD;
        if (d->outcomes[i] != OUTCOME_DELIVERED)
            continue;
        delivered++;
        if (verdicts[i]->action > d->action)
            d->action = verdicts[i]->action;
        d->tag_subject &= verdicts[i]->action == ACTION_TAG;
    }
    d->copy = held > 0;
    d->partly = delivered > 0 && delivered < n;
    if (delivered == 0)
        d->action = held ? ACTION_QUARANTINE : ACTION_DISCARD;
}

void recipients_decide(struct recipients_decision *d, struct arena *a, const struct verdict *const *verdicts,
                       size_t n)
{
    struct counts c = count(verdicts, n);
    *d = (struct recipients_decision){ .action = ACTION_PASS };
    d->outcomes = arena_array(a, n + 1, sizeof(*d->outcomes));
    if (c.by_action[ACTION_REJECT] == n) {
        set_all(d, n, ACTION_REJECT, OUTCOME_REFUSED);
        d->copy = c.copy;
    } else if (c.fault)
        set_all(d, n, ACTION_TEMPFAIL, OUTCOME_TEMPFAILED);
    else
        each_by_itself(d, verdicts, n);
}
