/* view-html-page.h - a page at work (inside of view-html)
 *   view-html-edit     what is changed before anything is read
 *   view-html-token    text, tags, comments: HTML::Parser
 *   view-html-entity   character references
 *   view-html-tag      names of elements, what is counted of them
 *   view-html          what tags do, text with its white space, results
 *   view-html-style    colours, sizes, what cannot be seen
 *   view-html-color    colours by name and number
 *   view-html-link     URIs of tags
 *   view-html-target   resolution
 *   view-html-char     Perl's classes of characters */
#ifndef SCORING_VIEW_HTML_PAGE_H
#define SCORING_VIEW_HTML_PAGE_H

#include "base/buf.h"
#include "scoring/view-html-char.h"
#include "scoring/view-html-tag.h"
#include "scoring/view-html.h"

/* ---- attributes: those that mean something, the first of each name */

enum page_attr {
    ATTR_ACTION,
    ATTR_ALINK,
    ATTR_BACKGROUND,
    ATTR_BGCOLOR,
    ATTR_COLOR,
    ATTR_CONTENT,
    ATTR_FACE,
    ATTR_HEIGHT,
    ATTR_HREF,
    ATTR_HTTP_EQUIV,
    ATTR_LINK,
    ATTR_SAFE_REDIRECT,
    ATTR_SIZE,
    ATTR_SRC,
    ATTR_STYLE,
    ATTR_TEXT,
    ATTR_VLINK,
    ATTR_WIDTH,
    ATTR_ODD_HREF, /* a name with "x/href" in it */
    ATTR_ODD_SRC,
    ATTRS
};

struct page_value {
    struct slice raw;
    bool plain; /* no character references to decode: an attribute without value has its name for one */
};

/* ---- facts */

enum page_fact {
    FACT_BACKHAIR_COUNT,
    FACT_BAD_TAG_RATIO,
    FACT_CLOSED_EXTRA_RATIO,
    FACT_EMBEDS,
    FACT_FONT_FACE_BAD,
    FACT_FONT_INVALID_COLOR,
    FACT_FONT_LOW_CONTRAST,
    FACT_FORM_ACTION_MAILTO,
    FACT_HTML,
    FACT_HTML_LENGTH,
    FACT_IMAGE_AREA,
    FACT_LENGTH,
    FACT_MAX_SIZE,
    FACT_MIN_SIZE,
    FACT_NON_ELEMENT_RATIO,
    FACT_NON_SPACE_LEN,
    FACT_OBFUSCATION_RATIO,
    FACT_RATIO,
    FACT_URI_TRUNCATED,
    FACTS
};

struct view_html_facts {
    double v[FACTS];
    bool has[FACTS];
    bool whole; /* the page was read to its end */
    struct page_tags tags;
};

/* ---- style */

enum page_color_kind { COLOR_RGB, COLOR_INVALID, COLOR_EMPTY, COLOR_TRANSPARENT };

struct page_color {
    enum page_color_kind kind;
    uint32_t rgb;
};

struct page_style {
    uint8_t tag; /* enum page_tag, TAGS for the page itself */
    bool display_none, visibility_hidden;
    struct page_color fg, bg;
    double size;
};

/* ---- the page */

enum page_section { SECTION_NONE, SECTION_INCLUDE, SECTION_RCDATA, SECTION_CDATA, SECTION_IGNORE };

struct page_lexer {
    int literal;           /* element whose content is text alone: number in the table, or -1 */
    int pending_end;       /* one that the end of the page closes, when the next event comes; or -1 */
    unsigned never_closed; /* bits: those that no end tag further on closes */
    bool cdata;            /* character references are text */
    bool any_gt;           /* a comment ends at the next > */
    enum page_section section;
    uint8_t *sections; /* of all marked sections that are open: the strongest up to there */
    size_t n_sections, cap_sections;
};

/* what was put into the text last */
struct page_chunk {
    bool any, wide, space, invisible;
    size_t start; /* in page.text */
};

/* texts, one after another in one place; the last one grows */
struct page_pieces {
    struct buf text;
    struct view_html_piece *first, **tail, *last;
    size_t n;
};

struct page_link {
    struct view_html_uri uri; /* first: what the list goes through */
    struct view_html_piece *anchor;
};

struct page {
    struct view_html *h;
    struct arena *a;
    struct view_html_facts *facts;
    struct slice source; /* after the edits; a NUL follows */
    bool wide;
    bool dead; /* SpamAssassin's own reader breaks off here */
    struct page_lexer lexer;

    unsigned attrs; /* bits by enum page_attr */
    struct page_value attr[ATTRS];

    struct page_style *styles; /* the last one is at work */
    size_t n_styles, cap_styles;
    unsigned open_styles[TAGS];
    double basefont, min_size, max_size;

    struct buf text, visible, invisible, scratch;
    bool has_invisible; /* until then visible is text */
    struct page_chunk chunk;
    struct page_pieces lists[VIEW_HTML_LISTS];

    struct view_html_uri **uris_tail;
    size_t n_uris;

    double image_area;
    size_t obfuscation;
    uint64_t backhair; /* bits: seen pairs of lengths, 1..7 each */
};

static inline bool page_has(const struct page *p, enum page_attr attr)
{
    return p->attrs >> attr & 1;
}

static inline void page_fact(struct page *p, enum page_fact fact, double value)
{
    p->facts->v[fact] = value;
    p->facts->has[fact] = true;
}

/* An attribute's value with its references decoded: empty when it is not there. */
struct page_text page_attr_text(struct page *p, enum page_attr attr);

/* edit: a copy with a NUL behind it */
struct slice page_edit(struct arena *a, struct slice text, bool wide);

/* entity: out has room for raw.n bytes; returns how many there are. prefix: "&ampx" is "&x", as in text.
 * *wide is set when there is a character that needs it, else left alone. */
size_t page_entities(char *out, struct slice raw, bool prefix, bool *wide);

/* token: the whole page, with calls of those below */
void page_read(struct page *p);
void page_start_tag(struct page *p, struct slice name);
void page_end_tag(struct page *p, struct slice name);
void page_add_text(struct page *p, struct slice raw);
void page_comment(struct page *p, struct slice text);
void page_declaration(struct page *p, struct slice text);

/* style */
void page_style_init(struct page *p);
void page_style_open(struct page *p, enum page_tag tag);
void page_style_close(struct page *p, enum page_tag tag);
/* whether text in the style at work cannot be seen */
bool page_style_hides(struct page *p);

/* color */
struct page_color page_color_named(struct page_text text);
/* the digits in "rgb(1, 2, 3)" of a style */
struct page_color page_color_digits(struct slice text);

/* link */
void page_links_of_tag(struct page *p, enum page_tag tag);
void page_anchor(struct page *p);
void page_links_finish(struct page *p);

/* target */
struct slice page_target(struct arena *a, struct slice base, struct slice uri);

/* ---- texts of lists */
void page_piece_new(struct page *p, enum view_html_list list);
void page_piece_add(struct page *p, enum view_html_list list, struct page_text text);

#endif
