/* dmarc.h - what is made of a message that fails DMARC, or may (dmarc_policy) */
#ifndef POLICY_DMARC_H
#define POLICY_DMARC_H

#include "message/auth_result.h"
#include "message/finding.h"
#include "policy/options.h"

/* Adds the class that the domain of From asks for, or that it may ask for something, where the site honours
 * it; bad_header where From names no domain to ask (none, too many). r may be NULL. */
void dmarc_findings(struct finding_list *list, struct arena *a, const struct auth_results *r,
                    const struct policy_options *o);

#endif
