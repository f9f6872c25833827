/* view-uri-test.c - which URIs are found, and what they may mean
 * What is expected is what SpamAssassin 4.0.1 answers to the same texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/rule.h"
#include "scoring/view-uri.h"
#include "scoring/view-uri-clean.h"

static struct arena arena;
static struct regex_scratch *scratch;
static struct ruleset *set;

static const char config[] = "clear_util_rb\n"
                             "util_rb_tld com org net uk jp us kr info biz museum xn--p1ai tw ru io\n"
                             "util_rb_2tld co.uk org.uk pe.kr com.tw\n"
                             "util_rb_3tld demon.co.uk\n"
                             "redirector_pattern /^https?:\\/\\/go\\.example\\.net\\/\\w+\\/(.*)$/i\n"
                             "redirector_pattern m'/out\\?.*(?<=[?&])to=(.*?)(?:$|[&\\#])'i\n"
                             "body X /x/\n";

static int load(void **state)
{
    const struct scoring_options options = { .regex_match_limit = 100000,
                                             .message_budget = 60000,
                                             .rules_max = 100 };
    const struct rule_problem *problems = NULL;
    struct regex_limits limits = { 0 };
    struct err e = { 0 };
    arena_init(&arena, 256 << 20);
    scratch = regex_scratch_new(&limits);
    set = ruleset_load_text(&options, slice_str(config), "t.cf", &arena, &problems, &e);
    if (set == NULL || problems)
        fail_msg("%s", problems ? problems->text : e.text);
    return 0;
}

static int drop(void **state)
{
    ruleset_free(&set);
    regex_scratch_free(&scratch);
    arena_deinit(&arena);
    return 0;
}

static struct slice words(const struct slice *v, size_t n)
{
    struct buf out;
    buf_init_in(&out, &arena, 1 << 20);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s%.*s", i ? " " : "", SLICE_ARG(v[i]));
    return slice_of(out.p ? out.p : "", out.n);
}

static void make(struct view_uris *u, const struct slice *body, size_t n, const struct view_html *page)
{
    struct view_uri_input in = { .body = body, .n_body = n, .pages = &page, .n_pages = page != NULL };
    view_uris_make(u, &arena, set->uri_rules, scratch, &in);
}

struct row {
    const char *text, *expected;
};

static void assert_words(const struct row *r, struct slice got)
{
    if (!slice_eq(got, slice_str(r->expected)))
        fail_msg("%s\n  gives    %.*s\n  not      %s", r->text, SLICE_ARG(got), r->expected);
}

/* a line of text, and all forms of what is found in it */
static const struct row texts[] = {
    /* plain ones, with a scheme */
    { "http://www.example.com", "http://www.example.com" },
    { "http://www.example.com/", "http://www.example.com/" },
    { "http://www.example.com/a/b.html?x=1&y=2#z", "http://www.example.com/a/b.html?x=1&y=2#z" },
    { "https://example.org/path", "https://example.org/path" },
    { "ftp://ftp.example.org/pub/file", "ftp://ftp.example.org/pub/file" },
    { "HTTP://WWW.EXAMPLE.COM/Path", "HTTP://WWW.EXAMPLE.COM/Path" },
    { "HtTpS://example.com/x", "HtTpS://example.com/x" },
    { "see http://example.com for more", "http://example.com" },
    { "http://example.com:8080/x", "http://example.com:8080/x" },
    { "http://example.com:80/x", "http://example.com:80/x http://example.com/x" },
    { "https://example.com:443/x", "https://example.com:443/x https://example.com/x" },
    { "http://example.com:443/x", "http://example.com:443/x" },
    { "https://example.com:80/x", "https://example.com:80/x" },
    { "http://ann@example.com/", "http://ann@example.com/" },
    { "http://ann:secret@example.com/x", "http://ann:secret@example.com/x" },
    { "http://a@b@example.com/x", "http://a@b@example.com/x http://example.com/x" },
    { "http://example.nosuch/x", "" },
    { "http://nodots/x", "http://nodots/x http://www.nodots.com/x" },
    { "http://localhost/x", "" },
    { "http:/example.com/x", "http://example.com/x" },
    { "http:example.com/x", "http://example.com/x" },
    { "http://", "" },
    { "https:// example.com", "http://example.com" },
    { "http:///example.com", "" },
    { "http://.example.com/", "" },
    { "http://example..com/x", "" },
    { "http://example.com./x", "http://example.com./x http://example.com/x" },
    { "http://-example.com/x", "" },
    { "http://under_score.example.com/x", "http://under_score.example.com/x" },
    { "http://under_score.com/x", "" },
    { "gopher://example.com/x", "http://example.com/x" },
    { "telnet://example.com", "http://example.com" },
    { "xhttp://example.com/x", "http://example.com/x" },
    { "1http://example.com/x", "http://example.com/x" },
    { "_http://example.com/x", "http://example.com/x" },
    { "-http://example.com/x", "http://example.com/x" },
    /* without a scheme */
    { "www.example.com", "http://www.example.com" },
    { "www.example.com/index.html", "http://www.example.com/index.html" },
    { "WWW.Example.Com", "http://WWW.Example.Com" },
    { "www1.example.com/x", "http://www1.example.com/x" },
    { "www12.example.com", "http://www12.example.com" },
    { "www123.example.com", "http://www123.example.com" },
    { "ftp.example.com", "ftp://ftp.example.com" },
    { "ftp.example.com/pub", "ftp://ftp.example.com/pub" },
    { "FTP.example.com/pub", "ftp://FTP.example.com/pub" },
    { "www.example.nosuch", "" },
    { "www.nosuch", "http://www.nosuch http://www.nosuch.com" },
    { "wwwexample.com", "http://wwwexample.com" },
    { "example.com", "http://example.com" },
    { "Example.COM", "http://Example.COM" },
    { "example.com/", "" },
    { "example.com/x", "http://example.com/x" },
    { "example.com/x/y.html?z=1", "http://example.com/x/y.html?z=1" },
    { "example.com:80", "http://example.com:80 http://example.com" },
    { "example.com:80/x", "http://example.com:80/x http://example.com/x" },
    { "example.com:80/", "" },
    { "example.com:123456", "" },
    { "example.com:", "" },
    { "example.com.", "http://example.com" },
    { "example.com..", "" },
    { "example.com./x", "http://example.com./x http://example.com/x" },
    { "example.com.:80", "http://example.com.:80 http://example.com. http://example.com:80" },
    { "example.com-", "" },
    { "example.com_", "" },
    { "-example.com", "" },
    { "_example.com", "" },
    { ".example.com", "" },
    { "a.example.com", "http://a.example.com" },
    { "example.co.uk", "http://example.co.uk" },
    { "a.demon.co.uk", "http://a.demon.co.uk" },
    { "example.info", "http://example.info" },
    { "example.nosuch", "" },
    { "example", "" },
    { "a.b.c.d.e.f.example.com", "http://a.b.c.d.e.f.example.com" },
    { "exa_mple.com", "" },
    { "ex_a.mple.example.com", "http://ex_a.mple.example.com" },
    { "exa-mple.com", "http://exa-mple.com" },
    { "exa--mple.com", "http://exa--mple.com" },
    { "file.exe", "" },
    { "setup.ru", "http://setup.ru" },
    { "readme.txt", "" },
    { "192.0.2.1", "" },
    { "192.0.2.1/x", "" },
    { "http://192.0.2.1/x", "http://192.0.2.1/x http://192..2.1/x" },
    { "3.com", "http://3.com" },
    { "3com.com", "http://3com.com" },
    { "1.2.3.com", "http://1.2.3.com" },
    /* what stands around */
    { "(http://example.com/x)", "http://example.com/x" },
    { "(www.example.com)", "http://www.example.com" },
    { "(example.com)", "" },
    { "(see example.com/x)", "http://example.com/x" },
    { "http://example.com/a(b)c", "http://example.com/a(b)c" },
    { "http://example.com/a(b", "http://example.com/a(b" },
    { "http://example.com/a)b", "http://example.com/a" },
    { "http://example.com/a)b)c", "http://example.com/a)b" },
    { "http://example.com/a)b(c)d", "http://example.com/a" },
    { "<http://example.com/x>", "http://example.com/x" },
    { "<www.example.com>", "http://www.example.com" },
    { "<example.com>", "http://example.com" },
    { "\"http://example.com/x\"", "http://example.com/x" },
    { "'http://example.com/x'", "http://example.com/x" },
    { "\"example.com\"", "http://example.com" },
    { "'example.com'", "" },
    { "'www.example.com'", "http://www.example.com" },
    { "[http://example.com/x]", "http://example.com/x" },
    { "[example.com]", "http://example.com" },
    { "{example.com}", "http://example.com" },
    { "{http://example.com/x}", "http://example.com/x" },
    { "`http://example.com/x`", "http://example.com/x" },
    { "|www.example.com|", "http://www.example.com" },
    { "|example.com|", "http://example.com" },
    { "*example.com*", "" },
    { "*http://example.com/x*", "http://example.com/x" },
    { "_http://example.com/x_", "http://example.com/x" },
    { "=example.com", "http://example.com" },
    { "+example.com", "http://example.com" },
    { "&example.com", "http://example.com" },
    { "%example.com", "" },
    { "#example.com", "http://example.com" },
    { "$example.com", "http://example.com" },
    { "!example.com!", "" },
    { "?example.com?", "" },
    { ";example.com;", "" },
    { ":example.com:", "" },
    { ",example.com,", "" },
    { "~example.com~", "" },
    { "^example.com^", "" },
    { "\\example.com\\", "" },
    { "/example.com", "http://example.com" },
    { "//example.com/x", "http://example.com/x" },
    { "->www.example.com<-", "http://www.example.com" },
    { ">http://example.com/x", "http://example.com/x" },
    { "http://example.com/x.", "http://example.com/x" },
    { "http://example.com/x,", "http://example.com/x" },
    { "http://example.com/x!!!", "http://example.com/x" },
    { "http://example.com/x?", "http://example.com/x" },
    { "http://example.com/x;", "http://example.com/x" },
    { "http://example.com/x:", "http://example.com/x" },
    { "http://example.com/x...", "http://example.com/x" },
    { "http://example.com/x-", "http://example.com/x" },
    { "http://example.com/x_", "http://example.com/x" },
    { "http://example.com/x=", "http://example.com/x" },
    { "http://example.com/x&", "http://example.com/x" },
    { "http://example.com/x#", "http://example.com/x" },
    { "http://example.com/x'", "http://example.com/x" },
    { "http://example.com/x$", "http://example.com/x$" },
    { "http://example.com/x%", "http://example.com/x%" },
    { "http://example.com/x/", "http://example.com/x/" },
    { "http://example.com!", "http://example.com" },
    { "http://example.com.", "http://example.com" },
    { "www.example.com, www.example.org; example.net.",
      "http://www.example.com http://www.example.org http://example.net" },
    { "one http://example.com/1 two http://example.com/2 three http://example.com/1",
      "http://example.com/1 http://example.com/2" },
    { "http://example.com/x http://example.com/x.", "http://example.com/x" },
    { "http://example.com/xhttp://example.org/y",
      "http://example.com/xhttp://example.org/y http://example.org/y" },
    { "http://example.com/x,http://example.org/y",
      "http://example.com/x,http://example.org/y http://example.org/y" },
    { "http://example.com/x|http://example.org/y", "http://example.com/x http://example.org/y" },
    { "wwww.example.com", "http://wwww.example.com" },
    { "wwww.www.example.com", "http://wwww.www.example.com" },
    { "xwww.example.com", "http://xwww.example.com" },
    { "x.www.example.com", "http://x.www.example.com" },
    { "x-www.example.com", "http://x-www.example.com" },
    /* mail */
    { "ann@example.com", "mailto:ann@example.com" },
    { "mailto:ann@example.com", "mailto:ann@example.com" },
    { "MAILTO:ann@example.com", "MAILTO:ann@example.com" },
    { "mailto:ann@example.com?subject=hello", "mailto:ann@example.com?subject=hello mailto:ann@example.com" },
    { "mailto:ann@example.com&subject=hello", "mailto:ann@example.com&subject=hello mailto:ann@example.com" },
    { "mailto:ann%40example.com", "" },
    { "mailto:%61nn@example.com", "mailto:ann@example.com" },
    { "mailto:ann@example%2ecom", "mailto:ann@example.com" },
    { "ann@example%2ecom", "" },
    { "ann@example%2ebar.com", "mailto:ann@example.bar.com" },
    { "ann@example.com?x.org", "mailto:ann@example.com?x.org mailto:ann@example.com" },
    { "ann@example.com&x.org", "mailto:ann@example.com&x.org mailto:ann@example.com" },
    { "ann@example.nosuch", "" },
    { "ann@example", "" },
    { "ann@.com", "" },
    { "@example.com", "http://example.com" },
    { "ann@example.com,bob@example.org", "mailto:ann@example.com mailto:bob@example.org" },
    { "ann@example.com;bob@example.org", "" },
    { "ann@example.com(work)", "mailto:ann@example.com" },
    { "ann@example.com's", "mailto:ann@example.com" },
    { "<ann@example.com>", "mailto:ann@example.com" },
    { "(ann@example.com)", "mailto:ann@example.com" },
    { "[ann@example.com]", "mailto:ann@example.com" },
    { "\"ann@example.com\"", "mailto:ann@example.com" },
    { "ann@example.com.", "mailto:ann@example.com" },
    { "ann@example.com!", "mailto:ann@example.com" },
    { "ann@example.com/x", "" },
    { "x/ann@example.com", "http://x/ann@example.com http://www.x.com/ann@example.com" },
    { "/x/ann@example.com", "http://x/ann@example.com http://www.x.com/ann@example.com" },
    { "a/b@example.com/c", "http://a/b@example.com/c http://www.a.com/b@example.com/c" },
    { "ann@bob@example.com", "" },
    { "ann+tag@example.com", "mailto:ann+tag@example.com" },
    { "ann.b_c-d@example.com", "mailto:ann.b_c-d@example.com" },
    { "e-mail:ann@example.com", "mailto:ann@example.com" },
    { "email:ann@example.com", "mailto:ann@example.com" },
    { "mail:ann@example.com", "mailto:ann@example.com" },
    { "skype:ann@example.com", "mailto:ann@example.com" },
    { "::ann@example.com", "mailto:ann@example.com" },
    { "x:ann@example.com", "mailto:x:ann@example.com" },
    { "cid:ann@example.com", "" },
    { "mid:ann@example.com", "" },
    { "[cid:image001.png@01D4986E.E3459640]", "" },
    { "Vi@gra", "" },
    { "Vi@gra.com", "mailto:Vi@gra.com" },
    { "ann@example.com%20", "mailto:ann@example.com%20 mailto:ann@example.com" },
    { "ann@example.co.uk", "mailto:ann@example.co.uk" },
    { "ann&nbsp;b@example.com", "" },
    { "mailto:", "" },
    { "mailto:ann", "" },
    { "mailto:@example.com", "mailto:@example.com" },
    { "news:x@example.com", "mailto:news:x@example.com" },
    { "xmpp:ann@example.com/home", "" },
    { "http://example.com/?mail=ann@example.com", "http://example.com/?mail=ann@example.com" },
    { "www.example.com/ann@example.org", "http://www.example.com/ann@example.org" },
    { "www.ann@example.com", "http://www.ann@example.com" },
    { "ftp.ann@example.com", "ftp://ftp.ann@example.com" },
    /* encodings and tricks */
    { "http://%77%77%77.example.com/", "http://%77%77%77.example.com/ http://www.example.com/" },
    { "http://www%2Eexample%2Ecom/", "http://www%2Eexample%2Ecom/ http://www.example.com/" },
    { "http://example.com/%41%42", "http://example.com/%41%42 http://example.com/AB" },
    { "http://example.com/%20x", "http://example.com/%20x" },
    { "http://&#119;ww.example.com/", "" },
    { "http://www&#46;example.com/", "" },
    { "http:\\\\www.example.com\\x", "http://www.example.com\\x http://www.example.com/x" },
    { "http://www.example.com\\x", "http://www.example.com\\x http://www.example.com/x" },
    { "http://www.example.com?x=1", "http://www.example.com?x=1 http://www.example.com/?x=1" },
    { "http://www.example.com#x", "http://www.example.com#x http://www.example.com/#x" },
    { "http://3221225985/x", "http://3221225985/x http://192.0.2.1/x" },
    { "http://0xc0000201/x", "http://0xc0000201/x http://192.0.2.1/x" },
    { "http://0300.0.2.1/x", "" },
    { "http://0xc0.0x0.0x2.0x1/x", "" },
    { "http://192.000.002.001/x", "" },
    { "http://example.com&x.org/", "" },
    { "http://www.example.com/http://www.example.org/x",
      "http://www.example.com/http://www.example.org/x http://www.example.org/x" },
    { "http://www.example.com/?u=http%3a%2f%2fwww.example.org%2fx",
      "http://www.example.com/?u=http%3a%2f%2fwww.example.org%2fx "
      "http://www.example.com/?u=http://www.example.org/x http://www.example.org/x" },
    { "http://go.example.net/abc/www.example.org/x",
      "http://go.example.net/abc/www.example.org/x www.example.org/x http://www.example.org/x" },
    { "http://go.example.net/abc/x", "http://go.example.net/abc/x" },
    { "http://www.example.com/out?x=1&to=www.example.org&y=2",
      "http://www.example.com/out?x=1&to=www.example.org&y=2 www.example.org http://www.example.org" },
    { "http://www.example.com/out?to=http://www.example.org/a#b",
      "http://www.example.com/out?to=http://www.example.org/a#b http://www.example.org/a" },
    { "http://www.example.com/&https:/example.org/x&y",
      "http://www.example.com/&https:/example.org/x&y https:/example.org/x https://example.org/x" },
    { "http://www.fire.ci.los-angeles.ca.us/", "http://www.fire.ci.los-angeles.ca.us/" },
    { "http://school.pvt.k12.ca.us/", "http://school.pvt.k12.ca.us/" },
    { "http://www.acme.ca.us/", "http://www.acme.ca.us/" },
};

