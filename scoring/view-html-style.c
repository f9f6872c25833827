/* view-html-style.c - colours and sizes of a page's text, and what of it cannot be seen
 * A stack: a tag that may have a style lies on it with what it changes, its end tag takes off everything down
 * to it. Facts worth knowing: bgcolor="" changes nothing (SpamAssassin reads it and forgets it); properties
 * are known by their lower-case names only; a colour that has no name and no # is invalid, and text in it
 * counts as invisible. */
#include "config.h"
#include "scoring/view-html-page.h"

#include "message/charset.h"

void page_style_init(struct page *p)
{
    p->cap_styles = 64;
    p->styles = arena_array(p->a, p->cap_styles, sizeof(*p->styles));
    p->styles[0] = (struct page_style){ .tag = TAGS, .bg = { COLOR_RGB, 0xffffff }, .size = 3 };
    p->n_styles = 1;
}

/* ---- the stack */

static struct page_style *top(struct page *p)
{
    return &p->styles[p->n_styles - 1];
}

static void push(struct page *p, const struct page_style *style)
{
    if (p->n_styles == VIEW_HTML_OPEN_MAX)
        return;
    if (p->n_styles == p->cap_styles) {
        p->styles = arena_grow(p->a, p->styles, p->n_styles, p->cap_styles * 2, sizeof(*p->styles));
        p->cap_styles *= 2;
    }
    p->styles[p->n_styles++] = *style;
    p->open_styles[style->tag]++;
}

static enum page_tag pop(struct page *p)
{
    enum page_tag tag = top(p)->tag;
    p->open_styles[tag]--;
    p->n_styles--;
    return tag;
}

/* A cell or row ends the one before. */
static void close_before(struct page *p, enum page_tag tag)
{
    if (p->open_styles[tag] == 0)
        return;
    for (;;) {
        enum page_tag last = top(p)->tag;
        if (last != TAG_FONT && last != TAG_TD && !(last == TAG_TR && tag == TAG_TR))
            return;
        pop(p);
    }
}

void page_style_close(struct page *p, enum page_tag tag)
{
    if (tag == TAG_TH)
        tag = TAG_TD;
    if (tag == TAG_BODY || p->open_styles[tag] == 0)
        return;
    while (pop(p) != tag)
        ;
}

/* ---- style="" */

enum property {
    PROPERTY_NONE,
    PROPERTY_COLOR,
    PROPERTY_BACKGROUND_COLOR,
    PROPERTY_BACKGROUND,
    PROPERTY_OTHER
};

static bool has_line_end(struct slice s)
{
    return slice_chr(s, '\n') >= 0;
}

/* What stands behind "name:", trimmed. False when there is none, or when it goes over a line end. blank:
 * where there is white space alone, the last of it is the value. */
static bool declared(struct page_text text, bool blank, struct page_text *value)
{
    struct slice s = char_trim(text);
    *value = (struct page_text){ s, text.wide };
    if (s.n)
        return !has_line_end(s);
    for (size_t end = text.s.n, start; blank && end > 0; end = start)
        if (char_before(text.s, end, &start) != '\n') {
            value->s = slice_sub(text.s, start, end - start);
            return true;
        }
    return false;
}

/* "name:" at the begin, where no space may be before the colon; *value is what is behind it. */
static enum property named(struct page_text text, struct page_text *value)
{
    static const struct {
        struct slice head;
        enum property property;
    } names[] = {
        { SLICE_INIT("color:"), PROPERTY_COLOR },
        { SLICE_INIT("background-color:"), PROPERTY_BACKGROUND_COLOR },
        { SLICE_INIT("background:"), PROPERTY_BACKGROUND },
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        bool is = i == 2 ? slice_starts(text.s, names[i].head) : slice_istarts(text.s, names[i].head);
        struct page_text rest = { slice_from(text.s, names[i].head.n), text.wide };
        if (is && declared(rest, true, value))
            return names[i].property;
    }
    return PROPERTY_NONE;
}

/* without "!important" */
static struct slice without_important(struct page_text value)
{
    static const struct slice word = SLICE_INIT("important");
    struct page_text rest = value;
    if (!slice_iends(value.s, word))
        return value.s;
    rest.s.n -= word.n;
    rest.s = char_trim(rest);
    if (rest.s.n == 0 || rest.s.p[rest.s.n - 1] != '!')
        return value.s;
    rest.s.n--;
    size_t n = rest.s.n;
    while (n) {
        size_t start;
        if (!char_space(char_before(rest.s, n, &start), value.wide))
            break;
        n = start;
    }
    return slice_sub(rest.s, 0, n);
}

static bool has_rgb(struct slice s)
{
    for (size_t i = 0; i + 3 <= s.n; i++)
        if (slice_ieq(slice_sub(s, i, 3), SLICE("rgb")))
            return true;
    return false;
}

