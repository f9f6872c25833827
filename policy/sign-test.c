/* sign-test.c - keys and whom they serve; signatures on what a plan leaves of a message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>
#include <unistd.h>
#include "auth/arc-verify.h"
#include "auth/dkim-fixture.h"
#include "policy/outgoing.h"
#include "policy/sign.h"

struct signing_test {
    struct arena a;
    char dir[64];
    struct sign_options o;
    struct signer *signer;
    struct err e;
};

static char *path_of(struct signing_test *t, const char *name)
{
    return arena_str(&t->a, arena_printf(&t->a, "%s/%s", t->dir, name));
}

static void write_file(struct signing_test *t, const char *name, struct slice text, mode_t mode)
{
    FILE *f = fopen(path_of(t, name), "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path_of(t, name), mode), 0);
}

static struct dkim_private *rsa, *ed25519;

static void write_key(struct signing_test *t, const char *name, const struct dkim_private *k, mode_t mode)
{
    struct buf pem;
    buf_init_in(&pem, &t->a, SIGNER_PEM_MAX);
    assert_int_equal(dkim_private_pem(k, &pem, &t->e), 0);
    write_file(t, name, buf_slice(&pem), mode);
}

static void set_up(struct signing_test *t)
{
    const struct conf_section section = { "Signing", sign_option_rows, sign_option_rows_n, 0, 1 };
    const struct conf_schema schema = { &section, 1, sizeof(struct sign_options) };
    memset(t, 0, sizeof(*t));
    arena_init(&t->a, 256 << 20);
    snprintf(t->dir, sizeof(t->dir), "/tmp/sign-test.XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    conf_defaults(&schema, &t->a, &t->o);
    write_key(t, "rsa.pem", rsa, 0600);
    write_key(t, "ed.pem", ed25519, 0640);
}

static void tear_down(struct signing_test *t)
{
    static const char *const names[] = { "rsa.pem", "ed.pem", "keys", "other.pem" };
    signer_free(&t->signer);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        unlink(path_of(t, names[i]));
    assert_int_equal(rmdir(t->dir), 0);
    arena_deinit(&t->a);
}

/* The lines of dkim_keys, %s: the folder. */
static bool load(struct signing_test *t, const char *lines)
{
    static const char *spec[1];
    struct buf text;
    buf_init_in(&text, &t->a, 1 << 16);
    for (const char *c = lines; *c; c++)
        if (c[0] == '%')
            buf_add_str(&text, t->dir);
        else
            buf_add_char(&text, *c);
    write_file(t, "keys", buf_slice(&text), 0644);
    spec[0] = arena_printf(&t->a, "text:%s/keys", t->dir).p;
    t->o.keys = (struct conf_list){ spec, 1 };
    signer_free(&t->signer);
    t->signer = signer_load(&t->o, &t->a, &t->e);
    return t->signer != NULL;
}

/* ---- keys */

