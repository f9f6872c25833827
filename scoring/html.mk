# html.mk - see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-html.c \
	scoring/view-html.c scoring/view-html-page.h \
	scoring/view-html-char.c scoring/view-html-char.h scoring/view-html-word-table.h \
	scoring/view-html-color.c scoring/view-html-color-table.h \
	scoring/view-html-edit.c \
	scoring/view-html-entity.c scoring/view-html-entity-table.h \
	scoring/view-html-link.c \
	scoring/view-html-style.c \
	scoring/view-html-tag.c scoring/view-html-tag.h \
	scoring/view-html-target.c \
	scoring/view-html-token.c

unit_tests += scoring/eval-html-test
scoring_eval_html_test_SOURCES = scoring/eval-html-test.c scoring/eval-test.h scoring/test-message.h
scoring_eval_html_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += scoring/view-html-test
scoring_view_html_test_SOURCES = scoring/view-html-test.c
scoring_view_html_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/view-html-fuzz
scoring_view_html_fuzz_SOURCES = scoring/view-html-fuzz.c
scoring_view_html_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_html_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

noinst_PROGRAMS += tests/parity/html-dump
tests_parity_html_dump_SOURCES = tests/parity/html-dump.c
tests_parity_html_dump_LDADD = $(SCORING_LIBS)
