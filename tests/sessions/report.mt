settings rules_path=@SRCDIR@/rules,@SRCDIR@/tests/sessions/report.cf rules_stock=@SRCDIR@/rules

# What rule files of the site ask for comes beside our fields, or in their place.

case add_header and rewrite_header count for spam
    file ../e2e/mail/3-spammy.eml
    end
    reply accept
    final 1 X-Spam-Status
    final X-Spam-Status: Yes, by rule files, * of 5.0
    final X-Spam-Tests: *T_SESSION_EXT=0.1*
    final X-Spam-Checker-Version: Tamis tests
    final X-Spam-Level: *****
    final Subject: *SPAM * [EXT] YOU HAVE WON, CLAIM YOUR PRIZE NOW

case and for mail that passes
    file ../e2e/mail/2-newsletter.eml
    end
    reply accept
    final X-Spam-Status: No, score=*
    final X-Spam-Checker-Version: Tamis tests
    final 1 X-Spam-Tests
