# report.mk - see local.mk
