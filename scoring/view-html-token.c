/* view-html-token.c - text, tags, comments, as HTML::Parser 3.81 cuts a page
 * With marked sections, as SpamAssassin sets it up. Where it matters: text ends before every '<', a tag or
 * not, and before the last word of a page that has no tag behind it; content of script, style, xmp, iframe,
 * plaintext, title and textarea is text up to their end tag; a comment or tag that has no end is given a
 * second chance at the end of the page, where '>' ends a comment, and is one comment then.
 *
 * A NUL follows the page, so that one byte beyond it may be looked at. Linear: what reads far ahead in vain
 * is remembered (never_closed), or ends the reading. */
#include "config.h"
#include "scoring/view-html-page.h"

enum { SPACE = 1, NAME_FIRST = 2, NAME_CHAR = 4, WORD = 8 /* no space, no > */, ATTRIBUTE = 16 /* nor = */ };

#define W (WORD | ATTRIBUTE)
#define N (W | NAME_CHAR)
#define F (N | NAME_FIRST)
/* clang-format off */
static const uint8_t classes[256] = {
    W, W, W, W, W, W, W, W, W, SPACE, SPACE, SPACE, SPACE, SPACE, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    SPACE, W, W, W, W, W, W, W, W, W, W, W, W, N, N, W,
    N, N, N, N, N, N, N, N, N, N, F, W, W, WORD, 0, W,
    W, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
    F, F, F, F, F, F, F, F, F, F, F, W, W, W, W, F,
    W, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
    F, F, F, F, F, F, F, F, F, F, F, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
/* clang-format on */

static inline bool is(char c, unsigned class)
{
    return classes[(unsigned char)c] & class;
}

static const struct literal {
    struct slice name;
    bool cdata;
    bool rest_is_text; /* up to the end of the page, when nothing closes it */
} literals[] = {
    { SLICE_INIT("script"), true, false },   { SLICE_INIT("style"), true, false },
    { SLICE_INIT("xmp"), true, true },       { SLICE_INIT("iframe"), true, true },
    { SLICE_INIT("plaintext"), true, true }, { SLICE_INIT("title"), false, false },
    { SLICE_INIT("textarea"), false, true },
};
enum { LITERAL_SCRIPT, LITERAL_STYLE, LITERAL_PLAINTEXT = 4, LITERALS = 7 };

/* ---- what was read */

static void end_pending(struct page *p)
{
    int pending = p->lexer.pending_end;
    p->lexer.pending_end = -1;
    if (pending >= 0 && !p->dead && p->lexer.section != SECTION_IGNORE)
        page_end_tag(p, literals[pending].name);
}

static bool wanted(const struct page *p)
{
    return !p->dead && p->lexer.section != SECTION_IGNORE;
}

static void on_text(struct page *p, const char *begin, const char *end)
{
    if (wanted(p))
        page_add_text(p, slice_of(begin, (size_t)(end - begin)));
}

static void on_comment(struct page *p, const char *begin, const char *end)
{
    if (wanted(p))
        page_comment(p, slice_of(begin, (size_t)(end - begin)));
}

static void on_end(struct page *p, const char *begin, const char *end)
{
    end_pending(p);
    if (wanted(p))
        page_end_tag(p, slice_of(begin, (size_t)(end - begin)));
}

static void on_declaration(struct page *p, const char *begin, const char *end)
{
    end_pending(p);
    if (wanted(p))
        page_declaration(p, slice_of(begin, (size_t)(end - begin)));
}

static void on_start(struct page *p, const char *begin, const char *end)
{
    struct slice name = slice_of(begin, (size_t)(end - begin));
    end_pending(p);
    if (wanted(p))
        page_start_tag(p, name);
    for (int i = 0; i < LITERALS; i++)
        if (slice_ieq(name, literals[i].name)) {
            p->lexer.literal = i;
            p->lexer.cdata = literals[i].cdata;
        }
}

/* ---- markup: each gives the place behind it, or `begin` when the page ends before it does, or NULL when it
 * is none. begin[0] is '<'. */

static const char *to_gt(const char *s, const char *end)
{
    const char *gt = memchr(s, '>', (size_t)(end - s));
    return gt ? gt : end;
}

/* Everything from begin to the next > at or after s is a comment. */
static const char *odd_comment(struct page *p, const char *begin, const char *s, const char *end)
{
    s = to_gt(s, end);
    if (s == end)
        return begin;
    on_comment(p, begin, s + 1);
    return s + 1;
}

static const char *comment(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 4;
    if (p->lexer.any_gt)
        return odd_comment(p, begin, s, end);
    while (s < end && (s = memchr(s, '-', (size_t)(end - s)))) {
        const char *after = s + 1;
        if (*after == '-') {
            after++;
            while (is(*after, SPACE))
                after++;
            if (*after == '>') {
                on_comment(p, begin, after + 1);
                return after + 1;
            }
        }
        s++;
    }
    return begin;
}

static void section_open(struct page *p, enum page_section section)
{
    struct page_lexer *l = &p->lexer;
    if (l->n_sections == l->cap_sections) {
        size_t cap = l->cap_sections ? l->cap_sections * 2 : 16;
        l->sections = arena_grow(p->a, l->sections, l->n_sections, cap, 1);
        l->cap_sections = cap;
    }
    if (l->n_sections && l->sections[l->n_sections - 1] > section)
        section = (enum page_section)l->sections[l->n_sections - 1];
    l->sections[l->n_sections++] = (uint8_t)section;
    l->section = section;
    l->cdata = section == SECTION_CDATA;
}

static void section_close(struct page *p)
{
    struct page_lexer *l = &p->lexer;
    l->n_sections--;
    l->section = l->n_sections ? (enum page_section)l->sections[l->n_sections - 1] : SECTION_NONE;
    l->cdata = l->section == SECTION_CDATA;
}

static enum page_section section_named(struct slice name)
{
    return slice_ieq(name, SLICE("include"))  ? SECTION_INCLUDE
           : slice_ieq(name, SLICE("rcdata")) ? SECTION_RCDATA
           : slice_ieq(name, SLICE("cdata"))  ? SECTION_CDATA
           : slice_ieq(name, SLICE("ignore")) ? SECTION_IGNORE
                                              : SECTION_NONE;
}

/* Names in front of the second [ of a section; the strongest counts. NULL when the page ends here. */
static const char *section_names(const char *s, const char *end, enum page_section *strongest, bool *any)
{
    while (is(*s, SPACE))
        s++;
    while (is(*s, NAME_FIRST)) {
        const char *name = s;
        while (is(*s, NAME_CHAR))
            s++;
        enum page_section section = section_named(slice_of(name, (size_t)(s - name)));
        *strongest = section > *strongest ? section : *strongest;
        *any = true;
        while (is(*s, SPACE))
            s++;
        if (s == end)
            return NULL;
    }
    return s;
}

/* behind the next "--", NULL when there is none */
static const char *behind_dashes(const char *s, const char *end)
{
    while (s < end && (s = memchr(s, '-', (size_t)(end - s)))) {
        if (s[1] == '-')
            return s + 2;
        s++;
    }
    return NULL;
}

static const char *marked_section(struct page *p, const char *begin, const char *end)
{
    enum page_section strongest = SECTION_NONE;
    bool any = false;
    const char *s = section_names(begin + 3, end, &strongest, &any);
    while (s && s[0] == '-' && s[1] == '-') {
        s = behind_dashes(s + 2, end);
        s = s ? section_names(s, end, &strongest, &any) : NULL;
    }
    if (s == NULL)
        return begin;
    if (*s != '[')
        return NULL;
    section_open(p, any ? strongest : SECTION_INCLUDE);
    end_pending(p);
    return s + 1;
}

/* One word, string or comment of a declaration: behind it, NULL when it is none, `end` when it has no end. */
static const char *declared(const char *s, const char *end)
{
    const char *close;
    if (*s == '"' || *s == '\'') {
        close = memchr(s + 1, *s, (size_t)(end - s - 1));
        return close ? close + 1 : end;
    }
    if (*s == '-') {
        if (s + 1 == end)
            return end;
        close = s[1] == '-' ? behind_dashes(s + 2, end) : NULL;
        return s[1] != '-' ? NULL : close ? close : end;
    }
    while (s < end && is(*s, WORD))
        s++;
    return s;
}

/* DOCTYPE and ENTITY, words and strings up to >; others are comments */
static const char *named_declaration(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 2;
    while (s < end && is(*s, NAME_CHAR))
        s++;
    struct slice name = slice_of(begin + 2, (size_t)(s - begin - 2));
    if (s == end)
        return begin;
    if (!slice_ieq(name, SLICE("doctype")) && !slice_ieq(name, SLICE("entity")))
        return odd_comment(p, begin, s, end);
    for (;;) {
        while (s < end && is(*s, SPACE))
            s++;
        if (s == end)
            return begin;
        if (*s == '>')
            break;
        const char *next = declared(s, end);
        if (next == NULL)
            return odd_comment(p, begin, s + 1, end);
        s = next;
    }
    on_declaration(p, begin, s + 1);
    return s + 1;
}

static const char *declaration(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 2;
    if (*s == '-')
        return s + 1 == end  ? begin
               : s[1] == '-' ? comment(p, begin, end)
                             : odd_comment(p, begin, s + 1, end);
    if (*s == '[') {
        const char *behind = marked_section(p, begin, end);
        return behind ? behind : odd_comment(p, begin, s, end);
    }
    if (ascii_alpha(*s))
        return named_declaration(p, begin, end);
    return odd_comment(p, begin, s, end); /* <!> as well */
}

/* ---- tags */

static enum page_attr attribute_named(struct slice name)
{
    static const struct {
        struct slice name;
        enum page_attr attr;
    } names[] = {
        { SLICE_INIT("action"), ATTR_ACTION },
        { SLICE_INIT("alink"), ATTR_ALINK },
        { SLICE_INIT("background"), ATTR_BACKGROUND },
        { SLICE_INIT("bgcolor"), ATTR_BGCOLOR },
        { SLICE_INIT("color"), ATTR_COLOR },
        { SLICE_INIT("content"), ATTR_CONTENT },
        { SLICE_INIT("face"), ATTR_FACE },
        { SLICE_INIT("height"), ATTR_HEIGHT },
        { SLICE_INIT("href"), ATTR_HREF },
        { SLICE_INIT("http-equiv"), ATTR_HTTP_EQUIV },
        { SLICE_INIT("link"), ATTR_LINK },
        { SLICE_INIT("data-saferedirecturl"), ATTR_SAFE_REDIRECT },
        { SLICE_INIT("size"), ATTR_SIZE },
        { SLICE_INIT("src"), ATTR_SRC },
        { SLICE_INIT("style"), ATTR_STYLE },
        { SLICE_INIT("text"), ATTR_TEXT },
        { SLICE_INIT("vlink"), ATTR_VLINK },
        { SLICE_INIT("width"), ATTR_WIDTH },
    };
    char first = ascii_lower(name.p[0]);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i].name.n == name.n && names[i].name.p[0] == first && slice_ieq(names[i].name, name))
            return names[i].attr;
    return ATTRS;
}

