# bayes.mk - the classifier; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/autolearn.c scoring/autolearn.h \
	scoring/bayes.c scoring/bayes.h \
	scoring/bayes-evidence.c scoring/bayes-evidence.h \
	scoring/bayes-item.c \
	scoring/bayes-seen.c scoring/bayes-seen.h \
	scoring/bayes-slots.h \
	scoring/bayes-rules.c scoring/bayes-rules.h \
	scoring/features.c scoring/features.h \
	scoring/features-body.c \
	scoring/features-header.c \
	scoring/features-looks.c \
	scoring/features-relay.c \
	scoring/features-sender.c \
	scoring/features-settings.c scoring/features-settings.h \
	scoring/features-id.c \
	scoring/sa-fields.c \
	scoring/sa-tokens.c scoring/sa-tokens.h \
	scoring/sa-words.c

unit_tests += scoring/autolearn-test
scoring_autolearn_test_SOURCES = scoring/autolearn-test.c
scoring_autolearn_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/features-settings-test
scoring_features_settings_test_SOURCES = scoring/features-settings-test.c scoring/test-message.h scoring/test-settings.h
scoring_features_settings_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/bayes-test
scoring_bayes_test_SOURCES = scoring/bayes-test.c scoring/test-bayes.h scoring/test-message.h
scoring_bayes_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/sa-tokens-test
scoring_sa_tokens_test_SOURCES = scoring/sa-tokens-test.c scoring/test-message.h
scoring_sa_tokens_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/bayes-item-fuzz scoring/features-fuzz scoring/sa-tokens-fuzz
scoring_bayes_item_fuzz_SOURCES = scoring/bayes-item-fuzz.c
scoring_bayes_item_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_bayes_item_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_features_fuzz_SOURCES = scoring/features-fuzz.c
scoring_features_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_features_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_sa_tokens_fuzz_SOURCES = scoring/sa-tokens-fuzz.c
scoring_sa_tokens_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_sa_tokens_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)


check_PROGRAMS += scoring/bayes-bench
scoring_bayes_bench_SOURCES = scoring/bayes-bench.c
scoring_bayes_bench_LDADD = $(SCORING_LIBS)
