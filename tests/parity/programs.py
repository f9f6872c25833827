#!/usr/bin/env python3
"""programs.py - tamis-spamassassin beside spamassassin: the same small rule files, the same message, the same output
usage: programs.py [-v] [NAME]...    (TAMIS_BUILDDIR: the build tree; needs Debian's spamassassin)
Each case is a few rules and a message of our own. Both programs run with -C, --siteconfigpath and -p on directories made
for the case; what they print must be equal, and so must the exit codes' meaning. Left out of the comparison: dates,
boundaries, the order of hits in a report (SpamAssassin's changes from run to run), what is said of learning.
Prints what differs and `N of N cases the same`; exit 1 when one differs.
"""
import base64
import difflib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

OURS = os.path.join(os.environ.get('TAMIS_BUILDDIR', '.'), 'tamis-spamassassin')
THEIRS = 'spamassassin'
STOCK = '/usr/share/spamassassin'
SITE = '/etc/spamassassin'
KEPT = ('10_default_prefs.cf', '20_aux_tlds.cf')  # of the stock files: no rules are in there

MAIL = '''\
Return-Path: <ret@sender.example.com>
Received: from mail.example.com (mail.example.com [192.0.2.10])
	by mx.example.net (Postfix) with ESMTP id ABC123
	for <user@example.net>; Tue, 05 Mar 2024 10:00:00 +0000 (UTC)
Received: from dyn.example.org ([198.51.100.7]) by mail.example.com with SMTP; Tue, 05 Mar 2024 09:59:00 +0000
From: "Some One" <someone@example.com>, Other <other@example.org>
To: user@example.net
Cc: =?UTF-8?Q?J=C3=B6rg?= <joerg@example.net>
Subject: =?iso-8859-1?Q?Hello_w=F6rld_FREE_stuff?=
Date: Tue, 05 Mar 2024 09:58:00 +0000
Message-ID: <12345@example.com>
X-List: first
X-List: second
X-Empty:
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="bb"

--bb
Content-Type: text/plain; charset=utf-8

Plain text body abc abc abc. Visit http://www.example.com/path?x=1 and
ftp.example.org or mail me@example.info now.

Second paragraph here, price $100.
--bb
Content-Type: application/msword; name="file.doc"
Content-Disposition: attachment; filename="file.doc"
Content-Transfer-Encoding: base64

AAAA
--bb--
'''

HTML = '''\
From: user@gmail.com
Reply-To: other@hotmail.com
To: a@b.example
Subject: html
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><title>T</title></head><body bgcolor="#ffffff"><font color="#fffffe">hidden</font>
<a href="http://bad.example.com/x">http://good.example.org/</a><p>Some text here</p><img src="http://img.example.net/a.png"></body></html>
'''


def case(name, rules, mail=MAIL, args='-L -t', user='', pre='', env=None, files=None):
    return dict(name=name, rules=rules, mail=mail, args=args, user=user, pre=pre, env=env or {},
                files=files or {})


