/* sidecar-priv.h - shared by the two halves of keeper/sidecar.h */
#ifndef KEEPER_SIDECAR_PRIV_H
#define KEEPER_SIDECAR_PRIV_H

#include "keeper/sidecar.h"

/* a member of the envelope that is text */
struct sidecar_text {
    const char *name;
    size_t at; /* offsetof in struct envelope */
};
extern const struct sidecar_text sidecar_envelope[];
extern const size_t sidecar_envelope_n;
extern const char *const sidecar_kinds[FINDING_KIND_COUNT];

#endif
