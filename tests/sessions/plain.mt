# The dialogue as Postfix and Sendmail lead it.

case plain mail passes and gets a status
    end
    reply accept
    final X-Spam-Status: No, score=* required=5.0 tests=* autolearn=no autolearn_force=no version=*
    final no X-Spam-Flag
    final 1 Subject
    final Subject: Lunch on Friday
    no hold
    log *id=4QmT1B1 client=192.0.2.10 helo="mail.example.org" from="ada@example.org" to="bob@example.net" rcpts=1 * class=clean action=pass *

case the filter asks for exactly the actions it needs
    wants ADDHDRS DELRCPT CHGHDRS QUARANTINE
    steps SKIP HDR_LEADSPC
    end
    reply accept

case ours stand above the sender's fields
    end
    reply accept
    insert 1 X-Spam-Status: *

case several messages on one connection
    end
    reply accept
    mail <carol@example.org>
    rcpt <bob@example.net>
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply reject 550 5.7.1 *
    mail <dave@example.org>
    end
    reply accept
    final no X-Spam-Flag
    log *from="dave@example.org"*class=clean*

case several recipients
    mail <ada@example.org>
    rcpt <bob@example.net>
    rcpt <carol@example.net>
    rcpt <dave@example.net>
    end
    reply accept
    log *to="bob@example.net" rcpts=3 *

case a thousand recipients and more
    mail <ada@example.org>
    repeat 3000 rcpt <user\#@example.net>
    end
    reply accept
    log *rcpts=3000 *

case the null sender
    mail <>
    end
    reply accept
    log *from=""*

case ESMTP parameters
    mail <ada@example.org> SIZE=1000 BODY=8BITMIME
    rcpt <bob@example.net> NOTIFY=NEVER
    end
    reply accept
    log *from="ada@example.org" to="bob@example.net"*

case HELO again after STARTTLS
    helo mail.example.org
    helo mail2.example.org
    end
    reply accept
    log *helo="mail2.example.org"*

case a client without a name or address
    connect unknown
    end
    reply accept
    log *client=local *

case a local submission over a unix socket
    connect localhost /var/spool/postfix/x
    end
    reply accept

case a client by IPv6
    connect mail.example.org IPv6:2001:db8::25
    end
    reply accept
    log *client=2001:db8::25 *

case Sendmail's way
    as sendmail
    end
    reply accept
    log *id=vAO4VJOl009999 *

case Sendmail with many chunks
    as sendmail
    repeat 3000 body line \# of a message that is longer than one packet of the protocol may be
    end
    reply accept

case no queue id
    macro i=
    end
    reply accept
    log *id=T* class=clean *

case an empty body
    chunk
    end
    reply accept

case no header and no body
    bare
    chunk
    end
    reply accept
    final 1 X-Spam-Status

case byte by byte
    trickle
    end
    reply accept

case every chunk a byte
    repeat 300 chunk x
    end
    reply accept

case another connection by QUIT_NC
    end
    reply accept
    quit-nc
    connect other.example.org 192.0.2.11
    end
    reply accept
    log *client=192.0.2.11 *

case quit closes
    end
    reply accept
    quit

case an unknown SMTP command
    packet U XFOO\0
    reply continue
    end
    reply accept
