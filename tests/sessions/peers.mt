# Who speaks no milter, stalls, lies about lengths or breaks off: nothing else notices.

case a web browser
    raw GET / HTTP/1.1\r\nHost: localhost\r\n\r\n
    closed
    on B
    end
    reply accept

case a mail client
    raw EHLO mail.example.org\r\n
    closed
    on B
    end
    reply accept

case 4 GB are announced at once
    announce 4294967295 O
    closed
    on B
    end
    reply accept

case 2 GB are announced in a body
    eoh
    announce 2147483648 B\{1000}x
    closed
    on B
    end
    reply accept

case a packet of length 0
    announce 0
    on B
    end
    reply accept

case who stalls at each stage does not hold up the others
    open
    on B
    negotiate
    on C
    helo mail.example.org
    on D
    data
    on E
    header Subject: half
    on F
    chunk half of a body
    on G
    raw \0\0\0
    on H
    announce 1000 O\0\0
    on Z
    end
    reply accept
    within 20000
    on F
    end
    reply accept

case the dialogue broken off at every byte
    cut everywhere

case the dialogue broken off at every byte, without the new flags
    offer -NR_HDR -NR_CONN -NR_HELO -NR_MAIL -NR_RCPT -NR_DATA -NR_UNKN -NR_EOH -NR_BODY -SKIP -HDR_LEADSPC
    cut everywhere

case commands before the negotiation
    raw \0\0\0\x01E
    on B
    end
    reply accept

case an end without a message
    helo mail.example.org
    raw \0\0\0\x01E
    on B
    end
    reply accept

case a negotiation that is too short
    raw \0\0\0\x05O\0\0\0\x06
    closed
    on B
    end
    reply accept

case a header without its value
    data
    raw \0\0\0\x08LSubject
    on B
    end
    reply accept

case a sender that is not ended
    helo mail.example.org
    raw \0\0\0\x05M<a@b
    on B
    end
    reply accept

case 100 connections, all half open
    repeat 100 on X\# data
    on A
    end
    reply accept