/* a letter, a slash and the word, anywhere in the name */
static bool has_slashed(struct slice name, struct slice word, bool wide)
{
    for (size_t i = 1; i + word.n <= name.n; i++)
        if (name.p[i] == '/' && slice_ieq(slice_sub(name, i, word.n), word) &&
            char_word_before((struct page_text){ name, wide }, i))
            return true;
    return false;
}

static enum page_attr attribute_odd(const struct page *p, struct slice name)
{
    if (name.n < 5 || slice_chr(name, '/') < 0)
        return ATTRS;
    return has_slashed(name, SLICE("/href"), p->wide)  ? ATTR_ODD_HREF
           : has_slashed(name, SLICE("/src"), p->wide) ? ATTR_ODD_SRC
                                                       : ATTRS;
}

static void attribute(struct page *p, struct slice name, struct slice value, bool plain)
{
    enum page_attr attr = attribute_named(name);
    if (attr == ATTRS)
        attr = attribute_odd(p, name);
    if (attr == ATTRS || (page_has(p, attr) && attr < ATTR_ODD_HREF))
        return;
    p->attrs |= 1u << attr;
    p->attr[attr] = (struct page_value){ value, plain };
}

/* An attribute's value at s, which is behind the = and its spaces; NULL when the page ends first. */
static const char *value_at(const char *s, const char *end, struct slice *value)
{
    if (*s == '"' || *s == '\'') {
        const char *close = memchr(s + 1, *s, (size_t)(end - s - 1));
        if (close)
            *value = slice_of(s + 1, (size_t)(close - s - 1));
        return close ? close + 1 : NULL;
    }
    const char *begin = s;
    while (s < end && is(*s, WORD))
        s++;
    *value = slice_of(begin, (size_t)(s - begin));
    return s == end ? NULL : s;
}

