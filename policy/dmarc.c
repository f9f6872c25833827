/* dmarc.c - what is made of a message that fails DMARC; see dmarc.h */
#include "policy/dmarc.h"

void dmarc_findings(struct finding_list *list, struct arena *a, const struct auth_results *r,
                    const struct policy_options *o)
{
    static const enum verdict_class classes[] = {
        [DMARC_POLICY_NONE] = CLASS_CLEAN,
        [DMARC_POLICY_QUARANTINE] = CLASS_DMARC_QUARANTINE,
        [DMARC_POLICY_REJECT] = CLASS_DMARC_REJECT,
    };
    if (o->dmarc_policy != DMARC_HONOUR || r == NULL || r->dmarc.code != AUTH_FAIL)
        return;
    enum verdict_class class = classes[r->dmarc.applied];
    if (class != CLASS_CLEAN)
        finding_add(list, a, FINDING_CLASS, class, 0, r->dmarc.from, r->dmarc.reason);
}
