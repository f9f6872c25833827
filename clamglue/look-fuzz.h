/* look-fuzz.h - what the fuzz targets of look*.c share
 * The input is copied to where reading past its end is noticed. */
#ifndef CLAMGLUE_LOOK_FUZZ_H
#define CLAMGLUE_LOOK_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include "clamglue/look.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_hold(bool holds)
{
    if (!holds)
        abort();
}

static inline struct slice fuzz_copy(const uint8_t *data, size_t size)
{
    char *p = malloc(size ? size : 1);
    if (p == NULL)
        abort();
    if (size)
        memcpy(p, data, size);
    return slice_of(p, size);
}

static inline void fuzz_free(struct slice bytes)
{
    free((char *)bytes.p);
}

static inline void fuzz_check(const struct look *l)
{
    fuzz_hold(l->n_odd <= LOOK_ODD_MAX);
    for (unsigned i = 0; i < l->n_odd; i++) {
        fuzz_hold(l->odd[i].class >= CLASS_UNCHECKED_ENCRYPTED && l->odd[i].class < CLASS_BANNED);
        fuzz_hold(l->odd[i].reason != NULL);
    }
    fuzz_hold((!l->container && l->members == 0) || l->kind != NULL);
}

#endif