static void set_color(struct page_color *color, struct page_text value)
{
    value.s = without_important(value);
    if (has_rgb(value.s))
        *color = page_color_digits(value.s);
    else if (slice_ieq(value.s, SLICE("transparent")))
        color->kind = COLOR_TRANSPARENT;
    else if (!slice_ieq(value.s, SLICE("inherit")))
        *color = page_color_named(value);
}

/* ---- background: layers of words; what is in brackets or quotes is one word */

struct background {
    struct slice s;
    size_t at;
    bool wide;
    struct page_color layer; /* first colour of the layer that is read; invalid: none yet */
    bool any;                /* it has a word */
};

static void word_done(struct background *b, size_t from, size_t to)
{
    if (from == to)
        return;
    b->any = true;
    if (b->layer.kind == COLOR_INVALID)
        b->layer = page_color_named((struct page_text){ slice_sub(b->s, from, to - from), b->wide });
}

/* behind the quote that closes the one at b->at, or the end */
static size_t skip_quoted(struct slice s, size_t at)
{
    ptrdiff_t n = slice_chr(slice_from(s, at + 1), s.p[at]);
    return n < 0 ? s.n : at + 1 + (size_t)n + 1;
}

/* behind the ) that closes the ( at `at`, or the end, which is no close */
static size_t skip_bracket(struct slice s, size_t at, bool *closed)
{
    *closed = false;
    for (at++; at < s.n && !*closed;) {
        if (s.p[at] == '"' || s.p[at] == '\'')
            at = skip_quoted(s, at);
        else
            *closed = s.p[at++] == ')';
    }
    return at;
}

/* Reads a layer up to its comma or the end; false when there is no other. */
static bool next_layer(struct background *b)
{
    size_t from = b->at;
    bool closed;
    b->layer = (struct page_color){ .kind = COLOR_INVALID };
    b->any = false;
    while (b->at < b->s.n) {
        char c = b->s.p[b->at];
        if (c == '"' || c == '\'') {
            b->at = skip_quoted(b->s, b->at);
        } else if (c == '(') {
            b->at = skip_bracket(b->s, b->at, &closed);
            if (closed) {
                word_done(b, from, b->at);
                from = b->at;
            }
        } else if (c == ' ' || c == ',') {
            word_done(b, from, b->at);
            from = ++b->at;
            if (c == ',')
                return true;
        } else
            b->at++;
    }
    word_done(b, from, b->at);
    return b->any;
}

/* The first colour of the last layer. Without any layer SpamAssassin's reader breaks off. */
static void set_background(struct page *p, struct page_style *style, struct page_text value)
{
    struct background b = { .s = value.s, .wide = value.wide };
    struct page_color last = { .kind = COLOR_INVALID };
    bool any = false;
    while (next_layer(&b)) {
        any = true;
        last = b.layer;
    }
    p->dead |= !any;
    if (last.kind != COLOR_INVALID)
        style->bg = last;
}

/* ---- other properties */

static void set_other(struct page_style *style, struct page_text text)
{
    size_t n = 0;
    struct page_text value;
    while (n < text.s.n && (ascii_alpha(text.s.p[n]) || text.s.p[n] == '_' || text.s.p[n] == '-'))
        n++;
    size_t colon = char_skip_space(text, n);
    if (colon == text.s.n || text.s.p[colon] != ':')
        return;
    struct page_text rest = { slice_from(text.s, colon + 1), text.wide };
    if (!declared(rest, false, &value))
        return;
    if (slice_eq(slice_sub(text.s, 0, n), SLICE("display")))
        style->display_none = slice_ieq(value.s, SLICE("none"));
    else if (slice_eq(slice_sub(text.s, 0, n), SLICE("visibility")))
        style->visibility_hidden = slice_ieq(value.s, SLICE("hidden"));
}

static void set_property(struct page *p, struct page_style *style, struct page_text text)
{
    struct page_text value;
    text.s = slice_from(text.s, char_skip_space(text, 0));
    switch (named(text, &value)) {
    case PROPERTY_COLOR: set_color(&style->fg, value); break;
    case PROPERTY_BACKGROUND_COLOR: set_color(&style->bg, value); break;
    case PROPERTY_BACKGROUND: set_background(p, style, value); break;
    default: set_other(style, text);
    }
}

static void set_style(struct page *p, struct page_style *style)
{
    struct page_text text = page_attr_text(p, ATTR_STYLE);
    struct slice rest = text.s.p ? text.s : SLICE(""), part;
    while (!p->dead && slice_cut(&rest, ';', &part))
        set_property(p, style, (struct page_text){ part, text.wide });
    if (style->bg.kind == COLOR_TRANSPARENT)
        style->bg = top(p)->bg;
    if (style->fg.kind == COLOR_TRANSPARENT)
        style->fg = style->bg;
}

