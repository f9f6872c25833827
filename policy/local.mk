noinst_LIBRARIES += policy/libpolicy.a
policy_libpolicy_a_SOURCES = \
	policy/options.c policy/options.h \
	policy/config.c policy/config.h \
	policy/decide.c policy/decide.h

# what policy decides needs no engine; only the schema knows its options
policy_test_libs = policy/libpolicy.a $(OPENSSL_LIBS) $(MESSAGE_LIBS)

unit_tests += policy/decide-test
policy_decide_test_SOURCES = policy/decide-test.c policy/test-fixture.h
policy_decide_test_LDADD = $(policy_test_libs) $(CMOCKA_LIBS)
