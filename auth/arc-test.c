/* arc-test.c - chains that are made, broken, put out of order, or too long */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/arc-seal.h"
#include "auth/arc-verify.h"
#include "auth/dkim-fixture.h"

static struct dkim_private *ed25519, *rsa;

static int make_keys(void **state)
{
    struct err e;
    rsa = dkim_private_make(KEY_RSA, 1024, &e);
    ed25519 = dkim_private_make(KEY_ED25519, 0, &e);
    return rsa && ed25519 ? 0 : -1;
}

static int free_keys(void **state)
{
    dkim_private_free(&rsa);
    dkim_private_free(&ed25519);
    return 0;
}

static const char mail[] = "From: Bob <bob@example.com>\r\n"
                           "To: list@example.net\r\n"
                           "Subject: Hello\r\n"
                           "\r\n"
                           "One line\r\n";

static void begin(struct fixture *f)
{
    fixture_init(f);
    fixture_record(f, "r._domainkey.example.net", fixture_public(f, rsa, "v=DKIM1"));
    fixture_record(f, "e._domainkey.example.net", fixture_public(f, ed25519, "v=DKIM1"));
}

static struct auth_arc look(struct fixture *f, struct slice text)
{
    struct auth_arc r;
    struct dns *d = fixture_dns(f);
    struct arc_check *check = arc_begin(&f->a, fixture_mail(f, text));
    arc_ask(check, d);
    arc_verify(check, d, f->crypto, &r);
    return r;
}

/* With a set on top, or as it was where there can be none. */
static struct slice sealed(struct fixture *f, struct slice text, bool with_rsa, enum auth_code state,
                           bool *done)
{
    struct dkim_mail *m = fixture_mail(f, text);
    struct arc_sealing s = { .signing = { .key = with_rsa ? rsa : ed25519,
                                          .domain = SLICE("example.net"),
                                          .selector = with_rsa ? SLICE("r") : SLICE("e"),
                                          .header_canon = CANON_RELAXED,
                                          .body_canon = CANON_RELAXED,
                                          .now = FIXTURE_NOW,
                                          .fields = SLICE("from:to:subject") },
                             .state = state,
                             .results = SLICE("mx.example.net; spf=pass\n\tsmtp.mailfrom=bob@example.com") };
    struct arc_values v;
    const char *why;
    *done = arc_seal(&v, &f->a, f->crypto, m->header, m->fields, &m->bodies, &s, &why);
    if (!*done)
        return text;
    return arena_printf(
        &f->a, "ARC-Seal: %.*s\r\nARC-Message-Signature: %.*s\r\nARC-Authentication-Results: %.*s\r\n%.*s",
        SLICE_ARG(v.seal), SLICE_ARG(v.message), SLICE_ARG(v.results), SLICE_ARG(text));
}

static struct slice chain_of(struct fixture *f, size_t n)
{
    struct slice text = slice_str(mail);
    bool done;
    for (size_t i = 0; i < n; i++) {
        text = sealed(f, text, i % 2, i ? AUTH_PASS : AUTH_NONE, &done);
        assert_true(done);
    }
    return text;
}

static struct slice replaced(struct fixture *f, struct slice text, const char *old, const char *new)
{
    ptrdiff_t at = slice_find(text, slice_str(old));
    assert_true(at >= 0);
    struct slice tail = slice_from(text, (size_t)at + strlen(old));
    return arena_printf(&f->a, "%.*s%s%.*s", (int)at, text.p, new, SLICE_ARG(tail));
}

static void expect(struct fixture *f, struct slice text, enum auth_code code, const char *reason)
{
    struct auth_arc r = look(f, text);
    if (r.code != code || (reason && !slice_eq(r.reason, slice_str(reason))))
        print_error("%s (%.*s), not %s (%s)\n", auth_code_name(r.code), SLICE_ARG(r.reason),
                    auth_code_name(code), reason ? reason : "any");
    assert_int_equal(r.code, code);
    if (reason)
        assert_true(slice_eq(r.reason, slice_str(reason)));
}

