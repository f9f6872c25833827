/* param.h - Content-Type and Content-Disposition: a value and its parameters
 * RFC 2045 5.1, RFC 2183, RFC 2231 (continuations name*0, charset name*, both), and the RFC 2047 words that
 * mailers put there against the rules. Lenient: comments, missing semicolons, doubled ones and bad quoting
 * are read as mail clients do and flagged, since two readers may differ there. Linear. */
#ifndef MESSAGE_PARAM_H
#define MESSAGE_PARAM_H

#include "message/limits.h"

enum {
    PARAM_DUPLICATE = 1,    /* a parameter twice with different values; the first counts, the other is kept */
    PARAM_COMMENT = 2,      /* a comment in an odd place (not behind a value) */
    PARAM_BAD_QUOTE = 4,    /* unbalanced quotes, text behind a quoted string */
    PARAM_NO_SEMICOLON = 8, /* parameters apart by white space only, or an empty one */
    PARAM_BAD_VALUE = 16,   /* no value, or not of the form x or x/y; characters outside token in an unquoted
                               parameter, or no parameter where one should be */
    PARAM_RFC2231 = 32,
    PARAM_GAP = 64,         /* name*0, name*2: the rest is not joined */
    PARAM_CONTROL = 128,    /* NUL or control characters inside */
    PARAM_NO_SUBTYPE = 256, /* the value has no slash: fine in a disposition, broken in a type */
    PARAM_TRUNCATED =
        512, /* over PARAM_MAX parameters (or segments): the rest is not read, others may do so */
    PARAM_BARE_NAME = 1024, /* a name without =, and so not listed; empty for some readers */
};

/* a file name of 255 characters outside of ASCII takes some 40 segments */
#define PARAM_MAX 256

struct param {
    struct slice name;  /* lower case, without *, *0, *0* */
    struct slice value; /* unquoted, decoded to UTF-8 */
    struct slice bytes; /* unquoted, nothing decoded but RFC 2231's %XX: what a boundary is compared by */
    struct slice raw;   /* as written (first segment), quotes included */
    struct param *next; /* in order of the name's first appearance */
};

struct param_value {
    struct slice value; /* "text/plain", "attachment"; lower case, comments removed */
    struct param *params;
    unsigned flags;
};

/* text: folded or not. Of several readings of a name the first is name*, else the joined name*0..., else the
 * plain one. */
void param_parse(struct param_value *v, struct arena *a, struct slice text);
/* the first one of that (lower case) name; NULL when there is none */
const struct param *param_find(const struct param_value *v, struct slice name);

#endif
