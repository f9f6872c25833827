/* headers.h - the fields we write, byte for byte
 * X-Spam-Status is in SpamAssassin's format:
 *   "Yes, score=12.3 required=5.0 tests=A,B,C\n\tautolearn=no autolearn_force=no version=4.0.1" with its
 * folding. X-Spam-Flag only when spam, X-Spam-Level one star a point (at most 50), X-Spam-Report,
 * X-Virus-Status. Values in the arena, lines apart by "\n\t", no leading space, ASCII without control
 * characters whatever a finding holds. Limits: HEADER_STATUS_MAX bytes of rule names, HEADER_REPORT_MAX
 * lines. */
#ifndef POLICY_HEADERS_H
#define POLICY_HEADERS_H

#include "policy/decide.h"

/* The version of the rule language, which is what readers of the field mean by version= */
#define HEADER_VERSION "4.0.1"
#define HEADER_STATUS_MAX (16 * 1024)
#define HEADER_REPORT_MAX 50

/* The score to one decimal, but never one that contradicts the verdict: 4.96 of 5 is not shown as "No, 5.0".
 */
double header_shown_score(double score, double required, bool spam);
const char *header_spam_status(struct arena *a, const struct verdict *v);
const char *header_spam_level(struct arena *a, const struct verdict *v);
/* "\n\t*  5.0 RULE what matched" lines; classes that are not made of scores have 0.0 and their reason. ""
 * when there is nothing to tell. */
const char *header_spam_report(struct arena *a, const struct verdict *v);
/* "Infected (NAME, NAME)", "Unchecked" where something could not be looked into, else "Clean"; NULL when no
 * scanner spoke: what was not looked at is not called clean */
const char *header_virus_status(struct arena *a, const struct verdict *v, bool scanned);

#endif
