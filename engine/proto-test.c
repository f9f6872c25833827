/* proto-test.c - frames come back as they went, and nothing else is a frame */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/ipc.h"
#include "engine/proto.h"

struct fixture {
    struct arena a;
    struct buf out;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    arena_init(&f->a, 8 << 20);
    buf_init(&f->out, IPC_FRAME_MAX);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_deinit(&f->a);
    buf_deinit(&f->out);
    free(f);
    return 0;
}

static const struct engine_wanted nothing_wanted;
static const struct engine_written nothing_written;
static const struct engine_dns some_dns = { .asked = 5, .late = 1, .waited_ms = 8000, .gone = true };

static void put_check(struct buf *out)
{
    struct slice rcpt[] = { SLICE_INIT("b@example.org"), SLICE_INIT("c@example.org") };
    struct envelope env = { .has_client = true,
                            .has_sender = true,
                            .client_address = SLICE_INIT("192.0.2.1"),
                            .helo = SLICE_INIT("mail.example.com"),
                            .sender = SLICE_INIT("a@example.com"),
                            .recipients = rcpt,
                            .n_recipients = 2,
                            .recipients_total = 2,
                            .received_at = 1700000000 };
    proto_put_check(out, UINT64_MAX - 1, 4711, &(struct engine_wanted){ WANT_MAIL, 5 }, &env);
}

static void check_comes_back(void **state)
{
    struct fixture *f = *state;
    struct proto_check c;
    put_check(&f->out);
    assert_true(proto_get_check(buf_slice(&f->out), &f->a, &c));
    assert_true(c.id == UINT64_MAX - 1);
    assert_int_equal(c.size, 4711);
    assert_int_equal(c.wanted.what, WANT_MAIL);
    assert_true(c.wanted.required == 5);
    assert_true(slice_eq(c.envelope.sender, SLICE("a@example.com")));
    assert_int_equal(c.envelope.n_recipients, 2);
    assert_true(slice_eq(c.envelope.recipients[1], SLICE("c@example.org")));
}

static void put_result(struct fixture *f, struct finding_list *list)
{
    finding_add(list, &f->a, FINDING_RULE, CLASS_CLEAN, 1.5, SLICE("MADE_UP"), SLICE("text\0\r\n"));
    finding_add(list, &f->a, FINDING_CLASS, CLASS_BAD_HEADER, 0, SLICE("nul"), SLICE(""));
    proto_put_result(&f->out, 7, 1234, &some_dns, &nothing_written, list);
}

static void result_comes_back(void **state)
{
    struct fixture *f = *state;
    struct finding_list list = { 0 };
    struct proto_result r;
    put_result(f, &list);
    assert_true(proto_get_result(buf_slice(&f->out), &f->a, &r));
    assert_int_equal(r.id, 7);
    assert_int_equal(r.cpu_us, 1234);
    assert_true(r.dns.asked == 5 && r.dns.late == 1 && r.dns.waited_ms == 8000 && r.dns.gone);
    assert_int_equal(r.findings.n, 2);
    assert_true(slice_eq(r.findings.first->name, SLICE("MADE_UP")));
    assert_true(slice_eq(r.findings.first->detail, SLICE("text\0\r\n")));
    assert_int_equal(r.findings.first->next->class, CLASS_BAD_HEADER);
}

static void put_written(struct fixture *f, const char *name, const char *value, const char *tag)
{
    struct engine_field field = { slice_str(name), slice_str(value), NULL };
    struct engine_written w = { .text = 99, .spam = true, .fields = &field, .n_fields = 1 };
    struct finding_list list = { 0 };
    w.tags[TAG_SUBJECT] = slice_str(tag);
    buf_reset(&f->out);
    proto_put_result(&f->out, 7, 1234, &some_dns, &w, &list);
}

