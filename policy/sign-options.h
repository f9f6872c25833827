/* sign-options.h - whose mail is signed, and with what */
#ifndef POLICY_SIGN_OPTIONS_H
#define POLICY_SIGN_OPTIONS_H

#include "base/conf.h"

struct sign_options {
    struct conf_list keys;     /* maps, policy/signer.h; none: nothing is signed */
    struct conf_list networks; /* of clients whose mail is signed */
    bool authenticated;        /* so is that of clients with a SASL login */
    bool inet;                 /* even when whoever reaches the milter socket can claim to be one */
    struct conf_list fields, oversign;
    int canon;            /* "relaxed/relaxed" ...: enum dkim_canon of the header * 2 + that of the body */
    unsigned lifetime;    /* ms until x=; 0: none */
    const char *arc_seal; /* domain that seals what passes through; empty: none */
};

extern const struct conf_option sign_option_rows[];
extern const size_t sign_option_rows_n;

#endif