CASES = [
    case('meta',
         r'''
body __A /abc/
tflags __A multiple
body __B /nope/
body B1 /Plain/
meta M1 __A == 3
meta M2 !__B && B1
meta M3 (__A + B1) > 3
meta M4 !NOSUCH
meta M5 rules_matching(B*) == 1
meta M6 __A > 4
meta M7 local_tests_only
body Z0 /abc/
score Z0 0
meta M8 !Z0
meta M9 1
score M9 0
meta M10 !M9
'''),
    case('header',
         r'''
header H1 Subject =~ /wörld/
header H2 Subject:raw =~ /=F6rld/
header H3 From:addr =~ /^someone\@example\.com$/
header H4 From:name =~ /^Some One$/
header H5 X-List =~ /first\nsecond/
header H6 X-List:first =~ /^first$/
header H7 X-List:last =~ /^second$/
header H8 exists:X-Empty
header H9 X-None !~ /x/
header HA X-None =~ /unset/ [if-unset: unset]
header HB ToCc =~ /joerg/
header HC EnvelopeFrom =~ /ret\@sender/
header HD ALL =~ /^X-List: first$/m
header HE MESSAGEID =~ /12345/
header HF Cc:name =~ /Jörg/
header HG From:addr:domain =~ /^example\.com$/
header HH From:addr:host =~ /example/
header HI Received:addr:ip =~ /./
header HJ X-Spam-Relays-Untrusted =~ /ip=192\.0\.2\.10 /
header HK X-Spam-Relays-External =~ /helo=mail/
header HL From:first:addr =~ /someone/
header HM From:last:addr =~ /other/
'''),
    case('captures',
         r'''
header C1 Subject =~ /(?<WORD>FREE|free)/
body C2 /%{WORD}/i
body C3 /(?<PRICE>\$\d+)/
add_header all Cap _WORD_ _PRICE_ _NOSUCH_
uri C4 /(?<HOSTN>www\.example)/
add_header all Host _HOSTN_
'''),
    case('if',
         r'''
if (version >= 4.000000)
body I1 /Plain/
endif
if can(Mail::SpamAssassin::Conf::feature_dns_query_restriction)
body I2 /Plain/
else
body I3 /Plain/
endif
ifplugin Mail::SpamAssassin::Plugin::TextCat
body I4 /Plain/
endif
if !plugin(Mail::SpamAssassin::Plugin::TextCat) && (version < 5)
body I5 /Plain/
endif
if has(Mail::SpamAssassin::Plugin::URIDetail::has_cleaned_uris)
body I6 /Plain/
endif
if local_tests_only
body I7 /Plain/
endif
if perl_version > 5.010
body I8 /Plain/
endif
'''),
    case('if-test-plugin',
         r'''
if has(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_false)
body I1 /Plain/
endif
if can(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_false)
body I2 /Plain/
endif
if can(Mail::SpamAssassin::Plugin::Test::test_feature_xxxx_true) && has(Mail::SpamAssassin::Plugin::Test::check_test_plugin)
body I3 /Plain/
endif
''',
         pre='loadplugin Mail::SpamAssassin::Plugin::Test\n'),
    case('header-in-pattern',
         r'''
body C1 m{www\.%{HEADER(From:addr:domain)}/path}
body C2 /Visit%{HEADER(Subject)}|abc/
body C3 /www\.\%{HEADER(From:addr:domain)}/
'''),
    case('describe',
         r'''
body D1 /Plain/
describe D1 A träge description that is so long that it has to be wrapped twice because it goes on and on and on until nothing is left of the line
body THIS_IS_A_VERY_LONG_RULE_NAME_WHICH_NEEDS_WRAP /Plain/
describe THIS_IS_A_VERY_LONG_RULE_NAME_WHICH_NEEDS_WRAP A very very long rule name and this is a very very long description lorem ipsum etc. blah blah
score D1 12.345
rawbody R1 /Plain/
full F1 /Plain/
uri U1 /www/
header __S Subject =~ /./
report_safe 0
'''),
    case('rewrite',
         r'''
body D1 /Plain/
score D1 10
report_safe 0
rewrite_header Subject *****SPAM(_SCORE_)*****
rewrite_header from [F]
rewrite_header to _YESNO_
subjprefix D1 [D1]
add_header all Subjprefix _SUBJPREFIX_
'''),
    case('rewrite-safe',
         r'''
body D1 /Plain/
score D1 10
rewrite_header Subject *****SPAM(_SCORE_)*****
rewrite_header from [F]
rewrite_header to _YESNO_
subjprefix D1 [D1]
report_safe_copy_headers Received X-List
report_charset iso-8859-1
'''),
    case('safe2',
         r'''
body D1 /Plain/
score D1 10
report_safe 2
fold_headers 0
add_header spam R _REPORT_
'''),
    case('user-prefs',
         r'''
body D1 /Plain/
score D1 3
''',
         user='required_score 2\nrewrite_header Subject [U]\nreport_safe 0\nreport_contact me\n'),
    case('clear',
         r'''
body D1 /Plain/
clear_headers
add_header all T _TESTS_
remove_header ham T
clear_report_template
report x _HOSTNAME_
report_hostname hh
version_tag My Tag
add_header all V _VERSION_
'''),
    case('multiple',
         r'''
body X1 /abc/
tflags X1 multiple
body X2 /abc/
tflags X2 multiple maxhits=2
meta X3 X1 == 3
meta X4 X2 == 2
header X5 ALL =~ /^X-/m
tflags X5 multiple
meta X6 X5 == 3
rawbody X7 /abc/
tflags X7 multiple
meta X8 X7 > 1
uri X9 /./
tflags X9 multiple
meta XA X9 > 2
add_header all Sub _SUBTESTS_ _SUBTESTSCOLLAPSED_
body __Y /abc/
tflags __Y multiple
'''),
    case('mimeheader',
         r'''
mimeheader MH1 content-type =~ /application\/msword/
mimeheader MH2 Content-Disposition =~ /file\.doc/
mimeheader MH3 Content-Type !~ /nothing/
mimeheader MH4 xyzzy =~ /foo/ [if-unset: foo]
mimeheader MH5 Content-Type:raw =~ /name=/
'''),
    case('replace',
         r'''
replace_tag A [a@]
replace_tag B (?:b|8)
replace_pre P1 ~+
body RT1 /<A><B>c/
replace_rules RT1
'''),
    case('uri',
         r'''
uri U1 m{^http://www\.example\.com/path}
uri U2 /^ftp:\/\/ftp\.example\.org/
uri U3 /mailto:me/
uri U4 m!example!
uri_detail UD1 domain =~ /example\.com/
uri_detail UD2 text =~ /nothing/
uri_detail UD3 raw =~ /www/ host =~ /www/
'''),
    case('shortcircuit',
         r'''
body S1 /Plain/
priority S1 -100
shortcircuit S1 spam
score S1 1
body S2 /abc/
priority S2 5
add_header all SC _SC_ _SCRULE_ _SCTYPE_
''',
         pre='loadplugin Mail::SpamAssassin::Plugin::Shortcircuit\n'),
    case('shortcircuit-ham',
         r'''
body S1 /Plain/
priority S1 -100
shortcircuit S1 ham
body S2 /abc/
add_header all SC _SC_
''',
         pre='loadplugin Mail::SpamAssassin::Plugin::Shortcircuit\n'),
    case('scores',
         r'''
body R1 /Plain/
score R1 1.5
score R1 (0.5)
body R2 /abc/
score R2 1 2 3 4
body T_R3 /abc/
body R4 /abc/
tflags R4 nice
add_header all S _TESTSSCORES_ _SCORE(0)_ _SCORE(00)_ _STARS(x)_
'''),
    case('badlines',
         r'''
body OK1 /abc/
body BAD1 /(/
nonsense foo
header BAD2 Subject
score OK1 x
body OK2 /Plain/
'''),
    case('welcome',
         r'''
welcomelist_from someone@example.com
blocklist_from other@example.org
header W1 eval:check_from_in_welcomelist()
header W2 eval:check_from_in_blocklist()
tflags W1 userconf nice
welcomelist_to user@example.net
header W3 eval:check_to_in_welcomelist()
'''),
    case('enlist',
         r'''
enlist_addrlist (FOO) *@example.com
header E1 eval:check_from_in_list('FOO')
header E2 eval:check_replyto_in_list('FOO')
'''),
    case('lint-bad',
         r'''
body OK1 /abc/
body BAD1 /(/
''',
         args='-L --lint'),
    case('lint-good',
         r'''
body OK1 /abc/
''',
         args='-L --lint'),
    case('lint-longname', 'body A_NAME_OF_MORE_THAN_FORTY_CHARACTERS_IS_LONG /x/\n', args='-L --lint'),
    case('lint-longsub', 'body __A_NAME_OF_MORE_THAN_FORTY_CHARACTERS_IS_LONG /x/\n', args='-L --lint'),
    case('lint-notest',
         r'''
score NOSUCH 1
body OK /x/
''',
         args='-L --lint'),
    case('lint-badname',
         r'''
body 1BAD /x/
body BA-D /x/
body OK /x/
''',
         args='-L --lint'),
    case('lint-directive',
         r'''
nonsense_directive x
body OK /x/
''',
         args='-L --lint'),
    case('lint-always',
         r'''
body ALW /.*/
body OK /x/
''',
         args='-L --lint'),
    case('lint-metaerr',
         r'''
meta M1 FOO && (
body OK /x/
''',
         args='-L --lint'),
    case('lint-undefmeta',
         r'''
meta M1 NOSUCH_A
body OK /x/
''',
         args='-L --lint'),
    case('lint-badeval',
         r'''
body OK /x/
header EV eval:nosuch_function()
''',
         args='-L --lint'),
    case('lint-score',
         r'''
body OK /x/
score OK abc
''',
         args='-L --lint'),
    case('lint-report',
         r'''
body OK /x/
report_safe 7
''',
         args='-L --lint'),
    case('lint-tflags',
         r'''
body OK /x/
tflags OK foobar
''',
         args='-L --lint'),
    case('lint-noarg',
         r'''
body OK /x/
clear_headers x
''',
         args='-L --lint'),
    case('e',
         r'''
body OK /abc/
score OK 6
''',
         args='-L -e'),
    case('e9',
         r'''
body OK /abc/
score OK 6
''',
         args='-L -e9'),
    case('html',
         r'''
body A /hidden/
rawbody B /<font/
uri C /bad\.example/
body D eval:html_tag_exists('img')
body E /Some text/
''',
         mail=HTML),
    case('freemail',
         r'''
header F1 eval:check_freemail_from()
header F2 eval:check_freemail_replyto('replyto')
header F3 eval:check_freemail_header('Reply-To')
freemail_domains gmail.com hotmail.com
''',
         mail=HTML),
    case('nosep',
         r'''
body A /body/
header B X-A =~ /b/
''',
         mail='From: a\nX-A: b\n--bb\nbody text\n'),
    case('nobody',
         r'''
header B X-A =~ /b/
''',
         mail='From: a\nX-A: b\n'),
    case('nobody-nl',
         r'''
header B X-A =~ /b/
''',
         mail='From: a\nX-A: b'),
    case('mboxsep',
         r'''
header B X-A =~ /b/
''',
         mail='From x@y.example Mon Jan  1 00:00:00 2024\nX-A: b\n\nbody\n'),
    case('badhdr',
         r'''
header B X-A =~ /b/
body C /body/
''',
         mail='nocolon\nX-A: b\nfoo bar\n\nbody\n'),
    case('prev',
         r'''
body C /body/
score C 9
report_safe 0
rewrite_header Subject [S]
''',
         mail='X-Spam-Prev-Subject: x\nX-Spam-Status: No, x\n\tfoo\nSubject: [S] x\n\nbody\n'),
    case('long-subject',
         r'''
body C /body/
score C 9
report_safe 0
rewrite_header Subject [S]
add_header all Sub _HEADER(Subject)_ x
''',
         mail='Subject: word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word \n\twrapped\n\nbody\n'),
    case('8bit-subject',
         r'''
body C /body/
score C 9
report_safe 0
rewrite_header Subject [SÄ]
add_header all Sub _HEADER(Subject)_ x
''',
         mail='Subject: käse\n\nbody\n'),
    case('lang',
         r'''
lang fr describe A En francais
describe A English
body A /abc/
'''),
    case('lang-environment',
         r'''
describe A English
lang fr describe A En-tête
lang zh describe A 字符
body A /abc/
report_safe 0
score A 9
''',
         env={'LANGUAGE': 'fr_CH.UTF-8:de'}),
    case('lang-modifier',
         r'''
describe A English
lang de describe A Deutsch
lang pt_BR describe A Brasil
body A /abc/
''',
         env={'LANGUAGE': '', 'LC_ALL': '', 'LANG': 'de_DE@euro'}),
    case('charset-as-it-is',
         r'''
normalize_charset 0
body A1 /na.ve/
body A2 /na\xefve/
body A3 /na\xc3\xafve/
body U1 /Powstar/
body U2 /P\x00?o\x00?w/
body H1 /caf\xe9/
body H2 /caf\xc3\xa9/
rawbody R1 /na\xc3\xafve/
''',
         mail='''From: a@example.com
Subject: x
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

na=EFve
--b
Content-Type: text/html; charset=utf-16
Content-Transfer-Encoding: base64

UABvAHcAcwB0AGEAcgA=
--b
Content-Type: text/html; charset=iso-8859-15
Content-Transfer-Encoding: quoted-printable

<html><p>caf=E9 caf&eacute;</p></html>
--b--
'''),
    case('scan-sizes',
         r'''
body_part_scan_size 11
rawbody_part_scan_size 11
body B1 /FIRSTX+LAST/
body B2 /FIRSTX{6}$/
rawbody R1 /LAST/
rawbody R2 /FIRSTX{6}$/
''',
         mail='Subject: s\n\nFIRST' + 3000 * 'X' + 'LAST\n'),
    case('domains',
         ''.join('add_header all H%d <_HEADER(%s)_>\n' % (i, spec) for i, spec in enumerate(
             ('From:addr:domain', 'From:addr:host', 'To:addr:domain', 'Cc:addr:domain', 'Reply-To:addr:domain',
              'Message-ID:domain', 'Message-ID:host', 'Received:ip', 'Received:revip', 'From:first:addr',
              'From:last:name', 'From:raw'))) + 'body A /x/\n',
         mail='''Received: from a (a [192.0.2.77]) by b with SMTP; Tue, 05 Mar 2024 10:00:00 +0000
From: "One, Two" <x@Mail.Example.CO.UK>, "'Three'" <y@z>, Four (Five) <f@g.example>
To: local@host
Cc: a@sub.example.nosuch
Reply-To: <r@192.0.2.1>
Message-ID: <1@a.b.example.com>
Subject: x

x
'''),
    case('nobodysubj',
         r'''
body A /FREE/
tflags A nosubject
body B /FREE/
'''),
    case('wrapwidth',
         r'''
body A /abc/
describe A one two three four five six seven eight nine ten eleven twelve thirteen
report_wrap_width 40
report_safe 0
score A 10
'''),
    case('pre-cf',
         r'''
body A /abc/
''',
         args='-L -t --cf=score\tA\t2'),
    case('required',
         r'''
body A /abc/
score A 4.999
required_score 5
'''),
    case('required2',
         r'''
body A /abc/
score A 4.96
required_hits 4.96
'''),
    case('neg',
         r'''
body A /abc/
score A -12.5
'''),
    case('recips',
         r'''
header RR eval:check_for_to_in_subject('user')
header RS eval:sorted_recipients()
'''),
    case('welcomesubj',
         r'''
welcomelist_subject *stuff*
header WS eval:check_subject_in_welcomelist()
blocklist_subject Hel*
header BS eval:check_subject_in_blocklist()
'''),
    case('rcvd',
         r'''
welcomelist_from_rcvd *@example.com example.com
header WR eval:check_from_in_welcomelist()
'''),
    case('alltrusted',
         r'''
trusted_networks 192.0.2/24 198.51.100/24
header AT eval:check_all_trusted()
header NR eval:check_no_relays()
'''),
    case('compat',
         r'''
whitelist_from someone@example.com
header WR eval:check_from_in_whitelist()
blacklist_to user@example.net
header WT eval:check_to_in_blacklist()
'''),
    case('multi-prefs',
         r'''
body OKX /abc/
''',
         user='score OKX 3\ndescribe OKX user text\nbody USERRULE /Plain/\n'),
    case('all-hdr',
         r'''
header AL ALL =~ /^Subject:.*\nDate:/m
header AR ALL:raw =~ /iso-8859-1/
header AX ALL-EXTERNAL =~ /Subject/
header AT ALL-TRUSTED =~ /./
'''),
    case('rulenames',
         r'''
body 2BAD /abc/
body GOOD-X /abc/
body GOOD_Y /abc/
body lower /abc/
body x_1 /abc/
'''),
    case('score0',
         r'''
body SZ /abc/
score SZ 0
meta MZ SZ
meta MY !SZ
'''),
    case('test-mode-ham',
         r'''
body OKX /abc/
add_header ham Foo bar
remove_header all Level
'''),
]

