/* eval-dmarc.c - what the domain of the author asks to be done, and whether it sent the message */
#include "config.h"
#include "scoring/eval-spf.h"

#include "scoring/eval.h"

/* Mail that no relay outside has brought is not asked about. */
static double result(struct check *c, enum auth_code code, int policy)
{
    const struct auth_dmarc *d = c->auth ? &c->auth->dmarc : NULL;
    struct auth_client client;
    return d && d->code == code && (policy < 0 || (int)d->applied == policy) && spf_client(c, &client);
}

#define IS(function, code, policy)                                                                           \
    static double function(struct check *c, const struct eval_args *args, const void *prepared)              \
    {                                                                                                        \
        (void)args;                                                                                          \
        (void)prepared;                                                                                      \
        return result(c, code, policy);                                                                      \
    }

IS(check_dmarc_pass, AUTH_PASS, -1)
IS(check_dmarc_reject, AUTH_FAIL, DMARC_POLICY_REJECT)
IS(check_dmarc_quarantine, AUTH_FAIL, DMARC_POLICY_QUARANTINE)
IS(check_dmarc_none, AUTH_FAIL, DMARC_POLICY_NONE)
IS(check_dmarc_missing, AUTH_NONE, -1)

#define ROW(f)                                                                                               \
    {                                                                                                        \
#f, "DMARC", EVAL_NETWORK, 0, 0, NULL, f, NULL                                                       \
    }

static const struct eval_function rows[] = {
    ROW(check_dmarc_missing),    ROW(check_dmarc_none),   ROW(check_dmarc_pass),
    ROW(check_dmarc_quarantine), ROW(check_dmarc_reject),
};
EVAL_FAMILY(eval_dmarc, "DMARC", rows);
