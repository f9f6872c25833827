/* html-style.c - colours, sizes and visibility of elements; see html-style.h
 * A declaration is read where it matters for visibility, others are skipped. Later ones override earlier
 * ones; !important is not weighed, since there is no style sheet to weigh against. */
#include "config.h"
#include "message/html-style.h"

#include "message/html-color.h"
#include "message/html-entity.h"

#define LINK_BLUE 0x0000EE
#define MEDIUM 16.0

/* ---- lengths */

/* A number at the beginning of *s, which is then behind it; negative ones and none: false. */
static bool take_number(struct slice *s, double *value)
{
    size_t i = 0, digits = 0;
    double scale = 1;
    bool point = false;
    *value = 0;
    if (i < s->n && s->p[i] == '+')
        i++;
    for (; i < s->n; i++) {
        if (s->p[i] == '.' && !point)
            point = true;
        else if (!ascii_digit(s->p[i]))
            break;
        else if (digits++, point)
            *value += (s->p[i] - '0') * (scale /= 10);
        else if (*value < 1e6)
            *value = *value * 10 + (s->p[i] - '0');
    }
    *s = slice_from(*s, i);
    return digits > 0;
}

struct unit {
    struct slice name;
    double pixels, factor;
};

static const struct unit units[] = {
    { SLICE_INIT("px"), 1, 0 },    { SLICE_INIT("pt"), 4.0 / 3, 0 }, { SLICE_INIT("em"), 0, 1 },
    { SLICE_INIT("%"), 0, 0.01 },  { SLICE_INIT("rem"), MEDIUM, 0 }, { SLICE_INIT("ex"), 0, 0.5 },
    { SLICE_INIT("ch"), 0, 0.5 },  { SLICE_INIT("in"), 96, 0 },      { SLICE_INIT("cm"), 37.8, 0 },
    { SLICE_INIT("mm"), 3.78, 0 }, { SLICE_INIT("pc"), 16, 0 },      { SLICE_INIT(""), 1, 0 },
};

static const struct unit size_words[] = {
    { SLICE_INIT("xx-small"), 9, 0 },  { SLICE_INIT("x-small"), 10, 0 },   { SLICE_INIT("small"), 13, 0 },
    { SLICE_INIT("medium"), 16, 0 },   { SLICE_INIT("large"), 18, 0 },     { SLICE_INIT("x-large"), 24, 0 },
    { SLICE_INIT("xx-large"), 32, 0 }, { SLICE_INIT("smaller"), 0, 0.83 }, { SLICE_INIT("larger"), 0, 1.2 },
};

static const struct unit *unit_named(const struct unit *table, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_ieq(name, table[i].name))
            return &table[i];
    return NULL;
}

/* up to the first white space or '/' */
static struct slice first_word(struct slice text)
{
    size_t n = 0;
    text = slice_trim(text);
    while (n < text.n && !html_space(text.p[n]) && text.p[n] != '/')
        n++;
    return slice_sub(text, 0, n);
}

static bool read_size(struct html_declared *d, struct slice text)
{
    double number = 1;
    struct slice word = first_word(text);
    const struct unit *u = unit_named(size_words, sizeof(size_words) / sizeof(size_words[0]), word);
    if (u == NULL && take_number(&word, &number))
        u = unit_named(units, sizeof(units) / sizeof(units[0]), word);
    if (u == NULL)
        return false;
    d->says &= ~(unsigned)(HTML_SAYS_SIZE | HTML_SAYS_FACTOR);
    d->says |= u->factor > 0 ? HTML_SAYS_FACTOR : HTML_SAYS_SIZE;
    d->size = number * (u->factor > 0 ? u->factor : u->pixels);
    return true;
}

int html_pixels(struct slice text)
{
    double v;
    text = slice_trim(text);
    if (!take_number(&text, &v))
        return -1;
    text = first_word(text);
    return text.n == 0 || slice_ieq(text, SLICE("px")) ? (int)v : -1;
}

/* ---- declarations */

static void read_color(struct html_declared *d, struct slice value)
{
    enum html_color_kind kind = html_css_color(value, &d->color);
    if (kind == HTML_COLOR_NONE)
        return;
    d->says &= ~(unsigned)(HTML_SAYS_COLOR | HTML_SAYS_TRANSPARENT);
    d->says |= kind == HTML_COLOR_SOLID ? HTML_SAYS_COLOR : HTML_SAYS_TRANSPARENT;
}