FROMNAME = r'''
header F1 eval:check_fromname_spoof()
header F2 eval:check_fromname_different()
header F3 eval:check_fromname_domain_differ()
header F4 eval:check_fromname_contains_email()
header F5 eval:check_fromname_owners_differ()
header F6 eval:check_fromname_equals_to()
header F7 eval:check_fromname_equals_replyto()
header F8 eval:check_fromname_spoof('2')
fns_add_addrlist (AcMe) *@example.com boss@example.org
'''
FROMS = (
    '"jane@example.com" <x@spam.example.net>\nTo: jane@example.com\nReply-To: jane@example.com',
    '"Jane (jane.doe@example.com)" <jane.doe@example.com>\nTo: a@example.org',
    '"A long name of somebody, who has an address: jane@example.com, you see" <jane@example.co.uk>\nTo: b@c.example',
    '"boss@example.org" <jane@mail.example.com>\nCc: boss@example.org',
    '"boss@example.nosuchtld" <jane@example.com>',
    '"..a..b@example-.com-" <jane@example.com>',
    '"x@y@example.org." <jane@example.com>\nX-Ign: 1',
    'jane@example.net',
)
CASES += [case('fromname-%d' % i, FROMNAME + ('fns_ignore_headers X-Ign\n' if i == 6 else ''),
               mail='From: %s\nSubject: x\n\nx\n' % f,
               pre='loadplugin Mail::SpamAssassin::Plugin::FromNameSpoof\n') for i, f in enumerate(FROMS)]

