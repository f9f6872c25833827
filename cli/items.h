/* items.h - feature lists of many messages, in the order of the messages
 * Sandboxed workers make them; as many messages are in work as there are workers. */
#ifndef CLI_ITEMS_H
#define CLI_ITEMS_H

#include "cli/command.h"
#include "cli/mail-source.h"
#include "cli/own-engine.h"
#include "scoring/bayes.h"

struct items_totals {
    size_t read, unreadable, too_long;
    size_t refused; /* by may */
    size_t faults;  /* unreadable for want of a worker's answer */
};

/* target: its index. item NULL: why says what is wrong (NULL: nothing, it is ignored). false: stop. ms: CPU
 * of the worker. */
typedef bool items_fn(void *ctx, const char *name, size_t target, const struct bayes_item *item,
                      const char *why, double ms);

/* what to read, as in mail-source.h */
struct items_source {
    const struct mail_target *targets;
    size_t n;
    uint64_t max;
    bool sa_words; /* what an import of SpamAssassin's is asked for, too */
    /* Whether a message counts at all; NULL: all do. It sees the bytes here, outside of any sandbox: to be
     * compared, not to be understood. */
    bool (*may)(const void *ctx, struct slice message);
    const void *may_ctx;
    bool use_ignores; /* mail that bayes_ignore_from and _to name is passed over: no item, why NULL */
};

/* An error is said in the name of `program`. One of enum cli_exit: DONE, NO where some could not be read,
 * TRY_AGAIN. */
int items_run(const char *program, struct config *c, const struct items_source *source, items_fn *fn,
              void *ctx, struct items_totals *t);

#endif
