/* sa-tokens-test.c - a message's words as SpamAssassin's classifier cuts them (4.0.1 says the same of each)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/names.h"
#include "scoring/sa-tokens.h"
#include "scoring/test-message.h"

static struct sa_tokens words_of(struct test_message *m)
{
    struct sa_tokens t;
    struct views v;
    views_init(&v, &m->m, NULL);
    sa_tokens_make(&t, &v, NULL);
    return t;
}

static bool has(const struct sa_tokens *t, const char *word)
{
    for (size_t i = 0; i < t->n; i++)
        if (slice_eq(t->texts[i], slice_str(word)))
            return true;
    return false;
}

/* words: apart by blanks; one behind a ! is not there */
static void check(const char *text, const char *words)
{
    struct test_message *m = test_message_new(slice_str(text), NULL);
    struct sa_tokens t = words_of(m);
    struct slice rest = slice_str(words), word;
    while (slice_cut(&rest, ' ', &word)) {
        char *w = arena_str(t.a, word);
        bool none = *w == '!' && w[1];
        if (has(&t, w + none) == none)
            fail_msg("of \"%s\": \"%s\" is%s there", text, w + none, none ? "" : " not");
    }
    test_message_free(m);
}

static void keys_are_the_end_of_sha1(void **state)
{
    static const struct {
        const char *word;
        uint64_t key;
    } known[] = { { "pills", 0x71f9451190 }, { "UD:example.org", 0xb530913b91 } };
    struct test_message *m = test_message_new(SLICE("Subject: a\n\npills of www.example.org\n"), NULL);
    struct sa_tokens t = words_of(m);
    for (size_t k = 0; k < 2; k++) {
        size_t i = 0;
        while (i < t.n && !slice_eq(t.texts[i], slice_str(known[k].word)))
            i++;
        assert_true(i < t.n && t.keys[i] == known[k].key);
    }
    test_message_free(m);
}

static void a_text(void **state)
{
    check("Subject: Cheap PILLS\n\nHello World! Save $31,000,000 today...or never--ever\n",
          "!Cheap cheap PILLS pills hello !Hello World! World world! world $31,000,000 31000000 today !... "
          "never "
          "ever");
    check("\n\nis to two that's 'quoted' end-of-line. Next one here.\n",
          "!is two that's thats quoted end-of-line endofline !Next next one here");
    check("\n\nincomprehensibilities abc*defghijklmnopqrs 12345678901234567\n",
          "sk:incompr !skincompr !incomprehensibilities abc*defghijklmnopqrs sk:1234567");
    check("Content-Type: text/plain; charset=utf-8\n\n\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5"
          "\xe6\x9c\xac\xe8\xaa\x9e g\xc3\xbcnstig\n",
          "u8:\xe6\x97\xa5 u8:\xe8\xaa\x9e g\xc3\xbcnstig gnstig");
}

static void addresses_and_hosts(void **state)
{
    check("\n\nwrite to Sales@Shop.example.com or see www.clock-speed.example.net/x\n",
          "U*Sales D*Shop.example.com D*example.com D*com UD:www.clock-speed.example.net "
          "UD:clock-speed.example.net UD:net !UD:example.com");
    check("\n\nhttp://user.example.org/a/long-path-that-goes-on\n",
          "UD:user.example.org UD:example.org UD:org");
}

static void hidden_text(void **state)
{
    check("Content-Type: text/html\n\n<p>seen</p><p style=\"display:none\">secret</p>\n",
          "seen I*:secret !secret !I*:seen");
}

