/* plan-test.c - verdicts to edits and one reply, and the proof of both */
#include "policy/test-fixture.h"

#include "policy/plan.h"
#include "policy/subject.h"

static void make_plan(struct fixture *x, struct plan *p, struct plan_message *m)
{
    static const struct envelope env;
    if (m->id.p == NULL)
        m->id = SLICE("4Xyz1");
    m->envelope = &env;
    decide(x, false);
    plan_make(p, &x->arena, &x->v, m, &x->o);
    const char *fault = plan_check(p);
    if (fault)
        fail_msg("plan_check: %s", fault);
}

/* the edits, one a line: "+Name@1: value", "=Name@1: value", "-Name@2" */
static const char *edits(struct fixture *x, const struct plan *p)
{
    static const char signs[] = { '>', '+', '=', '-' };
    struct buf b;
    buf_init_in(&b, &x->arena, 1 << 20);
    for (const struct plan_edit *e = p->first; e; e = e->next)
        buf_printf(&b, e->value ? "%c%s@%u:%s\n" : "%c%s@%u\n", signs[e->kind], e->name, e->index, e->value);
    return b.p;
}

static size_t count_of(const char *all, const char *part)
{
    size_t n = 0;
    for (const char *at = all; (at = strstr(at, part)); at++)
        n++;
    return n;
}

static void clean_mail_gets_status_only(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .leading_space = true };
    fixture_init(&x);
    add_rule(&x, 1.2, "SMALL", "");
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    assert_null(p.hold_reason);
    assert_string_equal(edits(&x, &p),
                        "+X-Spam-Status@1: No, score=1.2 required=5.0 tests=SMALL autolearn=no\n\t"
                        "autolearn_force=no version=4.0.1\n+X-Spam-Level@1: *\n");
    x.o.add_headers_clean = false;
    make_plan(&x, &p, &m);
    assert_int_equal(p.n_edits, 0);
    fixture_deinit(&x);
}

static void fields_of_the_site_take_the_place_of_ours(void **state)
{
    struct fixture x;
    struct plan p;
    struct engine_field two = { SLICE("X-Spam-Two"), SLICE("2,\n\tmore"), NULL },
                        status = { SLICE("X-Spam-Status"), SLICE("No, by rules"), &two };
    struct engine_written w = { .fields = &status, .n_fields = 2, .tags[TAG_PREFIX] = SLICE("[EXT]") };
    struct plan_message m = {
        .has_subject = true, .subject = SLICE(" Hi"), .written = &w, .leading_space = true
    };
    fixture_init(&x);
    add_rule(&x, 1.2, "SMALL", "");
    make_plan(&x, &p, &m);
    assert_string_equal(edits(&x, &p), "=Subject@1: [EXT] Hi\n+X-Spam-Two@1: 2,\n\tmore\n"
                                       "+X-Spam-Status@1: No, by rules\n+X-Spam-Level@1: *\n");
    w.spam = true; /* the scorer judged by another limit than ours */
    make_plan(&x, &p, &m);
    assert_null(strstr(edits(&x, &p), "by rules"));
    assert_null(strstr(edits(&x, &p), "Subject"));
    fixture_deinit(&x);
}

static void the_tag_of_rule_files_counts_where_there_is_none_of_ours(void **state)
{
    struct fixture x;
    struct plan p;
    struct engine_written w = { .spam = true, .tags[TAG_SUBJECT] = SLICE("*SPAM 7.0*") };
    struct plan_message m = {
        .has_subject = true, .subject = SLICE(" Hi"), .written = &w, .leading_space = true
    };
    fixture_init(&x);
    add_rule(&x, 7, "BIG", "");
    make_plan(&x, &p, &m);
    assert_non_null(strstr(edits(&x, &p), "=Subject@1: *SPAM 7.0* Hi\n"));
    x.o.subject_tag = "[OURS]";
    make_plan(&x, &p, &m);
    assert_non_null(strstr(edits(&x, &p), "=Subject@1: [OURS] Hi\n"));
    fixture_deinit(&x);
}