/* The value of an attribute and what is before it, from its = on; NULL when the page ends first. */
static const char *assigned(const char *s, const char *end, struct slice *value)
{
    s++;
    while (is(*s, SPACE))
        s++;
    return s == end ? NULL : value_at(s, end, value);
}

/* An attribute and the spaces behind it; NULL when the page ends first. */
static const char *attribute_at(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 1, *behind;
    while (s < end && is(*s, ATTRIBUTE))
        s++;
    struct slice name = slice_of(begin, (size_t)(s - begin)), value = name;
    while (is(*s, SPACE))
        s++;
    if (s == end)
        return NULL;
    bool plain = *s != '=';
    behind = plain ? s : assigned(s, end, &value);
    if (behind == NULL)
        return NULL;
    while (is(*behind, SPACE))
        behind++;
    if (behind == end)
        return NULL;
    attribute(p, name, value, plain);
    return behind;
}

static const char *start_tag(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 2, *name_end;
    while (s < end && is(*s, WORD))
        s++;
    name_end = s;
    while (is(*s, SPACE))
        s++;
    if (s == end)
        return begin;
    p->attrs = 0;
    while (is(*s, WORD)) {
        s = attribute_at(p, s, end);
        if (s == NULL)
            return begin;
    }
    on_start(p, begin + 1, name_end);
    return s + 1;
}

