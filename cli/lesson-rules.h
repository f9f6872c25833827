/* lesson-rules.h - whether the rule files let anything be learned
 * Who teaches asks before any message is read: with `use_bayes 0` (or use_learner 0) there is no classifier.
 * Only settings are read, here, as they are the admin's own words; where the files cannot be read nothing is
 * forbidden (the loader says what is wrong with them). */
#ifndef CLI_LESSON_RULES_H
#define CLI_LESSON_RULES_H

#include <stdbool.h>
#include "policy/config.h"

bool lesson_rules_allow(const struct config *c);

#endif
