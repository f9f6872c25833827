/* from.c - the domains of From; see from.h */
#include "auth/from.h"

#include "auth/domain.h"

#define FIELDS_MAX 100 /* read; a message has one */

/* The first that is wrong is said; domains are gathered all the same. */
static void wrong(struct dmarc_from *from, const char *why)
{
    if (from->wrong == NULL)
        from->wrong = why;
}

static void add(struct dmarc_from *from, struct slice domain)
{
    for (size_t i = 0; i < from->n; i++)
        if (slice_eq(from->domain[i], domain))
            return;
    if (from->n == DMARC_FROM_MAX)
        wrong(from, "too many From domains");
    else
        from->domain[from->n++] = domain;
}

/* "Bank, Service <a@example.org>" reads as two addresses, and is shown as the one that has a domain. */
static void add_field(struct dmarc_from *from, struct message *m, const struct header *h)
{
    struct address_list list;
    address_parse(&list, m->arena, h->value, m->limits);
    if (list.n == 0)
        wrong(from, "a From field has no address");
    if (list.truncated)
        wrong(from, "too many From addresses");
    bool any = false;
    for (size_t i = 0; i < list.n; i++) {
        struct slice domain = auth_domain(m->arena, list.v[i].domain);
        any |= domain.n > 0;
        if (domain.n)
            add(from, domain);
    }
    if (list.n && !any)
        wrong(from, "no From address has a domain");
}

void auth_from(struct dmarc_from *from, struct message *m)
{
    size_t fields = 0;
    memset(from, 0, sizeof(*from));
    for (size_t i = 0; i < m->headers->n; i++) {
        if (!slice_ieq(m->headers->v[i].name, SLICE("From")))
            continue;
        if (++fields > FIELDS_MAX) {
            wrong(from, "too many From fields");
            return;
        }
        add_field(from, m, &m->headers->v[i]);
    }
    if (fields == 0)
        wrong(from, "no From field");
}
