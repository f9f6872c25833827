/* dmarc.c - what is made of a message that fails DMARC; see dmarc.h */
#include "policy/dmarc.h"

static enum verdict_class class_of(const struct auth_dmarc *d)
{
    static const enum verdict_class classes[] = {
        [DMARC_POLICY_NONE] = CLASS_CLEAN,
        [DMARC_POLICY_QUARANTINE] = CLASS_DMARC_QUARANTINE,
        [DMARC_POLICY_REJECT] = CLASS_DMARC_REJECT,
    };
    if (d->code == AUTH_TEMPERROR && d->at_stake != DMARC_POLICY_NONE)
        return CLASS_DMARC_TEMPERROR;
    return d->code == AUTH_FAIL ? classes[d->applied] : CLASS_CLEAN;
}

void dmarc_findings(struct finding_list *list, struct arena *a, const struct auth_results *r,
                    const struct policy_options *o)
{
    if (o->dmarc_policy != DMARC_HONOUR || r == NULL)
        return;
    enum verdict_class class = class_of(&r->dmarc);
    if (r->dmarc.code == AUTH_PERMERROR && r->dmarc.from.n == 0) /* nobody answers for it (7489 6.6.1) */
        finding_add(list, a, FINDING_CLASS, CLASS_BAD_HEADER, 0, SLICE("from"), r->dmarc.reason);
    else if (class != CLASS_CLEAN)
        finding_add(list, a, FINDING_CLASS, class, 0, r->dmarc.from, r->dmarc.reason);
}
