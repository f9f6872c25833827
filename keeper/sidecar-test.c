/* sidecar-test.c - what is known of a held message, as text and back */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "keeper/sidecar.h"

struct fixture {
    struct arena a;
    struct buf text;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (f == NULL)
        return -1;
    arena_init(&f->a, 2 * SIDECAR_MEMORY);
    buf_init(&f->text, 2 * SIDECAR_MAX);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_deinit(&f->a);
    buf_deinit(&f->text);
    free(f);
    return 0;
}

/* Something in every member. */
static struct keeper_entry full(struct fixture *f)
{
    static const struct keeper_recipient to[2] = {
        { SLICE_INIT("bob@example.net"), CLASS_VIRUS, ACTION_QUARANTINE, KEEPER_HELD, 0 },
        { SLICE_INIT("carol@example.net"), CLASS_SPAM, ACTION_REJECT, KEEPER_RELEASED, 1700000100 },
    };
    static const struct keeper_mark marks[1] = { { SLICE_INIT("bob@example.net"), SLICE_INIT("00ff"),
                                                   true } };
    struct keeper_entry entry = {
        .id = "abc123",
        .held_at = 1700000000,
        .size = 1234,
        .message_id = SLICE("4F00"),
        .envelope = { .has_client = true,
                      .has_sender = true,
                      .client_address = SLICE("192.0.2.1"),
                      .client_name = SLICE("mx.example.org"),
                      .client_port = 2525,
                      .helo = SLICE("helo"),
                      .sender = SLICE("alice@example.org"),
                      .tls_cipher = SLICE("AES"),
                      .received_at = 1699999999 },
        .classes = CLASS_BIT(CLASS_SPAM) | CLASS_BIT(CLASS_VIRUS),
        .class = CLASS_VIRUS,
        .score = 7.25,
        .required = 5,
        .subject = SLICE("Hello"),
        .recipients = arena_array(&f->a, 2, sizeof(to[0])),
        .n_recipients = 2,
        .marks = arena_array(&f->a, 1, sizeof(marks[0])),
        .n_marks = 1,
    };
    memcpy(entry.recipients, to, sizeof(to));
    memcpy(entry.marks, marks, sizeof(marks));
    finding_add(&entry.findings, &f->a, FINDING_RULE, CLASS_CLEAN, 7.25, SLICE("A_RULE"), SLICE("match"));
    finding_add(&entry.findings, &f->a, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Some.Virus"), SLICE("part 2"));
    finding_add(&entry.findings, &f->a, FINDING_SUBRULE, CLASS_CLEAN, 0, SLICE("__SUB"), SLICE(""))->count =
        9;
    return entry;
}

static struct keeper_entry there_and_back(struct fixture *f, const struct keeper_entry *entry)
{
    struct keeper_entry back;
    struct err e = { 0 };
    buf_reset(&f->text);
    assert_int_equal(sidecar_write(entry, &f->text, &e), 0);
    if (sidecar_read(buf_slice(&f->text), "it", &f->a, &back, &e) != 0)
        fail_msg("%s", e.text);
    return back;
}

#define SAME(member) assert_true(slice_eq(back.member, entry.member))

static void everything_comes_back(void **state)
{
    struct fixture *f = *state;
    const struct keeper_entry entry = full(f), back = there_and_back(f, &entry);
    assert_string_equal(back.id, entry.id);
    assert_int_equal(back.held_at, entry.held_at);
    assert_int_equal(back.size, entry.size);
    assert_int_equal(back.classes, entry.classes);
    assert_int_equal(back.class, entry.class);
    assert_true(back.score == entry.score && back.required == entry.required);
    SAME(message_id);
    SAME(subject);
    SAME(envelope.client_address);
    SAME(envelope.client_name);
    SAME(envelope.client_ptr);
    SAME(envelope.helo);
    SAME(envelope.sender);
    SAME(envelope.tls_cipher);
    assert_true(back.envelope.has_client && back.envelope.has_sender);
    assert_int_equal(back.envelope.client_port, 2525);
    assert_int_equal(back.envelope.received_at, 1699999999);
    assert_int_equal(back.n_recipients, 2);
    assert_int_equal(back.n_marks, 1);
    SAME(marks[0].address);
    SAME(marks[0].hmac);
    assert_true(back.marks[0].used);
}

static void recipients_and_findings_come_back_in_order(void **state)
{
    struct fixture *f = *state;
    const struct keeper_entry entry = full(f), back = there_and_back(f, &entry);
    for (size_t i = 0; i < 2; i++) {
        SAME(recipients[i].address);
        assert_int_equal(back.recipients[i].class, entry.recipients[i].class);
        assert_int_equal(back.recipients[i].action, entry.recipients[i].action);
        assert_int_equal(back.recipients[i].state, entry.recipients[i].state);
        assert_int_equal(back.recipients[i].released_at, entry.recipients[i].released_at);
    }
    const struct finding *b = back.findings.first;
    for (const struct finding *a = entry.findings.first; a; a = a->next, b = b->next) {
        assert_non_null(b);
        assert_true(a->kind == b->kind && a->class == b->class && a->score == b->score);
        assert_int_equal(a->count, b->count);
        assert_true(slice_eq(a->name, b->name) && slice_eq(a->detail, b->detail));
    }
    assert_null(b);
    assert_int_equal(back.findings.classes, entry.findings.classes);
}

static void any_bytes_of_mail_come_back(void **state)
{
    struct fixture *f = *state;
    static const struct slice table[] = {
        SLICE_INIT(""),          SLICE_INIT("%"),
        SLICE_INIT("%4"),        SLICE_INIT("%41"),
        SLICE_INIT("%%2500"),    SLICE_INIT("a\0b\0"),
        SLICE_INIT("\xff"),      SLICE_INIT("\xc3\xa4%"),
        SLICE_INIT("\xc3"),      SLICE_INIT("\xed\xa0\x80"),
        SLICE_INIT("\r\n\t"),    SLICE_INIT("\"\\/"),
        SLICE_INIT("\x7f\x1b["), SLICE_INIT("\xc0\x80"),
        SLICE_INIT("{\"id\":"),  SLICE_INIT("\xf4\x90\x80\x80"),
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct keeper_entry entry = full(f);
        entry.subject = entry.envelope.sender = entry.envelope.helo = table[i];
        entry.recipients[0].address = table[i];
        const struct keeper_entry back = there_and_back(f, &entry);
        SAME(subject);
        SAME(envelope.sender);
        SAME(envelope.helo);
        SAME(recipients[0].address);
    }
}

static void every_byte_comes_back(void **state)
{
    struct fixture *f = *state;
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    struct keeper_entry entry = full(f);
    entry.subject = slice_of(all, sizeof(all));
    const struct keeper_entry back = there_and_back(f, &entry);
    SAME(subject);
}

static void every_class_action_and_state_comes_back(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    for (unsigned i = 0; i < CLASS_COUNT; i++) {
        entry.class = (enum verdict_class)i;
        entry.classes = CLASS_BIT(i);
        entry.recipients[0].class = (enum verdict_class)i;
        entry.recipients[0].action = (enum verdict_action)(i % ACTION_COUNT);
        entry.recipients[0].state = (enum keeper_recipient_state)(i % KEEPER_STATE_COUNT);
        const struct keeper_entry back = there_and_back(f, &entry);
        assert_int_equal(back.class, i);
        assert_int_equal(back.classes, CLASS_BIT(i));
        assert_int_equal(back.recipients[0].class, i);
        assert_int_equal(back.recipients[0].action, i % ACTION_COUNT);
        assert_int_equal(back.recipients[0].state, i % KEEPER_STATE_COUNT);
    }
}

static void a_score_that_is_no_number_is_zero(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    entry.score = NAN;
    entry.required = INFINITY;
    const struct keeper_entry back = there_and_back(f, &entry);
    assert_true(back.score == 0 && back.required == 0);
}

static void many_recipients_and_findings_come_back(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    entry.n_recipients = 20000;
    entry.recipients = arena_array(&f->a, entry.n_recipients, sizeof(*entry.recipients));
    for (size_t i = 0; i < entry.n_recipients; i++)
        entry.recipients[i].address = arena_printf(&f->a, "user%zu@example.net", i);
    while (entry.findings.n < FINDING_LIST_MAX)
        finding_add(&entry.findings, &f->a, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("n"), SLICE("d"));
    const struct keeper_entry back = there_and_back(f, &entry);
    assert_int_equal(back.n_recipients, 20000);
    SAME(recipients[19999].address);
    assert_int_equal(back.findings.n, FINDING_LIST_MAX);
}

/* As a spammer may write it: what is kept is the beginning. */
static void a_long_subject_is_cut(void **state)
{
    struct fixture *f = *state;
    char *subject = malloc(500000);
    assert_non_null(subject);
    for (size_t n = 20000; n <= 500000; n *= 5) {
        struct keeper_entry entry = full(f);
        memset(subject, 0xe4, n);
        entry.subject = slice_of(subject, n);
        const struct keeper_entry back = there_and_back(f, &entry);
        assert_true(slice_eq(back.subject, slice_sub(entry.subject, 0, SIDECAR_VALUE_MAX)));
    }
    free(subject);
}

static void a_flood_of_findings_comes_back(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    for (size_t i = 0; i < 2 * FINDING_LIST_MAX; i++)
        finding_add(&entry.findings, &f->a, FINDING_RULE, CLASS_CLEAN, 1, SLICE("R"), SLICE(""));
    for (unsigned c = 1; c < CLASS_COUNT; c++)
        finding_add(&entry.findings, &f->a, FINDING_CLASS, (enum verdict_class)c, 0, SLICE("x"), SLICE(""));
    assert_true(entry.findings.n > FINDING_LIST_MAX + 1);
    const struct keeper_entry back = there_and_back(f, &entry);
    assert_int_equal(back.findings.n, entry.findings.n);
    assert_int_equal(back.findings.classes, entry.findings.classes);
}

static void as_many_recipients_as_can_be_set_come_back(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    entry.n_recipients = KEEPER_RECIPIENTS_MAX;
    entry.recipients = arena_array(&f->a, entry.n_recipients, sizeof(*entry.recipients));
    assert_int_equal(there_and_back(f, &entry).n_recipients, 100000);
}

/* The good text with one part of it replaced. */
static struct slice changed(struct fixture *f, const char *from, const char *to)
{
    struct keeper_entry entry = full(f);
    struct err e = { 0 };
    buf_reset(&f->text);
    assert_int_equal(sidecar_write(&entry, &f->text, &e), 0);
    struct slice text = buf_slice(&f->text);
    ptrdiff_t at = slice_find(text, slice_str(from));
    if (at < 0)
        fail_msg("%s is not in the sidecar", from);
    return arena_printf(&f->a, "%.*s%s%.*s", (int)at, text.p, to,
                        SLICE_ARG(slice_from(text, (size_t)at + strlen(from))));
}

static void what_is_wrong_is_named(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *from, *to, *said;
    } table[] = {
        { "\"format\": 1", "\"format\": 2", "format 2" },
        { "\"format\": 1", "\"format\": \"1\"", "format" },
        { "\"id\": \"abc123\"", "\"id\": \"../x\"", "\"id\"" },
        { "\"id\": \"abc123\"", "\"id\": \"\"", "\"id\"" },
        { "\"id\": \"abc123\"", "\"id\": \"012345678901234567890123456789012\"", "\"id\"" },
        { "\"held_at\": 1700000000", "\"held_at\": -1", "\"held_at\"" },
        { "\"held_at\": 1700000000", "\"held_at\": 1.5", "\"held_at\"" },
        { "\"size\": 1234", "\"size\": null", "\"size\"" },
        { "\"size\"", "\"Size\"", "\"size\"" },
        { "\"class\": \"virus\"", "\"class\": \"fine\"", "\"class\"" },
        { "\"classes\": [", "\"classes\": [7, ", "\"classes\"" },
        { "\"score\": 7.25", "\"score\": 1e10", "\"score\"" },
        { "\"subject\": \"Hello\"", "\"subject\": 7", "\"subject\"" },
        { "\"envelope\": {", "\"envelope\": 1, \"other\": {", "\"envelope\"" },
        { "\"client_port\": 2525", "\"client_port\": 65536", "\"client_port\"" },
        { "\"has_client\": true", "\"has_client\": 1", "\"has_client\"" },
        { "\"recipients\": [", "\"recipients\": {}, \"other\": [", "\"recipients\"" },
        { "\"recipients\": [", "\"recipients\": [3, ", "\"address\"" },
        { "\"state\": \"held\"", "\"state\": \"gone\"", "\"state\"" },
        { "\"action\": \"quarantine\"", "\"action\": \"eat\"", "\"action\"" },
        { "\"used\": true", "\"used\": \"yes\"", "\"used\"" },
        { "\"kind\": \"virus\"", "\"kind\": \"viruses\"", "\"kind\"" },
        { "\"class\": \"virus\",\n   \"score\": 0", "\"class\": \"clean\",\n   \"score\": 0", "\"class\"" },
        { "\"count\": 9", "\"count\": 4294967296", "\"count\"" },
        { "\"count\": 9", "\"count\": 9, \"count\": 9", "line" },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct keeper_entry entry;
        struct err e = { 0 };
        struct slice text = changed(f, table[i].from, table[i].to);
        if (sidecar_read(text, "x.json", &f->a, &entry, &e) == 0)
            fail_msg("%s was taken", table[i].to);
        assert_int_equal(e.kind, ERR_INPUT);
        assert_memory_equal(e.text, "x.json: ", 8);
        if (strstr(e.text, table[i].said) == NULL)
            fail_msg("%s: %s", table[i].to, e.text);
    }
}

