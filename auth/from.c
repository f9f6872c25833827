/* from.c - the domains of From; see from.h */
#include "auth/from.h"

#include "auth/domain.h"

static void add(struct dmarc_from *from, struct slice domain)
{
    for (size_t i = 0; i < from->n; i++)
        if (slice_eq(from->domain[i], domain))
            return;
    if (from->n == DMARC_FROM_MAX)
        from->wrong = "too many From domains";
    else
        from->domain[from->n++] = domain;
}

/* "Bank, Service <a@example.org>" reads as two addresses, and is shown as the one that has a domain. */
static void add_field(struct dmarc_from *from, struct message *m, const struct header *h)
{
    struct address_list list;
    address_parse(&list, m->arena, h->value, m->limits);
    if (list.n == 0)
        from->wrong = "a From field has no address";
    if (list.truncated)
        from->wrong = "too many From addresses";
    bool any = false;
    for (size_t i = 0; i < list.n && !from->wrong; i++) {
        struct slice domain = auth_domain(m->arena, list.v[i].domain);
        any |= domain.n > 0;
        if (domain.n)
            add(from, domain);
    }
    if (list.n && !any && !from->wrong)
        from->wrong = "no From address has a domain";
}

void auth_from(struct dmarc_from *from, struct message *m)
{
    const struct header *h;
    memset(from, 0, sizeof(*from));
    for (size_t i = 0; !from->wrong && (h = header_find(m->headers, SLICE("From"), i)); i++)
        add_field(from, m, h);
    if (!from->wrong && from->n == 0)
        from->wrong = "no From field";
}