static void lines_of_keys(void **state)
{
    static const struct {
        const char *lines, *fault; /* NULL: they are good */
    } rows[] = {
        { "example.com s1 %/rsa.pem\n", NULL },
        { "example.com s1 %/rsa.pem, e1 %/ed.pem\n.example.com s1 %/rsa.pem\n", NULL },
        { "example.com s1\n", "write SELECTOR FILE" },
        { "example.com s1 %/rsa.pem x\n", "write SELECTOR FILE" },
        { "example.com s..1 %/rsa.pem\n", "no selector" },
        { "example.com s1 rsa.pem\n", "no absolute path" },
        { "example.com s1 %/none.pem\n", "cannot open" },
        { "example.com s1 %/keys\n", "can be read or written by others" },
        { "example.com a %/ed.pem,b %/ed.pem,c %/ed.pem,d %/ed.pem,e %/ed.pem\n", "more than 4 keys" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct signing_test t;
        set_up(&t);
        bool good = load(&t, rows[i].lines);
        if (!good && (rows[i].fault == NULL || !strstr(t.e.text, rows[i].fault)))
            print_error("%s: %s\n", rows[i].lines, t.e.text);
        assert_int_equal(good, rows[i].fault == NULL);
        assert_true(good || strstr(t.e.text, rows[i].fault));
        tear_down(&t);
    }
}

static void files_that_are_no_keys(void **state)
{
    struct signing_test t;
    set_up(&t);
    write_file(&t, "other.pem", SLICE("no key"), 0600);
    assert_false(load(&t, "example.com s1 %/other.pem\n"));
    assert_non_null(strstr(t.e.text, "no private key"));
    write_key(&t, "other.pem", rsa, 0604);
    assert_false(load(&t, "example.com s1 %/other.pem\n"));
    write_key(&t, "other.pem", rsa, 0660);
    assert_false(load(&t, "example.com s1 %/other.pem\n"));
    tear_down(&t);
}

static void domains(void **state)
{
    struct signing_test t;
    struct signer_keys k;
    bool failed;
    set_up(&t);
    assert_true(load(&t, "example.com s1 %/rsa.pem\n.example.net s2 %/ed.pem, s3 %/rsa.pem\n"));
    assert_true(signer_find(t.signer, &t.a, SLICE("Example.COM"), &k, &failed));
    assert_true(slice_eq(k.domain, SLICE("example.com")) && slice_eq(k.v[0].selector, SLICE("s1")));
    assert_false(signer_find(t.signer, &t.a, SLICE("a.example.com"), &k, &failed));
    assert_true(signer_find(t.signer, &t.a, SLICE("a.b.example.net"), &k, &failed));
    assert_true(slice_eq(k.domain, SLICE("example.net")) && k.n == 2);
    assert_false(signer_find(t.signer, &t.a, SLICE("example.net"), &k, &failed));
    assert_false(signer_find(t.signer, &t.a, SLICE("example.org"), &k, &failed));
    assert_false(signer_find(t.signer, &t.a, SLICE("x..example.net"), &k, &failed));
    assert_false(failed);
    tear_down(&t);
}

static void clients(void **state)
{
    struct signing_test t;
    set_up(&t);
    assert_true(load(&t, "example.com s1 %/ed.pem\n"));
    struct envelope local = { .has_client = true, .client_address = SLICE("127.0.0.1") };
    struct envelope six = { .has_client = true, .client_address = SLICE("::1") };
    struct envelope no_address = { .has_client = true };
    struct envelope outside = { .has_client = true, .client_address = SLICE("192.0.2.1") };
    struct envelope login = outside, unknown = { .has_client = false };
    login.auth_user = SLICE("alice");
    assert_true(signer_serves(t.signer, &local, false));
    assert_true(signer_serves(t.signer, &six, false));
    assert_true(signer_serves(t.signer, &no_address, false));
    assert_true(signer_serves(t.signer, &login, false));
    assert_false(signer_serves(t.signer, &outside, false));
    assert_false(signer_serves(t.signer, &unknown, false));
    /* who reaches an inet socket can say any of this */
    assert_false(signer_serves(t.signer, &local, true));
    assert_false(signer_serves(t.signer, &login, true));
    t.o.inet = true;
    assert_true(signer_serves(t.signer, &login, true));
    t.o.authenticated = false;
    assert_false(signer_serves(t.signer, &login, false));
    tear_down(&t);
}

static void bad_networks(void **state)
{
    static const char *words[] = { "192.0.2.0/33" };
    struct signing_test t;
    set_up(&t);
    t.o.networks = (struct conf_list){ words, 1 };
    assert_false(load(&t, "example.com s1 %/ed.pem\n"));
    assert_non_null(strstr(t.e.text, "dkim_sign_networks"));
    tear_down(&t);
}

/* ---- what leaves */

static const char mail[] = "From: Bob <bob@example.com>\r\n"
                           "X-Spam-Flag: forged\r\n"
                           "To: a@example.net\r\n"
                           "Subject: Hello\r\n"
                           "Reply-To: x@example.com\r\n"
                           "Reply-To: y@example.com\r\n"
                           "\r\n"
                           "Hi\r\n";

static void edit(struct signing_test *t, struct plan *p, enum plan_edit_kind kind, const char *name,
                 const char *value, unsigned index)
{
    struct plan_edit *e = ARENA_NEW(&t->a, struct plan_edit);
    *e = (struct plan_edit){ kind, name, value, index, NULL };
    *p->tail = e;
    p->tail = &e->next;
    p->n_edits++;
}

static void plan_begin(struct plan *p)
{
    *p = (struct plan){ .reply = REPLY_ACCEPT, .tail = &p->first };
}

/* As an MTA sends it on. */
static struct slice sent(struct signing_test *t, const struct plan *p)
{
    struct header_block came, leaves;
    struct message_limits limits;
    struct buf out;
    message_limits_default(&limits);
    header_parse(&came, &t->a, slice_str(mail), false, &limits);
    outgoing_header(&leaves, &t->a, &came, p, NULL, true);
    buf_init_in(&out, &t->a, 1 << 20);
    for (size_t i = 0; i < leaves.n; i++)
        buf_add_slice(&out, leaves.v[i].field);
    buf_add_str(&out, "\r\nHi\r\n");
    return buf_slice(&out);
}

static struct sign_message message_of(struct signing_test *t, const struct envelope *env,
                                      struct dkim_crypto *c)
{
    return (struct sign_message){ .signer = t->signer,
                                  .options = &t->o,
                                  .crypto = c,
                                  .envelope = env,
                                  .raw = slice_str(mail),
                                  .leading_space = true,
                                  .now = FIXTURE_NOW };
}

static void fields_as_they_leave(void **state)
{
    struct signing_test t;
    set_up(&t);
    struct plan p;
    plan_begin(&p);
    edit(&t, &p, EDIT_DELETE_HEADER, "x-spam-flag", NULL, 1);
    edit(&t, &p, EDIT_DELETE_HEADER, "Reply-To", NULL, 2);
    edit(&t, &p, EDIT_DELETE_HEADER, "Reply-To", NULL, 7);
    edit(&t, &p, EDIT_CHANGE_HEADER, "Subject", " [SPAM] Hello\n\tthere", 1);
    edit(&t, &p, EDIT_INSERT_HEADER, "X-Top", " 1", 1);
    edit(&t, &p, EDIT_ADD_HEADER, "X-Last", " 2", 0);
    edit(&t, &p, EDIT_CHANGE_HEADER, "X-None", "", 1);
    static const char wanted[] =
        "X-Top: 1\r\nFrom: Bob <bob@example.com>\r\nTo: a@example.net\r\n"
        "Subject: [SPAM] Hello\r\n\tthere\r\nReply-To: x@example.com\r\nX-Last: 2\r\n"
        "X-None:\r\n\r\nHi\r\n";
    assert_true(slice_eq(sent(&t, &p), slice_str(wanted)));
    tear_down(&t);
}

static const struct envelope alice = { .has_client = true,
                                       .client_address = SLICE_INIT("192.0.2.1"),
                                       .auth_user = SLICE_INIT("alice") };

static void signed_as_it_leaves(void **state)
{
    for (int canon = 0; canon < 4; canon++) {
        struct signing_test t;
        struct fixture f;
        struct slice note;
        set_up(&t);
        fixture_init(&f);
        t.o.canon = canon;
        assert_true(load(&t, "example.com s1 %/rsa.pem, e1 %/ed.pem\n"));
        fixture_record(&f, "s1._domainkey.example.com", fixture_public(&f, rsa, "v=DKIM1"));
        fixture_record(&f, "e1._domainkey.example.com", fixture_public(&f, ed25519, "v=DKIM1"));
        struct plan p;
        plan_begin(&p);
        edit(&t, &p, EDIT_CHANGE_HEADER, "Subject", " [SPAM] Hello", 1);
        edit(&t, &p, EDIT_DELETE_HEADER, "Reply-To", NULL, 1);
        const struct sign_message m = message_of(&t, &alice, f.crypto);
        assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_SIGNED);
        assert_true(slice_eq(note, SLICE("dkim=example.com/e1,s1")));
        assert_null(plan_check(&p));
        struct auth_results r = fixture_verify(&f, sent(&t, &p));
        assert_int_equal(r.n_signatures, 2);
        assert_int_equal(r.signatures[0].code, AUTH_PASS);
        assert_int_equal(r.signatures[1].code, AUTH_PASS);
        assert_true(slice_eq(r.signatures[0].selector, SLICE("s1")));
        /* oversigned: nobody can put a second one there */
        r = fixture_verify(&f, arena_printf(&t.a, "Subject: x\r\n%.*s", SLICE_ARG(sent(&t, &p))));
        assert_int_equal(r.signatures[0].code, AUTH_FAIL);
        fixture_deinit(&f);
        tear_down(&t);
    }
}