/* ---- attributes */

/* "+2", "-1" are relative to the base (*relative); false when it is no size */
static bool read_size(struct page_text text, bool *relative, double *size)
{
    size_t at = char_skip_space(text, 0);
    struct slice s = slice_from(text.s, at);
    double v = 0, sign = s.n && s.p[0] == '-' ? -1 : 1;
    *relative = s.n && (s.p[0] == '-' || s.p[0] == '+');
    s = slice_from(s, *relative);
    if (s.n == 0 || !ascii_digit(s.p[0]))
        return false;
    for (size_t i = 0; i < s.n && ascii_digit(s.p[i]); i++)
        v = v * 10 + (s.p[i] - '0');
    *size = sign * v;
    return true;
}

static void note_size(struct page *p, double size)
{
    if (size > p->max_size)
        p->max_size = size;
    else if (size < p->min_size)
        p->min_size = size;
}

static void set_font(struct page *p, struct page_style *style)
{
    bool relative;
    double size;
    if (page_has(p, ATTR_COLOR))
        style->fg = page_color_named(page_attr_text(p, ATTR_COLOR));
    if (page_has(p, ATTR_SIZE) && read_size(page_attr_text(p, ATTR_SIZE), &relative, &size))
        style->size = relative ? p->basefont + size : size;
}

#define BIT(attr) (1u << (attr))

/* what a tag of that name may say */
static unsigned attributes_of(enum page_tag tag)
{
    switch (tag) {
    case TAG_FONT:
    case TAG_BASEFONT: return BIT(ATTR_COLOR) | BIT(ATTR_FACE) | BIT(ATTR_SIZE);
    case TAG_BODY:
        return BIT(ATTR_TEXT) | BIT(ATTR_BGCOLOR) | BIT(ATTR_LINK) | BIT(ATTR_ALINK) | BIT(ATTR_VLINK) |
               BIT(ATTR_BACKGROUND);
    case TAG_TABLE:
    case TAG_TD:
    case TAG_TR: return BIT(ATTR_BGCOLOR) | BIT(ATTR_STYLE);
    default: return BIT(ATTR_STYLE);
    }
}

static void set_attributes(struct page *p, enum page_tag tag, struct page_style *style)
{
    unsigned has = p->attrs & attributes_of(tag);
    if (has & BIT(ATTR_TEXT))
        style->fg = page_color_named(page_attr_text(p, ATTR_TEXT));
    if (has & (BIT(ATTR_COLOR) | BIT(ATTR_SIZE)))
        set_font(p, style);
    if (has & BIT(ATTR_STYLE))
        set_style(p, style);
    if (has)
        note_size(p, style->size);
}

void page_style_open(struct page *p, enum page_tag tag)
{
    bool relative;
    double size;
    if (tag == TAG_TH)
        tag = TAG_TD;
    if (tag == TAG_BASEFONT && page_has(p, ATTR_SIZE) &&
        read_size(page_attr_text(p, ATTR_SIZE), &relative, &size) && !relative) {
        p->basefont = size;
        return;
    }
    if (tag == TAG_TD || tag == TAG_TR)
        close_before(p, tag);
    struct page_style style = *top(p);
    style.tag = (uint8_t)tag;
    if (tag == TAG_BIG)
        style.size += 1;
    else if (tag == TAG_SMALL)
        style.size -= 1;
    else
        set_attributes(p, tag, &style);
    push(p, &style);
}

/* ---- what cannot be seen */

/* nearer than 12 of 191, weighted by how bright each colour is */
static bool near(uint32_t x, uint32_t y)
{
    double r = 0.2126 * ((int)(x >> 16) - (int)(y >> 16));
    double g = 0.7152 * ((int)(x >> 8 & 0xff) - (int)(y >> 8 & 0xff));
    double b = 0.0722 * ((int)(x & 0xff) - (int)(y & 0xff));
    return r * r + g * g + b * b < 12 * 12;
}

static bool low_contrast(const struct page_style *s)
{
    if (s->fg.kind != s->bg.kind)
        return false;
    return s->fg.kind != COLOR_RGB || near(s->fg.rgb, s->bg.rgb);
}

bool page_style_hides(struct page *p)
{
    const struct page_style *s = top(p);
    if (low_contrast(s)) {
        page_fact(p, FACT_FONT_LOW_CONTRAST, 1);
        return true;
    }
    if (s->fg.kind == COLOR_INVALID || s->bg.kind == COLOR_INVALID) {
        page_fact(p, FACT_FONT_INVALID_COLOR, 1);
        return true;
    }
    return s->size <= 1 || s->display_none || s->visibility_hidden;
}
