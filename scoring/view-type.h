/* view-type.h - Content-Type as SpamAssassin reads it
 * It looks for words, not for grammar: the first `boundary=`, `charset=` and `name=` behind a word's begin,
 * wherever they stand. Every text type but html, calendar and x-vcard is text/plain. */
#ifndef SCORING_VIEW_TYPE_H
#define SCORING_VIEW_TYPE_H

#include "base/arena.h"

struct view_type {
    struct slice type; /* lower case, never empty but for `"":` and its like */
    struct slice boundary, charset, name;
    bool has_boundary, has_charset;
    bool missing; /* no type there: it is text/plain by default */
};

/* value: of the last Content-Type field, decoded; empty when there is none. */
void view_type_parse(struct view_type *t, struct arena *a, struct slice value);
/* name="x" of Content-Disposition; empty when there is none */
struct slice view_disposition_name(struct slice value);

bool view_word(char c);  /* \w in ASCII */
bool view_space(char c); /* \s in ASCII: vertical tab and form feed, too */

#endif
