/* html-tag.c - the elements and attributes that matter; see html-tag.h */
#include "config.h"
#include "message/html-tag.h"

#define NAME_MAX_LENGTH 10

#define BLOCK (HTML_BLOCK | HTML_SPECIAL | HTML_CLOSES_P)
#define VOID (HTML_VOID | HTML_SPECIAL)
#define HIDDEN_RAW (HTML_RAW | HTML_HIDDEN | HTML_SPECIAL)
#define ROWS (HTML_BLOCK | HTML_SPECIAL)
#define CELL (HTML_CELL | HTML_SPECIAL | HTML_SCOPE | HTML_MARKER)
#define OBJECT (HTML_SPECIAL | HTML_SCOPE | HTML_MARKER)

static const struct row {
    struct slice name;
    unsigned is;
} tags[HTML_TAG_COUNT] = {
    [HTML_OTHER] = { SLICE_INIT(""), 0 },
    [HTML_A] = { SLICE_INIT("a"), HTML_FORMATTING },
    [HTML_ADDRESS] = { SLICE_INIT("address"), BLOCK },
    [HTML_APPLET] = { SLICE_INIT("applet"), OBJECT },
    [HTML_AREA] = { SLICE_INIT("area"), VOID },
    [HTML_ARTICLE] = { SLICE_INIT("article"), BLOCK },
    [HTML_ASIDE] = { SLICE_INIT("aside"), BLOCK },
    [HTML_B] = { SLICE_INIT("b"), HTML_FORMATTING },
    [HTML_BASE] = { SLICE_INIT("base"), VOID },
    [HTML_BASEFONT] = { SLICE_INIT("basefont"), VOID },
    [HTML_BGSOUND] = { SLICE_INIT("bgsound"), VOID },
    [HTML_BIG] = { SLICE_INIT("big"), HTML_FORMATTING },
    [HTML_BLOCKQUOTE] = { SLICE_INIT("blockquote"), BLOCK },
    [HTML_BODY] = { SLICE_INIT("body"), HTML_BLOCK | HTML_SPECIAL },
    [HTML_BR] = { SLICE_INIT("br"), HTML_BLOCK | VOID },
    [HTML_BUTTON] = { SLICE_INIT("button"), HTML_SPECIAL | HTML_P_SCOPE },
    [HTML_CAPTION] = { SLICE_INIT("caption"), ROWS | HTML_SCOPE | HTML_MARKER },
    [HTML_CENTER] = { SLICE_INIT("center"), BLOCK },
    [HTML_CODE] = { SLICE_INIT("code"), HTML_FORMATTING },
    [HTML_COL] = { SLICE_INIT("col"), VOID },
    [HTML_COLGROUP] = { SLICE_INIT("colgroup"), ROWS },
    [HTML_DATALIST] = { SLICE_INIT("datalist"), HTML_HIDDEN },
    [HTML_DD] = { SLICE_INIT("dd"), BLOCK },
    [HTML_DETAILS] = { SLICE_INIT("details"), BLOCK },
    [HTML_DIALOG] = { SLICE_INIT("dialog"), HTML_BLOCK | HTML_CLOSES_P },
    [HTML_DIR] = { SLICE_INIT("dir"), BLOCK },
    [HTML_DIV] = { SLICE_INIT("div"), BLOCK },
    [HTML_DL] = { SLICE_INIT("dl"), BLOCK },
    [HTML_DT] = { SLICE_INIT("dt"), BLOCK },
    [HTML_EM] = { SLICE_INIT("em"), HTML_FORMATTING },
    [HTML_EMBED] = { SLICE_INIT("embed"), VOID },
    [HTML_FIELDSET] = { SLICE_INIT("fieldset"), BLOCK },
    [HTML_FIGCAPTION] = { SLICE_INIT("figcaption"), BLOCK },
    [HTML_FIGURE] = { SLICE_INIT("figure"), BLOCK },
    [HTML_FONT] = { SLICE_INIT("font"), HTML_FORMATTING },
    [HTML_FOOTER] = { SLICE_INIT("footer"), BLOCK },
    [HTML_FORM] = { SLICE_INIT("form"), BLOCK },
    [HTML_FRAME] = { SLICE_INIT("frame"), VOID },
    [HTML_FRAMESET] = { SLICE_INIT("frameset"), HTML_BLOCK | HTML_SPECIAL },
    [HTML_H1] = { SLICE_INIT("h1"), BLOCK },
    [HTML_H2] = { SLICE_INIT("h2"), BLOCK },
    [HTML_H3] = { SLICE_INIT("h3"), BLOCK },
    [HTML_H4] = { SLICE_INIT("h4"), BLOCK },
    [HTML_H5] = { SLICE_INIT("h5"), BLOCK },
    [HTML_H6] = { SLICE_INIT("h6"), BLOCK },
    [HTML_HEAD] = { SLICE_INIT("head"), HTML_BLOCK | HTML_SPECIAL },
    [HTML_HEADER] = { SLICE_INIT("header"), BLOCK },
    [HTML_HGROUP] = { SLICE_INIT("hgroup"), BLOCK },
    [HTML_HR] = { SLICE_INIT("hr"), BLOCK | HTML_VOID },
    [HTML_HTML] = { SLICE_INIT("html"), HTML_BLOCK | HTML_SPECIAL | HTML_SCOPE | HTML_TABLE_SCOPE },
    [HTML_I] = { SLICE_INIT("i"), HTML_FORMATTING },
    [HTML_IFRAME] = { SLICE_INIT("iframe"), HIDDEN_RAW },
    [HTML_IMAGE] = { SLICE_INIT("image"), VOID },
    [HTML_IMG] = { SLICE_INIT("img"), VOID },
    [HTML_INPUT] = { SLICE_INIT("input"), VOID },
    [HTML_KEYGEN] = { SLICE_INIT("keygen"), VOID },
    [HTML_LEGEND] = { SLICE_INIT("legend"), HTML_BLOCK },
    [HTML_LI] = { SLICE_INIT("li"), BLOCK },
    [HTML_LINK] = { SLICE_INIT("link"), VOID },
    [HTML_LISTING] = { SLICE_INIT("listing"), BLOCK },
    [HTML_MAIN] = { SLICE_INIT("main"), BLOCK },
    [HTML_MARQUEE] = { SLICE_INIT("marquee"), OBJECT },
    [HTML_MENU] = { SLICE_INIT("menu"), BLOCK },
    [HTML_META] = { SLICE_INIT("meta"), VOID },
    [HTML_NAV] = { SLICE_INIT("nav"), BLOCK },
    [HTML_NOBR] = { SLICE_INIT("nobr"), HTML_FORMATTING },
    [HTML_NOEMBED] = { SLICE_INIT("noembed"), HIDDEN_RAW },
    [HTML_NOFRAMES] = { SLICE_INIT("noframes"), HIDDEN_RAW },
    [HTML_NOSCRIPT] = { SLICE_INIT("noscript"), HTML_SPECIAL },
    [HTML_OBJECT] = { SLICE_INIT("object"), OBJECT },
    [HTML_OL] = { SLICE_INIT("ol"), BLOCK | HTML_LI_SCOPE },
    [HTML_OPTGROUP] = { SLICE_INIT("optgroup"), HTML_BLOCK },
    [HTML_OPTION] = { SLICE_INIT("option"), HTML_BLOCK },
    [HTML_P] = { SLICE_INIT("p"), BLOCK },
    [HTML_PARAM] = { SLICE_INIT("param"), VOID },
    [HTML_PLAINTEXT] = { SLICE_INIT("plaintext"), BLOCK | HTML_RAW },
    [HTML_PRE] = { SLICE_INIT("pre"), BLOCK },
    [HTML_S] = { SLICE_INIT("s"), HTML_FORMATTING },
    [HTML_SCRIPT] = { SLICE_INIT("script"), HIDDEN_RAW },
    [HTML_SEARCH] = { SLICE_INIT("search"), BLOCK },
    [HTML_SECTION] = { SLICE_INIT("section"), BLOCK },
    [HTML_SELECT] = { SLICE_INIT("select"), HTML_SPECIAL | HTML_SCOPE },
    [HTML_SMALL] = { SLICE_INIT("small"), HTML_FORMATTING },
    [HTML_SOURCE] = { SLICE_INIT("source"), VOID },
    [HTML_STRIKE] = { SLICE_INIT("strike"), HTML_FORMATTING },
    [HTML_STRONG] = { SLICE_INIT("strong"), HTML_FORMATTING },
    [HTML_STYLE] = { SLICE_INIT("style"), HIDDEN_RAW },
    [HTML_SUMMARY] = { SLICE_INIT("summary"), BLOCK },
    [HTML_TABLE] = { SLICE_INIT("table"), ROWS | HTML_SCOPE | HTML_TABLE_SCOPE },
    [HTML_TBODY] = { SLICE_INIT("tbody"), ROWS },
    [HTML_TD] = { SLICE_INIT("td"), CELL },
    [HTML_TEMPLATE] = { SLICE_INIT("template"), OBJECT | HTML_TABLE_SCOPE | HTML_HIDDEN },
    [HTML_TEXTAREA] = { SLICE_INIT("textarea"), HTML_SPECIAL | HTML_RCDATA },
    [HTML_TFOOT] = { SLICE_INIT("tfoot"), ROWS },
    [HTML_TH] = { SLICE_INIT("th"), CELL },
    [HTML_THEAD] = { SLICE_INIT("thead"), ROWS },
    [HTML_TITLE] = { SLICE_INIT("title"), HTML_SPECIAL | HTML_RCDATA },
    [HTML_TR] = { SLICE_INIT("tr"), ROWS },
    [HTML_TRACK] = { SLICE_INIT("track"), VOID },
    [HTML_TT] = { SLICE_INIT("tt"), HTML_FORMATTING },
    [HTML_U] = { SLICE_INIT("u"), HTML_FORMATTING },
    [HTML_UL] = { SLICE_INIT("ul"), BLOCK | HTML_LI_SCOPE },
    [HTML_WBR] = { SLICE_INIT("wbr"), VOID },
    [HTML_XMP] = { SLICE_INIT("xmp"), BLOCK | HTML_RAW },
};

