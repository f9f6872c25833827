noinst_LIBRARIES += delivery/libdelivery.a
delivery_libdelivery_a_SOURCES = \
	delivery/agent.c delivery/agent.h \
	delivery/answer.c delivery/answer.h \
	delivery/dovecot-auth.c delivery/dovecot-auth.h \
	delivery/filing.c delivery/filing.h \
	delivery/folder.c delivery/folder.h \
	delivery/handover.c delivery/handover.h \
	delivery/lmtp.c delivery/lmtp.h delivery/lmtp-data.c \
	delivery/maildir.c delivery/maildir.h \
	delivery/mailtext.c delivery/mailtext.h \
	delivery/mbox.c delivery/mbox.h delivery/mbox-lock.c delivery/mbox-lock.h \
	delivery/place.c delivery/place.h \
	delivery/store.c delivery/store.h \
	delivery/tree.c delivery/tree.h \
	delivery/user.h \
	delivery/users.c delivery/users.h delivery/users-priv.h delivery/users-passwd.c delivery/users-map.c \
	delivery/users-sqlite.c delivery/users-dovecot.c \
	delivery/write.c delivery/write.h
DELIVERY_LIBS = delivery/libdelivery.a $(SQLITE_LIBS) $(KEEPER_LIBS)
# what stores mail needs no engine
delivery_store_libs = delivery/libdelivery.a $(SQLITE_LIBS) policy/libpolicy.a $(OPENSSL_LIBS) $(MESSAGE_LIBS)

unit_tests += delivery/filing-test
delivery_filing_test_SOURCES = delivery/filing-test.c
delivery_filing_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)

unit_tests += delivery/users-test
delivery_users_test_SOURCES = delivery/users-test.c
delivery_users_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)

unit_tests += delivery/dovecot-auth-test delivery/users-dovecot-test
delivery_dovecot_auth_test_SOURCES = delivery/dovecot-auth-test.c
delivery_dovecot_auth_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
delivery_users_dovecot_test_SOURCES = delivery/users-dovecot-test.c
delivery_users_dovecot_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
fuzz_targets += delivery/dovecot-auth-fuzz
delivery_dovecot_auth_fuzz_SOURCES = delivery/dovecot-auth-fuzz.c
delivery_dovecot_auth_fuzz_LDADD = $(FUZZ_LIBS) $(delivery_store_libs)
delivery_dovecot_auth_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

sbin_PROGRAMS += tamis-deliver
tamis_deliver_SOURCES = \
	delivery/tamis-deliver.c \
	delivery/check.c delivery/check.h \
	delivery/pipe.c delivery/pipe.h \
	delivery/serve.c delivery/serve.h delivery/serve-connection.c
tamis_deliver_LDADD = $(DELIVERY_LIBS)
# config_schema names options of the engine, and nothing of what it loads: start fast, stay small
tamis_deliver_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed

unit_tests += delivery/lmtp-test
delivery_lmtp_test_SOURCES = delivery/lmtp-test.c
delivery_lmtp_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
fuzz_targets += delivery/lmtp-fuzz
delivery_lmtp_fuzz_SOURCES = delivery/lmtp-fuzz.c
delivery_lmtp_fuzz_LDADD = $(FUZZ_LIBS) $(delivery_store_libs)
delivery_lmtp_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += delivery/seeds

unit_tests += delivery/mbox-test delivery/maildir-test delivery/handover-test
delivery_mbox_test_SOURCES = delivery/mbox-test.c delivery/test-fixture.h
delivery_mbox_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
delivery_maildir_test_SOURCES = delivery/maildir-test.c delivery/test-fixture.h
delivery_maildir_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
delivery_handover_test_SOURCES = delivery/handover-test.c delivery/test-fixture.h
delivery_handover_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)

dist_man_MANS += delivery/tamis-deliver.8
