/* html-test.c - what is shown of a page, what is hidden, and where its links go */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "message/html.h"

static struct arena arena;
static struct message_limits limits;

static struct html parse(struct slice page)
{
    struct html h;
    html_parse(&h, &arena, page, 100000, &limits);
    return h;
}

struct row {
    const char *page, *visible, *invisible;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct html h = parse(slice_str(rows[i].page));
        if (!slice_eq(h.visible, slice_str(rows[i].visible)) ||
            !slice_eq(h.invisible, slice_str(rows[i].invisible)))
            fail_msg("%s\n  shows \"%.*s\", hides \"%.*s\"", rows[i].page, SLICE_ARG(h.visible),
                     SLICE_ARG(h.invisible));
        assert_false(h.truncated);
    }
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void white_space_and_lines(void **state)
{
    static const struct row rows[] = {
        { "  a \n\t b  ", "a b", "" },
        { "a<b>b</b>c", "abc", "" },
        { "a <b> b </b> c", "a b c", "" },
        { "<p>a</p><p>b</p>", "a\nb", "" },
        { "<p>a<p>b", "a\nb", "" },
        { "a<br>b<br/>c</br>d", "a\nb\nc\nd", "" },
        { "a<div>b</div>c", "a\nb\nc", "" },
        { "<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>e", "a b\nc d\ne", "" },
        { "<ul><li>a<li>b</ul>", "a\nb", "" },
        { "<h1>a</h1>b", "a\nb", "" },
        { "<pre>a\n b</pre>", "a\nb", "" },
        { "a&nbsp;b&#32;&#10;c",
          "a\xc2\xa0"
          "b c",
          "" },
        { "V<!-- x -->i<b></b>agra", "Viagra", "" },
        { "a<hr>b", "a\nb", "" },
        { "<title> t\n t </title>a", "a", "" },
        { "<script>x</script>a<style>y</style>b", "ab", "" },
        { "<textarea>a &amp; <b></textarea>", "a & <b>", "" },
        { "<xmp>&amp;<b></xmp>", "&amp;<b>", "" },
        { "<plaintext><b>&lt;", "<b>&lt;", "" },
        { "<noscript>a</noscript>b", "ab", "" },
        { "<input type=submit value='Log in'>", "Log in", "" },
        { "<select><option>a<option>b</select>", "a\nb", "" },
        { "a<nosuch>b</nosuch>c", "abc", "" },
        { "</div></p>a</table>", "a", "" },
        { "a < b &copy c", "a < b \xc2\xa9 c", "" },
        { "a<span", "a", "" },
    };
    CHECK(rows);
}

static void nul_is_dropped(void **state)
{
    assert_true(slice_eq(parse(SLICE("Vi\0agra")).visible, SLICE("Viagra")));
}

static void hidden_by_style(void **state)
{
    static const struct row rows[] = {
        { "a<div style='display:none'>b</div>c", "a\nc", "b" },
        { "a<span style=\"DISPLAY : NONE ;\">b</span>c", "ac", "b" },
        { "<span style='display:none'><b>a<span style='display:block'>b</span></b></span>c", "c", "ab" },
        { "<div style='visibility:hidden'>a<b style='visibility:visible'>b</b></div>", "b", "a" },
        { "<div hidden>a</div>b", "b", "a" },
        { "<div hidden style='display:block'>a</div>b", "a\nb", "" },
        { "<span style='font-size:0'>a</span>b", "b", "a" },
        { "<span style='font-size:1px'>a</span>b", "b", "a" },
        { "<span style='font-size:1.5px'>a</span>b", "ab", "" },
        { "<span style='font-size:.05em'>a</span>b", "b", "a" },
        { "<span style='font-size:0'>a<i style='font-size:12pt'>b</i></span>", "b", "a" },
        { "<span style='font:0/0 a'>a</span>b", "b", "a" },
        { "<span style='font:bold 700 12px/1 Arial'>a</span>b", "ab", "" },
        { "<span style='font-size:xx-small'>a</span>b", "ab", "" },
        { "<span style='font-size:-1px'>a</span>b", "ab", "" },
        { "<span style='opacity:0'>a</span>b", "b", "a" },
        { "<span style='opacity:0;display:block'>a</span>b", "b", "a" },
        { "<span style='opacity:.5'>a</span>b", "ab", "" },
        { "<span style='opacity:0;opacity:1'>a</span>b", "ab", "" },
        { "<span style='display:none !important'>a</span>b", "b", "a" },
        { "<span style='dis/**/play:none'>a</span>b", "b", "a" },
        { "<span style='/* display:none */'>a</span>b", "ab", "" },
        { "<span style='background:url(\"x;display:none\")'>a</span>b", "ab", "" },
        { "<span style='&#100;isplay&colon;none'>a</span>b", "b", "a" },
        { "<span style='display:none' style=''>a</span>b", "b", "a" },
        { "<template>a</template>b<datalist>c</datalist>", "b", "ac" },
        { "<iframe>a</iframe>b<noembed>c</noembed>", "b", "ac" },
        { "V<span style='display:none'>x y</span>iagra", "Viagra", "x y" },
    };
    CHECK(rows);
}

