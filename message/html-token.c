/* html-token.c - a page as tags, text and comments; see html-token.h */
#include "config.h"
#include "message/html-token.h"

void html_tokenizer_init(struct html_tokenizer *t, struct slice page)
{
    *t = (struct html_tokenizer){ .page = page };
}

static struct slice span(const struct html_tokenizer *t, size_t from, size_t to)
{
    return slice_sub(t->page, from, to - from);
}

/* position of c at or behind `from`, or the end */
static size_t seek(const struct html_tokenizer *t, size_t from, char c)
{
    ptrdiff_t at = slice_chr(slice_from(t->page, from), c);
    return at < 0 ? t->page.n : from + (size_t)at;
}

static bool is_at(const struct html_tokenizer *t, size_t at, char c)
{
    return at < t->page.n && t->page.p[at] == c;
}

static bool alpha_at(const struct html_tokenizer *t, size_t at)
{
    return at < t->page.n && ascii_alpha(t->page.p[at]);
}

static bool ends_name(char c)
{
    return html_space(c) || c == '/' || c == '>';
}

/* ---- comments */

static bool take(struct html_tokenizer *t, struct html_token *token, enum html_token_kind kind, size_t from,
                 size_t to, size_t next)
{
    token->kind = kind;
    token->text = span(t, from, to);
    t->at = next < t->page.n ? next : t->page.n;
    return true;
}

/* What might have become "-->" at the end of the page is not of the comment. */
static size_t unfinished_end(const struct html_tokenizer *t, size_t from)
{
    struct slice text = slice_from(t->page, from);
    size_t cut = slice_iends(text, SLICE("--!"))  ? 3
                 : slice_iends(text, SLICE("--")) ? 2
                 : slice_iends(text, SLICE("-"))  ? 1
                                                  : 0;
    return t->page.n - cut;
}

/* `from` is behind "<!--". Ends at "-->", "--!>", and at once by ">" or "->". */
static bool comment(struct html_tokenizer *t, struct html_token *token, size_t from)
{
    if (is_at(t, from, '>'))
        return take(t, token, HTML_TOKEN_COMMENT, from, from, from + 1);
    if (is_at(t, from, '-') && is_at(t, from + 1, '>'))
        return take(t, token, HTML_TOKEN_COMMENT, from, from, from + 2);
    size_t at = from;
    while ((at = seek(t, at, '-')) < t->page.n) {
        size_t dashes = at;
        while (is_at(t, at, '-'))
            at++;
        if (at - dashes < 2)
            continue;
        if (is_at(t, at, '>'))
            return take(t, token, HTML_TOKEN_COMMENT, from, at - 2, at + 1);
        if (is_at(t, at, '!') && is_at(t, at + 1, '>'))
            return take(t, token, HTML_TOKEN_COMMENT, from, at - 2, at + 2);
    }
    return take(t, token, HTML_TOKEN_COMMENT, from, unfinished_end(t, from), t->page.n);
}

static bool bogus(struct html_tokenizer *t, struct html_token *token, size_t from)
{
    size_t end = seek(t, from, '>');
    return take(t, token, HTML_TOKEN_BOGUS, from, end, end + 1);
}

/* ---- tags */

static size_t skip_space(const struct html_tokenizer *t, size_t at)
{
    while (at < t->page.n && html_space(t->page.p[at]))
        at++;
    return at;
}

/* Reads a value at `at` (behind = and white space). Returns the position behind it; past the end of the page
 * when a quote is never closed. */
static size_t value(const struct html_tokenizer *t, size_t at, struct slice *out)
{
    size_t end = at;
    if (at == t->page.n)
        return at;
    char quote = t->page.p[at];
    if (quote == '"' || quote == '\'') {
        end = seek(t, at + 1, quote);
        *out = span(t, at + 1, end);
        return end + 1;
    }
    while (end < t->page.n && !html_space(t->page.p[end]) && t->page.p[end] != '>')
        end++;
    *out = span(t, at, end);
    return end;
}

/* Reads an attribute at `at`; a name may begin with anything but white space, / and >. */
static size_t attribute(const struct html_tokenizer *t, struct html_token *token, size_t at)
{
    size_t end = at + 1;
    struct slice text = { "", 0 };
    while (end < t->page.n && !ends_name(t->page.p[end]) && t->page.p[end] != '=')
        end++;
    enum html_attr attr = html_attr_by_name(span(t, at, end));
    at = skip_space(t, end);
    if (is_at(t, at, '='))
        at = value(t, skip_space(t, at + 1), &text);
    if (attr < HTML_ATTR_COUNT && !html_has(token, attr)) {
        token->attrs[attr] = text;
        token->has |= UINT32_C(1) << attr;
    }
    return at;
}