PHISHING = '''
phishing_openphish_feed @DIR@/open.txt
phishing_phishtank_feed @DIR@/tank.csv
phishing_phishstats_feed @DIR@/stats.csv
body P eval:check_phishing()
'''
FEEDS = {
    'open.txt': '# x\nhttp://open.example.com/login.php?a=1\nhttps://only.example.org/\nnohost\n',
    'tank.csv': 'id,url,x\n1,"http://tank.example.com/a/",x\n',
    'stats.csv': 'Date,Score,URL,IP\n"2024","7.1","http://stats.example.com/b","1"\n"2024","6","http://low.example.com/c","1"\n',
}
CASES += [case('phishing-%d' % i, PHISHING + ('phishing_uri_noparam 1\n' if i > 4 else ''),
               mail='From: a@example.com\nSubject: x\n\nsee %s now\n' % u, files=FEEDS,
               pre='loadplugin Mail::SpamAssassin::Plugin::Phishing\n')
          for i, u in enumerate(('http://open.example.com/login.php?a=1', 'http://tank.example.com/a/',
                                 'http://stats.example.com/b', 'http://low.example.com/c',
                                 'http://open.example.com/login.php?a=2', 'http://open.example.com/login.php?a=2',
                                 'http://open.example.com/x/y/login.php', 'https://only.example.org/'))]