/* results as long as they may be, and longer */
static struct auth_results long_results(struct arena *a)
{
    struct auth_results r = { .n_signatures = AUTH_SIGNATURES_MAX + 5, .signatures_left_out = 9 };
    char *text = arena_alloc(a, 2 * AUTH_TEXT_MAX);
    memset(text, 'x', 2 * AUTH_TEXT_MAX);
    struct slice l = slice_of(text, 2 * AUTH_TEXT_MAX);
    r.client = (struct auth_client){ .address = l, .helo = l, .sender = l, .has_sender = true };
    r.spf = r.spf_helo = (struct auth_spf){ AUTH_SOFTFAIL, l, l, l, l, 3, 1 };
    r.signatures = arena_array(a, r.n_signatures, sizeof(*r.signatures));
    for (size_t i = 0; i < r.n_signatures; i++)
        r.signatures[i] = (struct auth_signature){ .code = AUTH_FAIL,
                                                   .domain = l,
                                                   .selector = l,
                                                   .identity = l,
                                                   .algorithm = l,
                                                   .start = l,
                                                   .reason = l,
                                                   .key_bits = 2048,
                                                   .partial = true,
                                                   .aligned = true,
                                                   .signed_at = -1 };
    r.dmarc = (struct auth_dmarc){ .code = AUTH_FAIL,
                                   .from = l,
                                   .domain = l,
                                   .policy = DMARC_POLICY_REJECT,
                                   .applied = DMARC_POLICY_QUARANTINE,
                                   .pct = 50,
                                   .strict_dkim = true,
                                   .reason = l };
    r.arc = (struct auth_arc){ .code = AUTH_PASS, .sets = 2, .domain = l, .selector = l, .reason = l };
    return r;
}

static void results_of_authentication_come_back(void **state)
{
    struct fixture *f = *state;
    struct auth_results in = long_results(&f->a);
    struct engine_written w = { .auth = &in };
    struct finding_list none = { 0 };
    struct proto_result out;
    in.spf.reason = SLICE("two\nlines");
    proto_put_result(&f->out, 1, 1, &some_dns, &w, &none);
    assert_false(f->out.full);
    assert_true(f->out.n < 50 * 1024);
    assert_true(proto_get_result(buf_slice(&f->out), &f->a, &out));
    const struct auth_results *r = out.written.auth;
    assert_non_null(r);
    assert_int_equal(r->n_signatures, AUTH_SIGNATURES_MAX);
    assert_int_equal(r->signatures[15].domain.n, AUTH_TEXT_MAX);
    assert_true(r->signatures[15].partial && r->signatures[15].aligned && !r->signatures[15].testing);
    assert_int_equal(r->signatures[15].signed_at, -1);
    assert_true(slice_eq(r->spf.reason, SLICE("two?lines")));
    assert_int_equal(r->dmarc.applied, DMARC_POLICY_QUARANTINE);
    assert_true(r->dmarc.strict_dkim && !r->dmarc.strict_spf);
    assert_int_equal(r->arc.sets, 2);
}

static void results_that_lie_are_refused(void **state)
{
    struct fixture *f = *state;
    struct auth_results in = { .spf = { .code = AUTH_PASS, .domain = SLICE("here.example") } };
    struct engine_written w = { .auth = &in };
    struct finding_list none = { 0 };
    struct proto_result out;
    in.dmarc.code = AUTH_CODES;
    proto_put_result(&f->out, 1, 1, &some_dns, &w, &none);
    assert_false(proto_get_result(buf_slice(&f->out), &f->a, &out));
    buf_reset(&f->out);
    in.dmarc.code = AUTH_FAIL;
    in.dmarc.pct = 101;
    proto_put_result(&f->out, 1, 1, &some_dns, &w, &none);
    assert_false(proto_get_result(buf_slice(&f->out), &f->a, &out));
    buf_reset(&f->out);
    in.dmarc.pct = 100;
    proto_put_result(&f->out, 1, 1, &some_dns, &w, &none);
    assert_true(proto_get_result(buf_slice(&f->out), &f->a, &out));
    char *at = memmem(f->out.p, f->out.n, "here", 4);
    at[1] = '\n';
    assert_false(proto_get_result(buf_slice(&f->out), &f->a, &out));
}

