# match.mk - see local.mk
scoring_libscoring_a_SOURCES += scoring/automaton.c scoring/automaton.h scoring/byte-set.h scoring/needles.c scoring/needles.h scoring/pattern.c scoring/pattern.h \
	scoring/shape.c scoring/shape.h scoring/walker.c scoring/walker.h

unit_tests += scoring/shape-test scoring/walker-test
scoring_walker_test_SOURCES = scoring/walker-test.c
scoring_walker_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_shape_test_SOURCES = scoring/shape-test.c
scoring_shape_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)

fuzz_targets += scoring/literal-fuzz
scoring_literal_fuzz_SOURCES = scoring/literal-fuzz.c
scoring_literal_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_literal_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += scoring/score-bench
scoring_score_bench_SOURCES = scoring/score-bench.c
scoring_score_bench_LDADD = $(SCORING_LIBS)
