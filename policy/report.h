/* report.h - a verdict as JSON: the object that `tamis scan --json` prints
 * Keys: file, score, required, class, classes, action, hits [{rule, score}], subrules ["NAME" or "NAME*n"],
 * virus, bayes (null), findings [{class, reason, detail}], cpu_ms. One line with its line end, UTF-8
 * (invalid bytes as U+FFFD). */
#ifndef POLICY_REPORT_H
#define POLICY_REPORT_H

#include "policy/decide.h"

/* Adds s as a JSON string, quotes included. */
void report_json_string(struct buf *out, struct slice s);
void report_json(struct buf *out, const char *file, const struct verdict *v, double cpu_ms);

#endif
