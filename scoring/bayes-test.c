/* bayes-test.c - features of messages, and what is learned of them */
#include "config.h"
#include "scoring/bayes-evidence.h"
#include "scoring/bayes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include "scoring/sa-tokens.h"
#include "scoring/test-bayes.h"
#include "scoring/test-message.h"

struct example {
    struct test_message *t;
    struct features f;
    struct feature_names names;
    struct bayes_features list;
};

static struct bayes_block *block;

static int set_up(void **state)
{
    (void)state;
    message_warm();
    block = calloc(1, BAYES_BYTES);
    assert_non_null(block);
    bayes_init(block);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(block);
    return 0;
}

static void example(struct example *x, const char *text)
{
    memset(x, 0, sizeof(*x));
    x->t = test_message_new(slice_str(text), NULL);
    features_make(&x->f, x->t->m.arena, &x->t->m, NULL, &x->names);
    x->list = bayes_features_of(&x->f);
}

static bool has(const struct example *x, const char *name)
{
    for (size_t i = 0; i < x->names.n; i++)
        if (slice_eq(x->names.v[i].text, slice_str(name)))
            return true;
    return false;
}

static const char spam[] = "From: Casino <win@casino.example>\nTo: bob@example.net\nSubject: FREE spins\n"
                           "Message-ID: <1234@casino.example>\nX-Mailer: Bulk 3\n\n"
                           "Claim your free bonus at http://casino.example/spin now\n";
static const char ham[] = "From: Ann <ann@example.org>\nTo: bob@example.net\nSubject: lunch\n"
                          "Message-ID: <a.b@example.org>\nUser-Agent: Mutt\n\nShall we meet at noon?\n";

static void tokens_say_where_they_stand(void **state)
{
    static const char *const names[] = { "subject:FREE",        "w:free",         "w:FREE",
                                         "from:casino.example", "from:win",       "from:Casino",
                                         "has:x-mailer",        "x-mailer:Bulk",  "url:casino.example",
                                         "url:example",         "path:spin",      "order:Subject>Message-ID",
                                         "message-id:<9",       "type:text/plain" };
    struct example x;
    (void)state;
    example(&x, spam);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!has(&x, names[i]))
            fail_msg("no token %s", names[i]);
    assert_int_equal(x.f.tokens.n, x.names.n);
    assert_true(x.f.pairs.n > 10 && x.f.grams.n > 50);
    test_message_free(x.t);
}

static void fields_of_filters_are_not_seen(void **state)
{
    struct example x, y;
    (void)state;
    example(&x, spam);
    char *more = malloc(sizeof(spam) + 200);
    strcpy(more, "X-Spam-Status: Yes\nX-Tamis-Verdict: v=1\nX-Bogosity: Spam\nDelivered-To: bob\n");
    strcat(more, spam);
    example(&y, more);
    assert_int_equal(x.f.tokens.n, y.f.tokens.n);
    assert_memory_equal(x.f.tokens.v, y.f.tokens.v, x.f.tokens.n * sizeof(uint64_t));
    assert_int_equal(x.f.grams.n, y.f.grams.n);
    free(more);
    test_message_free(x.t);
    test_message_free(y.t);
}

static void assert_all(const struct example *x, const char *const *names)
{
    for (; *names; names++)
        if (!has(x, *names))
            fail_msg("no %s", *names);
}

static void the_way_has_tokens(void **state)
{
    static const char *const line[] = { "client:numbered",
                                        "clienthelo:bare",
                                        "clientshape:a-9-9-9-9.a.a",
                                        "relaydomain:dsl.se",
                                        "ip:203.0.113",
                                        "delay:minutes",
                                        "hops:1",
                                        NULL };
    static const char *const server[] = { "client:named", "clienthelo:near", "delay:hours ahead", NULL };
    struct example x;
    example(
        &x,
        "Received: from friend (host-203-0-113-9.dsl.se [203.0.113.9])\n\tby mx.example.net with SMTP id 1;"
        " Tue, 24 Nov 2026 04:14:11 +0000\nDate: Tue, 24 Nov 2026 03:54:11 +0000\n\nHi\n");
    assert_all(&x, line);
    test_message_free(x.t);
    example(&x, "Received: from mail.kth.se (out1.kth.se [203.0.113.9])\n\tby mx.example.net with ESMTP id 1;"
                " Tue, 24 Nov 2026 04:14:11 +0000\nDate: Tue, 24 Nov 2026 09:14:11 +0000\n\nHi\n");
    assert_all(&x, server);
    test_message_free(x.t);
    (void)state;
}

