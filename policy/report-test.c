/* report-test.c - a verdict as JSON, read back by a JSON library */
#include "policy/test-fixture.h"

#include <jansson.h>
#include "policy/report.h"

static json_t *report(struct fixture *x, const char *file)
{
    struct buf b;
    json_error_t e;
    buf_init_in(&b, &x->arena, 8 << 20);
    decide(x, false);
    report_json(&b, file, &x->v, NULL, 1.5);
    assert_false(b.full);
    assert_int_equal(b.p[b.n - 1], '\n');
    assert_int_equal(slice_chr(buf_slice(&b), '\n'), (ptrdiff_t)b.n - 1);
    json_t *j = json_loadb(b.p, b.n, 0, &e);
    if (j == NULL)
        fail_msg("%s: %s", e.text, b.p);
    return j;
}

static const char *dump(json_t *root, const char *key)
{
    static char text[2000];
    json_t *j = json_object_get(root, key);
    assert_non_null(j);
    size_t n = json_dumpb(j, text, sizeof(text) - 1, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    assert_true(n < sizeof(text));
    text[n] = 0;
    return text;
}

static void every_key_is_there(void **state)
{
    struct fixture x;
    fixture_init(&x);
    add_rule(&x, 2.6, "PILLS", "cheap");
    add_rule(&x, 2.5, "HTML", "");
    finding_add(&x.findings, &x.arena, FINDING_SUBRULE, CLASS_CLEAN, 0, SLICE("__ONE"), SLICE(""));
    finding_add(&x.findings, &x.arena, FINDING_SUBRULE, CLASS_CLEAN, 0, SLICE("__MANY"), SLICE(""))->count =
        7;
    add_class(&x, CLASS_VIRUS, "Eicar", "");
    add_class(&x, CLASS_UNCHECKED_LIMIT, "parts", "part \xff 3");
    json_t *j = report(&x, "dir/a \"file\"");
    assert_string_equal(dump(j, "file"), "\"dir/a \\\"file\\\"\"");
    assert_true(json_real_value(json_object_get(j, "score")) == 5.1);
    assert_string_equal(dump(j, "required"), "5");
    assert_string_equal(dump(j, "class"), "\"virus\"");
    assert_string_equal(dump(j, "classes"), "[\"spammy\",\"unchecked/limit\",\"virus\"]");
    assert_string_equal(dump(j, "action"), "\"reject\"");
    assert_int_equal(json_array_size(json_object_get(j, "hits")), 2);
    json_t *hit = json_array_get(json_object_get(j, "hits"), 0);
    assert_string_equal(json_string_value(json_object_get(hit, "rule")), "PILLS");
    assert_true(json_real_value(json_object_get(hit, "score")) == 2.6);
    assert_string_equal(dump(j, "subrules"), "[\"__ONE\",\"__MANY*7\"]");
    assert_string_equal(dump(j, "virus"), "[\"Eicar\"]");
    assert_string_equal(dump(j, "bayes"), "null");
    assert_string_equal(
        dump(j, "findings"),
        "[{\"class\":\"unchecked/limit\",\"detail\":\"part \xef\xbf\xbd 3\",\"reason\":\"parts\"}]");
    assert_string_equal(dump(j, "cpu_ms"), "1.5");
    json_decref(j);
    fixture_deinit(&x);
}

static void clean_mail_is_a_set_of_one(void **state)
{
    struct fixture x;
    fixture_init(&x);
    json_t *j = report(&x, "-");
    assert_string_equal(dump(j, "class"), "\"clean\"");
    assert_string_equal(dump(j, "classes"), "[\"clean\"]");
    assert_string_equal(dump(j, "hits"), "[]");
    assert_string_equal(dump(j, "score"), "0");
    json_decref(j);
    fixture_deinit(&x);
}

static void any_byte_makes_valid_json(void **state)
{
    struct fixture x;
    fixture_init(&x);
    char name[256];
    for (int i = 0; i < 255; i++)
        name[i] = (char)(255 - i);
    name[255] = 0;
    json_t *j = report(&x, name);
    assert_non_null(json_object_get(j, "file"));
    json_decref(j);
    fixture_deinit(&x);
}

static void results_of_authentication(void **state)
{
    struct auth_signature s = {
        .code = AUTH_PASS, .domain = SLICE("x.com"), .selector = SLICE("s"), .key_bits = 2048, .aligned = true
    };
    const struct auth_results r = { .spf = { .code = AUTH_FAIL, .reason = SLICE("say \"no\"") },
                                    .n_signatures = 1,
                                    .signatures = &s,
                                    .dmarc = { .code = AUTH_PASS, .policy = DMARC_POLICY_REJECT } };
    struct fixture x;
    struct buf b;
    json_error_t e;
    fixture_init(&x);
    decide(&x, false);
    buf_init_in(&b, &x.arena, 1 << 20);
    report_json(&b, "f", &x.v, &r, 0);
    json_t *j = json_loadb(b.p, b.n, 0, &e);
    assert_non_null(j);
    json_t *auth = json_object_get(j, "auth");
    assert_string_equal(dump(json_object_get(auth, "spf"), "reason"), "\"say \\\"no\\\"\"");
    assert_string_equal(dump(auth, "spf_helo"), "null");
    assert_string_equal(dump(json_array_get(json_object_get(auth, "dkim"), 0), "aligned"), "true");
    assert_string_equal(dump(json_object_get(auth, "dmarc"), "policy"), "\"reject\"");
    assert_string_equal(dump(auth, "arc"), "null");
    json_decref(j);
    fixture_deinit(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_there),
        cmocka_unit_test(clean_mail_is_a_set_of_one),
        cmocka_unit_test(results_of_authentication),
        cmocka_unit_test(any_byte_makes_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
