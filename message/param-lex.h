/* param-lex.h - the pairs name=value of a field, as they stand; for param.c */
#ifndef MESSAGE_PARAM_LEX_H
#define MESSAGE_PARAM_LEX_H

#include "message/param.h"

#define PARAM_NO_SEGMENT UINT32_MAX

struct param_pair {
    struct slice name;  /* lower case, without stars */
    struct slice value; /* unquoted */
    struct slice raw;   /* quotes included */
    uint32_t segment;   /* of name*N, else PARAM_NO_SEGMENT */
    bool extended;      /* name* or name*N*: charset'language'%XX */
    struct param_pair *next, *same_name;
};

/* The first PARAM_MAX pairs; sets v->value and v->flags. */
struct param_pair *param_lex(struct param_value *v, struct arena *a, struct slice text);

#endif
