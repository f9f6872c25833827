/* sandbox-priv.h - the layers of sandbox_enter (private to sandbox*.c) */
#ifndef BASE_SANDBOX_PRIV_H
#define BASE_SANDBOX_PRIV_H

#include "base/sandbox.h"

/* No file system, no TCP, no abstract sockets and signals outside, as far as the kernel knows them; 0 where
 * it has no Landlock. Needs no_new_privs. */
int sandbox_landlock(struct err *e) MUST_CHECK;
int sandbox_filter(enum sandbox_profile profile, struct err *e) MUST_CHECK;
/* remembers what the attempts need and cannot ask for later */
void sandbox_attempt_prepare(void);

#endif
