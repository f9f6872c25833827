/* shipped-test.c - the rules that we ship: complete, sound, and hitting what they say */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <cmocka.h>
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/test-message.h"

static struct arena arena;
static struct ruleset *set;
static struct scorer *scorer;

static int load(void **state)
{
    static const char *const path[] = { TAMIS_SRCDIR "/rules" };
    static const struct scoring_options o = {
        .rules_path = { path, 1 },
        .regex_match_limit = 1000000,
        .message_budget = 60000,
        .rules_max = 1000,
    };
    const struct rule_problem *problems;
    struct err e = { 0 };
    arena_init(&arena, 16 << 20);
    message_warm();
    set = ruleset_load(&o, &arena, &problems, &e);
    if (set == NULL || problems) {
        fprintf(stderr, "%s %u: %s\n", problems ? problems->file : "", problems ? problems->line : 0,
                problems ? problems->text : e.text);
        return -1;
    }
    scorer = scorer_new(set, &o);
    return 0;
}

static int unload(void **state)
{
    scorer_free(&scorer);
    ruleset_free(&set);
    arena_deinit(&arena);
    return 0;
}

static void every_scored_rule_has_a_score_and_a_description(void **state)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct rule *r = set->rules[i];
        if (rule_is_sub(r))
            continue;
        if (!r->has_score || r->describe == NULL || r->describe[0] == 0)
            fail_msg("%.*s has no score or no description", SLICE_ARG(r->name));
        bool gtube = slice_eq(r->name, SLICE("GTUBE"));
        if (!gtube && (fabs(r->score) >= 5 || !slice_starts(r->name, SLICE("TM_"))))
            fail_msg("%.*s scores %g", SLICE_ARG(r->name), r->score);
    }
}

static void no_subrule_is_without_use(void **state)
{
    bool *used = arena_array(&arena, set->n, sizeof(*used));
    for (size_t i = 0; i < set->n_metas; i++)
        for (unsigned k = 0; k < set->metas[i]->test.expr->n; k++)
            if (set->metas[i]->test.expr->steps[k].op == EXPR_VALUE)
                used[set->metas[i]->test.expr->steps[k].index] = true;
    for (size_t i = 0; i < set->n; i++)
        if (rule_is_sub(set->rules[i]) && !used[i])
            fail_msg("%.*s is used by no meta", SLICE_ARG(set->rules[i]->name));
}

#define HEAD "Date: Tue, 24 Nov 2026 04:14:11 +0000\nMessage-ID: <1@example.org>\nTo: bob@example.net\n"
#define ANN HEAD "From: Ann <ann@example.org>\nSubject: Hello\n"
#define HTML "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"

