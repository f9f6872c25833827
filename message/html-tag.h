/* html-tag.h - the elements and attributes that matter, and how they behave (inside of message/html)
 * One row an element (html-tag.c), in the order of the enum, which is that of the names. Properties after
 * WHATWG HTML 13.2.4.2 (special elements, scopes) and the user agent style sheet (15.3). */
#ifndef MESSAGE_HTML_TAG_H
#define MESSAGE_HTML_TAG_H

#include "base/slice.h"

enum html_tag {
    HTML_OTHER, /* any element without a row */
    HTML_A,
    HTML_ADDRESS,
    HTML_APPLET,
    HTML_AREA,
    HTML_ARTICLE,
    HTML_ASIDE,
    HTML_B,
    HTML_BASE,
    HTML_BASEFONT,
    HTML_BGSOUND,
    HTML_BIG,
    HTML_BLOCKQUOTE,
    HTML_BODY,
    HTML_BR,
    HTML_BUTTON,
    HTML_CAPTION,
    HTML_CENTER,
    HTML_CODE,
    HTML_COL,
    HTML_COLGROUP,
    HTML_DATALIST,
    HTML_DD,
    HTML_DETAILS,
    HTML_DIALOG,
    HTML_DIR,
    HTML_DIV,
    HTML_DL,
    HTML_DT,
    HTML_EM,
    HTML_EMBED,
    HTML_FIELDSET,
    HTML_FIGCAPTION,
    HTML_FIGURE,
    HTML_FONT,
    HTML_FOOTER,
    HTML_FORM,
    HTML_FRAME,
    HTML_FRAMESET,
    HTML_H1,
    HTML_H2,
    HTML_H3,
    HTML_H4,
    HTML_H5,
    HTML_H6,
    HTML_HEAD,
    HTML_HEADER,
    HTML_HGROUP,
    HTML_HR,
    HTML_HTML,
    HTML_I,
    HTML_IFRAME,
    HTML_IMAGE,
    HTML_IMG,
    HTML_INPUT,
    HTML_KEYGEN,
    HTML_LEGEND,
    HTML_LI,
    HTML_LINK,
    HTML_LISTING,
    HTML_MAIN,
    HTML_MARQUEE,
    HTML_MENU,
    HTML_META,
    HTML_NAV,
    HTML_NOBR,
    HTML_NOEMBED,
    HTML_NOFRAMES,
    HTML_NOSCRIPT,
    HTML_OBJECT,
    HTML_OL,
    HTML_OPTGROUP,
    HTML_OPTION,
    HTML_P,
    HTML_PARAM,
    HTML_PLAINTEXT,
    HTML_PRE,
    HTML_S,
    HTML_SCRIPT,
    HTML_SEARCH,
    HTML_SECTION,
    HTML_SELECT,
    HTML_SMALL,
    HTML_SOURCE,
    HTML_STRIKE,
    HTML_STRONG,
    HTML_STYLE,
    HTML_SUMMARY,
    HTML_TABLE,
    HTML_TBODY,
    HTML_TD,
    HTML_TEMPLATE,
    HTML_TEXTAREA,
    HTML_TFOOT,
    HTML_TH,
    HTML_THEAD,
    HTML_TITLE,
    HTML_TR,
    HTML_TRACK,
    HTML_TT,
    HTML_U,
    HTML_UL,
    HTML_WBR,
    HTML_XMP,
    HTML_TAG_COUNT
};

enum {
    HTML_BLOCK = 1,   /* stands on lines of its own */
    HTML_VOID = 2,    /* has no content */
    HTML_SPECIAL = 4, /* end tags of ordinary elements do not reach over it */
    HTML_SCOPE = 8,   /* end tags of blocks do not either */
    HTML_TABLE_SCOPE = 16,
    HTML_FORMATTING = 32, /* goes on behind the block it was opened in */
    HTML_MARKER = 64,     /* but not out of this one */
    HTML_RAW = 128,       /* content is text: no tags, no references */
    HTML_RCDATA = 256,    /* content is text with references */
    HTML_HIDDEN = 512,    /* content is not shown */
    HTML_CLOSES_P = 1024, /* its start tag ends an open paragraph */
    HTML_CELL = 2048,     /* apart from its neighbour by a space */
    HTML_P_SCOPE = 4096,  /* a paragraph outside is not ended from inside */
    HTML_LI_SCOPE = 8192, /* nor a list item */
};

enum html_attr {
    HTML_ATTR_ACTION,
    HTML_ATTR_ALT,
    HTML_ATTR_BACKGROUND,
    HTML_ATTR_BGCOLOR,
    HTML_ATTR_COLOR,
    HTML_ATTR_CONTENT,
    HTML_ATTR_DATA,
    HTML_ATTR_FORMACTION,
    HTML_ATTR_HEIGHT,
    HTML_ATTR_HIDDEN,
    HTML_ATTR_HREF,
    HTML_ATTR_HTTP_EQUIV,
    HTML_ATTR_SRC,
    HTML_ATTR_STYLE,
    HTML_ATTR_TEXT,
    HTML_ATTR_TYPE,
    HTML_ATTR_VALUE,
    HTML_ATTR_WIDTH,
    HTML_ATTR_CHARSET,
    HTML_ATTR_COUNT
};

/* order of bytes, as the tables here are sorted: negative, 0, positive */
static inline int html_name_order(struct slice x, struct slice y)
{
    int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
    return order ? order : (x.n > y.n) - (x.n < y.n);
}

enum html_tag html_tag_by_name(struct slice name);
unsigned html_tag_is(enum html_tag tag);
/* HTML_ATTR_COUNT when it is none of those */
enum html_attr html_attr_by_name(struct slice name);

#endif
