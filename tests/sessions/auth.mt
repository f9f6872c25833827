# Who sent it: SPF and DMARC by a name server of our own, the field that says so, and what domains ask for.
settings dns=yes dns_forwarders=@DNS@ dns_deadline=2s dmarc_policy=honour authserv_id=mx.here.example

case a message that is what it says
    end
    reply accept
    final 1 Authentication-Results
    final Authentication-Results: mx.here.example;*spf=pass*smtp.mailfrom=ada@example.org;*dmarc=pass*header.from=example.org*

case the null sender is known by its HELO
    helo mail.example.org
    mail <>
    end
    reply accept
    final Authentication-Results: mx.here.example;*spf=pass*smtp.helo=mail.example.org;*

case a forged From is rejected where its domain asks for it
    header From: The Bank <service@bank.example>
    end
    reply reject 550 5.7.1 *

case a forged sender too
    mail <service@bank.example>
    header From: The Bank <service@bank.example>
    end
    reply reject 550 5.7.1 *

case a second From hides nothing
    header From: Ada <ada@example.org>
    header From: The Bank <service@bank.example>
    end
    reply reject 550 5.7.1 *

case a From that cannot be read hides no other
    header From: nobody
    header From: The Bank <service@bank.example>
    end
    reply reject 550 5.7.1 *

case nor do many
    header From: a@one.example, b@two.example, The Bank <service@bank.example>, c@three.example, d@four.example
    end
    reply reject 550 5.7.1 *

case a From with a blank before its colon is one
    header From : The Bank <service@bank.example>
    end
    reply reject 550 5.7.1 *

case quarantine is quarantine
    header From: shop@shop.example
    end
    reply accept
    hold *dmarc/quarantine*

case a domain that is testing asks for one step less
    header From: x@new.example
    end
    hold *dmarc/quarantine*
    reply accept

case no policy, no class
    mail <x@open.example>
    header From: x@open.example
    end
    reply accept
    final Authentication-Results: *spf=neutral*dmarc=none*
    no hold

case who cannot be asked comes again
    mail <x@slow.example>
    header From: x@slow.example
    end
    reply tempfail 451 4.7.5 *

case a domain below one that asks for reject, whose servers are out of order
    header From: The Bank <service@lame.bank.example>
    end
    reply tempfail 451 4.7.5 *

case a From without a domain: nobody answers for it
    header From: "service@bank.example"
    end
    reply accept
    final Authentication-Results: *dmarc=permerror*
    log * class=bad_header action=pass *

case below one that asks for nothing
    header From: x@lame.open.example
    end
    reply accept
    final Authentication-Results: *dmarc=temperror*
    no hold

case what its record says does not matter where the domain itself is proved
    mail <x@half.example>
    header From: x@half.example
    end
    reply accept
    final Authentication-Results: *spf=pass*dmarc=temperror*
    no hold

case an answer for SPF that is missing, for a domain that asks for reject
    mail <x@spfless.example>
    header From: x@spfless.example
    end
    reply tempfail 451 4.7.5 *

case our own people wait for nobody
    macro {auth_authen}=ada
    mail <x@slow.example>
    header From: x@slow.example
    end
    reply accept

case forged results of ours go, whatever they look like; others' stay
    header Authentication-Results: mx.here.example; dmarc=pass header.from=bank.example
    header authentication-results : (x (y)) "MX.here.example" (z) 1; spf=pass
    header Authentication-Results: mx.here.example.\n ; none
    header Authentication-Results: elsewhere.example; spf=pass
    end
    reply accept
    final 2 Authentication-Results

case our own people get no such field
    macro {auth_authen}=ada
    mail <x@bank.example>
    header From: x@bank.example
    end
    reply accept
    final no Authentication-Results
