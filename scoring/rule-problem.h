/* rule-problem.h - what was wrong with rule files, in order
 * Kept in the arena that ruleset_load was given, so that it outlives a set that was refused. All are counted;
 * the first PROBLEMS_KEPT (and as many of RULE_NOT_YET) are kept, and one more says how to see the rest. */
#ifndef SCORING_RULE_PROBLEM_H
#define SCORING_RULE_PROBLEM_H

#include "scoring/ruleset.h"
#include "scoring/settings.h"

#define PROBLEMS_KEPT 10000

struct rule_line {
    struct slice text; /* without comment and surrounding white space; not empty */
    const char *file;
    unsigned line;
    enum setting_origin origin;
};

struct rule_problems {
    struct arena *a;
    struct rule_problem *first, **tail;
    unsigned n;       /* all that were seen, but for those of RULE_NOT_YET */
    unsigned not_yet; /* of that kind */
    const char *file; /* the name last copied, and what it was copied from */
    const char *file_src;
};

void rule_problems_init(struct rule_problems *p, struct arena *a);
/* text: one line, what is wrong and what to write instead */
void rule_problem(struct rule_problems *p, enum rule_problem_kind kind, const char *file, unsigned line,
                  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* what a reader of tests answers besides 0 and -1 (broken): well-formed, but not supported */
#define NOT_SUPPORTED (-2)

struct quoted {
    char text[200];
};
/* "text" escaped for a log line and cut to 40 bytes, for rule_problem and err_set */
struct quoted rule_quote(struct slice text);

#endif
