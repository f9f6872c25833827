/* look-test.c - what the headers of files say: encrypted, not to be opened, not clear */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "clamglue/look.h"
#include "clamglue/test-files.h"

static struct buf b;
static struct look look;

static int set_up(void **state)
{
    buf_init(&b, 4 << 20);
    return 0;
}

static int tear_down(void **state)
{
    buf_deinit(&b);
    return 0;
}

static bool has(enum verdict_class class, const char *reason)
{
    for (unsigned i = 0; i < look.n_odd; i++)
        if (look.odd[i].class == class && strcmp(look.odd[i].reason, reason) == 0)
            return true;
    return false;
}

static void must_have(enum verdict_class class, const char *reason, const char *what)
{
    if (has(class, reason))
        return;
    for (unsigned i = 0; i < look.n_odd; i++)
        print_error("  %s %s\n", verdict_classes[look.odd[i].class].name, look.odd[i].reason);
    fail_msg("%s: no %s", what, reason);
}

static void must_be_plain(const char *what)
{
    if (look.n_odd)
        fail_msg("%s: %s", what, look.odd[0].reason);
}

/* ---- zip */

#define DATA SLICE_INIT("some data of a file")

static void a_plain_zip_is_plain(void **state)
{
    const struct zip_file files[] = { { .name = "a.txt", .data = DATA, .method = 8 },
                                      { .name = "dir/", .data = SLICE_INIT("") },
                                      { .name = "dir/b", .data = DATA, .method = 12, .descriptor = true },
                                      { .name = "tiny", .data = SLICE_INIT("12345") },
                                      { .name = "c", .data = DATA, .method = 9 } };
    zip_make(&b, files, 5);
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_be_plain("five files");
    assert_string_equal(look.kind, "zip");
    assert_int_equal(look.members, 3); /* that libclamav shows */
    buf_reset(&b);
    zip_make(&b, NULL, 0);
    look_at(&look, buf_slice(&b), NULL, NULL);
    must_be_plain("no file");
    assert_int_equal(look.members, 0);
}

static void a_zip_behind_a_program_is_plain(void **state)
{
    for (int i = 0; i < 100; i++)
        buf_add_str(&b, "MZ program ");
    zip_one(&b, "a.txt", SLICE("some data"));
    look_at(&look, buf_slice(&b), "CL_TYPE_MSEXE", NULL);
    must_be_plain("self-extracting");
    assert_int_equal(look.members, 0);
    assert_true(look.container); /* one file at least, and the members in it */
}

