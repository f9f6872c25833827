/* report-settings.h - what rule files say about headers and reports
 * add_header and its like, the templates, how spam is wrapped. Read once, when the set is finished; a line
 * that is wrong is a problem and changes nothing. Lives in the set's arena.
 *
 * Each value knows whether a file of the site said it: the service lets only those count
 * (the stock set's own defaults would wrap every spam). */
#ifndef SCORING_REPORT_SETTINGS_H
#define SCORING_REPORT_SETTINGS_H

#include "scoring/rule-problem.h"
#include "scoring/settings.h"

struct report_field {
    struct slice name; /* without X-Spam- */
    struct slice text; /* a template */
    enum setting_origin origin;
};

struct report_fields {
    struct report_field *v;
    size_t n;
};

enum report_rewritten { REWRITE_FROM, REWRITE_TO, REWRITE_SUBJECT, REWRITTEN };
extern const struct slice report_rewritten_names[REWRITTEN];

struct report_prefix {
    struct slice rule, text;
};

struct report_settings {
    struct report_fields spam, ham;
    struct slice rewrite[REWRITTEN]; /* p NULL: not */
    enum setting_origin rewrite_origin[REWRITTEN];
    struct slice report, unsafe_report; /* templates */
    struct slice charset, contact;
    struct slice hostname; /* empty: the machine's */
    struct slice version;  /* "4.0.1", with the tags of version_tag */
    unsigned safe;         /* 0, 1, 2 */
    enum setting_origin safe_origin;
    double required;
    enum setting_origin required_origin;
    unsigned wrap_width;
    bool fold;
    bool learns;          /* bayes_auto_learn and use_bayes: for _AUTOLEARN_ */
    struct slice *copied; /* report_safe_copy_headers */
    size_t n_copied;
    struct report_prefix *prefixes; /* subjprefix; the last of a rule counts */
    size_t n_prefixes;
};

/* Never NULL. */
const struct report_settings *report_load(struct arena *a, const struct settings *s,
                                          struct rule_problems *problems);

#endif