static struct slice url_inside(struct slice value)
{
    for (size_t i = 0; i + 4 <= value.n; i++) {
        if (!slice_istarts(slice_from(value, i), SLICE("url(")))
            continue;
        struct slice url = slice_trim(slice_from(value, i + 4));
        if (url.n && (url.p[0] == '"' || url.p[0] == '\'')) {
            ptrdiff_t end = slice_chr(slice_from(url, 1), url.p[0]);
            return slice_sub(url, 1, end < 0 ? url.n : (size_t)end);
        }
        ptrdiff_t end = slice_chr(url, ')');
        return slice_trim(slice_sub(url, 0, end < 0 ? url.n : (size_t)end));
    }
    return slice_of(NULL, 0);
}

/* Cuts the next word off *s: up to white space outside of parentheses. */
static bool take_word(struct slice *s, struct slice *word)
{
    size_t i = 0;
    int depth = 0;
    *s = slice_trim(*s);
    for (; i < s->n && (depth || !html_space(s->p[i])); i++)
        depth += s->p[i] == '(' ? 1 : s->p[i] == ')' && depth ? -1 : 0;
    *word = slice_sub(*s, 0, i);
    *s = slice_from(*s, i);
    return word->n > 0;
}

static void read_background(struct html_declared *d, struct slice value)
{
    struct slice picture = url_inside(value), word;
    if (picture.n)
        d->picture = picture;
    if (picture.n || slice_find(value, SLICE("gradient(")) >= 0) {
        d->says |= HTML_SAYS_PICTURE;
        return;
    }
    uint32_t rgb;
    while (take_word(&value, &word))
        if (html_css_color(word, &rgb) == HTML_COLOR_SOLID) {
            d->background = rgb;
            d->says |= HTML_SAYS_BACKGROUND;
        }
}

/* font: [italic bold ...] SIZE[/LINE] FAMILY: the first word that is a size */
static void read_font(struct html_declared *d, struct slice value)
{
    struct slice word;
    while (take_word(&value, &word))
        if (!(word.n == 3 && ascii_digit(word.p[0]) && slice_iends(word, SLICE("00"))) && read_size(d, word))
            return;
}

static void read_opacity(struct html_declared *d, struct slice value)
{
    double v;
    struct slice text = slice_trim(value);
    if (!take_number(&text, &v))
        return;
    if (v < (text.n && text.p[0] == '%' ? 2 : 0.02))
        d->says |= HTML_SAYS_FADED;
    else
        d->says &= ~(unsigned)HTML_SAYS_FADED;
}

static void read_display(struct html_declared *d, struct slice value)
{
    if (slice_ieq(value, SLICE("none")))
        d->says |= HTML_SAYS_GONE;
    else
        d->says &= ~(unsigned)HTML_SAYS_GONE;
}

static void read_visibility(struct html_declared *d, struct slice value)
{
    bool hidden = slice_ieq(value, SLICE("hidden")) || slice_ieq(value, SLICE("collapse"));
    if (!hidden && !slice_ieq(value, SLICE("visible")))
        return;
    d->says &= ~(unsigned)(HTML_SAYS_HIDDEN | HTML_SAYS_VISIBLE);
    d->says |= hidden ? HTML_SAYS_HIDDEN : HTML_SAYS_VISIBLE;
}

static void read_font_size(struct html_declared *d, struct slice value)
{
    read_size(d, value);
}

static void read_width(struct html_declared *d, struct slice value)
{
    d->width = html_pixels(value);
}

static void read_height(struct html_declared *d, struct slice value)
{
    d->height = html_pixels(value);
}

static void read_declaration(struct html_declared *d, struct slice name, struct slice value)
{
    static const struct {
        struct slice name;
        void (*read)(struct html_declared *d, struct slice value);
    } rows[] = {
        { SLICE_INIT("color"), read_color },
        { SLICE_INIT("background"), read_background },
        { SLICE_INIT("background-color"), read_background },
        { SLICE_INIT("background-image"), read_background },
        { SLICE_INIT("display"), read_display },
        { SLICE_INIT("visibility"), read_visibility },
        { SLICE_INIT("font-size"), read_font_size },
        { SLICE_INIT("font"), read_font },
        { SLICE_INIT("opacity"), read_opacity },
        { SLICE_INIT("width"), read_width },
        { SLICE_INIT("height"), read_height },
    };
    ptrdiff_t important = slice_chr(value, '!');
    if (important >= 0)
        value = slice_sub(value, 0, (size_t)important);
    name = slice_trim(name);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (slice_ieq(name, rows[i].name))
            rows[i].read(d, slice_trim(value));
}

/* The end of the declaration at the beginning of s: ';' outside of quotes, parentheses and comments. */
static size_t declaration_end(struct slice s)
{
    char quote = 0;
    int depth = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (c == ';' && depth == 0)
            return i;
    }
    return s.n;
}

