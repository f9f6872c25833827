/* received-test.c - Received fields and dates */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/received.h"

static struct arena arena;
static struct message_limits limits;

static int setup(void **state)
{
    arena_init(&arena, 512 << 20);
    message_limits_default(&limits);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* "ip|rdns|helo|by|with|id|for|auth|FLAGS", t: TLS, p: private, -: nothing read, s: synthetic */
static struct slice shown(const struct relay *r)
{
    const struct slice parts[] = { r->ip, r->rdns, r->helo, r->by, r->with, r->id, r->for_, r->auth };
    struct buf b;
    buf_init_in(&b, &arena, 1 << 20);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        buf_add_slice(&b, parts[i]);
        buf_add_char(&b, '|');
    }
    buf_add_str(&b, r->tls ? "t" : "");
    buf_add_str(&b, r->private_ip ? "p" : "");
    buf_add_str(&b, r->parsed ? "" : "-");
    buf_add_str(&b, r->synthetic ? "s" : "");
    return buf_slice(&b);
}

static void parse_field(struct relay_list *list, struct slice value)
{
    struct header_block b;
    struct slice text = arena_printf(&arena, "Received: %.*s\r\n\r\n", SLICE_ARG(value));
    header_parse(&b, &arena, text, true, &limits);
    received_parse(list, &arena, &b, NULL, &limits);
}

