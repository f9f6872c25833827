/* view-relay-line.h - one Received field
 * Steps: relay_line_open() makes one line of it, without its date; relay_auth() finds the sign of a sender
 * who logged in; relay_line_read() finds the dialect. Between the files of view-relay. */
#ifndef SCORING_VIEW_RELAY_LINE_H
#define SCORING_VIEW_RELAY_LINE_H

#include "base/arena.h"
#include "scoring/view-relay-pattern.h"

enum relay_kind {
    RELAY_UNKNOWN, /* a Received field in no dialect known */
    RELAY_IGNORED, /* no hand-over between hosts: fetched, local, no address */
    RELAY_KNOWN,
};

/* how it begins; which is taken off the text */
enum relay_head { RELAY_FROM_OTHER, RELAY_FROM, RELAY_FROM_UPPER, RELAY_FROM_BRACKET };

struct relay_line {
    struct arena *a;
    enum relay_head head;
    struct slice text; /* white space runs are single blanks, no date */
    enum relay_kind kind;
    struct slice ip, rdns, helo, by, ident, id, auth, envfrom;
    bool has_envfrom;             /* an empty one, too */
    bool looked_up;               /* this dialect looks names up: no rdns means that there is none */
    bool bracketed;               /* the address is one in [ ] whose IPv6: stays */
    bool fetched;                 /* a mail fetcher's */
    struct slice scanner_envfrom; /* qmail-scanner: the sender, to be told of the next field; else empty */
};

/* The field's value in, everything out; text lives in the arena. */
void relay_line_parse(struct relay_line *l, struct arena *a, struct slice value);

/* ---- between the files */

/* false: the line is ignored */
bool relay_line_open(struct relay_line *l, struct slice value);
struct slice relay_auth(struct arena *a, struct slice text);
void relay_line_read(struct relay_line *l);
/* text in s after the first `what` in it; p == NULL: there is none */
struct slice relay_after(struct slice s, struct slice what);
bool relay_has(struct slice s, const char *what);
/* without < before and > behind it, what would break X-Spam-Relays-* as "!" */
struct slice relay_clean_sender(struct arena *a, struct slice sender);
struct slice relay_clean(struct arena *a, struct slice text);

#endif
