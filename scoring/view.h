/* view.h - a message as SpamAssassin's rules see it
 * Each view is made on first use, in the arena given; lines end in LF whatever the message has.
 * SpamAssassin's own limits, which cut silently there as well, are the constants below.
 *
 *   header   the values of all fields of a name, in order, each decoded (RFC 2047), on one line, ended by LF;
 *            the MTA's own fields that a milter is not shown come first, inbound X-Spam-* are not there
 *   body     Subject, then the readable text by paragraphs, white space runs as one space, UTF-8
 *   rawbody  decoded text parts as they are, in chunks of 2 to 4 KiB
 *   full     the whole message
 *   uri      every URI in all its cleaned forms, each once
 */
#ifndef SCORING_VIEW_H
#define SCORING_VIEW_H

#include "base/regex.h"
#include "message/message.h"
#include "scoring/view-decode.h"
#include "scoring/view-relay.h"
#include "scoring/view-tree.h"
#include "scoring/view-uri.h"

#define VIEW_VALUE_MAX 8192          /* of one header field */
#define VIEW_ALL_MAX 65536           /* of ALL */
#define VIEW_LINE_MAX 2048           /* of a piece of body; rawbody up to twice that */
#define VIEW_BODY_PART_MAX 50000     /* text of one part, where body_part_scan_size says nothing */
#define VIEW_RAWBODY_PART_MAX 500000 /* bytes of one part, where rawbody_part_scan_size says nothing */

struct view {
    struct slice *v;
    size_t n;
};

struct view_header {
    bool made;
    bool present;
    struct slice text; /* empty when absent */
    struct slice *v;   /* SpamAssassin's get() in list context: every field's value, every address ... */
    size_t n;
};

/* what can be asked for by name, see views_get() */
struct view_got {
    struct slice spec;
    struct view_header header;
    struct view_got *next;
};

struct ruleset;

struct views {
    struct arena *arena;
    struct message *m;
    const struct ruleset *set;     /* NULL: no rules and no settings */
    struct regex_scratch *scratch; /* of the thread; may be set after views_init(), NULL: no
                                      redirector_pattern is tried */
    struct view_tree *tree;
    struct view_relays *relays;
    struct view_uris *uris;
    struct view_header *headers; /* one a specification of the set's */
    struct view_got *got;
    struct view_field **fields; /* see views_fields() */
    size_t n_fields;
    struct view body, rawbody, full, uri;
    bool has_fields, has_body, has_rawbody, has_full, has_uri;
};

void views_init(struct views *v, struct message *m, const struct ruleset *set);

/* The message taken apart; synthetic fields are the root's first. */
struct view_tree *views_tree(struct views *v);
const struct view_relays *views_relays(struct views *v);
const struct view_uris *views_uris(struct views *v);
/* The page whose facts html_* functions ask for: the last one, NULL when the message has none. */
const struct view_html *views_html(struct views *v);

const struct view *views_body(struct views *v);
const struct view *views_rawbody(struct views *v);
const struct view *views_full(struct views *v);
const struct view *views_uri(struct views *v);

/* The body view's text that a reader sees (with the Subject), and that which no reader sees. Made anew. */
void views_shown(struct views *v, struct view *shown, struct view *hidden);

/* For a function that changes what body rules see behind it (SpamAssassin's FreeMail takes addresses out). */
void views_body_change(struct views *v, size_t piece, struct slice text);

/* For rules. spec: number in set->specs. Several values are joined by LF where they do not end in one. */
const struct view_header *views_header(struct views *v, uint32_t spec);
/* For functions: spec as "From:addr". text is get() in scalar context: of several addresses, names, hosts the
 * first, without LF; of whole fields all, each ended by LF. Never NULL. */
const struct view_header *views_get(struct views *v, struct slice spec);
/* Fields of the message itself that rules may see (no X-Spam-*), in order: v->fields, v->n_fields. */
void views_fields(struct views *v);

/* ---- between the files of this module */

/* At most max bytes, or up to 1 KiB more where a line end (or else one of `others`) follows so soon. */
struct slice view_cut(struct slice text, size_t max, const char *others);

#endif