static void spammy_mail_is_tagged(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .has_subject = true, .subject = SLICE(" Hello"), .leading_space = true };
    fixture_init(&x);
    add_rule(&x, 6, "PILLS", "cheap");
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    assert_string_equal(edits(&x, &p),
                        "=Subject@1: [SPAM] Hello\n+X-Spam-Report@1: \n\t*  6.0 PILLS cheap\n"
                        "+X-Spam-Status@1: Yes, score=6.0 required=5.0 tests=PILLS autolearn=no\n\t"
                        "autolearn_force=no version=4.0.1\n+X-Spam-Level@1: ******\n+X-Spam-Flag@1: YES\n");
    m.leading_space = false;
    make_plan(&x, &p, &m);
    assert_non_null(strstr(edits(&x, &p), "=Subject@1:[SPAM] Hello\n"));
    assert_non_null(strstr(edits(&x, &p), "+X-Spam-Flag@1:YES\n"));
    fixture_deinit(&x);
}

static void a_missing_subject_is_made(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .leading_space = true };
    fixture_init(&x);
    add_rule(&x, 6, "PILLS", "");
    make_plan(&x, &p, &m);
    assert_non_null(strstr(edits(&x, &p), "+Subject@1: [SPAM]\n"));
    x.o.subject_tag = "";
    make_plan(&x, &p, &m);
    assert_null(strstr(edits(&x, &p), "Subject"));
    fixture_deinit(&x);
}

static void unchecked_mail_has_its_own_tag(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .has_subject = true, .subject = SLICE(" Hi"), .leading_space = true };
    fixture_init(&x);
    add_class(&x, CLASS_UNCHECKED_ENCRYPTED, "zip", "part 2");
    make_plan(&x, &p, &m);
    const char *all = edits(&x, &p);
    assert_non_null(strstr(all, "=Subject@1: [UNCHECKED] Hi\n"));
    assert_non_null(strstr(all, "+X-Spam-Report@1: \n\t*  0.0 unchecked/encrypted zip part 2\n"));
    assert_null(strstr(all, "X-Spam-Flag"));
    add_rule(&x, 5, "PILLS", "");
    make_plan(&x, &p, &m);
    assert_non_null(strstr(edits(&x, &p), "=Subject@1: [UNCHECKED] [SPAM] Hi\n"));
    fixture_deinit(&x);
}

static void a_class_that_passes_is_not_tagged(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .has_subject = true, .subject = SLICE(" Hi"), .leading_space = true };
    fixture_init(&x);
    x.o.action_spammy = ACTION_PASS;
    add_rule(&x, 6, "PILLS", "");
    make_plan(&x, &p, &m);
    assert_null(strstr(edits(&x, &p), "Subject"));
    assert_null(strstr(edits(&x, &p), "X-Spam-Flag"));
    assert_non_null(strstr(edits(&x, &p), "Yes, score=6.0"));
    fixture_deinit(&x);
}

static void quarantine_is_hold_and_tags(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .has_subject = true, .subject = SLICE(" Hi"), .leading_space = true };
    fixture_init(&x);
    add_rule(&x, 7.5, "PILLS", "");
    add_class(&x, CLASS_UNCHECKED_LIMIT, "parts", "");
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    assert_string_equal(p.hold_reason, "tamis: unchecked/limit, score 7.5, id 4Xyz1");
    assert_non_null(strstr(edits(&x, &p), "=Subject@1: [UNCHECKED] [SPAM] Hi\n"));
    assert_non_null(strstr(edits(&x, &p), "+X-Spam-Flag@1: YES\n"));
    fixture_deinit(&x);
}

static void refusals_have_reply_and_no_edits(void **state)
{
    static const struct {
        enum verdict_class class;
        enum plan_reply reply;
        const char *code, *enhanced, *text;
    } cases[] = {
        { CLASS_VIRUS, REPLY_REJECT, "550", "5.7.1", "Message has dangerous content (4Xyz1)" },
        { CLASS_UNCHECKED_CRASH, REPLY_TEMPFAIL, "451", "4.3.0",
          "Message could not be checked, please try again later (4Xyz1)" },
        { CLASS_UNCHECKED_FAULT, REPLY_TEMPFAIL, "451", "4.3.0",
          "Message could not be checked, please try again later (4Xyz1)" },
        { CLASS_BANNED, REPLY_TEMPFAIL, "451", "4.7.1",
          "Message could not be checked, please try again later (4Xyz1)" },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        struct plan p;
        struct plan_message m = { .has_subject = true, .subject = SLICE(" Hi") };
        fixture_init(&x);
        x.o.action_banned = ACTION_TEMPFAIL;
        add_class(&x, cases[i].class, "it", "");
        make_plan(&x, &p, &m);
        assert_int_equal(p.reply, cases[i].reply);
        assert_string_equal(p.code, cases[i].code);
        assert_string_equal(p.enhanced, cases[i].enhanced);
        assert_string_equal(p.text, cases[i].text);
        assert_int_equal(p.n_edits, 0);
        assert_null(p.hold_reason);
        fixture_deinit(&x);
    }
}

