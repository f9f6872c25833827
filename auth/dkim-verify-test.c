/* dkim-verify-test.c - examples of the RFCs, and what each kind of signature comes to */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "auth/dkim-fixture.h"

static struct dkim_private *rsa, *ed25519;

static int make_keys(void **state)
{
    struct err e;
    rsa = dkim_private_make(KEY_RSA, 2048, &e);
    ed25519 = dkim_private_make(KEY_ED25519, 0, &e);
    return rsa && ed25519 ? 0 : -1;
}

static int free_keys(void **state)
{
    dkim_private_free(&rsa);
    dkim_private_free(&ed25519);
    return 0;
}

/* Keys r and e of example.com. */
static void begin(struct fixture *f)
{
    fixture_init(f);
    fixture_record(f, "r._domainkey.example.com", fixture_public(f, rsa, "v=DKIM1"));
    fixture_record(f, "e._domainkey.example.com", fixture_public(f, ed25519, "v=DKIM1"));
}

#define FIELDS SLICE("from:to:subject:date:message-id")

static struct dkim_signing signing(const struct dkim_private *key, const char *selector,
                                   enum dkim_canon header, enum dkim_canon body)
{
    return (struct dkim_signing){ .key = key,
                                  .domain = SLICE("example.com"),
                                  .selector = slice_str(selector),
                                  .header_canon = header,
                                  .body_canon = body,
                                  .now = FIXTURE_NOW,
                                  .fields = FIELDS,
                                  .oversign = SLICE("from:subject") };
}

static const char mail[] = "From: Bob <bob@example.com>\r\n"
                           "To: a@example.net,\r\n\tb@example.net\r\n"
                           "Subject: Hello   there \r\n"
                           "Received: x\r\n"
                           "\r\n"
                           "One \t line \r\n"
                           "\r\n"
                           "two\r\n";

static void expect(const struct auth_signature *s, enum auth_code code, const char *reason)
{
    if (s->code != code || (reason && !slice_eq(s->reason, slice_str(reason))))
        print_error("%s (%.*s), not %s (%s)\n", auth_code_name(s->code), SLICE_ARG(s->reason),
                    auth_code_name(code), reason ? reason : "any");
    assert_int_equal(s->code, code);
    if (reason)
        assert_true(slice_eq(s->reason, slice_str(reason)));
}

static void expect_one(struct fixture *f, struct slice text, enum auth_code code, const char *reason)
{
    struct auth_results r = fixture_verify(f, text);
    assert_int_equal(r.n_signatures, 1);
    expect(&r.signatures[0], code, reason);
}

/* ---- the RFCs' own */

static const char example_body[] = "Hi.\r\n"
                                   "\r\n"
                                   "We lost the game. Are you hungry yet?\r\n"
                                   "\r\n"
                                   "Joe.\r\n";
static const char example_fields[] = "From: Joe SixPack <joe@football.example.com>\r\n"
                                     "To: Suzie Q <suzie@shopping.example.net>\r\n"
                                     "Subject: Is dinner ready?\r\n"
                                     "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
                                     "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
                                     "\r\n";

