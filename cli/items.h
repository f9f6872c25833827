/* items.h - feature lists of many messages, in the order of the messages
 * Sandboxed workers make them; as many messages are in work as there are workers. */
#ifndef CLI_ITEMS_H
#define CLI_ITEMS_H

#include "cli/command.h"
#include "cli/mail-source.h"
#include "cli/own-engine.h"
#include "scoring/bayes.h"

struct items_totals {
    size_t read, unreadable;
};

/* item NULL: *why says what is wrong. false: stop. ms: CPU of the worker. */
typedef bool items_fn(void *ctx, const char *name, size_t path, const struct bayes_item *item,
                      const char *why, double ms);

/* whole: as in mail-source.h. One of enum cli_exit: DONE, NO where some could not be read, TRY_AGAIN. */
int items_run(const char *command, struct config *c, const char *const *paths, bool whole, items_fn *fn,
              void *ctx, struct items_totals *t);

#endif
