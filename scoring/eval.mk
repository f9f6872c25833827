# eval.mk - see local.mk
