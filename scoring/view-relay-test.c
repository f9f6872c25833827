/* view-relay-test.c - dialects of Received, the walk of trust, addresses inside text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "scoring/test-settings.h"
#include "scoring/view-relay-ip.h"
#include "scoring/view-relay.h"

#define UNPARSEABLE "?"
#define IGNORED_LINE ""

struct walked {
    struct arena a;
    struct rule_problems problems;
    struct trust trust;
    struct view_relays r;
};

/* lines: one field each, newest first */
static struct walked *walk(const char *settings, const char *lines, const char *originating)
{
    struct walked *w = calloc(1, sizeof(*w));
    struct slice rest = slice_str(lines), line, fields[20], first = slice_str(originating);
    size_t n = 0;
    arena_init(&w->a, 16 << 20);
    rule_problems_init(&w->problems, &w->a);
    trust_load(&w->trust, &w->a, test_settings(&w->a, SETTING_TRUST, settings), &w->problems);
    while (n < 20 && slice_line(&rest, &line))
        fields[n++] = line;
    view_relays_make(&w->r, &w->a, &w->trust, fields, n, &first, 1);
    return w;
}

static void unwalk(struct walked *w)
{
    arena_deinit(&w->a);
    free(w);
}

static const struct {
    const char *line, *relay;
} dialects[] = {
    { "from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.net (Postfix) with ESMTP id "
      "ABC123 for <joe@example.net>; Tue, 4 Mar 2003 12:02:35 -0800 (PST)",
      "[ ip=192.0.2.1 rdns=mail.example.org helo=mail.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=ABC123 auth= msa=0 ]" },
    { "from client (unknown [192.0.2.2]) by mx.example.net (Postfix) with SMTP id ABC124",
      "[ ip=192.0.2.2 rdns= helo=client by=mx.example.net ident= envfrom= intl=0 id=ABC124 auth= msa=0 "
      "]" },
    { "from client (host.example.org[192.0.2.3]) by mx.example.net (Postfix) with SMTP id ABC125",
      "[ ip=192.0.2.3 rdns=host.example.org helo=client by=mx.example.net ident= envfrom= intl=0 "
      "id=ABC125 auth= msa=0 ]" },
    { "from [10.1.2.3] (host.example.org [192.0.2.4]) (Authenticated sender: joe) by mx.example.net "
      "(Postfix) with ESMTP id ABC126",
      "[ ip=192.0.2.4 rdns=host.example.org helo=!10.1.2.3! by=mx.example.net ident= envfrom= intl=0 "
      "id=ABC126 auth=Postfix msa=0 ]" },
    { "from [10.1.2.3] (host.example.org [192.0.2.4]) (Authenticated sender: joe) by mx.example.net "
      "(MyMail) with ESMTP id ABC127",
      "[ ip=192.0.2.4 rdns=host.example.org helo=!10.1.2.3! by=mx.example.net ident= envfrom= intl=0 "
      "id=ABC127 auth=Postfix (MyMail) msa=0 ]" },
    { "from host.example.org (IDENT:joe@host.example.org [192.0.2.5]) by mx.example.net (8.12.8/8.12.8) "
      "with ESMTP id h24K2Z for <a@example.net>",
      "[ ip=192.0.2.5 rdns=host.example.org helo=host.example.org by=mx.example.net ident=joe envfrom= "
      "intl=0 id=h24K2Z auth= msa=0 ]" },
    { "from host.example.org (joe@host.example.org [192.0.2.5] (may be forged)) by mx.example.net "
      "(8.12.8/8.12.8) with ESMTP id h24K2Y",
      "[ ip=192.0.2.5 rdns=host.example.org helo=host.example.org by=mx.example.net ident=joe envfrom= "
      "intl=0 id=h24K2Y auth= msa=0 ]" },
    { "from helo.example.org ([192.0.2.6]) by mx.example.net (8.12.8/8.12.8) with SMTP id h24K2X",
      "[ ip=192.0.2.6 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id=h24K2X "
      "auth= msa=0 ]" },
    { "from helo.example.org (joe@[192.0.2.6]) by mx.example.net (8.12.8/8.12.8) with SMTP id h24K2W",
      "[ ip=192.0.2.6 rdns= helo=helo.example.org by=mx.example.net ident=joe envfrom= intl=0 id=h24K2W "
      "auth= msa=0 ]" },
    { "from [10.0.0.9] (dsl.example.org [192.0.2.7]) (authenticated bits=0) by mx.example.net "
      "(8.13.1/8.13.1) with ESMTP id i9A",
      "[ ip=192.0.2.7 rdns=dsl.example.org helo=!10.0.0.9! by=mx.example.net ident= envfrom= intl=0 "
      "id=i9A auth=Sendmail msa=0 ]" },
    { "from helo.example.org ([192.0.2.8] helo=other.example.org) by mx.example.net with esmtp (Exim "
      "4.34) id 1CAbcd-0001xY-00",
      "[ ip=192.0.2.8 rdns=helo.example.org helo=other.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=1CAbcd-0001xY-00 auth= msa=0 ]" },
    { "from [192.0.2.9] (helo=host.example.org ident=joe) by mx.example.net with smtp (Exim 3.35 #1 "
      "(Debian)) id 18xABC-0001ab-00",
      "[ ip=192.0.2.9 rdns= helo=host.example.org by=mx.example.net ident=joe envfrom= intl=0 "
      "id=18xABC-0001ab-00 auth= msa=0 ]" },
    { "from rdns.example.org ([192.0.2.10] ident=joe) by mx.example.net with esmtp (Exim 4.20) id "
      "19abcd-0000ab-00",
      "[ ip=192.0.2.10 rdns=rdns.example.org helo=rdns.example.org by=mx.example.net ident=joe envfrom= "
      "intl=0 id=19abcd-0000ab-00 auth= msa=0 ]" },
    { "from rdns.example.org [192.0.2.11]:1234 by mx.example.net with esmtp (Exim 4.20) id "
      "19abce-0000ab-00",
      "[ ip=192.0.2.11 rdns=rdns.example.org helo=rdns.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=19abce-0000ab-00 auth= msa=0 ]" },
    { "from joe by mx.example.net with local (Exim 4.12) id 18xeL6-000Dn1-00", IGNORED_LINE },
    { "from a.example.org (b.example.org) [192.0.2.12] by mx.example.net with smtp (Exim 1.9)",
      "[ ip=192.0.2.12 rdns=a.example.org helo=b.example.org by=mx.example.net ident= envfrom= intl=0 "
      "id= auth= msa=0 ]" },
    { "from helo.example.org ([192.0.2.13]) by mx.example.net with Microsoft SMTPSVC(5.0.2195.6713); "
      "Tue, 21 Sep 2004 08:59:06 +0300",
      "[ ip=192.0.2.13 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from mail pickup service by mx.example.net with Microsoft SMTPSVC; Thu, 13 Feb 2003 19:05:39 "
      "-0500",
      IGNORED_LINE },
    { "from EX1.example.org (192.0.2.14) by EX2.example.net (10.0.0.2) with Microsoft SMTP Server "
      "(version=TLS1_2, cipher=X) id 15.1.1261.35; Mon, 29 Oct 2018 11:17:19 +0100",
      "[ ip=192.0.2.14 rdns=EX1.example.org helo=EX1.example.org by=EX2.example.net ident= envfrom= "
      "intl=0 id=15.1.1261.35 auth= msa=0 ]" },
    { "from EX1.example.org ([fe80::1:2%6]) by EX2.example.net ([fe80::1:3%6]) with mapi id "
      "15.20.1943.023; Wed, 5 Jun 2019 10:17:08 +0000",
      "[ ip=fe80::1:2 rdns= helo=EX1.example.org by=EX2.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from list.example.org (192.0.2.15:23198) by mx.example.net with [XMail 1.20 ESMTP Server] id "
      "<S72E> for <joe@example.net> from <bounce@list.example.org>; Sat, 18 Sep 2004 23:17:54 -0500",
      "[ ip=192.0.2.15 rdns= helo=list.example.org by=mx.example.net ident= "
      "envfrom=bounce@list.example.org intl=0 id=S72E auth= msa=0 ]" },
    { "from ([192.0.2.16:33672] helo=host.example.org) by mx (ecelerity HEAD) with SMTP id "
      "EE/20-30863-33CE1054",
      "[ ip=192.0.2.16 rdns= helo=host.example.org by=mx ident= envfrom= intl=0 id=EE/20-30863-33CE1054 "
      "auth= msa=0 ]" },
    { "from helo.example.org (192.0.2.17) by mx.example.net with SMTP; 4 Mar 2003 20:02:35 -0000",
      "[ ip=192.0.2.17 rdns=helo.example.org helo=helo.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id= auth= msa=0 ]" },
    { "from unknown (HELO helo.example.org) (192.0.2.18) by mx.example.net with SMTP; 4 Mar 2003 "
      "20:02:35 -0000",
      "[ ip=192.0.2.18 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from rdns.example.org (HELO helo.example.org) (joe@192.0.2.19) by mx.example.net with SMTP",
      "[ ip=192.0.2.19 rdns=rdns.example.org helo=helo.example.org by=mx.example.net ident=joe envfrom= "
      "intl=0 id= auth= msa=0 ]" },
    { "from rdns.example.org (HELO helo.example.org) ([192.0.2.20]) (envelope-sender <joe@example.org>) "
      "by mx.example.net (qmail-ldap-1.03) with SMTP for <a@example.net>",
      "[ ip=192.0.2.20 rdns=rdns.example.org helo=helo.example.org by=mx.example.net ident= "
      "envfrom=joe@example.org intl=0 id= auth= msa=0 ]" },
    { "from unknown (HELO x) (192.0.2.21) by mx.example.net (qpsmtpd/0.26) with SMTP",
      "[ ip=192.0.2.21 rdns= helo=x by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from rdns.example.org (LHLO x.example.org) (192.0.2.22) by mx.example.net with LMTP",
      "[ ip=192.0.2.22 rdns=rdns.example.org helo=x.example.org by=mx.example.net ident= envfrom= intl=0 "
      "id= auth= msa=0 ]" },
    { "from rdns.example.org (EHLO x.example.org) [192.0.2.23] by mail.gmx.net (mp015) with SMTP; 30 Jan "
      "2005 00:00:00 +0100",
      "[ ip=192.0.2.23 rdns=rdns.example.org helo=x.example.org by=mail.gmx.net ident= envfrom= intl=0 "
      "id= auth=GMX (SMTP / mail.gmx.net) msa=0 ]" },
    { "from helo.example.org ([192.0.2.24]) by mx.example.net via smtpd (for mx2.example.net [10.1.1.1]) "
      "with SMTP(5.0)",
      "[ ip=192.0.2.24 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from [192.0.2.25] by web1.mail.example.net via HTTP; Tue, 23 Sep 2003 20:29:01 -0700 (PDT)",
      "[ ip=192.0.2.25 rdns= helo= by=web1.mail.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from helo.example.org ( [192.0.2.26]) as user joe@localhost by mx.example.net with HTTP",
      "[ ip=192.0.2.26 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id= auth=HTTP msa=0 ]" },
    { "from [192.0.2.27] by mx.example.net with NNFMP",
      "[ ip=192.0.2.27 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from (192.0.2.28) by mx.example.net (8.1)",
      "[ ip=192.0.2.28 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from helo.example.org [192.0.2.29] by mx.example.net [10.0.0.1] with SMTP (MDaemon)",
      "[ ip=192.0.2.29 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from helo.example.org (softdnserr [192.0.2.30]) by mx.example.net with esmtp",
      "[ ip=192.0.2.30 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from mx.example.net by pop.example.net with POP3 (fetchmail-6.2.5) for joe@localhost", IGNORED_LINE },
    { "from 192.0.2.31 (SquirrelMail authenticated user joe) by mail.example.net with HTTP; Sat, 3 Apr "
      "2004 10:33:43 -0500 (EST)",
      "[ ip=192.0.2.31 rdns= helo= by=mail.example.net ident= envfrom= intl=0 id= auth=HTTP msa=0 ]" },
    { "from rdns.example.org(192.0.2.32) by mx.example.net via smap (V2.1)",
      "[ ip=192.0.2.32 rdns=rdns.example.org helo= by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "from 192.0.2.33 by mx.example.net (InterScan E-Mail VirusWall NT)",
      "[ ip=192.0.2.33 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from host.example.org ([192.0.2.34] verified) by mx.example.net (CommuniGate Pro SMTP 4.0.3) with "
      "ESMTP id 978665",
      "[ ip=192.0.2.34 rdns=host.example.org helo=host.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=978665 auth= msa=0 ]" },
    { "from [192.0.2.35] (account joe HELO host.example.org) by mx.example.net (CommuniGate Pro SMTP "
      "4.0.3) with ESMTP id 978666",
      "[ ip=192.0.2.35 rdns= helo=host.example.org by=mx.example.net ident= envfrom= intl=0 id=978666 "
      "auth=Communigate msa=0 ]" },
    { "from host.example.org (unverified [192.0.2.36]) by mx.example.net (Vircom SMTPRS 5.1) with ESMTP "
      "id <B000>",
      "[ ip=192.0.2.36 rdns=unverified helo=host.example.org by=mx.example.net ident= envfrom= intl=0 "
      "id=B000 auth= msa=0 ]" },
    { "from rdns.example.org(192.0.2.37), claiming to be \"helo.example.org\" via SMTP by "
      "mx.example.net, id smtpd1",
      "[ ip=192.0.2.37 rdns=rdns.example.org helo=helo.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=smtpd1 auth= msa=0 ]" },
    { "from UNKNOWN(192.0.2.38) via SMTP by mx.example.net, id smtpd2",
      "[ ip=192.0.2.38 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id=smtpd2 auth= msa=0 ]" },
    { "from [192.0.2.39] (helo.example.org) by mx.example.net id X1",
      "[ ip=192.0.2.39 rdns= helo= by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from helo (joe@192.0.2.40 with login) by smtp1.mail.yahoo.com with SMTP",
      "[ ip=192.0.2.40 rdns= helo=helo by=smtp1.mail.yahoo.com ident= envfrom= intl=0 id= auth= msa=0 "
      "]" },
    { "from host.example.org (192.0.2.41) by mx.example.net (1.2.3)",
      "[ ip=192.0.2.41 rdns=host.example.org helo=host.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id= auth= msa=0 ]" },
    { "from host ([192.0.2.42] [10.2.3.4]) by mx.example.net with ESMTP",
      "[ ip=10.2.3.4 rdns= helo=host by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "FROM helo.example.org (rdns.example.org [192.0.2.43]) BY mx.example.net (Rockliffe) WITH SMTP ID "
      "<B9> FOR <joe@example.net>",
      "[ ip=192.0.2.43 rdns=rdns.example.org helo=helo.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id=B9 auth= msa=0 ]" },
    { "(from helo.example.org [192.0.2.44]) by mx.example.net (NAVGW 2.5.1.2) with SMTP id M1",
      "[ ip=192.0.2.44 rdns= helo=helo.example.org by=mx.example.net ident= envfrom= intl=0 id= auth= "
      "msa=0 ]" },
    { "(from root@localhost) by mx.example.net (8.12.8/8.12.8) id h24", IGNORED_LINE },
    { "from localhost (localhost [127.0.0.1]) by mx.example.net (Postfix) with ESMTP id DEF",
      "[ ip=127.0.0.1 rdns=localhost helo=localhost by=mx.example.net ident= envfrom= intl=0 id=DEF "
      "auth= msa=0 ]" },
    { "from joe (joe@localhost) by mx.example.net (8.12)", IGNORED_LINE },
    { "from mx1.example.net by mx2.example.net with esmtp", IGNORED_LINE },
    { "from joe@example.org by mx.example.net by uid 501", IGNORED_LINE },
    { "from mx1.example.net (unknown) by mx.example.net (SG) with ESMTP", IGNORED_LINE },
    { "from 1.example.org ([IPv6:2001:db8::25]) by mx.example.net (8.14) with ESMTPSA id p1",
      "[ ip=2001:db8::25 rdns= helo=1.example.org by=mx.example.net ident= envfrom= intl=0 id= "
      "auth=ESMTPSA msa=0 ]" },
    { "from v6.example.org (v6.example.org [2001:db8::26]) by mx.example.net (Postfix) with ESMTPS id p2",
      "[ ip=2001:db8::26 rdns=v6.example.org helo=v6.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id= auth= msa=0 ]" },
    { "from v6.example.org (v6.example.org [::ffff:192.0.2.45]) by mx.example.net (Postfix) with ESMTPS "
      "id p3",
      "[ ip=192.0.2.45 rdns=v6.example.org helo=v6.example.org by=mx.example.net ident= envfrom= intl=0 "
      "id= auth= msa=0 ]" },
    { "from host.example.org (host.example.org. [192.0.2.46]) by mx.google.com with ESMTPS id "
      "d9si1234567qka.1.2020.01.02.03.04.05 (version=TLS1_2 cipher=AES)",
      "[ ip=192.0.2.46 rdns=host.example.org helo=host.example.org by=mx.google.com ident= envfrom= "
      "intl=0 id=d9si1234567qka.1.2020.01.02.03.04.05 auth= msa=0 ]" },
    { "from me.example.org ([192.0.2.47]) by mx.google.com with ESMTPS id "
      "a1sm1234567abc.1.2020.01.02.03.04.05 for <joe@example.net> (version=TLS1_2 cipher=AES)",
      "[ ip=192.0.2.47 rdns= helo=me.example.org by=mx.google.com ident= envfrom= intl=0 "
      "id=a1sm1234567abc.1.2020.01.02.03.04.05 auth=GMail - transport=TLS1_2 cipher=AES msa=0 ]" },
    { "from host.example.org (host.example.org [192.0.2.48]) (AUTH: LOGIN joe) by mx.example.net with "
      "esmtp",
      "[ ip=192.0.2.48 rdns=host.example.org helo=host.example.org by=mx.example.net ident= envfrom= "
      "intl=0 id= auth=LOGIN msa=0 ]" },
    { "from helo ([192.0.2.49]) by mx.example.net with HTTP-DAV; with Microsoft Exchange Server HTTP-DAV "
      "; x",
      "[ ip=192.0.2.49 rdns= helo=helo by=mx.example.net ident= envfrom= intl=0 id= auth=HTTP-DAV msa=0 "
      "]" },
    { "from p [192.0.2.50] by mx.example.net (via HTTP); x",
      "[ ip=192.0.2.50 rdns= helo=p by=mx.example.net ident= envfrom= intl=0 id= auth=HTTP msa=0 ]" },
    { "from X-Originating-IP: 192.0.2.51",
      "[ ip=192.0.2.51 rdns= helo= by= ident= envfrom= intl=0 id= auth= msa=0 ]" },
    { "from", IGNORED_LINE },
    { "by mx.example.net (Postfix, from userid 501) id DEF2", IGNORED_LINE },
    { "from nobody knows [what] this is", UNPARSEABLE },
    { "from weird(name) something [192.0.2.52] else by mx.example.net;",
      "[ ip=192.0.2.52 rdns= helo=weird!name! by=mx.example.net ident= envfrom= intl=0 id= auth= msa=0 "
      "]" },
    { "from helo.example.org (rdns<script>#|.example.org [192.0.2.53]) by mx.example.net (Postfix) with "
      "SMTP id <a>b",
      "[ ip=192.0.2.53 rdns=rdns!script!!!.example.org helo=helo.example.org by=mx.example.net ident= "
      "envfrom= intl=0 id= auth= msa=0 ]" },
    { "from host.example.org (host.example.org [192.0.2.54]) by mx.example.net (envelope-from "
      "<joe@example.org>) with SMTP",
      "[ ip=192.0.2.54 rdns=host.example.org helo=host.example.org by=mx.example.net ident= "
      "envfrom=joe@example.org intl=0 id= auth= msa=0 ]" },
    { "from host.example.org ([999.1.2.3]) by mx.example.net with SMTP", UNPARSEABLE },
    { "from x by mx.example.net (Postfix) with SMTP id DEF3 (with local for me)", IGNORED_LINE },
};

