# The manual pages are made by the program from its own tables.
nodist_man_MANS += doc/tamis.1 doc/tamis.conf.5 doc/tamis-spamassassin.1 doc/tamis-sa-learn.1
CLEANFILES += doc/tamis.1 doc/tamis.conf.5 doc/tamis-spamassassin.1 doc/tamis-sa-learn.1

doc/tamis.1: tamis$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && ./tamis$(EXEEXT) help --man >$@.new && mv $@.new $@

doc/tamis.conf.5: tamis$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && ./tamis$(EXEEXT) config --man >$@.new && mv $@.new $@

doc/tamis-spamassassin.1: tamis-spamassassin$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && ./tamis-spamassassin$(EXEEXT) --man >$@.new && mv $@.new $@
doc/tamis-sa-learn.1: tamis-sa-learn$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && ./tamis-sa-learn$(EXEEXT) --man >$@.new && mv $@.new $@
