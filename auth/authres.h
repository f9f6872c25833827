/* authres.h - Authentication-Results, read (RFC 8601 2.2)
 * Input:  a field's value, folded or not, any bytes. ARC-Authentication-Results: behind "i=N;".
 * Output: the id and the results in order, in `a`; comments are left out, quotes resolved.
 * Limits: AUTHRES_RESULTS_MAX results, AUTHRES_PROPERTIES_MAX of each; more are left out. Linear; a counter
 * for nested comments. Fails:  where the syntax ends, the list ends, and `broken` is set: whoever decides by
 * a result takes none of a broken field. */
#ifndef AUTH_AUTHRES_H
#define AUTH_AUTHRES_H

#include "base/arena.h"
#include "message/auth_result.h"

#define AUTHRES_RESULTS_MAX 50
#define AUTHRES_PROPERTIES_MAX 20

struct authres_property {
    struct slice type, name, value; /* "header", "from", "example.org" */
};

struct authres_result {
    struct slice method; /* "dkim", in lower case */
    enum auth_code code; /* AUTH_NOT_RUN: a word that is none of RFC 8601 2.7 */
    struct slice reason;
    size_t n;
    struct authres_property properties[AUTHRES_PROPERTIES_MAX];
};

struct authres {
    struct slice id; /* in lower case */
    size_t n;
    struct authres_result *results;
    bool broken;
};

void authres_parse(struct authres *r, struct arena *a, struct slice value);
/* The first result of a method, or NULL. */
const struct authres_result *authres_find(const struct authres *r, const char *method);
/* The value of "type.name"; empty: not there. */
struct slice authres_property(const struct authres_result *r, const char *type, const char *name);

#endif