static void every_dialect(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(dialects) / sizeof(*dialects); i++) {
        /* the walk is over before, so that nothing is internal */
        char lines[2000];
        snprintf(lines, sizeof(lines), "from [203.0.113.9] by x (\n%s", dialects[i].line);
        struct walked *w = walk("trusted_networks 198.51.100.1", lines, "");
        bool odd = strcmp(dialects[i].relay, UNPARSEABLE) == 0;
        struct slice want = odd ? SLICE("") : slice_str(dialects[i].relay);
        struct slice got = w->r.n == 2 ? w->r.v[1].text : SLICE("");
        if (!slice_eq(got, want))
            fail_msg("%s:\n %.*s, not\n %s", dialects[i].line, SLICE_ARG(got), dialects[i].relay);
        assert_int_equal(w->r.n_unparseable, odd);
        unwalk(w);
    }
}

static void folds_and_odd_blanks_are_one(void **state)
{
    static const char line[] =
        "\r from\tmail.example.org \v (mail.example.org [192.0.2.1])\t by mx.example.net "
        "(Postfix) with ESMTP id A1B2;;\n";
    (void)state;
    struct walked *w = walk("", line, "");
    assert_int_equal(w->r.n, 1);
    assert_true(slice_eq(w->r.v[0].ip, SLICE("192.0.2.1")) && slice_eq(w->r.v[0].id, SLICE("A1B2")));
    unwalk(w);
}

