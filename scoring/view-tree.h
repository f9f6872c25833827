/* view-tree.h - a message taken apart as SpamAssassin does it
 * Its header loop, its multipart parser, its lenient decoders, its idea of a part's type. Made from the raw
 * bytes (LF or CRLF), with the fields that a milter is not shown in front; iterative, linear (at most 20
 * passes, one a level), with SpamAssassin's own limits (1,000 parts of one multipart, depth 20, name 256,
 * value 8,192), past which it cuts silently, and a few of ours where it has none. Nothing is copied but what
 * had to be changed: bodies are slices of the message until their text is asked for. */
#ifndef SCORING_VIEW_TREE_H
#define SCORING_VIEW_TREE_H

#include "message/message.h"
#include "scoring/view-html.h"

enum {                           /* view_tree.flags */
       VIEW_NO_SEPARATOR = 1,    /* missing_head_body_separator */
       VIEW_MISSING_HEADERS = 2, /* missing_mime_headers */
       VIEW_LONG_HEADER = 4,     /* truncated_header */
       VIEW_MANY_PARTS = 8,      /* mimepart_limit_exceeded */
       VIEW_EPILOGUE = 16,       /* mime_epilogue_exists */
       VIEW_PART_SEPARATOR = 32, /* missing_mime_head_body_separator */
       VIEW_OPEN_BOUNDARY = 64,  /* of a multipart only one, the opening or the closing boundary, is there */
};

struct view_field {
    struct slice name;
    struct slice raw;     /* behind the colon: leading space and folds as they came, LF, last LF off */
    bool no_lf;           /* there was no last LF: cut, or the end of the message */
    struct slice decoded; /* on one line, RFC 2047 decoded, trimmed; by view_field_decoded() */
    bool is_decoded;
};

struct view_part {
    struct view_part *parent, *child, *sibling;
    struct view_part *next; /* in SpamAssassin's order of find_parts() */
    struct view_field *fields;
    size_t n_fields;
    bool leaf;
    bool as_it_is; /* its charset is not decoded; set before its text is asked for */
    unsigned index, depth;
    struct slice type;      /* lower case: "text/plain" */
    struct slice effective; /* effective_type: text/html for a .htm name */
    struct slice charset, boundary, name;
    struct slice body; /* encoded, as in the message; see view_part_raw() */
    /* how lines of body are read: CR before LF dropped; broken after 2,048 bytes, for each multipart around
     */
    bool crlf, blank_first;
    unsigned splits;
    /* made on first use, by the functions below */
    struct slice decoded, text;
    bool is_decoded, is_text;
    bool wide;              /* its text is characters in Perl, not bytes: see view-html.h */
    bool octets;            /* its text is bytes there, those of UTF-8 */
    struct view_html *html; /* NULL: no page */
};

struct view_tree {
    struct view_part *root;
    unsigned n_parts, flags;
    struct slice pristine_headers, pristine_body;
};

void view_tree_make(struct view_tree *t, struct message *m);
/* The message as it came, without the line of a mailbox in front. */
struct slice view_pristine(const struct view_tree *tree);
#define view_parts_foreach(part, tree) for (struct view_part *part = (tree)->root; part; part = part->next)

/* The field's value as rules see it. */
struct slice view_field_decoded(struct arena *a, struct view_field *f);
/* The last field of that name in the part, or NULL. */
struct view_field *view_part_field(const struct view_part *p, struct slice name);
/* The body in lines as SpamAssassin keeps it: LF, long lines of nested parts broken. */
struct slice view_part_raw(struct arena *a, const struct view_part *p);
/* Transfer encoding undone by SpamAssassin's decoders; LF. Empty for parts that are no leaves. */
struct slice view_part_decoded(struct arena *a, struct view_part *p);
/* Text of a text leaf for body rules in UTF-8: HTML rendered (p->html is then set). Empty for other parts. */
struct slice view_part_text(struct arena *a, struct view_part *p);

#endif
