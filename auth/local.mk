# auth: who sent it: SPF, DKIM, DMARC, ARC, Authentication-Results
noinst_LIBRARIES += auth/libauth.a
auth_libauth_a_SOURCES = \
	auth/options.c auth/options.h auth/auth.c auth/auth.h

include auth/spf.mk
include auth/dkim.mk