static void no_name_is_not_a_name_unknown(void **state)
{
    static const char lines[] = "from HOST (unknown [192.0.2.1]) by mx (Postfix) with SMTP id A12\n"
                                "from HOST ([192.0.2.1]) by mx with Microsoft SMTPSVC\n";
    (void)state;
    struct walked *w = walk("", lines, "");
    assert_int_equal(w->r.n, 2);
    assert_true(w->r.v[0].no_rdns);
    assert_false(w->r.v[1].no_rdns);
    assert_true(slice_eq(w->r.v[0].helo, SLICE("HOST")) && slice_eq(w->r.v[0].lc_helo, SLICE("host")));
    unwalk(w);
}

static void empty_sender_is_a_sender(void **state)
{
    static const char lines[] = "from a (a [192.0.2.1]) by mx (envelope-sender <>) with SMTP id A12\n"
                                "from a (a [192.0.2.1]) by mx (envelope-from <j@example.org>) with SMTP\n"
                                "from a (a [192.0.2.1]) by mx (x) with SMTP id A12\n";
    (void)state;
    struct walked *w = walk("", lines, "");
    assert_int_equal(w->r.n, 3);
    assert_true(slice_eq(w->r.v[1].envfrom, SLICE("j@example.org")) && w->r.v[1].has_envfrom);
    assert_false(w->r.v[2].has_envfrom);
    unwalk(w);
}