static void hidden_by_colour(void **state)
{
    static const struct row rows[] = {
        { "<font color=white>a</font>b", "b", "a" },
        { "<font color=#fefefe>a</font>b", "b", "a" },
        { "<font color=silver>a</font>b", "ab", "" },
        { "<span style='color:#fff'>a</span>b", "b", "a" },
        { "<span style='color:rgba(0,0,0,0)'>a</span>b", "b", "a" },
        { "<span style='color:transparent'>a<i style='color:red'>b</i></span>", "b", "a" },
        { "<body bgcolor=black>a<font color=white>b</font></body>c", "b", "ac" },
        { "<body text=white bgcolor=white>a", "", "a" },
        { "<table bgcolor=black><td><font color=white>a</table>b", "a\nb", "" },
        { "<table><tr bgcolor=black><td>a<td bgcolor=white>b</table>", "b", "a" },
        { "<div style='background-color:#000;color:#000'>a</div>b", "b", "a" },
        { "<div style='background:red url(x.png)'><font color=red>a</font></div>", "a", "" },
        { "<div style='background:#fff none;color:white'>a</div>b", "b", "a" },
        { "<table><td background=x.gif><font color=white>a</font></td>", "a", "" },
        { "<font color=white><a href=x>a</a>b</font>", "a", "b" },
        { "<font color=white><button>a</button></font>b", "ab", "" },
        { "<font color=nosuch>a</font>b", "ab", "" },
    };
    CHECK(rows);
}

/* What is hidden is decided by which elements are open, and that by the tree builder's rules. */
static void nesting(void **state)
{
    static const struct row rows[] = {
        /* a block inside stays hidden when the end tag does not reach it */
        { "<span style='display:none'><p></span>a</p>b", "", "a\nb" },
        /* but formatting ends even over blocks */
        { "<font color=white><p>a</font>b</p>c", "b\nc", "a" },
        { "<b style='display:none'>a<i>b</b>c</i>d", "cd", "ab" },
        { "<i style='display:none'>a<b>b</i>c</b>d", "cd", "ab" },
        /* formatting goes on behind its block, until its end tag */
        { "<p><font color=white>a</p>b</font>c", "c", "a\nb" },
        { "<p><font color=white>a<p>b</font>c", "c", "a\nb" },
        /* but not out of its cell, nor into one */
        { "<table><td><font color=white>a</td><td>b</table>c", "b\nc", "a" },
        { "<p><font color=white>a</p><table><td>b</table>c", "b", "a\nc" },
        { "<div style='display:none'>a</span></b>b</div>c", "c", "ab" },
        { "<div style='display:none'><table><td>a</div>b</table>c</div>d", "d", "ab\nc" },
        { "<li style='display:none'>a<li>b", "b", "a" },
        { "<dt style='display:none'>a<dd>b", "b", "a" },
        { "<p hidden>a<div>b", "b", "a" },
        { "<h1 hidden>a</h2>b", "b", "a" },
        { "<table><tr hidden><td>a<tr><td>b</table>", "b", "a" },
        { "<table><td hidden>a<td>b<table><td>c</table>d</table>e", "b\nc\nd\ne", "a" },
        { "<a hidden href=x>a<a href=y>b", "b", "a" },
        { "<option hidden>a<option>b", "b", "a" },
        { "<x-a hidden>a</x-b>b</x-a>c", "c", "ab" },
        { "<span hidden>a</body>b</html>", "", "ab" },
        /* no table around: no rows and cells */
        { "<tr hidden><td hidden>a", "a", "" },
        /* between cells: shown before the table */
        { "<table hidden>a<tr>b<td>c</table>d", "a\nb\nd", "c" },
        { "<table hidden><b>a</b><td><b>b</b></table>", "a", "b" },
        { "<table hidden><table>a", "a", "" },
        { "<h1 hidden>a<h2>b", "b", "a" },
        { "<li hidden>a<ul></li>b</ul></li>c", "c", "a\nb" },
        { "<p hidden><button></p>a</button>b<p>c", "c", "ab" },
        { "<button hidden>a<button>b", "b", "a" },
        { "<nobr hidden>a<nobr>b", "b", "a" },
    };
    CHECK(rows);
}

