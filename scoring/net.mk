# net.mk - rules that ask the DNS, and who sent a message; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/askdns.c scoring/askdns.h \
	scoring/eval-dkim.c scoring/eval-dkim.h \
	scoring/eval-dkim-adsp.c \
	scoring/eval-dmarc.c \
	scoring/eval-dnsbl.c scoring/eval-dnsbl.h \
	scoring/eval-dnsbl-sender.c \
	scoring/eval-lists.h \
	scoring/eval-spf.c scoring/eval-spf.h \
	scoring/eval-uridnsbl.c scoring/eval-uridnsbl.h \
	scoring/net.c scoring/net.h \
	scoring/net-list.c scoring/net-list.h \
	scoring/net-map.c scoring/net-map.h \
	scoring/net-settings.c scoring/net-settings.h \
	scoring/net-subtest.c scoring/net-subtest.h \
	scoring/net-tags.c scoring/net-tags.h \
	scoring/uribl-hosts.c

unit_tests += scoring/net-rules-test
scoring_net_rules_test_SOURCES = scoring/net-rules-test.c scoring/test-message.h
scoring_net_rules_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
