/* features-sender.c - tokens of who says to have written, and how that fits; see features.h
 * Whether Reply-To, Return-Path, Message-ID and To are of From's domain, and how its name and its address
 * look: true of mail of a kind whoever sent it. */
#include "config.h"
#include "scoring/features.h"

#include "message/uri.h"

#define FIELD_BYTES_MAX 1500
#define NAME_PART_MIN 3

/* The first address of a field. */
struct party {
    bool there;
    struct slice addr, name, local;
    struct slice domain; /* registrable; as it stands where there is none */
};

static struct slice domain_of(struct slice host)
{
    struct slice domain = uri_registrable(host);
    return domain.n ? domain : host;
}

static struct slice value_of(const struct features *f, const struct message *m, struct slice name)
{
    const struct header *h = features_ignores(f, name) ? NULL : header_find(m->headers, name, 0);
    return h ? header_unfold(f->a, slice_sub(h->value, 0, FIELD_BYTES_MAX)) : SLICE("");
}

static struct party party_of(struct features *f, struct message *m, struct slice name)
{
    struct slice value = value_of(f, m, name);
    struct party p = { .there = value.n > 0 };
    struct address_list list;
    address_parse(&list, f->a, value, m->limits);
    if (list.n) {
        p.addr = list.v[0].addr;
        p.name = list.v[0].name;
        p.local = list.v[0].local;
        p.domain = domain_of(list.v[0].domain);
    }
    return p;
}

static struct party id_of(struct features *f, struct message *m)
{
    struct slice id = value_of(f, m, SLICE("message-id"));
    struct party p = { .there = id.n > 0 };
    ptrdiff_t at = slice_chr(id, '@');
    if (at < 0)
        return p;
    p.addr = slice_from(id, (size_t)at + 1);
    if (p.addr.n && p.addr.p[p.addr.n - 1] == '>')
        p.addr.n--;
    p.domain = domain_of(p.addr);
    return p;
}

static void relate(struct features *f, struct slice kind, const struct party *a, const struct party *b)
{
    features_token(f, kind,
                   !b->there                         ? SLICE("absent")
                   : b->domain.n == 0                ? SLICE("none")
                   : slice_ieq(a->addr, b->addr)     ? SLICE("same")
                   : slice_ieq(a->domain, b->domain) ? SLICE("near")
                                                     : SLICE("other"));
}

static void add_relations(struct features *f, struct message *m, const struct party *from)
{
    const struct party reply = party_of(f, m, SLICE("reply-to")), to = party_of(f, m, SLICE("to")),
                       path = party_of(f, m, SLICE("return-path")), id = id_of(f, m);
    relate(f, SLICE("from+reply-to"), from, &reply);
    relate(f, SLICE("from+to"), from, &to);
    relate(f, SLICE("from+message-id"), from, &id);
    relate(f, SLICE("to+message-id"), &to, &id);
    if (path.there)
        relate(f, SLICE("from+return-path"), from, &path);
    if (reply.domain.n && !slice_ieq(reply.domain, from->domain))
        features_lower(f, SLICE("elsewhere"), reply.domain);
}

/* Whether a word of the name is in the address: "Ann Example <ann@..." */
static bool is_own_name(struct arena *a, const struct party *p)
{
    struct slice name = arena_lower(a, p->name), local = arena_lower(a, p->local);
    size_t start = 0;
    for (size_t i = 0; i <= name.n; i++)
        if (i == name.n || !ascii_alnum(name.p[i])) {
            if (i - start >= NAME_PART_MIN && slice_find(local, slice_sub(name, start, i - start)) >= 0)
                return true;
            start = i + 1;
        }
    return false;
}

static void add_looks(struct features *f, const struct party *from)
{
    features_token(f, SLICE("fromname"),
                   !from->there                        ? SLICE("absent")
                   : from->name.n == 0                 ? SLICE("none")
                   : slice_ieq(from->name, from->addr) ? SLICE("address")
                   : is_own_name(f->a, from)           ? SLICE("own")
                                                       : SLICE("other"));
    features_shape(f, SLICE("fromshape"), slice_sub(from->local, 0, 40));
    features_shape(f, SLICE("nameshape"), slice_sub(from->name, 0, 40));
}

void features_sender(struct features *f, struct message *m)
{
    const struct party from = party_of(f, m, SLICE("from"));
    add_relations(f, m, &from);
    add_looks(f, &from);
    features_token(f, SLICE("fromquoted"),
                   slice_chr(value_of(f, m, SLICE("from")), '"') >= 0 ? SLICE("1") : SLICE("0"));
}
