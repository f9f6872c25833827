# Received fields, trust, lists of senders and recipients
scoring_libscoring_a_SOURCES += \
	scoring/network.c \
	scoring/trust.c

unit_tests += scoring/trust-test
scoring_trust_test_SOURCES = scoring/trust-test.c scoring/test-settings.h
scoring_trust_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
