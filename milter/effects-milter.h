/* effects-milter.h - what libmilter can be asked to do, as the table of milter/effects.h; ctx is an SMFICTX.
 */
#ifndef MILTER_EFFECTS_MILTER_H
#define MILTER_EFFECTS_MILTER_H

#include "milter/effects.h"

extern const struct effects_ops milter_effects;

#endif
