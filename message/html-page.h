/* html-page.h - a page while it is read (inside of message/html) */
#ifndef MESSAGE_HTML_PAGE_H
#define MESSAGE_HTML_PAGE_H

#include "message/html.h"
#include "message/html-stack.h"
#include "message/html-text.h"

struct page {
    struct html *h;
    struct arena *a;
    const struct message_limits *limits;
    struct html_stack *stack;
    struct html_text visible, invisible;
    struct html_link **next_link;
    struct html_image **next_image;
    struct html_link *anchor; /* the open one */
    size_t anchor_from;       /* where its text begins in visible */
    bool has_title;
};

/* Links, images, forms and inputs of a start tag. */
void html_page_element(struct page *p, const struct html_token *token, const struct html_declared *declared);
/* The open anchor, if any, has ended. */
void html_page_anchor_end(struct page *p);

#endif
