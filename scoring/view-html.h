/* view-html.h - a page as SpamAssassin renders it: its HTML.pm on top of HTML::Parser 3.81
 * One pass; text for body rules (all, visible, invisible), URIs with the tags they came from, and the facts
 * that html_* functions ask for. Linear; no recursion; past the limits below links, pieces and open elements
 * are left out silently.
 *
 * Perl has two kinds of strings, and it shows. A page of ASCII alone whose charset needed no decoding is one
 * of bytes: &eacute; in it is one byte for rules, and white space is ASCII's. All others are wide: white
 * space and letters are Unicode's. Here text is UTF-8 either way, and says of itself whether it is wide. */
#ifndef SCORING_VIEW_HTML_H
#define SCORING_VIEW_HTML_H

#include "base/arena.h"

#define VIEW_HTML_URI_MAX 8192    /* characters */
#define VIEW_HTML_LINKS_MAX 20000 /* URIs and anchors of a page */
#define VIEW_HTML_PIECES_MAX 20000
#define VIEW_HTML_OPEN_MAX 16384 /* open elements with a style */

struct view_html_uri {
    struct slice uri; /* resolved as SpamAssassin does */
    /* "a", "img", "form" ...: its type in uri_detail. Empty: only the text of an anchor, under what its href
     * says, not resolved, maybe empty. A URI that has no other entry is of type "parsed" then. */
    struct slice tag;
    struct slice anchor; /* text of the anchor; p is NULL when there is none */
    bool uri_wide, anchor_wide;
    struct view_html_uri *next;
};

/* text that a html_text_match rule reads: comments, titles, scripts ... */
struct view_html_piece {
    struct slice text;
    bool wide;
    struct view_html_piece *next;
};

/* what html_text_match() may name */
enum view_html_list {
    VIEW_HTML_COMMENT,
    VIEW_HTML_SCRIPT,
    VIEW_HTML_TITLE,
    VIEW_HTML_ANCHOR,
    VIEW_HTML_LISTS
};

struct view_html_facts;

struct view_html {
    size_t source_n;  /* set before: bytes of the page in its own charset */
    bool source_wide; /* set before: its charset was decoded, see above; not needed where it is not ASCII */

    struct slice text, visible, invisible; /* UTF-8 */
    bool text_wide, visible_wide, invisible_wide;
    struct view_html_uri *uris; /* in order; the same URI may come again */
    struct slice base_href;
    bool uri_cut;   /* one was longer than VIEW_HTML_URI_MAX */
    bool links_cut; /* there are more than VIEW_HTML_LINKS_MAX */
    struct view_html_piece *lists[VIEW_HTML_LISTS];
    const struct view_html_facts *facts;
};

/* page: decoded, UTF-8 (not necessarily valid). What is in *h points into the arena, never into page. */
void view_html_render(struct view_html *h, struct arena *a, struct slice page);
/* A value under SpamAssassin's name (length, ratio, backhair_count ...); 0 when there is no such fact or it
 * is not a number. *present may be NULL. */
double view_html_number(const struct view_html *h, struct slice name, bool *present);
/* How many elements of that name (lower case) are left open, never below 0; -1 when the page has no such tag.
 */
int view_html_open(const struct view_html *h, struct slice tag);
bool view_html_list_find(struct slice name, enum view_html_list *list);
/* Characters up to U+00FF as one byte each, others as `other`: text that is not wide as rules see it. */
struct slice view_html_bytes(struct arena *a, struct slice text, char other);

#endif
