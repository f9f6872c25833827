/* names-test.c - what the names of signatures mean, and what is written of them */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "clamglue/hits.h"

static const struct {
    const char *name;
    enum finding_kind kind;
    enum verdict_class class;
    const char *reason; /* NULL: the signature's name */
} meanings[] = {
    { "Win.Test.EICAR_HDB-1", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { "Tamis.Test.Eicar.UNOFFICIAL", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { "Sanesecurity.Junk.1.UNOFFICIAL", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { "heuristics.limits.small", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { "", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { ".UNOFFICIAL", FINDING_VIRUS, CLASS_VIRUS, NULL },
    { "Heuristics.Limits.Exceeded.MaxRecursion", FINDING_CLASS, CLASS_UNCHECKED_LIMIT,
      "virus_limit_recursion" },
    { "Heuristics.Limits.Exceeded.MaxFiles", FINDING_CLASS, CLASS_UNCHECKED_LIMIT, "virus_limit_files" },
    { "Heuristics.Limits.Exceeded.MaxFileSize", FINDING_CLASS, CLASS_UNCHECKED_LIMIT,
      "virus_limit_file_size" },
    { "Heuristics.Limits.Exceeded.MaxScanSize", FINDING_CLASS, CLASS_UNCHECKED_LIMIT,
      "virus_limit_scan_size" },
    { "Heuristics.Limits.Exceeded.MaxScanTime", FINDING_CLASS, CLASS_UNCHECKED_LIMIT, "virus_limit_time" },
    { "Heuristics.Limits.Exceeded.SomethingNew", FINDING_CLASS, CLASS_UNCHECKED_LIMIT, "virus_limit" },
    { "Heuristics.Encrypted.Zip", FINDING_CLASS, CLASS_UNCHECKED_ENCRYPTED, "encrypted" },
    { "Heuristics.Encrypted.PDF", FINDING_CLASS, CLASS_UNCHECKED_ENCRYPTED, "encrypted" },
    { "Heuristics.Zip.OverlappingFiles", FINDING_CLASS, CLASS_UNCHECKED_AMBIGUOUS, "zip_overlapping" },
    { "Heuristics.Phishing.Email.SSL-Spoof", FINDING_RULE, CLASS_CLEAN, NULL },
    { "Heuristics.OLE2.ContainsMacros.VBA", FINDING_RULE, CLASS_CLEAN, NULL },
    { "PUA.Win.Packer.Upx-49", FINDING_RULE, CLASS_CLEAN, NULL },
    { "PUA.Custom.UNOFFICIAL", FINDING_RULE, CLASS_CLEAN, NULL },
};

static void a_name_has_a_meaning(void **state)
{
    const struct conf_list none = { NULL, 0 };
    struct name_meaning m;
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        name_meaning(&none, slice_str(meanings[i].name), &m);
        if (m.kind != meanings[i].kind || m.class != meanings[i].class)
            fail_msg("%s: kind %d class %d", meanings[i].name, (int)m.kind, (int)m.class);
        if (meanings[i].reason)
            assert_string_equal(m.reason, meanings[i].reason);
        else
            assert_null(m.reason);
        assert_true(m.score == 0);
    }
}

static void the_admins_rows_come_first(void **state)
{
    const char *const rows[] = { "Sanesecurity.Spam.*=2.5", "Sanesecurity.*=-1", "*.Macro.*=unsupported",
                                 "Exact.Name=encrypted",    "PUA.*=virus",       "Big.*=limit" };
    const struct conf_list list = { rows, sizeof(rows) / sizeof(rows[0]) };
    struct name_meaning m;
    name_meaning(&list, SLICE("Sanesecurity.Spam.12.UNOFFICIAL"), &m);
    assert_true(m.kind == FINDING_RULE && m.score == 2.5);
    name_meaning(&list, SLICE("Sanesecurity.Malware.1.UNOFFICIAL"), &m);
    assert_true(m.kind == FINDING_RULE && m.score == -1);
    name_meaning(&list, SLICE("Doc.Macro.Dropper-1"), &m);
    assert_int_equal(m.class, CLASS_UNCHECKED_UNSUPPORTED);
    name_meaning(&list, SLICE("Exact.Name"), &m);
    assert_int_equal(m.class, CLASS_UNCHECKED_ENCRYPTED);
    name_meaning(&list, SLICE("Exact.Name2"), &m);
    assert_int_equal(m.kind, FINDING_VIRUS);
    name_meaning(&list, SLICE("PUA.Win"), &m);
    assert_int_equal(m.kind, FINDING_VIRUS);
    name_meaning(&list, SLICE("Big.One"), &m);
    assert_int_equal(m.class, CLASS_UNCHECKED_LIMIT);
    name_meaning(&list, SLICE("Heuristics.Limits.Exceeded.MaxFiles"), &m); /* ours are behind */
    assert_int_equal(m.class, CLASS_UNCHECKED_LIMIT);
}

static void a_row_that_says_nothing_is_refused(void **state)
{
    static const char *const bad[] = { "",     "x",       "=virus", "a=",     "a=clean",
                                       "a=1x", "a=nan",   "a=inf",  "a=1e99", "a=0x",
                                       "a= 1", "a=VIRUS", "a=1 ",   "a=--1",  "a=ignore" };
    struct name_meaning m;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (name_rule_read(slice_str(bad[i]), NULL, &m))
            fail_msg("\"%s\" is read as a row", bad[i]);
    assert_true(name_rule_read(SLICE("a=b=virus"), NULL, &m) == false);
    assert_true(name_rule_read(SLICE("*=0"), NULL, &m));
    assert_true(name_rule_read(SLICE("*=-.5"), NULL, &m) && m.score == -0.5);
}

static void a_pattern_with_many_stars_ends(void **state)
{
    char pattern[300], name[300];
    for (size_t i = 0; i + 1 < sizeof(pattern); i++)
        pattern[i] = i % 2 ? '*' : 'a';
    memcpy(pattern + sizeof(pattern) - 10, "b=virus", 8);
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = 0;
    const char *const rows[] = { pattern };
    const struct conf_list list = { rows, 1 };
    struct name_meaning m;
    name_meaning(&list, slice_str(name), &m);
    assert_int_equal(m.kind, FINDING_VIRUS);
}

static const struct {
    struct slice name;
    const char *clean;
} cleaned[] = {
    { SLICE_INIT("Win.Trojan-1/2:x+y"), "Win.Trojan-1/2:x+y" },
    { SLICE_INIT("a\r\nX-Spam: no"), "a__X-Spam:_no" },
    { SLICE_INIT("100%s%n"), "100_s_n" },
    { SLICE_INIT("\x1b[31m\0\xff"), "__31m__" },
    { SLICE_INIT("a b;c,d\"e\"<f>"), "a_b_c_d_e__f_" },
    { SLICE_INIT(""), "?" },
};

static void a_name_becomes_harmless(void **state)
{
    char out[NAME_CLEAN_MAX], is_long[1000];
    for (size_t i = 0; i < sizeof(cleaned) / sizeof(cleaned[0]); i++) {
        name_clean(out, cleaned[i].name);
        assert_string_equal(out, cleaned[i].clean);
    }
    memset(is_long, 'x', sizeof(is_long));
    name_clean(out, slice_of(is_long, sizeof(is_long)));
    assert_int_equal(strlen(out), NAME_CLEAN_MAX - 1);
}

static struct hits hits;

static void the_same_hit_is_kept_once(void **state)
{
    const struct conf_list none = { NULL, 0 };
    hits_reset(&hits);
    hits_signature(&hits, &none, "A.B", "part 1");
    hits_signature(&hits, &none, "A.B", "part 2");
    hits_signature(&hits, &none, "A.C", "part 2");
    hits_class(&hits, CLASS_UNCHECKED_LIMIT, "A.B", "part 1");
    hits_add(&hits, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("type"), "part 1");
    hits_add(&hits, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("type"), "part 2");
    assert_int_equal(hits.n, 5);
    assert_string_equal(hits.v[0].where, "part 1");
    assert_false(hits.more);
}

static void a_flood_hides_no_class(void **state)
{
    const struct conf_list none = { NULL, 0 };
    struct finding_list list = { 0 };
    struct arena a;
    char name[40];
    hits_reset(&hits);
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof(name), "PUA.Flood.%d", i);
        hits_signature(&hits, &none, name, "part 1");
    }
    hits_signature(&hits, &none, "Heuristics.Encrypted.Zip", "part 2");
    hits_signature(&hits, &none, "Real.Virus", "part 3");
    hits_signature(&hits, &none, "Real.Virus-2", "part 3");
    arena_init(&a, 1 << 20);
    hits_tell(&hits, &a, &list);
    assert_int_equal(list.classes, CLASS_BIT(CLASS_VIRUS) | CLASS_BIT(CLASS_UNCHECKED_ENCRYPTED) |
                                       CLASS_BIT(CLASS_UNCHECKED_LIMIT));
    assert_int_equal(list.n, HITS_MAX + 3);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_a_meaning),
        cmocka_unit_test(the_admins_rows_come_first),
        cmocka_unit_test(a_row_that_says_nothing_is_refused),
        cmocka_unit_test(a_pattern_with_many_stars_ends),
        cmocka_unit_test(a_name_becomes_harmless),
        cmocka_unit_test(the_same_hit_is_kept_once),
        cmocka_unit_test(a_flood_hides_no_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
