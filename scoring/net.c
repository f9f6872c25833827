/* net.c - what rules ask the DNS about one message; see net.h */
#include "config.h"
#include "scoring/net.h"

#include "base/os.h"
#include "scoring/askdns.h"
#include "scoring/net-list.h"

struct net_found {
    const struct net_question *question;
    struct net_found *next;
};

struct net_state {
    uint64_t now; /* clock_ms() */
    unsigned n;   /* questions */
    struct net_found *found, **found_tail;
};

static struct net_state *state_of(struct check *c)
{
    struct net_state *s = c->state[CHECK_NET];
    if (s)
        return s;
    s = ARENA_NEW(c->m->arena, struct net_state);
    s->now = clock_ms();
    s->found_tail = &s->found;
    c->state[CHECK_NET] = s;
    if (c->net_memory)
        net_memory_begin(c->net_memory);
    return s;
}

bool net_available(const struct check *c)
{
    return c->dns && c->set && c->set->net->available;
}

/* ---- questions */

static bool may_ask(struct check *c, struct slice name)
{
    struct net_state *s = state_of(c);
    return net_available(c) && name.n && s->n < NET_QUESTIONS_MAX && net_settings_allow(c->set->net, name) &&
           (c->net_memory == NULL || !net_memory_blocked(c->net_memory, name, s->now));
}

struct net_question *net_ask(struct check *c, struct net_questions *to, struct slice name, enum dns_type type)
{
    if (!may_ask(c, name))
        return NULL;
    struct net_question *q = ARENA_NEW(c->m->arena, struct net_question);
    q->name = name;
    q->type = type;
    q->about = name;
    if (to->tail == NULL)
        to->tail = &to->first;
    *to->tail = q;
    to->tail = &q->next;
    state_of(c)->n++;
    dns_ask(c->dns, name, type);
    return q;
}

/* 1.2.0.192 */
static bool is_address(struct slice key)
{
    size_t dots = 0;
    for (size_t i = 0; i < key.n; i++) {
        dots += key.p[i] == '.';
        if (key.p[i] != '.' && ascii_hex(key.p[i]) < 0)
            return false;
    }
    return dots == 31 || (dots == 3 && ascii_digit(key.p[0]) && ascii_digit(key.p[key.n - 1]));
}

static struct net_list *list_of(struct check *c, const struct net_question *q)
{
    struct slice key = slice_sub(q->name, 0, q->name.n - q->zone.n - 1);
    return c->net_memory ? net_memory_list(c->net_memory, q->zone, q->type, is_address(key)) : NULL;
}

struct net_question *net_ask_list(struct check *c, struct net_questions *to, struct slice key,
                                  struct slice zone, enum dns_type type, struct slice about)
{
    struct slice name = arena_printf(c->m->arena, "%.*s.%.*s", SLICE_ARG(key), SLICE_ARG(zone));
    struct net_question *q = key.n ? net_ask(c, to, name, type) : NULL;
    if (q == NULL)
        return NULL;
    q->zone = zone;
    q->about = about;
    struct net_list *l = list_of(c, q);
    if (l)
        net_list_test(l, c->dns, c->m->arena, state_of(c)->now);
    return q;
}

/* ---- answers */

static void note_found(struct check *c, const struct net_question *q)
{
    struct net_found *f = ARENA_NEW(c->m->arena, struct net_found);
    f->question = q;
    *state_of(c)->found_tail = f;
    state_of(c)->found_tail = &f->next;
}

const struct dns_answer *net_answer(struct check *c, struct net_question *q)
{
    if (q->answer == NULL) {
        q->answer = dns_get(c->dns, q->name, q->type);
        if (q->answer->n && q->zone.n)
            note_found(c, q);
    }
    return q->answer;
}

struct slice net_dotted(struct arena *a, struct slice address)
{
    const unsigned char *p = (const unsigned char *)address.p;
    return address.n == 4 ? arena_printf(a, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]) : SLICE("");
}

struct slice net_reversed(struct check *c, struct slice address)
{
    if (slice_istarts(address, SLICE("IPv6:")))
        address = slice_from(address, 5);
    return dns_reversed(c->m->arena, address);
}

struct slice net_listing(struct check *c, const struct net_question *q, const struct dns_record *record,
                         bool *refused)
{
    const struct slice none = { NULL, 0 };
    const unsigned char *p = (const unsigned char *)record->data.p;
    bool address = q->type == DNS_A;
    *refused = false;
    if (address && p[0] != 127)
        return none;
    struct slice text = address ? net_dotted(c->m->arena, record->data) : record->data;
    struct net_list *l = q->zone.n ? list_of(c, q) : NULL;
    if (address && p[1] == 255 && p[2] == 255) {
        *refused = true;
        if (l)
            net_list_refuses(l, text, state_of(c)->now);
    } else if (l && net_list_lies(l, c->dns, c->m->arena, state_of(c)->now))
        return none;
    return text;
}

/* ---- all rules */

static void ask_one(struct check *c, const struct rule *r, enum ask_round round)
{
    c->running = r;
    if (r->test.type == RULE_ASKDNS)
        askdns_ask(c, r, round);
    else if (r->test.eval.f->ask)
        r->test.eval.f->ask(c, &r->test.eval.args, r->test.eval.prepared, round);
    c->running = NULL;
}

void net_ask_all(struct check *c, enum ask_round round)
{
    if (!net_available(c))
        return;
    state_of(c);
    for (size_t i = 0; i < c->set->n_asking; i++)
        ask_one(c, c->set->asking[i], round);
    dns_send(c->dns);
}

static bool hit(const struct check *c, const double *values, struct slice rule)
{
    uint32_t number = names_find(&c->set->names, rule);
    return number != NAMES_NONE && values[number] != 0;
}

void net_finish(struct check *c, const double *values)
{
    if (!net_available(c) || c->net_memory == NULL)
        return;
    uint64_t now = state_of(c)->now, until = now + (uint64_t)c->set->net->block_seconds * 1000;
    for (const struct net_block *b = c->set->net->blocks; b; b = b->next)
        if (hit(c, values, b->rule))
            net_memory_block(c->net_memory, b->zone, now, until, b->rule);
}

/* ---- for reports */

static void put_found(const struct check *c, struct buf *out, const struct net_question *q)
{
    buf_printf(out, "<dns:%.*s%s> [", SLICE_ARG(q->name), q->type == DNS_TXT ? "?type=TXT" : "");
    for (const struct dns_record *r = q->answer->records; r; r = r->next) {
        buf_add_slice(out, q->type == DNS_A ? net_dotted(c->m->arena, r->data) : r->data);
        if (r->next)
            buf_add_str(out, ", ");
    }
    buf_add_char(out, ']');
}

void net_put_found(const struct check *c, struct buf *out)
{
    const struct net_state *s = c->state[CHECK_NET];
    for (const struct net_found *f = s ? s->found : NULL; f; f = f->next) {
        put_found(c, out, f->question);
        if (f->next)
            buf_add_char(out, '\n');
    }
}
