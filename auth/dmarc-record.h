/* dmarc-record.h - a DMARC record (RFC 7489 6.3, with np and psd of RFC 9091 and t of DMARCbis)
 * Names of tags and words of policies are read in any case, values are trimmed; a tag that stands twice
 * counts once, the first; unknown ones and words that are none are left out. */
#ifndef AUTH_DMARC_RECORD_H
#define AUTH_DMARC_RECORD_H

#include "message/auth_result.h"

enum dmarc_psd { DMARC_PSD_UNKNOWN, DMARC_PSD_YES, DMARC_PSD_NO };

struct dmarc_record {
    enum dmarc_policy p, sp, np; /* sp, np: as p, or as sp, where they are not given */
    bool has_sp, has_np;
    bool strict_dkim, strict_spf;
    unsigned pct; /* 0..100 */
    bool testing; /* t=y */
    enum dmarc_psd psd;
};

/* Begins with v=DMARC1 as its first tag; others are not looked at. */
bool dmarc_record_is(struct slice text);
/* false: it has no policy that can be read (and no address for reports, which would make it p=none: 6.6.3).
 */
bool dmarc_record_parse(struct dmarc_record *r, struct slice text);

#endif
