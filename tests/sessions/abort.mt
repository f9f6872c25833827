# The sender may go away at any point; the next message begins clean.

case abort at every point, then a message
    abort
    connect
    abort
    helo mail.example.org
    abort
    mail <a@example.org>
    abort
    mail <b@example.org>
    rcpt <c@example.net>
    abort
    data
    abort
    header Subject: d
    abort
    eoh
    abort
    body e
    abort
    chunk f
    abort
    mail <last@example.org>
    end
    reply accept
    log *from="last@example.org"*
    no log *from="a@example.org"*
    no log *from="b@example.org"*

case nothing of an aborted message stays
    header X-Spam-Flag: YES
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    abort
    end
    reply accept
    final no X-Spam-Flag

case a new sender without an abort
    mail <a@example.org>
    rcpt <x@example.net>
    mail <b@example.org>
    rcpt <y@example.net>
    end
    reply accept
    log *from="b@example.org" to="y@example.net" rcpts=1 *

case abort twice, quit
    mail <a@example.org>
    abort
    abort
    quit

case quit in the middle of a message
    chunk first
    quit
    on B
    end
    reply accept

case closed in the middle of a message
    chunk first
    close
    on B
    end
    reply accept
