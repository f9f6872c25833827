/* authres-test.c - Authentication-Results, read and written */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/arc-trust.h"
#include "auth/authres-write.h"
#include "auth/authres.h"

static struct arena a;
static struct authres r;

#define expect_slice(s, text)                                                                                \
    do {                                                                                                     \
        assert_int_equal((s).n, strlen(text));                                                               \
        assert_memory_equal((s).p, text, (s).n);                                                             \
    } while (0)

static void parse(const char *text)
{
    authres_parse(&r, &a, slice_str(text));
}

static void expect_property(const char *method, const char *type, const char *name, const char *value)
{
    const struct authres_result *x = authres_find(&r, method);
    assert_non_null(x);
    expect_slice(authres_property(x, type, name), value);
}

/* RFC 8601 appendix B */
static void examples_of_the_rfc(void **state)
{
    parse(" example.org 1; none");
    assert_true(!r.broken && r.n == 0);
    expect_slice(r.id, "example.org");
    parse(" example.com;\r\n  spf=pass smtp.mailfrom=example.net");
    assert_int_equal(authres_find(&r, "spf")->code, AUTH_PASS);
    expect_property("spf", "smtp", "mailfrom", "example.net");
    parse(" example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=fail "
          "smtp.mailfrom=example.net");
    assert_int_equal(r.n, 2);
    expect_property("auth", "smtp", "auth", "sender@example.net");
    parse(" example.com; dkim=fail reason=\"bad signature\"\r\n  header.i=@mail-router.example.net; "
          "dkim=pass\r\n"
          "  (good signature) header.i=@newyork.example.com");
    assert_true(!r.broken && r.n == 2);
    expect_slice(r.results[0].reason, "bad signature");
    expect_slice(authres_property(&r.results[1], "header", "i"), "@newyork.example.com");
    parse(
        " foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) "
        "fail\r\n"
        " policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting "
        "it) 1362471462");
    assert_true(!r.broken && r.n == 1);
    expect_slice(r.id, "foo.example.net");
    assert_int_equal(r.results[0].code, AUTH_FAIL);
    expect_property("dkim", "policy", "expired", "1362471462");
}

static void fields_of_others(void **state)
{
    parse(
        "mx.google.com;\r\n       dkim=pass header.i=@x.com header.s=s1 header.b=\"ab/c+=\";\r\n       "
        "spf=pass "
        "(google.com: domain of a@x.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@x.com;\r\n"
        "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=x.com");
    assert_true(!r.broken && r.n == 3);
    expect_property("dmarc", "header", "from", "x.com");
    parse("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.com; compauth=pass reason=100");
    assert_true(r.broken); /* without an id */
    parse("mail.x.com; dkim=pass (2048-bit key; unprotected) header.d=x.com header.i=@x.com header.b=Ab; "
          "dkim-atps=neutral;");
    assert_true(!r.broken && r.n == 2);
    parse("x.com; iprev=pass policy.iprev=\"2001:db8::1\"; arc=pass smtp.remote-ip=2001:db8::1");
    assert_true(!r.broken);
    expect_property("iprev", "policy", "iprev", "2001:db8::1");
    expect_property("arc", "smtp", "remote-ip", "2001:db8::1");
}

static void what_is_broken_is_flagged(void **state)
{
    static const char *const rows[] = {
        "",
        "x.com; spf",
        "x.com; =pass",
        "x.com; spf=",
        "x.com; spf=pass smtp.",
        "x.com y z; spf=pass",
        "x.com; spf=pass smtp.mailfrom=",
        "x.com; spf=pass reason=\"open",
        "x.com; spf=pass (open) )",
        "x.com; dkim=pass; none; ???",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        parse(rows[i]);
        if (!r.broken)
            fail_msg("\"%s\" is not broken", rows[i]);
    }
    parse("\"X \\\"y.com\"; spf=PASS");
    expect_slice(r.id, "x \"y.com");
    assert_int_equal(r.results[0].code, AUTH_PASS);
    parse("x.com; spf=bestguesspass");
    assert_int_equal(r.results[0].code, AUTH_NOT_RUN);
}

static void floods_are_cut(void **state)
{
    struct buf b;
    buf_init_in(&b, &a, 1 << 20);
    buf_add_str(&b, "x.com");
    for (int i = 0; i < 2000; i++)
        buf_add_str(&b, "; dkim=pass header.d=\"a\" header.i=\"\"");
    for (int i = 0; i < 2000; i++)
        buf_add_str(&b, " a.b=\"\\\"\"");
    authres_parse(&r, &a, buf_slice(&b));
    assert_true(!r.broken && r.n == AUTHRES_RESULTS_MAX);
}

/* ---- written */

static const char *written(const struct auth_results *results)
{
    struct buf b;
    buf_init_in(&b, &a, AUTHRES_WRITE_MAX);
    authres_write(&b, results, SLICE("mx.here.example"));
    assert_false(b.full);
    parse(b.p);
    assert_false(r.broken);
    expect_slice(r.id, "mx.here.example");
    return b.p;
}

