# Who gets a signature: clients that the MTA vouches for, and nobody by what the message says.
settings dkim_keys=text:@MAPS@/dkim.keys

case somebody from outside
    end
    reply accept
    final no DKIM-Signature
    no log * dkim=*

case who logged in
    macro {auth_authen}=ada
    macro {auth_type}=PLAIN
    end
    reply accept
    final 1 DKIM-Signature
    final DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; t=*; bh=*; h=from:from:*; b=*
    log * dkim=example.org/s1 *

case who sits on this machine
    connect localhost 127.0.0.1
    end
    reply accept
    final 1 DKIM-Signature

case a signature that it came with stays below ours
    macro {auth_authen}=ada
    header DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x; h=from; bh=; b=
    end
    reply accept
    final 2 DKIM-Signature
    insert 1 DKIM-Signature: v=1; *d=example.org; *

case another domain's author
    macro {auth_authen}=ada
    header From: Eve <eve@example.com>
    end
    reply accept
    final no DKIM-Signature

case our domain in what is no address
    macro {auth_authen}=ada
    header From: "ada@example.org" <eve@example.com>
    end
    reply accept
    final no DKIM-Signature

case two authors' fields
    macro {auth_authen}=ada
    header From: Ada <ada@example.org>
    header From: Eve <eve@example.com>
    end
    reply accept
    final no DKIM-Signature

case an MTA that takes spaces away
    offer -HDR_LEADSPC
    macro {auth_authen}=ada
    end
    reply accept
    final 1 DKIM-Signature

case what is refused is not signed
    macro {auth_authen}=ada
    body XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
    end
    reply reject 550 5.7.1 *
    no edits

case what says that it was released is not our client's
    connect localhost 127.0.0.1
    header X-Tamis-Release: no mark of ours
    end
    reply accept
    final no DKIM-Signature
