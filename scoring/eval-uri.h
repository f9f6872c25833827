/* eval-uri.h - uri_detail: several conditions that one URI has to meet
 * `uri_detail NAME raw =~ /%/ domain !~ /\.com$/`: keys raw type cleaned text domain host, operators =~ and
 * !~, patterns as rule-regex.h reads them. A key that has many values (all but raw) is met when one of them
 * is; one that has none is not met, by !~ neither. Of two conditions with one key the last counts. */
#ifndef SCORING_EVAL_URI_H
#define SCORING_EVAL_URI_H

#include "scoring/check.h"
#include "scoring/view-uri.h"

struct uri_conditions;

/* text: what stands behind the rule's name. 0, or -1 with ERR_INPUT. The conditions live in `a`, but their
 * patterns until uri_conditions_free(). */
int uri_conditions_parse(struct slice text, struct arena *a, const struct uri_conditions **out,
                         struct err *e);
/* NULL-safe */
void uri_conditions_free(const struct uri_conditions *u);
/* 1 when some URI of the message meets all conditions, else 0. `tflags multiple` counts no URIs here, as in
 * SpamAssassin. */
double uri_conditions_run(struct check *c, const struct uri_conditions *u);
bool uri_conditions_met(struct check *c, const struct uri_conditions *u, const struct view_uri *uri);

#endif