/* the > that ends an end tag: not one in quotes, as Internet Explorer had it */
static const char *unquoted_gt(const char *s, const char *end)
{
    char quote = 0, before = ' ';
    for (; s < end && (quote || *s != '>'); before = *s++) {
        if (*s != '"' && *s != '\'')
            continue;
        if (*s == quote)
            quote = 0;
        else if (!quote && (before == ' ' || before == '='))
            quote = *s;
    }
    return s;
}

static const char *end_tag(struct page *p, const char *begin, const char *end)
{
    const char *s = begin + 2, *name_end = s;
    while (name_end < end && is(*name_end, WORD))
        name_end++;
    s = unquoted_gt(name_end, end);
    if (s == end)
        return begin;
    if (name_end == begin + 2)
        on_comment(p, begin, s + 1);
    else
        on_end(p, begin + 2, name_end);
    return s + 1;
}

static const char *instruction(struct page *p, const char *begin, const char *end)
{
    const char *s = to_gt(begin + 2, end);
    if (s == end)
        return begin;
    end_pending(p);
    return s + 1;
}

static const char *markup(struct page *p, const char *begin, const char *end)
{
    char c = begin[1];
    return is(c, NAME_FIRST) ? start_tag(p, begin, end)
           : c == '/'        ? end_tag(p, begin, end)
           : c == '!'        ? declaration(p, begin, end)
           : c == '?'        ? instruction(p, begin, end)
                             : NULL;
}

/* ---- text */

/* The end tag of the literal element at s (a '<'): behind it, NULL when it is another. */
static const char *literal_end(struct slice name, const char *s, const char **name_end)
{
    size_t i = 0;
    if (s[1] != '/')
        return NULL;
    for (s += 2; i < name.n && ascii_lower(*s) == name.p[i]; i++)
        s++;
    *name_end = s;
    while (is(*s, SPACE))
        s++;
    return i == name.n && *s == '>' ? s + 1 : NULL;
}

/* The content of a literal element and its end tag; NULL when it has none. */
static const char *literal_text(struct page *p, const char *begin, const char *end)
{
    int literal = p->lexer.literal;
    const char *behind = NULL, *name_end, *s = begin;
    if (literal == LITERAL_PLAINTEXT || p->lexer.never_closed >> literal & 1)
        return NULL;
    for (; s < end && (s = memchr(s, '<', (size_t)(end - s))); s++)
        if ((behind = literal_end(literals[literal].name, s, &name_end)))
            break;
    if (behind == NULL) {
        p->lexer.never_closed |= 1u << literal;
        return NULL;
    }
    if (s != begin)
        on_text(p, begin, s);
    on_end(p, s + 2, name_end);
    p->lexer.literal = -1;
    p->lexer.cdata = false;
    return behind;
}

/* The content of a section where markup is text, and its ]]>; NULL when it has none. */
static const char *section_text(struct page *p, const char *begin, const char *end)
{
    for (const char *s = begin; s < end && (s = memchr(s, ']', (size_t)(end - s))); s++)
        if (s[1] == ']' && s[2] == '>') {
            if (s != begin)
                on_text(p, begin, s);
            end_pending(p);
            section_close(p);
            return s + 3;
        }
    return NULL;
}

