# MTAs that offer less. What the plan needs and the MTA does not let us do ends in a temporary failure.

case no HDR_LEADSPC
    offer -HDR_LEADSPC
    end
    reply accept
    final X-Spam-Status: No, *

case no SKIP
    offer -SKIP
    end
    reply accept

case no answer is spared
    offer -NR_HDR -NR_CONN -NR_HELO -NR_MAIL -NR_RCPT -NR_DATA -NR_UNKN -NR_EOH -NR_BODY
    end
    reply accept
    final 1 X-Spam-Status

case nothing of version 6
    offer version 2 -SKIP -RCPT_REJ -HDR_LEADSPC -NR_HDR -NR_CONN -NR_HELO -NR_MAIL -NR_RCPT -NR_DATA -NR_UNKN
    offer -NR_EOH -NR_BODY -NOUNKNOWN -NODATA -CHGFROM -ADDRCPT_PAR -SETSYMLIST
    end
    reply accept
    final 1 X-Spam-Status

case no QUARANTINE, where it is not needed
    offer -QUARANTINE
    end
    reply accept

case no QUARANTINE, where it is needed
    offer -QUARANTINE
    header Content-Type: multipart/mixed; boundary=one
    header Content-Type: multipart/mixed; boundary=two
    body --one
    body Content-Type: text/plain
    body
    body a
    body --two
    body
    body b
    body --two--
    body --one--
    end
    reply tempfail 451 4.3.* *
    no edits

case no CHGHDRS, where it is not needed
    offer -CHGHDRS
    end
    reply accept

case no CHGHDRS, with a forged field
    offer -CHGHDRS
    header X-Spam-Flag: NO
    end
    reply tempfail 451 4.3.* *
    no edits

case no ADDHDRS
    offer -ADDHDRS
    end
    reply tempfail 451 4.3.* *
    no edits
