# lang.mk - the rule language; see local.mk

scoring_libscoring_a_SOURCES += \
	scoring/nearest.c scoring/nearest.h \
	scoring/plugins.c scoring/plugins.h \
	scoring/replace-tags.c scoring/replace-tags.h \
	scoring/rule-capture.c scoring/rule-capture.h \
	scoring/rule-compile.c scoring/rule-compile.h \
	scoring/rule-eval.c \
	scoring/rule-meta.c scoring/rule-meta.h \
	scoring/rule-order.c scoring/rule-order.h \
	scoring/settings.c scoring/settings-table.c

unit_tests += scoring/nearest-test scoring/rule-parse-test scoring/settings-test
scoring_nearest_test_SOURCES = scoring/nearest-test.c
scoring_nearest_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_rule_parse_test_SOURCES = scoring/rule-parse-test.c
scoring_rule_parse_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_settings_test_SOURCES = scoring/settings-test.c
scoring_settings_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

noinst_PROGRAMS += tests/parity/rules
tests_parity_rules_SOURCES = tests/parity/rules.c
tests_parity_rules_LDADD = $(SCORING_LIBS)
