settings mode=observe

# Everything is decided and logged, nothing is done.

case plain mail
    end
    reply accept
    no edits
    no hold
    log *class=clean action=pass * mode=observe

case GTUBE
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply accept
    no edits
    log *class=spam action=reject * mode=observe

case broken MIME
    file ../e2e/mail/6-broken.eml
    end
    reply accept
    no edits
    no hold
    log *class=unchecked/ambiguous action=quarantine * mode=observe

case forged fields stay
    header X-Spam-Flag: NO
    end
    reply accept
    no edits