static void fields(void **state)
{
    check("From: \"Max Muster\" <max.muster@mail.example.org>\nTo: undisclosed\nX-Mailer: Thing 12.345\n"
          "Date: Mon, 2 Sep 2002 10:00:00 +0200\nList-Id: <some.list>\nX-Unheard: Words_Here 1.0\n\n.\n",
          "H*F:N*Max H*F:N*Muster H*F:U*max.muster H*F:D*mail.example.org H*F:D*org H*Ad:D*example.org "
          "H*x:Thing H*UA:Thing H*UA:12.345 !HDate:2002 !HList-Id:some.list HX-Unheard:Words_Here "
          "HX-Unheard:1.0");
    check("Message-ID: <000a01c25d4f$b1e2a3c0$6401a8c0@host.example>\nReferences: <abc.def@x.example>\n"
          "MIME-Version: 1.0 (made)\nDKIM-Signature: v=1; a=rsa\n\n.\n",
          "H*M:OEA000a H*M:OEBb1e2 H*M:OEC6401a8c0 H*M:host H*MI:example H*f:sk:abc.def H*MI:sk:abc.def "
          "HMIME-Version:made !HMIME-Version:1.0 !HDKIM-Signature:rsa");
    check("Message-Id: <20021102030405.ABCDEF0123@mx.example>\n\n.\n", "H*m:example !H*m:ABCDEF0123");
    check("Message-Id: <E17rXyZ-0001Ab-00@mx.example>\n\n.\n", "H*m:example !H*m:0001Ab");
    check("Content-Type: multipart/mixed; boundary=\"----=_NextPart_000_00AB\"\n\n.\n",
          "H*ct:multipart H*ct:mixed H*ct:NHxtPHrt !H*ct:boundary");
}

static void received_lines(void **state)
{
    static const char mail[] =
        "Received: from third.example by here.example with SMTP; Mon, 02 Sep 2002 09:10:11 -0700 (PDT)\n"
        "Received: from [192.0.2.77] by two.example (8.11.6/8.11.6) with ESMTP id g82CNrZ05871\n"
        "\tfor <me@two.example>; Mon, 2 Sep 2002 08:23:53 -0400\n"
        "Received: from one.example (one.example [198.51.100.4]) by two.example id A1B2C3D4E5; Tue, 3 Sep 02 "
        "08:23 GMT\n\n.\n";
    check(mail, "H*r:192.0.2 H*r:ip*192.0.2.77 H*r:two.example H*r:one.example H*r:8.11.6 !H*r:third.example "
                "!H*r:2002 !H*r:g82CNrZ05871 !H*r:Sep !H*r:0400 !H*r:ESMTP !H*r:for !H*r:GMT !H*r:A1B2C3D4E5 "
                "H*RU:198.51.100.4 !H*RU:ip !H*RU:rdns");
}

static void parts(void **state)
{
    check("Content-Type: text/plain\n\n\n", "MIME:OneNL-Plaintext");
    check("Content-Type: text/plain\n\nx\n", "MIME:6fcf9dfbd479ed82697fee719b9f8c610a11ff2a:text/plain");
}

static void ignored_fields(void **state)
{
    struct test_message *m =
        test_message_new(SLICE("X-Unheard: word\nX-Other: thing\nFrom: a@b.example\n\n.\n"), NULL);
    struct names ignored;
    const struct features_options o = { .ignored = &ignored };
    struct sa_tokens t;
    struct views v;
    names_init(&ignored, &m->arena);
    names_add(&ignored, SLICE("x-unheard"), 0);
    views_init(&v, &m->m, NULL);
    sa_tokens_make(&t, &v, &o);
    assert_true(has(&t, "HX-Other:thing") && !has(&t, "HX-Unheard:word"));
    test_message_free(m);
}

static void each_word_once_and_not_too_many(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_add_str(&b, "Subject: a\n\n");
    for (unsigned i = 0; i < 2 * SA_TOKENS_MAX; i++)
        buf_printf(&b, "w%u same\n", i);
    struct test_message *m = test_message_new(buf_slice(&b), NULL);
    struct sa_tokens t = words_of(m);
    size_t same = 0;
    for (size_t i = 0; i < t.n; i++)
        same += slice_eq(t.texts[i], SLICE("same"));
    assert_int_equal(same, 1);
    assert_true(t.n <= SA_TOKENS_MAX && t.n > 1000);
    test_message_free(m);
    buf_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_the_end_of_sha1),
        cmocka_unit_test(a_text),
        cmocka_unit_test(addresses_and_hosts),
        cmocka_unit_test(hidden_text),
        cmocka_unit_test(fields),
        cmocka_unit_test(received_lines),
        cmocka_unit_test(parts),
        cmocka_unit_test(ignored_fields),
        cmocka_unit_test(each_word_once_and_not_too_many),
    };
    message_warm();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
