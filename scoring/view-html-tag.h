/* view-html-tag.h - names of elements, and counts of tags (inside of view-html)
 * Every tag is counted, whatever its name; what has one of these names does something. marquee is not among
 * them: SpamAssassin has a style for it but never comes to look. */
#ifndef SCORING_VIEW_HTML_TAG_H
#define SCORING_VIEW_HTML_TAG_H

#include "base/arena.h"

enum {                     /* what a tag is and does */
       TAG_ELEMENT = 1,    /* of the HTML that counts as good */
       TAG_TRICK = 2,      /* is rendered, but not good */
       TAG_STYLED = 4,     /* has a style */
       TAG_LINE = 8,       /* is a line end */
       TAG_SPACE = 16,     /* ... a space */
       TAG_PARAGRAPH = 32, /* ... an empty line */
       TAG_LINKS = 64,     /* may have URIs */
};

/* sorted by name: they are looked up by halving */
/* clang-format off */
#define PAGE_TAGS(X) \
    X(A, "a", TAG_ELEMENT | TAG_STYLED | TAG_LINKS) \
    X(ABBR, "abbr", TAG_ELEMENT) \
    X(ACRONYM, "acronym", TAG_ELEMENT) \
    X(ADDRESS, "address", TAG_ELEMENT) \
    X(APPLET, "applet", TAG_ELEMENT) \
    X(AREA, "area", TAG_ELEMENT | TAG_LINKS) \
    X(B, "b", TAG_ELEMENT) \
    X(BASE, "base", TAG_ELEMENT | TAG_LINKS) \
    X(BASEFONT, "basefont", TAG_ELEMENT | TAG_STYLED) \
    X(BDO, "bdo", TAG_ELEMENT) \
    X(BGSOUND, "bgsound", TAG_TRICK | TAG_LINKS) \
    X(BIG, "big", TAG_ELEMENT | TAG_STYLED) \
    X(BLOCKQUOTE, "blockquote", TAG_ELEMENT | TAG_PARAGRAPH) \
    X(BODY, "body", TAG_ELEMENT | TAG_STYLED | TAG_LINKS) \
    X(BR, "br", TAG_ELEMENT | TAG_LINE) \
    X(BUTTON, "button", TAG_ELEMENT) \
    X(CAPTION, "caption", TAG_ELEMENT) \
    X(CENTER, "center", TAG_ELEMENT) \
    X(CITE, "cite", TAG_ELEMENT) \
    X(CODE, "code", TAG_ELEMENT) \
    X(COL, "col", TAG_ELEMENT) \
    X(COLGROUP, "colgroup", TAG_ELEMENT) \
    X(DD, "dd", TAG_ELEMENT | TAG_SPACE) \
    X(DEL, "del", TAG_ELEMENT) \
    X(DFN, "dfn", TAG_ELEMENT) \
    X(DIR, "dir", TAG_ELEMENT) \
    X(DIV, "div", TAG_ELEMENT | TAG_STYLED | TAG_LINE) \
    X(DL, "dl", TAG_ELEMENT) \
    X(DT, "dt", TAG_ELEMENT | TAG_SPACE) \
    X(EM, "em", TAG_ELEMENT) \
    X(EMBED, "embed", TAG_TRICK | TAG_SPACE | TAG_LINKS) \
    X(FIELDSET, "fieldset", TAG_ELEMENT) \
    X(FONT, "font", TAG_ELEMENT | TAG_STYLED) \
    X(FORM, "form", TAG_ELEMENT | TAG_LINKS) \
    X(FRAME, "frame", TAG_ELEMENT | TAG_LINKS) \
    X(FRAMESET, "frameset", TAG_ELEMENT) \
    X(H1, "h1", TAG_ELEMENT | TAG_SPACE) \
    X(H2, "h2", TAG_ELEMENT | TAG_SPACE) \
    X(H3, "h3", TAG_ELEMENT | TAG_SPACE) \
    X(H4, "h4", TAG_ELEMENT | TAG_SPACE) \
    X(H5, "h5", TAG_ELEMENT | TAG_SPACE) \
    X(H6, "h6", TAG_ELEMENT | TAG_SPACE) \
    X(HEAD, "head", TAG_ELEMENT) \
    X(HR, "hr", TAG_ELEMENT | TAG_PARAGRAPH) \
    X(HTML, "html", TAG_ELEMENT) \
    X(I, "i", TAG_ELEMENT) \
    X(IFRAME, "iframe", TAG_ELEMENT | TAG_LINKS) \
    X(IMG, "img", TAG_ELEMENT | TAG_LINKS) \
    X(INPUT, "input", TAG_ELEMENT) \
    X(INS, "ins", TAG_ELEMENT) \
    X(ISINDEX, "isindex", TAG_ELEMENT) \
    X(KBD, "kbd", TAG_ELEMENT) \
    X(LABEL, "label", TAG_ELEMENT) \
    X(LEGEND, "legend", TAG_ELEMENT) \
    X(LI, "li", TAG_ELEMENT | TAG_SPACE) \
    X(LINK, "link", TAG_ELEMENT | TAG_LINKS) \
    X(LISTING, "listing", TAG_TRICK | TAG_PARAGRAPH) \
    X(MAP, "map", TAG_ELEMENT) \
    X(MENU, "menu", TAG_ELEMENT) \
    X(META, "meta", TAG_ELEMENT | TAG_LINKS) \
    X(NOBR, "nobr", TAG_ELEMENT) \
    X(NOFRAMES, "noframes", TAG_ELEMENT) \
    X(NOSCRIPT, "noscript", TAG_ELEMENT) \
    X(OBJECT, "object", TAG_ELEMENT) \
    X(OL, "ol", TAG_ELEMENT) \
    X(OPTGROUP, "optgroup", TAG_ELEMENT) \
    X(OPTION, "option", TAG_ELEMENT) \
    X(P, "p", TAG_ELEMENT | TAG_STYLED | TAG_PARAGRAPH) \
    X(PARAM, "param", TAG_ELEMENT) \
    X(PLAINTEXT, "plaintext", TAG_TRICK | TAG_PARAGRAPH) \
    X(PRE, "pre", TAG_ELEMENT | TAG_PARAGRAPH) \
    X(Q, "q", TAG_ELEMENT) \
    X(S, "s", TAG_ELEMENT) \
    X(SAMP, "samp", TAG_ELEMENT) \
    X(SCRIPT, "script", TAG_ELEMENT | TAG_LINKS) \
    X(SELECT, "select", TAG_ELEMENT) \
    X(SMALL, "small", TAG_ELEMENT | TAG_STYLED) \
    X(SPAN, "span", TAG_ELEMENT | TAG_STYLED) \
    X(STRIKE, "strike", TAG_ELEMENT) \
    X(STRONG, "strong", TAG_ELEMENT) \
    X(STYLE, "style", TAG_ELEMENT) \
    X(SUB, "sub", TAG_ELEMENT) \
    X(SUP, "sup", TAG_ELEMENT) \
    X(TABLE, "table", TAG_ELEMENT | TAG_STYLED | TAG_LINKS) \
    X(TBODY, "tbody", TAG_ELEMENT) \
    X(TD, "td", TAG_ELEMENT | TAG_STYLED | TAG_SPACE | TAG_LINKS) \
    X(TEXTAREA, "textarea", TAG_ELEMENT) \
    X(TFOOT, "tfoot", TAG_ELEMENT) \
    X(TH, "th", TAG_ELEMENT | TAG_STYLED | TAG_SPACE) \
    X(THEAD, "thead", TAG_ELEMENT) \
    X(TITLE, "title", TAG_ELEMENT | TAG_PARAGRAPH) \
    X(TR, "tr", TAG_ELEMENT | TAG_STYLED | TAG_LINKS) \
    X(TT, "tt", TAG_ELEMENT) \
    X(U, "u", TAG_ELEMENT) \
    X(UL, "ul", TAG_ELEMENT) \
    X(VAR, "var", TAG_ELEMENT) \
    X(X_SIGSEP, "x-sigsep", TAG_ELEMENT) \
    X(X_TAB, "x-tab", TAG_ELEMENT) \
    X(XMP, "xmp", TAG_TRICK | TAG_PARAGRAPH)
