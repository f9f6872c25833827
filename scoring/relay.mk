# Received fields, trust, lists of senders and recipients
scoring_libscoring_a_SOURCES += \
	scoring/eval-bounce.c \
	scoring/eval-forged.c \
	scoring/eval-lists.c \
	scoring/eval-relay.c \
	scoring/globs.c scoring/globs.h \
	scoring/lists.c scoring/lists.h \
	scoring/network.c \
	scoring/trust.c \
	scoring/view-relay.c \
	scoring/view-relay-auth.c \
	scoring/view-relay-dialect.c \
	scoring/view-relay-ip.c scoring/view-relay-ip.h \
	scoring/view-relay-line.c scoring/view-relay-line.h \
	scoring/view-relay-pattern.c scoring/view-relay-pattern.h

unit_tests += scoring/trust-test
scoring_trust_test_SOURCES = scoring/trust-test.c scoring/test-settings.h
scoring_trust_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/view-relay-test
scoring_view_relay_test_SOURCES = scoring/view-relay-test.c scoring/test-settings.h
scoring_view_relay_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/view-relay-fuzz
scoring_view_relay_fuzz_SOURCES = scoring/view-relay-fuzz.c
scoring_view_relay_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_relay_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += scoring/lists-test scoring/eval-relay-test
scoring_lists_test_SOURCES = scoring/lists-test.c scoring/test-settings.h
scoring_lists_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_eval_relay_test_SOURCES = scoring/eval-relay-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_relay_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/lists-fuzz
scoring_lists_fuzz_SOURCES = scoring/lists-fuzz.c scoring/test-settings.h
scoring_lists_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_lists_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
