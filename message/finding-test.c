/* finding-test.c - findings, verdict table, envelope and their way through a pipe */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <cmocka.h>
#include "message/envelope.h"
#include "message/finding.h"

static struct arena arena;

static int setup(void **state)
{
    arena_init(&arena, 64 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

static void every_class_has_a_name_that_is_found(void **state)
{
    for (int i = 0; i < CLASS_COUNT; i++) {
        assert_non_null(verdict_classes[i].name);
        assert_int_equal(verdict_class_by_name(slice_str(verdict_classes[i].name)), i);
        assert_true((verdict_classes[i].group == NULL) == (i == CLASS_CLEAN));
    }
    assert_int_equal(verdict_class_by_name(SLICE("spa")), -1);
    assert_int_equal(verdict_class_by_name(SLICE("")), -1);
    for (int i = 0; i < ACTION_COUNT; i++)
        assert_non_null(verdict_action_names[i]);
    assert_null(verdict_action_names[ACTION_COUNT]);
}

static void the_highest_class_names_the_verdict(void **state)
{
    assert_int_equal(verdict_highest(0), CLASS_CLEAN);
    assert_int_equal(verdict_highest(CLASS_BIT(CLASS_CLEAN)), CLASS_CLEAN);
    assert_int_equal(verdict_highest(CLASS_BIT(CLASS_SPAM) | CLASS_BIT(CLASS_BAD_HEADER)), CLASS_SPAM);
    assert_int_equal(verdict_highest(~(class_set)0), CLASS_VIRUS);
}

static void names_details_and_scores_are_made_to_fit(void **state)
{
    char longer[FINDING_DETAIL_MAX + 100];
    memset(longer, 'x', sizeof(longer));
    struct finding_list list = { 0 };
    struct finding *f = finding_add(&list, &arena, FINDING_RULE, CLASS_CLEAN, INFINITY,
                                    SLICE("A B\r\nC\0\x7f\xc3"), SLICE("any\0\r\n"));
    assert_true(slice_eq(f->name, SLICE("A?B??C???")));
    assert_true(slice_eq(f->detail, SLICE("any\0\r\n")));
    assert_true(f->score == FINDING_SCORE_MAX);
    f = finding_add(&list, &arena, FINDING_RULE, CLASS_CLEAN, NAN, slice_of(NULL, 0),
                    slice_of(longer, sizeof(longer)));
    assert_true(slice_eq(f->name, SLICE("?")));
    assert_int_equal(f->detail.n, FINDING_DETAIL_MAX);
    assert_true(f->score == 0);
    f = finding_add(&list, &arena, FINDING_CLASS, CLASS_BANNED, -5, slice_of(longer, sizeof(longer)),
                    SLICE(""));
    assert_int_equal(f->name.n, FINDING_NAME_MAX);
    assert_true(f->score == 0);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.classes, CLASS_BIT(CLASS_BANNED));
}

static void a_flood_closes_the_list_but_hides_no_class(void **state)
{
    struct finding_list list = { 0 };
    for (int i = 0; i < FINDING_LIST_MAX; i++)
        finding_add(&list, &arena, FINDING_RULE, CLASS_CLEAN, 1, SLICE("R"), SLICE(""));
    assert_int_equal(list.classes, 0);
    for (int i = 0; i < 10; i++)
        finding_add(&list, &arena, FINDING_RULE, CLASS_CLEAN, 1, SLICE("R"), SLICE(""));
    assert_int_equal(list.n, FINDING_LIST_MAX + 1);
    assert_int_equal(list.classes, CLASS_BIT(CLASS_UNCHECKED_LIMIT));
    for (int i = 0; i < 10; i++)
        finding_add(&list, &arena, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Eicar"), SLICE(""));
    assert_int_equal(list.n, FINDING_LIST_MAX + 2);
    assert_true(list.classes & CLASS_BIT(CLASS_VIRUS));
}

static void add_samples(struct finding_list *list)
{
    finding_add(list, &arena, FINDING_RULE, CLASS_CLEAN, 1.25, SLICE("R_ONE"), SLICE("what\0matched"));
    finding_add(list, &arena, FINDING_SUBRULE, CLASS_CLEAN, 0, SLICE("__SUB"), SLICE(""))->count = 7;
    finding_add(list, &arena, FINDING_CLASS, CLASS_UNCHECKED_AMBIGUOUS, 0, SLICE("mime"), SLICE("part 3"));
    finding_add(list, &arena, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Eicar"), SLICE("part 2"));
    finding_add(list, &arena, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("auth"), SLICE("spf=pass"));
}

static void what_is_put_is_what_is_got(void **state)
{
    struct finding_list list = { 0 }, got;
    struct buf b;
    struct wire w;
    add_samples(&list);
    buf_init_in(&b, &arena, 10000);
    finding_put(&b, &list);
    wire_read(&w, buf_slice(&b));
    assert_true(finding_get(&w, &arena, &got));
    assert_true(wire_done(&w));
    assert_int_equal(got.n, list.n);
    assert_int_equal(got.classes, list.classes);
    struct finding *g = got.first;
    for (struct finding *f = list.first; f; f = f->next, g = g->next) {
        assert_int_equal(f->kind, g->kind);
        assert_int_equal(f->class, g->class);
        assert_int_equal(f->count, g->count);
        assert_true(f->score == g->score);
        assert_true(slice_eq(f->name, g->name));
        assert_true(slice_eq(f->detail, g->detail));
    }
    assert_null(g);
}

static void a_cut_frame_is_no_list(void **state)
{
    struct finding_list list = { 0 }, got;
    struct buf b;
    add_samples(&list);
    buf_init_in(&b, &arena, 10000);
    finding_put(&b, &list);
    for (size_t n = 0; n < b.n; n++) {
        struct wire w;
        wire_read(&w, slice_of(b.p, n));
        assert_false(finding_get(&w, &arena, &got));
    }
}

static void too_small_a_frame_keeps_the_classes(void **state)
{
    struct finding_list list = { 0 }, got;
    for (int i = 0; i < 100; i++)
        finding_add(&list, &arena, FINDING_RULE, CLASS_CLEAN, 1, SLICE("R"), SLICE("some detail"));
    add_samples(&list);
    for (size_t max = 300; max < 3000; max += 7) {
        struct buf b;
        struct wire w;
        buf_init_in(&b, &arena, max);
        finding_put(&b, &list);
        assert_false(b.full);
        wire_read(&w, buf_slice(&b));
        assert_true(finding_get(&w, &arena, &got) && wire_done(&w));
        assert_int_equal(got.classes, list.classes | CLASS_BIT(CLASS_UNCHECKED_LIMIT));
        assert_true(got.n < list.n);
    }
}

/* a worker that lies */
static void lies_are_refused(void **state)
{
    static const struct {
        const char *what;
        uint32_t n;
        uint8_t kind, class;
        double score;
        uint32_t count;
        struct slice name;
        uint32_t detail_n;
    } cases[] = {
        { "no lie", 1, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), 0 },
        { "number over the limit", 10000000, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), 0 },
        { "number over what is there", 2, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), 0 },
        { "kind", 1, FINDING_KIND_COUNT, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), 0 },
        { "class", 1, FINDING_CLASS, CLASS_COUNT, 0, 1, SLICE_INIT("R"), 0 },
        { "class of a rule", 1, FINDING_RULE, CLASS_VIRUS, 1, 1, SLICE_INIT("R"), 0 },
        { "no class", 1, FINDING_CLASS, CLASS_CLEAN, 0, 1, SLICE_INIT("R"), 0 },
        { "score of a note", 1, FINDING_NOTE, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), 0 },
        { "not a number", 1, FINDING_RULE, CLASS_CLEAN, NAN, 1, SLICE_INIT("R"), 0 },
        { "infinite", 1, FINDING_RULE, CLASS_CLEAN, -INFINITY, 1, SLICE_INIT("R"), 0 },
        { "huge", 1, FINDING_RULE, CLASS_CLEAN, 1e300, 1, SLICE_INIT("R"), 0 },
        { "never hit", 1, FINDING_RULE, CLASS_CLEAN, 1, 0, SLICE_INIT("R"), 0 },
        { "no name", 1, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT(""), 0 },
        { "line end in a name", 1, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT("R\r\nX"), 0 },
        { "huge detail", 1, FINDING_RULE, CLASS_CLEAN, 1, 1, SLICE_INIT("R"), UINT32_MAX },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf b;
        struct wire w;
        struct finding_list got;
        buf_init_in(&b, &arena, 10000);
        wire_put_u32(&b, cases[i].n);
        wire_put_u8(&b, cases[i].kind);
        wire_put_u8(&b, cases[i].class);
        wire_put_double(&b, cases[i].score);
        wire_put_u32(&b, cases[i].count);
        wire_put_slice(&b, cases[i].name);
        wire_put_u32(&b, cases[i].detail_n);
        wire_read(&w, buf_slice(&b));
        if (finding_get(&w, &arena, &got) != (i == 0))
            fail_msg("%s", cases[i].what);
    }
}

