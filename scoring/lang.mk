# lang.mk - see local.mk
