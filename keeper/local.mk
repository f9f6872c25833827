noinst_LIBRARIES += keeper/libkeeper.a
keeper_libkeeper_a_SOURCES = \
	keeper/entry.h \
	keeper/sidecar.h keeper/sidecar-priv.h keeper/sidecar-read.c keeper/sidecar-write.c \
	keeper/store.c keeper/store.h \
	keeper/index.c keeper/index.h \
	keeper/ask.c keeper/ask.h \
	keeper/connect.c keeper/connect.h \
	keeper/client.c keeper/client.h \
	keeper/store-release.c keeper/store-release.h \
	keeper/serve.c keeper/serve.h \
	keeper/serve-bayes.c keeper/serve-bayes.h \
	keeper/client-release.c keeper/client-release.h \
	keeper/base64.c keeper/base64.h \
	keeper/bayes-import.c keeper/bayes-import.h \
	keeper/bayes-import-sa.c \
	keeper/bayes-checkpoint.c keeper/bayes-checkpoint.h \
	keeper/bayes-journal.c keeper/bayes-journal.h \
	keeper/bayes-lesson.c keeper/bayes-lesson.h \
	keeper/bayes-live.c keeper/bayes-live.h \
	keeper/bayes-pack.c keeper/bayes-pack.h \
	keeper/bayes-saver.c keeper/bayes-saver.h \
	keeper/bayes-store.c keeper/bayes-store.h \
	keeper/bayes-text.c keeper/bayes-text.h \
	keeper/mark.c keeper/mark.h keeper/mark-hash.c \
	keeper/redeem.c keeper/redeem.h \
	keeper/release.c keeper/release.h keeper/release-order.c keeper/release-order.h \
	keeper/release-send.c keeper/release-send.h \
	keeper/letter.c keeper/letter.h \
	keeper/letter-field.c keeper/letter-field.h

# what release needs of the left: no engine
keeper_text_libs = keeper/libkeeper.a $(ZLIB_LIBS) $(JANSSON_LIBS) $(OPENSSL_LIBS) $(SCORING_LIBS)

unit_tests += keeper/mark-test
keeper_mark_test_SOURCES = keeper/mark-test.c
keeper_mark_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

unit_tests += keeper/letter-test
keeper_letter_test_SOURCES = keeper/letter-test.c
keeper_letter_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

unit_tests += keeper/client-release-test
keeper_client_release_test_SOURCES = keeper/client-release-test.c
keeper_client_release_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

unit_tests += keeper/release-test
keeper_release_test_SOURCES = keeper/release-test.c
keeper_release_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

fuzz_targets += keeper/mark-fuzz keeper/letter-fuzz keeper/release-fuzz
keeper_mark_fuzz_SOURCES = keeper/mark-fuzz.c
keeper_mark_fuzz_LDADD = $(FUZZ_LIBS) $(keeper_text_libs)
keeper_mark_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
keeper_letter_fuzz_SOURCES = keeper/letter-fuzz.c
keeper_letter_fuzz_LDADD = $(FUZZ_LIBS) $(keeper_text_libs)
keeper_letter_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
keeper_release_fuzz_SOURCES = keeper/release-fuzz.c
keeper_release_fuzz_LDADD = $(FUZZ_LIBS) $(keeper_text_libs)
keeper_release_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += keeper/sidecar-fuzz
keeper_sidecar_fuzz_SOURCES = keeper/sidecar-fuzz.c
keeper_sidecar_fuzz_LDADD = $(FUZZ_LIBS) $(keeper_text_libs)
keeper_sidecar_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += keeper/seeds

check_PROGRAMS += keeper/letter-send keeper/release-serve
keeper_release_serve_SOURCES = keeper/release-serve.c
keeper_release_serve_LDADD = $(keeper_text_libs)
keeper_letter_send_SOURCES = keeper/letter-send.c
keeper_letter_send_LDADD = $(keeper_text_libs)

unit_tests += keeper/sidecar-test
keeper_sidecar_test_SOURCES = keeper/sidecar-test.c
keeper_sidecar_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS) -lm

unit_tests += keeper/store-test
keeper_store_test_SOURCES = keeper/store-test.c
keeper_store_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

fuzz_targets += keeper/ask-fuzz
keeper_ask_fuzz_SOURCES = keeper/ask-fuzz.c
keeper_ask_fuzz_LDADD = $(FUZZ_LIBS) $(keeper_text_libs)
keeper_ask_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += keeper/serve-test
keeper_serve_test_SOURCES = keeper/serve-test.c
keeper_serve_test_LDADD = $(keeper_text_libs) $(CMOCKA_LIBS)

unit_tests += keeper/bayes-pack-test
keeper_bayes_pack_test_SOURCES = keeper/bayes-pack-test.c
keeper_bayes_pack_test_LDADD = keeper/libkeeper.a $(SCORING_LIBS) $(CMOCKA_LIBS)

unit_tests += keeper/bayes-import-test
keeper_bayes_import_test_SOURCES = keeper/bayes-import-test.c
keeper_bayes_import_test_LDADD = keeper/libkeeper.a $(SCORING_LIBS) $(ZLIB_LIBS) $(CMOCKA_LIBS)

unit_tests += keeper/bayes-store-test
keeper_bayes_store_test_SOURCES = keeper/bayes-store-test.c
keeper_bayes_store_test_LDADD = keeper/libkeeper.a $(SCORING_LIBS) $(ZLIB_LIBS) $(CMOCKA_LIBS)

fuzz_targets += keeper/bayes-import-fuzz
keeper_bayes_import_fuzz_SOURCES = keeper/bayes-import-fuzz.c
keeper_bayes_import_fuzz_LDADD = $(FUZZ_LIBS) keeper/libkeeper.a $(SCORING_LIBS) $(ZLIB_LIBS) $(OPENSSL_LIBS)
keeper_bayes_import_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

fuzz_targets += keeper/bayes-lesson-fuzz
keeper_bayes_lesson_fuzz_SOURCES = keeper/bayes-lesson-fuzz.c
keeper_bayes_lesson_fuzz_LDADD = $(FUZZ_LIBS) keeper/libkeeper.a $(SCORING_LIBS) $(ZLIB_LIBS)
keeper_bayes_lesson_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

# for tests/soak/learning.sh
check_PROGRAMS += keeper/bayes-soak
keeper_bayes_soak_SOURCES = keeper/bayes-soak.c
keeper_bayes_soak_LDADD = $(KEEPER_LIBS)