PDF = b'''%PDF-1.4
1 0 obj
<</Type/XObject/Subtype/Image
/Width 630/Height 149
/BitsPerComponent 8/Width 300/Height 200>>
  /MediaBox [0 0 1 1]\t
stream
630 0 0 149 0 0 cm
100 0 0 50 0 0 cm
/Image
100 0 0 50 0 0 cm\r
/Image 20 0 0 30 1 1 cm
/Image
20 0 0 30 1 1 cm
endstream
/Author(J\\\\303\\(x\\) y) /Author <FEFF00570072> /Title()/Creator  (\\376\\377\\000W\\000r)
/CreationDate (D:20070703144220) /ModDate(D:) /ModDate(D:2007
/Producer(no end /Producer <also none
/Encrypt 1 0 R
trailer
'''
PDF_RULES = r'''
body C1 eval:pdf_count(1)
body C2 eval:pdf_count(2,3)
body C0 eval:pdf_count(0)
body CN eval:pdf_count()
body I1 eval:pdf_image_count(1)
body I2 eval:pdf_image_count(2)
body I3 eval:pdf_image_count(3,3)
body P1 eval:pdf_pixel_coverage(1000)
body P2 eval:pdf_pixel_coverage(10000,100000)
body S1 eval:pdf_image_size_exact(30,20)
body S2 eval:pdf_image_size_exact(200,300)
body S3 eval:pdf_image_size_exact(149,630)
body S4 eval:pdf_image_size_range(100,100)
body S5 eval:pdf_image_size_range(10,10,40,25)
body S6 eval:pdf_image_size_range(100)
body N1 eval:pdf_named('a.pdf')
body N2 eval:pdf_name_regex('/^A\.PDF$/i')
body N3 eval:pdf_name_regex('b\.')
body R1 eval:pdf_image_to_text_ratio(0.0, 0.005)
body R2 eval:pdf_image_to_text_ratio(0.0, 5)
body M1 eval:pdf_match_md5('@MD5@')
body M2 eval:pdf_match_fuzzy_md5('C01C5ED671D030084919C59CD201463A')
body M3 eval:pdf_match_fuzzy_md5('A75FB71CD22B3CF0ED23DD3B9458B817')
body D1 eval:pdf_match_details('author', '/^J/')
body D2 eval:pdf_match_details('author', '/^Wr$/')
body D3 eval:pdf_match_details('creator', '/^Wr$/')
body D4 eval:pdf_match_details('created', '/^2007\d{10}$/')
body D5 eval:pdf_match_details('modified', '/^2007$/')
body D6 eval:pdf_match_details('title', '/^$/')
body D7 eval:pdf_match_details('producer', '/./')
body D8 eval:pdf_match_details('nothing', '/./')
body D9 eval:pdf_match_details('author', '/\(x\) y$/')
body E1 eval:pdf_is_encrypted()
body B1 eval:pdf_is_empty_body()
body B2 eval:pdf_is_empty_body(1000)
'''.replace('@MD5@', hashlib.md5(PDF).hexdigest())


