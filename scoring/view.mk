# view.mk - see local.mk
