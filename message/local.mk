# message: see Makefile.am
noinst_LIBRARIES += message/libmessage.a
message_libmessage_a_SOURCES =

# ---- verdict, envelope, header fields, names, charsets, spool
message_libmessage_a_SOURCES += \
	message/verdict.c message/verdict.h message/auth_result.c message/auth-wire.c message/auth_result.h \
	message/finding.c message/finding.h \
	message/envelope.c message/envelope.h \
	message/spool.c message/spool.h \
	message/limits.c message/limits.h \
	message/field.c message/field.h \
	message/header.c message/header.h \
	message/words.c message/words.h \
	message/param.c message/param.h \
	message/param-lex.c message/param-lex.h \
	message/charset.c message/charset.h \
	message/charset-table.c message/charset-table.h \
	message/charset-jp.c message/utf8.c \
	message/address.c message/address.h \
	message/address-item.c message/address-item.h \
	message/ip.c message/ip.h \
	message/received.c message/received-make.c message/date.c message/received.h

unit_tests += message/finding-test
message_finding_test_SOURCES = message/finding-test.c
message_finding_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/spool-test
message_spool_test_SOURCES = message/spool-test.c
message_spool_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/header-test
message_header_test_SOURCES = message/header-test.c
message_header_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/words-test
message_words_test_SOURCES = message/words-test.c
message_words_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/param-test
message_param_test_SOURCES = message/param-test.c
message_param_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/charset-test
message_charset_test_SOURCES = message/charset-test.c
message_charset_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/address-test
message_address_test_SOURCES = message/address-test.c
message_address_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/received-test
message_received_test_SOURCES = message/received-test.c
message_received_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)

fuzz_targets += message/finding-fuzz
message_finding_fuzz_SOURCES = message/finding-fuzz.c
message_finding_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_finding_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/header-fuzz
message_header_fuzz_SOURCES = message/header-fuzz.c
message_header_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_header_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/words-fuzz
message_words_fuzz_SOURCES = message/words-fuzz.c
message_words_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_words_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/param-fuzz
message_param_fuzz_SOURCES = message/param-fuzz.c
message_param_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_param_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/address-fuzz
message_address_fuzz_SOURCES = message/address-fuzz.c
message_address_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_address_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/charset-fuzz
message_charset_fuzz_SOURCES = message/charset-fuzz.c
message_charset_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_charset_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/received-fuzz
message_received_fuzz_SOURCES = message/received-fuzz.c
message_received_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_received_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += message/seeds/finding message/seeds/header message/seeds/words message/seeds/param \
	message/seeds/address message/seeds/charset message/seeds/received

# ---- bodies, the whole message
message_libmessage_a_SOURCES += \
	message/transfer.c message/transfer.h \
	message/mime.c message/mime.h \
	message/mime-boundary.c message/mime-boundary.h \
	message/mime-odd.c message/mime-odd.h \
	message/mime-type.c message/mime-type.h \
	message/html.c message/html.h message/html-page.h \
	message/html-token.c message/html-token.h \
	message/html-tag.c message/html-tag.h \
	message/html-entity.c message/html-entity.h message/html-entity-table.h \
	message/html-style.c message/html-style.h \
	message/html-color.c message/html-color.h \
	message/html-stack.c message/html-stack.h \
	message/html-text.c message/html-text.h \
	message/html-link.c \
	message/uri-find.c message/uri-page.c message/uri.h \
	message/uri-parse.c message/uri-parse.h \
	message/uri-domain.c message/uri-domain.h \
	message/uri-list.c message/uri-list.h \
	message/keyed-hash.c message/keyed-hash.h \
	message/text.c message/text.h \
	message/message.c message/message-odd.c message/message.h

unit_tests += message/transfer-test
message_transfer_test_SOURCES = message/transfer-test.c
message_transfer_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/mime-test
message_mime_test_SOURCES = message/mime-test.c
message_mime_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/html-token-test
message_html_token_test_SOURCES = message/html-token-test.c
message_html_token_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/uri-test
message_uri_test_SOURCES = message/uri-test.c
message_uri_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/text-test
message_text_test_SOURCES = message/text-test.c
message_text_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/message-test
message_message_test_SOURCES = message/message-test.c
message_message_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)
unit_tests += message/html-test
message_html_test_SOURCES = message/html-test.c
message_html_test_LDADD = $(MESSAGE_LIBS) $(CMOCKA_LIBS)

fuzz_targets += message/transfer-fuzz
message_transfer_fuzz_SOURCES = message/transfer-fuzz.c
message_transfer_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_transfer_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/mime-fuzz
message_mime_fuzz_SOURCES = message/mime-fuzz.c
message_mime_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_mime_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/html-fuzz
message_html_fuzz_SOURCES = message/html-fuzz.c
message_html_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_html_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/uri-fuzz
message_uri_fuzz_SOURCES = message/uri-fuzz.c
message_uri_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_uri_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_targets += message/message-fuzz
message_message_fuzz_SOURCES = message/message-fuzz.c
message_message_fuzz_LDADD = $(FUZZ_LIBS) $(MESSAGE_LIBS)
message_message_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += message/seeds/transfer message/seeds/mime message/seeds/html message/seeds/uri message/seeds/message message/html-entity.py
