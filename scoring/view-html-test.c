/* view-html-test.c - pages as SpamAssassin renders them; the expected values are its own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/view-html.h"

static struct arena arena;

static int make_arena(void **state)
{
    arena_init(&arena, 512u << 20);
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static struct view_html render(struct slice page)
{
    struct view_html h = { .source_n = page.n };
    view_html_render(&h, &arena, page);
    return h;
}

static void check_slice(const char *page, struct slice is, const char *want)
{
    if (!slice_eq(is, slice_str(want)))
        fail_msg("%s: \"%.*s\", not \"%s\"", page, SLICE_ARG(is), want);
}

struct row {
    const char *page, *text;
};

static void check_texts(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_slice(rows[i].page, render(slice_str(rows[i].page)).text, rows[i].text);
}
#define CHECK_TEXTS(rows) check_texts((rows), sizeof(rows) / sizeof(*(rows)))

static void white_space(void **state)
{
    static const struct row rows[] = {
        { "a  b\n\tc", "a b c" },
        { "a <br> b", "a\nb" },
        { "a<p>b</p>c", "a\n\nb\n\nc" },
        { "<ul><li>a<li> b", " a b" },
        { "a&nbsp;&nbsp;b", "a b" },
        { "a<br/>b<br />c", "a\nb\nc" },
        { "<hr>x", "\n\nx" },
        { "a <b> b", "a  b" },
        { "<div>a</div><div>b</div>", "\na\n\nb\n" },
        { "a\xc3\x82\xc2\xa0g", "a g" },
        { "a <i></i> <br>b", "a \nb" },
        { "<span style=display:none> x </span><br>", " x \n" },
    };
    CHECK_TEXTS(rows);
}

static void references(void **state)
{
    static const struct row rows[] = {
        { "&amp;&lt;&copy;", "&<\xc2\xa9" },
        { "&ampx &copyright", "&x \xc2\xa9right" },
        { "&bull;&bull", "\xe2\x80\xa2&bull" },
        { "&#65;&#x42;&#x43 &#0;", "ABC &#0;" },
        { "&#128;&#150;", "\xc2\x80\xc2\x96" },
        { "&#xD83D;&#xDE00;", "\xf0\x9f\x98\x80" },
        { "&#xD83D;x&#xDE00;", "\xef\xbf\xbdx\xef\xbf\xbd" },
        { "&#x110000;&#xffff;", "&#x110000;&#xffff;" },
        { "&nope;&&;", "&nope;&&;" },
        { "<xmp>&amp;</xmp>", "\n\n&amp;\n\n" },
        { "<textarea>&amp;<b></textarea>", "&<b>" },
    };
    CHECK_TEXTS(rows);
}

static void markup(void **state)
{
    static const struct row rows[] = {
        { "a<!-- b -->c<!d>e</ f>g<!>h", "acegh" },
        { "a<!-- b --c", "a" },
        { "a<!-- b > c", "a c" },
        { "a < b <3 <<b>c", "a < b <3 <c" },
        { "<_x>a<:y>b<1>c", "ab<1>c" },
        { "<b title='>'>a</b x='>'>c", "ac" },
        { "a<?php b>c", "ac" },
        { "<style>a</style>b<script>c</script>d", "bd" },
        { "b<style>a", "b" },
        { "b<script>a<b>c", "b" },
        { "<title>a</title>b", "\n\na\n\nb" },
        { "<plaintext>a<b></plaintext>", "\n\na<b></plaintext>" },
        { "a<![CDATA[<b>&amp;]]>c", "a<b>&amp;c" },
        { "a<![IGNORE[b<i>]]>c", "ac" },
        { "a<![x[b]]>c", "ab]]>c" },
        { "a<![include[b]]>c", "abc" },
        { "a<![b>c", "ac" },
        { "<!DOCTYPE html \">\">a", "a" },
        { "a<b", "a" },
        { "one two<", "one two" },
    };
    CHECK_TEXTS(rows);
}

static void what_is_seen(void **state)
{
    static const struct {
        const char *page, *visible, *invisible;
    } rows[] = {
        { "a<font color=#ffffff>b</font>c", "ac", "b" },
        { "a<font color=white>b</font>c", "ac", "b" },
        { "a<font color=#fefefe>b</font>c", "ac", "b" },
        { "a<font color=#f0f0f0>b</font>c", "ac", "b" },
        { "a<font color=#e8e8e8>b</font>c", "abc", "" },
        { "a<font color=ff0000>b</font>c", "ac", "b" },
        { "a<font color='#FfF'>b</font>c", "ac", "b" },
        { "a<font color='#ffff'>b</font>c", "ac", "b" },
        { "a<font color='rgb(255,255,255)'>b</font>c", "ac", "b" },
        { "a<font color='rgb(100%,100%,100%)'>b</font>c", "ac", "b" },
        { "a<font color=' red '>b</font>c", "abc", "" },
        { "a<font color='#'>b</font>c", "abc", "" },
        { "a<font size=1>b</font>c", "ac", "b" },
        { "a<font size=-2>b</font>c", "ac", "b" },
        { "a<font size=-1>b</font>c", "abc", "" },
        { "a<basefont size=2><font size=-1>b</font>c", "ac", "b" },
        { "a<small><small>b</small></small>c", "ac", "b" },
        { "a<span style='display: none'>b</span>c", "ac", "b" },
        { "a<span style='DISPLAY: none'>b</span>c", "abc", "" },
        { "a<span style='display: NONE'>b</span>c", "ac", "b" },
        { "a<span style='display: none !important'>b</span>c", "abc", "" },
        { "a<span style='visibility:hidden'>b</span>c", "ac", "b" },
        { "a<span style='color:white'>b</span>c", "ac", "b" },
        { "a<span style='color :white'>b</span>c", "abc", "" },
        { "a<span style='color:rgba(255,255,255,0)'>b</span>c", "ac", "b" },
        { "a<span style='color:#fff ! important'>b</span>c", "ac", "b" },
        { "a<span style='color:inherit'>b</span>c", "abc", "" },
        { "a<span style='color:windowtext'>b</span>c", "ac", "b" },
        { "a<span style='color:transparent'>b</span>c", "ac", "b" },
        { "a<span style='color: '>b</span>c", "ac", "b" },
        { "a<span style='color:\n'>b</span>c", "abc", "" },
        { "a<span style='background-color:#000'>b</span>c", "ac", "b" },
        { "a<span style='background-color:transparent'>b</span>c", "abc", "" },
        { "a<span style='background:black'>b</span>c", "ac", "b" },
        { "a<span style='background:url(x) black, white'>b</span>c", "abc", "" },
        { "a<span style='background:white, url(x,black) black'>b</span>c", "ac", "b" },
        { "a<span style='BACKGROUND:black'>b</span>c", "abc", "" },
        { "<body bgcolor=black>a", "a", "" },
        { "<body text=white>a", "", "a" },
        { "<table><tr><td style=display:none>a<td>b</table>c", "  bc", "a" },
        { "a<p style='display:none'>b</div>c</p>d", "a\n\n\n\n\nd", "bc" },
        { "<span style='display:none'> </span>", " ", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_html h = render(slice_str(rows[i].page));
        check_slice(rows[i].page, h.visible, rows[i].visible);
        check_slice(rows[i].page, h.invisible, rows[i].invisible);
    }
}

/* A page that SpamAssassin gives up on. */
static void breaks_off(void **state)
{
    bool present;
    struct view_html h = render(SLICE("<b>a</b> <a href=x><p style='background: '>b"));
    check_slice("", h.text, "a ");
    assert_null(h.uris);
    assert_int_equal(view_html_open(&h, SLICE("b")), -1);
    view_html_number(&h, SLICE("length"), &present);
    assert_false(present);
    assert_true(view_html_number(&h, SLICE("html"), NULL) > 0);
    h = render(SLICE("<b>a</b><![IGNORE[ x"));
    view_html_number(&h, SLICE("length"), &present);
    assert_false(present);
}

