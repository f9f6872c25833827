/* auth_result.c - names as RFC 8601 and RFC 7489 write them; see auth_result.h */
#include "message/auth_result.h"

#include <stddef.h>

static const char *const codes[AUTH_CODES] = {
    [AUTH_NOT_RUN] = "",      [AUTH_NONE] = "none",           [AUTH_PASS] = "pass",
    [AUTH_FAIL] = "fail",     [AUTH_SOFTFAIL] = "softfail",   [AUTH_NEUTRAL] = "neutral",
    [AUTH_POLICY] = "policy", [AUTH_TEMPERROR] = "temperror", [AUTH_PERMERROR] = "permerror",
};

static const char *const policies[] = {
    [DMARC_POLICY_NONE] = "none",
    [DMARC_POLICY_QUARANTINE] = "quarantine",
    [DMARC_POLICY_REJECT] = "reject",
};

const char *auth_code_name(enum auth_code code)
{
    return (unsigned)code < AUTH_CODES ? codes[code] : "";
}

const char *dmarc_policy_name(enum dmarc_policy p)
{
    return (size_t)p < sizeof(policies) / sizeof(*policies) ? policies[p] : "";
}
