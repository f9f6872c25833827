# report.mk - see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/report.c scoring/report.h \
	scoring/report-debug.c \
	scoring/report-log.c \
	scoring/report-mail.c \
	scoring/report-original.c \
	scoring/report-safe.c \
	scoring/report-settings.c scoring/report-settings.h \
	scoring/report-strip.c \
	scoring/report-table.c \
	scoring/report-tags.c \
	scoring/report-tokens.c scoring/report-tokens.h \
	scoring/report-wrap.c scoring/report-wrap.h

unit_tests += scoring/report-test
scoring_report_test_SOURCES = scoring/report-test.c scoring/test-message.h
scoring_report_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/report-tokens-test
scoring_report_tokens_test_SOURCES = scoring/report-tokens-test.c scoring/test-message.h
scoring_report_tokens_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/report-fuzz
scoring_report_fuzz_SOURCES = scoring/report-fuzz.c
scoring_report_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_report_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
