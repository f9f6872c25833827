# The milter client of the tests: an MTA's side of the protocol, and the programs that speak it.
noinst_LIBRARIES += tests/libmt.a
tests_libmt_a_SOURCES = \
	tests/milter/codec.c tests/milter/codec.h \
	tests/milter/client.c tests/milter/client.h \
	tests/milter/transport.c tests/milter/transport.h \
	tests/milter/mailfile.c tests/milter/mailfile.h \
	tests/milter/script.c tests/milter/script.h \
	tests/milter/talk.c tests/milter/talk.h \
	tests/milter/heard.c tests/milter/heard.h
TESTS_LIBS = tests/libmt.a base/libbase.a -lpthread

noinst_PROGRAMS += tests/milter/mtplay
tests_milter_mtplay_SOURCES = \
	tests/milter/mtplay.c \
	tests/milter/play.c tests/milter/play.h \
	tests/milter/says.c tests/milter/hears.c
tests_milter_mtplay_LDADD = $(TESTS_LIBS)

unit_tests += tests/milter/codec-test tests/milter/script-test tests/milter/heard-test
tests_milter_codec_test_SOURCES = tests/milter/codec-test.c
tests_milter_codec_test_LDADD = $(TESTS_LIBS) $(CMOCKA_LIBS)
tests_milter_script_test_SOURCES = tests/milter/script-test.c
tests_milter_script_test_LDADD = $(TESTS_LIBS) $(CMOCKA_LIBS)
tests_milter_heard_test_SOURCES = tests/milter/heard-test.c
tests_milter_heard_test_LDADD = $(TESTS_LIBS) $(CMOCKA_LIBS)

fuzz_targets += tests/codec-fuzz
tests_codec_fuzz_SOURCES = tests/milter/codec-fuzz.c
tests_codec_fuzz_LDADD = $(FUZZ_LIBS) $(TESTS_LIBS)
tests_codec_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/seeds/codec

noinst_PROGRAMS += tests/milter/mtbench
tests_milter_mtbench_SOURCES = \
	tests/milter/mtbench.c \
	tests/milter/load.c tests/milter/load.h \
	tests/milter/procs.c tests/milter/procs.h
tests_milter_mtbench_LDADD = $(TESTS_LIBS)

noinst_PROGRAMS += tests/soak/hit
tests_soak_hit_SOURCES = tests/soak/hit.c tests/milter/procs.c tests/milter/procs.h
tests_soak_hit_LDADD = $(TESTS_LIBS)

noinst_PROGRAMS += tests/e2e/smtpsend
tests_e2e_smtpsend_SOURCES = tests/e2e/smtpsend.c
tests_e2e_smtpsend_LDADD = $(TESTS_LIBS)

dist_check_SCRIPTS += tests/dns/server-test.sh
TESTS += tests/dns/server-test.sh
EXTRA_DIST += tests/dns/server.py tests/dns/service.sh tests/dns/signed.sh tests/dns/tree.py tests/auth
EXTRA_DIST += tests/README.md tests/run.sh tests/lib.sh tests/lint.sh tests/cppcheck.txt tests/fuzz tests/bench tests/parity \
	tests/soak/quarantine.sh tests/soak/swap.sh tests/soak/official.sh tests/soak/signatures.py tests/e2e/quarantine.sh \
	tests/soak/run.sh tests/soak/learning.sh tests/soak/kill.sh tests/soak/corpus.sh tests/soak/bombs.sh tests/soak/bombs.py tests/e2e/smuggle.sh tests/e2e/smuggle.py tests/e2e/release.sh tests/e2e/release.py tests/sessions tests/miltertest tests/e2e/run.sh tests/e2e/checks.sh tests/e2e/cases.sh tests/e2e/postfix.sh \
	tests/e2e/six.sh tests/e2e/mail tests/e2e/deliver.sh tests/e2e/userdb.sh tests/e2e/dovecot.sh tests/e2e/imap.py \
	tests/e2e/sendmail.sh tests/e2e/sendmail-run.sh tests/e2e/sendmail-cases.sh tests/e2e/sendmail-around.c tests/e2e/smtptalk.py \
	tests/delivery/run.sh tests/delivery/faults.py tests/delivery/service.py tests/delivery/table.sh tests/delivery/fault.c \
	tests/evasion/run.sh tests/evasion/generate.py tests/evasion/kit.py tests/evasion/structures.py tests/evasion/fields.py \
	tests/evasion/spellings.py tests/evasion/archives.py tests/evasion/carriers.py tests/evasion/oracle.py tests/evasion/oracle.mjs \
	tests/evasion/table.py tests/evasion/testfiles.sh tests/evasion/testfiles.py
