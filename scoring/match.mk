# match.mk - see local.mk
scoring_libscoring_a_SOURCES += scoring/needles.c scoring/needles.h
