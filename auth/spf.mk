# auth, continued: SPF, DMARC, Authentication-Results
auth_libauth_a_SOURCES +=
