/* view.h - a message as SpamAssassin's rules see it
 * Each view is a row of pieces that are matched one by one, made on first use, in the message's arena; lines
 * end in LF whatever the message has. SpamAssassin's own limits, which cut silently there as well, are the
 * constants below: what they cut was read by message/, and rules simply do not look at it.
 *
 *   header   the values of all fields of a name, in order, each decoded (RFC 2047), on one line, ended by LF;
 *            the MTA's own fields that a milter is not shown come first, inbound X-Spam-* are not there
 *   body     Subject, then the readable text by paragraphs, white space runs as one space, UTF-8
 *   rawbody  decoded text parts as they are, in chunks of 2 to 4 KiB
 *   full     the whole message
 *   uri      every URI as found and as normalised, each once
 */
#ifndef SCORING_VIEW_H
#define SCORING_VIEW_H

#include "message/message.h"
#include "scoring/header-spec.h"

#define VIEW_VALUE_MAX 8192          /* of one header field */
#define VIEW_ALL_MAX 65536           /* of ALL */
#define VIEW_LINE_MAX 2048           /* of a piece of body; rawbody up to twice that */
#define VIEW_BODY_PART_MAX 50000     /* text of one part */
#define VIEW_RAWBODY_PART_MAX 500000 /* bytes of one part */

struct view {
    struct slice *v;
    size_t n;
};

struct view_header {
    bool made;
    bool present;
    struct slice text; /* empty when absent */
};

struct views {
    struct message *m;
    const struct header_specs *specs;
    struct view_header *headers;  /* one a specification */
    const struct header **fields; /* all that rules may see */
    size_t n_fields;
    struct view body, rawbody, full, uri;
    bool has_fields, has_body, has_rawbody, has_full, has_uri;
};

void views_init(struct views *v, struct message *m, const struct header_specs *specs);
const struct view_header *views_header(struct views *v, uint32_t spec);
const struct view *views_body(struct views *v);
const struct view *views_rawbody(struct views *v);
const struct view *views_full(struct views *v);
const struct view *views_uri(struct views *v);

/* ---- between the files of this module */

/* without the CR of CRLF; text itself where there is none */
struct slice view_lf(struct arena *a, struct slice text);
/* At most max bytes, or up to 1 KiB more where a line end (or, with `space`, a space) follows so soon. */
struct slice view_cut(struct slice text, size_t max, bool space);
/* A field's value as rules see it, without the LF behind it. */
struct slice view_field(struct views *v, const struct header *h);
/* all fields that rules see, as v->fields */
void view_fields(struct views *v);

#endif