static void finds_in_text_what_readers_would_click_on(void **state)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct slice line = slice_str(texts[i].text);
        struct view_uris u;
        make(&u, &line, 1, NULL);
        assert_words(&texts[i], words(u.all, u.n_all));
    }
}

/* a URI, and its forms besides itself */
static const struct row cleaned[] = {
    /* nothing to clean */
    { "#place", "" },
    { "?query", "" },
    { "&more", "" },
    { "/path", "" },
    { "/", "" },
    { "x", "" },
    { "//host.example.com/x", "http:////host.example.com/x" },
    { "data:image/png;base64,AAAA", "" },
    { "cid:part1", "" },
    { "javascript:void(0)", "" },
    { "tel:+4912345", "" },
    /* schemes and slashes */
    { "www.example.com", "http://www.example.com" },
    { "ftp.example.com", "ftp://ftp.example.com" },
    { "example", "http://example http://www.example.com" },
    { "x/y.html", "http://x/y.html http://www.x.com/y.html" },
    { "http:www.example.com", "http://www.example.com" },
    { "https:/www.example.com", "https://www.example.com" },
    { "http:////www.example.com", "" },
    { "http:\\\\www.example.com", "http://www.example.com" },
    { "HTTP:www.example.com/x", "HTTP://www.example.com/x" },
    { "http:", "http://" },
    { "http://", "" },
    { "http:///x", "" },
    { "http://www.example.com?a=1", "http://www.example.com/?a=1" },
    { "http://www.example.com#a", "http://www.example.com/#a" },
    { "http://www.example.com/a?b#c", "" },
    { "ftp://www.example.com?a=1", "" },
    /* encodings */
    { "http://www.example.com/%41", "http://www.example.com/A" },
    { "http://www.example.com/%20%7f%00%80", "" },
    { "http://www.example.com/%41<>", "http://www.example.com/A%3c%3e" },
    { "http://www.example.com/%", "" },
    { "http://www.example.com/%%41", "http://www.example.com/%25A" },
    { "http://www.example.com/%4", "" },
    { "%68ttp://www.example.com/", "http://www.example.com/" },
    { "http%3a//www.example.com/", "http://www.example.com/" },
    { "http://www.example.com/%2541", "http://www.example.com/%41" },
    { "http://&#119;&#x77;&#0119;.example.com/",
      "http://&/#119;ww.example.com/ http:///#119;ww.example.com/ http://www.&.com/#119;ww.example.com/" },
    { "http://www&#x2e;example&#12290;com&#XFF0E;x/",
      "http://www&/#x2e;example.com.x/ http://www/#x2e;example.com.x/ "
      "http://www.www&.com/#x2e;example.com.x/" },
    { "http://www.example.com/&#32;&#127;&#38;#65;", "http://www.example.com/&#32;&#127;&#65;" },
    { "http://www.example.com/&#38;#x41;", "http://www.example.com/A" },
    { "http://www.example.com/&#65", "" },
    /* hosts */
    { "http://user@www.example.com:80/", "http://www.example.com/" },
    { "http://user:pass@www.example.com/", "" },
    { "http://a@b@www.example.com/", "http://www.example.com/" },
    { "http://www.example.com@/x", "http:///x" },
    { "http://www.example.com:/x", "" },
    { "http://www.example.com:80", "http://www.example.com" },
    { "http://www.example.com:8080/", "" },
    { "http://www.example.com:80x/", "" },
    { "https://www.example.com:443", "https://www.example.com" },
    { "https://www.example.com:443?x", "https://www.example.com:443/?x https://www.example.com/?x" },
    { "HTTP://www.example.com:80/", "" },
    { "HTTPS://www.example.com:443/", "HTTPS://www.example.com/" },
    { "HTTP://www.example.com:443/", "HTTP://www.example.com/" },
    { "http://www.example.com./x", "http://www.example.com/x" },
    { "http://www.example.com!!/x", "http://www.example.com/x" },
    { "http://.../x", "http:///x" },
    { "http://foo", "http://www.foo.com" },
    { "http://www.foo", "http://www.foo.com" },
    { "http://www.", "http://www" },
    { "http://foo:81/", "" },
    { "http://foo:80/", "http://foo/ http://www.foo.com:80/" },
    { "http://u@foo/", "" },
    { "https://foo/", "" },
    { "HTTP://foo/", "" },
    { "http://localhost/", "" },
    { "http://www.com/", "" },
    { "http://biz.com", "" },
    /* addresses */
    { "http://127.0.0.1/", "http://127...1/" },
    { "http://10.20.30.40/", "" },
    { "http://010.020.030.040/", "http://8.16.24.32/" },
    { "http://0x7f.1.2.3/", "http://127.1.2.3/" },
    { "http://0x0000000000000a.0000000000012.08.0x0/", "http://10.10.8./" },
    { "http://0377.0400.0777.01000/", "http://255.400.777.1000/" },
    { "http://256.300.999.1/", "" },
    { "http://1.2.3/", "" },
    { "http://1.2.3.4.5/", "" },
    { "http://2130706433/", "http://127.0.0.1/" },
    { "http://0x7f000001/", "http://127.0.0.1/" },
    { "http://0X7F000001/", "http://127.0.0.1/" },
    { "http://0xffff7f000001/", "http://127.0.0.1/" },
    { "http://123456789012/", "http://28.190.153.26/" },
    { "http://99999999999999999999/", "http://255.255.255.255/" },
    { "http://0/", "http://0.0.0.0/" },
    { "http://0x/", "http://www.0x.com/" },
    { "http://0xffffffffffffffffffff.1.1.1/", "http://-1.1.1.1/" },
    { "http://[::1]/x", "http://::1]/x http://www.[.com::1]/x" },
    /* mail */
    { "mailto:ann@example.com", "" },
    { "mailto:ann@example.com?subject=x", "mailto:ann@example.com" },
    { "mailto:ann@example.com?subject=x&body=y", "mailto:ann@example.com" },
    { "mailto:ann@example.com&x?y", "mailto:ann@example.com&x mailto:ann@example.com" },
    { "mailto:%20%20ann@example.com", "mailto:ann@example.com" },
    { "mailto:ann@example.com%20", "mailto:ann@example.com" },
    { "mailto:%20@example.com", "" },
    { "%20ann@example.com", "mailto:ann@example.com" },
    { "mailto:@example.com%20", "mailto:mailto:@example.com" },
    { "mailto:\"Ann\"<ann@example.com>", "mailto:ann@example.com" },
    { "Ann<ann@example.com>", "mailto:ann@example.com" },
    { "mailto:<<ann@example.com>>", "mailto:ann@example.com" },
    { "mailto:a@b<ann@example.com", "" },
    { "mailto:<a@b<ann@example.com", "" },
    { "mailto:<a@b>c<d@e", "mailto:a@b" },
    { "mailto:<@example.com>", "" },
    { "mailto:<ann@>", "" },
    { "mailto:", "" },
    { "ann@example.com", "" },
    { "ann:bob@example.com", "" },
    { "x@y:http://example.com", "" },
    /* where one gets to */
    { "http://www.example.com/http://www.example.org/x&y#z", "http://www.example.org/x" },
    { "http://www.example.com/http:&http:/www.example.org/",
      "http:/www.example.org/ http://www.example.org/" },
    { "http://www.example.com/https:www.example.org", "https:www.example.org https://www.example.org" },
    { "http://www.example.com/?http://nodot", "" },
    { "http://www.example.com/http://a.example.com/http://b.example.com/",
      "http://a.example.com/http://b.example.com/ http://b.example.com/" },
    { "http://go.example.net/x/www.example.org", "www.example.org http://www.example.org" },
    { "http://go.example.net/x/nodot", "" },
    { "http://go.example.net/x/nodot/http://www.example.org",
      "nodot/http://www.example.org http://nodot/http://www.example.org "
      "http://www.nodot.com/http://www.example.org http://www.example.org" },
    { "http://www.example.com/out?to=&u=http://www.example.org", "http://www.example.org" },
    { "http://www.example.com/out?to=%68ttp://www.example.org%26x",
      "http://www.example.com/out?to=http://www.example.org&x http://www.example.org" },
};

