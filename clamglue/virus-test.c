/* virus-test.c - messages in, findings out, with the real libclamav and a database of our own */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/log.h"
#include "clamglue/test-scan.h"
#include "clamglue/virus-priv.h"

/* ---- plain messages */

static void a_letter_is_clean(void **state)
{
    check(SLICE("From: a@example.org\r\nSubject: x\r\n\r\nHello\r\n"));
    must_be_clean("a letter");
    check(SLICE(""));
    must_be_clean("nothing");
    check(SLICE("\r\n"));
    must_be_clean("an empty line");
    check(SLICE("abc"));
    must_be_clean("three bytes");
}

static void eicar_is_found_however_it_is_encoded(void **state)
{
    static const char *const encodings[] = { "7bit", "8bit", "base64", "quoted-printable", "x-uuencode" };
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        mail_begin(&b, "mixed");
        mail_text(&b, "see attachment");
        mail_attach(&b, "application/octet-stream", "e.com", encodings[i], test_eicar());
        mail_end(&b);
        check(buf_slice(&b));
        must_find(TEST_EICAR, encodings[i]);
        const struct finding *f = finding(TEST_EICAR);
        assert_int_equal(f->kind, FINDING_VIRUS);
        assert_int_equal(f->class, CLASS_VIRUS);
        assert_int_equal(found.n, 1);
        buf_deinit(&b);
    }
}

/* the number of parts that were not scanned, since they were clean before */
static unsigned check_twice(const char *name, struct slice bytes)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    mail_begin(&b, "mixed");
    mail_attach(&b, "application/octet-stream", name, "x-uuencode", bytes);
    mail_attach(&b, "application/octet-stream", name, "x-uuencode", bytes);
    mail_end(&b);
    check(buf_slice(&b));
    check(buf_slice(&b));
    buf_deinit(&b);
    return scanner->remembered;
}

static void only_what_was_clean_is_remembered(void **state)
{
    assert_true(check_twice("a.bin", SLICE("nothing of interest, in the same bytes again")) >= 1);
    must_be_clean("remembered");
    assert_int_equal(check_twice("e.com", test_eicar()), 0);
    must_find(TEST_EICAR, "the second time");
    assert_int_equal(check_twice("h.bin", SLICE("tamis-test-heuristic")), 0);
    must_find("Heuristics.Test.Oddity.UNOFFICIAL", "the second time");
}

static void every_signature_is_reported(void **state)
{
    struct buf b, both;
    buf_init(&b, 1 << 20);
    buf_init(&both, 1 << 16);
    buf_add_slice(&both, test_eicar());
    buf_add_str(&both, "\n" TEST_MARK_TEXT "\ntamis-test-heuristic\n");
    mail_begin(&b, "mixed");
    mail_attach(&b, "application/octet-stream", "e.com", "base64", buf_slice(&both));
    mail_end(&b);
    check(buf_slice(&b));
    must_find(TEST_EICAR, "both");
    must_find(TEST_MARK, "both");
    must_find("Heuristics.Test.Oddity.UNOFFICIAL", "both");
    const struct finding *f = finding("Heuristics.Test.Oddity.UNOFFICIAL");
    assert_int_equal(f->kind, FINDING_RULE);
    assert_true(f->score == 0);
    assert_int_equal(found.classes, CLASS_BIT(CLASS_VIRUS));
    buf_deinit(&b);
    buf_deinit(&both);
}

/* libclamav takes these for plain text when they stand alone */
static void mail_that_does_not_begin_like_mail(void **state)
{
    static const char *const tops[] = {
        "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n",
        "X-Z: 1\r\nContent-type:multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n",
        "\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        "mime-version: 1.0\r\ncontent-type: multipart/mixed;\r\n boundary=\"b\"\r\n",
        "From someone Mon Jan  1 00:00:00 2024\r\nContent-Type: multipart/mixed; boundary=b\r\n",
    };
    for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        buf_printf(&b, "%s\r\n", tops[i]);
        mail_attach(&b, "application/octet-stream", "e.com", "base64", test_eicar());
        mail_end(&b);
        check(buf_slice(&b));
        must_find(TEST_EICAR, tops[i]);
        buf_deinit(&b);
    }
}

