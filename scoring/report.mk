# report.mk - see local.mk
scoring_libscoring_a_SOURCES += scoring/report-log.c
