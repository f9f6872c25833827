/* heard-test.c - what a filter's edits make of a message, and which edits are faults */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/milter/heard.h"
#include "tests/milter/mailfile.h"

struct fixture {
    struct arena arena;
    struct talk talk;
};

static int setup(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    arena_init(&f->arena, 16 << 20);
    talk_init(&f->talk, "unix:/nowhere", 1000, &f->arena);
    f->talk.client.got.protocol = MT_HDR_LEADSPC;
    f->talk.answer.tail = &f->talk.answer.edits;
    f->talk.answer.kind = 'c';
    f->talk.sent = arena_array(&f->arena, 3, sizeof(*f->talk.sent));
    f->talk.sent[0] = (struct mail_field){ SLICE("A"), SLICE(" 1") };
    f->talk.sent[1] = (struct mail_field){ SLICE("B"), SLICE(" 2") };
    f->talk.sent[2] = (struct mail_field){ SLICE("a "), SLICE(" 3") };
    f->talk.n_sent = 3;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    talk_deinit(&f->talk);
    arena_deinit(&f->arena);
    test_free(f);
    return 0;
}

static void edit(struct fixture *f, enum mt_edit_kind kind, uint32_t index, const char *name,
                 const char *value)
{
    struct mt_edit *e = ARENA_NEW(&f->arena, struct mt_edit);
    *e = (struct mt_edit){ kind, 0, index, slice_str(name), slice_str(value), NULL };
    *f->talk.answer.tail = e;
    f->talk.answer.tail = &e->next;
    f->talk.answer.n_edits++;
}

static void assert_fields(struct fixture *f, const char *expected)
{
    size_t n;
    const struct mail_field *fields = heard_fields(&f->talk, &n);
    struct buf b;
    buf_init(&b, 1000);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%.*s=%.*s;", SLICE_ARG(fields[i].name), SLICE_ARG(fields[i].value));
    assert_string_equal(b.p, expected);
    buf_deinit(&b);
}

static void edits_are_applied(void **state)
{
    struct fixture *f = *state;
    edit(f, MT_EDIT_DELETE, 2, "a", "");
    edit(f, MT_EDIT_CHANGE, 1, "b", " new");
    edit(f, MT_EDIT_INSERT, 1, "First", " f");
    edit(f, MT_EDIT_ADD, 0, "Last", " l");
    edit(f, MT_EDIT_CHANGE, 1, "C", " c");
    assert_fields(f, "First=f;A=1;b=new;Last=l;C=c;");
    assert_null(heard_sound(&f->talk));
}

static void deleting_from_the_first_means_two_things(void **state)
{
    struct fixture *f = *state;
    edit(f, MT_EDIT_DELETE, 1, "A", "");
    edit(f, MT_EDIT_DELETE, 2, "A", "");
    assert_string_equal(heard_sound(&f->talk), "edits that Postfix and Sendmail understand differently");
}

static void deleting_from_the_last_means_one(void **state)
{
    struct fixture *f = *state;
    edit(f, MT_EDIT_DELETE, 2, "A", "");
    edit(f, MT_EDIT_DELETE, 1, "A", "");
    assert_null(heard_sound(&f->talk));
    assert_fields(f, "B=2;");
}

static void malformed_fields_are_faults(void **state)
{
    static const struct {
        const char *name, *value;
    } table[] = { { "", " v" },        { "a b", " v" },     { "a:b", " v" }, { "N", " v\nX: y" },
                  { "N", " v\r\n x" }, { "N", "no space" }, { "N\n", " v" } };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        f->talk.answer.edits = NULL;
        f->talk.answer.tail = &f->talk.answer.edits;
        edit(f, MT_EDIT_ADD, 0, table[i].name, table[i].value);
        assert_non_null(heard_sound(&f->talk));
    }
}

static void replies_are_looked_at(void **state)
{
    struct fixture *f = *state;
    f->talk.answer.kind = 'y';
    f->talk.answer.text = SLICE("550 5.7.1 no");
    assert_null(heard_sound(&f->talk));
    f->talk.answer.text = SLICE("550 5.7.1 no\r\n250 ok");
    assert_non_null(heard_sound(&f->talk));
    f->talk.answer.text = SLICE("250 ok");
    assert_non_null(heard_sound(&f->talk));
    f->talk.answer.text = SLICE("550 5.7.1 no");
    f->talk.answer.quarantined = true;
    f->talk.answer.quarantine = SLICE("reason");
    assert_string_equal(heard_sound(&f->talk), "a quarantine that its own verdict cancels");
}

static void a_mail_file_is_read_as_an_mta_would(void **state)
{
    struct fixture *f = *state;
    struct mail m;
    mail_parse(&m, SLICE("From x\nSubject: one\r\n two\nTo:b\nno field\n\nbody\r\n"), &f->arena);
    assert_int_equal(m.n_fields, 2);
    assert_true(slice_eq(m.fields[0].name, SLICE("Subject")));
    assert_true(slice_eq(m.fields[0].value, SLICE(" one\n two")));
    assert_true(slice_eq(m.fields[1].value, SLICE("b")));
    assert_true(slice_eq(m.body, SLICE("no field\r\n\r\nbody\r\n")));
    mail_parse(&m, SLICE("A : b\n\n.x"), &f->arena);
    assert_true(slice_eq(m.fields[0].name, SLICE("A ")));
    assert_true(slice_eq(m.body, SLICE(".x\r\n")));
    mail_parse(&m, SLICE(""), &f->arena);
    assert_int_equal(m.n_fields + m.body.n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(edits_are_applied),
        TEST(deleting_from_the_first_means_two_things),
        TEST(deleting_from_the_last_means_one),
        TEST(malformed_fields_are_faults),
        TEST(replies_are_looked_at),
        TEST(a_mail_file_is_read_as_an_mta_would),
    };
    return cmocka_run_group_tests_name("tests/milter/heard", tests, NULL, NULL);
}
