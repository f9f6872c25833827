/* autolearn.h - whether a message is so surely spam or ham that the classifier may learn it by itself
 * SpamAssassin's rules (plugin AutoLearnThreshold): the points are those of the score set without the
 * classifier, and without rules of tflags noautolearn, userconf and learn; below
 * bayes_auto_learn_threshold_nonspam (0.1) it is ham, from bayes_auto_learn_threshold_spam (12) on spam,
 * where header and body have 3 of them each (or a rule with tflags autolearn_force hit), the verdict is the
 * same and the classifier does not say the opposite. With bayes_auto_learn_on_error only what the classifier
 * does not know already. Who asks leaves out mail that bayes_ignore_from and _to name.
 *
 * Off unless the site asks for it: bayes_autolearn in tamis.conf, or bayes_auto_learn 1 in a rule file that
 * is the site's own. What is on by SpamAssassin's default teaches nobody here. */
#ifndef SCORING_AUTOLEARN_H
#define SCORING_AUTOLEARN_H

#include "message/finding.h"
#include "scoring/ruleset.h"

enum autolearn_option { AUTOLEARN_OPTION_RULES, AUTOLEARN_OPTION_NO, AUTOLEARN_OPTION_YES };
extern const char *const autolearn_option_names[];

enum autolearn_kind { AUTOLEARN_OFF, AUTOLEARN_NO, AUTOLEARN_HAM, AUTOLEARN_SPAM, AUTOLEARN_KINDS };

struct autolearn {
    enum autolearn_kind kind;
    double points, header, body, learned; /* learned: of the classifier's own rules */
    struct slice forced;                  /* "RULE,RULE,"; empty: no rule of autolearn_force hit */
};

/* spam: by the score that was wanted. What is written lives in a. */
void autolearn_decide(struct autolearn *out, const struct ruleset *set, const struct finding_list *hits,
                      bool spam, struct arena *a);
/* "ham autolearn_force=no": what stands behind autolearn= */
struct slice autolearn_text(struct arena *a, const struct autolearn *l);

#endif
