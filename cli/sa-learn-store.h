/* sa-learn-store.h - what tamis-sa-learn does with the store as a whole: --dump, --backup, --restore, --clear
 * Looking needs no lock: what a keeper has synced is seen. Replacing is the one writer's: not beside a
 * service. */
#ifndef CLI_SA_LEARN_STORE_H
#define CLI_SA_LEARN_STORE_H

#include "cli/sa-learn-options.h"
#include "policy/config.h"

/* Exit codes of the program. */
int sa_learn_dump(const struct sa_learn_options *o, const struct config *c);
int sa_learn_backup(const struct config *c);
int sa_learn_restore(const struct sa_learn_options *o, const struct config *c);
int sa_learn_clear(const struct config *c);
/* Says what is wrong, and gives the exit code. */
int sa_learn_failed(const struct err *e);

#endif
