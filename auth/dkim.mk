# auth, continued: DKIM and ARC, to verify and to sign
auth_libauth_a_SOURCES += \
	auth/dkim-options.h \
	auth/dkim-tags.c auth/dkim-tags.h \
	auth/dkim-canon.c auth/dkim-canon.h \
	auth/dkim-crypto.c auth/dkim-crypto.h \
	auth/dkim-private.c auth/dkim-private.h \
	auth/dkim-key.c auth/dkim-key.h \
	auth/dkim-signature.c auth/dkim-signature.h \
	auth/dkim-fields.c auth/dkim-fields.h \
	auth/dkim-body.c auth/dkim-body.h \
	auth/dkim-sign.c auth/dkim-sign.h \
	auth/dkim-verify.c auth/dkim-verify.h \
	auth/arc-chain.c auth/arc-chain.h \
	auth/arc-verify.c auth/arc-verify.h \
	auth/arc-seal.c auth/arc-seal.h

# DKIM and ARC by themselves, for tests with other programs
check_PROGRAMS += auth/probe
auth_probe_SOURCES = auth/probe.c
auth_probe_LDADD = $(AUTH_LIBS)

unit_tests += auth/dkim-tags-test auth/dkim-canon-test auth/dkim-key-test auth/dkim-verify-test auth/arc-test
auth_dkim_tags_test_SOURCES = auth/dkim-tags-test.c
auth_dkim_tags_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)
auth_dkim_canon_test_SOURCES = auth/dkim-canon-test.c
auth_dkim_canon_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)
auth_dkim_key_test_SOURCES = auth/dkim-key-test.c
auth_dkim_key_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)
auth_dkim_verify_test_SOURCES = auth/dkim-verify-test.c auth/dkim-fixture.h
auth_dkim_verify_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)
auth_arc_test_SOURCES = auth/arc-test.c auth/dkim-fixture.h
auth_arc_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)

fuzz_targets += auth/arc-fuzz auth/dkim-tags-fuzz auth/dkim-canon-fuzz auth/dkim-key-fuzz auth/dkim-verify-fuzz
auth_dkim_tags_fuzz_SOURCES = auth/dkim-tags-fuzz.c
auth_dkim_tags_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_dkim_tags_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
auth_dkim_canon_fuzz_SOURCES = auth/dkim-canon-fuzz.c
auth_dkim_canon_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_dkim_canon_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
auth_dkim_key_fuzz_SOURCES = auth/dkim-key-fuzz.c
auth_dkim_key_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_dkim_key_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
auth_dkim_verify_fuzz_SOURCES = auth/dkim-verify-fuzz.c auth/dkim-fixture.h
auth_dkim_verify_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_dkim_verify_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
auth_arc_fuzz_SOURCES = auth/arc-fuzz.c auth/dkim-fixture.h
auth_arc_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_arc_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/auth/arc-suite.sh tests/auth/arc-suite.py tests/auth/debian-source.sh \
	tests/auth/interop.sh tests/auth/interop.py tests/auth/dkim-corpus.py \
	tests/e2e/sign.sh
EXTRA_DIST += auth/seeds/arc auth/seeds/dkim-tags auth/seeds/dkim-canon auth/seeds/dkim-key auth/seeds/dkim-verify
