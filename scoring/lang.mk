# lang.mk - the rule language; see local.mk

scoring_libscoring_a_SOURCES += scoring/settings.c scoring/settings-table.c

unit_tests += scoring/settings-test
scoring_settings_test_SOURCES = scoring/settings-test.c
scoring_settings_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
