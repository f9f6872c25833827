/* html-stack.h - the open elements and what holds for their text (inside of message/html)
 * As far as the tree builder of WHATWG HTML 13.2.6 matters for style: implied end tags, scopes, formatting
 * elements that outlive their block. No tree. Bounded: past HTML_STACK_MAX open elements further ones are
 * only counted. Every tag costs at most HTML_STACK_MAX steps. */
#ifndef MESSAGE_HTML_STACK_H
#define MESSAGE_HTML_STACK_H

#include "message/html-style.h"

#define HTML_STACK_MAX 200
#define HTML_PENDING_MAX 32

struct html_element {
    enum html_tag tag;
    uint32_t name; /* tells elements without a row apart */
    bool shows;
    unsigned pending_n, pending_base; /* of a marker: as they were when it was opened */
    struct html_declared declared;
    struct html_computed computed;
};

struct html_stack {
    struct html_element v[HTML_STACK_MAX];
    /* formatting elements whose block was closed around them: opened again before the next text */
    struct html_element pending[HTML_PENDING_MAX];
    size_t n, over;
    unsigned pending_n, pending_base;
    unsigned open[HTML_TAG_COUNT];
};

/* zeroed is initialised. `declared` is what the start tag says (html_declare). */
void html_stack_start(struct html_stack *s, const struct html_token *token,
                      const struct html_declared *declared);
/* false: the tag closes nothing */
bool html_stack_end(struct html_stack *s, const struct html_token *token);
/* Before text that is not only white space: is it shown? */
bool html_stack_text(struct html_stack *s);

#endif
