# clamglue: libclamav, and what libclamav does not see
noinst_LIBRARIES += clamglue/libclamglue.a
clamglue_libclamglue_a_SOURCES = \
	clamglue/options.c clamglue/options.h \
	clamglue/names.c clamglue/names.h \
	clamglue/hits.c clamglue/hits.h \
	clamglue/database.c clamglue/database.h \
	clamglue/scan.c clamglue/scan.h \
	clamglue/layers.c clamglue/layers.h \
	clamglue/look.c clamglue/look.h clamglue/look-zip.c clamglue/look-ole2.c clamglue/look-pdf.c \
	clamglue/look-tnef.c clamglue/look-tar.c clamglue/look-other.c \
	clamglue/inline.c clamglue/inline.h \
	clamglue/data-uri.c clamglue/data-uri.h \
	clamglue/reread.c clamglue/reread.h \
	clamglue/loose.c clamglue/loose.h \
	clamglue/mail-like.c clamglue/mail-like.h \
	clamglue/signed.c clamglue/signed.h \
	clamglue/type.c clamglue/type.h \
	clamglue/unpack.c clamglue/unpack.h \
	clamglue/virus.c clamglue/virus.h clamglue/virus-priv.h clamglue/virus-mail.c clamglue/virus-archive.c \
	clamglue/warm.c clamglue/key.c clamglue/cache.c clamglue/cache.h

# The virus path by itself, for the evasion cases (tests/evasion).
check_PROGRAMS += clamglue/virus-scan
clamglue_virus_scan_SOURCES = clamglue/virus-scan.c
clamglue_virus_scan_LDADD = $(CLAMGLUE_LIBS) $(JANSSON_LIBS)

unit_tests += clamglue/names-test clamglue/database-test
clamglue_names_test_SOURCES = clamglue/names-test.c
clamglue_names_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
clamglue_database_test_SOURCES = clamglue/database-test.c clamglue/test-virus.h
clamglue_database_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/virus-test
clamglue_virus_test_SOURCES = clamglue/virus-test.c clamglue/test-scan.h clamglue/test-virus.h clamglue/test-mail.h
clamglue_virus_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/sandboxed-test
clamglue_sandboxed_test_SOURCES = clamglue/sandboxed-test.c clamglue/test-virus.h clamglue/test-mail.h
clamglue_sandboxed_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/look-test
clamglue_look_test_SOURCES = clamglue/look-test.c clamglue/test-files.h
clamglue_look_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/containers-test
clamglue_containers_test_SOURCES = clamglue/containers-test.c clamglue/test-scan.h clamglue/test-files.h \
	clamglue/test-archive.h clamglue/test-virus.h clamglue/test-mail.h
clamglue_containers_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/limits-test
clamglue_limits_test_SOURCES = clamglue/limits-test.c clamglue/test-scan.h clamglue/test-files.h \
	clamglue/test-archive.h clamglue/test-virus.h clamglue/test-mail.h
clamglue_limits_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/testfiles-test
clamglue_testfiles_test_SOURCES = clamglue/testfiles-test.c clamglue/test-scan.h clamglue/test-archive.h \
	clamglue/test-virus.h clamglue/test-mail.h
clamglue_testfiles_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)
unit_tests += clamglue/text-test
clamglue_text_test_SOURCES = clamglue/text-test.c clamglue/test-files.h clamglue/test-mail.h
clamglue_text_test_LDADD = $(CLAMGLUE_LIBS) $(CMOCKA_LIBS)

fuzz_targets += clamglue/look-zip-fuzz clamglue/look-ole2-fuzz clamglue/look-pdf-fuzz clamglue/look-other-fuzz \
	clamglue/signed-fuzz clamglue/inline-fuzz clamglue/loose-fuzz clamglue/data-uri-fuzz
clamglue_look_zip_fuzz_SOURCES = clamglue/look-zip-fuzz.c clamglue/look-fuzz.h
clamglue_look_zip_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_look_zip_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_look_ole2_fuzz_SOURCES = clamglue/look-ole2-fuzz.c clamglue/look-fuzz.h
clamglue_look_ole2_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_look_ole2_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_look_pdf_fuzz_SOURCES = clamglue/look-pdf-fuzz.c clamglue/look-fuzz.h
clamglue_look_pdf_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_look_pdf_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_look_other_fuzz_SOURCES = clamglue/look-other-fuzz.c clamglue/look-fuzz.h
clamglue_look_other_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_look_other_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_signed_fuzz_SOURCES = clamglue/signed-fuzz.c clamglue/look-fuzz.h
clamglue_signed_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_signed_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_inline_fuzz_SOURCES = clamglue/inline-fuzz.c clamglue/look-fuzz.h
clamglue_inline_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_inline_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_loose_fuzz_SOURCES = clamglue/loose-fuzz.c clamglue/look-fuzz.h
clamglue_loose_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_loose_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
clamglue_data_uri_fuzz_SOURCES = clamglue/data-uri-fuzz.c clamglue/look-fuzz.h
clamglue_data_uri_fuzz_LDADD = $(FUZZ_LIBS) $(CLAMGLUE_LIBS)
clamglue_data_uri_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += clamglue/seeds
