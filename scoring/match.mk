# match.mk - see local.mk
