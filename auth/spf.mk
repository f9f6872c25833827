# auth, continued: SPF, DMARC, Authentication-Results
auth_libauth_a_SOURCES += \
	auth/text.c auth/text.h \
	auth/domain.c auth/domain.h \
	auth/spf-macro.c auth/spf-macro.h \
	auth/spf-record.c auth/spf-record.h \
	auth/spf-match.c auth/spf-priv.h auth/spf.c auth/spf.h \
	auth/from.c auth/from.h \
	auth/dmarc-record.c auth/dmarc-record.h auth/dmarc.c auth/dmarc.h \
	auth/arc-trust.c auth/arc-trust.h auth/authres.c auth/authres.h auth/authres-write.c auth/authres-write.h

# For conformance and comparison (tests/auth).
check_PROGRAMS += auth/auth-play
auth_auth_play_SOURCES = auth/auth-play.c
auth_auth_play_LDADD = $(AUTH_LIBS)

unit_tests += auth/spf-test
auth_spf_test_SOURCES = auth/spf-test.c
auth_spf_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)

fuzz_targets += auth/spf-fuzz
auth_spf_fuzz_SOURCES = auth/spf-fuzz.c
auth_spf_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_spf_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += auth/seeds/spf

unit_tests += auth/dmarc-test
auth_dmarc_test_SOURCES = auth/dmarc-test.c
auth_dmarc_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)

fuzz_targets += auth/dmarc-fuzz
auth_dmarc_fuzz_SOURCES = auth/dmarc-fuzz.c
auth_dmarc_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_dmarc_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += auth/seeds/dmarc

unit_tests += auth/auth-test
auth_auth_test_SOURCES = auth/auth-test.c
auth_auth_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)

unit_tests += auth/authres-test
auth_authres_test_SOURCES = auth/authres-test.c
auth_authres_test_LDADD = $(AUTH_LIBS) $(CMOCKA_LIBS)

fuzz_targets += auth/authres-fuzz
auth_authres_fuzz_SOURCES = auth/authres-fuzz.c
auth_authres_fuzz_LDADD = $(FUZZ_LIBS) $(AUTH_LIBS)
auth_authres_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += auth/seeds/authres

check_PROGRAMS += auth/auth-bench
auth_auth_bench_SOURCES = auth/auth-bench.c
auth_auth_bench_LDADD = $(AUTH_LIBS)
