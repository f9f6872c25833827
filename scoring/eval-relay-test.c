/* eval-relay-test.c - functions of relays, lists, bounces and forged providers on small messages */
#include "config.h"
#include "scoring/eval-test.h"

#define HOP(helo, rdns, ip, by)                                                                              \
    "Received: from " helo " (" rdns " [" ip "]) by " by " (Postfix) with SMTP id A123\n"
#define END "\nbody\n"

static struct ruleset *load(struct arena *a, const char *lines)
{
    static const struct scoring_options o = { .rules_max = 100, .message_budget = 60000 };
    const struct rule_problem *problems = NULL;
    struct err e;
    char text[4000];
    snprintf(text, sizeof(text), "%s\nheader X Subject =~ /x/\n", lines);
    arena_init(a, 16 << 20);
    struct ruleset *set = ruleset_load_text(&o, slice_str(text), "test.cf", a, &problems, &e);
    assert_non_null(set);
    if (problems)
        fail_msg("line %u: %s", problems->line, problems->text);
    return set;
}

static void unload(struct arena *a, struct ruleset *set)
{
    ruleset_free(&set);
    arena_deinit(a);
}

static void trusted_or_not(void **state)
{
    static const struct eval_case rows[] = {
        { "check_all_trusted()", HOP("a", "a", "192.0.2.1", "mx") END, 1 },
        { "check_all_trusted()", HOP("a", "a", "192.0.2.1", "mx") HOP("a", "a", "203.0.113.1", "mx") END, 0 },
        { "check_all_trusted()", HOP("a", "a", "192.0.2.1", "mx") "Received: from what is this\n" END, 0 },
        { "check_all_trusted()", END, 0 },
        { "check_no_relays()", "Received: from a by b with SMTP\n" END, 1 },
        { "check_no_relays()", HOP("a", "a", "192.0.2.1", "mx") END, 0 },
        { "check_no_relays()", "Received: from what is this\n" END, 0 },
        { "check_relays_unparseable()", "Received: from what is this\n" END, 1 },
        { "check_relays_unparseable()", HOP("a", "a", "192.0.2.1", "mx") END, 0 },
        { "check_for_sender_no_reverse()", HOP("a", "a.example.org", "203.0.113.1", "mx") END, 1 },
        { "check_for_sender_no_reverse()", HOP("a", "a.example.org", "10.0.0.1", "mx") END, 0 },
        { "check_for_sender_no_reverse()", HOP("a", "unknown", "203.0.113.1", "mx") END, 0 },
        { "check_for_illegal_ip()", HOP("a", "a", "203.0.113.1", "mx") END, 0 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set = load(&a, "trusted_networks 192.0.2/24");
    EVAL_TEST_ALL(set, rows);
    unload(&a, set);
}

static void names_and_addresses_of_helo(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_numeric_helo()", HOP("198.51.100.1", "a", "203.0.113.1", "mx") END, 1 },
        { "check_for_numeric_helo()", HOP("a198.51.100.1", "a", "203.0.113.1", "mx") END, 0 },
        { "check_for_numeric_helo()", HOP("[198.51.100.1]", "a", "203.0.113.1", "mx") END, 0 },
        { "helo_ip_mismatch()", HOP("198.51.100.1", "a", "203.0.113.1", "mx") END, 1 },
        { "helo_ip_mismatch()", HOP("203.0.113.7", "a", "203.0.113.1", "mx") END, 0 },
        { "helo_ip_mismatch()", HOP("10.0.0.7", "a", "203.0.113.1", "mx") END, 0 },
        { "check_for_no_rdns_dotcom_helo()", HOP("mx.hotmail.com", "unknown", "203.0.113.1", "mx") END, 1 },
        { "check_for_no_rdns_dotcom_helo()", HOP("AOL.com", "unknown", "203.0.113.1", "mx") END, 1 },
        { "check_for_no_rdns_dotcom_helo()", HOP("nothotmail.com", "unknown", "203.0.113.1", "mx") END, 0 },
        { "check_for_no_rdns_dotcom_helo()", HOP("mx.hotmail.com", "x.example", "203.0.113.1", "mx") END, 0 },
        { "check_for_from_domain_in_received_headers('example.org', 'true')",
          "From: a@example.org\n" HOP("a", "mx.example.org", "203.0.113.1", "in.example.org") END, 1 },
        { "check_for_from_domain_in_received_headers('example.org', 'false')",
          "From: a@example.org\n" HOP("a", "mx.example.org", "203.0.113.1", "in.example.net") END, 1 },
        { "check_for_from_domain_in_received_headers('example.org', 'false')",
          "From: a@example.com\n" HOP("a", "mx.example.org", "203.0.113.1", "in.example.net") END, 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void a_trail_that_does_not_fit(void **state)
{
#define TRAIL(by2, by3)                                                                                      \
    HOP("a", "a.one.example", "203.0.113.1", "mx.example.net")                                               \
    HOP("b", "b.two.example", "203.0.113.2", by2) HOP("c", "c.three.example", "203.0.113.3", by3) END
    static const struct eval_case rows[] = {
        { "check_for_forged_received_trail()", TRAIL("mx.one.example", "mx.two.example"), 0 },
        { "check_for_forged_received_trail()", TRAIL("mx.else.example", "mx.two.example"), 0 },
        { "check_for_forged_received_trail()", TRAIL("mx.else.example", "mx.other.example"), 1 },
        { "check_for_forged_received_trail()", TRAIL("localhost", "mx.other.example"), 0 },
        { "check_for_forged_received_ip_helo()",
          HOP("198.51.100.1", "a", "203.0.113.1", "mx.example.net") END, 1 },
        { "check_for_forged_received_ip_helo()", HOP("203.0.9.1", "a", "203.0.113.1", "mx.example.net") END,
          0 },
        { "check_for_forged_received_ip_helo()", HOP("10.0.0.1", "a", "203.0.113.1", "mx.example.net") END,
          0 },
        { "check_for_forged_received_ip_helo()", HOP("198.51.100.1", "a", "203.0.113.1", "mx") END, 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

#define LONG60 "123456789012345678901234567890123456789012345678901234567890"

static void providers_that_are_forged(void **state)
{
    static const struct eval_case rows[] = {
        { "check_for_forged_gmail_received_headers()", "From: a@gmail.com\n" END, 1 },
        { "check_for_forged_gmail_received_headers()", "From: a@example.org\n" END, 0 },
        { "check_for_forged_gmail_received_headers()",
          "From: a@gmail.com\nX-Received: by 10.1.2.3 with SMTP id x1; now\n" END, 0 },
        { "check_for_forged_gmail_received_headers()",
          "From: a@gmail.com\nX-Received: by 2002:a05:6102:1::9 with SMTP id x1; now\n" END, 0 },
        { "check_for_forged_gmail_received_headers()",
          "From: a@gmail.com\nX-Gm-Message-State: " LONG60 "\nX-Google-Smtp-Source: " LONG60 "\n" END, 0 },
        { "check_for_forged_gmail_received_headers()",
          "From: a@gmail.com\nX-Gm-Message-State: " LONG60 "\nX-Google-Smtp-Source: x\n" END, 1 },
        { "check_for_forged_hotmail_received_headers()", HOP("x.hotmail.com", "y", "203.0.113.1", "mx") END,
          1 },
        { "check_for_forged_hotmail_received_headers()",
          "Received: from hotmail.com (f1.hotmail.com [203.0.113.1]) by mx\nX-Originating-IP: "
          "[203.0.113.1]\n" END,
          0 },
        { "check_for_forged_hotmail_received_headers()",
          "Received: from hotmail.com (f1.hotmail.com [203.0.113.1]) by mx\n" END, 1 },
        { "check_for_forged_hotmail_received_headers()", "From: a@hotmail.com\n" END, 0 },
        { "check_for_no_hotmail_received_headers()",
          "From: a@hotmail.com\n" HOP("a", "a", "203.0.113.1", "mx") END, 1 },
        { "check_for_no_hotmail_received_headers()",
          "From: a@hotmail.com\nX-OriginatorOrg: hotmail.com\nReceived: from "
          "X.outbound.protection.outlook.com "
          "(mail.outbound.protection.outlook.com [203.0.113.1]) by mx\n" END,
          0 },
        { "check_for_no_hotmail_received_headers()", "From: a@hotmail.com\n" END, 0 },
        { "check_for_forged_yahoo_received_headers()",
          "From: a@yahoo.com\n" HOP("a", "a", "203.0.113.1", "mx") END, 1 },
        { "check_for_forged_yahoo_received_headers()",
          "From: a@yahoo.com\n" HOP("a", "n1.mail.yahoo.com", "203.0.113.1", "mx") END, 0 },
        { "check_for_forged_yahoo_received_headers()",
          "From: a@yahoo.com\n" HOP(
              "a", "a", "203.0.113.1",
              "mx") "Received: from [203.0.113.2] by web1.mail.yahoo.com via HTTP; now\n" END,
          0 },
        { "check_for_forged_juno_received_headers()",
          "From: a@juno.com\n" HOP("a", "a", "203.0.113.1", "mx") END, 1 },
        { "check_for_forged_juno_received_headers()",
          "From: a@juno.com\nX-Originating-IP: 203.0.113.1\nX-Mailer: Juno 4.0\n"
          "Received: from m1.juno.com (m1.juno.com [203.0.113.1]) by mx\n" END,
          0 },
        { "check_for_forged_eudoramail_received_headers()",
          "From: a@eudoramail.com\nX-Sender-Ip: 203.0.113.1\nReceived: from q by x.whowhere.com; now\n" END,
          0 },
        { "check_for_forged_eudoramail_received_headers()",
          "From: a@eudoramail.com\nReceived: from q by x.whowhere.com; now\n" END, 1 },
        { "check_for_fake_aol_relay_in_rcvd()", HOP("a", "a", "203.0.113.1", "rly-xw01.mx.aol.com") END, 1 },
        { "check_for_fake_aol_relay_in_rcvd()",
          "Received: from a by rly-ip01.mx.aol.com (8.8.8/8.8.8/AOL-5.0.0) with ESMTP\n" END, 0 },
        { "gated_through_received_hdr_remover()", END, 1 },
        { "gated_through_received_hdr_remover()", HOP("a", "a", "203.0.113.1", "mx") END, 0 },
        { "gated_through_received_hdr_remover()",
          "Received: from groups.msn.com (x.msn.com [203.0.113.1]) by mx\n" END, 1 },
        { "gated_through_received_hdr_remover()",
          "Mailing-List: contact a-help@example.org; run by ezmlm\nDelivered-To: mailing list a@example.org\n"
          "Received: (qmail 12 invoked by uid 99); 12 Jan 2004 10:00:00 -0000\n" END,
          1 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void senders_in_lists(void **state)
{
    static const struct eval_case rows[] = {
        { "check_from_in_welcomelist()", "From: <Joe@Good.Example>\n" END, 1 },
        { "check_from_in_welcomelist()", "From: x@out.example\n" END, 0 },
        { "check_from_in_whitelist()", "From: <joe@good.example>\n" END, 1 },
        { "check_from_in_welcomelist()", "From: joe@good..example\n" END, 1 },
        { "check_from_in_welcomelist()", "Resent-From: x@else.example\nFrom: joe@good.example\n" END, 0 },
        { "check_from_in_welcomelist()", "Resent-From: joe@good.example\nFrom: x@else.example\n" END, 1 },
        { "check_from_in_blocklist()", "From: x@bad.example\n" END, 1 },
        { "check_from_in_blocklist()", "From: x@sub.bad.example\n" END, 0 },
        { "check_from_in_blocklist()", "From: x@fine.example\nX-Envelope-From: <x@bad.example>\n" END, 1 },
        { "check_from_in_list('BANKS')", "From: x@bank.example\n" END, 1 },
        { "check_from_in_list('NONE')", "From: x@bank.example\n" END, 0 },
        { "check_from_in_list('blocklist_from')", "From: x@bad.example\n" END, 1 },
        { "check_replyto_in_list('BANKS')", "From: x@fine.example\nReply-To: y@bank.example\n" END, 1 },
        { "check_replyto_in_list('BANKS')", "From: x@bank.example\n" END, 0 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set =
        load(&a, "welcomelist_from *@good.example *@out.example\nunwelcomelist_from *@out.example\n"
                 "blocklist_from *@bad.example\nenlist_addrlist (BANKS) *@bank.example");
    EVAL_TEST_ALL(set, rows);
    unload(&a, set);
}

/* a sender is believed when the first relay that is not ours vouches */
static void senders_with_relays(void **state)
{
#define OURS HOP("h", "in.example.net", "192.0.2.9", "mx")
#define FROM(address, rdns, ip) "From: " address "\n" OURS HOP("h", rdns, ip, "mx") END
    static const struct eval_case rows[] = {
        { "check_from_in_welcomelist()", FROM("a@good.example", "mx.relay.example", "203.0.113.1"), 1 },
        { "check_from_in_welcomelist()", FROM("a@good.example", "relay.example", "203.0.113.1"), 1 },
        { "check_from_in_welcomelist()", FROM("a@good.example", "badrelay.example", "203.0.113.1"), 0 },
        { "check_forged_in_welcomelist()", FROM("a@good.example", "badrelay.example", "203.0.113.1"), 1 },
        { "check_forged_in_welcomelist()", FROM("list@good.example", "badrelay.example", "203.0.113.1"), 0 },
        { "check_forged_in_welcomelist()", FROM("a@good.example", "mx.relay.example", "203.0.113.1"), 0 },
        { "check_forged_in_welcomelist()", FROM("a@else.example", "mx.relay.example", "203.0.113.1"), 0 },
        { "check_from_in_welcomelist()", FROM("a@ip.example", "x", "203.0.113.77"), 1 },
        { "check_from_in_welcomelist()", FROM("a@ip.example", "x", "203.0.113.7"), 0 },
        { "check_from_in_welcomelist()", FROM("a@short.example", "x", "203.0.113.7"), 1 },
        { "check_from_in_welcomelist()", FROM("a@short.example", "x", "203.0.11.7"), 0 },
        { "check_from_in_welcomelist()", FROM("a@net.example", "x", "203.0.113.200"), 1 },
        { "check_from_in_welcomelist()", FROM("a@net.example", "x", "203.0.113.100"), 0 },
        { "check_from_in_welcomelist()", FROM("a@six.example", "x", "2001:db8:1::7"), 1 },
        { "check_from_in_welcomelist()", FROM("a@six.example", "x", "2001:db8:2::7"), 0 },
        { "check_from_in_welcomelist()", "From: a@ours.example\n" OURS END, 1 },
        { "check_from_in_welcomelist()", FROM("a@ours.example", "x", "203.0.113.1"), 0 },
        { "check_from_in_welcomelist()", "From: a@good.example\n" END, 0 },
        { "check_forged_in_welcomelist()", "From: a@good.example\n" END, 0 },
        { "check_from_in_default_welcomelist()", FROM("a@def.example", "mx.def.example", "203.0.113.1"), 1 },
        { "check_from_in_welcomelist()", FROM("a@def.example", "mx.def.example", "203.0.113.1"), 0 },
        { "check_forged_in_default_welcomelist()", FROM("a@def.example", "x.example", "203.0.113.1"), 1 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set =
        load(&a, "trusted_networks 192.0.2/24\nwelcomelist_from_rcvd *@good.example relay.example\n"
                 "welcomelist_from_rcvd *@ip.example [203.0.113.77]\nwelcomelist_from_rcvd *@short.example "
                 "[203.0.113]\n"
                 "welcomelist_from_rcvd *@net.example [203.0.113.128/25]\nwelcomelist_from_rcvd "
                 "*@six.example [2001:db8:1::]/48\n"
                 "welcomelist_from_rcvd *@ours.example example.net\nwelcomelist_allows_relays list@*\n"
                 "def_welcomelist_from_rcvd *@def.example def.example");
    EVAL_TEST_ALL(set, rows);
    unload(&a, set);
}

static void recipients_in_lists(void **state)
{
    static const struct eval_case rows[] = {
        { "check_to_in_welcomelist()", "To: a@x.example, <Joe@Here.Example>\n" END, 1 },
        { "check_to_in_welcomelist()", "Cc: joe@here.example\n" END, 1 },
        { "check_to_in_welcomelist()", "X-Real-To: joe@here.example\n" END, 1 },
        { "check_to_in_welcomelist()", "Bcc: joe@here.example\n" END, 0 },
        { "check_to_in_welcomelist()", "Resent-To: a@x.example\nTo: joe@here.example\n" END, 0 },
        { "check_to_in_welcomelist()", "Resent-Cc: joe@here.example\nTo: a@x.example\n" END, 1 },
        { "check_to_in_welcomelist()", "Received: from a by b for <joe@here.example>; now\n" END, 1 },
        { "check_to_in_welcomelist()", "Received: from a by b for joe@here.example; now\n" END, 1 },
        { "check_to_in_welcomelist()", "Received: from a by b for <joe@here.example> now\n" END, 0 },
        { "check_to_in_list('HOSTS')", "Received: from a by b for <@a.b>; now\n" END, 1 },
        { "check_to_in_list('HOSTS')", "Received: from a by b for <joe@here>; now\n" END, 0 },
        { "check_to_in_list('HOSTS')", "Received: from a by b for <joe@a.b>; now\n" END, 1 },
        { "check_to_in_list('HOSTS')", "Received: from a by b for <joe@a_b.c>; now\n" END, 0 },
        { "check_to_in_list('HOSTS')", "Received: from a by b for <joe@x_y.a.b>; now\n" END, 1 },
        { "check_to_in_welcomelist()",
          "Received: from a by b with SMTP\nReceived: from a by b with SMTP\nReceived: from a by b with "
          "SMTP\n"
          "Received: from a by b for <joe@here.example>; now\n" END,
          0 },
        { "check_to_in_blocklist()", "To: out@here.example\n" END, 1 },
        { "check_to_in_more_spam()", "To: more@here.example\n" END, 1 },
        { "check_to_in_all_spam()", "To: all@here.example\n" END, 1 },
        { "check_to_in_all_spam()", "To: more@here.example\n" END, 0 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set =
        load(&a, "welcomelist_to joe@here.example\nblocklist_to out@*\nmore_spam_to more@*\n"
                 "all_spam_to all@*\nenlist_addrlist (HOSTS) *@*");
    EVAL_TEST_ALL(set, rows);
    unload(&a, set);
}

static void subjects_in_lists(void **state)
{
    static const struct eval_case rows[] = {
        { "check_subject_in_welcomelist()", "Subject: about [BUG 123] again\n" END, 1 },
        { "check_subject_in_welcomelist()", "Subject: about bug 123\n" END, 0 },
        { "check_subject_in_welcomelist()", END, 0 },
        { "check_subject_in_blocklist()", "Subject: Make  Money now\n" END, 0 },
        { "check_subject_in_blocklist()", "Subject: =?utf-8?q?Make_Money?= now\n" END, 1 },
        { "check_subject_in_blocklist()", "Subject: (was x\n" END, 1 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set =
        load(&a, "loadplugin Mail::SpamAssassin::Plugin::WelcomeListSubject\n"
                 "welcomelist_subject [Bug *]\nblocklist_subject Make Money\nblocklist_subject (was");
    EVAL_TEST_ALL(set, rows);
    unload(&a, set);
}

static void senders_and_relays_of_one_owner(void **state)
{
    static const struct eval_case rows[] = {
        { "check_mailfrom_matches_rcvd()",
          "Return-Path: <a@news.example.com>\n" HOP("h", "mx1.example.com", "203.0.113.1", "mx") END, 1 },
        { "check_mailfrom_matches_rcvd()",
          "Return-Path: <a@news.example.com>\n" HOP("h", "mx1.example.org", "203.0.113.1", "mx") END, 0 },
        { "check_mailfrom_matches_rcvd()",
          "Return-Path: <a@news.example.com>\n" HOP("h", "unknown", "203.0.113.1", "mx") END, 0 },
        { "check_mailfrom_matches_rcvd()",
          "Return-Path: <>\n" HOP("h", "mx1.example.com", "203.0.113.1", "mx") END, 0 },
    };
    (void)state;
    EVAL_TEST_ALL(NULL, rows);
}

static void bounces_of_our_mail(void **state)
{
    static const struct eval_case rows[] = {
        { "have_any_bounce_relays()", END, 1 },
        { "check_welcomelist_bounce_relays()",
          "\nyour mail:\nReceived: from x by out1.ours.example with SMTP\n", 1 },
        { "check_welcomelist_bounce_relays()", "\n> > Received: by out1.ours.example (x) with SMTP\n", 1 },
        { "check_welcomelist_bounce_relays()",
          "\nyour mail:\n\nReceived: from x by out.else.example with SMTP\n", 0 },
        { "check_welcomelist_bounce_relays()", "\nyour mail:\nfrom out1.ours.example with SMTP\n", 0 },
        { "check_welcomelist_bounce_relays()",
          "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-A: b\n"
          "Received: from x\n\tby out1.ours.example with SMTP\n\nhello\n--b--\n",
          1 },
        { "check_welcomelist_bounce_relays()",
          "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
          "Received: from x\nX-A: by out1.ours.example with SMTP\n\nhello\n--b--\n",
          0 },
    };
    static const struct eval_case none[] = {
        { "have_any_bounce_relays()", END, 0 },
        { "check_welcomelist_bounce_relays()", "\nReceived: from x by out1.ours.example with SMTP\n", 0 },
    };
    struct arena a;
    (void)state;
    struct ruleset *set = load(&a, "loadplugin Mail::SpamAssassin::Plugin::VBounce\n"
                                   "welcomelist_bounce_relays *.ours.example");
    EVAL_TEST_ALL(set, rows);
    EVAL_TEST_ALL(NULL, none);
    unload(&a, set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trusted_or_not),
        cmocka_unit_test(names_and_addresses_of_helo),
        cmocka_unit_test(a_trail_that_does_not_fit),
        cmocka_unit_test(providers_that_are_forged),
        cmocka_unit_test(senders_in_lists),
        cmocka_unit_test(senders_with_relays),
        cmocka_unit_test(recipients_in_lists),
        cmocka_unit_test(subjects_in_lists),
        cmocka_unit_test(senders_and_relays_of_one_owner),
        cmocka_unit_test(bounces_of_our_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
