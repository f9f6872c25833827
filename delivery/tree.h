/* tree.h - folders of a user, entered with care
 * Run as the user (effective uid). Below the home nothing is a symlink, everything belongs to the user; what
 * is missing is made with mode 0700 and synced into the folder above before it is used. Fails by struct
 * answer: MAILBOX for what somebody has to repair, else by errno. */
#ifndef DELIVERY_TREE_H
#define DELIVERY_TREE_H

#include <stdbool.h>
#include "delivery/answer.h"

/* A folder below `at` that is named without a slash. make: where it is missing. *made (may be NULL): it was.
 * -1 with a->kind ANSWER_DONE: it is missing and was not to be made. */
int tree_enter(int at, const char *name, bool make, bool *made, struct answer *a) MUST_CHECK;
/* Is path home, or below it? */
bool tree_is_below(const char *path, const char *home);
/* An absolute path. Links are followed in what is above `home` and in home itself (both are the admin's), not
 * below it; of a path that is not below home the last name alone is the user's. home may be empty. */
int tree_open(const char *path, const char *home, bool make, struct answer *a) MUST_CHECK;

#endif
