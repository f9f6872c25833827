/* arc-trust.c - a chain whose last sealer the site trusts; see arc-trust.h */
#include "auth/arc-trust.h"

#include "auth/authres.h"
#include "auth/domain.h"
#include "auth/text.h"

static bool is_listed(const struct conf_list *trusted, struct slice domain)
{
    for (size_t i = 0; i < trusted->n; i++)
        if (slice_ieq(slice_str(trusted->v[i]), domain))
            return true;
    return false;
}

/* What the sealer saw, in the field that it sealed. */
static bool saw_it_pass(struct arena *a, const struct auth_results *r)
{
    struct authres said;
    authres_parse(&said, a, r->arc.results);
    const struct authres_result *dmarc = said.broken ? NULL : authres_find(&said, "dmarc");
    return dmarc && dmarc->code == AUTH_PASS &&
           slice_eq(auth_domain(a, authres_property(dmarc, "header", "from")), r->dmarc.from);
}

void arc_trust(struct arena *a, const struct conf_list *trusted, struct auth_results *r)
{
    bool passes = r->dmarc.code != AUTH_FAIL && r->dmarc.at_stake == DMARC_POLICY_NONE;
    if (passes || r->arc.code != AUTH_PASS || !is_listed(trusted, r->arc.domain) || !saw_it_pass(a, r))
        return;
    r->dmarc.applied = r->dmarc.at_stake = DMARC_POLICY_NONE;
    r->dmarc.reason =
        auth_reason(a, "%s here; %.*s has sealed that it passed there",
                    r->dmarc.code == AUTH_FAIL ? "fails" : "not known", SLICE_ARG(r->arc.domain));
}
