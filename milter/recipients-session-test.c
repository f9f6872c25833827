/* recipients-session-test.c - several recipients and the quarantine, in whole dialogues */
#include "config.h"
#include "milter/session-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>
#include "base/log.h"

static const char *held_states; /* of the recipients in the latest hold, a letter each: d h r x */
static int hold_answer, holds;

static int fake_hold(const char *socket, const struct spool *spool, const struct keeper_entry *entry,
                     unsigned timeout_ms, char id[KEEPER_ID_SIZE], struct err *e)
{
    static char states[100];
    static const char letters[] = "hdr?x";
    (void)socket;
    (void)spool;
    (void)timeout_ms;
    holds++;
    for (size_t i = 0; i < entry->n_recipients; i++)
        states[i] = letters[entry->recipients[i].state];
    states[entry->n_recipients] = 0;
    held_states = states;
    snprintf(id, KEEPER_ID_SIZE, "00held");
    return hold_answer ? err_set(e, ERR_RETRY, "the store is full") : 0;
}

static int set_up(void **state)
{
    static struct fixture x;
    fixture_init(&x);
    x.snapshot->hold = fake_hold;
    x.snapshot->config.policy.quarantine_method = QUARANTINE_STORE;
    held_states = "";
    hold_answer = holds = 0;
    *state = &x;
    return 0;
}

static int tear_down(void **state)
{
    fixture_deinit(*state);
    return 0;
}

static void use_map(struct fixture *x, const char *text)
{
    char path[] = "/tmp/tamis-recipients-XXXXXX";
    static char spec[80];
    static const char *specs[] = { spec };
    struct err e = { 0 };
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    snprintf(spec, sizeof(spec), "text:%s", path);
    x->snapshot->config.policy.recipient_policy = (struct conf_list){ specs, 1 };
    policy_maps_free(&x->snapshot->maps);
    x->snapshot->maps = policy_maps_load(&x->snapshot->config.policy, NULL, &x->snapshot->arena, &e);
    unlink(path);
    if (x->snapshot->maps == NULL)
        fail_msg("%s", e.text);
}

static enum session_reply send_to(struct fixture *x, const char *const *recipients)
{
    session_mail(x->s, "<from@example.com>");
    for (; *recipients; recipients++)
        session_rcpt(x->s, *recipients);
    session_data(x->s);
    session_header(x->s, "Subject", " Hello");
    session_header_done(x->s);
    session_body(x->s, SLICE("Hi.\r\n"));
    return session_end_of_message(x->s);
}

static const char *const three[] = { "<ann@example.org>", "<bob@example.org>", "<Eve@Example.Org>", NULL };

static void finds_six_points(struct fixture *x, const struct engine_request *q, struct arena *a,
                             struct engine_result *r)
{
    (void)x;
    (void)q;
    finding_add(&r->findings, a, FINDING_RULE, CLASS_CLEAN, 6, SLICE("SIX"), SLICE(""));
}

static void finds_virus(struct fixture *x, const struct engine_request *q, struct arena *a,
                        struct engine_result *r)
{
    (void)x;
    (void)q;
    finding_add(&r->findings, a, FINDING_VIRUS, CLASS_VIRUS, 0, SLICE("Evil"), SLICE(""));
}

static const char *told(const struct fixture *x)
{
    return x->told.p ? x->told.p : "";
}

static void each_by_its_own_policy(void **state)
{
    struct fixture *x = *state;
    use_map(x, "bob@example.org required_score=3 action_spammy=quarantine\neve@example.org required_score=50 "
               "reject_score=50\n");
    x->finds = finds_six_points;
    assert_int_equal(send_to(x, three), SESSION_CONTINUE);
    assert_string_equal(held_states, "dhd");
    assert_non_null(strstr(told(x), "remove <bob@example.org>"));
    assert_null(strstr(told(x), "remove <ann"));
    assert_non_null(strstr(told(x), "X-Spam-Flag: YES"));
    assert_null(strstr(told(x), "[SPAM]")); /* eve does not have it tagged */
}

static void a_recipients_own_threshold_tags_the_subject(void **state)
{
    struct fixture *x = *state;
    static const char *const bob[] = { "<bob@example.org>", NULL };
    use_map(x, "bob@example.org required_score=3\n");
    x->snapshot->config.policy.required_score = 20;
    x->snapshot->config.policy.reject_score = 20;
    x->finds = finds_six_points;
    assert_int_equal(send_to(x, bob), SESSION_CONTINUE);
    assert_non_null(strstr(told(x), "[SPAM]"));
    assert_int_equal(holds, 0);
}

