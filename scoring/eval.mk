# eval.mk - functions of headers, MIME, bodies and images; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-bayes.c \
	scoring/eval-date.c scoring/eval-date.h \
	scoring/eval-header.c \
	scoring/eval-locale.c scoring/eval-locale.h \
	scoring/eval-network.c \
	scoring/eval-optional.c \
	scoring/eval-recipients.c \
	scoring/eval-text.h \
	scoring/eval-time.c

unit_tests += scoring/eval-header-test
scoring_eval_header_test_SOURCES = scoring/eval-header-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_header_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
