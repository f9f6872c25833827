/* nearest-test.c - which word was meant */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/nearest.h"

static void assert_meant(const char *word, const char *meant)
{
    static const char *const words[] = { "score", "header", "rawbody", "trusted_networks", "uri" };
    struct nearest n;
    nearest_init(&n, slice_str(word));
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        nearest_try(&n, slice_str(words[i]));
    if (!slice_eq(n.best, slice_str(meant)))
        fail_msg("%s: \"%.*s\"", word, SLICE_ARG(n.best));
}

static void a_slip_is_mended(void **state)
{
    (void)state;
    assert_meant("hedaer", "header");
    assert_meant("scor", "score");
    assert_meant("scoree", "score");
    assert_meant("trusted_netwrks", "trusted_networks");
    assert_meant("trustd_netwokrs", "trusted_networks");
    assert_meant("rawboby", "rawbody");
    assert_meant("uri", "uri");
}

static void another_word_is_like_nothing(void **state)
{
    (void)state;
    assert_meant("", "");
    assert_meant("subject", "");
    assert_meant("ab", "");
    assert_meant("a_word_that_is_longer_than_any_name_of_a_directive_could_be", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_is_mended),
        cmocka_unit_test(another_word_is_like_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