static void how_the_sender_fits_has_tokens(void **state)
{
    static const char *const stranger[] = {
        "from+reply-to:other",   "elsewhere:example.net", "fromname:other",
        "from+message-id:other", "from+to:absent",        "fromquoted:1",
        "fromshape:a9",          "from+return-path:same", NULL
    };
    static const char *const friend[] = { "from+reply-to:absent", "from+to:near",    "from+message-id:near",
                                          "fromname:own",         "nameshape:Aa Aa", NULL };
    struct example x;
    example(&x,
            "Return-Path: <x7@example.com>\nFrom: \"Your Bank\" <x7@example.com>\nReply-To: y@a.example.net\n"
            "Message-ID: <1@b.example.org>\n\nHi\n");
    assert_all(&x, stranger);
    test_message_free(x.t);
    example(&x, "From: Ann Smith <ann.smith@a.example.com>\nTo: bob@b.example.com\n"
                "Message-ID: <1@c.example.com>\n\nHi\n");
    assert_all(&x, friend);
    test_message_free(x.t);
    (void)state;
}

static void a_list_is_named_once(void **state)
{
    struct example x;
    example(&x, "List-Id: Talk <talk.example.org>\nList-Post: <mailto:talk@example.org>\n"
                "List-Help: <mailto:talk-request@example.org?subject=help>\n\nHi\n");
    assert_true(has(&x, "has:list-help") && has(&x, "list:talk.example.org"));
    assert_false(has(&x, "list-help:talk") || has(&x, "list:help"));
    test_message_free(x.t);
    (void)state;
}

static void looks_have_tokens(void **state)
{
    static const char *const mail[] = { "quoted:some", "signature:1", "capitals:3", "longest:0",
                                        "lines:4",     "beyond:0",    "textsize:2", NULL };
    static const char *const page[] = { "style:ff0000", "style:14px", "pagesize:1", "markup:2", NULL };
    struct example x;
    example(&x, "From: ann@example.org\n\nNo, I do not.\n> Do you?\nThat is it\nfor now.\n\n\n-- \nAnn\n");
    assert_all(&x, mail);
    test_message_free(x.t);
    example(&x, "Content-Type: text/html\n\n<p style=\"color: #FF0000; font-size:14px\">Click here</p>\n");
    assert_all(&x, page);
    test_message_free(x.t);
    (void)state;
}

static void hidden_text_is_apart(void **state)
{
    struct example x;
    (void)state;
    example(&x, "Subject: a\nContent-Type: text/html\n\n<p>seen</p><p style=\"display:none\">secret</p>\n");
    assert_true(has(&x, "w:seen") && has(&x, "hidden:secret") && !has(&x, "w:secret"));
    test_message_free(x.t);
}

/* No blank between words: pairs of characters. */
static void the_far_east_has_words(void **state)
{
    struct example x;
    (void)state;
    example(&x, "Subject: a\nContent-Type: text/plain; "
                "charset=utf-8\n\n\xe5\x85\x8d\xe8\xb4\xb9\xe5\x8f\x91\xe7\xa5\xa8\n");
    assert_true(has(&x, "w:\xe5\x85\x8d\xe8\xb4\xb9"));
    assert_true(has(&x, "w:\xe8\xb4\xb9\xe5\x8f\x91"));
    test_message_free(x.t);
}

static double logit(const struct example *x)
{
    struct bayes_result r;
    bayes_classify(block, &x->list, 0, 0, &r);
    assert_true(r.known && isfinite(r.logit));
    return r.logit;
}

static void it_learns(void **state)
{
    struct example s, h;
    (void)state;
    example(&s, spam);
    example(&h, ham);
    assert_true(logit(&s) == 0);
    for (int i = 0; i < 3; i++) {
        bayes_learn(block, &s.list, true, 1);
        bayes_learn(block, &h.list, false, 1);
    }
    assert_true(logit(&s) > 1 && logit(&h) < -1);
    assert_int_equal(block->learned.spam, 3);
    assert_int_equal(block->serial, 6);
    test_message_free(s.t);
    test_message_free(h.t);
}