static void reject_wins_over_hold_and_names_who_rejects(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { 0 };
    fixture_init(&x);
    x.o.reject_text = "_CLASS_";
    add_rule(&x, 20, "PILLS", "");
    add_class(&x, CLASS_BANNED, "exe", "");
    make_plan(&x, &p, &m);
    assert_true(x.v.hold_copy);
    assert_int_equal(x.v.class, CLASS_BANNED);
    assert_int_equal(p.reply, REPLY_REJECT);
    assert_string_equal(p.text, "spam");
    assert_null(p.hold_reason);
    fixture_deinit(&x);
}

static void discard_gives_way_to_a_held_copy(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { 0 };
    fixture_init(&x);
    x.o.action_spam = ACTION_DISCARD;
    add_rule(&x, 20, "PILLS", "");
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_DISCARD);
    assert_int_equal(p.n_edits, 0);
    add_class(&x, CLASS_BANNED, "exe", "");
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    assert_non_null(p.hold_reason);
    fixture_deinit(&x);
}

static void observe_changes_nothing(void **state)
{
    struct plan_inbound forged = { SLICE("X-Spam-Flag"), 1 };
    struct fixture x;
    struct plan p;
    struct plan_message m = { .remove = &forged, .n_remove = 1 };
    fixture_init(&x);
    x.o.mode = MODE_OBSERVE;
    add_class(&x, CLASS_VIRUS, "Eicar", "");
    make_plan(&x, &p, &m);
    assert_true(p.observed);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    assert_int_equal(p.n_edits, 0);
    assert_null(p.hold_reason);
    assert_int_equal(x.v.action, ACTION_REJECT);
    fixture_deinit(&x);
}

static void results_of_authentication_stand_on_top(void **state)
{
    struct fixture x;
    struct plan p;
    struct plan_message m = { .leading_space = true, .auth_results = "mx.here;\n\tspf=pass" };
    fixture_init(&x);
    add_rule(&x, 6, "BIG", "");
    make_plan(&x, &p, &m);
    const char *all = edits(&x, &p), *last = strstr(all, "+Authentication-Results@1: mx.here;\n\tspf=pass\n");
    assert_non_null(last);
    assert_null(strchr(strstr(last, "pass\n") + 5, '+')); /* nothing is put above it */
    x.o.authentication_results = false;
    make_plan(&x, &p, &m);
    assert_null(strstr(edits(&x, &p), "Authentication"));
    fixture_deinit(&x);
}

static void forged_fields_go_from_the_highest_index_down(void **state)
{
    struct plan_inbound forged[] = {
        { SLICE("X-Spam-Flag"), 1 },    { SLICE("x-SPAM-flag"), 2 }, { SLICE("X-Spam-Status"), 1 },
        { SLICE("X-SPAM-FLAG \t"), 3 }, { SLICE("X-Spam\x01"), 1 },  { SLICE("X-Spam-\xc3\xbc"), 1 },
    };
    struct fixture x;
    struct plan p;
    struct plan_message m = { .remove = forged, .n_remove = ROWS_OF(forged), .leading_space = true };
    fixture_init(&x);
    x.o.add_headers_clean = false;
    make_plan(&x, &p, &m);
    const char *all = edits(&x, &p);
    assert_int_equal(p.n_edits, 5);
    const char *third = strstr(all, "-X-SPAM-FLAG@3\n"), *second = strstr(all, "-x-SPAM-flag@2\n"),
               *first = strstr(all, "-X-Spam-Flag@1\n");
    assert_true(third && second && first && third < second && second < first);
    assert_non_null(strstr(all, "-X-Spam-Status@1\n"));
    assert_non_null(strstr(all, "-X-Spam-\xc3\xbc@1\n"));
    fixture_deinit(&x);
}