static void facts(void **state)
{
    static const struct {
        const char *page, *name;
        double value;
    } rows[] = {
        { "<b>x</b>", "length", 8 },
        { "\xc3\xa9<b>", "length", 4 },
        { "<b>a b</b>", "html_length", 3 },
        { "<b>a b</b>", "non_space_len", 2 },
        { "a&euro; b&#160;c", "non_space_len", 4 },
        { "a b&#160;c", "non_space_len", 4 },
        { "<b>ab</b> ", "ratio", 0.7 },
        { "<font size=6>x", "max_size", 6 },
        { "<font size=-2>x", "min_size", 1 },
        { "<big><big>x", "max_size", 3 },
        { "<foo>x</foo><b></b>", "bad_tag_ratio", 0.5 },
        { "<o:p>x</o:p>", "bad_tag_ratio", 0 },
        { "<foo>x<foo><b>", "non_element_ratio", 0.5 },
        { "<b>x</b></b></i>", "closed_extra_ratio", 0.5 },
        { "Vi<b></b>agra", "obfuscation_ratio", 0.5 },
        { "Vi<b></b>agra Ci<b></b>alis ok<b></b>okay", "backhair_count", 1 },
        { "abcdefgh<b>ij", "backhair_count", 0 },
        { "<img width=10 height=20><img width=10% height=x>", "image_area", 200 + 80 * 200 },
        { "<img width=10>", "image_area", 0 },
        { "<object>", "embeds", 1 },
        { "<font face='Arial, Helvetica'>", "font_face_bad", 0 },
        { "<font face='\"Tahoma\", x y'>", "font_face_bad", 0 },
        { "<font face='a'>", "font_face_bad", 1 },
        { "<font face='Arial,'>", "font_face_bad", 1 },
        { "<font face=' a'>", "font_face_bad", 0 },
        { "<font face='Arial9;'>", "font_face_bad", 0 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_html h = render(slice_str(rows[i].page));
        double is = view_html_number(&h, slice_str(rows[i].name), NULL);
        if (is < rows[i].value - 1e-9 || is > rows[i].value + 1e-9)
            fail_msg("%s: %s is %g, not %g", rows[i].page, rows[i].name, is, rows[i].value);
    }
}

static void open_tags(void **state)
{
    struct view_html h = render(SLICE("<B><b></b><i></i></i><foo><FOO></u><!doctype x>"));
    assert_int_equal(view_html_open(&h, SLICE("b")), 1);
    assert_int_equal(view_html_open(&h, SLICE("i")), 0);
    assert_int_equal(view_html_open(&h, SLICE("foo")), 2);
    assert_int_equal(view_html_open(&h, SLICE("u")), 0);
    assert_int_equal(view_html_open(&h, SLICE("!doctype")), 0);
    assert_int_equal(view_html_open(&h, SLICE("p")), -1);
}

static void links(void **state)
{
    static const struct row rows[] = {
        /* tag:uri, or =uri anchor's text */
        { "<a href=http://a.example/>b <img src=c></a>",
          "a:http://a.example/|=http://a.example/ b <img>\n|img:c|" },
        { "<a href=x>y</a>", "a:x|=x y|" },
        { "<a>y</a>", "= y|" },
        { "<a href>y</a>", "a:href|=href y|" },
        { "<a href=' http://a.example '>", "a:http://a.example|=http://a.example |" },
        { "<a href=a href=b>", "a:a|=a |" },
        { "<a x/href=http://b.example>", "a:http://b.example|=http://b.example |" },
        { "<area href=mailto:a@b>", "area:mailto:a@b|" },
        { "<a data-saferedirecturl=http://g.example/>", "a:http://g.example/|= |" },
        { "<iframe src=a></iframe><embed src=b><td background=c><body background=d><form action=e>",
          "iframe:a|embed:b|td:c|body:d|form:e|" },
        { "<meta http-equiv=refresh content='0; URL=http://r.example/;x'>", "meta:http://r.example/|" },
        { "<meta http-equiv=x content='0; URL=http://r.example/'>", "" },
        { "<base href=http://b.example/c/d.html><area href=e><area href=../f><area href=/g><area "
          "href=?h><area href=#i>",
          "base:http://b.example/c/d.html|area:http://b.example/c/e|area:http://b.example/f|"
          "area:http://b.example/g|area:http://b.example/c/?h|area:http://b.example/c/#i|" },
        { "<base href=b.example><area href=e>", "base:b.example|area:e|" },
        { "<area href=//www.a.example/><area href=//a.example><area href=http:b><area href=../../c/./d/../e>",
          "area:http://www.a.example/|area://a.example|area:http:b|area:/c/e|" },
        { "<area href=0><area href=''>", "" },
        { "<img src='a&amp;b&copy=1&copyx'>", "img:a&b\xc2\xa9=1&copyx|" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct view_html h = render(slice_str(rows[i].page));
        struct buf b;
        buf_init_in(&b, &arena, 4096);
        for (const struct view_html_uri *u = h.uris; u; u = u->next) {
            buf_printf(&b, u->tag.n ? "%.*s:" : "%.*s=", SLICE_ARG(u->tag));
            buf_add_slice(&b, u->uri);
            if (u->anchor.p)
                buf_printf(&b, " %.*s", SLICE_ARG(u->anchor));
            buf_add_char(&b, '|');
        }
        check_slice(rows[i].page, buf_slice(&b), rows[i].text);
    }
}

static void lists(void **state)
{
    struct view_html h =
        render(SLICE("<!--a--><!b><script>c</script><title>d<b></title><a>e<i>f</i></a><a>g"));
    check_slice("", h.lists[VIEW_HTML_COMMENT]->text, "<!--a-->");
    check_slice("", h.lists[VIEW_HTML_COMMENT]->next->text, "<!b>");
    check_slice("", h.lists[VIEW_HTML_SCRIPT]->text, "c");
    check_slice("", h.lists[VIEW_HTML_TITLE]->text, "d<b>");
    check_slice("", h.lists[VIEW_HTML_ANCHOR]->text, "ef");
    check_slice("", h.lists[VIEW_HTML_ANCHOR]->next->text, "g");
}

static void bytes_and_characters(void **state)
{
    struct view_html h = render(SLICE("a&eacute;"));
    assert_false(h.text_wide);
    check_slice("", view_html_bytes(&arena, h.text, '?'), "a\xe9");
    h = render(SLICE("a&eacute;&euro;"));
    assert_true(h.text_wide);
    check_slice("", view_html_bytes(&arena, h.text, '?'), "a\xe9?");
    h = render(SLICE("<font color=white>\xc3\xa9</font>a"));
    assert_true(h.text_wide && h.invisible_wide && h.visible_wide);
    struct view_html decoded = { .source_n = 8, .source_wide = true };
    view_html_render(&decoded, &arena, SLICE("&eacute;"));
    assert_true(decoded.text_wide);
}

/* What would be slow if anything were more than linear: 4 MB each. */
static void long_pages(void **state)
{
    static const char *const pieces[] = { "<p>",         "<title><script>",
                                          "<![x[",       "<!--",
                                          "<a b=\"",     "</b",
                                          "<",           "&#xD83D;",
                                          "&aaaaa",      "]]>",
                                          "<foo a>",     "<a href=x>",
                                          "<!DOCTYPE '", "<div style='background:(\"'>",
                                          "<![-- - ",    "<x/",
                                          "<title>" };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        struct buf b;
        buf_init_in(&b, &arena, 8 << 20);
        while (b.n < 4 << 20)
            buf_add_str(&b, pieces[i]);
        struct view_html h = render(buf_slice(&b));
        assert_true(h.text.n <= b.n);
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space), cmocka_unit_test(references),
        cmocka_unit_test(markup),      cmocka_unit_test(what_is_seen),
        cmocka_unit_test(breaks_off),  cmocka_unit_test(facts),
        cmocka_unit_test(open_tags),   cmocka_unit_test(links),
        cmocka_unit_test(lists),       cmocka_unit_test(bytes_and_characters),
        cmocka_unit_test(long_pages),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
