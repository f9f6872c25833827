# html.mk - see local.mk