static void dialects_are_understood(void **state)
{
    static const struct {
        struct slice in, out;
    } cases[] = {
        /* Postfix */
        { SLICE_INIT("from helo.example (name.example [192.0.2.1])\r\n\tby mx.example (Postfix) with ESMTP "
                     "id 4AbC\r\n\t"
                     "for <to@x.example>; Tue, 24 Nov 2026 04:14:11 +0000 (UTC)"),
          SLICE_INIT("192.0.2.1|name.example|helo.example|mx.example|ESMTP|4AbC|to@x.example||") },
        { SLICE_INIT(
              "from [10.1.2.3] (unknown [IPv6:2001:db8:0:0::1])\r\n\t(using TLSv1.3 with cipher "
              "TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\t(No client certificate requested)\r\n\t"
              "(Authenticated sender: jane@x.example)\r\n\tby mx.example (Postfix) with ESMTPSA id 4AbC; "
              "Tue, 24 Nov 2026 04:14:11 +0000"),
          SLICE_INIT("2001:db8::1||[10.1.2.3]|mx.example|ESMTPSA|4AbC||jane@x.example|t") },
        { SLICE_INIT(
              "by mx.example (Postfix, from userid 1000)\r\n\tid 4AbC; Tue, 24 Nov 2026 04:14:11 +0000"),
          SLICE_INIT("|||mx.example||4AbC|||") },
        { SLICE_INIT("from localhost (localhost [127.0.0.1])\r\n by mx.example (Postfix) with LMTP id 1"),
          SLICE_INIT("127.0.0.1|localhost|localhost|mx.example|LMTP|1|||p") },
        { SLICE_INIT(
              "from mx.example ([127.0.0.1])\r\n by localhost (mx.example [127.0.0.1]) (amavisd-new, port "
              "10024)\r\n with ESMTP id Q-1 for <a@b>; Tue, 24 Nov 2026 04:14:11 +0000"),
          SLICE_INIT("127.0.0.1||mx.example|localhost|ESMTP|Q-1|a@b||p") },
        /* Sendmail */
        { SLICE_INIT(
              "from helo.example (IDENT:joe@name.example [192.0.2.1] (may be forged))\r\n\tby mx.example "
              "(8.15.2/8.15.2) with ESMTPS id wA1\r\n\t(version=TLSv1.2 cipher=AES bits=256 "
              "verify=NOT)\r\n\tfor "
              "<a@b>; Tue, 24 Nov 2026 04:14:11 GMT"),
          SLICE_INIT("192.0.2.1|name.example|helo.example|mx.example|ESMTPS|wA1|a@b||t") },
        { SLICE_INIT(
              "from helo.example (helo.example [192.0.2.1])\r\n\t(authenticated bits=0)\r\n\tby mx.example "
              "(8.15.2/8.15.2) with ESMTP id wA1; Tue, 24 Nov 2026 04:14:11 GMT"),
          SLICE_INIT("192.0.2.1|helo.example|helo.example|mx.example|ESMTP|wA1||authenticated|") },
        { SLICE_INIT("(from root@localhost)\r\n\tby mx.example (8.15.2/8.15.2/Submit) id wA1; Tue, 24 Nov "
                     "2026 04:14:11"),
          SLICE_INIT("|||mx.example||wA1|||") },
        /* Exim */
        { SLICE_INIT(
              "from name.example ([192.0.2.1] helo=helo.example)\r\n\tby mx.example with esmtps (TLS1.3) tls "
              "TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.94.2)\r\n\t(envelope-from <a@b>)\r\n\tid "
              "1abc-00-X\r\n\tfor "
              "c@d; Tue, 24 Nov 2026 04:14:11 +0000"),
          SLICE_INIT("192.0.2.1|name.example|helo.example|mx.example|esmtps|1abc-00-X|c@d||t") },
        { SLICE_INIT("from [192.0.2.1] (port=4711 helo=helo.example)\r\n\tby mx.example with esmtpsa (Exim "
                     "4.94.2) id 1"),
          SLICE_INIT("192.0.2.1||helo.example|mx.example|esmtpsa|1||esmtpsa|t") },
        { SLICE_INIT(
              "from name.example ([2001:db8::5]:41234)\r\n\tby mx.example with esmtp (Exim 4.94.2) id 1"),
          SLICE_INIT("2001:db8::5|name.example|name.example|mx.example|esmtp|1|||") },
        { SLICE_INIT("from joe by mx.example with local (Exim 4.94.2) id 1"),
          SLICE_INIT("||joe|mx.example|local|1|||") },
        /* Exchange */
        { SLICE_INIT("from AM0.eurprd.example (2603:10a6::1)\r\n by AM1.eurprd.example (2603:10a6:208::13) "
                     "with Microsoft "
                     "SMTP\r\n Server (version=TLS1_2, cipher=TLS_ECDHE) id\r\n 15.20.4200.1; Tue, 24 Nov "
                     "2026 04:14:11 "
                     "+0000"),
          SLICE_INIT("2603:10a6::1||AM0.eurprd.example|AM1.eurprd.example|Microsoft SMTP "
                     "Server|15.20.4200.1|||t") },
        { SLICE_INIT("from A.example ([fe80::1%12]) by B.example ([::1]) with mapi id 15.20"),
          SLICE_INIT("fe80::1||A.example|B.example|mapi|15.20|||p") },
        { SLICE_INIT(
              "from helo.example (192.168.7.1) by B.example (10.0.0.1) with Microsoft SMTP Server id 14.3"),
          SLICE_INIT("192.168.7.1||helo.example|B.example|Microsoft SMTP Server|14.3|||p") },
        /* Gmail */
        { SLICE_INIT("from mail.example (mail.example. [192.0.2.7])\r\n        by mx.google.com with ESMTPS "
                     "id x1si1\r\n     "
                     "   for <a@gmail.example>\r\n        (version=TLS1_3 cipher=TLS_AES bits=256/256);\r\n  "
                     "      Tue, "
                     "24 Nov 2026 04:14:11 -0800 (PST)"),
          SLICE_INIT("192.0.2.7|mail.example|mail.example|mx.google.com|ESMTPS|x1si1|a@gmail.example||t") },
        { SLICE_INIT("by 2002:a05:6214:1 with SMTP id x1; Tue, 24 Nov 2026 04:14:11 -0800 (PST)"),
          SLICE_INIT("|||2002:a05:6214:1|SMTP|x1|||") },
        /* qmail */
        { SLICE_INIT("from unknown (HELO helo.example) (192.0.2.9)\r\n  by mx.example with SMTP; 24 Nov 2026 "
                     "04:14:11 "
                     "-0000"),
          SLICE_INIT("192.0.2.9||helo.example|mx.example|SMTP||||") },
        { SLICE_INIT("from name.example (HELO helo.example) (joe@192.0.2.9)\r\n  by mx.example with SMTP; 24 "
                     "Nov 2026 "
                     "04:14:11 -0000"),
          SLICE_INIT("192.0.2.9|name.example|helo.example|mx.example|SMTP||||") },
        { SLICE_INIT(
              "from unknown (HELO ?10.1.2.3?) (joe@x.example@192.0.2.9) by 0 with (AES128-SHA encrypted) "
              "ESMTPA; 24 Nov 2026 04:14:11 -0000"),
          SLICE_INIT("192.0.2.9||?10.1.2.3?|0|ESMTPA|||ESMTPA|t") },
        { SLICE_INIT("(qmail 4711 invoked by uid 500); 24 Nov 2026 04:14:11 -0000"),
          SLICE_INIT("||||||||-") },
        /* others */
        { SLICE_INIT("from 192.0.2.9 (SquirrelMail authenticated user joe) by web.example with HTTP"),
          SLICE_INIT("192.0.2.9||192.0.2.9|web.example|HTTP|||joe|") },
        { SLICE_INIT("from 192.0.2.9 (HELO helo.example) by mx.example with esmtp"),
          SLICE_INIT("192.0.2.9||helo.example|mx.example|esmtp||||") },
        { SLICE_INIT("from LIST (10.6.147.53:2054) by list.example (LSMTP) with SMTP id <9.0@list.example>"),
          SLICE_INIT("10.6.147.53||LIST|list.example|SMTP|9.0@list.example|||p") },
        { SLICE_INIT(
              "from phobos [127.0.0.1]\r\n\tby localhost with IMAP (fetchmail-5.9.0)\r\n\tfor jm@localhost "
              "(single-drop); Tue, 24 Nov 2026 04:14:11 +0000"),
          SLICE_INIT("127.0.0.1||phobos|localhost|IMAP||jm@localhost||p") },
        { SLICE_INIT("from x [198.51.100.1] (y [192.0.2.1]) by z"), SLICE_INIT("192.0.2.1|y|x|z|||||") },
        /* odd ones */
        { SLICE_INIT("from by (by [192.0.2.1]) by with with id id for"),
          SLICE_INIT("192.0.2.1|by|by|with|id|for|||") },
        { SLICE_INIT("from x ([::ffff:192.0.2.1]) by y"), SLICE_INIT("192.0.2.1||x|y|||||") },
        { SLICE_INIT("from x ([192.0.2.256]) by y"), SLICE_INIT("||x|y|||||") },
        { SLICE_INIT("from x (a [192.0.2.1]) (b [192.0.2.2]) by y"), SLICE_INIT("192.0.2.1|a|x|y|||||") },
        { SLICE_INIT("from x (not closed [192.0.2.1] by y"), SLICE_INIT("192.0.2.1||x|y|||||") },
        { SLICE_INIT("from x by y with ESMTPSX id 1"), SLICE_INIT("||x|y|ESMTPSX|1|||") },
        { SLICE_INIT("from x by y with UTF8SMTPSA id <1>"), SLICE_INIT("||x|y|UTF8SMTPSA|1||UTF8SMTPSA|t") },
        { SLICE_INIT("from x by y for <>; a; b; Tue, 24 Nov 2026 04:14:11 +0000"), SLICE_INIT("||x|y|||||") },
        { SLICE_INIT(""), SLICE_INIT("||||||||-") },
        { SLICE_INIT("from"), SLICE_INIT("||||||||") },
        { SLICE_INIT("nothing known"), SLICE_INIT("||||||||-") },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct relay_list l;
        parse_field(&l, cases[i].in);
        assert_int_equal(l.n, 1);
        if (!slice_eq(shown(&l.v[0]), cases[i].out))
            fail_msg("case %zu: %.*s", i, SLICE_ARG(shown(&l.v[0])));
        if (slice_find(cases[i].in, SLICE(" 04:14:11 +0000")) >= 0)
            assert_int_equal(l.v[0].date, 1795493651);
    }
}