static void not_signed(void **state)
{
    static const struct envelope eve = { .has_client = true, .client_address = SLICE_INIT("192.0.2.1") };
    struct signing_test t;
    struct dkim_crypto *c = dkim_crypto_new();
    struct slice note;
    set_up(&t);
    assert_true(load(&t, "example.com s1 %/ed.pem\n"));
    struct plan p;
    plan_begin(&p);
    struct sign_message m = message_of(&t, &eve, c);
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    m = message_of(&t, &alice, c);
    m.inet = true;
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    m.inet = false;
    p.reply = REPLY_REJECT;
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    p.reply = REPLY_ACCEPT;
    p.observed = true;
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    p.observed = false;
    m.raw = SLICE("From: a@example.org\r\n\r\n");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    m.raw = SLICE("From: a@example.com\r\nFrom: b@example.com\r\n\r\n");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    m.raw = SLICE("Subject: x\r\n\r\n");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    m.raw = SLICE("From: \"a@example.com\" <b@example.org>\r\n\r\n");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT);
    assert_int_equal(p.n_edits, 0);
    m.raw = SLICE("From: a@example.com\r\n\r\n");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_SIGNED);
    assert_int_equal(p.n_edits, 1);
    dkim_crypto_free(&c);
    tear_down(&t);
}

