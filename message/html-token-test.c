/* html-token-test.c - the tokenizer's states, references, colours: what a browser makes of odd markup
 * Tokens are written as a line: text as it is, <name attr=[value]>, </name>, {comment}, {!bogus}. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "message/html-color.h"
#include "message/html-entity.h"
#include "message/html-token.h"

struct row {
    const char *page, *tokens;
};

static void write_token(struct buf *out, const struct html_token *t)
{
    static const char *const names[HTML_ATTR_COUNT] = {
        "action",     "alt",    "background", "bgcolor", "color",   "content", "data",
        "formaction", "height", "hidden",     "href",    "http",    "src",     "style",
        "text",       "type",   "value",      "width",   "charset",
    };
    switch (t->kind) {
    case HTML_TOKEN_TEXT: buf_add_slice(out, t->text); break;
    case HTML_TOKEN_COMMENT: buf_printf(out, "{%.*s}", SLICE_ARG(t->text)); break;
    case HTML_TOKEN_BOGUS: buf_printf(out, "{!%.*s}", SLICE_ARG(t->text)); break;
    case HTML_TOKEN_END: buf_printf(out, "</%.*s>", SLICE_ARG(t->name)); break;
    case HTML_TOKEN_START:
        buf_printf(out, "<%.*s", SLICE_ARG(t->name));
        for (int i = 0; i < HTML_ATTR_COUNT; i++)
            if (html_has(t, (enum html_attr)i))
                buf_printf(out, " %s=[%.*s]", names[i], SLICE_ARG(t->attrs[i]));
        buf_add_str(out, ">");
        break;
    }
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct html_tokenizer t;
        struct html_token token = { .has = 0 };
        struct buf out;
        buf_init(&out, 10000);
        html_tokenizer_init(&t, slice_str(rows[i].page));
        while (html_next(&t, &token))
            write_token(&out, &token);
        if (!slice_eq(buf_slice(&out), slice_str(rows[i].tokens)))
            fail_msg("%s\n  gives %s\n  not   %s", rows[i].page, out.p, rows[i].tokens);
        buf_deinit(&out);
    }
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void text_and_lone_brackets(void **state)
{
    static const struct row rows[] = {
        { "", "" },        { "plain", "plain" }, { "a < b", "a < b" },
        { "a <", "a <" },  { "a </", "a </" },   { "<3 <<b>>", "<3 <<b>>" },
        { "a</>b", "ab" }, { "<", "<" },         { "1<2>3", "1<2>3" },
    };
    CHECK(rows);
}

static void comments(void **state)
{
    static const struct row rows[] = {
        { "<!-- a -->b", "{ a }b" },
        { "<!-->b", "{}b" },
        { "<!--->b", "{}b" },
        { "<!---->b", "{}b" },
        { "<!----->b", "{-}b" },
        { "<!--a--!>b", "{a}b" },
        { "<!--a--!b-->c", "{a--!b}c" },
        { "<!--a--!-->c", "{a--!}c" },
        { "<!--a->b-->c", "{a->b}c" },
        { "<!--a<!--b-->c-->d", "{a<!--b}c-->d" },
        { "<!--a<!-->b", "{a<!}b" },
        { "<!--a-- >b-->c", "{a-- >b}c" },
        { "<!--never closed", "{never closed}" },
        { "<!--never closed--", "{never closed}" },
        { "<!--never closed--!", "{never closed}" },
        { "<!--never closed-", "{never closed}" },
        { "<!--[if mso]><b><![endif]-->x", "{[if mso]><b><![endif]}x" },
        { "<![if !mso]>x<![endif]>", "{![if !mso]}x{![endif]}" },
        { "<!doctype html>x", "{!doctype html}x" },
        { "<!-x>y", "{!-x}y" },
        { "<!>y", "{!}y" },
        { "<?xml version='1.0'?>y", "{!?xml version='1.0'?}y" },
        { "</ a>y", "{! a}y" },
        { "</3>y", "{!3}y" },
        { "<![CDATA[a>b]]>c", "{![CDATA[a}b]]>c" },
        { "<!bogus", "{!bogus}" },
    };
    CHECK(rows);
}

static void attributes(void **state)
{
    static const struct row rows[] = {
        { "<a href=x>", "<a href=[x]>" },
        { "<a href = x >", "<a href=[x]>" },
        { "<A HREF='x y'>", "<A href=[x y]>" },
        { "<a href=\"a>b\">", "<a href=[a>b]>" },
        { "<a href=x/>", "<a href=[x/]>" },
        { "<a href=x\"y'z`>", "<a href=[x\"y'z`]>" },
        { "<a href>", "<a href=[]>" },
        { "<a href=>", "<a href=[]>" },
        { "<a href= >x", "<a href=[]>x" },
        { "<a/href=x/>", "<a href=[x/]>" },
        { "<a / href=x>", "<a href=[x]>" },
        { "<a href='x'src='y'>", "<a href=[x] src=[y]>" },
        { "<a href=1 href=2>", "<a href=[1]>" },
        { "<a href=1 HREF=2>", "<a href=[1]>" },
        { "<a =href=x>", "<a>" },
        { "<a \"href=x>", "<a>" },
        { "<a <href=x>", "<a>" },
        { "<a\nhref\n=\n'x'\n>", "<a href=[x]>" },
        { "<a\fhref=x>", "<a href=[x]>" },
        { "<a<b>x", "<a<b>x" },
        { "<ahref=x>", "<ahref=x>" },
        { "<a class=x href=y onclick=z>", "<a href=[y]>" },
        { "<br/>", "<br>" },
        { "<a href=x", "" },
        { "x<a href='y>z", "x" },
        { "x<a ", "x" },
        { "x</a ", "x" },
        { "</a href=x>y", "</a>y" },
    };
    CHECK(rows);
}

static void raw_text(void **state)
{
    static const struct row rows[] = {
        { "<script>a<b>c</script>d", "<script>a<b>c</script>d" },
        { "<script></scriptx></script >d", "<script></scriptx></script>d" },
        { "<SCRIPT>x</Script/>d", "<SCRIPT>x</Script>d" },
        { "<script>'</script>'</script>", "<script>'</script>'</script>" },
        { "<script><!--<script></script>--></script>d", "<script><!--<script></script>--></script>d" },
        { "<script><!--</script>d", "<script><!--</script>d" },
        { "<script><!--><script></script>d", "<script><!--><script></script>d" },
        { "<script>never", "<script>never" },
        { "<style><!--</style>--></style>", "<style><!--</style>--></style>" },
        { "<title><b>x</title>y", "<title><b>x</title>y" },
        { "<textarea></textarea><b>", "<textarea></textarea><b>" },
        { "<xmp><a href=x></xmp><a href=y>", "<xmp><a href=x></xmp><a href=[y]>" },
        { "<iframe><b></iframe>", "<iframe><b></iframe>" },
        { "<noembed><!--</noembed>-->", "<noembed><!--</noembed>-->" },
        { "<noframes><b></noframes>", "<noframes><b></noframes>" },
        { "<noscript><b></noscript>", "<noscript><b></noscript>" },
        { "<plaintext><b></plaintext>", "<plaintext><b></plaintext>" },
        { "<title>x</titl></title", "<title>x</titl></title" },
    };
    CHECK(rows);
}

static void references(void **state)
{
    static const struct {
        const char *in, *text, *attribute;
    } rows[] = {
        { "&amp;", "&", "&" },
        { "&ampx", "&x", "&ampx" },
        { "&amp=", "&=", "&amp=" },
        { "&amp", "&", "&" },
        { "&amp;amp;", "&amp;", "&amp;" },
        { "&lt", "<", "<" },
        { "&notit;", "\xc2\xacit;", "&notit;" },
        { "&notin;", "\xe2\x88\x89", "\xe2\x88\x89" },
        { "&nosuch;", "&nosuch;", "&nosuch;" },
        { "&", "&", "&" },
        { "&;", "&;", "&;" },
        { "&&lt;", "&<", "&<" },
        { "&nbsp;", "\xc2\xa0", "\xc2\xa0" },
        { "&AElig", "\xc3\x86", "\xc3\x86" },
        { "&CounterClockwiseContourIntegral;", "\xe2\x88\xb3", "\xe2\x88\xb3" },
        { "&CounterClockwiseContourIntegral", "&CounterClockwiseContourIntegral",
          "&CounterClockwiseContourIntegral" },
        { "&nLt;", "\xe2\x89\xaa\xe2\x83\x92", "\xe2\x89\xaa\xe2\x83\x92" },
        { "&#65;", "A", "A" },
        { "&#65", "A", "A" },
        { "&#x41;&#X4a;", "AJ", "AJ" },
        { "&#65x", "Ax", "Ax" },
        { "&#;&#x;", "&#;&#x;", "&#;&#x;" },
        { "&#128;&#x99;", "\xe2\x82\xac\xe2\x84\xa2", "\xe2\x82\xac\xe2\x84\xa2" },
        { "&#0;", "\xef\xbf\xbd", "\xef\xbf\xbd" },
        { "&#xD800;", "\xef\xbf\xbd", "\xef\xbf\xbd" },
        { "&#x110000;", "\xef\xbf\xbd", "\xef\xbf\xbd" },
        { "&#99999999999999999999;", "\xef\xbf\xbd", "\xef\xbf\xbd" },
        { "&#x1F600;", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "&#x80;&#x81;", "\xe2\x82\xac\xc2\x81", "\xe2\x82\xac\xc2\x81" },
        { "&zwnj;", "\xe2\x80\x8c", "\xe2\x80\x8c" },
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice in = slice_str(rows[i].in), rest = in;
        struct buf out;
        buf_init(&out, 1000);
        while (rest.n) {
            char text[8];
            size_t n = 0, taken = rest.p[0] == '&' ? html_reference(rest, false, text, &n) : 0;
            buf_add(&out, taken ? text : rest.p, taken ? n : 1);
            rest = slice_from(rest, taken ? taken : 1);
        }
        assert_string_equal(out.p, rows[i].text);
        buf_deinit(&out);
        struct slice got = html_unescape(&a, in);
        if (!slice_eq(got, slice_str(rows[i].attribute)))
            fail_msg("%s as attribute: %.*s", rows[i].in, SLICE_ARG(got));
    }
    arena_deinit(&a);
}

static void colours(void **state)
{
    enum { NONE = -1, CLEAR = -2 };
    static const struct {
        const char *text;
        long css, legacy;
    } rows[] = {
        { "red", 0xFF0000, 0xFF0000 },
        { " White ", 0xFFFFFF, 0xFFFFFF },
        { "aliceblue", 0xF0F8FF, 0xF0F8FF },
        { "yellowgreen", 0x9ACD32, 0x9ACD32 },
        { "#fff", 0xFFFFFF, 0xFFFFFF },
        { "#FfFfFe", 0xFFFFFE, 0xFFFFFE },
        { "#1234", 0x112233, 0x123400 },
        { "#12345678", 0x123456, 0x124578 },
        { "#12345600", CLEAR, 0x124500 },
        { "ffffff", NONE, 0xFFFFFF },
        { "chucknorris", NONE, 0xC00000 },
        { "#12", NONE, 0x010200 },
        { "rgb(255, 0,16)", 0xFF0010, 0x005501 },
        { "rgb(100%,0%,0%)", 0xFF0000, 0xB00000 },
        { "rgba(1,2,3,0)", CLEAR, NONE },
        { "rgba(1,2,3,.5)", 0x010203, NONE },
        { "rgb(1 2 3 / 1%)", CLEAR, NONE },
        { "hsl(120,100%,50%)", 0x00FF00, NONE },
        { "hsl(0,0%,100%)", 0xFFFFFF, NONE },
        { "hsl(-120deg,100%,50%)", 0x0000FF, NONE },
        { "transparent", CLEAR, NONE },
        { "rgb(1,2)", NONE, NONE },
        { "cmyk(1,2,3)", NONE, NONE },
        { "", NONE, NONE },
        { "nosuchcolour", NONE, NONE },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t rgb = 0;
        enum html_color_kind kind = html_css_color(slice_str(rows[i].text), &rgb);
        long css = kind == HTML_COLOR_NONE ? NONE : kind == HTML_COLOR_TRANSPARENT ? CLEAR : (long)rgb;
        if (css != rows[i].css)
            fail_msg("%s: css %lx", rows[i].text, css);
        long legacy = html_legacy_color(slice_str(rows[i].text), &rgb) ? (long)rgb : NONE;
        if (rows[i].legacy != NONE && legacy != rows[i].legacy)
            fail_msg("%s: legacy %lx", rows[i].text, legacy);
    }
    assert_true(html_color_near(0xFFFFFF, 0xFEFEFE));
    assert_false(html_color_near(0xFFFFFF, 0xF0F0F0));
}

/* Look-ups are by halving: a row out of order would never be found. */
static void every_tag_is_found(void **state)
{
    static const char *const names[] = { "a",  "address", "b",  "blockquote", "body",  "br",  "div",   "h1",
                                         "h6", "html",    "hr", "image",      "img",   "li",  "title", "tr",
                                         "u",  "ul",      "p",  "plaintext",  "style", "xmp", "wbr" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_not_equal(html_tag_by_name(slice_str(names[i])), HTML_OTHER);
    assert_int_equal(html_tag_by_name(SLICE("BlockQuote")), HTML_BLOCKQUOTE);
    assert_int_equal(html_tag_by_name(SLICE("")), HTML_OTHER);
    assert_int_equal(html_tag_by_name(SLICE("blockquotes")), HTML_OTHER);
    assert_int_equal(html_tag_by_name(SLICE("aa")), HTML_OTHER);
    assert_int_equal(html_tag_by_name(SLICE("xmp")), HTML_TAG_COUNT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_lone_brackets),
        cmocka_unit_test(comments),
        cmocka_unit_test(attributes),
        cmocka_unit_test(raw_text),
        cmocka_unit_test(references),
        cmocka_unit_test(colours),
        cmocka_unit_test(every_tag_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
