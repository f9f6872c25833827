/* html-token.h - a page as tags, text and comments (inside of message/html)
 * The tokenizer of WHATWG HTML 13.2.5, with the switches to raw text that its tree builder would make
 * (scripting off, no foreign content). Input: UTF-8. Output: tokens whose slices point into the page;
 * references are not yet decoded. Linear, any size; a tag cut off by the end of the page is dropped, as the
 * standard has it. Of attributes only those of html-tag.h are kept; of duplicates the first. */
#ifndef MESSAGE_HTML_TOKEN_H
#define MESSAGE_HTML_TOKEN_H

#include "message/html-tag.h"

enum html_token_kind {
    HTML_TOKEN_TEXT,
    HTML_TOKEN_START,
    HTML_TOKEN_END, /* an end tag */
    HTML_TOKEN_COMMENT,
    HTML_TOKEN_BOGUS, /* <!...> that is no comment, <?...>, </ ...>: doctype too */
};

struct html_token {
    enum html_token_kind kind;
    struct slice text;                   /* text as in the source; inside of a comment */
    struct slice name;                   /* of a tag, as written */
    enum html_tag tag;                   /* of a tag; of text inside a raw element: that element */
    struct slice attrs[HTML_ATTR_COUNT]; /* valid where html_has(); as in the source */
    uint32_t has;
};

struct html_tokenizer {
    struct slice page;
    size_t at;
    enum html_tag raw; /* inside that element's text; HTML_OTHER: not */
};

void html_tokenizer_init(struct html_tokenizer *t, struct slice page);
/* false at the end */
bool html_next(struct html_tokenizer *t, struct html_token *token);

static inline bool html_has(const struct html_token *token, enum html_attr attr)
{
    return token->has >> attr & 1;
}

/* empty when absent */
static inline struct slice html_attr(const struct html_token *token, enum html_attr attr)
{
    return html_has(token, attr) ? token->attrs[attr] : slice_of(NULL, 0);
}

static inline bool html_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

#endif
