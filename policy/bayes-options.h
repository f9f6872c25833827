/* bayes-options.h - where the classifier keeps what it has learned */
#ifndef POLICY_BAYES_OPTIONS_H
#define POLICY_BAYES_OPTIONS_H

#include "base/conf.h"

enum bayes_users { BAYES_USERS_FILTERED, BAYES_USERS_ANY };

struct bayes_options {
    const char *directory; /* empty: bayes below state_directory */
    unsigned remember;     /* lessons that can be taken back */
    unsigned checkpoint;   /* lessons between two checkpoints */
    int users;             /* enum bayes_users: which messages users may teach */
    unsigned autolearn_day, autolearn_domain, autolearn_network; /* lessons a day that nobody gave, at most */
};

extern const struct conf_option bayes_option_rows[];
extern const size_t bayes_option_rows_n;

#endif