static void it_says_nothing_before_it_knows_enough(void **state)
{
    struct example s;
    struct bayes_result r;
    (void)state;
    example(&s, spam);
    bayes_learn(block, &s.list, true, 1);
    bayes_classify(block, &s.list, 1, 1, &r);
    assert_false(r.known);
    test_message_free(s.t);
}

static void counts_are_taken_back_exactly(void **state)
{
    struct example s, h;
    (void)state;
    example(&s, spam);
    example(&h, ham);
    bayes_learn(block, &s.list, true, 1);
    bayes_learn(block, &h.list, false, 1);
    struct bayes_block *before = malloc(BAYES_BYTES);
    memcpy(before, block, BAYES_BYTES);
    bayes_learn(block, &s.list, true, 1);
    assert_false(same_counts(before, block));
    bayes_unlearn(block, &s.list, true, 1);
    assert_true(same_counts(before, block));
    assert_int_equal(block->learned.spam, 1);
    free(before);
    test_message_free(s.t);
    test_message_free(h.t);
}

/* As much ham as spam, and far more, put behind a spam: its beginning is what it was. */
static void good_words_behind_a_spam_do_not_help_it(void **state)
{
    struct example s, h, both;
    struct buf text;
    (void)state;
    example(&s, spam);
    example(&h, ham);
    for (int i = 0; i < 10; i++) {
        bayes_learn(block, &s.list, true, 1);
        bayes_learn(block, &h.list, false, 1);
    }
    buf_init(&text, 100000);
    buf_add_str(&text, spam);
    for (int i = 0; i < 40; i++)
        buf_add_str(&text, strstr(ham, "\n\n"));
    example(&both, text.p);
    assert_true(both.list.n_cuts >= 2);
    assert_true(logit(&both) >= logit(&s) - 2.5);
    buf_deinit(&text);
    test_message_free(s.t);
    test_message_free(h.t);
    test_message_free(both.t);
}

static void tokens_have_their_share_and_their_names(void **state)
{
    struct bayes_evidence e;
    struct example s, h;
    (void)state;
    example(&s, spam);
    example(&h, ham);
    for (int i = 0; i < 10; i++) {
        bayes_learn(block, &s.list, true, 1);
        bayes_learn(block, &h.list, false, 1);
    }
    bayes_evidence_find(&e, block, &s.t->m, NULL, NULL);
    assert_true(e.result.known && e.result.logit > 0);
    assert_true(e.n_spam > 0 && e.spam[0].share > 0 && e.spam[0].token.spam == 10 &&
                e.spam[0].token.ham == 0);
    assert_true(e.spam[0].share >= e.spam[e.n_spam - 1].share);
    assert_true(slice_chr(e.spam[0].text, ':') > 0);
    assert_true(e.learned == e.tokens && e.spammy > e.hammy);
    test_message_free(s.t);
    test_message_free(h.t);
}

static void ask(struct example *x, struct sa_tokens *sa)
{
    struct views v;
    views_init(&v, &x->t->m, NULL);
    sa_tokens_make(sa, &v, NULL);
    bayes_features_ask(&x->list, sa);
}

static void import_sa(void)
{
    static const char *const spammy[] = { "UD:casino.example", "claim", "bonus", "H*F:U*win" },
                             *const hammy[] = { "H*F:U*ann", "noon", "meet" };
    for (size_t i = 0; i < 4; i++)
        assert_true(bayes_import(block, sa_token_key(slice_str(spammy[i])), 90, 0));
    for (size_t i = 0; i < 3; i++)
        assert_true(bayes_import(block, sa_token_key(slice_str(hammy[i])), 0, 80));
    bayes_import_end(block, BAYES_SA_KEYS, 200, 200);
}

static void what_spamassassin_knew_speaks_at_once(void **state)
{
    struct example s, h;
    struct sa_tokens of_s, of_h;
    struct bayes_result r;
    (void)state;
    example(&s, spam);
    example(&h, ham);
    import_sa();
    assert_true(bayes_wants_sa(block));
    ask(&s, &of_s);
    ask(&h, &of_h);
    bayes_classify(block, &s.list, 200, 200, &r);
    assert_true(r.known && r.probability > 0.95);
    bayes_classify(block, &h.list, 200, 200, &r);
    assert_true(r.known && r.probability < 0.05);
    struct bayes_evidence e;
    bayes_evidence_find(&e, block, &s.t->m, NULL, NULL);
    assert_true(e.n_spam == 4 && e.n_ham == 0 && e.spam[0].token.spam == 90);
    assert_true(slice_starts(e.spam[0].text, SLICE("sa:")));
    test_message_free(s.t);
    test_message_free(h.t);
}

