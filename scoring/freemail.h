/* freemail.h - addresses of providers where anybody gets one, as SpamAssassin's plugin FreeMail knows them
 * freemail_domains (with * for a part of a label and ? for a byte), freemail_welcomelist, limits. */
#ifndef SCORING_FREEMAIL_H
#define SCORING_FREEMAIL_H

#include "base/regex.h"
#include "scoring/names.h"
#include "scoring/rule-problem.h"
#include "scoring/settings.h"

struct lists;

/* freemail_domains with wildcards, by what is before the first dot where no wildcard is in that */
struct freemail_glob {
    struct slice pattern;
    struct freemail_glob *next;
};

struct freemail {
    struct names domains, welcome;
    struct names first_labels; /* to their place in globs, which grows at powers of two */
    struct freemail_glob **globs;
    struct freemail_glob *other_globs;
    double max_body_emails, max_body_freemails;
    bool skip_when_over_max, skip_bulk_envfrom, describe_email;
    bool import_auth, import_default_auth;
    struct freemail_patterns *patterns; /* of functions' arguments, to be freed */
};

const struct freemail *freemail_load(struct arena *a, const struct settings *s,
                                     struct rule_problems *problems);
/* NULL-safe */
void freemail_free(const struct freemail *f);
/* Keeps the pattern until freemail_free(). */
void freemail_keep(const struct freemail *f, struct arena *a, struct regex *re);
/* Some domain is listed: else its functions never hit. */
bool freemail_available(const struct freemail *f);
/* email in lower case; lists may be NULL */
bool freemail_is(const struct freemail *f, const struct lists *lists, struct slice email);

#endif