static const struct {
    const char *what;
    struct zip_file file;
    enum verdict_class class;
    const char *reason;
} odd_zips[] = {
    { "lzma", { .method = 14 }, CLASS_UNCHECKED_UNSUPPORTED, "zip_method" },
    { "zstd", { .method = 93 }, CLASS_UNCHECKED_UNSUPPORTED, "zip_method" },
    { "shrunk", { .method = 1 }, CLASS_UNCHECKED_UNSUPPORTED, "zip_method" },
    { "password", { .flags = 1 }, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted" },
    { "AES", { .method = 99, .flags = 1 }, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted" },
    { "AES without the flag", { .method = 99 }, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted" },
    { "masked headers", { .flags = 0x2000 }, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted" },
    { "password in one header only", { .local_flags = 1 }, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted" },
    { "zip64", { .zip64 = true }, CLASS_UNCHECKED_UNSUPPORTED, "zip64" },
    { "methods differ", { .method = 8, .local_method = 12 }, CLASS_UNCHECKED_AMBIGUOUS, "zip_headers" },
    { "names differ", { .local_name = "other" }, CLASS_UNCHECKED_AMBIGUOUS, "zip_headers" },
    { "sizes differ", { .local_packed = 1 }, CLASS_UNCHECKED_AMBIGUOUS, "zip_headers" },
    { "not in the directory", { .no_entry = true }, CLASS_UNCHECKED_AMBIGUOUS, "zip_hidden" },
    { "only in the directory", { .no_local = true }, CLASS_UNCHECKED_AMBIGUOUS, "zip_headers" },
};

/* The odd file behind a plain one, and before it. */
static void an_odd_zip_is_seen(void **state)
{
    for (size_t i = 0; i < sizeof(odd_zips) / sizeof(odd_zips[0]); i++)
        for (int at = 0; at < 2; at++) {
            struct zip_file files[2] = { { .name = "plain", .data = DATA },
                                         { .name = "plain", .data = DATA } };
            files[at] = odd_zips[i].file;
            files[at].name = "odd";
            files[at].data = SLICE("the odd data");
            buf_reset(&b);
            zip_make(&b, files, 2);
            look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
            must_have(odd_zips[i].class, odd_zips[i].reason, odd_zips[i].what);
        }
}

static void two_archives_are_one_too_many(void **state)
{
    zip_one(&b, "first", SLICE("some data"));
    zip_one(&b, "second", SLICE("some data"));
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_have(CLASS_UNCHECKED_AMBIGUOUS, "zip_hidden", "one behind the other");
}

static void a_zip_in_a_zip_is_no_second_archive(void **state)
{
    struct buf inner;
    buf_init(&inner, 10000);
    zip_one(&inner, "inner", SLICE("some data"));
    zip_one(&b, "inner.zip", buf_slice(&inner));
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_be_plain("stored archive");
    buf_deinit(&inner);
}

static void a_zip_without_directory_is_not_clear(void **state)
{
    const struct zip_file f = { .name = "a", .data = DATA };
    zip_local(&b, &f);
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_have(CLASS_UNCHECKED_AMBIGUOUS, "zip_directory", "local header only");
    zip_entry(&b, &f, 0);
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_have(CLASS_UNCHECKED_AMBIGUOUS, "zip_directory", "no end record");
    zip_end(&b, 7, 100, 20);
    look_at(&look, buf_slice(&b), "CL_TYPE_ZIP", NULL);
    must_have(CLASS_UNCHECKED_AMBIGUOUS, "zip_directory", "wrong numbers");
}

static void any_cut_of_a_zip_is_survived(void **state)
{
    const struct zip_file files[] = { { .name = "a", .data = DATA }, { .name = "b", .data = DATA } };
    zip_make(&b, files, 2);
    for (size_t n = 0; n < b.n; n++) {
        look_at(&look, slice_sub(buf_slice(&b), 0, n), NULL, NULL);
        if (n >= 4)
            assert_true(look.n_odd > 0);
    }
}

/* ---- Office */

static void an_encrypted_document_is_seen(void **state)
{
    static const char word[] = "\xec\xa5\xc1\0\0\0\0\0\0\0\0\x01"; /* fEncrypted */
    static const char word6[] = "\xdc\xa5\x65\0\0\0\0\0\0\0\0\x81";
    static const char excel[] = "\x09\x08\x04\0\0\6\5\0\x2f\0\2\0\0\0";
    static const char excel2[] = "\x09\x08\x04\0\0\6\5\0\x86\0\0\0\x2f\0\2\0\0\0"; /* behind WriteProtect */
    static const char ppt[] = "\0\0\xf6\x0f\x14\0\0\0\x14\0\0\0\xdf\xc4\xd1\xf3";
    static const struct {
        const char *stream;
        struct slice head;
        const char *reason;
    } documents[] = {
        { "WordDocument", { word, sizeof(word) - 1 }, "ole2_encrypted" },
        { "worddocument", { word6, sizeof(word6) - 1 }, "ole2_encrypted" },
        { "Workbook", { excel, sizeof(excel) - 1 }, "ole2_encrypted" },
        { "Book", { excel2, sizeof(excel2) - 1 }, "ole2_encrypted" },
        { "Current User", { ppt, sizeof(ppt) - 1 }, "ole2_encrypted" },
        { "EncryptedPackage", { "", 0 }, "ooxml_encrypted" },
        { "EncryptedSummary", { "", 0 }, "ole2_encrypted" },
        { "\011DRMContent", { "", 0 }, "drm_encrypted" },
    };
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
        for (uint32_t size = 1000; size <= 4096; size += 3096) {
            buf_reset(&b);
            ole2_make(&b, documents[i].stream, documents[i].head, size);
            look_at(&look, buf_slice(&b), "CL_TYPE_MSOLE2", NULL);
            must_have(CLASS_UNCHECKED_ENCRYPTED, documents[i].reason, documents[i].stream);
            assert_int_equal(look.n_odd, 1);
        }
}

static void a_plain_document_is_plain(void **state)
{
    static const char word[] = "\xec\xa5\xc1\0\0\0\0\0\0\0\0\0";
    static const char excel[] =
        "\x09\x08\x04\0\0\6\5\0\x0a\0\0\0\x2f\0\2\0\0\0"; /* FilePass behind the end */
    static const char ppt[] = "\0\0\xf6\x0f\x14\0\0\0\x14\0\0\0\x5f\xc0\x91\xe3";
    const char *const streams[] = { "WordDocument", "Workbook", "Current User", "EncryptedPackages" };
    const struct slice heads[] = {
        { word, sizeof(word) - 1 }, { excel, sizeof(excel) - 1 }, { ppt, sizeof(ppt) - 1 }, { "", 0 }
    };
    for (size_t i = 0; i < 4; i++) {
        buf_reset(&b);
        ole2_make(&b, streams[i], heads[i], i % 2 ? 4096 : 600);
        look_at(&look, buf_slice(&b), "CL_TYPE_MSOLE2", NULL);
        must_be_plain(streams[i]);
        assert_string_equal(look.kind, "ole2");
    }
}

static void a_loop_of_sectors_ends(void **state)
{
    ole2_make(&b, "WordDocument", SLICE(""), 600);
    char *fat = b.p + 512;
    memcpy(fat + 4, "\1\0\0\0", 4); /* the directory leads to itself */
    look_at(&look, buf_slice(&b), "CL_TYPE_MSOLE2", NULL);
    must_have(CLASS_UNCHECKED_LIMIT, "ole2_limit", "a directory that leads to itself");
}

/* ---- PDF */

static void pdf_names_are_read_as_viewers_do(void **state)
{
    static const struct {
        const char *text;
        bool known, encrypted;
    } pdfs[] = {
        { "%PDF-1.4\ntrailer<</Encrypt 6 0 R>>", true, false }, /* libclamav's to say */
        { "%PDF-1.4\ntrailer<</Encrypt 6 0 R>>", false, true },
        { "%PDF-1.4\ntrailer<</Encr#79pt 6 0 R>>", true, true },
        { "%PDF-1.4\ntrailer<</#45ncrypt 6 0 R>>", true, true },
        { "%PDF-1.4\ntrailer<</#45#6e#63#72#79#70#74<<>>", true, true },
        { "%PDF-1.4\ntrailer<</Encrypt#", false, false },
        { "%PDF-1.4\ntrailer<</EncryptMetadata false/Encryptor/Encr#7app", false, false },
        { "%PDF-1.4\ntrailer<</Encr#79ptx 1/En#4", true, false },
        { "no document /Encr#79pt", false, false },
    };
    for (size_t i = 0; i < sizeof(pdfs) / sizeof(pdfs[0]); i++) {
        look_at(&look, slice_str(pdfs[i].text), pdfs[i].known ? "CL_TYPE_PDF" : "CL_TYPE_TEXT_ASCII", NULL);
        if (has(CLASS_UNCHECKED_ENCRYPTED, "pdf_encrypted") != pdfs[i].encrypted)
            fail_msg("%s", pdfs[i].text);
    }
    look_at(&look, SLICE("%PDF-1.5\n<</Filter[/Cr#79pt/FlateDecode]>>stream"), "CL_TYPE_PDF", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "pdf_filter", "a filter that may do nothing");
    look_at(&look, SLICE("%PDF-1.5\n<</Filter[/Crypto/FlateDecode]>>stream"), "CL_TYPE_PDF", NULL);
    must_be_plain("another name");
}

/* ---- the rest */

static const struct {
    struct slice bytes;
    const char *kind; /* NULL: nothing */
} others[] = {
    { SLICE_INIT("Rar!\x1a\7\0xxxxxxxxxxxxx"), "rar" },
    { SLICE_INIT("Rar!\x1a\7\1\0xxxxxxxxxxxx"), "rar" },
    { SLICE_INIT("\x28\xb5\x2f\xfd xxxxxxxxx"), "zstd" },
    { SLICE_INIT("\x50\x2a\x4d\x18\4\0\0\0xxxx"), "zstd" },
    { SLICE_INIT("\x5f\x2a\x4d\x18\4\0\0\0xxxx"), "zstd" },
    { SLICE_INIT("\x40\x2a\x4d\x18\4\0\0\0xxxx"), NULL },
    { SLICE_INIT("\x04\x22\x4d\x18 xxxxxxxxx"), "lz4" },
    { SLICE_INIT("LZIP\1xxxxxxxxx"), "lzip" },
    { SLICE_INIT("xx\0\0\0\0\0**ACE**xxx"), "ace" },
    { SLICE_INIT("  -lh5-xxxxxxxxxxxxx\1xxx"), "lha" },
    { SLICE_INIT("see -lh5- for more in this text"), NULL },
    { SLICE_INIT("x -lh is a switch of this command"), NULL },
    { SLICE_INIT("\x60\xea\x29\0\x1e xxxxxxxxxx"), "arj" },
    { SLICE_INIT("\x60\xea\xff\xff\xff xxxxxxxxxx"), NULL },
    { SLICE_INIT("BZh91AY&SYxxxx"), "bzip2" },
    { SLICE_INIT("BZh9 is how a bzip2 file begins"), NULL },
    { SLICE_INIT("\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0xxxxxx"), "lzma" },
    { SLICE_INIT("\x5d\0\0\x81\0\xff\xff\xff\xff\xff\xff\xff\xff\0xxxxxx"), NULL },
    { SLICE_INIT("\1\0\xfe\xff\3\x0a\0\0\xff\xff\xff\xff\6\x09\2\0\0\0\0\0"), NULL }, /* CompObj of a .doc */
    { SLICE_INIT("conectix\0\0\0\2"), "vhd" },
    { SLICE_INIT("vhdxfile"), "vhdx" },
    { SLICE_INIT("MSWIM\0\0\0"), "wim" },
    { SLICE_INIT("!<arch>\nx"), "ar" },
    { SLICE_INIT("just a text"), NULL },
    { SLICE_INIT(""), NULL },
    { SLICE_INIT("\x1f"), NULL },
};

static void containers_are_known_by_their_begin(void **state)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        look_at(&look, others[i].bytes, "CL_TYPE_BINARY_DATA", NULL);
        if (others[i].kind == NULL ? look.kind != NULL
                                   : look.kind == NULL || strcmp(look.kind, others[i].kind))
            fail_msg("row %zu: %s in place of %s", i, look.kind ? look.kind : "nothing",
                     others[i].kind ? others[i].kind : "nothing");
        assert_int_equal(look.container, others[i].kind != NULL);
    }
    look_at(&look, SLICE("anything"), NULL, "x.tar.br");
    assert_string_equal(look.kind, "brotli");
}

static void streams_behind_the_first_are_seen(void **state)
{
    look_at(&look, SLICE("BZh91AY&SYxxxxBZh91AY&SYyyyy"), "CL_TYPE_BZ", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "bzip2_streams", "two streams");
    look_at(&look, SLICE("BZh91AY&SYxxxxBZh"), "CL_TYPE_BZ", NULL);
    must_be_plain("one stream");
}

static void an_archive_behind_a_program_is_seen(void **state)
{
    look_at(&look, SLICE("MZ Rar!\x1a\7\0xx\x73xxx"), "CL_TYPE_MSEXE", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "rar_inside", "RAR 4");
    assert_string_equal(look.kind, "rar");
    look_at(&look, SLICE("GIF89a Rar!\x1a\7Rar!\x1a\7\1\0xxxx\x0a\1xxx"), "CL_TYPE_GIF", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "rar_inside", "RAR 5");
    look_at(&look, SLICE("MZ a program that knows Rar!\x1a\7\0, Rar!\x1a\7\1\0 and Rar!\x1a\7"),
            "CL_TYPE_MSEXE", NULL);
    must_be_plain("a program for archives");
    assert_null(look.kind);
}

static void signed_files_of_pgp_are_not_opened(void **state)
{
    static const struct {
        struct slice bytes;
        const char *name;
        bool odd;
    } files[] = {
        { SLICE_INIT("\xa3\1xxxxxxxxx"), "a.gpg", true }, /* compressed */
        { SLICE_INIT("\xc8\x20\1xxxxx"), "a.PGP", true },
        { SLICE_INIT("\xcb\x20"
                     "bxxxxxx"),
          "a.asc", true },                                 /* literal */
        { SLICE_INIT("\x90\x0d\3xxxxxx"), "a.gpg", true }, /* a signature follows */
        { SLICE_INIT("-----BEGIN PGP ARMORED FILE-----"), "a.asc", true },
        { SLICE_INIT("\x88\x5e\4xxxxxx"), "a.gpg", false }, /* a signature alone */
        { SLICE_INIT("\x99\1\xa2xxxxxx"), "a.gpg", false }, /* a key */
        { SLICE_INIT("-----BEGIN PGP SIGNATURE-----"), "a.asc", false },
        { SLICE_INIT("\xa3\1xxxxxxxxx"), "a.bin", false },
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        look_at(&look, files[i].bytes, NULL, files[i].name);
        if (has(CLASS_UNCHECKED_UNSUPPORTED, "pgp") != files[i].odd)
            fail_msg("row %zu", i);
    }
}

/* ---- tar */

static void tar_header(const char *size, bool zeros_behind)
{
    char block[512] = "a.txt";
    unsigned sum = 0;
    memcpy(block + 100, "0000644", 7);
    memcpy(block + 124, size, 12);
    memcpy(block + 257, "ustar\00000", 8);
    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < sizeof(block); i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    buf_add(&b, block, sizeof(block));
    for (int i = 0; i < 512; i++)
        buf_add_char(&b, 'x');
    for (int i = 0; zeros_behind && i < 1024; i++)
        buf_add_char(&b, 0);
}

static void what_libclamav_passes_over_in_tar_is_seen(void **state)
{
    tar_header("00000000600", true);
    look_at(&look, buf_slice(&b), "CL_TYPE_POSIX_TAR", NULL);
    must_be_plain("one file");
    assert_string_equal(look.kind, "tar");
    tar_header("00000000600", true);
    look_at(&look, buf_slice(&b), "CL_TYPE_POSIX_TAR", NULL);
    must_have(CLASS_UNCHECKED_AMBIGUOUS, "tar_trailing", "two archives");
    buf_reset(&b);
    tar_header("00000000600", false);
    tar_header("\x80\0\0\0\0\0\0\0\0\0\1\0", true);
    look_at(&look, buf_slice(&b), "CL_TYPE_POSIX_TAR", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "tar_size", "a size in binary");
    buf_reset(&b);
    tar_header("77777777777", false); /* longer than the file */
    look_at(&look, buf_slice(&b), "CL_TYPE_POSIX_TAR", NULL);
    must_be_plain("cut");
}

static void what_needs_a_key_is_encrypted(void **state)
{
    static const struct {
        struct slice bytes;
        const char *reason;
    } secrets[] = {
        { SLICE_INIT("-----BEGIN PGP MESSAGE-----\r\n\r\nhQ"), "pgp_encrypted" },
        { SLICE_INIT("\x85\x01\x0c\x03xxxxxxxx\x01\x07\xff"), "pgp_encrypted" },
        { SLICE_INIT("\x84\x5e\x03xxxxxxxx\x12\x01\x07"), "pgp_encrypted" },
        { SLICE_INIT("\xc1\xc0\x4c\x03xxxxxxxx\x01"), "pgp_encrypted" },
        { SLICE_INIT("\x8c\x0d\x04\x07\x03\x02xxxxxxxxx"), "pgp_encrypted" },
        { SLICE_INIT("age-encryption.org/v1\n-> X25519 x"), "age_encrypted" },
        { SLICE_INIT("Salted__xxxxxxxxxxxxxxxxx"), "openssl_encrypted" },
        { SLICE_INIT("\x30\x82\x01\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x82\x01\0"),
          "smime_encrypted" },
        { SLICE_INIT("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80"), "smime_encrypted" },
    };
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        look_at(&look, secrets[i].bytes, NULL, NULL);
        must_have(CLASS_UNCHECKED_ENCRYPTED, secrets[i].reason, secrets[i].reason);
        assert_false(look.container);
    }
    look_at(&look, SLICE("<manifest:file-entry><manifest:encryption-data>"), NULL, "META-INF/manifest.xml");
    must_have(CLASS_UNCHECKED_ENCRYPTED, "odf_encrypted", "ODF");
    look_at(&look, SLICE("<manifest:file-entry>"), NULL, "META-INF/manifest.xml");
    must_be_plain("ODF without a password");
}

static void attachments_of_tnef_are_counted(void **state)
{
    tnef_make(&b, "a.txt", SLICE("some data"));
    look_at(&look, buf_slice(&b), "CL_TYPE_TNEF", NULL);
    must_be_plain("TNEF");
    assert_int_equal(look.members, 1);
    b.p[11] = 99; /* a length beyond the end */
    b.p[14] = 99;
    look_at(&look, buf_slice(&b), "CL_TYPE_TNEF", NULL);
    must_have(CLASS_UNCHECKED_UNSUPPORTED, "tnef_damaged", "wrong length");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_plain_zip_is_plain),
        TEST(a_zip_behind_a_program_is_plain),
        TEST(an_odd_zip_is_seen),
        TEST(two_archives_are_one_too_many),
        TEST(a_zip_in_a_zip_is_no_second_archive),
        TEST(a_zip_without_directory_is_not_clear),
        TEST(any_cut_of_a_zip_is_survived),
        TEST(an_encrypted_document_is_seen),
        TEST(a_plain_document_is_plain),
        TEST(a_loop_of_sectors_ends),
        TEST(pdf_names_are_read_as_viewers_do),
        TEST(containers_are_known_by_their_begin),
        TEST(streams_behind_the_first_are_seen),
        TEST(an_archive_behind_a_program_is_seen),
        TEST(signed_files_of_pgp_are_not_opened),
        TEST(what_libclamav_passes_over_in_tar_is_seen),
        TEST(what_needs_a_key_is_encrypted),
        TEST(attachments_of_tnef_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
