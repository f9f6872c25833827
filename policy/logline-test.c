/* logline-test.c - the one line a message leaves in the log */
#include "policy/test-fixture.h"

#include "base/log.h"
#include "policy/logline.h"

static const char *line_of(struct fixture *x, struct slice id, const struct envelope *env)
{
    static struct auth_signature signatures[] = { { .code = AUTH_FAIL }, { .code = AUTH_PASS } };
    static const struct auth_results auth = { .spf = { .code = AUTH_SOFTFAIL },
                                              .n_signatures = 2,
                                              .signatures = signatures };
    static const struct logline_numbers numbers = {
        1234, 2.75, 3, 40, 1, NULL, SLICE_INIT("dkim=example.com/s1"), &auth
    };
    struct buf b;
    buf_init_in(&b, &x->arena, 64 * 1024);
    decide(x, false);
    logline_make(&b, id, env, &x->v, &numbers, x->o.mode == MODE_OBSERVE);
    return b.p;
}

static void everything_is_there(void **state)
{
    struct slice rcpts[] = { SLICE("a@example.com"), SLICE("b@example.com") };
    struct envelope env = { .client_address = SLICE("192.0.2.1"),
                            .helo = SLICE("mx.example.net"),
                            .sender = SLICE("s@example.net"),
                            .recipients = rcpts,
                            .n_recipients = 2,
                            .recipients_total = 9 };
    struct fixture x;
    fixture_init(&x);
    add_rule(&x, 3, "PILLS", "cheap");
    add_rule(&x, 3.1, "HTML_ONLY", "");
    add_class(&x, CLASS_UNCHECKED_LIMIT, "parts", "part 3");
    assert_string_equal(
        line_of(&x, SLICE("4Xyz1"), &env),
        "id=4Xyz1 client=192.0.2.1 helo=\"mx.example.net\" from=\"s@example.net\" "
        "to=\"a@example.com\" rcpts=9 size=1234 class=unchecked/limit action=quarantine "
        "score=6.1 required=5.0 rules=PILLS,HTML_ONLY reasons=unchecked/limit:parts "
        "auth=spf:softfail,dkim:pass dkim=example.com/s1 cpu_ms=2.8 wait_ms=3 ms=40 tries=1 mode=enforce");
    fixture_deinit(&x);
}

static void little_is_known_of_a_local_message(void **state)
{
    struct envelope env = { 0 };
    struct fixture x;
    fixture_init(&x);
    x.o.mode = MODE_OBSERVE;
    add_class(&x, CLASS_BANNED, "exe", "");
    add_class(&x, CLASS_VIRUS, "Eicar", "");
    assert_string_equal(line_of(&x, SLICE(""), &env),
                        "id=\"\" client=local helo=\"\" from=\"\" to=\"\" rcpts=0 size=1234 class=virus "
                        "action=reject+quarantine score=0.0 required=5.0 rules=- "
                        "reasons=banned:exe,virus:Eicar auth=spf:softfail,dkim:pass dkim=example.com/s1 "
                        "cpu_ms=2.8 wait_ms=3 ms=40 tries=1 mode=observe");
    fixture_deinit(&x);
}

static void nobody_outside_writes_fields_or_lines(void **state)
{
    struct slice rcpts[] = { SLICE("x\"@y mode=observe") };
    struct envelope env = { .client_address = SLICE("1.2.3.4 class=clean"),
                            .helo = SLICE("a\r\nid=1"),
                            .sender = SLICE("\x1b[2J"),
                            .recipients = rcpts,
                            .n_recipients = 1 };
    struct fixture x;
    fixture_init(&x);
    add_rule(&x, 1, "A,B=\"C\"", "");
    const char *line = line_of(&x, SLICE("1 class=clean"), &env);
    assert_non_null(strstr(line,
                           "id=\"1 class=clean\" client=\"1.2.3.4 class=clean\" helo=\"a\\x0d\\x0aid=1\" "
                           "from=\"\\x1b[2J\" to=\"x\\\"@y mode=observe\" rcpts=1 "));
    assert_non_null(strstr(line, " rules=A?B??C? auth="));
    fixture_deinit(&x);
}

static void the_numbers_survive_the_worst(void **state)
{
    static char evil[5000];
    memset(evil, 1, sizeof(evil));
    struct slice bad = slice_of(evil, sizeof(evil)), rcpts[] = { bad };
    struct envelope env = {
        .client_address = bad, .helo = bad, .sender = bad, .recipients = rcpts, .n_recipients = 1
    };
    struct fixture x;
    fixture_init(&x);
    for (int i = 0; i < 3000; i++) {
        char name[FINDING_NAME_MAX + 1];
        snprintf(name, sizeof(name), "R%0*d", i % (FINDING_NAME_MAX - 1) + 1, i);
        add_rule(&x, 99999, name, "");
        if (i % 10 == 0)
            add_class(&x, CLASS_UNCHECKED_LIMIT, name, "");
    }
    struct slice line = slice_str(line_of(&x, bad, &env));
    assert_true(line.n < LOG_LINE_MAX - 5);
    assert_true(slice_iends(line, SLICE(" tries=1 mode=enforce")));
    assert_true(slice_find(line, SLICE(",+2")) > 0);
    fixture_deinit(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_there),
        cmocka_unit_test(little_is_known_of_a_local_message),
        cmocka_unit_test(nobody_outside_writes_fields_or_lines),
        cmocka_unit_test(the_numbers_survive_the_worst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