static void what_spamassassin_knew_fades(void **state)
{
    struct example s;
    struct sa_tokens sa;
    struct bayes_result with, without;
    (void)state;
    example(&s, spam);
    import_sa();
    for (int i = 0; i < BAYES_IMPORT_RAMP; i++)
        bayes_learn(block, &s.list, i % 2, 1);
    assert_false(bayes_wants_sa(block));
    bayes_classify(block, &s.list, 0, 0, &without);
    ask(&s, &sa);
    bayes_classify(block, &s.list, 0, 0, &with);
    assert_true(with.logit == without.logit);
    test_message_free(s.t);
}

/* A lesson that is read from a journal has no keys. */
static void a_lesson_is_the_same_with_keys(void **state)
{
    struct example s;
    struct sa_tokens sa;
    struct bayes_block *other = calloc(1, BAYES_BYTES);
    (void)state;
    assert_non_null(other);
    example(&s, ham);
    import_sa();
    memcpy(other, block, BAYES_BYTES);
    bayes_learn(block, &s.list, false, 1);
    bayes_unlearn(block, &s.list, false, 1);
    ask(&s, &sa);
    bayes_learn(other, &s.list, false, 1);
    bayes_unlearn(other, &s.list, false, 1);
    assert_memory_equal(block, other, BAYES_BYTES);
    free(other);
    test_message_free(s.t);
}

static void keys_travel_with_what_is_asked_and_not_with_a_lesson(void **state)
{
    struct example s;
    struct sa_tokens sa;
    struct bayes_item item;
    struct buf out;
    (void)state;
    example(&s, spam);
    ask(&s, &sa);
    buf_init(&out, 1 << 20);
    bayes_item_put(&out, &s.f, &sa);
    assert_true(bayes_item_get(buf_slice(&out), s.t->m.arena, &item));
    assert_int_equal(item.features.n_sa, sa.n);
    assert_memory_equal(item.features.sa, sa.keys, sa.n * sizeof(*sa.keys));
    buf_reset(&out);
    bayes_item_write(&out, &item);
    assert_true(bayes_item_get(buf_slice(&out), s.t->m.arena, &item) && item.features.n_sa == 0);
    buf_deinit(&out);
    test_message_free(s.t);
}

static void a_full_slot_is_halved(void **state)
{
    struct example s;
    (void)state;
    example(&s, spam);
    for (int i = 0; i < 5000; i++)
        bayes_learn(block, &s.list, true, 1);
    struct bayes_result r;
    bayes_classify(block, &s.list, 0, 0, &r);
    assert_true(isfinite(r.logit));
    test_message_free(s.t);
}

static void a_foreign_block_is_refused(void **state)
{
    struct err e = { 0 };
    (void)state;
    assert_int_equal(bayes_check(block, &e), 0);
    block->version++;
    assert_int_equal(bayes_check(block, &e), -1);
    block->magic = 0;
    assert_int_equal(bayes_check(block, &e), -1);
    assert_true(BAYES_BYTES <= 24000000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tokens_say_where_they_stand),
        TEST(fields_of_filters_are_not_seen),
        TEST(the_way_has_tokens),
        TEST(how_the_sender_fits_has_tokens),
        TEST(a_list_is_named_once),
        TEST(looks_have_tokens),
        TEST(hidden_text_is_apart),
        TEST(the_far_east_has_words),
        TEST(it_learns),
        TEST(it_says_nothing_before_it_knows_enough),
        TEST(counts_are_taken_back_exactly),
        TEST(good_words_behind_a_spam_do_not_help_it),
        TEST(tokens_have_their_share_and_their_names),
        TEST(what_spamassassin_knew_speaks_at_once),
        TEST(what_spamassassin_knew_fades),
        TEST(a_lesson_is_the_same_with_keys),
        TEST(keys_travel_with_what_is_asked_and_not_with_a_lesson),
        TEST(a_full_slot_is_halved),
        TEST(a_foreign_block_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