static void what_is_declared_does_not_matter(void **state)
{
    static const char *const types[] = { "text/plain",      "image/png", "audio/x-wav",
                                         "application/pdf", "x/y",       "" };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        mail_begin(&b, "related");
        mail_attach(&b, types[i], "harmless.txt", "base64", test_eicar());
        mail_end(&b);
        check(buf_slice(&b));
        must_find(TEST_EICAR, types[i]);
        buf_deinit(&b);
    }
}

static void the_place_is_told(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    mail_begin(&b, "mixed");
    mail_text(&b, "x");
    mail_attach(&b, "application/octet-stream", "x%s\x1b.com", "base64", test_eicar());
    mail_end(&b);
    check(buf_slice(&b));
    must_find(TEST_EICAR, "place");
    assert_true(slice_starts(finding(TEST_EICAR)->detail, SLICE("message > ")));
    buf_deinit(&b);
}

/* ---- structure that is not clear: each must be found, or the message be unchecked by message_findings() */

#define ATTACHMENT                                                                                           \
    "Content-Type: application/octet-stream; name=e.com\r\nContent-Transfer-Encoding: base64\r\n\r\n"

static const struct {
    const char *name, *before, *after; /* the encoded file in between */
} unclear[] = {
    { "two boundaries, first counts",
      "Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n" ATTACHMENT, "\r\n--a--\r\n" },
    { "two boundaries, last counts",
      "Content-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--b\r\n" ATTACHMENT, "\r\n--b--\r\n" },
    { "two types, first counts",
      "Content-Type: multipart/mixed; boundary=a\r\nContent-Type: text/plain\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n" },
    { "two types, last counts",
      "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n" },
    { "boundary in Content-Disposition",
      "Content-Type: multipart/mixed\r\nContent-Disposition: inline; boundary=a\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n" },
    { "semicolon in the boundary", "Content-Type: multipart/mixed; boundary=a;b\r\n\r\n--a;b\r\n" ATTACHMENT,
      "\r\n--a;b--\r\n" },
    { "no boundary at all", "Content-Type: multipart/mixed\r\n\r\n--a\r\n" ATTACHMENT, "\r\n--a--\r\n" },
    { "boundary in a comment",
      "Content-Type: multipart/mixed (; boundary=x); boundary=a\r\n\r\n--a\r\n" ATTACHMENT, "\r\n--a--\r\n" },
    { "part in the preamble", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--b\r\n\r\nx\r\n--b--\r\n" },
    { "part in the epilogue",
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--b\r\n" ATTACHMENT,
      "\r\n--b--\r\n" },
    { "bare CR ends lines",
      "Content-Type: multipart/mixed; boundary=a\r\n\r\ntext\r--a\r"
      "Content-Type: application/octet-stream\rContent-Transfer-Encoding: base64\r\r",
      "\r--a--\r" },
    { "two encodings",
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: 7bit\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n",
      "\r\n" },
    { "unknown encoding",
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64x\r\n\r\n", "\r\n" },
    { "comment in the encoding",
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: (x) base64\r\n\r\n", "\r\n" },
    { "boundary with blanks behind", "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a \t\r\n" ATTACHMENT,
      "\r\n--a-- \r\n" },
    { "inner boundary like the outer",
      "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
      "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n--a--\r\n" },
    { "never closed", "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" ATTACHMENT, "" },
    { "boundary of a file", "Content-Type: application/octet-stream; boundary=a\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n" },
    { "type without subtype", "Content-Type: multipart; boundary=a\r\n\r\n--a\r\n" ATTACHMENT,
      "\r\n--a--\r\n" },
};

static void an_unclear_structure_hides_nothing(void **state)
{
    for (size_t i = 0; i < sizeof(unclear) / sizeof(unclear[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        buf_printf(&b, "From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n%s", unclear[i].before);
        mail_base64(&b, test_eicar());
        buf_add_str(&b, unclear[i].after);
        check(buf_slice(&b));
        must_find(TEST_EICAR, unclear[i].name);
        buf_deinit(&b);
    }
}

/* ---- in messages in messages */

static void a_message_in_a_message(void **state)
{
    static const struct {
        const char *type, *encoding;
    } ways[] = { { "message/rfc822", "7bit" },
                 { "message/rfc822", "base64" },
                 { "message/rfc822", "quoted-printable" },
                 { "message/global", "base64" },
                 { "application/octet-stream", "base64" },
                 { "text/plain", "7bit" } };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct buf inner, outer;
        buf_init(&inner, 1 << 20);
        buf_init(&outer, 1 << 20);
        mail_begin(&inner, "mixed; boundary=inner");
        buf_add_str(&inner, "--inner\r\n" ATTACHMENT);
        mail_base64(&inner, test_eicar());
        buf_add_str(&inner, "\r\n--inner--\r\n");
        mail_begin(&outer, "mixed");
        mail_attach(&outer, ways[i].type, "mail.eml", ways[i].encoding, buf_slice(&inner));
        mail_end(&outer);
        check(buf_slice(&outer));
        must_find(TEST_EICAR, ways[i].type);
        buf_deinit(&inner);
        buf_deinit(&outer);
    }
}

/* Each level is base64 of the one inside. */
static void messages_in_messages_end_at_a_limit(void **state)
{
    struct buf mails[2];
    buf_init(&mails[0], 8 << 20);
    buf_init(&mails[1], 8 << 20);
    mail_begin(&mails[0], "mixed");
    mail_attach(&mails[0], "application/octet-stream", "e.com", "base64", test_eicar());
    mail_end(&mails[0]);
    for (int level = 1; level <= 14; level++) {
        struct buf *outer = &mails[level % 2];
        buf_reset(outer);
        mail_begin(outer, "mixed");
        mail_attach(outer, "message/rfc822", "m.eml", "base64", buf_slice(&mails[(level + 1) % 2]));
        mail_end(outer);
    }
    check(buf_slice(&mails[0]));
    if (!finding(TEST_EICAR))
        must_find("virus_limit_messages", "14 levels");
    buf_deinit(&mails[0]);
    buf_deinit(&mails[1]);
}

/* Of the message itself message_findings() tells. */
static void fields_left_out_in_a_message_are_told(void **state)
{
    struct buf b, mail;
    buf_init(&b, 1 << 20);
    buf_init(&mail, 1 << 20);
    for (unsigned i = 0; i <= limits.header_max_count; i++)
        buf_printf(&mail, "X-%u: y\r\n", i);
    buf_add_str(&mail, "Content-Type: multipart/mixed; boundary=b\r\n\r\nx");
    mail_begin(&b, "mixed");
    mail_attach(&b, "application/octet-stream", "x.eml", "base64", buf_slice(&mail));
    mail_end(&b);
    check(buf_slice(&b));
    must_have_class(CLASS_UNCHECKED_LIMIT, "too many fields");
    buf_deinit(&b);
    buf_deinit(&mail);
}

/* ---- files in text */

static void files_in_text_are_found(void **state)
{
    static const char *const ways[] = { "uuencode", "uuencode-base64", "yenc" };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        buf_add_str(&b, "From: a@example.org\r\nSubject: x\r\n\r\nHello, here it is:\r\n\r\n");
        mail_inline(&b, ways[i], "e.com", test_eicar());
        buf_add_str(&b, "\r\nRegards\r\n");
        check(buf_slice(&b));
        must_find(TEST_EICAR, ways[i]);
        buf_deinit(&b);
    }
}

static void text_behind_a_line_that_is_no_field(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_add_str(&b, "From: a@example.org\r\nSubject: x\r\n:\r\n");
    buf_add_slice(&b, test_eicar());
    check(buf_slice(&b));
    must_find(TEST_EICAR, "a colon");
    buf_deinit(&b);
}

/* mailparser takes soft breaks out before it looks at escapes; Python ends lines of uuencode at a CR */
static void encodings_are_read_as_others_read_them(void **state)
{
    struct buf b, uu;
    struct slice eicar = test_eicar();
    buf_init(&b, 1 << 20);
    buf_init(&uu, 1 << 16);
    buf_add_str(&b, "From: a@example.org\r\nContent-Type: x/y\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n=5=\r\n8");
    buf_add_slice(&b, slice_from(eicar, 1));
    check(buf_slice(&b));
    must_find(TEST_EICAR, "quoted-printable");
    buf_reset(&b);
    buf_add_str(&b, "From: a@example.org\r\nContent-Type: x/y\r\n"
                    "Content-Transfer-Encoding: x-uuencode\r\n\r\n");
    mail_inline(&uu, "uuencode", "e.com", eicar);
    for (size_t i = 0; i < uu.n; i++)
        if (uu.p[i] != '\n')
            buf_add_char(&b, uu.p[i]);
    check(buf_slice(&b));
    must_find(TEST_EICAR, "uuencode");
    buf_deinit(&b);
    buf_deinit(&uu);
}

static void files_in_links_are_found(void **state)
{
    static const char *const befores[] = { "<style>@import url(data:x/y,", "URL=DATA:x/y,",
                                           "<a href=&#100;ata:x/y," };
    for (size_t i = 0; i < sizeof(befores) / sizeof(befores[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        buf_printf(&b, "From: a@example.org\r\nContent-Type: text/html\r\n\r\n%s", befores[i]);
        for (size_t j = 0; j < test_eicar().n; j++)
            buf_printf(&b, "%%%02x", (unsigned char)test_eicar().p[j]);
        buf_add_str(&b, ")\r\n");
        check(buf_slice(&b));
        must_find(TEST_EICAR, befores[i]);
        buf_deinit(&b);
    }
}

/* ---- limits */

static void too_many_parts_are_unchecked(void **state)
{
    struct virus_options few = options;
    struct buf b;
    few.parts = 10;
    scanner->o = &few;
    buf_init(&b, 1 << 20);
    mail_begin(&b, "mixed");
    for (int i = 0; i < 30; i++)
        mail_text(&b, "x"); /* of less than libclamav looks at: none is covered */
    mail_end(&b);
    check(buf_slice(&b));
    must_find("virus_limit_parts", "30 parts");
    assert_int_equal(found.classes, CLASS_BIT(CLASS_UNCHECKED_LIMIT));
    scanner->o = &options;
    buf_deinit(&b);
}

static void no_time_is_unchecked(void **state)
{
    struct virus_options hasty = options;
    struct buf big;
    hasty.scan_time = 1;
    scanner->o = &hasty;
    buf_init(&big, 16 << 20);
    while (big.n < 8 << 20)
        buf_add_str(&big, "nothing that is of interest to anybody, only more of it, and more again\n");
    check_file("big", buf_slice(&big));
    must_find("virus_limit_time", "1 ms for 8 MB");
    assert_int_equal(found.classes, CLASS_BIT(CLASS_UNCHECKED_LIMIT));
    scanner->o = &options;
    buf_deinit(&big);
}

/* ---- what is not scanned twice */

static void the_text_of_a_message_is_scanned_once(void **state)
{
    static const char body[] =
        "Content-Type: multipart/alternative; boundary=b\r\nMIME-Version: 1.0\r\nSubject: x\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nHello,\r\n\r\nhere I am\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>Hello,\r\n<p>here I am\r\n--b--\r\n";
    check(slice_str(body));
    assert_int_equal(scanner->parts, 0); /* beside the whole */
}

/* A file with other line ends is another file. */
static void a_text_file_is_scanned_by_itself(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    mail_begin(&b, "mixed");
    mail_attach(&b, "text/plain", "x.bat", "7bit", SLICE("echo off\r\necho on\r\n"));
    mail_end(&b);
    check(buf_slice(&b));
    assert_int_equal(scanner->parts, 1);
    buf_reset(&b);
    mail_begin(&b, "mixed");
    mail_attach(&b, "text/plain", "x.bat", "base64", SLICE("echo off\r\necho on\r\n"));
    mail_end(&b);
    check(buf_slice(&b));
    assert_int_equal(scanner->parts, 0); /* byte for byte */
    buf_deinit(&b);
}

/* ---- declared types */

static void a_type_that_is_not_the_declared_one_is_noted(void **state)
{
    static const struct {
        const char *declared;
        struct slice bytes;
        const char *real; /* NULL: nothing to note */
    } files[] = {
        { "image/png", SLICE_INIT("MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0"), "x-msdownload" },
        { "text/plain", SLICE_INIT("MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0"), "x-msdownload" },
        { "application/octet-stream", SLICE_INIT("MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0"), NULL },
        { "application/x-msdownload", SLICE_INIT("MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0"), NULL },
        { "image/jpeg", SLICE_INIT("\x89PNG\r\n\x1a\nxxxxxxxx"), NULL },
        { "application/pdf", SLICE_INIT("\x89PNG\r\n\x1a\nxxxxxxxx"), "image/png" },
        { "image/gif", SLICE_INIT("%PDF-1.4\nxxxxxxxxxxxxx"), "application/pdf" },
        { "application/msword", SLICE_INIT("{\\rtf1 hello}"), NULL },
        { "application/pdf", SLICE_INIT("just a text of somebody"), "text/plain" },
        { "text/html", SLICE_INIT("<html>x</html>"), NULL },
        { "text/plain", SLICE_INIT("MZ is how this text begins"), NULL },
        { "x/unknown", SLICE_INIT("\x89PNG\r\n\x1a\nxxxxxxxx"), NULL },
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct buf b;
        buf_init(&b, 1 << 20);
        mail_begin(&b, "mixed");
        mail_attach(&b, files[i].declared, "x", "base64", files[i].bytes);
        mail_end(&b);
        check(buf_slice(&b));
        const struct finding *f = finding("type");
        assert_int_equal(f != NULL, files[i].real != NULL);
        if (f) {
            assert_int_equal(f->kind, FINDING_NOTE);
            assert_true(slice_find(f->detail, slice_str(files[i].real)) >= 0);
            assert_true(slice_find(f->detail, slice_str(files[i].declared)) >= 0);
        }
        buf_deinit(&b);
    }
}

/* ---- the key of a result */

static void the_key_depends_on_all_that_matters(void **state)
{
    struct virus_options other = options;
    unsigned char key[6][VIRUS_KEY_SIZE], again[VIRUS_KEY_SIZE];
    virus_key(db, &options, SLICE("bytes"), SLICE("name"), SLICE("type"), key[0]);
    virus_key(db, &options, SLICE("bytez"), SLICE("name"), SLICE("type"), key[1]);
    virus_key(db, &options, SLICE("bytes"), SLICE("nam"), SLICE("etype"), key[2]);
    virus_key(db, &options, SLICE("bytes"), SLICE("name"), SLICE(""), key[3]);
    other.recursion--;
    virus_key(db, &other, SLICE("bytes"), SLICE("name"), SLICE("type"), key[4]);
    other = options;
    other.database = "/elsewhere"; /* what counts is what was loaded */
    other.scan_time++;
    virus_key(db, &other, SLICE("bytes"), SLICE("name"), SLICE("type"), again);
    assert_memory_equal(key[0], again, sizeof(again));
    test_write("db/more.ndb", SLICE("Tamis.More:0:0:0102030405060708\n"));
    scan_end();
    assert_int_equal(scan_begin(), 0);
    virus_key(db, &options, SLICE("bytes"), SLICE("name"), SLICE("type"), key[5]);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(key[i], key[j], VIRUS_KEY_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_is_clean),
        cmocka_unit_test(eicar_is_found_however_it_is_encoded),
        cmocka_unit_test(only_what_was_clean_is_remembered),
        cmocka_unit_test(every_signature_is_reported),
        cmocka_unit_test(mail_that_does_not_begin_like_mail),
        cmocka_unit_test(what_is_declared_does_not_matter),
        cmocka_unit_test(the_place_is_told),
        cmocka_unit_test(an_unclear_structure_hides_nothing),
        cmocka_unit_test(a_message_in_a_message),
        cmocka_unit_test(messages_in_messages_end_at_a_limit),
        cmocka_unit_test(fields_left_out_in_a_message_are_told),
        cmocka_unit_test(files_in_text_are_found),
        cmocka_unit_test(text_behind_a_line_that_is_no_field),
        cmocka_unit_test(encodings_are_read_as_others_read_them),
        cmocka_unit_test(files_in_links_are_found),
        cmocka_unit_test(too_many_parts_are_unchecked),
        cmocka_unit_test(no_time_is_unchecked),
        cmocka_unit_test(the_text_of_a_message_is_scanned_once),
        cmocka_unit_test(a_text_file_is_scanned_by_itself),
        cmocka_unit_test(a_type_that_is_not_the_declared_one_is_noted),
        cmocka_unit_test(the_key_depends_on_all_that_matters),
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