static void rejected_by_one_is_held_for_it(void **state)
{
    struct fixture *x = *state;
    use_map(x, "bob@example.org reject_score=5\n");
    x->finds = finds_six_points;
    assert_int_equal(send_to(x, three), SESSION_CONTINUE);
    assert_string_equal(held_states, "dhd");
}

static void a_virus_that_all_refuse_is_kept(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_virus;
    assert_int_equal(send_to(x, three), SESSION_REJECT);
    assert_string_equal(held_states, "rrr");
    assert_null(strstr(told(x), "remove"));
}

static void without_a_store_it_comes_again(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_virus;
    hold_answer = -1;
    assert_int_equal(send_to(x, three), SESSION_TEMPFAIL);
    assert_non_null(strstr(told(x), "reply 451 4.3.0"));
    assert_int_equal(holds, 1);
}

/* What is in the log, which is read once. */
static const char *logged(const char *path)
{
    static char text[8192];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = 0;
    fclose(f);
    unlink(path);
    return text;
}

static void the_log_has_what_was_replied(void **state)
{
    struct fixture *x = *state;
    char path[] = "/tmp/tamis-log-XXXXXX";
    struct err e;
    close(mkstemp(path));
    assert_int_equal(log_open(path, "test", &e), 0);
    x->snapshot->config.policy.action_virus = ACTION_QUARANTINE;
    x->finds = finds_virus;
    hold_answer = -1;
    assert_int_equal(send_to(x, three), SESSION_TEMPFAIL);
    const char *line = logged(path);
    assert_non_null(strstr(line, " rcpts=3 "));
    assert_non_null(strstr(line, " action=tempfail score="));
    assert_null(strstr(line, " held="));
}

static void held_for_all_is_accepted_and_delivered_to_nobody(void **state)
{
    struct fixture *x = *state;
    x->snapshot->config.policy.action_virus = ACTION_QUARANTINE;
    x->finds = finds_virus;
    assert_int_equal(send_to(x, three), SESSION_DISCARD);
    assert_string_equal(held_states, "hhh");
}

static void dropped_for_one_is_taken_off_by_either_method(void **state)
{
    struct fixture *x = *state;
    use_map(x, "bob@example.org action_virus=discard\nann@example.org action_virus=pass\neve@example.org "
               "action_virus=pass\n");
    x->finds = finds_virus;
    assert_int_equal(send_to(x, three), SESSION_CONTINUE);
    assert_non_null(strstr(told(x), "remove <bob@example.org>"));
    buf_reset(&x->told);
    x->snapshot->config.policy.quarantine_method = QUARANTINE_HOLD;
    assert_int_equal(send_to(x, three), SESSION_CONTINUE);
    assert_non_null(strstr(told(x), "remove <bob@example.org>"));
    assert_null(strstr(told(x), "hold"));
}

/* Only the first is remembered: it would get it, the others not. */
static void who_is_not_remembered_has_the_sites_policy(void **state)
{
    struct fixture *x = *state;
    x->snapshot->config.gateway.recipients_max = 1;
    use_map(x, "ann@example.org action_virus=pass\n");
    x->finds = finds_virus;
    assert_int_equal(send_to(x, three), SESSION_TEMPFAIL);
    x->finds = NULL;
    assert_int_equal(send_to(x, three), SESSION_CONTINUE);
}

static void forged_fields_without_end_are_refused_and_not_held(void **state)
{
    struct fixture *x = *state;
    x->finds = finds_six_points;
    use_map(x, "bob@example.org action_spammy=quarantine\n");
    session_mail(x->s, "<from@example.com>");
    session_rcpt(x->s, "<ann@example.org>");
    session_rcpt(x->s, "<bob@example.org>");
    session_data(x->s);
    for (int i = 0; i <= PLAN_REMOVE_MAX; i++)
        session_header(x->s, "X-Spam-Flag", " NO");
    session_header_done(x->s);
    assert_int_equal(session_end_of_message(x->s), SESSION_REJECT);
    assert_non_null(strstr(told(x), "reply 550 5.6.0"));
    assert_int_equal(holds, 0);
    assert_int_equal(x->g.counts[COUNT_REJECTED], 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_by_its_own_policy),
        TEST(a_recipients_own_threshold_tags_the_subject),
        TEST(rejected_by_one_is_held_for_it),
        TEST(a_virus_that_all_refuse_is_kept),
        TEST(without_a_store_it_comes_again),
        TEST(the_log_has_what_was_replied),
        TEST(held_for_all_is_accepted_and_delivered_to_nobody),
        TEST(dropped_for_one_is_taken_off_by_either_method),
        TEST(who_is_not_remembered_has_the_sites_policy),
        TEST(forged_fields_without_end_are_refused_and_not_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
