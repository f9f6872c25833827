/* sandbox-priv.h - the layers of sandbox_enter (private to sandbox*.c) */
#ifndef BASE_SANDBOX_PRIV_H
#define BASE_SANDBOX_PRIV_H

#include "base/sandbox.h"

/* No file system (but below scratch, unless NULL), no TCP (but with network), no abstract sockets and signals
 * outside, as far as the kernel knows them; where it has no Landlock 0, or ERR_CONFIG when `must`. Needs
 * no_new_privs. */
int sandbox_landlock(const char *scratch, bool network, bool must, struct err *e) MUST_CHECK;
int sandbox_filter(enum sandbox_profile profile, struct err *e) MUST_CHECK;
/* remembers what the attempts need and cannot ask for later */
void sandbox_attempt_prepare(void);

#endif
