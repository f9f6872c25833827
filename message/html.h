/* html.h - what a browser would show of a page, and what it would hide
 * A tokenizer after the WHATWG state machine (comments, raw-text elements, unquoted and duplicate attributes,
 * named and numeric references) and a bounded stack of open elements that carry style: no tree. Linear; tags
 * and links are capped (truncated is then set). Input is UTF-8 (see charset.h). Nothing is fetched or run.
 * Invisible: display:none, visibility:hidden, hidden attribute, font size <= 1px, opacity 0, text in the
 * colour of its background. */
#ifndef MESSAGE_HTML_H
#define MESSAGE_HTML_H

#include "message/limits.h"

enum html_link_kind {
    HTML_LINK_ANCHOR, /* a, area, link href */
    HTML_LINK_IMAGE,  /* img, background, input type=image */
    HTML_LINK_FORM,   /* form action, formaction */
    HTML_LINK_FRAME,  /* iframe, frame, embed, object */
    HTML_LINK_SCRIPT,
    HTML_LINK_REFRESH, /* meta refresh */
    HTML_LINK_BASE,
};

struct html_link {
    enum html_link_kind kind;
    struct slice
        url; /* references decoded, white space and controls trimmed as a browser does; not resolved */
    struct slice text; /* anchor's visible text, white space collapsed (cut at 200 bytes) */
    struct html_link *next;
};

struct html_image {
    struct slice url, alt;
    int width, height; /* -1: not given */
    struct html_image *next;
};

struct html {
    struct slice visible;   /* text, blocks on lines of their own, white space collapsed */
    struct slice invisible; /* the same for what is hidden */
    struct slice title;
    struct slice base; /* first base href */
    struct html_link *links;
    size_t n_links;
    struct html_image *images;
    size_t n_images;
    unsigned forms, inputs, password_inputs, scripts, comments, tags;
    size_t comment_bytes, script_bytes, style_bytes;
    bool truncated;
};

void html_parse(struct html *h, struct arena *a, struct slice page, size_t text_max,
                const struct message_limits *l);

#endif
