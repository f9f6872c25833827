/* uri-test.c - what is a URI in text and pages, and what it is in its one form */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/uri-domain.h"

static struct arena arena;
static struct message_limits limits;

static void normal_form(void **state)
{
    static const struct {
        const char *raw, *url, *host, *domain;
        unsigned flags;
    } rows[] = {
        { "http://example.com", "http://example.com/", "example.com", "example.com", 0 },
        { "HTTP://www.Example.COM/A?B#C", "http://www.example.com/A?B#C", "www.example.com", "example.com",
          0 },
        { "https://a.b.example.co.uk:443/", "https://a.b.example.co.uk/", "a.b.example.co.uk",
          "example.co.uk", 0 },
        { "http://example.com:8080/", "http://example.com:8080/", "example.com", "example.com", URI_PORT },
        { "http://example.com:/", "http://example.com/", "example.com", "example.com", 0 },
        { "ftp://example.com/x", "ftp://example.com/x", "example.com", "example.com", 0 },
        { "http://user:pw@example.com/", "http://example.com/", "example.com", "example.com", URI_USERINFO },
        { "http://paypal.com@evil.com/", "http://evil.com/", "evil.com", "evil.com", URI_USERINFO },
        { "http://a@b@evil.com/", "http://evil.com/", "evil.com", "evil.com", URI_USERINFO },
        { "http:example.com", "http://example.com/", "example.com", "example.com", 0 },
        { "http:\\\\example.com\\a\\b?c\\d", "http://example.com/a/b?c%5Cd", "example.com", "example.com",
          0 },
        { "http:///example.com", "http://example.com/", "example.com", "example.com", 0 },
        { " ht\ntp://exam\tple.com/ ", "http://example.com/", "example.com", "example.com", 0 },
        { "http://example.com?q", "http://example.com/?q", "example.com", "example.com", 0 },
        { "http://example.com#f", "http://example.com/#f", "example.com", "example.com", 0 },
        { "http://example.com./", "http://example.com/", "example.com", "example.com", 0 },
        { "http://example.com/%7euser/%41%2f%2F%zz", "http://example.com/~user/A%2F%2F%25zz", "example.com",
          "example.com", 0 },
        { "http://example.com/a b<c>\xc3\xa4", "http://example.com/a%20b%3Cc%3E%C3%A4", "example.com",
          "example.com", 0 },
        { "http://example.com/a/./b/../c/..", "http://example.com/a/", "example.com", "example.com", 0 },
        { "http://example.com/../../a/%2e%2E/b", "http://example.com/b", "example.com", "example.com", 0 },
        { "http://example.com/a?b/../c", "http://example.com/a?b/../c", "example.com", "example.com", 0 },
        { "http://e%78ample.com/", "http://example.com/", "example.com", "example.com", 0 },
        { "http://foo_bar.example.com/", "http://foo_bar.example.com/", "foo_bar.example.com", "example.com",
          0 },
        { "http://localhost/", "http://localhost/", "localhost", "", 0 },
        { "http://com/", "http://com/", "com", "", 0 },
        { "http://x.nosuchtld/", "http://x.nosuchtld/", "x.nosuchtld", "x.nosuchtld", 0 },
        { "http://127.0.0.1/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP },
        { "http://0177.0.0.1/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://2130706433/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://0x7F000001/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://127.1/", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://127.0.257/", "http://127.0.1.1/", "127.0.1.1", "", URI_IS_IP | URI_ODD_IP },
        { "http://127.0.0.1./", "http://127.0.0.1/", "127.0.0.1", "", URI_IS_IP },
        { "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/", "http://127.0.0.1/", "127.0.0.1", "",
          URI_IS_IP },
        { "http://[2001:DB8::0:1]:80/", "http://[2001:db8::1]/", "[2001:db8::1]", "", URI_IS_IP },
        { "http://[::1%25eth0]/x", "http://[::1]/x", "[::1]", "", URI_IS_IP },
        { "http://M\xc3\xbcller.DE/", "http://xn--mller-kva.de/", "xn--mller-kva.de", "xn--mller-kva.de",
          URI_IDN },
        { "http://XN--mller-kva.de/", "http://xn--mller-kva.de/", "xn--mller-kva.de", "xn--mller-kva.de",
          URI_IDN },
        { "http://fa\xc3\x9f.de/", "http://xn--fa-hia.de/", "xn--fa-hia.de", "xn--fa-hia.de", URI_IDN },
        { "http://a\xe3\x80\x82"
          "b\xef\xbc\x8e"
          "com/",
          "http://a.b.com/", "a.b.com", "b.com", URI_IDN },
        { "http://\xef\xbd\x85xample.com/", "http://example.com/", "example.com", "example.com", URI_IDN },
        { "http://m%C3%BCller.de/", "http://xn--mller-kva.de/", "xn--mller-kva.de", "xn--mller-kva.de",
          URI_IDN },
        { "//example.com/x", "http://example.com/x", "example.com", "example.com", URI_NO_SCHEME },
        { "www.example.com", "http://www.example.com/", "www.example.com", "example.com", URI_NO_SCHEME },
        { "ftp.example.com/x", "ftp://ftp.example.com/x", "ftp.example.com", "example.com", URI_NO_SCHEME },
        { "example.com:8080/x", "http://example.com:8080/x", "example.com", "example.com",
          URI_NO_SCHEME | URI_PORT },
        { "a@example.com", "mailto:a@example.com", "example.com", "example.com", URI_NO_SCHEME },
        { "MailTo:A.b@Example.com?subject=x y", "mailto:A.b@example.com?subject=x%20y", "example.com",
          "example.com", 0 },
        { "mailto:?subject=x", "mailto:?subject=x", "", "", 0 },
        { "mailto:\"a@b\"@example.com", "mailto:%22a@b%22@example.com", "example.com", "example.com", 0 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uri u = { .flags = 0 };
        bool good = uri_parse(&u, &arena, slice_str(rows[i].raw));
        if (!good || !slice_eq(u.url, slice_str(rows[i].url)) || !slice_eq(u.host, slice_str(rows[i].host)) ||
            !slice_eq(u.domain, slice_str(rows[i].domain)) || u.flags != rows[i].flags)
            fail_msg("%s: %d \"%.*s\" host \"%.*s\" domain \"%.*s\" flags %u", rows[i].raw, good,
                     SLICE_ARG(u.url), SLICE_ARG(u.host), SLICE_ARG(u.domain), u.flags);
    }
}

static void parts(void **state)
{
    struct uri u = { .flags = 0 };
    assert_true(uri_parse(&u, &arena, SLICE("https://x:y@Example.com:8443/a?b#c")));
    assert_true(slice_eq(u.scheme, SLICE("https")));
    assert_true(slice_eq(u.path, SLICE("/a?b#c")));
    assert_int_equal(u.port, 8443);
    assert_true(uri_parse(&u, &arena, SLICE("ftp://example.com")));
    assert_int_equal(u.port, 21);
    assert_true(uri_parse(&u, &arena, SLICE("mailto:a@b.de?c")));
    assert_true(slice_eq(u.path, SLICE("a@b.de?c")));
}

static void no_host_is_invalid(void **state)
{
    static const char *const rows[] = {
        "",
        "http:",
        "http://",
        "http:///",
        "http://%zz/",
        "http://a b.com/",
        "http://exa<mple.com/",
        "http://.com/",
        "http://a..b.com/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://09.1.1.1/",
        "http://[::1/",
        "http://[x]/",
        "http://4294967296/",
        "http://a%00b.com/",
        "http://a%2fb.com/",
        "http://\xc3\xa4\xff.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "cid:x",
        "mailto:x@",
        "mailto:x@y z",
        "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com/",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uri u = { .flags = 0 };
        if (uri_parse(&u, &arena, slice_str(rows[i])) || !(u.flags & URI_INVALID))
            fail_msg("%s: \"%.*s\"", rows[i], SLICE_ARG(u.url));
    }
}

static void registrable_domains(void **state)
{
    static const char *const rows[][2] = {
        { "example.com", "example.com" },
        { "mail.example.co.uk", "example.co.uk" },
        { "Mail.Example.Co.Uk", "Example.Co.Uk" },
        { "co.uk", "" },
        { "com", "" },
        { "a.b.c.kawasaki.jp", "b.c.kawasaki.jp" },
        { "www.city.kawasaki.jp", "city.kawasaki.jp" },
        { "192.0.2.1", "" },
        { "[2001:db8::1]", "" },
        { "", "" },
        { ".", "" },
        { "x.", "" },
        { "a.xn--p1ai", "a.xn--p1ai" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice got = uri_registrable(slice_str(rows[i][0]));
        if (!slice_eq(got, slice_str(rows[i][1])))
            fail_msg("%s: \"%.*s\"", rows[i][0], SLICE_ARG(got));
    }
}

static void suffixes_that_are_known(void **state)
{
    assert_true(uri_suffix_known(SLICE("mail.Example.com")));
    assert_true(uri_suffix_known(SLICE("example.co.za"))); /* "za" itself is none */
    assert_true(uri_suffix_known(SLICE("com")));
    assert_false(uri_suffix_known(SLICE("mail.corp.internal-name")));
    assert_false(uri_suffix_known(SLICE("pot")));
    assert_false(uri_suffix_known(SLICE(".")));
    assert_false(uri_suffix_known(SLICE("")));
}

/* all raws of the list, apart by " | " */
static struct buf raws_of(const struct uri_list *list)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    for (const struct uri *u = list->first; u; u = u->next) {
        buf_add_str(&out, u == list->first ? "" : " | ");
        buf_add_slice(&out, u->raw);
    }
    return out;
}

static void found_in_text(void **state)
{
    static const char *const rows[][2] = {
        { "see http://example.com/x for", "http://example.com/x" },
        { "see http://example.com/x.", "http://example.com/x" },
        { "(http://example.com/x)", "http://example.com/x" },
        { "(see http://example.com/a_(b)).", "http://example.com/a_(b)" },
        { "<http://example.com/>", "http://example.com/" },
        { "\"http://example.com/\"", "http://example.com/" },
        { "'http://example.com/'", "http://example.com/" },
        { "[http://example.com/]x", "http://example.com/" },
        { "http://example.com/a,b;c?d!, e", "http://example.com/a,b;c?d" },
        { "http://[2001:db8::1]/x]", "http://[2001:db8::1]/x" },
        { "\xe2\x80\x9chttp://example.com/\xe2\x80\x9d", "http://example.com/" },
        { "http://example.com/\xe3\x80\x82 x", "http://example.com/" },
        { "\xe8\xa6\x8bhttp://example.com\xe3\x80\x82\xe8\xa6\x8b", "http://example.com" },
        { "http://m\xc3\xbcller.de/\xc3\xa4", "http://m\xc3\xbcller.de/\xc3\xa4" },
        { "HTTPS://EXAMPLE.COM FTP://example.com", "HTTPS://EXAMPLE.COM | FTP://example.com" },
        { "http://localhost/x", "http://localhost/x" },
        { "url:http://example.com", "http://example.com" },
        { "hxxp://example.com/ xhttp://example.com/", "" },
        { "http:example.com", "example.com" },
        { "http:// example", "" },
        { "go to www.example.com, now", "www.example.com" },
        { "www.example.com:8080/x?y", "www.example.com:8080/x?y" },
        { "www.example.nosuchtld www. www..com", "" },
        { "example.com Example.CO.UK/x", "example.com | Example.CO.UK/x" },
        { "example.com. Example.com? example.org: x example.com", "example.com | Example.com | example.org" },
        { "end.Next 1.5 a.b e.g. i.e. 3.com x", "end.Next | 3.com" },
        { "file.doc readme.txt main.c", "" },
        { "/usr/lib/x.so ~/x.so x=y.so $x.so a.so", "a.so" },
        { "bla.com-foo bla.com_x", "" },
        { "sub.m\xc3\xbcller.de", "sub.m\xc3\xbcller.de" },
        { "\xd0\xbf\xd1\x80\xd0\xb5\xd0\xb7\xd0\xb8\xd0\xb4\xd0\xb5\xd0\xbd\xd1\x82.\xd1\x80\xd1\x84",
          "\xd0\xbf\xd1\x80\xd0\xb5\xd0\xb7\xd0\xb8\xd0\xb4\xd0\xb5\xd0\xbd\xd1\x82.\xd1\x80\xd1\x84" },
        { "a@example.com", "a@example.com" },
        { "<first.last+x@mail.example.com>,", "first.last+x@mail.example.com" },
        { "a@b a@b.nosuchtld @example.com x@.com", "" },
        { "mailto:a@example.com?subject=x.", "mailto:a@example.com?subject=x" },
        { "mailto:nobody", "" },
        { "a.b@example.com@example.org", "a.b@example.com" },
        { "http://a.com/b@c.com", "http://a.com/b@c.com" },
        { "http://a.comhttp://b.com", "http://a.comhttp://b.com" },
        { "1.2.3.4 http://1.2.3.4/", "http://1.2.3.4/" },
        { "", "" },
        { ".", "" },
        { "...", "" },
        { "@", "" },
        { ":", "" },
        { "://", "" },
        { "http://", "" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uri_list list = { .n = 0 };
        uri_from_text(&list, &arena, slice_str(rows[i][0]), URI_TEXT, &limits);
        struct buf out = raws_of(&list);
        if (!slice_eq(buf_slice(&out), slice_str(rows[i][1])))
            fail_msg("%s\n  gives %s\n  not   %s", rows[i][0], out.p, rows[i][1]);
        buf_deinit(&out);
    }
}

static void found_in_pages(void **state)
{
    static const char *const rows[][2] = {
        { "<a href='http://a.com/x'>t</a><img src=//b.com/y>", "http://a.com/x http://b.com/y " },
        { "<a href=www.a.com/x><a href=x.html><a href=#x><a href=/x><a href=a.com>", "http://www.a.com/x "
                                                                                     "http://a.com/ " },
        { "<base href='http://a.com/d/e?f'><a href=x><a href=/y><a href=?q><a href=../z><a href=//b.com>",
          "http://a.com/d/e?f http://a.com/d/x http://a.com/y http://a.com/d/e?q http://a.com/z "
          "http://b.com/ " },
        { "<base href=x><a href=y>", "" },
        { "<a href='javascript:x()'><a href='data:text/html,y'><a href=cid:z><a href=tel:1>",
          "javascript: data: " },
        { "<a href='mailto:a@b.com'>", "mailto:a@b.com " },
        { "<a href=' H&#x74;tp://a&#46;com'>", "http://a.com/ " },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct html h;
        struct uri_list list = { .n = 0 };
        struct buf out;
        html_parse(&h, &arena, slice_str(rows[i][0]), 1000, &limits);
        uri_from_html(&list, &arena, &h, &limits);
        buf_init(&out, 10000);
        for (const struct uri *u = list.first; u; u = u->next) {
            assert_int_equal(u->source, URI_HTML);
            if (u->flags & URI_INVALID)
                buf_printf(&out, "%.*s: ", SLICE_ARG(u->scheme));
            else
                buf_printf(&out, "%.*s ", SLICE_ARG(u->url));
        }
        if (!slice_eq(buf_slice(&out), slice_str(rows[i][1])))
            fail_msg("%s\n  gives %s\n  not   %s", rows[i][0], out.p, rows[i][1]);
        buf_deinit(&out);
    }
}

static void count_is_limited(void **state)
{
    struct message_limits l = limits;
    struct uri_list list = { .n = 0 };
    l.uri_max_count = 2;
    uri_from_text(&list, &arena, SLICE("http://a.com http://b.com"), URI_TEXT, &l);
    assert_false(list.truncated);
    uri_from_text(&list, &arena, SLICE("http://c.com"), URI_TEXT, &l);
    assert_true(list.truncated);
    assert_int_equal(list.n, 2);
}

static void long_uris_are_cut(void **state)
{
    struct buf b;
    struct uri u = { .flags = 0 };
    struct uri_list list = { .n = 0 };
    buf_init(&b, 100000);
    buf_add_str(&b, "http://example.com/");
    while (b.n < 50000)
        buf_add_str(&b, "a");
    assert_true(uri_parse(&u, &arena, buf_slice(&b)));
    assert_int_equal(u.url.n, 8192);
    uri_from_text(&list, &arena, buf_slice(&b), URI_TEXT, &limits);
    assert_int_equal(list.n, 1);
    assert_int_equal(list.first->raw.n, 8192);
    buf_deinit(&b);
}

static void long_runs_end(void **state)
{
    static const struct slice pieces[] = {
        SLICE_INIT("a.a."),
        SLICE_INIT("http://"),
        SLICE_INIT("http://%"),
        SLICE_INIT("a@"),
        SLICE_INIT("a.b@"),
        SLICE_INIT("."),
        SLICE_INIT("a"),
        SLICE_INIT(":"),
        SLICE_INIT("a.com:99999/("),
        SLICE_INIT("\xc3\xa4.\xc3\xb6 "),
        SLICE_INIT("mailto:"),
        SLICE_INIT("http://\xe3\x80\x82"),
        SLICE_INIT("\xe3\x80\x82"),
        SLICE_INIT("www.a.com/../"),
        SLICE_INIT("a.ab "),
    };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct buf b;
        struct uri_list list = { .n = 0 };
        buf_init(&b, 1 << 20);
        while (!b.full)
            buf_add_slice(&b, pieces[i]);
        uri_from_text(&list, &arena, buf_slice(&b), URI_TEXT, &limits);
        assert_true(list.n <= limits.uri_max_count);
        arena_reset(&arena);
        buf_deinit(&b);
    }
}

static int set_up(void **state)
{
    arena_init(&arena, 256 << 20);
    message_limits_default(&limits);
    uri_warm();
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
        cmocka_unit_test(normal_form),        cmocka_unit_test(parts),
        cmocka_unit_test(no_host_is_invalid), cmocka_unit_test(registrable_domains),
        cmocka_unit_test(found_in_text),      cmocka_unit_test(found_in_pages),
        cmocka_unit_test(count_is_limited),   cmocka_unit_test(long_uris_are_cut),
        cmocka_unit_test(long_runs_end),      cmocka_unit_test(suffixes_that_are_known),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