static void what_was_written_comes_back(void **state)
{
    struct fixture *f = *state;
    struct proto_result r;
    put_written(f, "X-Spam-Status", "Yes,\n\tmore", "[SPAM]");
    assert_true(proto_get_result(buf_slice(&f->out), &f->a, &r));
    assert_true(r.written.text == 99 && r.written.spam && r.written.n_fields == 1);
    assert_true(slice_eq(r.written.fields->name, SLICE("X-Spam-Status")));
    assert_true(slice_eq(r.written.fields->value, SLICE("Yes,\n\tmore")));
    assert_true(slice_eq(r.written.tags[TAG_SUBJECT], SLICE("[SPAM]")));
}

static void fields_that_would_break_a_header_are_a_lie(void **state)
{
    static const char *const bad[][3] = {
        { "Subject", "x", "" },
        { "X-Spam-", "x", "" },
        { "X-Spam-A:", "x", "" },
        { "X-Spam-A\n", "x", "" },
        { "X-Spam-A", "x\nBcc: y", "" },
        { "X-Spam-A", "x\n\n\ty", "" },
        { "X-Spam-A", "x\n \n\ty", "" },
        { "X-Spam-A", "x\n", "" },
        { "X-Spam-A", "x\r\n\ty", "" },
        { "X-Spam-A", "\303\244", "" },
        { "X-Spam-A", "x", "tag\nBcc: y" },
    };
    struct fixture *f = *state;
    struct proto_result r;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        put_written(f, bad[i][0], bad[i][1], bad[i][2]);
        assert_false(proto_get_result(buf_slice(&f->out), &f->a, &r));
    }
}

/* the largest request: every value and every recipient as long as it may be */
static void largest_check_fits_a_frame(void **state)
{
    struct fixture *f = *state;
    struct slice big = slice_of(arena_alloc(&f->a, 100000), 100000);
    memset((char *)(uintptr_t)big.p, 'x', big.n);
    struct envelope env = { .client_address = big,
                            .client_name = big,
                            .client_ptr = big,
                            .helo = big,
                            .sender = big,
                            .queue_id = big,
                            .my_name = big,
                            .daemon_name = big,
                            .auth_user = big,
                            .auth_type = big,
                            .auth_author = big,
                            .tls_version = big,
                            .tls_cipher = big,
                            .n_recipients = 500 };
    env.recipients = arena_array(&f->a, env.n_recipients, sizeof(*env.recipients));
    for (size_t i = 0; i < env.n_recipients; i++)
        env.recipients[i] = big;
    proto_put_check(&f->out, 1, 1, &nothing_wanted, &env);
    assert_false(f->out.full);
    struct proto_check c;
    assert_true(proto_get_check(buf_slice(&f->out), &f->a, &c));
    assert_true(c.envelope.n_recipients > 5 && c.envelope.n_recipients < 500);
    assert_int_equal(c.envelope.recipients_total, 500);
}

static void largest_result_fits_a_frame_and_says_it_was_cut(void **state)
{
    struct fixture *f = *state;
    struct finding_list list = { 0 };
    char text[FINDING_DETAIL_MAX];
    memset(text, 'd', sizeof(text));
    for (int i = 0; i < 3000; i++)
        finding_add(&list, &f->a, FINDING_RULE, CLASS_CLEAN, 0.1, SLICE("RULE"),
                    slice_of(text, sizeof(text)));
    finding_add(&list, &f->a, FINDING_CLASS, CLASS_UNCHECKED_AMBIGUOUS, 0, SLICE("mime"), SLICE(""));
    proto_put_result(&f->out, 1, 1, &some_dns, &nothing_written, &list);
    assert_false(f->out.full);
    struct proto_result r;
    assert_true(proto_get_result(buf_slice(&f->out), &f->a, &r));
    assert_true(r.findings.classes & CLASS_BIT(CLASS_UNCHECKED_AMBIGUOUS));
    assert_true(r.findings.classes & CLASS_BIT(CLASS_UNCHECKED_LIMIT));
}

