/* arc-chain.c - the ARC sets of a message, put in order; see arc-chain.h */
#include "auth/arc-chain.h"

#include "auth/dkim-tags.h"

struct reading {
    struct arc_chain *chain;
    struct arena *a;
    size_t highest;
};

static void wrong(struct arc_chain *c, size_t at, const char *fault)
{
    if (c->fault)
        return; /* the first says it */
    c->fault = fault;
    c->at = (unsigned)at;
}

/* 0: none */
static unsigned instance_of(struct slice s)
{
    uint64_t n;
    return s.n && s.n <= 3 && s.p[0] != '0' && dkim_number(s, &n) && n <= ARC_SETS_MAX ? (unsigned)n : 0;
}

/* "i=" instance ";" what an Authentication-Results has */
static unsigned read_results(struct slice value, struct slice *results)
{
    struct slice rest = slice_trim(value), tag;
    if (rest.n == 0 || slice_chr(rest, ';') < 0 || !slice_cut(&rest, ';', &tag))
        return 0;
    ptrdiff_t equals = slice_chr(tag, '=');
    if (equals < 0 || !slice_ieq(slice_trim(slice_sub(tag, 0, (size_t)equals)), SLICE("i")))
        return 0;
    *results = slice_trim(rest);
    return instance_of(slice_trim(slice_from(tag, (size_t)equals + 1)));
}

/* ---- a seal */

static bool read_status(struct slice value, enum arc_status *status)
{
    static const struct slice names[] = {
        [ARC_NONE] = SLICE_INIT("none"), [ARC_PASS] = SLICE_INIT("pass"), [ARC_FAIL] = SLICE_INIT("fail")
    };
    for (*status = ARC_NONE; *status <= ARC_FAIL; ++*status)
        if (slice_ieq(value, names[*status]))
            return true;
    return false;
}

/* What is wrong with it, or NULL. 4.1.3: h= is forbidden by name, unknown tags are not. */
static const char *read_seal(struct arena *a, struct slice value, struct arc_seal *s, unsigned *instance)
{
    struct dkim_tags t;
    uint64_t at;
    const struct slice none = { NULL, 0 };
    if (!dkim_tags_parse(&t, value))
        return t.why;
    const struct slice *i = dkim_tag(&t, "i"), *alg = dkim_tag(&t, "a"), *b = dkim_tag(&t, "b"),
                       *d = dkim_tag(&t, "d"), *sel = dkim_tag(&t, "s"), *cv = dkim_tag(&t, "cv"),
                       *when = dkim_tag(&t, "t");
    *instance = i ? instance_of(*i) : 0;
    if (*instance == 0)
        return "a seal without an instance";
    if (!alg || !b || !d || !sel || !cv)
        return "a tag of a seal is missing";
    if (dkim_tag(&t, "h"))
        return "h= in a seal";
    if (!dkim_algorithm(*alg, &s->kind))
        return "a seal's algorithm is not accepted";
    if (!dkim_domain_ok(*d, false) || !dkim_domain_ok(*sel, true))
        return "a seal's d= or s= is no name";
    if (!read_status(*cv, &s->status))
        return "unknown cv=";
    if (when && !dkim_number(*when, &at))
        return "a seal's t= is no time";
    s->domain = arena_lower(a, *d);
    s->selector = arena_lower(a, *sel);
    s->signature = b->n ? dkim_base64(a, *b, DKIM_B_MAX) : none;
    return s->signature.n ? NULL : "a seal's b= is no signature";
}

/* ---- the fields */

/* NULL: there is none of that instance, or no place for it */
static struct arc_set *set_of(struct reading *r, unsigned instance)
{
    if (instance == 0)
        return NULL;
    if (instance > r->highest)
        r->highest = instance;
    return &r->chain->sets[instance - 1];
}

static void take_results(struct reading *r, const struct header *h)
{
    struct slice results = { NULL, 0 };
    unsigned i = read_results(h->value, &results);
    struct arc_set *set = set_of(r, i);
    if (set == NULL)
        wrong(r->chain, 0, "results without an instance");
    else if (set->results_field)
        wrong(r->chain, i, "two results");
    else {
        set->results_field = h;
        set->results = results;
    }
}

static void take_message(struct reading *r, const struct header *h)
{
    struct dkim_signature s;
    dkim_signature_read(&s, r->a, FIELD_ARC, h->field, h->value);
    struct arc_set *set = set_of(r, s.instance);
    if (set == NULL)
        wrong(r->chain, 0, s.reason ? s.reason : "a signature without an instance");
    else if (set->message_field)
        wrong(r->chain, s.instance, "two signatures");
    else {
        set->message_field = h;
        set->message = s;
    }
}

static void take_seal(struct reading *r, const struct header *h)
{
    struct arc_seal s = { .status = ARC_NONE };
    unsigned i = 0;
    const char *bad = read_seal(r->a, h->value, &s, &i);
    struct arc_set *set = set_of(r, i);
    if (bad)
        wrong(r->chain, i, bad);
    else if (set && set->seal_field)
        wrong(r->chain, i, "two seals");
    else if (set) {
        set->seal_field = h;
        set->seal = s;
    }
}

static void check_sets(struct arc_chain *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct arc_set *set = &c->sets[i];
        if (set->results_field == NULL || set->message_field == NULL || set->seal_field == NULL)
            wrong(c, i + 1, "a field of a set is missing");
        else if ((set->seal.status == ARC_NONE) != (i == 0))
            wrong(c, i + 1, "cv= is not what its place asks for");
    }
}

static const struct {
    struct slice name;
    void (*take)(struct reading *r, const struct header *h);
} kinds[] = {
    { SLICE_INIT("ARC-Seal"), take_seal },
    { SLICE_INIT("ARC-Message-Signature"), take_message },
    { SLICE_INIT("ARC-Authentication-Results"), take_results },
};

/* false: there are more than there can be. */
static bool take_field(struct reading *r, const struct header *h, size_t *seen)
{
    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        if (!slice_ieq(h->name, kinds[k].name))
            continue;
        if (++*seen > 3 * ARC_SETS_MAX)
            return false;
        kinds[k].take(r, h);
    }
    return true;
}

void arc_chain_read(struct arc_chain *c, struct arena *a, const struct header_block *header)
{
    struct reading r = { c, a, 0 };
    size_t seen = 0;
    *c = (struct arc_chain){ .n = 0 };
    for (size_t i = 0; i < header->n; i++) {
        if (slice_istarts(header->v[i].name, SLICE("ARC-")) && c->sets == NULL)
            c->sets = arena_array(a, ARC_SETS_MAX, sizeof(*c->sets));
        if (c->sets && !take_field(&r, &header->v[i], &seen)) {
            wrong(c, 0, "too many ARC fields");
            break;
        }
    }
    c->n = r.highest;
    if (seen && header->flags & HEADER_TRUNCATED)
        wrong(c, 0, "the header is too long");
    if (seen && c->n == 0)
        wrong(c, 0, "no set");
    check_sets(c);
}