static void chains_that_are_good(void **state)
{
    for (size_t n = 0; n < 5; n++) {
        struct fixture f;
        begin(&f);
        struct auth_arc r = look(&f, chain_of(&f, n));
        assert_int_equal(r.code, n ? AUTH_PASS : AUTH_NONE);
        assert_int_equal(r.sets, n);
        assert_int_equal(r.oldest_pass, 0);
        assert_true(n == 0 || slice_eq(r.domain, SLICE("example.net")));
        assert_true(n == 0 || slice_istarts(r.results, SLICE("mx.example.net;")));
        fixture_deinit(&f);
    }
}

/* A list may change what it sends on: the sets before are then good only as seals. */
static void changed_between(void **state)
{
    struct fixture f;
    bool done;
    begin(&f);
    struct slice text = replaced(&f, chain_of(&f, 1), "Subject: Hello", "Subject: [list] Hello");
    expect(&f, text, AUTH_FAIL, "set 1: its signature: the signature is not good");
    text = sealed(&f, text, true, AUTH_PASS, &done);
    assert_true(done);
    text = sealed(&f, text, true, AUTH_PASS, &done);
    struct auth_arc r = look(&f, text);
    assert_int_equal(r.code, AUTH_PASS);
    assert_int_equal(r.oldest_pass, 2);
    expect(&f, replaced(&f, text, "One line", "Two lines"), AUTH_FAIL,
           "set 3: its signature: the body was changed");
    expect(&f, replaced(&f, text, "spf=pass", "spf=fail"), AUTH_FAIL,
           "set 3: its seal: the signature is not good");
    fixture_deinit(&f);
}