static void private_ranges(void **state)
{
    static const struct {
        const char *ip;
        bool private;
    } cases[] = {
        { "10.0.0.0", true },
        { "10.255.255.255", true },
        { "11.0.0.0", false },
        { "127.0.0.1", true },
        { "172.16.0.0", true },
        { "172.31.255.255", true },
        { "172.32.0.0", false },
        { "172.15.0.0", false },
        { "192.168.0.1", true },
        { "192.169.0.1", false },
        { "169.254.1.1", true },
        { "100.64.0.1", true },
        { "100.127.0.1", true },
        { "100.128.0.1", false },
        { "::1", true },
        { "::2", false },
        { "fc00::1", true },
        { "fdff::1", true },
        { "fe00::1", false },
        { "fe80::1", true },
        { "febf::1", true },
        { "fec0::1", false },
        { "2001:db8::1", false },
        { "::ffff:10.0.0.1", true },
        { "::ffff:192.0.2.1", false },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct relay_list l;
        parse_field(&l, arena_printf(&arena, "from x (y [%s]) by z", cases[i].ip));
        if (l.v[0].private_ip != cases[i].private || l.v[0].ip.n == 0)
            fail_msg("%s", cases[i].ip);
    }
}

static void newest_first_up_to_the_limit(void **state)
{
    struct header_block b;
    struct relay_list l;
    struct buf text;
    buf_init_in(&text, &arena, 1 << 20);
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "Received: by r%d\r\nX-Other: y\r\n", i);
    header_parse(&b, &arena, buf_slice(&text), true, &limits);
    received_parse(&l, &arena, &b, NULL, &limits);
    assert_int_equal(l.n, limits.received_max_count);
    assert_true(l.truncated);
    assert_true(slice_eq(l.v[0].by, SLICE("r0")));
    assert_ptr_equal(l.v[1].header, &b.v[2]);
    assert_null(memchr(l.v[0].by.p, '\n', l.v[0].by.n));
}

