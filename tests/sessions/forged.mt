# Fields that only we may write are removed, however they are spelled.

case every spelling of the name
    header X-Spam-Flag: NO
    header x-spam-flag: NO
    header X-SPAM-FLAG: YES
    header X-Spam-Flag : NO
    header X-Spam-Flag\t: NO
    header X-Spam-FLAG: folded\n NO
    end
    reply accept
    final no X-Spam-Flag

case every field of ours
    header X-Spam-Status: No, score=-100 required=5.0
    header X-Spam-Level:
    header X-Spam-Report: nothing
    header X-Spam-Checker-Version: 1
    header X-Spam-Anything-Else: 1
    header X-Virus-Scanned: yes
    header X-Virus-Status: Clean
    header X-Tamis-Verdict: forged
    end
    reply accept
    final X-Spam-Status: No, score=*
    final no X-Spam-Report
    final no X-Spam-Checker-Version
    final no X-Spam-Anything-Else
    final no X-Virus-Status
    final 1 X-Tamis-Verdict
    final X-Tamis-Verdict: v=1; t=*; s=0.000; d=5.000:clean:0;*b=*

case what only looks like them stays
    header X-Spammer: a
    header Spam-Flag: b
    header X-Not-Spam-Flag: c
    header X-Spam: d
    header XX-Spam-Flag: e
    end
    reply accept
    final X-Spammer: a
    final Spam-Flag: b
    final X-Not-Spam-Flag: c
    final X-Spam: d
    final XX-Spam-Flag: e

case copies between others go, the others stay
    header X-One: 1
    header X-Spam-Flag: a
    header X-Two: 2
    header X-Spam-Flag: b
    header X-Three: 3
    header X-Spam-Flag: c
    header X-Four: 4
    end
    reply accept
    final no X-Spam-Flag
    final X-One: 1
    final X-Two: 2
    final X-Three: 3
    final X-Four: 4

case a hundred copies
    repeat 100 header X-Spam-Status: \#
    end
    reply accept
    final X-Spam-Status: No, *

case more copies than an MTA could remove in time
    repeat 20000 header X-Spam-Status: \#
    end
    reply reject 550 5.6.0 *
    no edits

case Authentication-Results of our own name go, of others stay
    header Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.org
    header Authentication-Results: MX.EXAMPLE.NET (ours) ; dkim=pass
    header Authentication-Results: "mx.example.net"; dmarc=pass
    header Authentication-Results: mx.example.com; spf=pass
    header Authentication-Results: mx.example.net.example.com; spf=pass
    end
    reply accept
    final 2 Authentication-Results

case an empty value
    header X-Spam-Flag:
    end
    reply accept
    final no X-Spam-Flag