static void all_methods(void **state)
{
    struct auth_signature s[] = {
        { .code = AUTH_PASS,
          .domain = SLICE("x.com"),
          .selector = SLICE("s1"),
          .identity = SLICE("@x.com"),
          .algorithm = SLICE("rsa-sha256"),
          .start = SLICE("AbC/+123"),
          .key_bits = 2048 },
        { .code = AUTH_FAIL, .domain = SLICE("y.com"), .reason = SLICE("body changed") }
    };
    struct auth_results in = {
        .client = { .address = SLICE("2001:db8::1"), .helo = SLICE("h.x.com"), .sender = SLICE("a@x.com") },
        .spf = { .code = AUTH_SOFTFAIL, .identity = SLICE("a@x.com"), .reason = SLICE("x.com: ~all") },
        .n_signatures = 2,
        .signatures = s,
        .dmarc = { .code = AUTH_FAIL,
                   .from = SLICE("z.com"),
                   .applied = DMARC_POLICY_REJECT,
                   .reason = SLICE("neither") },
        .arc = { .code = AUTH_PASS, .sets = 1 },
    };
    assert_string_equal(written(&in),
                        "mx.here.example;\n"
                        "\tspf=softfail reason=\"x.com: ~all\" smtp.mailfrom=a@x.com;\n"
                        "\tdmarc=fail reason=neither header.from=z.com policy.dmarc=reject;\n"
                        "\tarc=pass header.oldest-pass=0 smtp.remote-ip=\"2001:db8::1\";\n"
                        "\tdkim=pass (2048-bit key) header.d=x.com header.i=@x.com header.s=s1\n"
                        "\theader.a=rsa-sha256 header.b=\"AbC/+123\";\n"
                        "\tdkim=fail reason=\"body changed\" header.d=y.com");
    assert_int_equal(r.n, 5);
    expect_property("dkim", "header", "b", "AbC/+123");
}

static void nothing_was_run(void **state)
{
    static const struct auth_results none;
    assert_string_equal(written(&none), "mx.here.example; none");
}

static void null_sender_is_by_helo(void **state)
{
    const struct auth_results in = { .client = { .helo = SLICE("h.x.com") },
                                     .spf = { .code = AUTH_PASS, .identity = SLICE("postmaster@h.x.com") } };
    assert_string_equal(written(&in), "mx.here.example;\n\tspf=pass smtp.helo=h.x.com");
}

static void strangers_cannot_write_results(void **state)
{
    const struct auth_results in = {
        .client = { .sender = SLICE("x") },
        .spf = { .code = AUTH_FAIL,
                 .identity = SLICE("a\"; dkim=pass (\\\n\tb@x.com;dmarc=pass"),
                 .reason = SLICE("\xff; none") },
    };
    written(&in);
    assert_int_equal(r.n, 1);
    expect_property("spf", "smtp", "mailfrom", "a\"; dkim=pass (\\??b@x.com;dmarc=pass");
    expect_slice(r.results[0].reason, "?; none");
}

static void long_values_keep_their_cap(void **state)
{
    struct auth_signature s[AUTH_SIGNATURES_MAX];
    struct auth_results in = { .n_signatures = AUTH_SIGNATURES_MAX, .signatures = s };
    char text[1000];
    memset(text, '"', sizeof(text));
    struct slice l = slice_of(text, sizeof(text));
    for (size_t i = 0; i < AUTH_SIGNATURES_MAX; i++)
        s[i] = (struct auth_signature){ .code = AUTH_FAIL,
                                        .domain = l,
                                        .selector = l,
                                        .identity = l,
                                        .algorithm = l,
                                        .start = l,
                                        .reason = l };
    written(&in);
    assert_true(r.n > 0);
}

/* ---- a sealer that is trusted */

static struct auth_results sealed(const char *results)
{
    return (struct auth_results){
        .dmarc = { .code = AUTH_FAIL,
                   .from = SLICE("x.com"),
                   .policy = DMARC_POLICY_REJECT,
                   .applied = DMARC_POLICY_REJECT },
        .arc = { .code = AUTH_PASS, .domain = SLICE("lists.example"), .results = slice_str(results) }
    };
}

static void a_trusted_seal_spares_a_message(void **state)
{
    static const char *const names[] = { "other.example", "Lists.Example" };
    const struct conf_list trusted = { names, 2 };
    static const char good[] = " lists.example; spf=fail; dmarc=pass header.from=X.com";
    static const char *const bad[] = {
        " lists.example; dmarc=pass header.from=y.com",
        " lists.example; dmarc=fail header.from=x.com",
        " lists.example; dmarc=pass",
        " lists.example; dkim=pass header.d=x.com",
        " lists.example; dmarc=pass header.from=x.com; ???",
        "",
    };
    struct auth_results in = sealed(good);
    arc_trust(&a, &trusted, &in);
    assert_int_equal(in.dmarc.applied, DMARC_POLICY_NONE);
    assert_int_equal(in.dmarc.code, AUTH_FAIL);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        in = sealed(bad[i]);
        arc_trust(&a, &trusted, &in);
        assert_int_equal(in.dmarc.applied, DMARC_POLICY_REJECT);
    }
    in = sealed(good);
    in.arc.code = AUTH_FAIL;
    arc_trust(&a, &trusted, &in);
    assert_int_equal(in.dmarc.applied, DMARC_POLICY_REJECT);
    in = sealed(good);
    arc_trust(&a, &(struct conf_list){ names, 1 }, &in);
    assert_int_equal(in.dmarc.applied, DMARC_POLICY_REJECT);
}

static int setup(void **state)
{
    arena_init(&a, 64 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_rfc),
        cmocka_unit_test(fields_of_others),
        cmocka_unit_test(what_is_broken_is_flagged),
        cmocka_unit_test(floods_are_cut),
        cmocka_unit_test(all_methods),
        cmocka_unit_test(nothing_was_run),
        cmocka_unit_test(null_sender_is_by_helo),
        cmocka_unit_test(strangers_cannot_write_results),
        cmocka_unit_test(long_values_keep_their_cap),
        cmocka_unit_test(a_trusted_seal_spares_a_message),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
