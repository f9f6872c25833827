# Hostile mail, made here: a verdict within the deadline, and the next message is not late.

case NULs everywhere
    header Subject: a nul in the body
    body a\0b\0\0\0c
    chunk \0\{10000}\0
    end
    reply accept
    end
    reply accept
    within 20000

case bare CR and bare LF
    chunk one\rtwo\nthree\r\rfour\n\n\r\r\n\n.\r\n.\n.\r
    end
    reply accept
    end
    reply accept

case a body line of 10 MB
    body \{10485760}x
    end
    reply accept
    within 60000
    end
    reply accept
    within 20000

case a field of 10 MB
    header X-Long: \{60000}x
    repeat 170 header X-Long-\#: \{60000}x
    end
    reply accept
    within 60000
    end
    reply accept
    within 20000

case 50,000 fields
    repeat 50000 header X-N\#: v
    end
    reply accept
    hold
    log *unchecked/limit*
    end
    reply accept
    within 20000

case 50,000 parts
    header MIME-Version: 1.0
    header Content-Type: multipart/mixed; boundary=b
    repeat 50000 body --b\r\n\r\nx
    body --b--
    end
    reply accept
    hold
    log *unchecked/limit*
    end
    reply accept
    within 20000

case 10,000 levels
    header MIME-Version: 1.0
    header Content-Type: multipart/mixed; boundary=b0
    repeat 10000 body --b\#\r\nContent-Type: multipart/mixed; boundary=b\+\r\n
    body x
    end
    reply accept
    hold
    log *unchecked/limit*
    end
    reply accept
    within 20000

case 10,000 messages in messages
    header MIME-Version: 1.0
    header Content-Type: message/rfc822
    repeat 10000 body Content-Type: message/rfc822\r\n
    body x
    end
    reply accept
    hold
    log *unchecked/limit*
    end
    reply accept
    within 20000

case one boundary in the other, 2,000 of them
    header MIME-Version: 1.0
    header Content-Type: multipart/mixed; boundary=b
    repeat 2000 body --b\{100}b\r\nContent-Type: multipart/mixed; boundary=b\{50}b\#\r\n
    end
    reply accept
    end
    reply accept
    within 20000

case 100,000 open elements of HTML
    header Content-Type: text/html
    repeat 1000 body \{1}<div><font><b><table><tr><td><a href=x><p><span><ul><li>
    repeat 100 chunk <div><div><div><div><div><div><div><div><div><div><div><div><div><div>
    end
    reply accept
    end
    reply accept
    within 20000

case a group of groups of groups in From
    header From: \{84000}g:
    header To: \{40000}(
    header Cc: \{40000}<
    end
    reply accept
    end
    reply accept
    within 20000

case 100,000 encoded words
    header Subject: =?utf-8?q?x?=
    repeat 1000 header X-W: \{1}=?utf-8?b?eA==?= =?utf-8?b?eA==?= =?utf-8?b?eA==?= =?utf-8?b?eA==?=
    end
    reply accept
    end
    reply accept

case 8 bits without a charset, and charsets that are none
    header Subject: caf\xe9
    header Content-Type: text/plain; charset=\{3000}x
    body \xff\xfe\x80\x81 \xc0\xaf \xed\xa0\x80
    end
    reply accept
