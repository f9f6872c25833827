/* text-test.c - files in text, pieces of a message, what is a message, what is signed: without libclamav */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "clamglue/data-uri.h"
#include "clamglue/inline.h"
#include "clamglue/loose.h"
#include "clamglue/mail-like.h"
#include "clamglue/reread.h"
#include "clamglue/signed.h"
#include "clamglue/test-files.h"
#include "clamglue/test-mail.h"

static struct arena arena;
static struct buf b;

static int set_up(void **state)
{
    arena_init(&arena, 64 << 20);
    buf_init(&b, 16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_deinit(&arena);
    buf_deinit(&b);
    return 0;
}

/* ---- inline */

static void every_kind_comes_out_as_it_went_in(void **state)
{
    static const char *const ways[] = { "uuencode", "uuencode-base64", "yenc" };
    char bytes[1000];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * 7);
    for (size_t w = 0; w < 3; w++)
        for (size_t n = 1; n < sizeof(bytes); n += 37) {
            struct inline_finder f;
            struct inline_file file;
            buf_reset(&b);
            buf_add_str(&b, "Some words\r\n\r\n");
            mail_inline(&b, ways[w], "a b.bin", slice_of(bytes, n));
            buf_add_str(&b, "more words\r\n");
            inline_begin(&f, buf_slice(&b));
            assert_true(inline_next(&f, &arena, &file));
            assert_int_equal(file.bytes.n, n);
            assert_memory_equal(file.bytes.p, bytes, n);
            assert_true(slice_eq(file.name, SLICE("a b.bin")));
            assert_false(inline_next(&f, &arena, &file));
        }
}

static unsigned count_files(struct slice text, struct inline_file *last)
{
    struct inline_finder f;
    unsigned n = 0;
    inline_begin(&f, text);
    while (inline_next(&f, &arena, last))
        n++;
    return n;
}

