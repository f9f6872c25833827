/* sa-learn-options.h - the command line of `sa-learn`, as tamis-sa-learn reads it
 * Options are rows, read by perl-options; what --spam, --ham, --mbox say counts for the operands behind them.
 */
#ifndef CLI_SA_LEARN_OPTIONS_H
#define CLI_SA_LEARN_OPTIONS_H

#include "cli/mail-source.h"
#include "cli/perl-options.h"

struct sa_learn_target {
    bool spam;
    struct mail_target mail;
};

struct sa_learn_options {
    const char *label;  /* "spam", or what else: ham; NULL: not said */
    const char *format; /* "mbox", "mbx", NULL */
    bool forget, sync, rebuild, quiet, no_sync, no_rebuild, expire, showdots, progress, use_ignores, single;
    bool import, backup, clear, help, version;
    struct perl_optional debug, dump;
    const char *restore, *username, *folders, *dbpath, *regexp;
    const char *max_size, *stop_after, *probability, *seed;
    const char *config; /* tamis.conf */
    /* rule files, for what they say of the classifier */
    const char *rules, *site_rules, *prefs;
    struct perl_list pre, cf;
    struct perl_list set;
    struct sa_learn_target *targets;
    size_t n_targets;
    bool named;      /* some were named, be they there or not */
    bool unlabelled; /* a target before any label */
};

extern const struct perl_program sa_learn_program;

/* One more, as it would stand on the command line: a path, or "spam:mbox:PATH", "mbox:PATH". */
void sa_learn_add(struct sa_learn_options *o, struct arena *a, const char *text);

#endif