static void a_thousand_forged_fields_are_removed_one_by_one(void **state)
{
    static struct plan_inbound forged[PLAN_REMOVE_MAX + 1];
    struct fixture x;
    struct plan p;
    struct plan_message m = { .remove = forged, .n_remove = 1000, .leading_space = true };
    fixture_init(&x);
    for (unsigned i = 0; i < ROWS_OF(forged); i++)
        forged[i] = (struct plan_inbound){ i % 2 ? SLICE("x-SPAM-flag") : SLICE("X-Spam-Flag"), i + 1 };
    add_rule(&x, 6, "PILLS", "");
    make_plan(&x, &p, &m);
    unsigned expected = 1000;
    for (const struct plan_edit *e = p.first; e; e = e->next)
        if (e->kind == EDIT_DELETE_HEADER)
            assert_int_equal(e->index, expected--);
    assert_int_equal(expected, 0);
    /* ours come after all deletions, so none of them is deleted */
    assert_int_equal(p.first->kind, EDIT_DELETE_HEADER);
    assert_int_equal(count_of(edits(&x, &p), "+X-Spam-Flag@1: YES\n"), 1);
    m.n_remove = PLAN_REMOVE_MAX + 1;
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_REJECT);
    assert_string_equal(p.enhanced, "5.6.0");
    assert_int_equal(p.n_edits, 0);
    fixture_deinit(&x);
}

static void reply_text_is_one_harmless_line(void **state)
{
    static const struct {
        const char *template;
        struct slice id;
        const char *text;
    } cases[] = {
        { "_CLASS_ _REASON_ _ID_", SLICE_INIT("a\r\nb%sc\x1b\0d\xff"),
          "virus Message has dangerous content abscd?" },
        { "100% _UNKNOWN_ __ID__", SLICE_INIT("7"), "100 _UNKNOWN_ _7_" },
        { "", SLICE_INIT("7"), "Message has dangerous content" },
        { "%\r\n", SLICE_INIT("7"), "Message has dangerous content" },
        { "_ID_", SLICE_INIT(""), "Message has dangerous content" },
    };
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct fixture x;
        struct plan p;
        struct plan_message m = { .id = cases[i].id };
        fixture_init(&x);
        x.o.reject_text = cases[i].template;
        add_class(&x, CLASS_VIRUS, "Eicar", "");
        make_plan(&x, &p, &m);
        assert_string_equal(p.text, cases[i].text);
        fixture_deinit(&x);
    }
}

