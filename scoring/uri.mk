# uri.mk - see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-uri.c scoring/eval-uri.h
