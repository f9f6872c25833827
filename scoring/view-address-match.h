/* view-address-match.h - one entry of a list of addresses, for view-address.c */
#ifndef SCORING_VIEW_ADDRESS_MATCH_H
#define SCORING_VIEW_ADDRESS_MATCH_H

#include "base/slice.h"

struct view_address_match {
    struct slice s; /* what is left of the list */
    size_t steps;   /* taken so far, for all entries */
    struct slice phrase, enclosed, mail, comment;
    bool has_phrase, has_enclosed, has_mail, has_comment;
};

/* Takes the next entry off m->s; false when none fits there. */
bool view_address_match(struct view_address_match *m);

/* Where what begins at `at` ends, 0 if it does not begin there: "quoted", (comment), user@host */
size_t view_address_quoted(struct slice s, size_t at);
size_t view_address_comment(struct slice s, size_t at);
size_t view_address_mail(struct slice s, size_t at);

#endif
