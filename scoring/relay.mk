# relay.mk - see local.mk