static void loader_frames_come_back(void **state)
{
    struct fixture *f = *state;
    for (int type = PROTO_LOADER_READY; type <= PROTO_ENGINE_RETIRE; type++) {
        struct proto_loader in = { .type = (enum proto_type)type,
                                   .pid = 4711,
                                   .serial = UINT32_MAX,
                                   .status = -1,
                                   .rules = 1,
                                   .subrules = 2,
                                   .problems = 3,
                                   .hash = "0123456789abcdef" };
        memset(in.error, 'e', sizeof(in.error) - 1);
        memset(in.zones, 'z', sizeof(in.zones) - 1);
        memset(in.servers, 's', sizeof(in.servers) - 1);
        struct proto_loader out;
        memset(&out, 0xff, sizeof(out));
        buf_reset(&f->out);
        proto_put_loader(&f->out, &in);
        assert_true(proto_get_loader(buf_slice(&f->out), &out));
        assert_int_equal(out.type, type);
        assert_int_equal(out.pid, 4711);
        assert_true(out.serial == UINT32_MAX && out.status == -1);
        assert_true(out.rules == 1 && out.subrules == 2 && out.problems == 3);
        assert_string_equal(out.hash, in.hash);
        assert_string_equal(out.error, in.error);
        assert_string_equal(out.zones, in.zones);
        assert_string_equal(out.servers, in.servers);
    }
}

/* pid 0 and -1 mean whole groups to kill(2); 1 is nobody's worker */
static void loader_frame_without_a_process_is_refused(void **state)
{
    struct fixture *f = *state;
    static const int pids[] = { 0, 1, -1, INT32_MIN };
    for (size_t i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
        struct proto_loader out, in = { .type = PROTO_ENGINE_KILL, .pid = pids[i] };
        buf_reset(&f->out);
        proto_put_loader(&f->out, &in);
        assert_false(proto_get_loader(buf_slice(&f->out), &out));
    }
}

static bool any_decoder_takes(struct fixture *f, struct slice frame)
{
    struct proto_check c;
    struct proto_result r;
    struct proto_loader l;
    return proto_get_check(frame, &f->a, &c) || proto_get_result(frame, &f->a, &r) ||
           proto_get_loader(frame, &l);
}

static void refuse_cut_and_longer(struct fixture *f)
{
    struct slice whole = buf_slice(&f->out);
    assert_true(any_decoder_takes(f, whole));
    for (size_t n = 0; n < whole.n; n++)
        assert_false(any_decoder_takes(f, slice_sub(whole, 0, n)));
    buf_add_char(&f->out, 0);
    assert_false(any_decoder_takes(f, buf_slice(&f->out)));
    buf_reset(&f->out);
}

static void cut_or_longer_frames_are_refused(void **state)
{
    struct fixture *f = *state;
    struct finding_list list = { 0 };
    struct proto_loader l = { .type = PROTO_LOADER_DEAD, .pid = 2, .error = "text" };
    put_check(&f->out);
    refuse_cut_and_longer(f);
    put_result(f, &list);
    refuse_cut_and_longer(f);
    proto_put_loader(&f->out, &l);
    refuse_cut_and_longer(f);
}

static void unknown_types_are_refused(void **state)
{
    struct fixture *f = *state;
    put_check(&f->out);
    for (int type = 0; type < 256; type++) {
        f->out.p[0] = (char)type;
        if (type != PROTO_CHECK)
            assert_false(any_decoder_takes(f, buf_slice(&f->out)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(check_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(result_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_written_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(results_of_authentication_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(results_that_lie_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(fields_that_would_break_a_header_are_a_lie, setup, teardown),
        cmocka_unit_test_setup_teardown(largest_check_fits_a_frame, setup, teardown),
        cmocka_unit_test_setup_teardown(largest_result_fits_a_frame_and_says_it_was_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(loader_frames_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(loader_frame_without_a_process_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(cut_or_longer_frames_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_types_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
