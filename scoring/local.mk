noinst_LIBRARIES += scoring/libscoring.a
scoring_libscoring_a_SOURCES = \
	scoring/capture.c scoring/capture.h \
	scoring/check.c scoring/check.h \
	scoring/eval.c scoring/eval.h \
	scoring/expr.c scoring/expr.h \
	scoring/families.c scoring/families.h \
	scoring/header-spec.c scoring/header-spec.h \
	scoring/literal.c scoring/literal.h \
	scoring/literal-set.c scoring/literal-set.h \
	scoring/meta.c scoring/meta.h scoring/meta-watch.c scoring/meta-watch.h \
	scoring/names.c scoring/names.h \
	scoring/options.c \
	scoring/prefilter.c scoring/prefilter.h \
	scoring/probe.c scoring/probe.h \
	scoring/rule-condition.c scoring/rule-condition.h \
	scoring/rule-file.c scoring/rule-file.h \
	scoring/rule-parse.c scoring/rule-parse.h \
	scoring/rule-path.c scoring/rule-path.h \
	scoring/rule-problem.c scoring/rule-problem.h \
	scoring/rule-regex.c scoring/rule-regex.h \
	scoring/rule-setting.c \
	scoring/rule-test.c \
	scoring/rule.h \
	scoring/ruleset.c scoring/ruleset.h \
	scoring/score.c scoring/score.h \
	scoring/settings.h \
	scoring/shortcircuit.c scoring/shortcircuit.h \
	scoring/trust.h \
	scoring/view.c scoring/view.h \
	scoring/view-body.c \
	scoring/view-header.c \
	scoring/view-html.h \
	scoring/view-relay.h \
	scoring/view-tree.h \
	scoring/view-uri.h

unit_tests += scoring/expr-test scoring/rule-condition-test scoring/rule-file-test scoring/rule-regex-test \
	scoring/ruleset-test
scoring_expr_test_SOURCES = scoring/expr-test.c
scoring_expr_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_rule_condition_test_SOURCES = scoring/rule-condition-test.c
scoring_rule_condition_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_rule_file_test_SOURCES = scoring/rule-file-test.c scoring/test-files.h
scoring_rule_file_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_rule_regex_test_SOURCES = scoring/rule-regex-test.c
scoring_rule_regex_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_ruleset_test_SOURCES = scoring/ruleset-test.c scoring/test-files.h
scoring_ruleset_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/meta-fuzz scoring/rule-parse-fuzz
scoring_meta_fuzz_SOURCES = scoring/meta-fuzz.c
scoring_meta_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_meta_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_rule_parse_fuzz_SOURCES = scoring/rule-parse-fuzz.c
scoring_rule_parse_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_rule_parse_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += scoring/seeds

unit_tests += scoring/score-test scoring/shipped-test scoring/view-test
scoring_score_test_SOURCES = scoring/score-test.c scoring/test-message.h
scoring_score_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_shipped_test_SOURCES = scoring/shipped-test.c scoring/test-message.h
scoring_shipped_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_view_test_SOURCES = scoring/view-test.c scoring/test-message.h
scoring_view_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/view-fuzz
scoring_view_fuzz_SOURCES = scoring/view-fuzz.c
scoring_view_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += scoring/literal-test scoring/prefilter-test
scoring_literal_test_SOURCES = scoring/literal-test.c
scoring_literal_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_prefilter_test_SOURCES = scoring/prefilter-test.c
scoring_prefilter_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/prefilter-fuzz
scoring_prefilter_fuzz_SOURCES = scoring/prefilter-fuzz.c
scoring_prefilter_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_prefilter_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

# one file each for the parts of this folder
include scoring/lang.mk
include scoring/view.mk
include scoring/html.mk
include scoring/relay.mk
include scoring/uri.mk
include scoring/match.mk
include scoring/net.mk
include scoring/eval.mk
include scoring/report.mk
include scoring/bayes.mk