static struct slice without_comments(struct arena *a, struct slice style)
{
    ptrdiff_t at = slice_find(style, SLICE("/*"));
    if (at < 0)
        return style;
    struct buf b;
    buf_init_in(&b, a, style.n);
    while (at >= 0) {
        buf_add_slice(&b, slice_sub(style, 0, (size_t)at));
        style = slice_from(style, (size_t)at + 2);
        at = slice_find(style, SLICE("*/"));
        style = at < 0 ? slice_of(NULL, 0) : slice_from(style, (size_t)at + 2);
        at = slice_find(style, SLICE("/*"));
    }
    buf_add_slice(&b, style);
    return buf_slice(&b);
}

static void read_style(struct html_declared *d, struct arena *a, struct slice style)
{
    style = without_comments(a, html_unescape(a, style));
    while (style.n) {
        size_t end = declaration_end(style);
        struct slice one = slice_sub(style, 0, end);
        ptrdiff_t colon = slice_chr(one, ':');
        if (colon > 0)
            read_declaration(d, slice_sub(one, 0, (size_t)colon), slice_from(one, (size_t)colon + 1));
        style = slice_from(style, end + 1);
    }
}

/* ---- elements */

static void read_attributes(struct html_declared *d, struct arena *a, const struct html_token *start)
{
    enum html_tag tag = start->tag;
    uint32_t rgb;
    enum html_attr color = tag == HTML_BODY ? HTML_ATTR_TEXT : HTML_ATTR_COLOR;
    if (html_has(start, HTML_ATTR_BGCOLOR) &&
        html_legacy_color(html_unescape(a, html_attr(start, HTML_ATTR_BGCOLOR)), &rgb)) {
        d->background = rgb;
        d->says |= HTML_SAYS_BACKGROUND;
    }
    if ((tag == HTML_BODY || tag == HTML_FONT || tag == HTML_BASEFONT) && html_has(start, color) &&
        html_legacy_color(html_unescape(a, html_attr(start, color)), &rgb)) {
        d->color = rgb;
        d->says |= HTML_SAYS_COLOR;
    }
    if (slice_trim(html_attr(start, HTML_ATTR_BACKGROUND)).n)
        d->says |= HTML_SAYS_PICTURE;
}

void html_declare(struct html_declared *d, struct arena *a, const struct html_token *start)
{
    *d = (struct html_declared){ .width = -1, .height = -1 };
    if (start->tag == HTML_A && html_has(start, HTML_ATTR_HREF)) {
        d->color = LINK_BLUE;
        d->says |= HTML_SAYS_COLOR;
    }
    if (start->tag == HTML_BUTTON || start->tag == HTML_SELECT || start->tag == HTML_TEXTAREA)
        d->says |= HTML_SAYS_COLOR | HTML_SAYS_PICTURE; /* black on grey, whatever is around */
    if (start->has == 0 && !(html_tag_is(start->tag) & HTML_HIDDEN))
        return;
    read_attributes(d, a, start);
    if (html_has(start, HTML_ATTR_HIDDEN) || (html_tag_is(start->tag) & HTML_HIDDEN))
        d->says |= HTML_SAYS_GONE;
    if (html_has(start, HTML_ATTR_STYLE))
        read_style(d, a, html_attr(start, HTML_ATTR_STYLE));
}

struct html_computed html_initial(void)
{
    return (struct html_computed){ .color = 0, .background = 0xFFFFFF, .size = MEDIUM };
}

void html_compute(struct html_computed *out, const struct html_computed *parent,
                  const struct html_declared *d)
{
    *out = *parent;
    if (d->says == 0)
        return;
    if (d->says & HTML_SAYS_COLOR) {
        out->color = d->color;
        out->transparent = false;
    }
    if (d->says & HTML_SAYS_TRANSPARENT)
        out->transparent = true;
    if (d->says & HTML_SAYS_BACKGROUND) {
        out->background = d->background;
        out->picture = false;
    }
    if (d->says & HTML_SAYS_PICTURE)
        out->picture = true;
    if (d->says & HTML_SAYS_SIZE)
        out->size = d->size;
    if (d->says & HTML_SAYS_FACTOR)
        out->size = parent->size * d->size < 1e6 ? parent->size * d->size : 1e6;
    if (d->says & (HTML_SAYS_GONE | HTML_SAYS_FADED))
        out->gone = true;
    if (d->says & (HTML_SAYS_HIDDEN | HTML_SAYS_VISIBLE))
        out->hidden = d->says & HTML_SAYS_HIDDEN;
}

bool html_shows(const struct html_computed *c)
{
    if (c->gone || c->hidden || c->transparent || c->size <= 1.0)
        return false;
    return c->picture || !html_color_near(c->color, c->background);
}