static void what_is_not_json_is_named_by_line(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry;
    struct err e = { 0 };
    assert_int_equal(sidecar_read(SLICE("{\n\"format\": 1,\n?"), "x.json", &f->a, &entry, &e), -1);
    assert_non_null(strstr(e.text, "x.json: line 3: "));
    assert_int_equal(sidecar_read(SLICE(""), "x.json", &f->a, &entry, &e), -1);
    assert_int_equal(sidecar_read(slice_of(NULL, 0), "x.json", &f->a, &entry, &e), -1);
    assert_int_equal(sidecar_read(SLICE("[]"), "x.json", &f->a, &entry, &e), -1);
}

/* A write that stopped half way is never an entry. */
static void no_beginning_of_a_sidecar_is_one(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry whole = full(f), entry;
    struct err e = { 0 };
    assert_int_equal(sidecar_write(&whole, &f->text, &e), 0);
    struct slice text = slice_trim(buf_slice(&f->text));
    for (size_t n = 0; n < text.n; n++)
        assert_int_equal(sidecar_read(slice_sub(text, 0, n), "x", &f->a, &entry, &e), -1);
    assert_int_equal(sidecar_read(text, "x", &f->a, &entry, &e), 0);
}

static void deep_nesting_and_long_text_are_refused(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry;
    struct err e = { 0 };
    size_t n = SIDECAR_MAX + 1;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, '[', n);
    assert_int_equal(sidecar_read(slice_of(text, 1000000), "x", &f->a, &entry, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    memset(text, ' ', n);
    assert_int_equal(sidecar_read(slice_of(text, n), "x", &f->a, &entry, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    free(text);
}

static void unknown_members_are_left_out(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry;
    struct err e = { 0 };
    struct slice text = changed(f, "\"format\": 1,", "\"later\": {\"a\": [1]}, \"format\": 1,");
    assert_int_equal(sidecar_read(text, "x", &f->a, &entry, &e), 0);
    assert_string_equal(entry.id, "abc123");
}

static void more_than_fits_is_refused_when_written(void **state)
{
    struct fixture *f = *state;
    struct keeper_entry entry = full(f);
    struct err e = { 0 };
    char *address = malloc(4096);
    assert_non_null(address);
    memset(address, 'a', 4096);
    entry.n_recipients = 5000;
    entry.recipients = arena_array(&f->a, entry.n_recipients, sizeof(*entry.recipients));
    for (size_t i = 0; i < entry.n_recipients; i++)
        entry.recipients[i].address = slice_of(address, 4096);
    assert_int_equal(sidecar_write(&entry, &f->text, &e), -1);
    assert_int_equal(e.kind, ERR_INPUT);
    free(address);
}

static void ids(void **state)
{
    assert_true(keeper_id_good(SLICE("a")));
    assert_true(keeper_id_good(SLICE("01234567890123456789012345678901")));
    assert_false(keeper_id_good(SLICE("012345678901234567890123456789012")));
    assert_false(keeper_id_good(SLICE("")));
    assert_false(keeper_id_good(SLICE("..")));
    assert_false(keeper_id_good(SLICE("a/b")));
    assert_false(keeper_id_good(SLICE("a\0b")));
    assert_false(keeper_id_good(SLICE("\xc3\xa4")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_comes_back),
        TEST(recipients_and_findings_come_back_in_order),
        TEST(any_bytes_of_mail_come_back),
        TEST(every_byte_comes_back),
        TEST(every_class_action_and_state_comes_back),
        TEST(a_score_that_is_no_number_is_zero),
        TEST(many_recipients_and_findings_come_back),
        TEST(a_long_subject_is_cut),
        TEST(a_flood_of_findings_comes_back),
        TEST(as_many_recipients_as_can_be_set_come_back),
        TEST(what_is_wrong_is_named),
        TEST(what_is_not_json_is_named_by_line),
        TEST(no_beginning_of_a_sidecar_is_one),
        TEST(deep_nesting_and_long_text_are_refused),
        TEST(unknown_members_are_left_out),
        TEST(more_than_fits_is_refused_when_written),
        TEST(ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