static struct envelope sample_envelope(struct slice *recipients, size_t n)
{
    return (struct envelope){
        .has_client = true,
        .has_sender = true,
        .client_address = SLICE_INIT("2001:db8::1"),
        .client_name = SLICE_INIT("mx.example.org"),
        .client_port = 65535,
        .helo = SLICE_INIT("any\r\nthing\xff"),
        .sender = SLICE_INIT(""),
        .queue_id = SLICE_INIT("4abc"),
        .tls_cipher = SLICE_INIT("last of the values"),
        .recipients = recipients,
        .n_recipients = n,
        .recipients_total = n,
        .received_at = -5,
    };
}

static void an_envelope_arrives_whole(void **state)
{
    struct slice to[] = { SLICE_INIT("a@example.org"), SLICE_INIT("b@example.org") };
    struct envelope env = sample_envelope(to, 2), got;
    struct buf b;
    struct wire w;
    buf_init_in(&b, &arena, 100000);
    envelope_put(&b, &env, 1000);
    for (size_t n = 0; n < b.n; n++) {
        wire_read(&w, slice_of(b.p, n));
        assert_false(envelope_get(&w, &arena, &got));
    }
    wire_read(&w, buf_slice(&b));
    assert_true(envelope_get(&w, &arena, &got) && wire_done(&w));
    assert_true(got.has_client && got.has_sender);
    assert_true(slice_eq(got.client_address, env.client_address));
    assert_true(slice_eq(got.helo, env.helo));
    assert_true(slice_eq(got.tls_cipher, env.tls_cipher));
    assert_int_equal(got.client_port, 65535);
    assert_int_equal(got.received_at, -5);
    assert_int_equal(got.n_recipients, 2);
    assert_int_equal(got.recipients_total, 2);
    assert_true(slice_eq(got.recipients[1], to[1]));
}