/* what qmail-scanner says of the sender belongs to the field behind */
static void scanner_names_the_next_ones_sender(void **state)
{
    static const char lines[] =
        "from joe by mx (envelope-from <j@example.org>, uid 1) with qmail-scanner-1.2\n"
        "from unknown (HELO x) (192.0.2.1) by mx with SMTP\n"
        "from unknown (HELO x) (192.0.2.2) by mx with SMTP\n";
    (void)state;
    struct walked *w = walk("", lines, "");
    assert_int_equal(w->r.n, 2);
    assert_true(slice_eq(w->r.v[0].envfrom, SLICE("j@example.org")));
    assert_false(w->r.v[1].has_envfrom);
    unwalk(w);
}

/* ---- trust */

#define HOP(ip) "from h (h [" ip "]) by mx (Postfix) with SMTP id A12\n"
#define AUTH(ip) "from h (h [" ip "]) by mx (Postfix) with ESMTPSA id A12\n"
#define ODD "from nobody knows what this is\n"
#define LOCAL "from a by b with SMTP\n"

static void trust_ends_where_it_should(void **state)
{
    static const struct {
        const char *settings, *lines;
        size_t n, trusted, internal;
        int last_trusted, last_internal;
    } cases[] = {
        /* nothing is said: private addresses and those who logged in */
        { "", HOP("192.0.2.1") HOP("10.0.0.1"), 2, 0, 0, -1, -1 },
        { "", HOP("10.0.0.1") HOP("192.168.3.4") HOP("192.0.2.1") HOP("10.0.0.1"), 4, 2, 2, 1, 1 },
        { "", HOP("172.16.0.1") HOP("172.32.0.1"), 2, 1, 1, 0, 0 },
        { "", HOP("100.64.0.1") HOP("100.128.0.1"), 2, 1, 1, 0, 0 },
        { "", HOP("169.254.9.9") HOP("127.0.0.1") HOP("::1") HOP("fe80::7") HOP("192.0.2.1"), 5, 4, 4, 3, 3 },
        { "", AUTH("192.0.2.1") HOP("192.0.2.2"), 2, 1, 1, 0, 0 },
        /* only one is said: it is the other, too */
        { "trusted_networks 192.0.2/24", HOP("192.0.2.1") HOP("198.51.100.1"), 2, 1, 1, 0, 0 },
        { "internal_networks 192.0.2/24", HOP("192.0.2.1") HOP("198.51.100.1"), 2, 1, 1, 0, 0 },
        { "trusted_networks 192.0.2/24", HOP("10.0.0.1") HOP("192.0.2.1"), 2, 0, 0, -1, -1 },
        { "trusted_networks 192.0.2/24", HOP("127.0.0.1") HOP("192.0.2.1") HOP("10.0.0.1"), 3, 2, 2, 1, 1 },
        /* both */
        { "trusted_networks 192.0.2/24 198.51.100/24\ninternal_networks 192.0.2/24",
          HOP("192.0.2.1") HOP("198.51.100.1") HOP("192.0.2.2") HOP("203.0.113.1"), 4, 3, 1, 2, 0 },
        { "trusted_networks 192.0.2/24\ninternal_networks !0/0", HOP("192.0.2.1") HOP("203.0.113.1"), 2, 1, 0,
          0, -1 },
        { "trusted_networks 192.0.2/24\ninternal_networks 203.0.113/24", HOP("203.0.113.1"), 1, 0, 0, -1,
          -1 },
        { "trusted_networks !192.0.2.7 192.0.2/24", HOP("192.0.2.1") HOP("192.0.2.7"), 2, 1, 1, 0, 0 },
        { "trusted_networks 192.0.2/24", AUTH("203.0.113.1") HOP("203.0.113.2"), 2, 1, 1, 0, 0 },
        { "trusted_networks 2001:db8::/32", HOP("2001:db8::1") HOP("2001:db9::1"), 2, 1, 1, 0, 0 },
        /* all behind an MSA are its users */
        { "trusted_networks 192.0.2/24\nmsa_networks 192.0.2.9", HOP("192.0.2.9") HOP("203.0.113.1"), 2, 2, 2,
          1, 1 },
        { "trusted_networks 192.0.2/24\ninternal_networks 192.0.2.1\nmsa_networks 192.0.2.9",
          HOP("192.0.2.1") HOP("192.0.2.9") HOP("203.0.113.1"), 3, 3, 1, 2, 0 },
        { "trusted_networks 192.0.2/24\nmsa_networks 203.0.113.9", HOP("203.0.113.9") HOP("192.0.2.1"), 2, 0,
          0, -1, -1 },
        /* lines that say nothing are passed over, and counted */
        { "trusted_networks 192.0.2/24", HOP("192.0.2.1") ODD LOCAL HOP("203.0.113.1") ODD, 2, 1, 1, 2, 2 },
        { "", ODD, 0, 0, 0, 0, 0 },
        { "", "", 0, 0, 0, -1, -1 },
        /* a mail fetcher: what it did before does not count */
        { "trusted_networks 192.0.2/24",
          HOP("192.0.2.1") "from pop (203.0.113.4) by me with POP3 (fetchmail-6)\n" HOP("192.0.2.2")
              HOP("203.0.113.1"),
          2, 1, 1, 2, 2 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct walked *w = walk(cases[i].settings, cases[i].lines, "");
        if (w->r.n != cases[i].n || w->r.n_trusted != cases[i].trusted ||
            w->r.n_internal != cases[i].internal || w->r.last_trusted != cases[i].last_trusted ||
            w->r.last_internal != cases[i].last_internal)
            fail_msg("%zu: n %zu, trusted %zu to %d, internal %zu to %d", i, w->r.n, w->r.n_trusted,
                     w->r.last_trusted, w->r.n_internal, w->r.last_internal);
        unwalk(w);
    }
}

static void texts_are_joined_by_blanks(void **state)
{
    (void)state;
    struct walked *w =
        walk("trusted_networks 192.0.2/24\ninternal_networks 192.0.2.1\nmsa_networks 192.0.2.2",
             HOP("192.0.2.1") HOP("192.0.2.2") ODD, "[203.0.113.7]");
#define RELAY(ip, intl, msa)                                                                                 \
    "[ ip=" ip " rdns=h helo=h by=mx ident= envfrom= intl=" intl " id=A12 auth= msa=" msa " ]"
#define ORIGIN "[ ip=203.0.113.7 rdns= helo= by= ident= envfrom= intl=0 id= auth= msa=0 ]"
    assert_true(slice_eq(w->r.internal, SLICE(RELAY("192.0.2.1", "1", "0"))));
    assert_true(slice_eq(w->r.external, SLICE(RELAY("192.0.2.2", "0", "1") " " ORIGIN)));
    assert_true(slice_eq(w->r.trusted,
                         SLICE(RELAY("192.0.2.1", "1", "0") " " RELAY("192.0.2.2", "0", "1") " " ORIGIN)));
    assert_int_equal(w->r.untrusted.n, 0);
    assert_int_equal(w->r.n_unparseable, 1);
    unwalk(w);
}

static void originating_fields_are_the_last_hop(void **state)
{
    static const struct {
        const char *value, *ip; /* NULL: no relay */
    } cases[] = {
        { "203.0.113.7", "203.0.113.7" },
        { "[203.0.113.7]", "203.0.113.7" },
        { "mail via 203.0.113.7 ", "203.0.113.7" },
        { "2001:db8::7", "2001:db8::7" },
        { "IPv6:2001:db8::7", "2001:db8::7" },
        { "nonsense", NULL },
        { "", NULL },
        { "203.0.113.777", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct walked *w = walk("", HOP("192.0.2.1"), cases[i].value);
        assert_int_equal(w->r.n, cases[i].ip ? 2 : 1);
        if (cases[i].ip)
            assert_true(slice_eq(w->r.v[1].ip, slice_str(cases[i].ip)));
        unwalk(w);
    }
}

/* ---- addresses */

static void addresses_in_text(void **state)
{
    static const struct {
        const char *text, *ip; /* the first one; "": none */
    } cases[] = {
        { "1.2.3.4", "1.2.3.4" },
        { "x1.2.3.4", "" },
        { "1.2.3.4x", "" },
        { "[1.2.3.4]", "1.2.3.4" },
        { "1.2.3.4.5", "1.2.3.4" },
        { "01.2.3.4", "" },
        { "256.2.3.4", "" },
        { "1.2.3", "" },
        { "255.255.255.255", "255.255.255.255" },
        { ":1.2.3.4", "" },
        { "::1", "::1" },
        { "::", "::" },
        { ":::1", "" },
        { "1::", "1::" },
        { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
        { "1:2:3:4:5:6:7:8:9", "" },
        { "1:2:3:4:5:6:7", "" },
        { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::" },
        { "::2:3:4:5:6:7:8", "::2:3:4:5:6:7:8" },
        { "1:2:3::5:6:7:8", "1:2:3::5:6:7:8" },
        { "1::2::3", "" },
        { "12345::1", "" },
        { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:1.2.3.4" },
        { "::ffff:1.2.3.4", "::ffff:1.2.3.4" },
        { "::ffff:1.2.3.400", "::ffff:1" },
        { "1::2:1.2.3.4", "1::2:1.2.3.4" },
        { "IPv6:2001:db8::1", "IPv6:2001:db8::1" },
        { "ipv6:1.2.3.4", "" },
        { "2001:DB8::1 and more", "2001:DB8::1" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct slice got = ip_find(slice_str(cases[i].text));
        if (!slice_eq(got, slice_str(cases[i].ip)))
            fail_msg("%s: %.*s", cases[i].text, SLICE_ARG(got));
    }
}

static void private_addresses(void **state)
{
    static const char *const yes[] = { "10.0.0.1",    "127.0.0.1",   "172.16.0.1", "172.31.255.255",
                                       "192.168.0.1", "169.254.0.1", "::1",        "0::1",
                                       "fe80::1",     "FEBF::1",     "100.64.0.1", "100.127.0.1",
                                       "IPv6:::1" };
    static const char *const no[] = { "11.0.0.1",    "172.15.0.1",  "172.32.0.1", "192.169.0.1", "100.63.0.1",
                                      "100.128.0.1", "2001:db8::1", "::2",        "fec0::1",     "",
                                      "1.2.3.4",     "10" };
    (void)state;
    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        if (!relay_ip_is_private(slice_str(yes[i])))
            fail_msg("%s is private", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        if (relay_ip_is_private(slice_str(no[i])))
            fail_msg("%s is not private", no[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect),
        cmocka_unit_test(folds_and_odd_blanks_are_one),
        cmocka_unit_test(no_name_is_not_a_name_unknown),
        cmocka_unit_test(empty_sender_is_a_sender),
        cmocka_unit_test(scanner_names_the_next_ones_sender),
        cmocka_unit_test(trust_ends_where_it_should),
        cmocka_unit_test(texts_are_joined_by_blanks),
        cmocka_unit_test(originating_fields_are_the_last_hop),
        cmocka_unit_test(addresses_in_text),
        cmocka_unit_test(private_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
