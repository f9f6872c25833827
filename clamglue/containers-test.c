/* containers-test.c - what lies in containers: found, or unchecked, and never clean
 * Real libclamav, a database with EICAR, archives of our own making. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/log.h"
#include "clamglue/test-archive.h"
#include "clamglue/test-files.h"
#include "clamglue/test-scan.h"

static struct buf b, inner;

static int begin(void **state)
{
    buf_init(&b, 64 << 20);
    buf_init(&inner, 64 << 20);
    return 0;
}

static int end(void **state)
{
    buf_deinit(&b);
    buf_deinit(&inner);
    return 0;
}

static struct slice eicar_padded(void)
{
    static char text[3000];
    struct slice e = test_eicar();
    memset(text, ' ', sizeof(text)); /* something to be compressed */
    memcpy(text, e.p, e.n);
    return slice_of(text, sizeof(text));
}

/* ---- what libclamav opens */

static const struct {
    const char *format, *filter, *options;
} opened[] = {
    { "zip", "", NULL },
    { "zip", "", "zip:compression=store" },
    { "7zip", "", NULL },
    { "7zip", "", "7zip:compression=lzma2" },
    { "7zip", "", "7zip:compression=store" },
    { "ustar", "", NULL },
    { "ustar", "gzip", NULL },
    { "pax", "bzip2", NULL },
    { "gnutar", "xz", NULL },
    { "newc", "", NULL },
    { "raw", "gzip", NULL },
    { "raw", "bzip2", NULL },
    { "raw", "xz", NULL },
    { "iso9660", "", NULL },
};

static void what_is_opened_is_found_and_nothing_else(void **state)
{
    for (size_t i = 0; i < sizeof(opened) / sizeof(opened[0]); i++) {
        char what[100];
        snprintf(what, sizeof(what), "%s %s %s", opened[i].format, opened[i].filter,
                 opened[i].options ? opened[i].options : "");
        for (int bad = 0; bad < 2; bad++) {
            struct member members[] = { { "e.com",
                                          bad ? eicar_padded() : SLICE("good data, and enough of it") },
                                        { "b.txt", SLICE("some other data of a file") } };
            buf_reset(&b);
            if (!archive_make(&b, opened[i].format, opened[i].filter, opened[i].options, members,
                              strcmp(opened[i].format, "raw") == 0 ? 1 : 2))
                fail_msg("%s cannot be made", what);
            check_file("x", buf_slice(&b));
            if (!bad) {
                must_be_clean(what);
                continue;
            }
            must_find(TEST_EICAR, what);
            assert_int_equal(found.n, 1);
        }
    }
}

static void archives_in_archives(void **state)
{
    zip_one(&inner, "e.com", test_eicar());
    zip_one(&b, "inner.zip", buf_slice(&inner));
    check_file("outer.zip", buf_slice(&b));
    must_find(TEST_EICAR, "zip in zip");
    assert_int_equal(found.n, 1);
    assert_true(slice_eq(finding(TEST_EICAR)->detail, SLICE("message > outer.zip > inner.zip > e.com")));
}

