/* view-parse.h - between the files that take a message apart: view-tree.c, view-header-block.c,
 * view-multipart.c */
#ifndef SCORING_VIEW_PARSE_H
#define SCORING_VIEW_PARSE_H

#include "scoring/view-tree.h"
#include "scoring/view-type.h"

#define VIEW_PARTS_MAX 20000 /* of a message; SpamAssassin has no such limit */

/* lines, and how they are read: see struct view_part */
struct view_source {
    struct slice text;
    bool crlf, blank_first;
    unsigned splits;
};

/* a part whose body waits to be taken apart */
struct view_job {
    struct view_part *part;
    struct view_type type;
    struct slice boundary;
    bool has_boundary;
    struct view_source source;
    unsigned left; /* levels that may still be taken apart */
    struct view_job *next;
};

struct view_parser {
    struct arena *a;
    struct view_tree *tree;
    const struct message_limits *limits;
    struct view_job *jobs, **tail;
    size_t budget; /* bytes that enclosed messages may still be decoded to */
    unsigned parts;
};

/* A new part below parent (NULL: the root), behind its other children. */
struct view_part *view_parse_part(struct view_parser *p, struct view_part *parent);
void view_parse_field(struct view_parser *p, struct view_part *part, struct slice name, struct slice raw,
                      bool no_lf);
/* The last Content-Type of the part. */
void view_parse_type(struct view_parser *p, struct view_part *part, struct view_type *type);
void view_parse_later(struct view_parser *p, const struct view_job *job);

/* A message's own header block: fields into part; where the body begins. *flags: bits are added. */
size_t view_parse_header(struct view_parser *p, struct view_part *part, struct slice text, bool crlf,
                         unsigned *flags);
void view_parse_multipart(struct view_parser *p, const struct view_job *job);

/* ^[!-9;-~]+[ \t]*: and, without spaces, what a part's first line is looked at for */
bool view_is_field(struct slice line, bool spaces);

#endif
