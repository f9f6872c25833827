noinst_LIBRARIES += delivery/libdelivery.a
delivery_libdelivery_a_SOURCES = \
	delivery/answer.c delivery/answer.h \
	delivery/filing.c delivery/filing.h \
	delivery/folder.c delivery/folder.h \
	delivery/maildir.c delivery/maildir.h \
	delivery/place.c delivery/place.h \
	delivery/tree.c delivery/tree.h \
	delivery/user.h \
	delivery/write.c delivery/write.h
DELIVERY_LIBS = delivery/libdelivery.a $(KEEPER_LIBS)
# what stores mail needs no engine
delivery_store_libs = delivery/libdelivery.a policy/libpolicy.a $(OPENSSL_LIBS) $(MESSAGE_LIBS)

unit_tests += delivery/filing-test
delivery_filing_test_SOURCES = delivery/filing-test.c
delivery_filing_test_LDADD = $(delivery_store_libs) $(CMOCKA_LIBS)
