/* rule-path.h - which files a rules_path means
 * A directory gives its *.pre and *.cf files, each in the order of their names as bytes; hidden files and
 * subdirectories are left out; the official channel of sa-update comes first, so that others can change its
 * rules. A file is itself. All *.pre come before all *.cf, as they say what is loaded.
 * Holds a descriptor while it allocates: the arena must have no mark to jump to.
 * Fails: ERR_CONFIG on a path that is not there or cannot be read, or with too many entries. */
#ifndef SCORING_RULE_PATH_H
#define SCORING_RULE_PATH_H

#include "base/conf.h"

struct rule_paths {
    const char **v; /* in the arena */
    size_t n, cap;
    bool has_pre; /* some are *.pre */
};

/* SpamAssassin's own rules and its configuration: where it is not installed they are not missed. */
#define SPAMASSASSIN_RULES "/usr/share/spamassassin"
#define SPAMASSASSIN_CONFIG "/etc/spamassassin"

/* updates: where sa-update keeps its channels; the newest version's directory there (4.000001) is read in
 * place of SPAMASSASSIN_RULES. NULL or empty: never. */
int rule_paths_find(struct rule_paths *out, struct arena *a, const struct conf_list *rules_path,
                    const char *updates, struct err *e) MUST_CHECK;

#endif
