/* view-uri-find.h - URIs in readable text, as SpamAssassin finds them
 * With a scheme or www. or ftp. in front; mail addresses; bare hosts that end in a known TLD. A reader of
 * its own for each; linear in the text. */
#ifndef SCORING_VIEW_URI_FIND_H
#define SCORING_VIEW_URI_FIND_H

#include "scoring/view-uri.h"

enum view_uri_kind { VIEW_URI_SCHEME, VIEW_URI_MAIL, VIEW_URI_BARE };

struct view_uri_find {
    const struct uri_rules *rules;
    struct slice text;
    size_t at;
    /* the next delimiter of each kind, looked for from `from` on */
    struct view_uri_stop {
        size_t from, at;
    } any, mail, domain, local;
};

struct view_uri_found {
    struct slice raw; /* without what stands behind a URI in a sentence; may be empty */
    enum view_uri_kind kind;
    struct slice host; /* VIEW_URI_BARE: as it stands in the text */
};

void view_uri_find_init(struct view_uri_find *f, const struct uri_rules *rules, struct slice text);
bool view_uri_find_next(struct view_uri_find *f, struct view_uri_found *found);
/* The URI with the scheme that it stands for, and types; false: not worth being one. `a` is used only where
 * something has to be added. */
bool view_uri_found_uri(const struct uri_rules *rules, struct arena *a, const struct view_uri_found *found,
                        struct slice *uri, unsigned *types);

#endif
