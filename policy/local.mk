noinst_LIBRARIES += policy/libpolicy.a
policy_libpolicy_a_SOURCES = \
	policy/options.c policy/options.h \
	policy/bayes-options.c policy/bayes-options.h \
	policy/quarantine-options.c policy/quarantine-options.h \
	policy/deliver-options.c policy/deliver-options.h \
	policy/seal.h policy/seal-priv.h policy/seal-hash.c policy/seal-make.c policy/seal-open.c \
	policy/config.c policy/config.h \
	policy/early-options.c policy/early.c policy/early.h policy/dnsbl.c policy/dnsbl.h \
	policy/decide.c policy/decide.h \
	policy/recipients.c policy/recipients.h \
	policy/map.c policy/map.h policy/maps.c policy/maps.h \
	policy/plan.c policy/plan-check.c policy/plan.h \
	policy/headers.c policy/headers.h \
	policy/subject.c policy/subject.h \
	policy/reply.c policy/reply.h \
	policy/strip.c policy/strip.h \
	policy/age.c policy/age.h \
	policy/logline.c policy/logline.h \
	policy/report.c policy/report-auth.c policy/report.h \
	policy/dmarc.c policy/dmarc.h \
	policy/sign-options.c policy/sign-options.h \
	policy/signer.c policy/signer.h policy/outgoing.c policy/outgoing.h policy/sign.c policy/sign.h

# what policy decides needs no engine; only the schema knows its options
policy_test_libs = policy/libpolicy.a $(OPENSSL_LIBS) $(MESSAGE_LIBS)

unit_tests += policy/decide-test
policy_decide_test_SOURCES = policy/decide-test.c policy/test-fixture.h
policy_decide_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/plan-test
policy_plan_test_SOURCES = policy/plan-test.c policy/test-fixture.h
policy_plan_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/headers-test
policy_headers_test_SOURCES = policy/headers-test.c policy/test-fixture.h
policy_headers_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/subject-test
policy_subject_test_SOURCES = policy/subject-test.c policy/test-fixture.h
policy_subject_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/strip-test
policy_strip_test_SOURCES = policy/strip-test.c policy/test-fixture.h
policy_strip_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/age-test
policy_age_test_SOURCES = policy/age-test.c policy/test-fixture.h
policy_age_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/logline-test
policy_logline_test_SOURCES = policy/logline-test.c policy/test-fixture.h
policy_logline_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/report-test
policy_report_test_SOURCES = policy/report-test.c policy/test-fixture.h
policy_report_test_LDADD = $(policy_test_libs) $(JANSSON_LIBS) $(CMOCKA_LIBS)

unit_tests += policy/config-test
policy_config_test_SOURCES = policy/config-test.c policy/test-fixture.h
policy_config_test_LDADD = $(POLICY_LIBS) $(CMOCKA_LIBS)

fuzz_targets += policy/plan-fuzz
policy_plan_fuzz_SOURCES = policy/plan-fuzz.c
policy_plan_fuzz_LDADD = $(FUZZ_LIBS) $(policy_test_libs)
policy_plan_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += policy/seeds/plan policy/seeds/map

unit_tests += policy/recipients-test
policy_recipients_test_SOURCES = policy/recipients-test.c policy/test-fixture.h
policy_recipients_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)

unit_tests += policy/map-test
policy_map_test_SOURCES = policy/map-test.c policy/test-fixture.h
policy_map_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)
fuzz_targets += policy/map-fuzz
policy_map_fuzz_SOURCES = policy/map-fuzz.c
policy_map_fuzz_LDADD = $(FUZZ_LIBS) $(policy_test_libs)
policy_map_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

unit_tests += policy/seal-test
policy_seal_test_SOURCES = policy/seal-test.c
policy_seal_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)
fuzz_targets += policy/seal-fuzz
policy_seal_fuzz_SOURCES = policy/seal-fuzz.c
policy_seal_fuzz_LDADD = $(FUZZ_LIBS) $(policy_test_libs)
policy_seal_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += policy/seeds/seal

unit_tests += policy/sign-test
policy_sign_test_SOURCES = policy/sign-test.c auth/dkim-fixture.h
policy_sign_test_LDADD = policy/libpolicy.a $(AUTH_LIBS) $(CMOCKA_LIBS)

unit_tests += policy/early-test
policy_early_test_SOURCES = policy/early-test.c policy/test-fixture.h
policy_early_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)