/* The next '<' at or after s. In a section ]]> ends it on the way: *begin is where text begins then. After a
 * ] that ends nothing, some characters are not looked at. */
static const char *to_markup(struct page *p, const char **begin, const char *s, const char *end)
{
    while (s < end && *s != '<') {
        if (p->lexer.section == SECTION_NONE) {
            s = memchr(s, '<', (size_t)(end - s));
            return s ? s : end;
        }
        const char *bracket = s;
        if (*s == ']' && *++s == ']' && *++s == '>') {
            on_text(p, *begin, bracket);
            end_pending(p);
            section_close(p);
            *begin = s + 1;
        }
        s++;
    }
    return s < end ? s : end;
}

/* Text up to the last word, which may go on. */
static const char *last_text(struct page *p, const char *begin, const char *end)
{
    const char *s = end;
    if (s > begin && !is(s[-1], SPACE))
        while (s > begin && !is(s[-1], SPACE))
            s--;
    while (s > begin && is(s[-1], SPACE))
        s--;
    if (s > begin)
        on_text(p, begin, s);
    return s;
}

/* Reads on from s; returns where what cannot be read yet begins. */
static const char *read_on(struct page *p, const char *s, const char *end)
{
    const char *begin = s;
    while (!p->dead) {
        if (p->lexer.literal >= 0) {
            s = literal_text(p, begin, end);
            if (s == NULL)
                return begin;
            begin = s;
        }
        while (p->lexer.section == SECTION_CDATA || p->lexer.section == SECTION_RCDATA) {
            s = section_text(p, begin, end);
            if (s == NULL)
                return begin;
            begin = s;
        }
        s = to_markup(p, &begin, s, end);
        if (s == end)
            return s == begin ? s : last_text(p, begin, end);
        if (s != begin)
            on_text(p, begin, s);
        begin = s;
        if (end - s < 3)
            return s;
        const char *behind = markup(p, s, end);
        if (behind == s)
            return s;
        s = behind ? behind : s + 1;
        begin = behind ? behind : begin;
    }
    return end;
}

/* ---- the end of the page */

static bool any_markup(const char *s, const char *end)
{
    return s + 1 == end || is(s[1], NAME_FIRST) || s[1] == '/' || s[1] == '!' || s[1] == '?';
}

/* A literal element without end: false when the rest is its text. */
static bool literal_unclosed(struct page *p)
{
    int literal = p->lexer.literal;
    if (literals[literal].rest_is_text)
        return false;
    if (literal == LITERAL_SCRIPT || literal == LITERAL_STYLE)
        on_end(p, literals[literal].name.p, literals[literal].name.p + literals[literal].name.n);
    else
        p->lexer.pending_end = literal;
    p->lexer.literal = -1;
    return true;
}

static void read_rest(struct page *p, const char *s, const char *end)
{
    while (s < end && !p->dead) {
        if (p->lexer.literal >= 0) {
            if (!literal_unclosed(p))
                break;
        } else if (*s == '<' && !p->lexer.any_gt)
            p->lexer.any_gt = true;
        else
            break;
        s = read_on(p, s, end);
    }
    if (s < end && *s == '<' && p->lexer.literal < 0 && any_markup(s, end))
        on_comment(p, s, end);
    else if (s < end)
        on_text(p, s, end);
    end_pending(p);
}

/* SpamAssassin closes a style or script that the page leaves open. */
static const char *close_hidden(struct page *p, const char *s, const char *end)
{
    int literal = p->lexer.literal;
    bool inside = (literal == LITERAL_STYLE && page_tags_in(&p->facts->tags, TAG_STYLE)) ||
                  (literal == LITERAL_SCRIPT && page_tags_in(&p->facts->tags, TAG_SCRIPT));
    if (!inside || p->dead)
        return s;
    if (s < end)
        on_text(p, s, end);
    on_end(p, literals[literal].name.p, literals[literal].name.p + literals[literal].name.n);
    p->lexer.literal = -1;
    p->lexer.cdata = false;
    return end;
}

void page_read(struct page *p)
{
    const char *end = p->source.p + p->source.n;
    p->lexer.literal = p->lexer.pending_end = -1;
    const char *s = read_on(p, p->source.p, end);
    read_rest(p, close_hidden(p, s, end), end);
    p->dead |= p->lexer.section == SECTION_IGNORE; /* the event at the end is ignored as well */
}
