/* auth_result.h - who sent it, as far as that can be proved
 * auth/ makes these, scoring/ (rules) and policy/ (Authentication-Results, actions) read them. Slices in the
 * message's arena; domains in lower case, as A-labels. Codes are those of RFC 8601 2.7. */
#ifndef MESSAGE_AUTH_RESULT_H
#define MESSAGE_AUTH_RESULT_H

#include <stdint.h>
#include "base/wire.h"

enum auth_code {
    AUTH_NOT_RUN, /* not asked: no client known, or switched off */
    AUTH_NONE,
    AUTH_PASS,
    AUTH_FAIL,
    AUTH_SOFTFAIL,
    AUTH_NEUTRAL,
    AUTH_POLICY, /* good, but not accepted here: a key that is too short, for one */
    AUTH_TEMPERROR,
    AUTH_PERMERROR,
    AUTH_CODES
};
const char *auth_code_name(enum auth_code code); /* "pass"; "" for AUTH_NOT_RUN */

#define AUTH_SIGNATURES_MAX 16 /* upper bound of the option */

/* RFC 7208 */
struct auth_spf {
    enum auth_code code;
    struct slice domain;      /* that was asked */
    struct slice identity;    /* "local@domain" of MAIL FROM (postmaster@HELO for <>), or the HELO name */
    struct slice reason;      /* "mechanism include:x matched", "10 lookups", printable, one line */
    struct slice explanation; /* of exp=, printable, one line; of a fail */
    unsigned lookups, void_lookups;
};

/* RFC 6376: one DKIM-Signature */
struct auth_signature {
    enum auth_code code;
    struct slice domain, selector; /* d=, s= */
    struct slice identity;         /* i=, or "@" d= */
    struct slice algorithm;        /* "rsa-sha256" */
    struct slice start;            /* the first 8 bytes of b=, for header.b */
    struct slice reason;           /* printable, one line */
    unsigned key_bits;
    bool testing;        /* t=y in the key */
    bool partial;        /* l= leaves some of the body unsigned */
    bool expired;        /* x= */
    bool author;         /* d= is the domain of the one From address, or i= is that address's domain or
                            above it (SpamAssassin's and RFC 5617's author signature) */
    bool aligned;        /* relaxed alignment with From */
    int64_t signed_at;   /* t=; 0: not said */
    struct slice fields; /* h= as written */
};

/* RFC 7489 */
enum dmarc_policy { DMARC_POLICY_NONE, DMARC_POLICY_QUARANTINE, DMARC_POLICY_REJECT };
const char *dmarc_policy_name(enum dmarc_policy p);

struct auth_dmarc {
    enum auth_code code;        /* none: no record; pass, fail; temperror, permerror */
    struct slice from;          /* the domain of From */
    struct slice domain;        /* where the record was found */
    enum dmarc_policy policy;   /* p, sp or np, whichever applies to `from` */
    enum dmarc_policy applied;  /* after pct: what the owner asks to be done with this message */
    enum dmarc_policy at_stake; /* of a temperror: the most that he may ask, if it were known */
    unsigned pct;
    bool spf_aligned, dkim_aligned;
    bool strict_spf, strict_dkim;
    struct slice reason;
};

/* RFC 8617 */
struct auth_arc {
    enum auth_code code; /* none, pass, fail */
    unsigned sets;
    struct slice domain, selector; /* of the newest seal */
    struct slice reason;
    unsigned oldest_pass; /* 8617 5.2; 0: all of them */
    struct slice results; /* the newest set's ARC-Authentication-Results behind i=N; */
};

/* Whom SPF is asked about: who handed the message to a site of ours. */
struct auth_client {
    struct slice address; /* in the form of inet_ntop; empty: not known, and SPF is not run */
    struct slice helo;
    struct slice sender; /* of the envelope, without <>; empty for <> */
    bool has_sender;     /* false: nobody has told whom the envelope is from */
};

struct auth_results {
    struct auth_client client;     /* as SPF was asked */
    struct auth_spf spf, spf_helo; /* of MAIL FROM, of HELO */
    size_t n_signatures;
    struct auth_signature *signatures; /* in the order of the header, from the top; AUTH_SIGNATURES_MAX */
    unsigned signatures_left_out;      /* over the limit */
    struct auth_dmarc dmarc;
    struct auth_dmarc dmarc_author; /* for rules: of the first From address alone and by DKIM alone, since
                                       rules have an SPF result of their own; a message that is not proved
                                       fails even where nobody told the sender. Not run: see dmarc */
    struct auth_arc arc;
};

/* From a worker. Texts are cut to AUTH_TEXT_MAX bytes and printable; `fields` of signatures, `results` of
 * ARC and `dmarc_author` do not go along. At most 48 KiB. */
#define AUTH_TEXT_MAX 300
void auth_results_put(struct buf *out, const struct auth_results *r);
/* Copies into the arena. false on bytes that auth_results_put can't have made. */
bool auth_results_get(struct wire *in, struct arena *a, struct auth_results *r);

#endif
