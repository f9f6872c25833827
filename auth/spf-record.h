/* spf-record.h - one SPF record as terms (RFC 7208 4.6, 5, 6, 12)
 * The syntax of the whole record is checked before any of it is evaluated: an error behind "-all" is an
 * error. Input:  the joined strings of a TXT record, any bytes. Output: terms in order, slices of the text;
 * memory in `a`. Linear. */
#ifndef AUTH_SPF_RECORD_H
#define AUTH_SPF_RECORD_H

#include "base/arena.h"
#include "message/auth_result.h"

enum spf_mechanism { SPF_ALL, SPF_INCLUDE, SPF_A, SPF_MX, SPF_PTR, SPF_IP4, SPF_IP6, SPF_EXISTS };

struct spf_term {
    enum spf_mechanism mechanism;
    enum auth_code qualifier;  /* pass, fail, softfail, neutral: the result when it matches */
    struct slice text;         /* as written */
    struct slice spec;         /* domain-spec; empty: none, the domain itself */
    unsigned cidr4, cidr6;     /* 0..32, 0..128 */
    unsigned char address[16]; /* SPF_IP4: the first 4; SPF_IP6 */
};

struct spf_record {
    struct spf_term *terms;
    size_t n;
    struct slice redirect, exp; /* domain-spec; empty: none */
};

/* Whether a TXT record is one of SPF: "v=spf1", then a space or the end. */
bool spf_record_is(struct slice text);
/* false: *why says what is wrong, printable. text is a record (spf_record_is). */
bool spf_record_parse(struct spf_record *r, struct arena *a, struct slice text, struct slice *why);

#endif
