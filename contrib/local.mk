# contrib: see Makefile.am

# What is put before an MTA, and recipes.
contribdir = $(pkgdatadir)/contrib
dist_contrib_SCRIPTS = contrib/postfix-enable.sh contrib/postfix-disable.sh contrib/dovecot/tamis-learn.sh \
	contrib/roundcube/tamis-junk.sh
dist_contrib_DATA = contrib/postfix-common.sh contrib/recipes/sendmail.md contrib/recipes/dovecot.md contrib/recipes/cyrus.md \
	contrib/dovecot/tamis-spam.sieve contrib/dovecot/tamis-ham.sieve contrib/recipes/roundcube.md

# Units, with the paths of this build. make install systemdunitdir=... puts them elsewhere.
systemdunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
systemdunit_DATA = contrib/tamisd.service contrib/tamis-deliver.service
dist_sysusers_DATA = contrib/sysusers.d/tamis.conf
dist_tmpfiles_DATA = contrib/tmpfiles.d/tamis.conf

contrib/tamisd.service contrib/tamis-deliver.service: Makefile
	$(AM_V_GEN)mkdir -p contrib && name=`basename $@` && \
	sed -e 's,@sbindir\@,$(sbindir),g' $(srcdir)/contrib/systemd/$$name >$@.tmp && mv $@.tmp $@
contrib/tamisd.service: $(srcdir)/contrib/systemd/tamisd.service
contrib/tamis-deliver.service: $(srcdir)/contrib/systemd/tamis-deliver.service
CLEANFILES += contrib/tamisd.service contrib/tamis-deliver.service

EXTRA_DIST += contrib/quickstart.sh contrib/systemd/tamisd.service contrib/systemd/tamis-deliver.service \
	tests/contrib/postfix.sh

dist_check_SCRIPTS += contrib/roundcube-test.sh
TESTS += contrib/roundcube-test.sh
