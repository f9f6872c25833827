/* spf-priv.h - inside of auth/spf: one check in work */
#ifndef AUTH_SPF_PRIV_H
#define AUTH_SPF_PRIV_H

#include "auth/spf.h"
#include "auth/spf-macro.h"
#include "auth/spf-record.h"

/* check_host() of one domain; those below include it */
struct spf_frame {
    struct spf_record record;
    struct slice domain;
    size_t at; /* the term in work */
    struct spf_frame *below;
};

struct spf {
    const struct auth_options *o;
    struct dns *d;
    struct arena *a;
    unsigned char address[16]; /* 4 where not v6 */
    struct spf_macros macros;  /* domain is that of the top frame */
    struct spf_frame *top;
    struct slice reason, explanation;
    unsigned lookups, voids;
};

/* Whether the address is in the network of a term (SPF_IP4, SPF_IP6). */
bool spf_match_network(const struct spf *s, const struct spf_term *t);
/* Whether a, mx, ptr or exists matches. AUTH_NOT_RUN: *matches says it; else that is the result of all. */
enum auth_code spf_match_asked(struct spf *s, const struct spf_term *t, bool *matches);
/* A name of the address that was verified, or "unknown"; for %{p}. */
struct slice spf_validated_name(void *spf);

/* The domain of a term: its domain-spec expanded, or the one in work. */
struct slice spf_target(struct spf *s, struct slice spec);
/* One more term that asks. AUTH_NOT_RUN, or permerror. */
enum auth_code spf_count_lookup(struct spf *s, struct slice term);
/* An answer to a term: AUTH_NOT_RUN where evaluation goes on, temperror, or permerror (too many void ones).
 */
enum auth_code spf_heed(struct spf *s, const struct dns_answer *answer);

#endif