enum html_tag html_tag_by_name(struct slice name)
{
    char lower[NAME_MAX_LENGTH];
    size_t low = 1, high = HTML_TAG_COUNT;
    if (name.n > NAME_MAX_LENGTH)
        return HTML_OTHER;
    for (size_t i = 0; i < name.n; i++)
        lower[i] = ascii_lower(name.p[i]);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = html_name_order(slice_of(lower, name.n), tags[middle].name);
        if (order == 0)
            return (enum html_tag)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return HTML_OTHER;
}

unsigned html_tag_is(enum html_tag tag)
{
    return tags[tag].is;
}

enum html_attr html_attr_by_name(struct slice name)
{
    static const struct slice names[HTML_ATTR_COUNT] = {
        [HTML_ATTR_ACTION] = SLICE_INIT("action"),
        [HTML_ATTR_ALT] = SLICE_INIT("alt"),
        [HTML_ATTR_BACKGROUND] = SLICE_INIT("background"),
        [HTML_ATTR_BGCOLOR] = SLICE_INIT("bgcolor"),
        [HTML_ATTR_COLOR] = SLICE_INIT("color"),
        [HTML_ATTR_CONTENT] = SLICE_INIT("content"),
        [HTML_ATTR_DATA] = SLICE_INIT("data"),
        [HTML_ATTR_FORMACTION] = SLICE_INIT("formaction"),
        [HTML_ATTR_HEIGHT] = SLICE_INIT("height"),
        [HTML_ATTR_HIDDEN] = SLICE_INIT("hidden"),
        [HTML_ATTR_HREF] = SLICE_INIT("href"),
        [HTML_ATTR_HTTP_EQUIV] = SLICE_INIT("http-equiv"),
        [HTML_ATTR_SRC] = SLICE_INIT("src"),
        [HTML_ATTR_STYLE] = SLICE_INIT("style"),
        [HTML_ATTR_TEXT] = SLICE_INIT("text"),
        [HTML_ATTR_TYPE] = SLICE_INIT("type"),
        [HTML_ATTR_VALUE] = SLICE_INIT("value"),
        [HTML_ATTR_WIDTH] = SLICE_INIT("width"),
        [HTML_ATTR_CHARSET] = SLICE_INIT("charset"),
    };
    for (size_t i = 0; i < HTML_ATTR_COUNT; i++)
        if (slice_ieq(name, names[i]))
            return (enum html_attr)i;
    return HTML_ATTR_COUNT;
}