static void shows_all_that_a_uri_may_mean(void **state)
{
    for (size_t i = 0; i < sizeof(cleaned) / sizeof(*cleaned); i++) {
        struct view_uri_clean c = { .a = &arena, .rules = set->uri_rules, .scratch = scratch };
        view_uri_clean(&c, slice_str(cleaned[i].text));
        assert_true(slice_eq(c.v[0], slice_str(cleaned[i].text)));
        assert_words(&cleaned[i], words(c.v + 1, c.n - 1));
    }
}

static void white_space_around_is_dropped_and_line_ends_inside(void **state)
{
    struct view_uri_clean c = { .a = &arena, .rules = set->uri_rules };
    view_uri_clean(&c, SLICE("\n \t http://www.exam\r\nple.com/a b \v"));
    assert_int_equal(c.n, 1);
    assert_true(slice_eq(c.v[0], SLICE("http://www.example.com/a b")));
    view_uri_clean(&c, SLICE("http://www.\x01 exam\x1fple.com/\x01"));
    assert_int_equal(c.n, 2);
    assert_true(slice_eq(c.v[1], SLICE("http://www.example.com/\x01")));
}

static void bytes_around_that_delimit(void **state)
{
    static const struct row rows[] = {
        { "\xa0"
          "example.com"
          "\xa0",
          "http://example.com" },
        { "\x1b$B\x1b(Bexample.com\x1b$B", "http://Bexample.com" },
        { "http://example.com/\xc3\xa9", "http://example.com/\xc3\xa9" },
        { "http://example.com/\xc3\xa0", "http://example.com/\xc3" },
        { "\xc3\xa9www.example.com", "http://www.example.com" },
        { "\xc3\xa9"
          "example.com",
          "" },
        { "ann@example.com\xc3\xa9", "mailto:ann@example.com" },
        { "\xc3\xa9"
          "ann@example.com",
          "mailto:ann@example.com" },
        { "one\ttwo\vexample.com\fthree", "http://example.com" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice line = slice_str(rows[i].text);
        struct view_uris u;
        make(&u, &line, 1, NULL);
        assert_words(&rows[i], words(u.all, u.n_all));
    }
}

/* types of what is found in n times "x" between head and tail; 0: nothing is */
static unsigned types_in(const char *head, size_t n, const char *tail)
{
    struct view_uris u;
    char *text = arena_alloc(&arena, n + 1);
    memset(text, 'x', n);
    struct slice line = arena_printf(&arena, "%s%s%s", head, text, tail);
    make(&u, &line, 1, NULL);
    return u.n ? u.first->types : 0;
}

static void what_is_too_long_is_no_uri(void **state)
{
    const unsigned linked = VIEW_URI_PARSED | VIEW_URI_SCHEMELESS, bare = linked | VIEW_URI_UNLINKED;
    assert_int_equal(types_in("http://example.com/", 2048 - 12, ""), VIEW_URI_PARSED);
    assert_int_equal(types_in("http://example.com/", 2048 - 11, ""), bare); /* what is behind the scheme */
    assert_int_equal(types_in("http://example.com/", 2049, ""), 0);
    assert_int_equal(types_in("mailto:ann@example.com?", 2048 - 16, ""), VIEW_URI_PARSED);
    assert_int_equal(types_in("mailto:ann@example.com?", 2048 - 15, ""), 0);
    assert_int_equal(types_in("", 251, "@example.com"), linked);
    assert_int_equal(types_in("", 252, "@example.com"), bare); /* what is behind the @ */
    assert_int_equal(types_in("ann@example.com?", 251 - 12, ""), linked);
    assert_int_equal(types_in("ann@example.com?", 251 - 11, ""), 0);
    assert_int_equal(types_in("example.com/", 2048, ""), bare);
    assert_int_equal(types_in("example.com/", 2049, ""), 0);
    assert_int_equal(types_in("a.", 63, ".com"), bare);
    assert_int_equal(types_in("a.", 64, ".com"), 0);
}

static void types_say_how_it_stood_there(void **state)
{
    static const struct {
        const char *text;
        unsigned types;
    } rows[] = {
        { "http://example.com", VIEW_URI_PARSED },
        { "www.example.com", VIEW_URI_PARSED | VIEW_URI_SCHEMELESS },
        { "ftp.example.com", VIEW_URI_PARSED | VIEW_URI_SCHEMELESS },
        { "example.com", VIEW_URI_PARSED | VIEW_URI_SCHEMELESS | VIEW_URI_UNLINKED },
        { "ann@example.com", VIEW_URI_PARSED | VIEW_URI_SCHEMELESS },
        { "mailto:ann@example.com", VIEW_URI_PARSED },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct slice line = slice_str(rows[i].text);
        struct view_uris u;
        make(&u, &line, 1, NULL);
        assert_int_equal(u.n, 1);
        assert_int_equal(u.first->types, rows[i].types);
    }
}

static void text_and_page_meet_under_one_uri(void **state)
{
    struct view_html_uri area = {
        .uri = SLICE("http://example.com/"), .tag = SLICE("area"), .anchor = SLICE("here"), .next = NULL
    };
    struct view_html_uri again = {
        .uri = SLICE("http://example.com/"), .tag = SLICE("a"), .anchor = SLICE("there"), .next = &area
    };
    struct view_html_uri local = {
        .uri = SLICE("#top"), .tag = SLICE("a"), .anchor = SLICE(""), .next = &again
    };
    struct view_html_uri first = {
        .uri = SLICE("http://example.com/"), .tag = SLICE("a"), .anchor = SLICE("here"), .next = &local
    };
    struct view_html page = { .uris = &first };
    struct slice line = SLICE("see http://example.com/ or http://example.nosuch/");
    struct view_uris u;
    make(&u, &line, 1, &page);
    assert_int_equal(u.n, 2);
    const struct view_uri *uri = u.first;
    assert_int_equal(uri->types, VIEW_URI_PARSED | VIEW_URI_HTML);
    assert_true(slice_eq(words(uri->tags, uri->n_tags), SLICE("a area")));
    assert_true(slice_eq(words(uri->anchors, uri->n_anchors), SLICE("here there")));
    assert_true(slice_eq(words(uri->hosts, uri->n_hosts), SLICE("example.com")));
    assert_true(slice_eq(uri->next->uri, SLICE("#top")));
    assert_true(slice_eq(words(u.all, u.n_all), SLICE("http://example.com/ #top")));
    assert_false(u.truncated);
}

static void a_page_of_bytes_has_bytes(void **state)
{
    struct view_html_uri wide = { .uri = SLICE("http://b.com/\xc3\xa9"),
                                  .tag = SLICE("a"),
                                  .uri_wide = true };
    struct view_html_uri bytes = { .uri = SLICE("http://a.com/\xc3\xa9"),
                                   .tag = SLICE("a"),
                                   .anchor = SLICE("caf\xc3\xa9"),
                                   .next = &wide };
    struct view_html page = { .uris = &bytes };
    struct view_uris u;
    make(&u, NULL, 0, &page);
    assert_true(slice_eq(words(u.all, u.n_all), SLICE("http://a.com/\xe9 http://b.com/\xc3\xa9")));
    assert_true(slice_eq(u.first->anchors[0], SLICE("caf\xe9")));
}

static void signers_are_no_uris_for_rules(void **state)
{
    const struct slice signers[] = { SLICE("Mail.Example.ORG"), SLICE("nosuch"), SLICE("example.org") };
    struct view_uri_input in = { .dkim_domains = signers, .n_dkim = 3 };
    struct view_uris u;
    view_uris_make(&u, &arena, set->uri_rules, scratch, &in);
    assert_int_equal(u.n, 2);
    assert_int_equal(u.n_all, 0);
    assert_true(slice_eq(u.first->uri, SLICE("domainkeys:Mail.Example.ORG")));
    assert_int_equal(u.first->n_cleaned, 0);
    assert_true(slice_eq(u.first->hosts[0], SLICE("mail.example.org")));
    assert_true(slice_eq(u.first->domains[0], SLICE("example.org")));
}

static void without_rules_the_public_suffix_list_counts(void **state)
{
    const struct slice line = SLICE("http://www.shop.example/ www.example.co.uk readme.nosuch example.org "
                                    "http://192.1.2.1/ http://x.1/ ann@mail.example");
    struct view_uri_input in = { .body = &line, .n_body = 1 };
    struct view_uris u;
    view_uris_make(&u, &arena, NULL, NULL, &in);
    assert_true(slice_eq(words(u.all, u.n_all),
                         SLICE("http://www.shop.example/ http://www.example.co.uk http://example.org "
                               "http://192.1.2.1/ mailto:ann@mail.example")));
    assert_true(slice_eq(u.first->domains[0], SLICE("shop.example")));
    assert_true(slice_eq(u.first->next->domains[0], SLICE("example.co.uk")));
}

static void too_many_are_said_to_be(void **state)
{
    struct view_html_uri *links = arena_array(&arena, VIEW_URI_ANCHORS_MAX + 2, sizeof(*links));
    struct view_html page = { .uris = links };
    struct view_uris u;
    for (size_t i = 0; i < VIEW_URI_ANCHORS_MAX + 2; i++)
        links[i] = (struct view_html_uri){ .uri = SLICE("http://example.com/"),
                                           .tag = SLICE("a"),
                                           .anchor = arena_printf(&arena, "%zu", i),
                                           .next = &links[i + 1] };
    links[VIEW_URI_ANCHORS_MAX].anchor = links[0].anchor;
    links[VIEW_URI_ANCHORS_MAX].next = NULL;
    make(&u, NULL, 0, &page);
    assert_false(u.cut);
    links[VIEW_URI_ANCHORS_MAX].next = &links[VIEW_URI_ANCHORS_MAX + 1];
    links[VIEW_URI_ANCHORS_MAX + 1].next = NULL;
    make(&u, NULL, 0, &page);
    assert_true(u.cut);
    assert_int_equal(u.first->n_anchors, VIEW_URI_ANCHORS_MAX);

    struct slice *lines = arena_array(&arena, VIEW_URIS_MAX + 1, sizeof(*lines));
    for (size_t i = 0; i <= VIEW_URIS_MAX; i++)
        lines[i] = arena_printf(&arena, "http://a%zu.example.com/", i);
    make(&u, lines, VIEW_URIS_MAX, NULL);
    assert_false(u.cut);
    make(&u, lines, VIEW_URIS_MAX + 1, NULL);
    assert_true(u.cut);
    assert_int_equal(u.n, VIEW_URIS_MAX);
}

static void limits_cut_and_say_so(void **state)
{
    struct view_html_uri uri = { .tag = SLICE("a") };
    struct view_html page = { .uris = &uri };
    struct view_uris u;
    char *text = arena_alloc(&arena, 3 * VIEW_URI_MAX);
    memset(text, '%', 3 * VIEW_URI_MAX);
    memcpy(text, "http://example.com/%41", 22);
    uri.uri = slice_of(text, 3000);
    make(&u, NULL, 0, &page);
    assert_true(u.truncated); /* encoded, it is longer */
    assert_int_equal(u.all[1].n, VIEW_URI_MAX);

    struct view_uri_clean c = { .a = &arena, .rules = set->uri_rules, .scratch = scratch };
    for (size_t i = 0; i + 10 < VIEW_URI_MAX; i += 10)
        memcpy(text + i, "http://a.b", 10);
    view_uri_clean(&c, slice_of(text, VIEW_URI_MAX));
    assert_int_equal(c.n, VIEW_URI_FORMS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_in_text_what_readers_would_click_on),
        cmocka_unit_test(bytes_around_that_delimit),
        cmocka_unit_test(what_is_too_long_is_no_uri),
        cmocka_unit_test(types_say_how_it_stood_there),
        cmocka_unit_test(shows_all_that_a_uri_may_mean),
        cmocka_unit_test(white_space_around_is_dropped_and_line_ends_inside),
        cmocka_unit_test(text_and_page_meet_under_one_uri),
        cmocka_unit_test(a_page_of_bytes_has_bytes),
        cmocka_unit_test(signers_are_no_uris_for_rules),
        cmocka_unit_test(without_rules_the_public_suffix_list_counts),
        cmocka_unit_test(too_many_are_said_to_be),
        cmocka_unit_test(limits_cut_and_say_so),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
