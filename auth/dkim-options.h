/* dkim-options.h - which signatures count, and how many are looked at
 * A part of struct auth_options; the rows are in options.c. */
#ifndef AUTH_DKIM_OPTIONS_H
#define AUTH_DKIM_OPTIONS_H

#include <stdbool.h>

struct dkim_options {
    bool dkim, arc;          /* asked at all */
    unsigned signatures_max; /* verified, from the top */
    unsigned key_bits_min;   /* of RSA; shorter: policy */
    unsigned key_bits_max;   /* longer: policy, not verified */
    unsigned clock_skew;     /* ms that clocks may differ */
    bool length;             /* a signature that covers a part of the body (l=) counts */
};

#endif
