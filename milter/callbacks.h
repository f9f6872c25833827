/* callbacks.h - libmilter's callbacks: each hands its event to the session and its answer back
 * The only files that know libmilter are this one, effects-milter and gateway.c. */
#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

#include <libmilter/mfapi.h>
#include "milter/gateway.h"

/* For smfi_register. libmilter has no place for a pointer of ours, so the gateway is kept here. */
struct smfiDesc callbacks_description(struct gateway *g);

#endif
