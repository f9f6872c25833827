/* dovecot-auth-test.c - what Dovecot's auth server may say, in whatever pieces */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "delivery/dovecot-auth.h"

#define HELLO "VERSION\t1\t1\nSPID\t4711\n"

static enum dovecot_state play(struct dovecot_auth *d, struct slice in, size_t step, struct err *e)
{
    *e = (struct err){ 0 };
    dovecot_auth_init(d);
    for (; in.n; in = slice_from(in, step))
        dovecot_auth_feed(d, slice_sub(in, 0, step), e);
    return d->state;
}

static void the_question(void **state)
{
    struct buf out;
    buf_init(&out, 1000);
    dovecot_auth_ask(SLICE("bob@example.com"), &out);
    assert_string_equal(out.p, "VERSION\t1\t0\nUSER\t1\tbob@example.com\tservice=lmtp\n");
    buf_reset(&out);
    dovecot_auth_ask(SLICE("a\tb\nc\rd\1e"), &out);
    assert_string_equal(out.p, "VERSION\t1\t0\nUSER\t1\ta\1tb\1nc\1rd\0011e\tservice=lmtp\n");
    buf_reset(&out);
    dovecot_auth_ask(SLICE("a\0b"), &out);
    assert_non_null(strstr(out.p, "\ta\0010b\t"));
    buf_deinit(&out);
}

static void answers(void **state)
{
    static const struct {
        const char *in;
        enum dovecot_state want;
        enum err_kind kind;
        const char *says;
    } cases[] = {
        { HELLO "USER\t1\tbob\tuid=1\tgid=2\n", DOVECOT_USER, ERR_NONE, "" },
        { HELLO "USER\t1\tbob\n", DOVECOT_USER, ERR_NONE, "" },
        { HELLO "NOTFOUND\t1\n", DOVECOT_NONE, ERR_NONE, "" },
        { HELLO "NOTFOUND\t1\tuser=bob\n", DOVECOT_NONE, ERR_NONE, "" },
        { HELLO "NOTFOUND\t1\nrubbish behind it\n", DOVECOT_NONE, ERR_NONE, "" },
        { HELLO "FAIL\t1\n", DOVECOT_FAIL, ERR_RETRY, "its log" },
        { HELLO "FAIL\t1\tcode=x\treason=LDAP is away\n", DOVECOT_FAIL, ERR_RETRY, "LDAP is away" },
        { "VERSION\t1\t99\tmore\nSPID\t1\tmore\nNOTFOUND\t1\n", DOVECOT_NONE, ERR_NONE, "" },
        { "", DOVECOT_MORE, ERR_NONE, "" },
        { HELLO, DOVECOT_MORE, ERR_NONE, "" },
        { HELLO "NOTFOUND\t1", DOVECOT_MORE, ERR_NONE, "" },
        { HELLO "USER\t1\tbob\tuid=1", DOVECOT_MORE, ERR_NONE, "" },
        /* of nobody, or of another question */
        { HELLO "NOTFOUND\t2\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "NOTFOUND\t01\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "NOTFOUND\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "USER\t\tbob\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "notfound\t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "NOTFOUND \t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "NOTFOUND\t1\r\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "PASS\t1\tuser=bob\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO "USER\t1\n", DOVECOT_FAIL, ERR_RETRY, "no name" },
        { HELLO "USER\t1\t\tuid=1\n", DOVECOT_FAIL, ERR_RETRY, "no name" },
        { HELLO "SPID\t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { HELLO HELLO, DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { "NOTFOUND\t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { "VERSION\t1\t1\nNOTFOUND\t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { "SPID\t1\nVERSION\t1\t1\nNOTFOUND\t1\n", DOVECOT_FAIL, ERR_RETRY, "unexpected" },
        { "220 mx LMTP\r\n", DOVECOT_FAIL, ERR_RETRY, "\"220 mx LMTP?\"" },
        /* other protocols and sockets */
        { "VERSION\t2\t0\n", DOVECOT_FAIL, ERR_CONFIG, "version 2" },
        { "VERSION\tauth\t1\t0\n", DOVECOT_FAIL, ERR_CONFIG, "version auth" },
        { "VERSION\n", DOVECOT_FAIL, ERR_CONFIG, "version" },
        { "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\n", DOVECOT_FAIL, ERR_CONFIG, "use auth-userdb" },
        { HELLO "CUID\t1\n", DOVECOT_FAIL, ERR_CONFIG, "use auth-userdb" },
        { HELLO "COOKIE\tab\n", DOVECOT_FAIL, ERR_CONFIG, "use auth-userdb" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t step = 1; step < 80; step += 13) {
            static struct dovecot_auth d;
            struct err e;
            if (play(&d, slice_str(cases[i].in), step, &e) != cases[i].want || e.kind != cases[i].kind ||
                strstr(e.text, cases[i].says) == NULL)
                fail_msg("%s: %d, \"%s\"", cases[i].in, (int)d.state, e.text);
        }
}

static void check_field(const struct dovecot_auth *d, struct arena *a, const char *name, struct slice want)
{
    struct slice value;
    assert_true(dovecot_auth_field(d, name, a, &value));
    assert_true(slice_eq(value, want));
    assert_int_equal(value.p[value.n], 0);
}

static void fields(void **state)
{
    static struct dovecot_auth d;
    struct arena a;
    struct slice value;
    struct err e;
    arena_init(&a, 1 << 20);
    assert_int_equal(play(&d,
                          SLICE(HELLO "USER\t1\tb\1to\0011b\tuid=1\tx=a=b\tuid=2\tempty=\tnologin\t"
                                      "all=\0010\0011\1t\1r\1n\1q\tlast=\1\n"),
                          7, &e),
                     DOVECOT_USER);
    assert_true(slice_eq(dovecot_auth_user(&d, &a), SLICE("b\to\1b")));
    check_field(&d, &a, "uid", SLICE("2"));
    check_field(&d, &a, "x", SLICE("a=b"));
    check_field(&d, &a, "empty", SLICE(""));
    check_field(&d, &a, "nologin", SLICE(""));
    check_field(&d, &a, "all", SLICE("\0\1\t\r\nq"));
    check_field(&d, &a, "last", SLICE(""));
    assert_false(dovecot_auth_field(&d, "gid", &a, &value));
    assert_false(dovecot_auth_field(&d, "b\to\1b", &a, &value));
    arena_deinit(&a);
}

/* Neither a line nor a talk without end. */
static void limits(void **state)
{
    static struct dovecot_auth d;
    static char line[DOVECOT_LINE_MAX + 20];
    struct err e;
    memset(line, 'x', sizeof(line));
    memcpy(line, "USER\t1\t", 7);
    line[DOVECOT_LINE_MAX] = '\n';
    play(&d, SLICE(HELLO), 100, &e);
    assert_int_equal(dovecot_auth_feed(&d, slice_of(line, DOVECOT_LINE_MAX + 1), &e), DOVECOT_USER);
    line[DOVECOT_LINE_MAX] = 'x';
    play(&d, SLICE(HELLO), 100, &e);
    assert_int_equal(dovecot_auth_feed(&d, slice_of(line, DOVECOT_LINE_MAX), &e), DOVECOT_MORE);
    assert_int_equal(dovecot_auth_feed(&d, SLICE("x"), &e), DOVECOT_FAIL);
    assert_int_equal(e.kind, ERR_RETRY);
    assert_int_equal(dovecot_auth_feed(&d, SLICE("\nNOTFOUND\t1\n"), &e), DOVECOT_FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question),
        cmocka_unit_test(answers),
        cmocka_unit_test(fields),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