/* `at` is at the first letter of the name. false when the page ends inside the tag. */
static bool tag(struct html_tokenizer *t, struct html_token *token, enum html_token_kind kind, size_t at)
{
    size_t end = at;
    while (end < t->page.n && !ends_name(t->page.p[end]))
        end++;
    token->kind = kind;
    token->name = span(t, at, end);
    token->tag = html_tag_by_name(token->name);
    token->has = 0;
    at = end;
    for (;;) {
        while (at < t->page.n && (html_space(t->page.p[at]) || t->page.p[at] == '/'))
            at++;
        if (at >= t->page.n) {
            t->at = t->page.n;
            return false;
        }
        if (t->page.p[at] == '>')
            break;
        at = attribute(t, token, at);
    }
    t->at = at + 1;
    if (kind == HTML_TOKEN_START && (html_tag_is(token->tag) & (HTML_RAW | HTML_RCDATA)))
        t->raw = token->tag;
    return true;
}

/* ---- text of raw elements */

/* "</name" at `at`, and the name ends there */
static bool names_element(const struct html_tokenizer *t, size_t at, struct slice name)
{
    struct slice rest = slice_from(t->page, at);
    return rest.n > name.n && slice_istarts(rest, name) && ends_name(rest.p[name.n]);
}

static const struct slice raw_names[HTML_TAG_COUNT] = {
    [HTML_IFRAME] = SLICE_INIT("iframe"),     [HTML_NOEMBED] = SLICE_INIT("noembed"),
    [HTML_NOFRAMES] = SLICE_INIT("noframes"), [HTML_STYLE] = SLICE_INIT("style"),
    [HTML_TEXTAREA] = SLICE_INIT("textarea"), [HTML_TITLE] = SLICE_INIT("title"),
    [HTML_XMP] = SLICE_INIT("xmp"),
};

static size_t raw_end(const struct html_tokenizer *t)
{
    size_t at = t->at;
    if (t->raw == HTML_PLAINTEXT)
        return t->page.n;
    while ((at = seek(t, at, '<')) < t->page.n) {
        if (is_at(t, at + 1, '/') && names_element(t, at + 2, raw_names[t->raw]))
            return at;
        at++;
    }
    return at;
}

/* A script ends at </script> except between "<!--" and "-->" behind a <script> (13.2.5.20 to .31). */
static size_t script_end(const struct html_tokenizer *t)
{
    static const struct slice script = SLICE_INIT("script");
    enum { PLAIN, ESCAPED, DOUBLE } state = PLAIN;
    struct slice page = t->page;
    for (size_t at = t->at; at < page.n; at++) {
        char c = page.p[at];
        if (c == '-' && state != PLAIN && slice_starts(slice_from(page, at), SLICE("-->")))
            state = PLAIN;
        if (c != '<')
            continue;
        if (is_at(t, at + 1, '/') && names_element(t, at + 2, script)) {
            if (state != DOUBLE)
                return at;
            state = ESCAPED;
        } else if (state == ESCAPED && names_element(t, at + 1, script)) {
            state = DOUBLE;
        } else if (state == PLAIN && slice_starts(slice_from(page, at), SLICE("<!--"))) {
            state = ESCAPED;
            at++; /* its dashes may be those of "-->" */
        }
    }
    return page.n;
}

static bool raw_text(struct html_tokenizer *t, struct html_token *token)
{
    size_t end = t->raw == HTML_SCRIPT ? script_end(t) : raw_end(t);
    token->tag = t->raw;
    t->raw = HTML_OTHER;
    return take(t, token, HTML_TOKEN_TEXT, t->at, end, end);
}

/* ---- */

/* What stands at a '<'. false: text, or (t->at moved) nothing at all. */
static bool markup(struct html_tokenizer *t, struct html_token *token, size_t at)
{
    if (alpha_at(t, at + 1))
        return tag(t, token, HTML_TOKEN_START, at + 1);
    if (is_at(t, at + 1, '!')) {
        if (is_at(t, at + 2, '-') && is_at(t, at + 3, '-'))
            return comment(t, token, at + 4);
        return bogus(t, token, at + 2);
    }
    if (is_at(t, at + 1, '?'))
        return bogus(t, token, at + 1);
    if (!is_at(t, at + 1, '/') || at + 2 == t->page.n)
        return false;
    if (alpha_at(t, at + 2))
        return tag(t, token, HTML_TOKEN_END, at + 2);
    if (!is_at(t, at + 2, '>'))
        return bogus(t, token, at + 2);
    t->at = at + 3; /* "</>" is nothing */
    return false;
}

static bool begins_markup(const struct html_tokenizer *t, size_t at)
{
    if (is_at(t, at + 1, '/'))
        return at + 2 < t->page.n;
    return alpha_at(t, at + 1) || is_at(t, at + 1, '!') || is_at(t, at + 1, '?');
}

bool html_next(struct html_tokenizer *t, struct html_token *token)
{
    if (t->raw != HTML_OTHER && raw_text(t, token) && token->text.n)
        return true;
    while (t->at < t->page.n) {
        size_t at = seek(t, t->at, '<');
        while (at < t->page.n && !begins_markup(t, at))
            at = seek(t, at + 1, '<');
        if (at > t->at) {
            token->tag = HTML_OTHER;
            return take(t, token, HTML_TOKEN_TEXT, t->at, at, at);
        }
        if (markup(t, token, at))
            return true;
    }
    return false;
}