static struct envelope an_envelope(void)
{
    return (struct envelope){
        .has_client = true,
        .client_address = SLICE_INIT("192.0.2.1"),
        .client_name = SLICE_INIT("name.example"),
        .helo = SLICE_INIT("helo.example"),
        .my_name = SLICE_INIT("mx.example"),
        .queue_id = SLICE_INIT("4AbC"),
        .received_at = 1795493651,
    };
}

static void the_client_becomes_the_newest_relay(void **state)
{
    struct envelope env = an_envelope();
    struct header_block b;
    struct relay_list l;
    assert_true(
        slice_eq(received_synthetic(&arena, &env),
                 SLICE("Received: from helo.example (name.example [192.0.2.1])\r\n\tby mx.example (Tamis) "
                       "with ESMTP id 4AbC;\r\n\tTue, 24 Nov 2026 04:14:11 +0000\r\n")));
    env.tls_version = SLICE("TLSv1.3");
    env.auth_user = SLICE("jane");
    env.client_address = SLICE("IPv6:2001:db8:0::1");
    header_parse(&b, &arena, SLICE("Received: by older\n\n"), true, &limits);
    received_parse(&l, &arena, &b, &env, &limits);
    assert_int_equal(l.n, 2);
    assert_true(slice_eq(shown(&l.v[0]),
                         SLICE("2001:db8::1|name.example|helo.example|mx.example|ESMTPSA|4AbC||ESMTPSA|ts")));
    assert_int_equal(l.v[0].date, env.received_at);
    assert_null(l.v[0].header);
    assert_true(slice_eq(l.v[1].by, SLICE("older")));
    assert_false(l.v[1].synthetic);
    env.has_client = false;
    assert_int_equal(received_synthetic(&arena, &env).n, 0);
    received_parse(&l, &arena, &b, &env, &limits);
    assert_int_equal(l.n, 1);
}

static void a_local_submission_has_no_client(void **state)
{
    struct envelope env = { .has_client = true, .my_name = SLICE_INIT("mx.example") };
    assert_true(slice_eq(
        received_synthetic(&arena, &env),
        SLICE("Received: by mx.example (Tamis) with ESMTP;\r\n\tThu, 01 Jan 1970 00:00:00 +0000\r\n")));
}

