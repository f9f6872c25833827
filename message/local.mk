# message: see Makefile.am
noinst_LIBRARIES += message/libmessage.a
message_libmessage_a_SOURCES =

# ---- verdict, envelope, header fields, names, charsets, spool
message_libmessage_a_SOURCES += \
	message/verdict.c message/verdict.h \
	message/finding.c message/finding.h \
	message/envelope.c message/envelope.h

unit_tests += message/finding-test
message_finding_test_SOURCES = message/finding-test.c
message_finding_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)

# ---- bodies, the whole message
