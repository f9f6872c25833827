# Line ends, escapes and percent signs from outside break no log line, no field and no reply. A milter string
# ends at its first NUL, so that one cannot come.

case HELO with line ends
    helo mail\r\nX-Injected: yes\r\n\tid=forged class=clean
    end
    reply accept
    final no X-Injected
    log *helo="mail\\x0d\\x0aX-Injected: yes*
    no log id=forged*

case HELO that poses as other fields of the log line
    helo a" from="boss@example.net" class="clean
    end
    reply accept
    log *helo="a\\" from=\\"boss@example.net\\" class=\\"clean" from="ada@example.org"*

case HELO with terminal escapes, bidi and broken UTF-8
    helo \x1b[2J\x1b]0;x\x07\xe2\x80\xae\xff\xfe\xc2\x9b
    end
    reply accept
    log *helo="\\x1b[2J\\x1b]0;x\\x07*

case HELO of 60,000 bytes
    helo \{60000}a
    end
    reply accept
    log *class=clean action=pass*

case percent signs in the queue id, which goes into the reply
    macro i=%s%n%%\r\nX
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply reject 550 5.7.1 *

case percent signs and line ends where a message is held
    macro i=%s%n%%\r\nX
    file ../e2e/mail/6-broken.eml
    end
    reply accept
    hold tamis: *

case addresses with line ends and quotes
    mail <"a\r\nb\\" x"@example.org\n>
    rcpt <bob\r\nX-Injected: yes@example.net>
    end
    reply accept
    final no X-Injected
    log *from="*\\x0d\\x0a*"* to="bob\\x0d\\x0aX-Injected: yes@example.net"*

case a client name with line ends
    connect evil\r\nX-Injected:yes 192.0.2.66
    end
    reply accept
    final no X-Injected
    log *client=192.0.2.66*

case macros with line ends
    macro j=mx\r\nX-Injected: yes
    macro {auth_authen}=user\r\nX-Injected: yes
    end
    reply accept
    final no X-Injected

case a subject with line ends, tagged
    header Subject: one\n two\r\n three\r four
    header Content-Type: multipart/mixed; boundary=a; boundary=b
    body --a
    body
    body x
    body --a--
    end
    reply accept
    hold
    final 1 Subject

case a subject of 200,000 bytes, tagged
    header Subject: \{200000}s
    header Content-Type: multipart/mixed; boundary=a; boundary=b
    body --a
    body
    body x
    body --a--
    end
    reply accept
    hold
    final 1 Subject

case names of fields that are none
    header a b: blank
    header caf\xc3\xa9: 8 bit
    header \x01\x02: control
    header \{2000}n: long
    end
    reply accept
    final 1 X-Spam-Status

case percent signs in fields and body
    header Subject: %s%s%n 100%%
    body %s%s%s%n%n%n
    end
    reply accept
    final Subject: %s%s%n 100%%