/* Whatever the client says, the relay is its address, and the text gives the same relay again. */
static void hostile_values_change_nothing(void **state)
{
    static const struct slice values[] = {
        SLICE_INIT(""),
        SLICE_INIT("by"),
        SLICE_INIT("from"),
        SLICE_INIT("[198.51.100.1]"),
        SLICE_INIT("[127.0.0.1"),
        SLICE_INIT("x (y [198.51.100.1]) by evil with ESMTPSA id 1"),
        SLICE_INIT("x\r\nReceived: from y ([198.51.100.1])"),
        SLICE_INIT("x; Tue, 24 Nov 1970 04:14:11 +0000"),
        SLICE_INIT("helo=other"),
        SLICE_INIT("HELO other"),
        SLICE_INIT("HELO"),
        SLICE_INIT("helo"),
        SLICE_INIT("a@198.51.100.1"),
        SLICE_INIT("IPv6:2001:db8::66"),
        SLICE_INIT("\"quoted"),
        SLICE_INIT("back\\"),
        SLICE_INIT(";"),
        SLICE_INIT("("),
        SLICE_INIT(")"),
        SLICE_INIT("\xff\x01\x7f"),
        SLICE_INIT("Authenticated sender: x"),
        SLICE_INIT("%s%n"),
        SLICE_INIT("TLS.cipher.example"),
        SLICE_INIT("unknown"),
    };
    struct header_block none = { 0 };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        for (int which = 0; which < 5; which++) {
            struct envelope env = an_envelope();
            struct relay_list l, again;
            struct header_block b;
            *(struct slice *[]){ &env.helo, &env.client_name, &env.my_name, &env.queue_id,
                                 &env.client_ptr }[which] = values[i];
            struct slice text = received_synthetic(&arena, &env);
            received_parse(&l, &arena, &none, &env, &limits);
            if (!slice_eq(l.v[0].ip, env.client_address))
                fail_msg("%.*s", SLICE_ARG(text));
            assert_int_equal(l.v[0].date, env.received_at);
            assert_true(slice_eq(l.v[0].with, SLICE("ESMTP")));
            assert_int_equal(l.v[0].auth.n, 0);
            assert_false(l.v[0].tls || l.v[0].private_ip);
            if (which != 3)
                assert_true(slice_eq(l.v[0].id, SLICE("4AbC")));
            if (which != 2)
                assert_true(slice_eq(l.v[0].by, SLICE("mx.example")));
            if (which != 1)
                assert_true(slice_eq(l.v[0].rdns, SLICE("name.example")));
            if (which != 0)
                assert_true(slice_eq(l.v[0].helo, SLICE("helo.example")));
            header_parse(&b, &arena, text, true, &limits);
            assert_int_equal(b.n, 1);
            assert_int_equal(b.flags, HEADER_NO_BODY);
            received_parse(&again, &arena, &b, NULL, &limits);
            l.v[0].synthetic = false;
            assert_true(slice_eq(shown(&again.v[0]), shown(&l.v[0])));
            assert_int_equal(again.v[0].date, l.v[0].date);
        }
}

static void longest_values_stay_readable(void **state)
{
    struct buf b;
    buf_init_in(&b, &arena, 10000);
    while (b.n < 5000)
        buf_add_str(&b, "x");
    struct slice s = buf_slice(&b);
    struct envelope env = an_envelope();
    struct relay_list l;
    struct header_block none = { 0 }, block;
    env.helo = env.client_name = env.my_name = env.queue_id = s;
    received_parse(&l, &arena, &none, &env, &limits);
    assert_true(slice_eq(l.v[0].ip, env.client_address));
    assert_int_equal(l.v[0].date, env.received_at);
    header_parse(&block, &arena, received_synthetic(&arena, &env), true, &limits);
    assert_int_equal(block.flags, HEADER_NO_BODY);
}