static void sealed(void **state)
{
    static const struct envelope outside = { .has_client = true, .client_address = SLICE_INIT("192.0.2.1") };
    struct signing_test t;
    struct fixture f;
    struct slice note;
    struct auth_arc arc = { .code = AUTH_NONE };
    set_up(&t);
    fixture_init(&f);
    t.o.arc_seal = "example.net";
    assert_false(load(&t, "example.com s1 %/rsa.pem\n")); /* it has no key */
    assert_true(load(&t, "example.net s1 %/rsa.pem\n"));
    fixture_record(&f, "s1._domainkey.example.net", fixture_public(&f, rsa, "v=DKIM1"));
    struct plan p;
    plan_begin(&p);
    struct sign_message m = message_of(&t, &outside, f.crypto);
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_NOT); /* nobody looked at the chain */
    m.arc = &arc;
    m.results = SLICE("mx.example.net; spf=pass smtp.mailfrom=bob@example.com");
    assert_int_equal(sign_plan(&p, &t.a, &m, &note), SIGN_SEALED);
    assert_true(slice_eq(note, SLICE("arc=example.net")));
    assert_null(plan_check(&p));
    struct auth_arc r;
    struct dns *d = fixture_dns(&f);
    struct arc_check *check = arc_begin(&f.a, fixture_mail(&f, sent(&t, &p)));
    arc_verify(check, d, f.crypto, &r);
    assert_int_equal(r.code, AUTH_PASS);
    fixture_deinit(&f);
    tear_down(&t);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_keys), cmocka_unit_test(files_that_are_no_keys),
        cmocka_unit_test(domains),       cmocka_unit_test(clients),
        cmocka_unit_test(bad_networks),  cmocka_unit_test(fields_as_they_leave),
        cmocka_unit_test(not_signed),    cmocka_unit_test(signed_as_it_leaves),
        cmocka_unit_test(sealed),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