/* the scored rules that hit, in order; "" for mail between people */
static const struct {
    const char *message, *hits;
} rows[] = {
    { ANN "\nHi Bob,\n\nlunch at http://example.com/menu tomorrow? Sales were $3 million.\n\nAnn\n", "" },
    { ANN "\nYour order was sent. Track it: https://shop.example.com/track?id=7\n\nPrice: $20, you save 5%\n",
      "" },
    { ANN "\nDear user, please change your password within 90 days, as the rules of the house say.\n", "" },
    { ANN HTML "<p>News: <a href=\"https://www.example.com/a\">https://example.com/a</a></p>\n", "" },
    { ANN "\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n", "GTUBE" },
    { "Subject: x\n\nx\n", "TM_NO_DATE TM_NO_FROM TM_NO_RCPT" },
    { ANN "Message-Id: none\nX-Message-Id: x\n\nx\n", "" },
    { "Date: x\nFrom: a@b\nTo: c@d\nMessage-ID: <nonsense>\n\nx\n", "TM_MSGID_SHAPE" },
    { HEAD "From: a@example.org\nSubject: READ THIS NOW OR NEVER\n\nx\n", "TM_SUBJECT_CAPS" },
    { HEAD "From: a@example.org\nSubject: =?utf-8?B?SGVsbG8gdGhlcmU=?=\n\nx\n", "TM_SUBJECT_HIDDEN" },
    { HEAD "From: \"help@bank.example\" <x@evil.example>\nSubject: x\n\nx\n", "TM_NAME_OTHER_ADDR" },
    { HEAD "From: \"help@bank.example\" <x@mail.bank.example>\nSubject: x\n\nx\n", "" },
    { HEAD "From: PayPal <x@evil.example>\nSubject: x\n\nx\n", "TM_NAME_BRAND" },
    { HEAD "From: PayPal <service@paypal.com>\nSubject: x\n\nx\n", "" },
    { ANN "Reply-To: someone <someone1@gmail.com>\n\nx\n", "TM_REPLY_ELSEWHERE" },
    { ANN "Reply-To: someone <someone1@gmail.com>\nList-Id: <list.example.org>\n\nx\n", "" },
    { ANN "\nI am the barrister of a late client.\n\nThe sum is US$ 4.5 million.\n", "TM_ADVANCE_FEE_MUCH" },
    { ANN "\nA business proposal worth 20 million dollars for you.\n", "TM_ADVANCE_FEE" },
    { ANN "\nCheap V1agra here: http://pills.example/\n", "TM_DRUGS TM_SHOP_LINK" },
    { ANN "\nviagra cialis levitra\n", "TM_DRUGS TM_DRUGS_MANY" },
    { ANN "\nReplica watches, like real Rolex\n", "TM_REPLICA" },
    { ANN "\nSymbol: ABCD, 5 day target price: $0.4. Strong buy!\n", "TM_STOCK_TIP TM_STOCK_TIP_SURE" },
    { ANN "\nYour account has been suspended. Verify your account within 24 hours: http://evil.example/x\n",
      "TM_ACCOUNT_PHISH_SURE" },
    { ANN "\nYour mailbox will be deactivated. Confirm your password at http://203.0.113.9/x\n",
      "TM_URI_IP TM_ACCOUNT_PHISH TM_PHISH_ODD_LINK" },
    { ANN "\nI recorded you with your webcam. Pay in bitcoin or I send the video to all your contacts.\n",
      "TM_EXTORTION" },
    { ANN HTML "<form><input name=p type=\"password\"></form>\n", "TM_HTML_PASSWORD" },
    { ANN HTML "<script>document.write(unescape('%3c'))</script>\n", "TM_HTML_SCRIPT" },
    { ANN HTML "<a href=\"http://evil.example/\">http://bank.example/</a>\n", "TM_LINK_SAYS_OTHER" },
    { ANN HTML "<a href=\"http://evil.example/\"><img src=\"cid:1@2\"></a>\n", "TM_IMAGE_LINK" },
    { ANN "\nhttp://www.bank.example@evil.example/x\n", "TM_URI_USERINFO" },
    { ANN "\nhttp://files.example.com/setup.exe\n", "TM_URI_PROGRAM" },
    { ANN "\nhttps://paypal.com.evil.example/login and https://www.paypal.com/\n", "TM_URI_BRAND" },
    { ANN "\nhttps://www.paypal.com/ and https://login.microsoftonline.com/\n", "" },
    { ANN "\nVerify your account: https://my-page.web.app/\n", "TM_PHISH_FREE_PAGE" },
};

static struct slice scored_hits(struct test_message *t)
{
    struct finding_list found = { 0 };
    struct buf b;
    buf_init_in(&b, &t->arena, 10000);
    scorer_evaluate(scorer, &t->m, &found);
    for (const struct finding *f = found.first; f; f = f->next) {
        assert_int_not_equal(f->kind, FINDING_CLASS);
        if (f->kind == FINDING_RULE)
            buf_printf(&b, "%s%.*s", b.n ? " " : "", SLICE_ARG(f->name));
    }
    return buf_slice(&b);
}

static void rules_hit_what_they_say_and_nothing_else(void **state)
{
    unsigned bad = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct test_message *t = test_message_new(slice_str(rows[i].message), NULL);
        struct slice hits = scored_hits(t);
        if (!slice_eq(hits, slice_str(rows[i].hits))) {
            print_error("row %zu: \"%.*s\", not \"%s\"\n", i, SLICE_ARG(hits), rows[i].hits);
            bad++;
        }
        test_message_free(t);
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scored_rule_has_a_score_and_a_description),
        cmocka_unit_test(no_subrule_is_without_use),
        cmocka_unit_test(rules_hit_what_they_say_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
