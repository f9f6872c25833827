/* names.h - from the name of a signature to what it means
 * A table of patterns, the admin's rows first (option virus_names), then ours. What libclamav calls a virus
 * may be a limit that was reached, an encrypted file, a heuristic: only the name tells. A name may come from
 * anybody's database, so what we write of it holds no character that means something elsewhere. */
#ifndef CLAMGLUE_NAMES_H
#define CLAMGLUE_NAMES_H

#include "base/conf.h"
#include "message/finding.h"

#define NAME_CLEAN_MAX 128 /* with the NUL */

struct name_meaning {
    enum finding_kind kind;   /* FINDING_VIRUS, FINDING_CLASS or FINDING_RULE */
    enum verdict_class class; /* of the first two */
    double score;             /* of the last */
    const char *reason;       /* FINDING_CLASS: the finding's name; else NULL: the signature's */
};

/* rules: PATTERN=MEANING each (may be empty). Never fails: what nothing fits is a virus. */
void name_meaning(const struct conf_list *rules, struct slice name, struct name_meaning *m);
/* One row of the option; false when it is none. pattern may be NULL. */
bool name_rule_read(struct slice rule, struct slice *pattern, struct name_meaning *m);
/* Letters, digits and . - _ : / + stay, all else becomes _; cut; NUL-terminated; "?" for an empty one. */
void name_clean(char out[NAME_CLEAN_MAX], struct slice name);

#endif
