/* strip-test.c - which inbound fields are removed */
#include "policy/test-fixture.h"

#include "policy/strip.h"

#define AR "Authentication-Results"

static void reserved_names_go_whatever_their_case(void **state)
{
    static const struct {
        struct slice name;
        bool gone;
    } cases[] = {
        { SLICE_INIT("X-Spam-Flag"), true },
        { SLICE_INIT("x-SPAM-flag"), true },
        { SLICE_INIT("X-Spam-Status \t"), true },
        { SLICE_INIT("X-Spam-"), true },
        { SLICE_INIT("X-Virus-Status"), true },
        { SLICE_INIT("x-tamis-verdict"), true },
        { SLICE_INIT("X-Spam"), false },
        { SLICE_INIT("X-Spammer"), false },
        { SLICE_INIT("XX-Spam-Flag"), false },
        { SLICE_INIT("Subject"), false },
        { SLICE_INIT(""), false },
        { SLICE_INIT(" "), false },
        { SLICE_INIT("X-Spam-\xc3\xbc"), true },
    };
    struct fixture x;
    fixture_init(&x);
    for (size_t i = 0; i < ROWS_OF(cases); i++)
        assert_int_equal(strip_matches(&x.o, SLICE("mx.example.com"), cases[i].name, SLICE(" YES")),
                         cases[i].gone);
    fixture_deinit(&x);
}

static void own_list_of_names(void **state)
{
    static const char *const names[] = { "X-Secret", "X-*", "*" };
    struct fixture x;
    fixture_init(&x);
    x.o.remove_headers = (struct conf_list){ names, 1 };
    assert_true(strip_matches(&x.o, SLICE(""), SLICE("x-secret"), SLICE("")));
    assert_false(strip_matches(&x.o, SLICE(""), SLICE("X-Spam-Flag"), SLICE("")));
    x.o.remove_headers.n = 2;
    assert_true(strip_matches(&x.o, SLICE(""), SLICE("X-Spam-Flag"), SLICE("")));
    x.o.remove_headers.n = 0;
    assert_false(strip_matches(&x.o, SLICE(""), SLICE("X-Spam-Flag"), SLICE("")));
    assert_true(strip_matches(&x.o, SLICE(""), SLICE("x-tamis-release "), SLICE("")));
    fixture_deinit(&x);
}

static void results_with_our_own_name_are_forged(void **state)
{
    static const struct {
        const char *value;
        bool gone;
    } cases[] = {
        { " mx.example.com; spf=pass", true },
        { " MX.Example.COM;spf=pass", true },
        { " mx.example.com 1; spf=pass", true },
        { " mx.example.com. 1; spf=pass", true },
        { "\n\tmx.example.com;\n\tspf=pass", true },
        { " (a comment) mx.example.com (another); none", true },
        { " (nested (twice) \\) still) mx.example.com; none", true },
        { " mx.example.com(glued); none", true },
        { " \"mx.example.com\"; none", true },
        { " \"mx.exam\\ple.com\"; none", true },
        { " mx.example.com", true },
        { " mx.example.com.evil.test; spf=pass", false },
        { " other.example.com; spf=pass", false },
        { " xmx.example.com; spf=pass", false },
        { " \"mx.example.com evil\"; none", false },
        { " (mx.example.com) other; none", false },
        { " (open mx.example.com; none", false },
        { " ; mx.example.com", false },
        { "", false },
        { " ", false },
        { " \"", false },
        { " (((((((", false },
        { " (\\", false },
    };
    struct fixture x;
    fixture_init(&x);
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct slice value = slice_str(cases[i].value);
        assert_int_equal(strip_matches(&x.o, SLICE("mx.example.com"), SLICE(AR), value), cases[i].gone);
        assert_int_equal(
            strip_matches(&x.o, SLICE("mx.example.com."), SLICE("authentication-results "), value),
            cases[i].gone);
    }
    fixture_deinit(&x);
}

static void configured_id_wins_and_no_name_matches_nothing(void **state)
{
    struct fixture x;
    fixture_init(&x);
    assert_false(strip_matches(&x.o, SLICE(""), SLICE(AR), SLICE("")));
    assert_false(strip_matches(&x.o, SLICE(""), SLICE(AR), SLICE(" ; none")));
    x.o.authserv_id = "example.org";
    assert_true(strip_matches(&x.o, SLICE("mx.example.com"), SLICE(AR), SLICE(" example.org; none")));
    assert_false(strip_matches(&x.o, SLICE("mx.example.com"), SLICE(AR), SLICE(" mx.example.com; none")));
    fixture_deinit(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_names_go_whatever_their_case),
        cmocka_unit_test(own_list_of_names),
        cmocka_unit_test(results_with_our_own_name_are_forged),
        cmocka_unit_test(configured_id_wins_and_no_name_matches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
