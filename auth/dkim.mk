# auth, continued: DKIM and ARC, to verify and to sign
auth_libauth_a_SOURCES +=