static const struct {
    struct slice text;
    unsigned files;
    struct slice last;
} inlines[] = {
    { SLICE_INIT("begin 644 x\n#0V%T\n`\nend\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 644 x\r\n#0V%T\r\n`\r\nend"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 644 x\r#0V%T\r`\rend\r"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 0644 x y\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 644\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin  644 x\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 644 x\n#0V%T\nend\nbegin 644 y\n#0V%T\nend\n"), 2, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 644 x\nbegin 644 y\n#0V%T\nend\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("=ybegin line=128 size=3 name=x\nbegin 644 y\n#0V%T\nend\n=yend\n"), 2, SLICE_INIT("Cat") },
    { SLICE_INIT("begin-base64 644 x\nQ2F0\n====\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin-base64 644 x\nQ2F0\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("=ybegin line=128 size=3 name=x\n=ypart begin=1 end=3\nm\x8b\x9e\n=yend size=3\n"), 1,
      SLICE_INIT("Cat") },
    { SLICE_INIT("=ybegin part=1 line=128 size=3\nm\x8b\x9e"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin the day with a smile\nand end it\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("begin 6 x\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 0o644 x\n\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin\t644\tx\n#0V%T\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("begin 9 x\n#0V%T and on\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("begin 9 x\n#0\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("begin-base64 x\nQ2F0\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("hello\n(This file must be converted with BinHex 4.0)\n\n:x:"), 1,
      SLICE_INIT("(This file must be converted with BinHex 4.0)\n\n:x:") },
    { SLICE_INIT("ATTACH;VALUE=BINARY;Encoding=BASE64:Q2\r\n F0\r\nEND:VEVENT\r\n"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("PHOTO;ENCODING=b:Q2F0"), 1, SLICE_INIT("Cat") },
    { SLICE_INIT("SUMMARY:what ;ENCODING=b:Q2F0\n"), 0, SLICE_INIT("") },
    { SLICE_INIT(" begin 644 x\n#0V%T\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("begin 644 x\n"), 0, SLICE_INIT("") },
    { SLICE_INIT("begin 644 x\n`\nend\n"), 0, SLICE_INIT("") },
    { SLICE_INIT(""), 0, SLICE_INIT("") },
};

static void beginnings_are_read_as_readers_do(void **state)
{
    for (size_t i = 0; i < sizeof(inlines) / sizeof(inlines[0]); i++) {
        struct inline_file last = { { NULL, 0 }, { NULL, 0 } };
        unsigned n = count_files(inlines[i].text, &last);
        if (n != inlines[i].files || (n && !slice_eq(last.bytes, inlines[i].last)))
            fail_msg("row %zu: %u files, the last \"%.*s\"", i, n, SLICE_ARG(last.bytes));
    }
}

/* Were each of them decoded to the end of the text, this would take hours. */
static void thousands_of_beginnings_take_no_time(void **state)
{
    struct inline_file last;
    for (int i = 0; i < 100000; i++)
        buf_add_str(&b, i % 2 ? "begin 644 x\n" : "=ybegin line=128 size=3 name=x\n#0V%T\n");
    assert_true(count_files(buf_slice(&b), &last) >= 50000);
}

/* ---- data: URIs */

static const struct {
    const char *page, *last; /* NULL: none */
    bool worth;
} pages[] = {
    { "<a href=\"data:a/b;base64,Q2F0\">", "Cat", true },
    { "<a href=data:a/b;base64,Q2F0>x", "Cat", true },
    { "<a href=data:a/b;base64,Q2F0 class=x>", "Cat", true },
    { "URL=data:a/b;base64,Q2F0\r\nIconIndex=0\r\n", "Cat", true },
    { "url(DATA:a/b;BASE64,Q2F0)", "Cat", true },
    { "'da\nta\t:a/b;base64,Q2\r\n  F0'", "Cat", true },
    { "<a href='&#100;ata&colon;a/b&#x3b;base64&comma;Q2F0'>", "Cat", true },
    { "<a href='&#x64&#x61ta:a/b,C&#97;t'>", "Cat", true },
    { "<a href=\"data:a/b;base64,%51%32F0\">", "Cat", true },
    { "<a href=\"data:,C%61t\">", "Cat", true },
    { "<a href=\"data:a/b;x=y ; base64 ,Q2F0\">", "Cat", true },
    { "<a href=\"data:a/b,C t\">", "C t", true },
    { "<img src=\"data:image/png;base64,Q2F0\">", "Cat", false },
    { "data:a/b,Dog,data:a/b,Cat", "Cat", true },
    { "data:a/b,Dog data:a/b;base64,", "Dog", true },
    { "<a href=\"data:a/b;base64\">, ", NULL, false },
    { "{data:x,y:z}", NULL, false },
    { "metadata:a/b,Cat", NULL, false },
    { "data: 1, 2 and 3", NULL, false },
    { "M&M &amp; &#39;&nbsp;&#1234;", NULL, false },
    { "", NULL, false },
};

static void files_in_links_are_taken_out(void **state)
{
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct data_uri_finder f;
        struct data_uri uri;
        struct slice last = { NULL, 0 };
        data_uri_begin(&f, &arena, slice_str(pages[i].page));
        while (data_uri_next(&f, &arena, &uri))
            last = uri.bytes;
        if (!slice_eq(last, slice_str(pages[i].last)))
            fail_msg("row %zu: \"%.*s\"", i, SLICE_ARG(last));
        if (data_uri_worth(slice_str(pages[i].page)) != pages[i].worth)
            fail_msg("row %zu: worth %d", i, !pages[i].worth);
    }
}

static void thousands_of_links_take_no_time(void **state)
{
    struct data_uri_finder f;
    struct data_uri uri;
    for (int i = 0; i < 100000; i++)
        buf_add_str(&b, "data:a/b,&#\n\n&d");
    data_uri_begin(&f, &arena, buf_slice(&b));
    while (data_uri_next(&f, &arena, &uri))
        ;
}

/* ---- other readings of an encoding */

static void soft_breaks_first(void **state)
{
    static const char *const rows[][2] = {
        { "=4=\r\n3at", "Cat" }, { "C=\rat", "Cat" },     { "C=\r\r\nat", "Cat" }, { "C= \t\r\nat=", "Cat" },
        { "=43=61=74", "Cat" },  { "C=ZZat=", "C=ZZat" }, { "=\n", "" },           { "a==\n4", "a=4" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_true(slice_eq(reread_qp(&arena, slice_str(rows[i][0])), slice_str(rows[i][1])));
}

static void base64_ends_at_its_padding(void **state)
{
    assert_true(slice_eq(reread_base64(&arena, SLICE("Q2\r\nF0Q2F=\r\nAAAA")), SLICE("CatCa")));
    assert_true(slice_eq(reread_base64(&arena, SLICE("Q2F0")), SLICE("Cat")));
    assert_true(slice_eq(reread_base64(&arena, SLICE("====Q2F0")), SLICE("")));
}

/* ---- loose */

static bool has_piece(const char *message, const char *begin)
{
    struct loose l;
    struct slice piece;
    bool decoded;
    loose_begin(&l, slice_str(message));
    while (loose_next(&l, &arena, &piece, &decoded))
        if (slice_starts(piece, slice_str(begin)))
            return true;
    return false;
}

static void a_piece_ends_where_the_part_does(void **state)
{
    static const char *const messages[] = { "X: y\r\n\r\nhello\r\n--a", "X: y\n\nhello\n--a",
                                            "X: y\r\rhello\r--a", "--a\n\nhello\n", "--a\n\nhello" };
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        struct loose l;
        struct slice piece;
        bool decoded;
        loose_begin(&l, slice_str(messages[i]));
        assert_true(loose_next(&l, &arena, &piece, &decoded));
        assert_true(slice_eq(piece, SLICE("hello")));
    }
}

static void each_reading_gives_a_piece(void **state)
{
    /* "hello" in each place and encoding where some reader might find it */
    static const char *const messages[] = {
        "Subject: x\n\nhello",
        "Subject: x\r\n folded\r\n\r\nhello",
        "--a\nContent-Type: x/y\n\nhello\n--a--\n",
        "--a\n\nhello\n",
        "text\n--a\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--a--\n",
        "text\r--a\rContent-Transfer-Encoding: base64\r\raGVsbG8=\r--a--\r",
        "text\n--a\nContent-Type: message/rfc822\n\nSubject: x\n\naGVsbG8=\n",
        "a\n--b\n\n=68ello\n--b\n",
        "----\n--a\n--\nX: y\n\nhello",
        "X: y\nhello",
        /* a line that is no field: skipped, or the header goes on behind it */
        "Subject: x\n:\nhello",
        "Subject: x\r\nno field\r\nContent-Type: x/y\r\n\r\nhello",
        "--a\nX: y\nno field\naGVsbG8=\n--a--\n",
        "--a\nX: y\nno field\nmore of it\n\naGVsbG8=\n--a--\n",
    };
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
        if (!has_piece(messages[i], "hello"))
            fail_msg("row %zu", i);
    assert_false(has_piece("", "x"));
    assert_false(has_piece("--", "x"));
}

/* ---- mail-like */

static void a_message_is_known_by_its_header(void **state)
{
    static const struct {
        const char *text, *name;
        bool mail;
    } files[] = {
        { "MIME-Version: 1.0\n\n", NULL, true },
        { "X-Z: 1\r\nContent-type: text/html\r\n\r\nx", NULL, true },
        { "From x@y Mon Jan 1\nSubject: x\ncontent-transfer-encoding: base64\n\n", NULL, true },
        { "\r\n\r\nContent-Type: multipart/mixed\r\n", "x.bin", true },
        { "Subject: x\n\tfolded\nContent-Disposition: attachment\n", NULL, true },
        { "Content-Type : text/html\n", NULL, true },
        { "Subject: x\nFrom: y\n\nContent-Type: no header any more\n", NULL, false },
        { "a text, and then\nContent-Type: x/y\n", NULL, false },
        { "a text", "mail.eml", true },
        { "a text", "PAGE.MHT", true },
        { "a text", "x.txt", false },
        { "<html><meta content-type: x>", NULL, false },
        { "", NULL, false },
        { ":", NULL, false },
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (mail_like(slice_str(files[i].text), files[i].name) != files[i].mail)
            fail_msg("row %zu", i);
}

/* ---- signed */

static void what_was_signed_comes_out(void **state)
{
    char text[3000];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + i % 26);
    for (int chunks = 0; chunks < 2; chunks++)
        for (size_t n = 1; n < sizeof(text); n += 290) {
            struct slice content;
            bool broken;
            buf_reset(&b);
            if (chunks)
                cms_chunks(&b, slice_of(text, n));
            else
                cms_make(&b, slice_of(text, n));
            assert_int_equal(signed_kind(buf_slice(&b)), SIGNED_CONTENT);
            assert_true(signed_content(buf_slice(&b), &arena, &content, &broken));
            assert_false(broken);
            assert_true(slice_eq(content, slice_of(text, n)));
        }
}

static void a_cut_signature_is_broken(void **state)
{
    for (int chunks = 0; chunks < 2; chunks++) {
        buf_reset(&b);
        if (chunks)
            cms_chunks(&b, SLICE("what was signed by somebody, in a piece or two of fifty bytes each"));
        else
            cms_make(&b, SLICE("what was signed by somebody"));
        /* an end mark that is missing is none of the content's */
        for (size_t n = 20; n < b.n - (chunks ? 12 : 0); n++) {
            struct slice content = { NULL, 0 };
            bool broken = false;
            signed_content(slice_sub(buf_slice(&b), 0, n), &arena, &content, &broken);
            if (!broken)
                fail_msg("%s: %zu of %zu bytes", chunks ? "chunks" : "one piece", n, b.n);
        }
    }
}

static void certificates_have_no_content(void **state)
{
    struct slice content;
    bool broken;
    /* signedData, version, no digests, data without content */
    static const char only[] =
        "\x30\x23\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x16\x30\x14\x02\x01\x01\x31\0"
        "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\0";
    assert_int_equal(signed_kind(slice_of(only, sizeof(only) - 1)), SIGNED_CONTENT);
    assert_false(signed_content(slice_of(only, sizeof(only) - 1), &arena, &content, &broken));
    assert_false(broken);
    assert_int_equal(signed_kind(SLICE("just a text, 0 bytes of it signed")), SIGNED_NOT);
    assert_int_equal(signed_kind(SLICE("")), SIGNED_NOT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_kind_comes_out_as_it_went_in),
        TEST(beginnings_are_read_as_readers_do),
        TEST(thousands_of_beginnings_take_no_time),
        TEST(files_in_links_are_taken_out),
        TEST(thousands_of_links_take_no_time),
        TEST(soft_breaks_first),
        TEST(base64_ends_at_its_padding),
        TEST(each_reading_gives_a_piece),
        TEST(a_piece_ends_where_the_part_does),
        TEST(a_message_is_known_by_its_header),
        TEST(what_was_signed_comes_out),
        TEST(a_cut_signature_is_broken),
        TEST(certificates_have_no_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