static void links_and_their_text(void **state)
{
    static const struct {
        const char *page;
        enum html_link_kind kind;
        const char *url, *text;
    } rows[] = {
        { "<a href='http://a/'>go  <b>there</b></a>x", HTML_LINK_ANCHOR, "http://a/", "go there" },
        { "x<a href=' \x01http://a/b\n c\t '>t</a>", HTML_LINK_ANCHOR, "http://a/b c", "t" },
        { "<a href='?a=1&amp;b=2&copy=3'>t", HTML_LINK_ANCHOR, "?a=1&b=2&copy=3", "t" },
        { "<a href=x><p>a<p>b</a>c", HTML_LINK_ANCHOR, "x", "a b" },
        { "<a href=x>a<span hidden>b</span>c</a>", HTML_LINK_ANCHOR, "x", "ac" },
        { "<a href=x><img></a>", HTML_LINK_ANCHOR, "x", "" },
        { "<area href=x>", HTML_LINK_ANCHOR, "x", "" },
        { "<link rel=stylesheet href=x>", HTML_LINK_ANCHOR, "x", "" },
        { "<img src=x>", HTML_LINK_IMAGE, "x", "" },
        { "<input type=Image src=x>", HTML_LINK_IMAGE, "x", "" },
        { "<td background=x>", HTML_LINK_IMAGE, "x", "" },
        { "<p style='background:url( \"x\" )'>", HTML_LINK_IMAGE, "x", "" },
        { "<form action=x>", HTML_LINK_FORM, "x", "" },
        { "<button formaction=x>", HTML_LINK_FORM, "x", "" },
        { "<input formaction=x>", HTML_LINK_FORM, "x", "" },
        { "<iframe src=x>", HTML_LINK_FRAME, "x", "" },
        { "<frame src=x>", HTML_LINK_FRAME, "x", "" },
        { "<embed src=x>", HTML_LINK_FRAME, "x", "" },
        { "<object data=x>", HTML_LINK_FRAME, "x", "" },
        { "<script src=x>", HTML_LINK_SCRIPT, "x", "" },
        { "<base href=x>", HTML_LINK_BASE, "x", "" },
        { "<meta http-equiv=Refresh content=\"0;url=x\">", HTML_LINK_REFRESH, "x", "" },
        { "<meta http-equiv=refresh content=\"5, URL = 'x y' z\">", HTML_LINK_REFRESH, "x y", "" },
        { "<meta http-equiv=refresh content=\"1.5 x\">", HTML_LINK_REFRESH, "x", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct html h = parse(slice_str(rows[i].page));
        if (h.n_links != 1 || h.links->kind != rows[i].kind ||
            !slice_eq(h.links->url, slice_str(rows[i].url)) ||
            !slice_eq(h.links->text, slice_str(rows[i].text)))
            fail_msg("%s: %zu links", rows[i].page, h.n_links);
    }
    static const char *const none[] = { "<a>",
                                        "<a href=''>",
                                        "<a name=x>",
                                        "<meta content='0;url=x'>",
                                        "<meta http-equiv=refresh content=5>",
                                        "<script>'<a href=x>'</script>",
                                        "<!-- <a href=x> -->",
                                        "<a href=\"x" };
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(parse(slice_str(none[i])).n_links, 0);
}

static void anchor_text_is_cut_between_characters(void **state)
{
    struct buf page;
    buf_init(&page, 10000);
    buf_add_str(&page, "<a href=x>");
    for (int i = 0; i < 150; i++)
        buf_add_str(&page, "\xe2\x82\xac");
    struct html h = parse(buf_slice(&page));
    assert_int_equal(h.links->text.n, 198);
    buf_deinit(&page);
}

static void images_forms_and_counts(void **state)
{
    struct html h = parse(SLICE("<img src=a width=1 height='2px' alt='x &amp; y'><img width=50% height=3>"
                                "<img style='width:4px;height:5px'><form><input><input type=PASSWORD>"
                                "<textarea></textarea></form><form><!-- abc --><script>12345</script>"
                                "<style>123</style><title>The  title</title><title>no</title>"
                                "<base href=b1><base href=b2>"));
    static const int sizes[3][2] = { { 1, 2 }, { -1, 3 }, { 4, 5 } };
    const struct html_image *image = h.images;
    assert_int_equal(h.n_images, 3);
    for (int i = 0; i < 3; i++, image = image->next) {
        assert_int_equal(image->width, sizes[i][0]);
        assert_int_equal(image->height, sizes[i][1]);
    }
    assert_true(slice_eq(h.images->alt, SLICE("x & y")));
    assert_true(slice_eq(h.images->url, SLICE("a")));
    assert_int_equal(h.forms, 2);
    assert_int_equal(h.inputs, 3);
    assert_int_equal(h.password_inputs, 1);
    assert_int_equal(h.scripts, 1);
    assert_int_equal(h.script_bytes, 5);
    assert_int_equal(h.style_bytes, 3);
    assert_int_equal(h.comments, 1);
    assert_int_equal(h.comment_bytes, 5);
    assert_int_equal(h.tags, 14);
    assert_true(slice_eq(h.title, SLICE("The title")));
    assert_true(slice_eq(h.base, SLICE("b1")));
}

static void limits_cut_and_say_so(void **state)
{
    struct message_limits l = limits;
    struct html h;
    l.html_max_tags = 2;
    html_parse(&h, &arena, SLICE("<p>a<p>b<p hidden>c<p>d<a href=x>"), 1000, &l);
    assert_true(h.truncated);
    assert_true(slice_eq(h.visible, SLICE("a\nb\nc\nd")));
    l = limits;
    l.html_max_links = 1;
    html_parse(&h, &arena, SLICE("<a href=x>1</a><a href=y>2</a>"), 1000, &l);
    assert_true(h.truncated);
    assert_int_equal(h.n_links, 1);
    assert_true(slice_eq(h.links->text, SLICE("1")));
    for (size_t max = 0; max < 9; max++) {
        html_parse(&h, &arena, SLICE("ab \xe2\x82\xac cd<i hidden>xyz xyz xyz"), max, &limits);
        assert_true(h.truncated);
        assert_true(slice_starts(SLICE("ab \xe2\x82\xac cd"), h.visible));
        assert_true(slice_starts(SLICE("xyz xyz xyz"), h.invisible));
        assert_true(max < 3 || max > 5 || h.visible.n == 3);
    }
}

static void deep_and_wide_pages_end(void **state)
{
    static const struct slice pieces[] = {
        SLICE_INIT("<div>"),         SLICE_INIT("<b><i><u><font>"),
        SLICE_INIT("<p><a href=x>"), SLICE_INIT("<table><tr><td>"),
        SLICE_INIT("</b></i>"),      SLICE_INIT("<"),
        SLICE_INIT("&amp"),          SLICE_INIT("<b><p></b>"),
        SLICE_INIT("<!--"),          SLICE_INIT("<td><b><p>x</td>"),
    };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct buf page;
        buf_init(&page, 1 << 20);
        while (!page.full)
            buf_add_slice(&page, pieces[i]);
        parse(buf_slice(&page));
        arena_reset(&arena);
        buf_deinit(&page);
    }
}

static int set_up(void **state)
{
    arena_init(&arena, 256 << 20);
    message_limits_default(&limits);
    return 0;
}

static int tear_down(void **state)
{
    arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_and_lines),
        cmocka_unit_test(nul_is_dropped),
        cmocka_unit_test(hidden_by_style),
        cmocka_unit_test(hidden_by_colour),
        cmocka_unit_test(nesting),
        cmocka_unit_test(links_and_their_text),
        cmocka_unit_test(anchor_text_is_cut_between_characters),
        cmocka_unit_test(images_forms_and_counts),
        cmocka_unit_test(limits_cut_and_say_so),
        cmocka_unit_test(deep_and_wide_pages_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