static void too_many_recipients_stay_behind_and_are_counted(void **state)
{
    struct slice to[100];
    for (size_t i = 0; i < 100; i++)
        to[i] = SLICE("0123456789");
    struct envelope env = sample_envelope(to, 100), got;
    struct buf b;
    struct wire w;
    buf_init_in(&b, &arena, 100000);
    envelope_put(&b, &env, 14 * 10 + 13);
    wire_read(&w, buf_slice(&b));
    assert_true(envelope_get(&w, &arena, &got) && wire_done(&w));
    assert_int_equal(got.n_recipients, 10);
    assert_int_equal(got.recipients_total, 100);
}

static void long_values_are_cut(void **state)
{
    char *p = arena_alloc(&arena, 100000);
    memset(p, 'x', 100000);
    struct envelope env = { .helo = { p, 100000 }, .sender = SLICE_INIT("a\0b") }, got;
    struct buf b;
    struct wire w;
    buf_init_in(&b, &arena, 100000);
    envelope_put(&b, &env, 0);
    wire_read(&w, buf_slice(&b));
    assert_true(envelope_get(&w, &arena, &got));
    assert_int_equal(got.helo.n, ENVELOPE_VALUE_MAX);
    assert_true(slice_eq(got.sender, SLICE("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_has_a_name_that_is_found),
        cmocka_unit_test(the_highest_class_names_the_verdict),
        cmocka_unit_test(names_details_and_scores_are_made_to_fit),
        cmocka_unit_test(a_flood_closes_the_list_but_hides_no_class),
        cmocka_unit_test(what_is_put_is_what_is_got),
        cmocka_unit_test(a_cut_frame_is_no_list),
        cmocka_unit_test(too_small_a_frame_keeps_the_classes),
        cmocka_unit_test(lies_are_refused),
        cmocka_unit_test(an_envelope_arrives_whole),
        cmocka_unit_test(too_many_recipients_stay_behind_and_are_counted),
        cmocka_unit_test(long_values_are_cut),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
