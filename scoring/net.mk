# net.mk - rules that ask the DNS, and who sent a message; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/askdns.c scoring/askdns.h \
	scoring/digest.c scoring/digest.h \
	scoring/eval-authres.c \
	scoring/eval-dkim.c scoring/eval-dkim.h \
	scoring/eval-dkim-adsp.c \
	scoring/eval-dmarc.c \
	scoring/eval-dnsbl.c scoring/eval-dnsbl.h \
	scoring/eval-dnsbl-sender.c \
	scoring/eval-hashbl.c scoring/eval-hashbl.h \
	scoring/eval-hashbl-email.c \
	scoring/eval-lists.h \
	scoring/eval-spf.c scoring/eval-spf.h \
	scoring/eval-uridnsbl.c scoring/eval-uridnsbl.h \
	scoring/net.c scoring/net.h \
	scoring/net-list.c scoring/net-list.h \
	scoring/net-map.c scoring/net-map.h \
	scoring/net-server.c scoring/net-server.h \
	scoring/net-settings.c scoring/net-settings.h \
	scoring/net-subtest.c scoring/net-subtest.h \
	scoring/net-tags.c scoring/net-tags.h \
	scoring/uribl-hosts.c

unit_tests += scoring/digest-test scoring/eval-auth-test scoring/net-rules-test
scoring_eval_auth_test_SOURCES = scoring/eval-auth-test.c scoring/test-message.h
scoring_eval_auth_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_digest_test_SOURCES = scoring/digest-test.c
scoring_digest_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_net_rules_test_SOURCES = scoring/net-rules-test.c scoring/test-message.h
scoring_net_rules_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

# For comparison with SpamAssassin; it knows both opinions, as only engine/ and what lies right of it may.
noinst_PROGRAMS += tests/parity/net
tests_parity_net_SOURCES = tests/parity/net.c
tests_parity_net_LDADD = $(SCORING_LIBS) $(AUTH_LIBS)

fuzz_targets += scoring/net-fuzz
scoring_net_fuzz_SOURCES = scoring/net-fuzz.c
scoring_net_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_net_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += scoring/net-server-test
scoring_net_server_test_SOURCES = scoring/net-server-test.c
scoring_net_server_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
