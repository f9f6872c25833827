/* view-html.h - a page as SpamAssassin renders it: its HTML.pm on top of HTML::Parser 3.81
 * One pass; text for body rules (all, visible, invisible), URIs with the tags they came from, and the facts
 * that html_* functions ask for. Linear; no recursion; limits on tags and links cut silently, as noted. */
#ifndef SCORING_VIEW_HTML_H
#define SCORING_VIEW_HTML_H

#include "base/arena.h"

struct view_html_uri {
    struct slice uri;    /* resolved as SpamAssassin does */
    struct slice tag;    /* "a", "img", "form" ...: its type in uri_detail */
    struct slice anchor; /* text of the anchor, empty: none */
    struct view_html_uri *next;
};

/* text that a html_text_match rule reads: comments, titles, scripts ... */
struct view_html_piece {
    struct slice text;
    struct view_html_piece *next;
};

/* Values under SpamAssassin's names (length, non_space_len, ratio, image_area, backhair_count, ...): those
 * that are numbers are looked up by html_range and html_test through view_html_number(). */
struct view_html_facts;

struct view_html {
    size_t source_n;                       /* set before: bytes of the page in its own charset */
    struct slice text, visible, invisible; /* UTF-8 */
    struct view_html_uri *uris;
    struct slice base_href;
    const struct view_html_facts *facts;
};

/* page: decoded, UTF-8 (not necessarily valid); in_alternative etc. are not known here. */
void view_html_render(struct view_html *h, struct arena *a, struct slice page);
/* 0 when there is no such fact; *present may be NULL */
double view_html_number(const struct view_html *h, struct slice name, bool *present);

#endif
