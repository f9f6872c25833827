bin_PROGRAMS += tamis
tamis_SOURCES = \
	cli/tamis.c cli/command.h \
	cli/options.c cli/output.c cli/help.c \
	cli/own-engine.c cli/own-engine.h \
	cli/settings.c cli/settings.h \
	cli/scan.c cli/scan-run.c cli/scan-print.c cli/scan.h \
	cli/quarantine.c \
	cli/quarantine-release.c cli/quarantine-release.h \
	cli/lint.c cli/config.c cli/status.c
tamis_LDADD = $(KEEPER_LIBS) $(JANSSON_LIBS)

dist_check_SCRIPTS += cli/cli-test.sh
TESTS += cli/cli-test.sh
