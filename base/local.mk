noinst_LIBRARIES += base/libbase.a base/libfuzzmain.a
base_libbase_a_SOURCES = \
	base/slice.h \
	base/arena.c base/arena.h \
	base/buf.c base/buf.h \
	base/err.c base/err.h \
	base/log.c base/log.h base/log-quote.c \
	base/os.c base/os.h \
	base/keyfile.c base/keyfile.h \
	base/listen.c base/listen.h \
	base/notify.c base/notify.h \
	base/sweep.c base/sweep.h \
	base/wire.h \
	base/dns.c base/dns.h base/dns-name.c base/dns-name.h base/dns-table.c base/dns-table.h \
	base/dns-frame.c base/dns-frame.h base/dns-link.c base/dns-link.h \
	base/ipc.c base/ipc.h \
	base/smtp.c base/smtp.h base/smtp-reply.c base/smtp-reply.h base/smtp-text.c \
	base/smtp-send.c base/smtp-send.h \
	base/regex.c base/regex.h base/regex-wide.c base/regex-wide.h \
	base/conf.c base/conf.h base/conf-row.c base/conf-row.h base/conf-name.c base/conf-dump.c base/conf-man.c \
	base/sandbox.c base/sandbox.h base/sandbox-priv.h base/sandbox-filter.c base/sandbox-landlock.c \
	base/sandbox-attempt.c

# Runs a fuzz target over its seeds where there is no libFuzzer.
base_libfuzzmain_a_SOURCES = base/fuzz-main.c

unit_tests += base/buf-test
base_buf_test_SOURCES = base/buf-test.c
base_buf_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/ipc-test
base_ipc_test_SOURCES = base/ipc-test.c
base_ipc_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/regex-test
base_regex_test_SOURCES = base/regex-test.c
base_regex_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/conf-test
base_conf_test_SOURCES = base/conf-test.c base/conf-sample.h
base_conf_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/sandbox-test
base_sandbox_test_SOURCES = base/sandbox-test.c
base_sandbox_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/log-test
base_log_test_SOURCES = base/log-test.c
base_log_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/smtp-test
base_smtp_test_SOURCES = base/smtp-test.c base/smtp-model.h
base_smtp_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

fuzz_targets += base/smtp-fuzz base/smtp-text-fuzz
base_smtp_fuzz_SOURCES = base/smtp-fuzz.c
base_smtp_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_smtp_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
base_smtp_text_fuzz_SOURCES = base/smtp-text-fuzz.c base/smtp-model.h
base_smtp_text_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_smtp_text_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

fuzz_targets += base/conf-fuzz base/wire-fuzz base/log-quote-fuzz
base_conf_fuzz_SOURCES = base/conf-fuzz.c base/conf-sample.h
base_conf_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_conf_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
base_wire_fuzz_SOURCES = base/wire-fuzz.c
base_wire_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
base_log_quote_fuzz_SOURCES = base/log-quote-fuzz.c
base_log_quote_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_log_quote_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += base/seeds

unit_tests += base/listen-test base/notify-test base/keyfile-test
base_listen_test_SOURCES = base/listen-test.c
base_listen_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
base_notify_test_SOURCES = base/notify-test.c
base_notify_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
base_keyfile_test_SOURCES = base/keyfile-test.c
base_keyfile_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/dns-test
base_dns_test_SOURCES = base/dns-test.c
base_dns_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += base/dns-link-test
base_dns_link_test_SOURCES = base/dns-link-test.c
base_dns_link_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
fuzz_targets += base/dns-link-fuzz
base_dns_link_fuzz_SOURCES = base/dns-link-fuzz.c
base_dns_link_fuzz_LDADD = $(FUZZ_LIBS) $(BASE_LIBS)
base_dns_link_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