def with_pdf(name, data=PDF, kind='application/octet-stream', text=''):
    return '''From: a@example.com
Subject: x
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

%s
--b
Content-Type: %s; name="%s"
Content-Transfer-Encoding: base64

%s--b--
''' % (text, kind, name, base64.encodebytes(data).decode())


CASES += [case('pdf-%d' % i, PDF_RULES, mail=mail, pre='loadplugin Mail::SpamAssassin::Plugin::PDFInfo\n')
          for i, mail in enumerate((with_pdf('a.pdf'), with_pdf('a.PDF', text='some words'),
                                    with_pdf('b.dat'), with_pdf('b.dat', kind='application/pdf'),
                                    with_pdf('a.fdf', b'\xef\xbb\xbfx' + PDF.replace(b'\n', b'\r\n')),
                                    with_pdf('a.pdf', b'x' * 1100 + PDF),
                                    with_pdf('a.pdf', b'%PDF-1.7\n' + b'/Type/Page\n' * 100 + PDF, text='w ' * 700)))]

DAYS = rb'(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
HIT = re.compile(rb'(\t\* )?[- ]{0,2} {0,3}-?\d+(\.\d)? \w+ ')


def normal(text):
    """Without what differs from run to run; hits of a report sorted, each with the lines below it."""
    text = re.sub(rb'^registered Mail::SpamAssassin::Plugin::Test: .*\n', b'', text)
    text = re.sub(rb'----------=_[0-9A-F]{8}\.[0-9A-F]{8}', b'BOUNDARY', text)
    text = re.sub(rb'(?m)^\t' + DAYS + rb', \d\d \w+ \d{4} [0-9:]{8} [+-]\d{4}', b'\tDATE', text)
    text = re.sub(rb'autolearn=\S+(\s+autolearn_force=no)?', b'autolearn=X', text)
    text = re.sub(rb'X-Spam-Status:[^\n]*(\n\t[^\n]*)+', lambda m: re.sub(rb'\r?\n\t', b'', m.group().replace(b' ', b'')),
                  text)
    text = re.sub(rb'X-Spam-Status:[^\n]*', lambda m: m.group().replace(b' ', b''), text)
    lines, hits = [], []
    for line in text.split(b'\n') + [None]:
        if line is not None and HIT.match(line):
            hits.append(line)
        elif line is not None and hits and re.match(rb'(\t\*)? {6,}', line):
            hits[-1] += b'\n' + line
        else:
            lines += sorted(hits)
            hits = []
            if line is not None:
                lines.append(line)
    return b'\n'.join(lines).split(b'\n')


