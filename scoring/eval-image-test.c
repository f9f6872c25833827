/* eval-image-test.c - sizes of pictures, and functions that look at them */
#include "config.h"
#include "scoring/eval-test.h"

#include "scoring/eval-image.h"
#include "scoring/prefilter.h"
#include "scoring/probe.h"

static void sizes_are_read(void **state)
{
    static const struct {
        enum image_kind kind;
        struct slice data;
        unsigned width, height; /* 0: none */
    } rows[] = {
        { IMAGE_GIF, SLICE_INIT("GIF89a\x08\x01\x7f\0\x80\0\0"), 264, 127 },
        { IMAGE_GIF, SLICE_INIT("GIF87a\x01\0\x01\0"), 1, 1 },
        { IMAGE_GIF, SLICE_INIT("GIF87a\x01\0\x05"), 1, 5 }, /* cut off: a byte will do */
        { IMAGE_GIF, SLICE_INIT("GIF87a\x01\0"), 0, 0 },
        { IMAGE_GIF, SLICE_INIT("GIF88a\x01\0\x01\0\0\0\0"), 0, 0 },
        { IMAGE_GIF, SLICE_INIT("GIF89a\0\0\x01\0\0\0\0"), 0, 0 },
        { IMAGE_GIF, SLICE_INIT(""), 0, 0 },
        { IMAGE_PNG, SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\0\0\0\x20\x08\2\0\0\0abcd"), 256,
          32 },
        /* steps of eight bytes: this chunk is not where the length of the one before says */
        { IMAGE_PNG,
          SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\x20tEXt\0\0\0\x0dIHDR\0\0\1\0\0\0\0\x20\x08\2\0\0\0abcd"), 256,
          32 },
        { IMAGE_PNG,
          SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\0IEND\0\0\0\x0dIHDR\0\0\1\0\0\0\0\x20\x08\2\0\0\0abcd"), 0, 0 },
        { IMAGE_PNG, SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\0\0\0\x20"), 0, 0 },
        { IMAGE_PNG, SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\x09\0\0\x20\1"), 256, 9 },
        { IMAGE_PNG,
          SLICE_INIT("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\0\0\0\x20"
                     "abcd"),
          256, 32 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\0\x10\0\x20\3xxx"), 32, 16 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xc4\0\4ab\xff\xc2\0\x11\x08\0\x10\0\x20"), 32, 16 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xc0\0\x11\x08\0\x10"), 0, 0 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xc0\0\x11\x08\0\x10\7"), 7, 16 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xda\0\4ab\xff\xc0\0\x11\x08\0\x10\0\x20\3xxx"), 0, 0 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xe0\0\1\xff\xc0\0\x11\x08\0\x10\0\x20\3xxx"), 0, 0 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8\xff\xe0\xff\xff"), 0, 0 },
        { IMAGE_JPEG, SLICE_INIT("\xff\xd8"), 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct image_size got = { 0 };
        bool known = image_size(rows[i].kind, rows[i].data, &got);
        if (known != (rows[i].width > 0) ||
            (known && (got.width != rows[i].width || got.height != rows[i].height)))
            fail_msg("row %zu: %u x %u", i, (unsigned)got.width, (unsigned)got.height);
    }
}

/* two GIFs, of 264 x 127 and of 10 x 20, and something that says that it is one */
#define MIXED "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext of ten bytes\n--b\n"
#define GIF(name, cte, data)                                                                                 \
    "Content-Type: image/gif; name=" name "\nContent-Transfer-Encoding: " cte "\n\n" data "\n--b\n"
#define TWO                                                                                                  \
    MIXED GIF("a.gif", "base64", "R0lGODlhCAF/AIAAAA==") GIF("\"b..gif\"", "BASE64", "R0lGODlhCgAUAIAAAA==") \
        GIF("c.gif", "base64", "bm9uZQ==") GIF("d.gif", "7bit", "GIF89a") "--\n"

static void images_are_counted_and_measured(void **state)
{
    static const struct eval_case rows[] = {
        { "image_count('gif','3','3')", TWO, 1 },
        { "image_count('all',4)", TWO, 0 },
        { "image_count('png','0','0')", TWO, 1 },
        { "pixel_coverage('gif','33728','33728')", TWO, 1 },
        { "pixel_coverage('all','33729')", TWO, 0 },
        { "image_size_exact('gif','127','264')", TWO, 1 },
        { "image_size_exact('all','127','264')", TWO, 1 },
        { "image_size_exact('png','127','264')", TWO, 0 },
        { "image_size_exact('gif','0127','264')", TWO, 0 },
        { "image_size_range('gif',100,200)", TWO, 1 },
        { "image_size_range('gif',100,200,126)", TWO, 0 },
        { "image_size_range('gif',15,5,25,15)", TWO, 1 },
        { "image_size_range('gif',15,5,25,9)", TWO, 0 },
        { "image_named('a.gif')", TWO, 1 },
        { "image_named('c.gif')", TWO, 0 },
        { "image_name_regex('^\\w+\\.\\.gif$')", TWO, 1 },
        { "image_name_regex('^c\\.gif$')", TWO, 0 },
        { "image_to_text_ratio('all','0.0001','0.01')", TWO, 1 },
        { "image_to_text_ratio('jpeg','0','1')", TWO, 0 },
        { "image_count('all',1)", "Subject: none\n\n", 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

/* up to 20 bytes of text hit: the rawbody's, not the body's, which has the Subject */
static void text_is_that_of_the_rule(void **state)
{
    static const char rules[] = "loadplugin Mail::SpamAssassin::Plugin::ImageInfo\n"
                                "rawbody A eval:image_to_text_ratio('all','0','0.00062')\n"
                                "body B eval:image_to_text_ratio('all','0','0.00062')\n";
    struct scoring_options o = { .regex_match_limit = 100000, .message_budget = 10000, .rules_max = 100 };
    struct test_message *t =
        test_message_new(SLICE(MIXED GIF("a.gif", "base64", "R0lGODlhCAF/AIAAAA==") "--\n"), NULL);
    struct finding_list found = { 0 };
    struct check c = { 0 };
    struct err e;
    (void)state;
    struct ruleset *set = ruleset_load_text(&o, slice_str(rules), "test.cf", &t->arena, NULL, &e);
    assert_non_null(set);
    assert_int_equal(set->n_tests, 2);
    c.set = set;
    c.scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    c.candidates = candidates_new(set->prefilter);
    check_begin(&c, &t->m, &found, 10000);
    for (size_t i = 0; i < 2; i++) {
        struct probe p;
        probe_run(&p, &c, set->tests[i]);
        assert_int_equal(p.value != 0, slice_eq(set->tests[i]->name, SLICE("A")));
    }
    candidates_free(&c.candidates);
    regex_scratch_free(&c.scratch);
    ruleset_free(&set);
    test_message_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(images_are_counted_and_measured),
        cmocka_unit_test(text_is_that_of_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
