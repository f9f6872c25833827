bin_PROGRAMS += tamis
tamis_SOURCES = \
	cli/tamis.c cli/command.h \
	cli/options.c cli/output.c cli/help.c \
	cli/own-engine.c cli/own-engine.h \
	cli/settings.c cli/settings.h \
	cli/scan.c cli/scan-run.c cli/scan-print.c cli/scan.h \
	cli/explain.c cli/explain-print.c cli/explain-notes.c cli/explain.h \
	cli/items.c cli/items.h \
	cli/mail-source.c cli/mail-source.h \
	cli/mail-walk.c cli/mail-walk.h \
	cli/learned.c cli/learned.h \
	cli/lesson-rules.c cli/lesson-rules.h \
	cli/teacher.c cli/teacher.h \
	cli/filtered.c cli/filtered.h \
	cli/learn.c cli/classify.c cli/bayes.c \
	cli/quarantine.c cli/dkim.c \
	cli/quarantine-release.c cli/quarantine-release.h \
	cli/lint.c cli/rules.c cli/config.c cli/status.c
tamis_LDADD = $(KEEPER_LIBS) $(JANSSON_LIBS)

EXTRA_DIST += cli/test-lib.sh
dist_check_SCRIPTS += cli/cli-test.sh cli/sa-test.sh cli/learn-test.sh cli/sa-learn-test.sh cli/bayes-rules-test.sh
TESTS += cli/cli-test.sh cli/sa-test.sh cli/learn-test.sh cli/sa-learn-test.sh cli/bayes-rules-test.sh

# what `spamassassin` does, under a name of its own
bin_PROGRAMS += tamis-spamassassin
tamis_spamassassin_SOURCES = \
	cli/spamassassin.c \
	cli/own-engine.c cli/own-engine.h \
	cli/perl-options.c cli/perl-options.h \
	cli/sa-filter.c cli/sa-filter.h \
	cli/sa-options.c cli/sa-options.h \
	cli/sa-paths.c cli/sa-paths.h
tamis_spamassassin_LDADD = $(KEEPER_LIBS)

# what `sa-learn` does
bin_PROGRAMS += tamis-sa-learn
tamis_sa_learn_SOURCES = \
	cli/sa-learn.c \
	cli/items.c cli/items.h \
	cli/lesson-rules.c cli/lesson-rules.h \
	cli/mail-source.c cli/mail-source.h \
	cli/mail-walk.c cli/mail-walk.h \
	cli/output.c \
	cli/own-engine.c cli/own-engine.h \
	cli/perl-options.c cli/perl-options.h \
	cli/sa-paths.c cli/sa-paths.h \
	cli/sa-learn-options.c cli/sa-learn-options.h \
	cli/sa-learn-store.c cli/sa-learn-store.h \
	cli/settings.c cli/settings.h \
	cli/learned.c cli/learned.h \
	cli/teacher.c cli/teacher.h
tamis_sa_learn_LDADD = $(KEEPER_LIBS)
