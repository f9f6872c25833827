/* sa-paths.h - which rule files tamis-spamassassin (and tamis-sa-learn, when told to) reads
 * As `spamassassin` does: the newest rules of sa-update or of the distribution, those of the site, the user's
 * preferences; then what --cf says. Lines given by --pre and --cf are put into files of a private directory
 * that is removed when the rules are loaded; links to paths with blanks or commas stand there, too. */
#ifndef CLI_SA_PATHS_H
#define CLI_SA_PATHS_H

#include "base/conf.h"
#include "base/err.h"
#include "cli/sa-options.h"

struct sa_paths {
    struct conf_list list;
    const char *stock; /* the first of them: what it says is not the site's word */
    const char **v;    /* its names, while they are collected */
    char dir[32];      /* "" where there is none */
    unsigned links;    /* in it, to paths that have blanks or commas */
};

/* otherwise: where SpamAssassin's own rules are not installed. 0, or -1. */
int sa_paths_make(struct sa_paths *p, struct arena *a, const struct sa_options *o,
                  const struct conf_list *otherwise, struct err *e);
/* Those of `base`, and then what --cf says. */
int sa_paths_extend(struct sa_paths *p, struct arena *a, const struct conf_list *base,
                    const struct perl_list *cf, struct err *e);
void sa_paths_drop(struct sa_paths *p);

#endif