/* libclamav takes this message for text: it does not begin as one */
static void a_message_in_an_archive(void **state)
{
    buf_add_str(&inner, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    mail_attach(&inner, "application/octet-stream", "e.com", "base64", test_eicar());
    mail_end(&inner);
    zip_one(&b, "letter", buf_slice(&inner));
    check_file("x.zip", buf_slice(&b));
    must_find(TEST_EICAR, "message in zip");
}

static void an_unclear_message_in_an_archive(void **state)
{
    buf_add_str(&inner, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n");
    mail_attach(&inner, "application/octet-stream", "e.com", "base64", test_eicar());
    mail_end(&inner);
    zip_one(&b, "letter.eml", buf_slice(&inner));
    check_file("x.zip", buf_slice(&b));
    must_find(TEST_EICAR, "message in zip");
    must_have_class(CLASS_UNCHECKED_AMBIGUOUS, "message in zip");
}

static void attachments_of_tnef(void **state)
{
    tnef_make(&b, "e.com", test_eicar());
    check_file("winmail.dat", buf_slice(&b));
    must_find(TEST_EICAR, "TNEF");
    buf_reset(&b);
    tnef_make(&b, "a.txt", SLICE("some good data"));
    check_file("winmail.dat", buf_slice(&b));
    must_be_clean("TNEF");
}

/* libclamav opens the zip, and sees no link in the page */
static void a_link_in_an_archive(void **state)
{
    buf_add_str(&inner, "<a href='&#100;ata:x/y,");
    for (size_t i = 0; i < test_eicar().n; i++)
        buf_printf(&inner, "%%%02x", (unsigned char)test_eicar().p[i]);
    buf_add_str(&inner, "'>");
    zip_one(&b, "page.html", buf_slice(&inner));
    check_file("x.zip", buf_slice(&b));
    must_find(TEST_EICAR, "page in zip");
}

/* ---- what it does not open */

static void rar_is_unchecked_and_yet_looked_into(void **state)
{
    rar_make(&b, "a.txt", SLICE("good data of a file"), false);
    check_file("x.rar", buf_slice(&b));
    must_find("rar", "good rar");
    assert_int_equal(found.classes, CLASS_BIT(CLASS_UNCHECKED_UNSUPPORTED));
    buf_reset(&b);
    rar_make(&b, "e.com", test_eicar(), false);
    check_file("x.rar", buf_slice(&b));
    must_find("rar", "bad rar");
    must_find(TEST_EICAR, "bad rar");
    assert_true(slice_eq(finding(TEST_EICAR)->detail, SLICE("part 2 (x.rar) > e.com")) ||
                slice_eq(finding(TEST_EICAR)->detail, SLICE("message > x.rar > e.com")));
    zip_one(&inner, "x.rar", buf_slice(&b));
    check_file("x.zip", buf_slice(&inner));
    must_find("rar", "bad rar in zip");
    must_find(TEST_EICAR, "bad rar in zip");
}

static void rar_with_a_password_is_encrypted(void **state)
{
    rar_make(&b, "a.txt", SLICE("good data of a file"), true);
    check_file("x.rar", buf_slice(&b));
    must_have_class(CLASS_UNCHECKED_ENCRYPTED, "rar");
}

static const struct {
    const char *format, *filter, *options;
} unopened[] = {
    { "raw", "zstd", NULL },
    { "raw", "lz4", NULL },
    { "raw", "lzip", NULL },
    { "raw", "lzma", NULL },
    { "raw", "compress", NULL },
    { "arbsd", "", NULL },
    { "7zip", "", "7zip:compression=bzip2" },
    { "7zip", "", "7zip:compression=deflate" },
};

static void what_is_not_opened_is_unchecked(void **state)
{
    for (size_t i = 0; i < sizeof(unopened) / sizeof(unopened[0]); i++) {
        char what[100];
        snprintf(what, sizeof(what), "%s %s %s", unopened[i].format, unopened[i].filter,
                 unopened[i].options ? unopened[i].options : "");
        for (int bad = 0; bad < 2; bad++) {
            struct member members[] = { { "e.com",
                                          bad ? eicar_padded() : SLICE("good data, and enough of it") } };
            buf_reset(&b);
            buf_reset(&inner);
            if (!archive_make(&b, unopened[i].format, unopened[i].filter, unopened[i].options, members, 1))
                fail_msg("%s cannot be made", what);
            check_file("x", buf_slice(&b));
            must_have_class(CLASS_UNCHECKED_UNSUPPORTED, what);
            if (bad)
                must_find(TEST_EICAR, what);
            else
                assert_int_equal(found.classes, CLASS_BIT(CLASS_UNCHECKED_UNSUPPORTED));
            zip_one(&inner, "x", buf_slice(&b)); /* and inside of something that is opened */
            check_file("x.zip", buf_slice(&inner));
            must_have_class(CLASS_UNCHECKED_UNSUPPORTED, what);
        }
    }
}

static void streams_behind_the_first(void **state)
{
    struct member good = { "x", SLICE("good data") }, bad = { "x", test_eicar() };
    archive_make(&b, "raw", "bzip2", NULL, &good, 1);
    archive_make(&b, "raw", "bzip2", NULL, &bad, 1);
    check_file("x.bz2", buf_slice(&b));
    must_have_class(CLASS_UNCHECKED_UNSUPPORTED, "two streams of bzip2");
    for (int i = 0; i < 2; i++) {
        buf_reset(&b);
        archive_make(&b, "raw", i ? "xz" : "gzip", NULL, &good, 1);
        bad.data = SLICE("begin " TEST_MARK_TEXT);
        archive_make(&b, "raw", i ? "xz" : "gzip", NULL, &bad, 1);
        check_file("x", buf_slice(&b));
        must_find(TEST_MARK, "two streams");
    }
}

#define DATA SLICE_INIT("good data of a file")

static const struct {
    const char *what;
    struct zip_file file;
} odd_zips[] = {
    { "not in the directory", { .no_entry = true } },
    { "zip64", { .zip64 = true } },
    { "masked", { .flags = 0x2000 } },
    { "stored here, deflated there", { .local_method = 8 } },
    { "sizes differ", { .local_packed = 1 } },
    { "method that nobody knows", { .method = 77 } },
    { "password", { .flags = 1 } },
};

static void a_zip_that_is_read_in_two_ways(void **state)
{
    for (size_t i = 0; i < sizeof(odd_zips) / sizeof(odd_zips[0]); i++) {
        struct zip_file files[2] = { { .name = "a.txt", .data = DATA }, odd_zips[i].file };
        files[1].name = "e.com";
        files[1].data = test_eicar();
        buf_reset(&b);
        zip_make(&b, files, 2);
        check_file("x.zip", buf_slice(&b));
        if (!(found.classes & (CLASS_BIT(CLASS_UNCHECKED_AMBIGUOUS) | CLASS_BIT(CLASS_UNCHECKED_UNSUPPORTED) |
                               CLASS_BIT(CLASS_UNCHECKED_ENCRYPTED))))
            fail_msg("%s", odd_zips[i].what);
    }
    zip_one(&inner, "e.com", test_eicar());
    zip_one(&inner, "a.txt", SLICE("good data"));
    check_file("x.zip", buf_slice(&inner));
    must_have_class(CLASS_UNCHECKED_AMBIGUOUS, "two archives");
    must_find(TEST_EICAR, "two archives, by the reader that goes from the begin");
}

static void an_encrypted_document(void **state)
{
    ole2_make(&b, "EncryptedPackage", SLICE("secret"), 4096);
    check_file("x.docx", buf_slice(&b));
    must_find("ooxml_encrypted", "docx");
    zip_one(&inner, "x.docx", buf_slice(&b));
    check_file("x.zip", buf_slice(&inner));
    must_find("ooxml_encrypted", "docx in zip");
    assert_int_equal(found.classes, CLASS_BIT(CLASS_UNCHECKED_ENCRYPTED));
}

/* ---- signed files */

static void what_is_signed_is_looked_at(void **state)
{
    struct buf mail;
    buf_init(&mail, 1 << 20);
    buf_add_str(&mail, "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    mail_base64(&mail, test_eicar());
    for (int chunks = 0; chunks < 2; chunks++)
        for (int document = 0; document < 2; document++) {
            struct slice content = document ? test_eicar() : buf_slice(&mail);
            buf_reset(&b);
            buf_reset(&inner);
            if (chunks)
                cms_chunks(&b, content);
            else
                cms_make(&b, content);
            check_file("smime.p7m", buf_slice(&b));
            must_find(TEST_EICAR, document ? "signed document" : "signed message");
            assert_int_equal(found.n, 1);
            zip_one(&inner, "x.p7m", buf_slice(&b));
            check_file("x.zip", buf_slice(&inner));
            must_find(TEST_EICAR, "signed, in zip");
        }
    buf_reset(&b);
    cms_make(&b, SLICE("Content-Type: text/plain\r\n\r\ngood\r\n"));
    check_file("smime.p7m", buf_slice(&b));
    must_be_clean("signed letter");
    check_file("smime.p7m", slice_sub(buf_slice(&b), 0, 40));
    must_have_class(CLASS_UNCHECKED_UNSUPPORTED, "cut signature");
    buf_deinit(&mail);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_opened_is_found_and_nothing_else),
        TEST(archives_in_archives),
        TEST(a_message_in_an_archive),
        TEST(an_unclear_message_in_an_archive),
        TEST(attachments_of_tnef),
        TEST(a_link_in_an_archive),
        TEST(rar_is_unchecked_and_yet_looked_into),
        TEST(rar_with_a_password_is_encrypted),
        TEST(what_is_not_opened_is_unchecked),
        TEST(streams_behind_the_first),
        TEST(a_zip_that_is_read_in_two_ways),
        TEST(an_encrypted_document),
        TEST(what_is_signed_is_looked_at),
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