static void dates_are_read(void **state)
{
    static const struct {
        struct slice in;
        int64_t out;
    } cases[] = {
        { SLICE_INIT("Tue, 24 Nov 2026 04:14:11 +0000"), 1795493651 },
        { SLICE_INIT(" 24 nov 2026 04:14:11 +0000 (comment (nested))\r\n"), 1795493651 },
        { SLICE_INIT("Tue,24 Nov 2026 04:14:11 -0000"), 1795493651 },
        { SLICE_INIT("Tue, 24 November 2026 06:14:11 +0200"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 2026 06:14:11 +02:00"), 1795493651 },
        { SLICE_INIT("Mon, 23 Nov 2026 20:14:11 PST"), 1795493651 },
        { SLICE_INIT("Mon, 23 Nov 2026 20:14:11 -0800 (PST)"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 2026 04:14:11 GMT"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 2026 04:14:11 Z"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 2026 04:14:11"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 26 04:14:11 UT"), 1795493651 },
        { SLICE_INIT("Tue, 24 Nov 126 04:14:11 UT"), 1795493651 },
        { SLICE_INIT("Tue Nov 24 04:14:11 2026"), 1795493651 },
        { SLICE_INIT("Tue Nov 24 04:14:11 GMT 2026"), 1795493651 },
        { SLICE_INIT("24 Nov 2026 04:14 +0000"), 1795493640 },
        { SLICE_INIT("24 Nov 2026 04:14:11.404 +0000"), 1795493651 },
        { SLICE_INIT("1 Jan 1970 00:00:00 +0000"), 0 },
        { SLICE_INIT("31 Dec 99 23:59:60 +0000"), 946684800 },
        { SLICE_INIT("29 Feb 2024 00:00:00 +0000"), 1709164800 },
        { SLICE_INIT("29 Feb 2000 00:00:00 +0000"), 951782400 },
        { SLICE_INIT("29 Feb 2100 00:00:00 +0000"), -1 },
        { SLICE_INIT("29 Feb 2023 00:00:00 +0000"), -1 },
        { SLICE_INIT("31 Apr 2023 00:00:00 +0000"), -1 },
        { SLICE_INIT("0 Apr 2023 00:00:00 +0000"), -1 },
        { SLICE_INIT("1 Apr 2023 24:00:00 +0000"), -1 },
        { SLICE_INIT("1 Apr 2023 00:60:00 +0000"), -1 },
        { SLICE_INIT("1 Apr 2023 00:00:00:00 +0000"), -1 },
        { SLICE_INIT("1 Apr 2023 00:00:00 +000"), -1 },
        { SLICE_INIT("1 Apr 2023"), -1 },
        { SLICE_INIT("1 Apr 00:00:00"), -1 },
        { SLICE_INIT("1 2023 00:00:00"), -1 },
        { SLICE_INIT("1 Xyz 2023 00:00:00"), -1 },
        { SLICE_INIT("31 Dec 1969 23:59:59 +0000"), -1 },
        { SLICE_INIT("1 Jan 1970 00:00:00 +0100"), -1 },
        { SLICE_INIT("99999999999999999999 Jan 1970 00:00:00"), -1 },
        { SLICE_INIT("31 Dec 9999 23:59:59 +0000"), 253402300799 },
        { SLICE_INIT(""), -1 },
        { SLICE_INIT("(((("), -1 },
        { SLICE_INIT("\0\0"), -1 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (date_parse(cases[i].in) != cases[i].out)
            fail_msg("%.*s: %jd", SLICE_ARG(cases[i].in), (intmax_t)date_parse(cases[i].in));
}

/* against the C library, over 8,000 years */
static void dates_written_are_read_back(void **state)
{
    for (int64_t t = 0; t < 253402300799; t += 86400 * 5 + 12345) {
        char out[40], expected[40];
        struct tm tm;
        time_t seconds = t;
        date_format(t, out);
        gmtime_r(&seconds, &tm);
        strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S +0000", &tm);
        assert_string_equal(out, expected);
        assert_int_equal(date_parse(slice_str(out)), t);
    }
    char out[40];
    date_format(INT64_MIN, out);
    assert_string_equal(out, "Thu, 01 Jan 1970 00:00:00 +0000");
    date_format(INT64_MAX, out);
    assert_string_equal(out, "Fri, 31 Dec 9999 23:59:59 +0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects_are_understood),
        cmocka_unit_test(private_ranges),
        cmocka_unit_test(newest_first_up_to_the_limit),
        cmocka_unit_test(the_client_becomes_the_newest_relay),
        cmocka_unit_test(a_local_submission_has_no_client),
        cmocka_unit_test(hostile_values_change_nothing),
        cmocka_unit_test(longest_values_stay_readable),
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(dates_written_are_read_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
