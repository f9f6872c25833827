/* seal-test.c - verdicts that are believed, and all the others */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "policy/seal.h"

#define NOW INT64_C(1795489671000)
#define DAY (86400 * 1000)

static const unsigned char key[KEYFILE_BYTES] = "a key that nobody but us knows";
static const unsigned char other_key[KEYFILE_BYTES] = "the key of somebody else, really";

#define MAIL                                                                                                 \
    "From: a@example.org\r\nSubject: Hello  there\r\nMIME-Version: 1.0\r\n"                                  \
    "Content-Type: text/plain;\r\n charset=utf-8\r\n\r\nline one\r\n\r\n.line two \xc3\xa4\r\n"

static const struct slice recipients[] = { SLICE_INIT("Bob@example.com"), SLICE_INIT("carol@example.com") };
static const struct seal_verdict verdicts[] = { { 5, CLASS_SPAMMY, true }, { 9.5, CLASS_CLEAN, false } };

/* The value for MAIL, as it is to stand in a field. */
static void sealed(struct buf *value)
{
    struct seal_message m;
    const struct seal_statement s = {
        .at = NOW,
        .id = SLICE("4XyZ/1"),
        .score = 7.25,
        .site = { 5, CLASS_SPAMMY, true },
        .recipients = recipients,
        .verdicts = verdicts,
        .n = 2,
    };
    seal_hash(SLICE(MAIL), &m);
    buf_init(value, SEAL_VALUE_MAX);
    seal_make(value, key, &m, &s);
}

struct opened {
    enum seal_state state;
    struct seal_opened o;
};

static struct opened open_text(struct slice text, const char *recipient, const char *before, int64_t now,
                               const unsigned char *with)
{
    const struct seal_check c = { with, slice_str(recipient), slice_str(before), now, 7U * DAY };
    struct opened r;
    r.state = seal_open(text, &c, &r.o);
    return r;
}

/* The field, then `mail`. */
static struct opened open_mail(const char *mail, const char *recipient, const char *before, int64_t now)
{
    struct buf value, text;
    sealed(&value);
    buf_init(&text, 1 << 20);
    buf_printf(&text, SEAL_FIELD ": %s\n%s", value.p, mail);
    struct opened r = open_text(buf_slice(&text), recipient, before, now, key);
    buf_deinit(&text);
    buf_deinit(&value);
    return r;
}

static void each_recipient_has_its_own(void **state)
{
    struct opened r = open_mail(MAIL, "bob@EXAMPLE.com", "", NOW);
    assert_int_equal(r.state, SEAL_GOOD);
    assert_true(r.o.verdict.spam);
    assert_int_equal(r.o.verdict.class, CLASS_SPAMMY);
    assert_float_equal(r.o.verdict.required, 5, 0.0001);
    assert_float_equal(r.o.score, 7.25, 0.0001);
    assert_true(slice_eq(r.o.id, SLICE("4XyZ-1")));
    r = open_mail(MAIL, "carol@example.com", "", NOW);
    assert_int_equal(r.state, SEAL_GOOD);
    assert_false(r.o.verdict.spam);
    assert_float_equal(r.o.verdict.required, 9.5, 0.0001);
}

static void aliases_get_the_sites(void **state)
{
    struct opened r = open_mail(MAIL, "dave@example.com", "", NOW);
    assert_int_equal(r.state, SEAL_OTHER);
    assert_true(r.o.verdict.spam);
    r = open_mail(MAIL, "dave@example.com", "carol@example.com", NOW);
    assert_int_equal(r.state, SEAL_GOOD);
    assert_false(r.o.verdict.spam);
}