static void no_chain(void **state)
{
    static const struct {
        const char *old, *new, *reason;
    } cases[] = {
        { "ARC-Seal: i=2", "X: i=2", "set 2: a field of a set is missing" },
        { "ARC-Seal: i=1", "X: i=2", "set 1: a field of a set is missing" },
        { "ARC-Message-Signature: i=1", "X: i=1", "set 1: a field of a set is missing" },
        { "ARC-Authentication-Results: i=1", "X: i=1", "set 1: a field of a set is missing" },
        { "ARC-Seal: i=1", "ARC-Seal: i=2", "set 2: two seals" },
        { "ARC-Seal: i=1", "ARC-Seal: i=3", "set 1: a field of a set is missing" },
        { "ARC-Seal: i=1", "ARC-Seal: i=51", "a seal without an instance" },
        { "ARC-Seal: i=1", "ARC-Seal: i=01", "a seal without an instance" },
        { "ARC-Seal: i=1", "ARC-Seal: j=1", "a seal without an instance" },
        { "ARC-Seal: i=1", "ARC-Seal: i=1; h=from", "set 1: h= in a seal" },
        { "ARC-Seal: i=1", "ARC-Seal: i=1; i=1", "a tag twice" },
        { "ARC-Message-Signature: i=1", "ARC-Message-Signature: v=1; i=1", NULL },
        { "ARC-Message-Signature: i=1", "ARC-Message-Signature: i=0", "bad instance" },
        { "ARC-Message-Signature: i=1", "ARC-Message-Signature: i=2", "set 2: two signatures" },
        { "ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: ", "results without an instance" },
        { "ARC-Authentication-Results: i=1;", "ARC-Authentication-Results: i=2;", "set 2: two results" },
        { "cv=none", "cv=pass", "set 1: cv= is not what its place asks for" },
        { "cv=pass", "cv=none", "set 2: cv= is not what its place asks for" },
        { "cv=pass", "cv=good", "set 2: unknown cv=" },
        { "cv=pass", "cv=fail", "set 2: the chain was broken before" },
        { "a=rsa-sha256; cv=pass", "a=rsa-sha1; cv=pass", "set 2: a seal's algorithm is not accepted" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f;
        begin(&f);
        expect(&f, replaced(&f, chain_of(&f, 2), cases[i].old, cases[i].new), AUTH_FAIL, cases[i].reason);
        fixture_deinit(&f);
    }
}

/* The order of the fields is not what counts. */
static void out_of_order(void **state)
{
    struct fixture f;
    begin(&f);
    struct slice text = chain_of(&f, 2);
    ptrdiff_t second = slice_find(text, SLICE("ARC-Seal: i=1")), from = slice_find(text, SLICE("From:"));
    text = arena_printf(&f.a, "%.*s%.*s%.*s", (int)(from - second), text.p + second, (int)second, text.p,
                        SLICE_ARG(slice_from(text, (size_t)from)));
    expect(&f, text, AUTH_PASS, NULL);
    fixture_deinit(&f);
}

static void as_long_as_there_may_be(void **state)
{
    struct fixture f;
    bool done;
    begin(&f);
    struct slice text = chain_of(&f, ARC_SETS_MAX);
    expect(&f, text, AUTH_PASS, NULL);
    sealed(&f, text, true, AUTH_PASS, &done);
    assert_false(done);
    text = arena_printf(&f.a, "ARC-Seal: i=51; a=rsa-sha256\r\n%.*s", SLICE_ARG(text));
    expect(&f, text, AUTH_FAIL, "a seal without an instance");
    struct buf many;
    buf_init_in(&many, &f.a, 1 << 20);
    for (int i = 0; i < 500; i++)
        buf_add_str(&many, "ARC-Seal: i=1; a=rsa-sha256\r\n");
    buf_add_str(&many, mail);
    expect(&f, buf_slice(&many), AUTH_FAIL, NULL);
    fixture_deinit(&f);
}

static void keys_that_are_gone(void **state)
{
    struct fixture f;
    fixture_init(&f);
    fixture_record(&f, "r._domainkey.example.net", fixture_public(&f, rsa, "v=DKIM1"));
    struct slice text = chain_of(&f, 2);
    expect(&f, text, AUTH_FAIL, "set 1: its seal: there is no key");
    dns_table_put(f.table, SLICE("e._domainkey.example.net"), DNS_TXT, DNS_FAILED, SLICE(""), 0);
    expect(&f, text, AUTH_FAIL, "set 1: its seal: the DNS fails for the key");
    fixture_deinit(&f);
}

static void what_is_not_sealed(void **state)
{
    struct fixture f;
    bool done;
    begin(&f);
    struct slice text = chain_of(&f, 1);
    sealed(&f, text, true, AUTH_NONE, &done);
    assert_false(done);
    sealed(&f, slice_str(mail), true, AUTH_PASS, &done);
    assert_false(done);
    sealed(&f, text, true, AUTH_NOT_RUN, &done);
    assert_false(done);
    sealed(&f, replaced(&f, text, "ARC-Seal", "X"), true, AUTH_PASS, &done);
    assert_false(done);
    fixture_deinit(&f);
}

/* A broken chain is said to be so once, and then left alone. */
static void sealed_as_broken(void **state)
{
    struct fixture f;
    bool done;
    begin(&f);
    struct slice text = replaced(&f, chain_of(&f, 1), "Hello", "Hullo");
    text = sealed(&f, text, true, AUTH_FAIL, &done);
    assert_true(done);
    assert_true(slice_find(text, SLICE("i=2; a=rsa-sha256; cv=fail")) > 0);
    expect(&f, text, AUTH_FAIL, "set 2: the chain was broken before");
    sealed(&f, text, true, AUTH_FAIL, &done);
    assert_false(done);
    fixture_deinit(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_that_are_good),
        cmocka_unit_test(changed_between),
        cmocka_unit_test(no_chain),
        cmocka_unit_test(out_of_order),
        cmocka_unit_test(as_long_as_there_may_be),
        cmocka_unit_test(keys_that_are_gone),
        cmocka_unit_test(what_is_not_sealed),
        cmocka_unit_test(sealed_as_broken),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
