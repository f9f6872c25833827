/* spf-macro.h - macros of SPF (RFC 7208 7)
 * Syntax is checked where a record is read, before anything is evaluated; expansion then cannot fail, it can
 * only be too long. Linear; no more than SPF_EXPANSION_MAX bytes are made. */
#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

#include "base/buf.h"

#define SPF_EXPANSION_MAX (16 * 1024)

/* What letters stand for; see RFC 7208 7.2. */
struct spf_macros {
    struct slice sender, local, sender_domain; /* s, l, o */
    struct slice domain;                       /* d: the one being evaluated */
    struct slice address, dotted;              /* c; i */
    bool v6;                                   /* v */
    struct slice helo, receiver;               /* h, r */
    int64_t now;                               /* t */
    /* p: a name of the address that was verified; asked when it is wanted */
    struct slice (*validated)(void *ctx);
    void *ctx;
};

/* macro-string; explanation: spaces and the letters c, r, t as well. */
bool spf_macro_good(struct slice text, bool explanation);
/* domain-spec: a macro-string that ends in a macro or in a label that may be a top-level domain. */
bool spf_domain_spec_good(struct slice text);
/* Whether expanding takes a question to the DNS. */
bool spf_macro_asks(struct slice text);

/* text was good; out has a cap of SPF_EXPANSION_MAX. */
void spf_expand(struct buf *out, struct slice text, const struct spf_macros *m);
/* The same as a name for base/dns: labels taken off at the left until 253 bytes are left, no final dot. */
struct slice spf_expand_name(struct arena *a, struct slice text, const struct spf_macros *m);

#endif
