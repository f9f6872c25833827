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

fuzz_targets += scoring/view-address-fuzz scoring/view-decode-fuzz scoring/view-tree-fuzz
scoring_view_address_fuzz_SOURCES = scoring/view-address-fuzz.c
scoring_view_address_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_address_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_view_decode_fuzz_SOURCES = scoring/view-decode-fuzz.c
scoring_view_decode_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_decode_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
scoring_view_tree_fuzz_SOURCES = scoring/view-tree-fuzz.c
scoring_view_tree_fuzz_LDADD = $(FUZZ_LIBS) $(SCORING_LIBS)
scoring_view_tree_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += scoring/view-decode-test scoring/view-tree-test
scoring_view_decode_test_SOURCES = scoring/view-decode-test.c
scoring_view_decode_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
scoring_view_tree_test_SOURCES = scoring/view-tree-test.c scoring/test-message.h
scoring_view_tree_test_LDADD = $(SCORING_LIBS) $(CMOCKA_LIBS)