/* 8463 A */
static void ed25519_of_rfc8463(void **state)
{
    struct fixture f;
    fixture_init(&f);
    fixture_record(&f, "brisbane._domainkey.football.example.com",
                   SLICE("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
    struct slice text = arena_printf(&f.a,
                                     "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                                     " d=football.example.com; i=@football.example.com;\r\n"
                                     " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
                                     " subject : date : message-id : from : subject : date;\r\n"
                                     " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                                     " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
                                     " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
                                     "%s%s",
                                     example_fields, example_body);
    expect_one(&f, text, AUTH_PASS, NULL);
    fixture_deinit(&f);
}

/* 6376 A.2, A.3 */
static void rsa_of_rfc6376(void **state)
{
    struct fixture f;
    fixture_init(&f);
    fixture_record(&f, "brisbane._domainkey.example.com",
                   SLICE("v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"
                         "KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
                         "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v"
                         "/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi"
                         "tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"));
    struct slice text = arena_printf(&f.a,
                                     "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
                                     "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
                                     "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
                                     "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
                                     "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
                                     "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
                                     "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
                                     "      4bmp/YzhwvcubU4=;\r\n"
                                     "Received: from client1.football.example.com  [192.0.2.1]\r\n"
                                     "      by submitserver.example.com with SUBMISSION;\r\n"
                                     "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
                                     "%s%s",
                                     example_fields, example_body);
    expect_one(&f, text, AUTH_PASS, NULL);
    fixture_deinit(&f);
}

/* ---- what is signed here */

static void every_kind(void **state)
{
    for (int i = 0; i < 8; i++) {
        struct fixture f;
        begin(&f);
        struct dkim_signing s =
            signing(i & 1 ? rsa : ed25519, i & 1 ? "r" : "e", i & 2 ? CANON_RELAXED : CANON_SIMPLE,
                    i & 4 ? CANON_RELAXED : CANON_SIMPLE);
        struct slice text = fixture_sign(&f, slice_str(mail), &s);
        struct auth_results r = fixture_verify(&f, text);
        assert_int_equal(r.n_signatures, 1);
        expect(&r.signatures[0], AUTH_PASS, "");
        assert_true(slice_eq(r.signatures[0].domain, SLICE("example.com")));
        assert_true(slice_eq(r.signatures[0].identity, SLICE("@example.com")));
        assert_true(
            slice_eq(r.signatures[0].algorithm, i & 1 ? SLICE("rsa-sha256") : SLICE("ed25519-sha256")));
        assert_int_equal(r.signatures[0].start.n, 8);
        assert_int_equal(r.signatures[0].key_bits, i & 1 ? 2048 : 256);
        assert_int_equal(r.signatures[0].signed_at, FIXTURE_NOW);
        assert_true(r.signatures[0].author && !r.signatures[0].testing && !r.signatures[0].partial);
        fixture_deinit(&f);
    }
}

static struct slice replaced(struct fixture *f, struct slice text, const char *old, const char *new)
{
    ptrdiff_t at = slice_find(text, slice_str(old));
    assert_true(at >= 0);
    struct slice tail = slice_from(text, (size_t)at + strlen(old));
    return arena_printf(&f->a, "%.*s%s%.*s", (int)at, text.p, new, SLICE_ARG(tail));
}

static void what_was_changed(void **state)
{
    static const struct {
        const char *old, *new, *reason; /* NULL: it passes */
    } cases[] = {
        { "two", "too", "the body was changed" },
        { "One \t line \r\n", "One line\r\n", NULL },
        { "two\r\n", "two", NULL },
        { "two\r\n", "two\r\n \r\n\r\n", NULL },
        { "two\r\n", "two\r\nthree\r\n", "the body was changed" },
        { "Hello   there \r\n", "Hello\r\n\tthere\r\n", NULL },
        { "To: a", "TO : a", NULL },
        { "Hello", "HellO", "the signature is not good" },
        { "Received: x", "Received: y", NULL },
        { "Received: x", "Subject: y\r\nReceived: x", "the signature is not good" }, /* oversigned */
        { "Received: x", "Date: y\r\nReceived: x", NULL }, /* not oversigned, and not there */
        { "To: ", "To: c\r\nTo: ", NULL },                 /* not oversigned: the lower one counts */
        { "t=17", "t=16", "the signature is not good" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f;
        begin(&f);
        struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
        struct slice text = fixture_sign(&f, slice_str(mail), &s);
        text = replaced(&f, text, cases[i].old, cases[i].new);
        expect_one(&f, text, cases[i].reason ? AUTH_FAIL : AUTH_PASS, cases[i].reason);
        fixture_deinit(&f);
    }
}

/* A reader may show the other one. */
static void a_second_from(void **state)
{
    struct fixture f;
    begin(&f);
    struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
    s.oversign = SLICE("");
    struct slice text = fixture_sign(&f, slice_str(mail), &s);
    text = arena_printf(&f.a, "From: Eve <eve@example.org>\r\n%.*s", SLICE_ARG(text));
    expect_one(&f, text, AUTH_POLICY, "a From field is not signed");
    fixture_deinit(&f);
}

static void when_it_counts(void **state)
{
    struct fixture f;
    begin(&f);
    struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
    s.lifetime = 3600;
    struct slice text = fixture_sign(&f, slice_str(mail), &s);
    expect_one(&f, text, AUTH_PASS, NULL);
    f.now = FIXTURE_NOW + 3600 + 300;
    expect_one(&f, text, AUTH_PASS, NULL);
    f.now++;
    struct auth_results r = fixture_verify(&f, text);
    expect(&r.signatures[0], AUTH_FAIL, "the signature has expired");
    assert_true(r.signatures[0].expired);
    f.now = FIXTURE_NOW - 301;
    expect_one(&f, text, AUTH_POLICY, "the signature is from the future");
    fixture_deinit(&f);
}

static void keys_that_do_not_do(void **state)
{
    static const struct {
        const char *record; /* NULL: there is none */
        enum auth_code code;
        const char *reason;
    } cases[] = {
        { NULL, AUTH_PERMERROR, "there is no key" },
        { "v=DKIM1; k=ed25519; p=", AUTH_PERMERROR, "the key is revoked" },
        { "v=DKIM1; p=AAAA", AUTH_PERMERROR, "the key is for another algorithm" },
        { "v=DKIM1; k=ed25519; p=AAAA", AUTH_PERMERROR, "the key is no Ed25519 key" },
        { "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", AUTH_FAIL,
          "the signature is not good" },
        { "no key at all", AUTH_PERMERROR, "the key record cannot be read" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f;
        begin(&f);
        struct dkim_signing s = signing(ed25519, "other", CANON_RELAXED, CANON_RELAXED);
        if (cases[i].record)
            fixture_record(&f, "other._domainkey.example.com", slice_str(cases[i].record));
        expect_one(&f, fixture_sign(&f, slice_str(mail), &s), cases[i].code, cases[i].reason);
        fixture_deinit(&f);
    }
}

static void dns_that_does_not_answer(void **state)
{
    static const struct {
        enum dns_status status;
        enum auth_code code;
    } cases[] = { { DNS_FAILED, AUTH_TEMPERROR },
                  { DNS_LATE, AUTH_TEMPERROR },
                  { DNS_NO_DATA, AUTH_PERMERROR },
                  { DNS_NO_NAME, AUTH_PERMERROR } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f;
        begin(&f);
        dns_table_put(f.table, SLICE("x._domainkey.example.com"), DNS_TXT, cases[i].status, SLICE(""), 0);
        struct dkim_signing s = signing(ed25519, "x", CANON_RELAXED, CANON_RELAXED);
        expect_one(&f, fixture_sign(&f, slice_str(mail), &s), cases[i].code, NULL);
        fixture_deinit(&f);
    }
}

/* Of several records of a name the one that is good counts; what is no key is passed over. */
static void several_records(void **state)
{
    struct fixture f;
    begin(&f);
    struct dkim_signing s = signing(ed25519, "many", CANON_RELAXED, CANON_RELAXED);
    fixture_record(&f, "many._domainkey.example.com", SLICE("v=spf1 -all"));
    fixture_record(&f, "many._domainkey.example.com", fixture_public(&f, rsa, "v=DKIM1"));
    fixture_record(&f, "many._domainkey.example.com", fixture_public(&f, ed25519, "v=DKIM1; t=y"));
    struct auth_results r = fixture_verify(&f, fixture_sign(&f, slice_str(mail), &s));
    expect(&r.signatures[0], AUTH_PASS, NULL);
    assert_true(r.signatures[0].testing);
    fixture_deinit(&f);
}

static void lengths_of_keys(void **state)
{
    struct fixture f;
    begin(&f);
    struct dkim_signing s = signing(rsa, "r", CANON_RELAXED, CANON_RELAXED);
    struct slice text = fixture_sign(&f, slice_str(mail), &s);
    f.options.dkim.key_bits_min = 2049;
    expect_one(&f, text, AUTH_POLICY, "the key is too short");
    expect_one(&f, replaced(&f, text, "Hello", "Hullo"), AUTH_FAIL, NULL);
    f.options.dkim.key_bits_min = 1024;
    f.options.dkim.key_bits_max = 2047;
    expect_one(&f, text, AUTH_POLICY, "the key is longer than we use");
    fixture_deinit(&f);
}

/* ---- what is written wrong */

static void syntax(void **state)
{
    static const struct {
        const char *old, *new, *reason;
    } cases[] = {
        { "v=1", "v=2", "unknown v=" },
        { "v=1; ", "", "a tag that must be there is missing" },
        { "a=ed25519-sha256", "a=rsa-sha1", "rsa-sha1 is not accepted" },
        { "a=ed25519-sha256", "a=x", "unknown algorithm" },
        { "c=relaxed/relaxed", "c=loose", "unknown canonicalization" },
        { "d=example.com", "d=com", "d= is no domain" },
        { "d=example.com", "d=ex ample.com", "d= is no domain" },
        { "d=example.com", "d=../../x.com", "d= is no domain" },
        { "s=e", "s=e..f", "s= is no selector" },
        { "t=17", "t=-17", "t= or x= is no time" },
        { "h=from:", "h=", "From is not signed" },
        { "h=from:", "h=from::", "an empty name in h=" },
        { "bh=", "bh=A", "bh= is no hash" },
        { "v=1", "v=1; i=@example.net", "i= is not of d=" },
        { "v=1", "v=1; i=example.com", "i= is bad" },
        { "v=1", "v=1; q=http", "unknown q=" },
        { "v=1", "v=1; l=x", "l= is no length" },
        { "v=1", "v=1; x=1", "it expires before it was made" },
        { "v=1", "v=1; v=1", "a tag twice" },
        { "v=1", "v", "a tag without =" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture f;
        begin(&f);
        struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
        s.oversign = SLICE("");
        struct slice text = fixture_sign(&f, slice_str(mail), &s);
        expect_one(&f, replaced(&f, text, cases[i].old, cases[i].new), AUTH_NEUTRAL, cases[i].reason);
        fixture_deinit(&f);
    }
}

/* ---- parts of a body: what is made by hand, since we never sign so */

struct by_hand {
    struct fixture *f;
    const char *extra;
    struct slice body;
    size_t length;
};

static void feed(void *ctx, struct slice piece)
{
    struct by_hand *h = ctx;
    size_t room = h->length;
    struct slice part = slice_sub(piece, 0, room);
    h->length -= part.n;
    dkim_hash_add(h->f->crypto, SLOT_SETS, part);
}

static void add(void *ctx, struct slice piece)
{
    (void)ctx;
    dkim_hash_add(((struct by_hand *)ctx)->f->crypto, SLOT_SETS, piece);
}

static struct slice sign_part(struct fixture *f, size_t length, const char *extra, const char *body)
{
    struct by_hand h = { f, extra, slice_str(body), length };
    struct dkim_sink part = { feed, &h }, all = { add, &h };
    unsigned char sum[DKIM_HASH], signature[DKIM_SIGNATURE_MAX];
    struct slice from = SLICE("From: bob@example.com\r\n");
    dkim_hash_begin(f->crypto, SLOT_SETS);
    dkim_canon_body(&part, CANON_SIMPLE, h.body);
    dkim_hash_end(f->crypto, SLOT_SETS, sum);
    struct slice bh = dkim_base64_of(&f->a, slice_of((char *)sum, sizeof(sum)));
    struct slice field = arena_printf(&f->a,
                                      "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=e; h=from; "
                                      "bh=%.*s;%s b=",
                                      SLICE_ARG(bh), extra);
    dkim_hash_begin(f->crypto, SLOT_SETS);
    dkim_canon_field(&all, CANON_SIMPLE, from);
    dkim_canon_signature(&all, CANON_SIMPLE, field);
    dkim_hash_end(f->crypto, SLOT_SETS, sum);
    size_t n = dkim_private_sign(ed25519, sum, signature);
    struct slice b = dkim_base64_of(&f->a, slice_of((char *)signature, n));
    return arena_printf(&f->a, "%.*s%.*s\r\n%.*s\r\n", SLICE_ARG(field), SLICE_ARG(b), SLICE_ARG(from));
}

static void a_part_of_the_body(void **state)
{
    struct fixture f;
    begin(&f);
    struct slice head = sign_part(&f, 5, " l=5;", "abc\r\n");
    struct slice whole = arena_printf(&f.a, "%.*sabc\r\n", SLICE_ARG(head));
    struct slice more = arena_printf(&f.a, "%.*sabc\r\nbuy now\r\n", SLICE_ARG(head));
    struct slice less = arena_printf(&f.a, "%.*sab\r\n", SLICE_ARG(head));
    struct auth_results r = fixture_verify(&f, whole);
    expect(&r.signatures[0], AUTH_PASS, NULL);
    assert_false(r.signatures[0].partial);
    r = fixture_verify(&f, more);
    expect(&r.signatures[0], AUTH_PASS, NULL);
    assert_true(r.signatures[0].partial);
    expect_one(&f, less, AUTH_FAIL, "the body is shorter than l=");
    f.options.dkim.length = false;
    expect_one(&f, more, AUTH_POLICY, "only a part of the body is signed");
    expect_one(&f, whole, AUTH_PASS, NULL);
    fixture_deinit(&f);
}

static void lengths_in_one_pass(void **state)
{
    struct fixture f;
    struct buf all;
    begin(&f);
    buf_init_in(&all, &f.a, 1 << 20);
    for (size_t l = 0; l <= 6; l++) {
        struct slice head = sign_part(&f, l, arena_printf(&f.a, " l=%zu;", l).p, "abcd\r\n");
        ptrdiff_t end = slice_find(head, SLICE("From:"));
        buf_add(&all, head.p, (size_t)end);
    }
    buf_add_str(&all, "From: bob@example.com\r\n\r\nabcd\r\n");
    struct auth_results r = fixture_verify(&f, buf_slice(&all));
    assert_int_equal(r.n_signatures, 7);
    for (size_t i = 0; i < 7; i++) {
        expect(&r.signatures[i], AUTH_PASS, NULL);
        assert_int_equal(r.signatures[i].partial, i != 6);
    }
    fixture_deinit(&f);
}

/* i= below d=, and a key that does not let it */
static void whose_it_is(void **state)
{
    struct fixture f;
    begin(&f);
    struct slice below =
        arena_printf(&f.a, "%.*sabc\r\n", SLICE_ARG(sign_part(&f, 99, " i=bob@a.example.com;", "abc\r\n")));
    struct auth_results r = fixture_verify(&f, below);
    expect(&r.signatures[0], AUTH_PASS, NULL);
    assert_true(r.signatures[0].author);
    assert_true(slice_eq(r.signatures[0].identity, SLICE("bob@a.example.com")));
    fixture_deinit(&f);
    fixture_init(&f);
    fixture_record(&f, "e._domainkey.example.com", fixture_public(&f, ed25519, "v=DKIM1; t=s"));
    below =
        arena_printf(&f.a, "%.*sabc\r\n", SLICE_ARG(sign_part(&f, 99, " i=bob@a.example.com;", "abc\r\n")));
    expect_one(&f, below, AUTH_PERMERROR, "the key is for d= itself, i= is below it");
    below = arena_printf(&f.a, "%.*sabc\r\n", SLICE_ARG(sign_part(&f, 99, " i=bob@example.com;", "abc\r\n")));
    expect_one(&f, below, AUTH_PASS, NULL);
    fixture_deinit(&f);
}

/* ---- much of it */

static void many_signatures(void **state)
{
    struct fixture f;
    struct buf all;
    begin(&f);
    buf_init_in(&all, &f.a, 1 << 20);
    for (int i = 0; i < 499; i++)
        buf_printf(&all, "DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=s; h=from; b=YWJj; bh=%s;\r\n",
                   i, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
    struct slice text = fixture_sign(&f, slice_str(mail), &s);
    buf_add_slice(&all, text);
    struct auth_results r = fixture_verify(&f, buf_slice(&all));
    assert_int_equal(r.n_signatures, 8);
    assert_int_equal(r.signatures_left_out, 492);
    assert_true(dns_table_asked(f.table) <= 8);
    fixture_deinit(&f);
}

static void a_long_field(void **state)
{
    struct fixture f;
    begin(&f);
    char *blanks = arena_alloc(&f.a, 100001);
    memset(blanks, ' ', 100000);
    struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
    struct slice text = fixture_sign(&f, arena_printf(&f.a, "Subject: a%sb\r\n%s", blanks, mail), &s);
    expect_one(&f, text, AUTH_PASS, NULL);
    text = replaced(&f, text, "b=", arena_printf(&f.a, "b=%s", blanks).p);
    fixture_verify(&f, text); /* bh= or b=, whichever comes first: it is read */
    fixture_deinit(&f);
}

static void a_header_cut_short(void **state)
{
    struct fixture f;
    begin(&f);
    struct dkim_signing s = signing(ed25519, "e", CANON_RELAXED, CANON_RELAXED);
    struct slice text = fixture_sign(&f, slice_str(mail), &s);
    f.limits.header_max_count = 2;
    expect_one(&f, text, AUTH_POLICY, "the header is too long");
    fixture_deinit(&f);
}

/* Names in h= as often as there may be, of fields that are and that are not there. */
static void names_without_end(void **state)
{
    struct fixture f;
    struct buf all;
    begin(&f);
    buf_init_in(&all, &f.a, 1 << 20);
    buf_add_str(&all, "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; b=YWJj; bh=x; h=from");
    for (int i = 0; i < DKIM_FIELDS_MAX; i++)
        buf_add_str(&all, ":from");
    buf_add_str(&all, "\r\nFrom: a\r\n\r\n");
    expect_one(&f, buf_slice(&all), AUTH_NEUTRAL, NULL);
    fixture_deinit(&f);
}

static void no_signature(void **state)
{
    struct fixture f;
    begin(&f);
    assert_int_equal(fixture_verify(&f, slice_str(mail)).n_signatures, 0);
    assert_int_equal(fixture_verify(&f, SLICE("")).n_signatures, 0);
    assert_int_equal(fixture_verify(&f, SLICE("DKIM-Signature:")).n_signatures, 1);
    fixture_deinit(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_of_rfc8463),
        cmocka_unit_test(rsa_of_rfc6376),
        cmocka_unit_test(every_kind),
        cmocka_unit_test(what_was_changed),
        cmocka_unit_test(a_second_from),
        cmocka_unit_test(when_it_counts),
        cmocka_unit_test(keys_that_do_not_do),
        cmocka_unit_test(dns_that_does_not_answer),
        cmocka_unit_test(several_records),
        cmocka_unit_test(lengths_of_keys),
        cmocka_unit_test(syntax),
        cmocka_unit_test(a_part_of_the_body),
        cmocka_unit_test(lengths_in_one_pass),
        cmocka_unit_test(whose_it_is),
        cmocka_unit_test(many_signatures),
        cmocka_unit_test(a_long_field),
        cmocka_unit_test(a_header_cut_short),
        cmocka_unit_test(names_without_end),
        cmocka_unit_test(no_signature),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
