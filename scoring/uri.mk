# uri.mk - see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-freemail.c \
	scoring/eval-links.c \
	scoring/eval-uri.c scoring/eval-uri.h \
	scoring/freemail.c scoring/freemail.h \
	scoring/freemail-text.c scoring/freemail-text.h \
	scoring/uri-domain.c \
	scoring/uri-rules.c scoring/uri-rules.h \
	scoring/view-uri.c \
	scoring/view-uri-clean.c scoring/view-uri-clean.h \
	scoring/view-uri-find.c scoring/view-uri-find.h \
	scoring/view-uri-host.c scoring/view-uri-host.h

unit_tests += scoring/eval-links-test scoring/freemail-test scoring/uri-rules-test scoring/view-uri-test
scoring_eval_links_test_SOURCES = scoring/eval-links-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_links_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_freemail_test_SOURCES = scoring/freemail-test.c scoring/eval-test.h scoring/test-message.h
scoring_freemail_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_uri_rules_test_SOURCES = scoring/uri-rules-test.c
scoring_uri_rules_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_view_uri_test_SOURCES = scoring/view-uri-test.c
scoring_view_uri_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/freemail-fuzz scoring/view-uri-fuzz
scoring_freemail_fuzz_SOURCES = scoring/freemail-fuzz.c
scoring_freemail_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_freemail_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_view_uri_fuzz_SOURCES = scoring/view-uri-fuzz.c
scoring_view_uri_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_uri_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
