# Who is refused before a message is read: by lists in the DNS, SPF and maps, for each recipient.
settings dns=yes dns_zones=@MAPS@/early-zone.map dnsbl_sites=bl.example*2,wl.example*-2 dnsbl_threshold=2 spf_reject=fail sender_reject=text:@MAPS@/early-senders.map early_exempt=text:@MAPS@/early-exempt.map

case a client that nobody lists
    connect mail.example.com 203.0.113.5
    mail <ann@example.com>
    reply continue
    rcpt <bob@example.net>
    reply continue
    end
    reply accept

case a listed client, a recipient who takes all, and postmaster
    connect bad.example.com 198.51.100.7
    mail <ann@none.example>
    rcpt <bob@example.net>
    reply reject 550 5.7.1 Client 198.51.100.7 is listed by bl.example
    rcpt <all@example.net>
    reply continue
    rcpt <postmaster@example.net>
    reply continue
    end
    reply accept
    log *early=refused client=198.51.100.7 *to=<bob@example.net> reason=dnsbl*
    log * rcpts=2 *

case a good list outweighs a bad one
    connect both.example.com 198.51.100.8
    mail <ann@none.example>
    rcpt <bob@example.net>
    reply continue

case a list that refuses to talk to us has no vote
    connect blocked.example.com 198.51.100.9
    mail <ann@none.example>
    rcpt <bob@example.net>
    reply continue

case SPF
    connect other.example.com 203.0.113.6
    mail <ann@example.com>
    rcpt <bob@example.net>
    reply reject 550 5.7.23 SPF of example.com does not let 203.0.113.6 send its mail*
    mail <ann@soft.example>
    rcpt <bob@example.net>
    reply continue

case who has authenticated is not asked about
    connect home.example.com 198.51.100.7
    macro {auth_authen}=ann
    mail <ann@example.com>
    rcpt <bob@example.net>
    reply continue

case a sender in a map
    connect mail.example.com 203.0.113.5
    mail <x@refused.example>
    rcpt <bob@example.net>
    reply reject 550 5.7.1 Mail of this sender is not accepted here