static void long_texts_are_cut(void **state)
{
    char long_text[3000];
    struct fixture x;
    struct plan p;
    struct plan_message m = { .id = slice_of(long_text, 2000) };
    memset(long_text, 'i', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = 0;
    fixture_init(&x);
    x.o.reject_text = long_text;
    add_class(&x, CLASS_VIRUS, "Eicar", "");
    make_plan(&x, &p, &m);
    assert_int_equal(strlen(p.text), 200);
    x.o.action_virus = ACTION_QUARANTINE;
    make_plan(&x, &p, &m);
    assert_true(strlen(p.hold_reason) <= PLAN_HOLD_MAX);
    fixture_deinit(&x);
}

/* the worst that a worker may say and a sender may send still makes a plan that passes */
static void the_worst_message_has_a_sound_plan(void **state)
{
    static char subject[200000];
    struct fixture x;
    struct plan p;
    struct plan_message m = { .has_subject = true, .subject = slice_of(subject, sizeof(subject)) };
    fixture_init(&x);
    for (size_t i = 0; i < sizeof(subject); i++)
        subject[i] = "ab \t\r\n\0c"[(i * i / 7 + i) % 8];
    for (int i = 0; i < 4500; i++) {
        char name[FINDING_NAME_MAX + 1], detail[FINDING_DETAIL_MAX + 1];
        snprintf(name, sizeof(name), "R%0*d", FINDING_NAME_MAX - 1, i);
        memset(detail, i, sizeof(detail));
        enum finding_kind kind = i % 3 ? FINDING_RULE : i % 2 ? FINDING_VIRUS : FINDING_CLASS;
        finding_add(&x.findings, &x.arena, kind, CLASS_BANNED, 99999, slice_str(name),
                    slice_of(detail, FINDING_DETAIL_MAX));
    }
    x.o.action_spam = ACTION_TAG;
    make_plan(&x, &p, &m);
    assert_int_equal(p.reply, REPLY_ACCEPT);
    m.leading_space = true;
    make_plan(&x, &p, &m);
    fixture_deinit(&x);
}

/* how hard a plan is on a message */
static int rank(const struct plan *p)
{
    switch (p->reply) {
    case REPLY_DISCARD: return 6;
    case REPLY_REJECT: return 5;
    case REPLY_TEMPFAIL: return 4;
    default: return p->hold_reason ? 3 : 0;
    }
}

static void a_further_class_never_makes_a_milder_plan(void **state)
{
    static unsigned char ranks[1 << CLASS_COUNT];
    static const double scores[] = { 0, 5, 5, 15 }; /* spam comes with spammy */
    struct fixture x;
    fixture_init(&x);
    struct finding_list none = { 0 };
    struct plan_message m = { .id = SLICE("1") };
    for (class_set set = 0; set < 1u << CLASS_COUNT; set++) {
        struct arena a;
        struct plan p;
        arena_init(&a, 1 << 20);
        x.findings = none;
        for (int c = 1; c < CLASS_COUNT; c++)
            if ((set & CLASS_BIT(c)) && c != CLASS_SPAMMY && c != CLASS_SPAM)
                finding_add(&x.findings, &a, FINDING_CLASS, (enum verdict_class)c, 0, SLICE("x"), SLICE(""));
        finding_add(&x.findings, &a, FINDING_RULE, CLASS_CLEAN, scores[set >> CLASS_SPAMMY & 3], SLICE("R"),
                    SLICE(""));
        decide(&x, false);
        plan_make(&p, &a, &x.v, &m, &x.o);
        assert_null(plan_check(&p));
        ranks[set] = (unsigned char)(rank(&p) + (p.reply == REPLY_ACCEPT && x.v.action == ACTION_TAG));
        arena_deinit(&a);
    }
    for (class_set set = 0; set < 1u << CLASS_COUNT; set++)
        for (int c = 1; c < CLASS_COUNT; c++)
            assert_true(ranks[set | CLASS_BIT(c)] >= ranks[set]);
    fixture_deinit(&x);
}

/* ---- plan_check by itself */

static void check_finds_every_fault_of_an_edit(void **state)
{
    static char long_line[1200], big[70000];
    static const struct {
        struct plan_edit edit;
        bool ok;
    } cases[] = {
        { { EDIT_ADD_HEADER, "X-A", "v", 0, NULL }, true },
        { { EDIT_INSERT_HEADER, "X-A", " v\n\tw\n x", 1, NULL }, true },
        { { EDIT_INSERT_HEADER, "X-A", " \n\tw", 1, NULL }, true },
        { { EDIT_CHANGE_HEADER, "Subject", "", 1, NULL }, true },
        { { EDIT_DELETE_HEADER, "X-A", NULL, 3, NULL }, true },
        { { EDIT_DELETE_HEADER, "X-\xc3\xbc_!", NULL, 3, NULL }, true },
        { { EDIT_ADD_HEADER, "X-A", "v\nBcc: x", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", "v\n", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", "v\n\t\n w", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", "v\n ", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", "v\r\n w", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", "v\rw", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", NULL, 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X A", "v", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X:A", "v", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X\nA", "v", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-\xc3\xbc", "v", 0, NULL }, false },
        { { EDIT_ADD_HEADER, "", "v", 0, NULL }, false },
        { { EDIT_ADD_HEADER, NULL, "v", 0, NULL }, false },
        { { EDIT_INSERT_HEADER, "X-A", "v", 0, NULL }, false },
        { { EDIT_CHANGE_HEADER, "X-A", "v", 0, NULL }, false },
        { { EDIT_DELETE_HEADER, "X-A", NULL, 0, NULL }, false },
        { { EDIT_DELETE_HEADER, "X-A", "v", 1, NULL }, false },
        { { EDIT_DELETE_HEADER, "X-A:", NULL, 1, NULL }, false },
        { { EDIT_DELETE_HEADER, "X-A ", NULL, 1, NULL }, false },
        { { (enum plan_edit_kind)9, "X-A", "v", 1, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", long_line, 0, NULL }, false },
        { { EDIT_ADD_HEADER, "X-A", big, 0, NULL }, false },
    };
    memset(long_line, 'x', 998 - 5 + 1); /* with "X-A: " one too many */
    for (size_t i = 0; i < sizeof(big) - 1; i++)
        big[i] = i % 100 == 98 ? '\n' : i % 100 == 99 ? ' ' : 'x';
    for (size_t i = 0; i < ROWS_OF(cases); i++) {
        struct plan_edit e = cases[i].edit;
        struct plan p = { .first = &e, .n_edits = 1 };
        if ((plan_check(&p) == NULL) != cases[i].ok)
            fail_msg("row %zu: %s", i, plan_check(&p) ? plan_check(&p) : "no fault found");
    }
    long_line[998 - 5] = 0;
    struct plan_edit fits = { EDIT_ADD_HEADER, "X-A", long_line, 0, NULL };
    struct plan p = { .first = &fits, .n_edits = 1 };
    assert_null(plan_check(&p));
    p.n_edits = 2;
    assert_non_null(plan_check(&p));
}

static void check_finds_every_fault_of_a_reply(void **state)
{
    static char hold_101[102], text_201[202];
    static const struct {
        struct plan plan;
        bool ok;
    } cases[] = {
        { { .reply = REPLY_ACCEPT }, true },
        { { .reply = REPLY_ACCEPT, .hold_reason = "why" }, true },
        { { .reply = REPLY_DISCARD }, true },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "no" }, true },
        { { .reply = REPLY_TEMPFAIL, .code = "451", .enhanced = "4.3.100", .text = "later" }, true },
        { { .reply = REPLY_REJECT, .code = "451", .enhanced = "4.7.1", .text = "no" }, false },
        { { .reply = REPLY_TEMPFAIL, .code = "550", .enhanced = "5.7.1", .text = "no" }, false },
        { { .reply = REPLY_TEMPFAIL, .code = "421", .enhanced = "4.7.1", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "4.7.1", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1234", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1 ", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5", .text = "no" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "100%" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "a\nb" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "\xc3\xbc" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = text_201 }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1" }, false },
        { { .reply = REPLY_REJECT, .code = "550", .enhanced = "5.7.1", .text = "no", .hold_reason = "x" },
          false },
        { { .reply = REPLY_REJECT }, false },
        { { .reply = REPLY_ACCEPT, .text = "no" }, false },
        { { .reply = (enum plan_reply)7 }, false },
        { { .reply = REPLY_ACCEPT, .hold_reason = hold_101 }, false },
        { { .reply = REPLY_ACCEPT, .hold_reason = "" }, false },
        { { .reply = REPLY_ACCEPT, .hold_reason = "a\nb" }, false },
        { { .reply = REPLY_DISCARD, .hold_reason = "why" }, false },
        { { .reply = REPLY_ACCEPT, .observed = true, .hold_reason = "why" }, false },
        { { .reply = REPLY_DISCARD, .observed = true }, false },
    };
    memset(hold_101, 'h', 101);
    memset(text_201, 't', 201);
    for (size_t i = 0; i < ROWS_OF(cases); i++)
        if ((plan_check(&cases[i].plan) == NULL) != cases[i].ok)
            fail_msg("row %zu: %s", i, plan_check(&cases[i].plan) ? plan_check(&cases[i].plan) : "no fault");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_mail_gets_status_only),
        cmocka_unit_test(fields_of_the_site_take_the_place_of_ours),
        cmocka_unit_test(the_tag_of_rule_files_counts_where_there_is_none_of_ours),
        cmocka_unit_test(spammy_mail_is_tagged),
        cmocka_unit_test(a_missing_subject_is_made),
        cmocka_unit_test(unchecked_mail_has_its_own_tag),
        cmocka_unit_test(a_class_that_passes_is_not_tagged),
        cmocka_unit_test(quarantine_is_hold_and_tags),
        cmocka_unit_test(refusals_have_reply_and_no_edits),
        cmocka_unit_test(reject_wins_over_hold_and_names_who_rejects),
        cmocka_unit_test(discard_gives_way_to_a_held_copy),
        cmocka_unit_test(observe_changes_nothing),
        cmocka_unit_test(results_of_authentication_stand_on_top),
        cmocka_unit_test(forged_fields_go_from_the_highest_index_down),
        cmocka_unit_test(a_thousand_forged_fields_are_removed_one_by_one),
        cmocka_unit_test(reply_text_is_one_harmless_line),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(the_worst_message_has_a_sound_plan),
        cmocka_unit_test(a_further_class_never_makes_a_milder_plan),
        cmocka_unit_test(check_finds_every_fault_of_an_edit),
        cmocka_unit_test(check_finds_every_fault_of_a_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
