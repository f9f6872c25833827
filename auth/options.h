/* options.h - who sent it: what is asked, and how far
 * The rows are in options.c. Limits are the RFCs' own; a domain that needs more gets the RFC's answer. */
#ifndef AUTH_OPTIONS_H
#define AUTH_OPTIONS_H

#include "auth/dkim-options.h"
#include "base/conf.h"

struct auth_options {
    /* RFC 7208 */
    bool spf;
    unsigned spf_lookups_max;      /* terms that ask the DNS */
    unsigned spf_void_lookups_max; /* of them those without an answer */
    unsigned spf_names_max;        /* names of an MX or PTR answer */
    /* RFC 7489 */
    bool dmarc;
    bool dmarc_length;            /* signatures that cover a part of the body count for it */
    struct conf_list arc_trusted; /* domains of sealers, RFC 8617 */
    struct dkim_options dkim;     /* and ARC */
};

extern const struct conf_option auth_option_rows[];
extern const size_t auth_option_rows_n;

/* the defaults, for tests and fuzz targets; texts are static */
void auth_options_default(struct auth_options *o);

#endif
