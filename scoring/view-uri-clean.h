/* view-uri-clean.h - all that a URI may mean, as SpamAssassin cleans it
 * A browser forgives much, so rules see every form: with slashes for backslashes, %-encoding and entities
 * undone, without user, port and control characters, addresses in dotted decimal, what a redirector leads to.
 * The first form is the URI without white space around it; the others follow in the order of making, each
 * once. */
#ifndef SCORING_VIEW_URI_CLEAN_H
#define SCORING_VIEW_URI_CLEAN_H

#include "scoring/view-uri.h"

struct view_uri_clean {
    struct arena *a;
    const struct uri_rules *rules;
    struct regex_scratch *scratch;                                /* NULL: no redirector_pattern is tried */
    struct slice v[VIEW_URI_FORMS_MAX], todo[VIEW_URI_FORMS_MAX]; /* forms; what is still to be cleaned */
    size_t n, n_todo;
};

/* Fills v and n. Forms may be longer than VIEW_URI_MAX. */
void view_uri_clean(struct view_uri_clean *c, struct slice uri);
/* %XX of what is printable and no space undone; other bytes that have no place in a URI encoded. The URI
 * itself when it has no %XX. */
struct slice view_uri_decoded(struct arena *a, struct slice uri);

#endif
