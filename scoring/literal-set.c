/* literal-set.c - a small set of short strings, one of which is in a text; see literal-set.h */
#include "config.h"
#include "scoring/literal-set.h"

#define COST_ANY 1e9
#define COST_OF_A_BYTE 0.125 /* one of eight, as letters of a language go */
#define COST_OF_A_LINK 0.02  /* "http" is in most mail and in every URI */

/* in every X-Spam-Relays-* */
static const struct slice of_relays[] = { SLICE_INIT(" rdns="), SLICE_INIT(" helo="), SLICE_INIT(" auth=") };

void literal_set_any(struct literal_set *s)
{
    s->any = true;
    s->n = 0;
}

void literal_set_none(struct literal_set *s)
{
    s->any = false;
    s->n = 0;
}

void literal_set_empty(struct literal_set *s)
{
    literal_set_none(s);
    literal_set_add(s, SLICE(""));
}

static struct slice text_of(const struct literal *l)
{
    return slice_of(l->p, l->n);
}

void literal_set_add(struct literal_set *s, struct slice text)
{
    if (s->any)
        return;
    for (unsigned i = 0; i < s->n; i++)
        if (slice_eq(text_of(&s->v[i]), text))
            return;
    if (s->n == LITERALS_MAX) {
        literal_set_any(s);
        return;
    }
    struct literal *l = &s->v[s->n++];
    l->n = (unsigned char)text.n;
    memcpy(l->p, text.p, text.n);
}

/* not by assignment: most of a set is unused */
void literal_set_copy(struct literal_set *to, const struct literal_set *from)
{
    to->any = from->any;
    to->n = from->n;
    memcpy(to->v, from->v, from->n * sizeof(*from->v));
}

void literal_set_join(struct literal_set *s, const struct literal_set *other)
{
    if (other->any)
        literal_set_any(s);
    for (unsigned i = 0; i < other->n; i++)
        literal_set_add(s, text_of(&other->v[i]));
}

static unsigned longest(const struct literal_set *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->n; i++)
        n = s->v[i].n > n ? s->v[i].n : n;
    return n;
}

bool literal_set_append(struct literal_set *s, const struct literal_set *next)
{
    struct literal_set out;
    if (s->any || next->any || s->n * next->n > LITERALS_MADE || longest(s) + longest(next) > LITERAL_MAX)
        return false;
    literal_set_none(&out);
    for (unsigned i = 0; i < s->n; i++)
        for (unsigned k = 0; k < next->n; k++) {
            char both[LITERAL_MAX];
            memcpy(both, s->v[i].p, s->v[i].n);
            memcpy(both + s->v[i].n, next->v[k].p, next->v[k].n);
            literal_set_add(&out, slice_of(both, (size_t)s->v[i].n + next->v[k].n));
        }
    literal_set_copy(s, &out);
    return true;
}

void literal_set_keep(struct literal_set *out, const struct literal_set *s)
{
    literal_set_none(out);
    if (s->any)
        literal_set_any(out);
    for (unsigned i = 0; i < s->n; i++) {
        if (s->v[i].n < LITERAL_LEAST) {
            literal_set_any(out);
            return;
        }
        literal_set_add(out, slice_sub(text_of(&s->v[i]), 0, LITERAL_KEEP));
    }
}

static bool has_other(const struct literal_set *s, unsigned i)
{
    for (unsigned k = 0; k < s->n; k++)
        if (k != i && slice_find(text_of(&s->v[i]), text_of(&s->v[k])) >= 0)
            return true;
    return false;
}

/* Each is in the set once, so that no two are in each other. */
void literal_set_thin(struct literal_set *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->n;)
        if (has_other(s, i))
            s->v[i] = s->v[--s->n];
        else
            n = ++i;
    s->n = n;
}

/* those that say nothing */
static size_t known_bytes(struct slice text)
{
    for (size_t i = 0; i < sizeof(of_relays) / sizeof(*of_relays); i++)
        if (slice_find(text, of_relays[i]) >= 0)
            return of_relays[i].n;
    return 0;
}

static double cost(const struct literal *l)
{
    double all = 1;
    if (slice_starts(text_of(l), SLICE("http")))
        return COST_OF_A_LINK;
    for (size_t i = known_bytes(text_of(l)); i < l->n; i++)
        all *= COST_OF_A_BYTE;
    return all;
}

double literal_set_cost(const struct literal_set *s)
{
    double sum = 0;
    for (unsigned i = 0; i < s->n; i++)
        sum += cost(&s->v[i]);
    return s->any ? COST_ANY : sum;
}
