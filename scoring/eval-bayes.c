/* eval-bayes.c - functions that ask the classifier
 * There is none yet: their rules are loaded and never hit. */
#include "config.h"
#include "scoring/eval.h"

static const struct eval_function bayes_rows[] = {
    { .name = "check_bayes", .plugin = "Bayes", .flags = EVAL_LEARN, .min_args = 2, .max_args = 2 },
};
EVAL_FAMILY(eval_bayes, "Bayes", bayes_rows);