static void transport_changes_nothing(void **state)
{
    static const char *const ways[] = {
        /* LF */
        "From: a@example.org\nSubject: Hello  there\nMIME-Version: 1.0\nContent-Type: text/plain;\n "
        "charset=utf-8\n\nline one\n\n.line two \xc3\xa4\n",
        /* more fields, others rewritten, folded anew, long lines cut, lines at the end */
        "Received: x\nReturn-Path: <x>\nFrom: b\nSubject: Hello\n there\nMIME-Version:  1.0\n"
        "Content-Length: 7\nContent-Type: text/plain; charset=utf-8\nMessage-ID: <x>\n\nline\n "
        "one\n.line\ttwo \xc3\xa4\n\n\n",
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        assert_int_equal(open_mail(ways[i], "bob@example.com", "", NOW).state, SEAL_GOOD);
}

static void no_other_message_has_it(void **state)
{
    static const char *const others[] = {
        "Subject: Hello there\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nbuy\n",
        "Subject: Buy\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nline one .line two "
        "\xc3\xa4\n",
        "Subject: Hello there\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\nline one .line "
        "two \xc3\xa4\n",
        "Subject: Hello there\nSubject: Buy\nMIME-Version: 1.0\nContent-Type: text/plain; "
        "charset=utf-8\n\nline one .line two \xc3\xa4\n",
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nline one .line two \xc3\xa4\n",
        "",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(open_mail(others[i], "bob@example.com", "", NOW).state, SEAL_FORGED);
}

static void time_runs_out(void **state)
{
    assert_int_equal(open_mail(MAIL, "bob@example.com", "", NOW + 7 * (int64_t)DAY).state, SEAL_GOOD);
    assert_int_equal(open_mail(MAIL, "bob@example.com", "", NOW + 7 * (int64_t)DAY + 1).state, SEAL_EXPIRED);
    assert_int_equal(open_mail(MAIL, "bob@example.com", "", NOW - 3600 * 1000).state, SEAL_EXPIRED);
}

static void only_one_counts(void **state)
{
    struct buf value, text;
    sealed(&value);
    buf_init(&text, 10 << 20);
    for (int i = 0; i < 1000; i++) {
        buf_printf(&text, "x-tamis-verdict : %s\n", value.p);
        struct buf whole;
        buf_init(&whole, 20 << 20);
        buf_printf(&whole, "%s" MAIL, text.p);
        assert_int_equal(open_text(buf_slice(&whole), "bob@example.com", "", NOW, key).state,
                         i ? SEAL_SEVERAL : SEAL_GOOD);
        buf_deinit(&whole);
        if (i == 2)
            i = 997;
    }
    buf_deinit(&text);
    buf_deinit(&value);
    assert_int_equal(open_text(SLICE(MAIL), "bob@example.com", "", NOW, key).state, SEAL_NONE);
    assert_int_equal(open_text(SLICE(""), "bob@example.com", "", NOW, key).state, SEAL_NONE);
}

/* One byte changed anywhere in the value; white space where it does not belong is no other value. */
static void every_byte_is_signed(void **state)
{
    struct buf value, text;
    sealed(&value);
    for (size_t i = 0; i < value.n; i++) {
        buf_init(&text, 1 << 20);
        buf_printf(&text, SEAL_FIELD ": %s\n" MAIL, value.p);
        char *p = text.p + sizeof(SEAL_FIELD ": ") - 1 + i;
        bool space = ascii_space(*p);
        *p = space ? 'x' : *p == '1' ? '2' : '1';
        assert_int_equal(open_text(buf_slice(&text), "bob@example.com", "", NOW, key).state, SEAL_FORGED);
        buf_deinit(&text);
    }
    buf_init(&text, 1 << 20);
    buf_printf(&text, SEAL_FIELD ": %s\n" MAIL, value.p);
    assert_int_equal(open_text(buf_slice(&text), "bob@example.com", "", NOW, other_key).state, SEAL_FORGED);
    assert_int_equal(open_text(buf_slice(&text), "", "", NOW, key).state, SEAL_OTHER);
    buf_deinit(&text);
    buf_deinit(&value);
}

static void a_folded_value_is_the_same(void **state)
{
    struct buf value, text;
    sealed(&value);
    buf_init(&text, 1 << 20);
    buf_add_str(&text, SEAL_FIELD ":");
    for (size_t i = 0; i < value.n; i++) {
        if (!ascii_space(value.p[i]))
            buf_printf(&text, "%c%s", value.p[i], i % 7 ? "" : "\r\n\t  ");
    }
    buf_add_str(&text, "\r\n" MAIL);
    assert_int_equal(open_text(buf_slice(&text), "bob@example.com", "", NOW, key).state, SEAL_GOOD);
    buf_deinit(&text);
    buf_deinit(&value);
}

static void lines_are_short_and_name_nobody(void **state)
{
    struct buf value;
    sealed(&value);
    struct slice rest = buf_slice(&value), line;
    for (bool first = true; slice_line(&rest, &line); first = false) {
        assert_true(line.n < 90);
        assert_true(first || line.p[0] == '\t');
    }
    assert_null(strstr(value.p, "ob@"));
    buf_deinit(&value);
}

static void thousands_of_recipients(void **state)
{
    struct seal_message m;
    static struct slice many[5000];
    static struct seal_verdict theirs[5000];
    static char names[5000][32];
    struct buf value;
    for (int i = 0; i < 5000; i++) {
        snprintf(names[i], sizeof(names[i]), "user%d@example.com", i);
        many[i] = slice_str(names[i]);
        theirs[i] = (struct seal_verdict){ 5, CLASS_CLEAN, false };
    }
    const struct seal_statement s = { NOW, SLICE("x"), 1, { 5, CLASS_CLEAN, false }, many, theirs, 5000 };
    seal_hash(SLICE(MAIL), &m);
    buf_init(&value, 4 * SEAL_VALUE_MAX);
    seal_make(&value, key, &m, &s);
    assert_true(value.n < SEAL_VALUE_MAX);
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_printf(&text, SEAL_FIELD ": %s\n" MAIL, value.p);
    assert_int_equal(open_text(buf_slice(&text), "user1000@example.com", "", NOW, key).state, SEAL_GOOD);
    assert_int_equal(open_text(buf_slice(&text), "user4999@example.com", "", NOW, key).state, SEAL_OTHER);
    buf_deinit(&text);
    buf_deinit(&value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_recipient_has_its_own),
        cmocka_unit_test(aliases_get_the_sites),
        cmocka_unit_test(transport_changes_nothing),
        cmocka_unit_test(no_other_message_has_it),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(only_one_counts),
        cmocka_unit_test(every_byte_is_signed),
        cmocka_unit_test(a_folded_value_is_the_same),
        cmocka_unit_test(lines_are_short_and_name_nobody),
        cmocka_unit_test(thousands_of_recipients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
