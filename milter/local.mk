# What of tamisd needs no libmilter, so that tests play sessions without a socket.
noinst_LIBRARIES += milter/libgateway.a
milter_libgateway_a_SOURCES = \
	milter/admission.c milter/admission.h \
	milter/autolearn.c milter/autolearn.h \
	milter/lesson-day.c milter/lesson-day.h \
	milter/backoff.h \
	milter/conclude.c milter/conclude.h \
	milter/control.c milter/control.h \
	milter/counted.c milter/counted.h \
	milter/dmarc-tally.c milter/dmarc-tally.h \
	milter/directories.c milter/directories.h \
	milter/early.c milter/early.h \
	milter/effects.c milter/effects.h \
	milter/gateway.h \
	milter/holding.c milter/holding.h \
	milter/inspect.c milter/inspect.h \
	milter/judging.c milter/judging.h \
	milter/lesson.c milter/lesson.h \
	milter/lend.c milter/lend.h \
	milter/macros.c milter/macros.h \
	milter/notes.c milter/notes.h \
	milter/passing.c milter/passing.h \
	milter/scanners.c milter/scanners.h \
	milter/session.c milter/session.h \
	milter/snapshot.c milter/snapshot.h \
	milter/status.c milter/status.h \
	milter/transaction.c milter/transaction.h
GATEWAY_LIBS = milter/libgateway.a $(KEEPER_LIBS)

unit_tests += milter/admission-test milter/control-test milter/directories-test
milter_directories_test_SOURCES = milter/directories-test.c
milter_directories_test_LDADD = milter/libgateway.a $(BASE_LIBS) $(CMOCKA_LIBS)
milter_admission_test_SOURCES = milter/admission-test.c
milter_admission_test_LDADD = milter/libgateway.a $(BASE_LIBS) $(CMOCKA_LIBS)
milter_control_test_SOURCES = milter/control-test.c
milter_control_test_LDADD = milter/libgateway.a $(BASE_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/dmarc-tally-test
milter_dmarc_tally_test_SOURCES = milter/dmarc-tally-test.c
milter_dmarc_tally_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/autolearn-test
milter_autolearn_test_SOURCES = milter/autolearn-test.c
milter_autolearn_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/backoff-test
milter_backoff_test_SOURCES = milter/backoff-test.c
milter_backoff_test_LDADD = $(CMOCKA_LIBS)

unit_tests += milter/readahead-test
milter_readahead_test_SOURCES = milter/readahead-test.c milter/readahead.c milter/readahead.h
milter_readahead_test_LDADD = $(CMOCKA_LIBS)

unit_tests += milter/session-test
milter_session_test_SOURCES = milter/session-test.c milter/session-fixture.h
milter_session_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/passing-test
milter_passing_test_SOURCES = milter/passing-test.c milter/session-fixture.h
milter_passing_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/virus-life-test
milter_virus_life_test_SOURCES = milter/virus-life-test.c milter/virus-life.c milter/memory.c
milter_virus_life_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

unit_tests += milter/recipients-session-test
milter_recipients_session_test_SOURCES = milter/recipients-session-test.c milter/session-fixture.h
milter_recipients_session_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)

fuzz_targets += milter/lesson-day-fuzz
milter_lesson_day_fuzz_SOURCES = milter/lesson-day-fuzz.c
milter_lesson_day_fuzz_LDADD = $(FUZZ_LIBS) $(GATEWAY_LIBS)
milter_lesson_day_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

fuzz_targets += milter/session-fuzz
milter_session_fuzz_SOURCES = milter/session-fuzz.c milter/session-fixture.h
milter_session_fuzz_LDADD = $(FUZZ_LIBS) $(GATEWAY_LIBS)
milter_session_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += milter/seeds/lesson-day milter/seeds/session
sbin_PROGRAMS += tamisd
tamisd_SOURCES = \
	milter/tamisd.c \
	milter/callbacks.c milter/callbacks.h \
	milter/effects-milter.c milter/effects-milter.h \
	milter/gateway.c \
	milter/generation.c milter/generation.h \
	milter/holdings.c milter/holdings.h \
	milter/signals.c milter/signals.h \
	milter/spawn.c milter/spawn.h \
	milter/keeper-role.c milter/keeper-role.h \
	milter/resolver-role.c milter/resolver-role.h \
	milter/memory.c milter/memory.h \
	milter/virus-life.c milter/virus-life.h \
	milter/supervisor.c milter/supervisor.h
tamisd_LDADD = $(GATEWAY_LIBS)
if READAHEAD
tamisd_SOURCES += milter/readahead.c milter/readahead.h
tamisd_LDADD += milter/libmilter-ahead.a -lpthread
CLEANFILES += milter/libmilter-ahead.a
milter/libmilter-ahead.a: $(MILTER_ARCHIVE) Makefile
	$(AM_V_GEN)$(MKDIR_P) milter && \
	$(OBJCOPY) --redefine-sym poll=milter_poll --redefine-sym read=milter_read \
	--redefine-sym writev=milter_writev --redefine-sym close=milter_close $(MILTER_ARCHIVE) $@
else
tamisd_LDADD += $(MILTER_LIBS)
endif

dist_check_SCRIPTS += milter/service-test.sh milter/virus-life-test.sh
TESTS += milter/service-test.sh milter/virus-life-test.sh

dist_man_MANS += milter/tamisd.8

unit_tests += milter/early-test
milter_early_test_SOURCES = milter/early-test.c milter/session-fixture.h
milter_early_test_LDADD = $(GATEWAY_LIBS) $(CMOCKA_LIBS)