def write(directory, name, text):
    with open(os.path.join(directory, name), 'wb') as f:
        f.write(text.encode())


def set_up(directory, c):
    for name in ('site', 'rules', 'home'):
        os.mkdir(os.path.join(directory, name))
    for name in os.listdir(SITE):
        if name.endswith('.pre'):
            shutil.copy(os.path.join(SITE, name), os.path.join(directory, 'site'))
    for name in KEPT:
        shutil.copy(os.path.join(STOCK, name), os.path.join(directory, 'rules'))
    for name, text in c['files'].items():
        write(directory, name, text)
    write(directory, 'rules/99_test.cf', c['rules'].replace('@DIR@', directory))
    write(directory, 'site/zz_test.pre', c['pre'])
    write(directory, 'user.cf', c['user'])


def run(program, directory, c):
    command = [program, '-x', '-C', directory + '/rules', '--siteconfigpath', directory + '/site', '-p',
               directory + '/user.cf'] + c['args'].split(' ')
    env = dict(os.environ, HOME=directory + '/home', **{'LC_ALL': 'C', 'LANGUAGE': 'C', **c['env']})
    done = subprocess.run(command, input=c['mail'].encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          check=False, timeout=300)
    return done.returncode, normal(done.stdout), done.stderr.decode(errors='replace')


def compare(c, verbose):
    with tempfile.TemporaryDirectory(prefix='tamis-programs.') as directory:
        os.chmod(directory, 0o755)
        set_up(directory, c)
        theirs, ours = run(THEIRS, directory, c), run(OURS, directory, c)
    if theirs[1] == ours[1] and theirs[0] == ours[0]:
        if verbose:
            print('ok', c['name'])
        return True
    print('not ok %s: exit %d there, %d here' % (c['name'], theirs[0], ours[0]))
    show = [[repr(line)[2:200] for line in lines] for lines in (theirs[1], ours[1])]
    for line in list(difflib.unified_diff(*show, lineterm='', n=0))[2:20]:
        print('   ', line)
    print(''.join('    ' + line + '\n' for line in (theirs[2] + ours[2]).splitlines()[:6]), end='')
    return False


def main(arguments):
    verbose = '-v' in arguments
    names = [a for a in arguments if a != '-v']
    chosen = [c for c in CASES if not names or c['name'] in names]
    same = sum(compare(c, verbose) for c in chosen)
    print('%d of %d cases the same' % (same, len(chosen)))
    return 0 if same == len(chosen) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