/* clang-format on */

enum page_tag {
#define X(id, name, flags) TAG_##id,
    PAGE_TAGS(X)
#undef X
        TAGS
};

/* tags of other names, in a table that grows */
struct page_tag_other {
    struct slice name; /* as it was written; NULL: free */
    int open;
};

struct page_tags {
    int open[TAGS]; /* 1 more than are open; 0: none was seen */
    struct page_tag_other *others;
    size_t n_others, cap_others;
    size_t tags, seen; /* all; of different names, while none of that name */
    size_t elements, elements_seen;
    size_t closed_extra; /* end tags with nothing to end */
};

/* TAGS when it is none of these. name in any case. */
enum page_tag page_tag_find(struct slice name);
struct slice page_tag_name(enum page_tag tag);
unsigned page_tag_flags(enum page_tag tag);

/* Counts a tag (step 1: start, -1: end). other: its name where tag is TAGS; good: it counts as an element. */
void page_tags_count(struct page_tags *t, struct arena *a, enum page_tag tag, struct slice other, bool good,
                     int step);
/* counts a declaration as a good tag that is never open */
void page_tags_declare(struct page_tags *t, struct arena *a, struct slice name);
/* how many are open, -1 when none was seen; name in lower case */
int page_tags_open(const struct page_tags *t, struct slice name);

static inline bool page_tags_in(const struct page_tags *t, enum page_tag tag)
{
    return t->open[tag] > 1;
}

#endif
