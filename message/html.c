/* html.c - what a browser would show of a page, and what it would hide; see html.h
 * html-token.c cuts the page into tokens, html-stack.c knows what holds for the text between them,
 * html-text.c writes it, html-link.c collects addresses. Style sheets are not applied: what only they hide is
 * shown. Past html_max_tags tags are skipped (they still break lines and nothing of the text is lost). */
#include "config.h"
#include "message/html.h"

#include "message/html-page.h"

static bool only_space(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!html_space(s.p[i]))
            return false;
    return true;
}

static void title(struct page *p, struct slice text)
{
    struct html_text t;
    if (p->has_title)
        return;
    p->has_title = true;
    html_text_init(&t, p->a, text.n * 2 + 8);
    html_text_put(&t, text, true, false);
    p->h->title = html_text_done(&t);
}

static bool preformatted(const struct page *p)
{
    const unsigned *open = p->stack->open;
    return open[HTML_PRE] || open[HTML_LISTING] || open[HTML_TEXTAREA] || open[HTML_XMP] ||
           open[HTML_PLAINTEXT];
}

static void text(struct page *p, const struct html_token *token)
{
    struct slice s = token->text;
    if (token->tag == HTML_SCRIPT)
        p->h->script_bytes += s.n;
    else if (token->tag == HTML_STYLE)
        p->h->style_bytes += s.n;
    else if (token->tag == HTML_TITLE)
        title(p, s);
    else {
        bool shows = only_space(s) ? p->stack->n == 0 || p->stack->v[p->stack->n - 1].shows
                                   : html_stack_text(p->stack);
        html_text_put(shows ? &p->visible : &p->invisible, s, !(html_tag_is(token->tag) & HTML_RAW),
                      preformatted(p));
    }
}

/* Lines and cells end whether the element is shown or not. */
static void break_text(struct page *p, enum html_tag tag)
{
    unsigned is = html_tag_is(tag);
    if (is & HTML_BLOCK) {
        html_text_break(&p->visible);
        html_text_break(&p->invisible);
    } else if (is & HTML_CELL) {
        html_text_space(&p->visible);
        html_text_space(&p->invisible);
    }
}

static bool too_many_tags(struct page *p)
{
    if (p->h->tags++ < p->limits->html_max_tags)
        return false;
    p->h->truncated = true;
    return true;
}

static void start_tag(struct page *p, const struct html_token *token)
{
    struct html_declared declared;
    break_text(p, token->tag);
    if (too_many_tags(p))
        return;
    html_declare(&declared, p->a, token);
    html_stack_start(p->stack, token, &declared);
    html_page_element(p, token, &declared);
}

static void end_tag(struct page *p, const struct html_token *token)
{
    bool closed = true;
    if (p->h->tags <= p->limits->html_max_tags) {
        if (token->tag == HTML_A)
            html_page_anchor_end(p);
        closed = html_stack_end(p->stack, token);
    }
    if (closed)
        break_text(p, token->tag);
}

static void token_read(struct page *p, const struct html_token *token)
{
    switch (token->kind) {
    case HTML_TOKEN_TEXT: text(p, token); break;
    case HTML_TOKEN_START: start_tag(p, token); break;
    case HTML_TOKEN_END: end_tag(p, token); break;
    case HTML_TOKEN_COMMENT:
    case HTML_TOKEN_BOGUS:
        p->h->comments += token->kind == HTML_TOKEN_COMMENT;
        p->h->comment_bytes += token->kind == HTML_TOKEN_COMMENT ? token->text.n : 0;
        break;
    }
}

void html_parse(struct html *h, struct arena *a, struct slice source, size_t text_max,
                const struct message_limits *l)
{
    struct page p = { .h = h, .a = a, .limits = l };
    struct html_tokenizer tokens;
    struct html_token token;
    memset(h, 0, sizeof(*h));
    memset(&token, 0, sizeof(token));
    p.stack = ARENA_NEW(a, struct html_stack);
    p.next_link = &h->links;
    p.next_image = &h->images;
    html_text_init(&p.visible, a, text_max);
    html_text_init(&p.invisible, a, text_max);
    html_tokenizer_init(&tokens, source);
    while (html_next(&tokens, &token))
        token_read(&p, &token);
    html_page_anchor_end(&p);
    h->visible = html_text_done(&p.visible);
    h->invisible = html_text_done(&p.invisible);
    h->truncated = h->truncated || p.visible.full || p.invisible.full;
}
