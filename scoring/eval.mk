# eval.mk - functions of headers, MIME, bodies and images; see local.mk
scoring_libscoring_a_SOURCES += \
	scoring/eval-bayes.c \
	scoring/eval-network.c \
	scoring/eval-optional.c
