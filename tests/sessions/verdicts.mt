# What is done with which class: policy's table, as the MTA sees it.

case GTUBE is rejected, with a code, a reason and our id
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply reject 550 5.7.1 *(4QmT1B1)
    no edits
    no hold
    log *id=4QmT1B1 * class=spam action=reject * rules=*GTUBE*

case spammy mail is tagged
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    final X-Spam-Flag: YES
    final X-Spam-Level: *****
    final X-Spam-Status: Yes, score=* required=5.0 tests=*
    final 1 X-Spam-Report
    final Subject: [SPAM] YOU HAVE WON, CLAIM YOUR PRIZE NOW
    no hold
    log *class=spammy action=tag*

case two boundaries are held
    file ../e2e/mail/6-broken.eml
    end
    reply accept
    hold tamis: unchecked/ambiguous*
    final Subject: [UNCHECKED] Two readers, two messages
    log *class=unchecked/ambiguous action=quarantine * reasons=unchecked/ambiguous:*

case a newsletter passes
    file ../e2e/mail/2-newsletter.eml
    end
    reply accept
    final X-Spam-Status: No, *
    no hold

case a tag keeps the encoded subject readable
    header Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
    header Content-Type: multipart/mixed; boundary=a; boundary=b
    body --a
    body
    body x
    body --a--
    end
    reply accept
    hold
    final Subject: [UNCHECKED] =?utf-8?Q?Gr=C3=BC=C3=9Fe?=

case the subject is tagged where there is none
    bare
    header From: a@example.org
    header Content-Type: multipart/mixed; boundary=a; boundary=b
    body --a
    body
    body x
    body --a--
    end
    reply accept
    hold
    final Subject: [UNCHECKED]*
