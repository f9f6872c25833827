/* report.h - a verdict as JSON: the object that `tamis scan --json` prints
 * Keys: file, score, required, class, classes, action, hits [{rule, score}], subrules ["NAME" or "NAME*n"],
 * virus, bayes (null), dns (null, or {asked, late, failed, refused, ms}), findings [{class, reason, detail}],
 * auth (null, or spf, spf_helo, dkim [], dmarc, arc, each with result and reason), cpu_ms. One line with its
 * line end, UTF-8 (invalid bytes as U+FFFD). */
#ifndef POLICY_REPORT_H
#define POLICY_REPORT_H

#include "message/auth_result.h"
#include "policy/decide.h"

/* Adds s as a JSON string, quotes included. */
void report_json_string(struct buf *out, struct slice s);
/* auth: NULL where nobody was asked. */
void report_json(struct buf *out, const char *file, const struct verdict *v, const struct auth_results *auth,
                 double cpu_ms);
/* The value of "auth" (policy/report-auth.c). */
void report_json_auth(struct buf *out, const struct auth_results *auth);
/* What asking the DNS was like. False: nothing was asked. */
struct report_dns {
    unsigned asked, late, failed, refused, ms; /* refused: over the limits; ms: waited */
};
bool report_dns(const struct finding_list *findings, struct report_dns *d);

#endif
