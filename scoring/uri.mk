# uri.mk - see local.mk
