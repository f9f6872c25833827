scoring_libscoring_a_SOURCES += \
	scoring/view-address.c scoring/view-address.h \
	scoring/view-address-match.c scoring/view-address-match.h \
	scoring/view-all.c \
	scoring/view-charset.c scoring/view-charset.h scoring/view-charset-table.h \
	scoring/view-decode.c scoring/view-decode.h \
	scoring/view-header-block.c \
	scoring/view-host.c \
	scoring/view-links.c \
	scoring/view-multipart.c \
	scoring/view-parse.h \
	scoring/view-part.c \
	scoring/view-sender.c \
	scoring/view-tree.c \
	scoring/view-type.c scoring/view-type.h \
	scoring/view-values.h \
	scoring/view-words.c scoring/view-words.h
EXTRA_DIST += scoring/view-charset-table.pl

noinst_PROGRAMS += tests/parity/dump
tests_parity_dump_SOURCES = tests/parity/dump.c
tests_parity_dump_LDADD = $(SCORING_LIBS)
