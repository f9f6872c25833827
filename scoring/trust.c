/* trust.c - which relays are ours, from the lines that say so; see trust.h
 * Lines add up in their order. A network that is wrong is a problem and left out, the rest of its line
 * counts.
 */
#include "config.h"
#include "scoring/trust.h"

#include "scoring/rule-parse.h"

static void add_network(struct networks *n, struct arena *a, const struct network *net)
{
    if ((n->n & (n->n - 1)) == 0) /* full at each power of two */
        n->v = arena_grow(a, n->v, n->n, n->n ? 2 * n->n : 1, sizeof(*n->v));
    n->v[n->n++] = *net;
}

/* What is always ours comes first, so that no later line can take it away. */
static void reset(struct networks *n, struct arena *a, bool loopback)
{
    static const struct slice always[] = { SLICE_INIT("127.0.0.0/8"), SLICE_INIT("::1") };
    *n = (struct networks){ 0 };
    for (size_t i = 0; loopback && i < sizeof(always) / sizeof(*always); i++) {
        struct network net;
        if (network_read(always[i], &net, NULL) < 0)
            bug("loopback is no network");
        add_network(n, a, &net);
    }
}

struct loading {
    struct trust *t;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
};

static bool is(const struct loading *l, const char *name)
{
    return strcmp(l->at->row->name, name) == 0;
}

static void wrong(struct loading *l, const char *text)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s", l->at->row->name, text);
}

static bool nothing_said(struct loading *l, const char *what)
{
    if (l->at->value.n)
        return false;
    wrong(l, what);
    return true;
}

static void add_line(struct loading *l, struct networks *n)
{
    struct slice rest = l->at->value;
    struct network net;
    struct err e;
    if (nothing_said(l, "write networks such as 192.0.2.0/24 behind it"))
        return;
    while (rest.n) {
        struct slice word = rule_word(&rest);
        /* "! 10.1.2.3" */
        bool lonely = slice_eq(word, SLICE("!")) && rest.n;
        if (lonely)
            word = rule_word(&rest);
        if (network_read(word, &net, &e) < 0) {
            wrong(l, e.text);
            continue;
        }
        net.negated |= lonely;
        add_network(n, l->a, &net);
    }
    n->configured = true;
}

static bool known_header(const struct trust *t, struct slice name)
{
    for (size_t i = 0; i < t->n_originating; i++)
        if (slice_ieq(t->originating_ip_headers[i], name))
            return true;
    return false;
}

static void add_headers(struct loading *l)
{
    struct slice rest = l->at->value;
    struct trust *t = l->t;
    if (nothing_said(l, "write names of fields such as X-Originating-IP behind it"))
        return;
    while (rest.n) {
        struct slice name = rule_word(&rest);
        if (known_header(t, name))
            continue;
        if ((t->n_originating & (t->n_originating - 1)) == 0)
            t->originating_ip_headers = arena_grow(l->a, t->originating_ip_headers, t->n_originating,
                                                   t->n_originating ? 2 * t->n_originating : 1, sizeof(name));
        t->originating_ip_headers[t->n_originating++] = name;
    }
}

static void set_envelope_trust(struct loading *l)
{
    struct slice v = l->at->value;
    bool yes = slice_eq(v, SLICE("1")) || slice_ieq(v, SLICE("yes"));
    if (!yes && !slice_eq(v, SLICE("0")) && !slice_ieq(v, SLICE("no")))
        wrong(l, "write 1 or 0 behind it");
    else
        l->t->always_trust_envelope_sender = yes;
}

static void read_line(struct loading *l)
{
    struct trust *t = l->t;
    const struct {
        const char *add, *clear;
        struct networks *n;
        bool loopback;
    } rows[] = {
        { "trusted_networks", "clear_trusted_networks", &t->trusted, true },
        { "internal_networks", "clear_internal_networks", &t->internal, true },
        { "msa_networks", "clear_msa_networks", &t->msa, false },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (is(l, rows[i].add))
            add_line(l, rows[i].n);
        else if (is(l, rows[i].clear))
            reset(rows[i].n, l->a, rows[i].loopback);
    }
    if (is(l, "originating_ip_headers"))
        add_headers(l);
    else if (is(l, "clear_originating_ip_headers"))
        t->n_originating = 0, t->originating_ip_headers = NULL;
    else if (is(l, "always_trust_envelope_sender"))
        set_envelope_trust(l);
    else if (is(l, "envelope_sender_header"))
        t->envelope_sender_header = l->at->value;
}

void trust_load(struct trust *t, struct arena *a, const struct settings *s, struct rule_problems *problems)
{
    struct loading l = { .t = t, .a = a, .problems = problems };
    *t = (struct trust){ 0 };
    reset(&t->trusted, a, true);
    reset(&t->internal, a, true);
    for (l.at = s->first[SETTING_TRUST]; l.at; l.at = l.at->next)
        read_line(&l);
}
