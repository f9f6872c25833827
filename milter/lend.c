/* lend.c - the resolver for sessions; see lend.h */
#include "config.h"
#include "milter/lend.h"

static bool take(void *ctx, struct slice client, struct gateway_loan *loan)
{
    loan->link = lookup_borrow(ctx);
    if (loan->link == NULL)
        return false;
    dns_link_set_client(loan->link, client);
    loan->source = dns_link_source(loan->link);
    return true;
}

static void give(void *ctx, struct gateway_loan *loan)
{
    lookup_give_back(ctx, &loan->link);
    loan->source = NULL;
}

void lend_from(struct lookup_pool *pool, struct gateway_dns *dns)
{
    *dns = (struct gateway_dns){ pool, take, give };
}
