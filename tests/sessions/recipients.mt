# Several recipients with policies of their own: one reply, who is taken off, what is held.
settings quarantine_method=store recipient_policy=text:@MAPS@/recipients.map

case DELRCPT is asked for
    wants ADDHDRS CHGHDRS QUARANTINE DELRCPT

case all with the site's policy get it, tagged
    rcpt <bob@example.net>
    rcpt <eve@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    no remove
    final Subject: [SPAM] YOU HAVE WON, CLAIM YOUR PRIZE NOW
    log * rcpts=2 * class=spammy action=tag *
    no log * held=*

case who would reject is taken off and has a copy
    rcpt <bob@example.net>
    rcpt <Strict@Example.NET>
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    remove <Strict@Example.NET>
    no remove <bob@example.net>
    no hold
    log * rcpts=2 * action=tag+quarantine * held=*

case a subject is left alone where one of those who get it has no tag
    rcpt <bob@example.net>
    rcpt <ada@lenient.example>
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    no remove
    final X-Spam-Flag: YES
    final Subject: YOU HAVE WON, CLAIM YOUR PRIZE NOW

case extension and case of an address lead to its policy
    rcpt <bob@example.net>
    rcpt <KEEP+list@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    remove <KEEP+list@example.net>
    log * held=*

case held for all is accepted and delivered to nobody
    rcpt <keep@example.net>
    rcpt <strict@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply discard
    no edits
    log * rcpts=2 * action=quarantine * held=*

case what all would reject is rejected
    rcpt <strict@example.net>
    rcpt <strict+x@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply reject 550 5.7.1 *
    no edits
    no log * held=*

case dropped by the admin's word, with no copy
    rcpt <bob@example.net>
    rcpt <drop@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    remove <drop@example.net>
    no log * held=*

case one who must wait lets all wait
    rcpt <bob@example.net>
    rcpt <strict@example.net>
    rcpt <wait@example.net>
    file ../e2e/mail/3-spammy.eml
    end
    reply tempfail
    no edits
    no log * held=*
