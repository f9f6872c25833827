scoring_libscoring_a_SOURCES += \
	scoring/view-links.c \
	scoring/view-stand-in.c \
	scoring/view-tree.c

noinst_PROGRAMS += tests/parity/dump
tests_parity_dump_SOURCES = tests/parity/dump.c
tests_parity_dump_LDADD = $(SCORING_LIBS)
