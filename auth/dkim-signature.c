/* dkim-signature.c - a signature as it is written; see dkim-signature.h
 * Each tag has a row: whether it must be there, and what reads it. */
#include "auth/dkim-signature.h"

#include "auth/dkim-tags.h"
#include "base/buf.h"

#define B_SHOWN 8
#define INSTANCE_MAX 50

struct reading {
    struct dkim_signature *s;
    struct arena *a;
    enum dkim_field what;
};

/* each: NULL, or what is wrong */
typedef const char *read_fn(struct reading *r, struct slice value);

static const char *read_version(struct reading *r, struct slice value)
{
    if (r->what == FIELD_ARC) /* 8617 4.1.2: there is none */
        return "v= in an ARC-Message-Signature";
    return slice_eq(value, SLICE("1")) ? NULL : "unknown v=";
}

bool dkim_algorithm(struct slice name, enum dkim_kind *kind)
{
    bool rsa = slice_eq(name, SLICE("rsa-sha256"));
    *kind = rsa ? KEY_RSA : KEY_ED25519;
    return rsa || slice_eq(name, SLICE("ed25519-sha256"));
}

static const char *read_algorithm(struct reading *r, struct slice value)
{
    r->s->algorithm = arena_lower(r->a, value);
    if (dkim_algorithm(value, &r->s->kind))
        return NULL;
    return slice_ieq(value, SLICE("rsa-sha1")) ? "rsa-sha1 is not accepted" : "unknown algorithm";
}

static const char *read_b(struct reading *r, struct slice value)
{
    struct buf start;
    buf_init_in(&start, r->a, B_SHOWN);
    for (size_t i = 0; i < value.n && start.n < B_SHOWN; i++)
        if (ascii_alnum(value.p[i]) || value.p[i] == '+' || value.p[i] == '/')
            buf_add_char(&start, value.p[i]);
    r->s->start = buf_slice(&start);
    r->s->signature = dkim_base64(r->a, value, DKIM_B_MAX);
    return r->s->signature.n ? NULL : "b= is no signature";
}

static const char *read_bh(struct reading *r, struct slice value)
{
    r->s->body_hash = dkim_base64(r->a, value, DKIM_HASH);
    return r->s->body_hash.n == DKIM_HASH ? NULL : "bh= is no hash";
}

static bool canon_of(struct slice name, enum dkim_canon *how)
{
    *how = slice_eq(name, SLICE("relaxed")) ? CANON_RELAXED : CANON_SIMPLE;
    return *how == CANON_RELAXED || slice_eq(name, SLICE("simple"));
}

static const char *read_canon(struct reading *r, struct slice value)
{
    ptrdiff_t slash = slice_chr(value, '/');
    struct slice header = slice_trim(slice_sub(value, 0, slash < 0 ? value.n : (size_t)slash));
    struct slice body = slash < 0 ? SLICE("simple") : slice_trim(slice_from(value, (size_t)slash + 1));
    bool good = canon_of(header, &r->s->header_canon) && canon_of(body, &r->s->body_canon);
    return good ? NULL : "unknown canonicalization";
}

static const char *read_domain(struct reading *r, struct slice value)
{
    if (!dkim_domain_ok(value, false))
        return "d= is no domain";
    r->s->domain = arena_lower(r->a, value);
    return NULL;
}

static const char *read_selector(struct reading *r, struct slice value)
{
    if (!dkim_domain_ok(value, true))
        return "s= is no selector";
    r->s->selector = arena_lower(r->a, value);
    return NULL;
}

/* hdr-name *( ":" hdr-name ), which must name From (6376 5.4). That of ARC need not, and may be empty; it
 * must not name a seal (8617 4.1.2). */
static const char *read_fields(struct reading *r, struct slice value)
{
    struct slice rest = value, name;
    size_t n = 0;
    r->s->fields = value;
    while (dkim_item(&rest, &name)) {
        if (++n > DKIM_FIELDS_MAX)
            return "too many names in h=";
        if (name.n == 0 && r->what == FIELD_DKIM)
            return "an empty name in h=";
    }
    if (r->what == FIELD_ARC)
        return dkim_list_has(value, SLICE("ARC-Seal")) ? "h= names a seal" : NULL;
    return dkim_list_has(value, SLICE("From")) ? NULL : "From is not signed";
}

static const char *read_instance(struct reading *r, struct slice value)
{
    uint64_t n;
    if (value.n > 2 || !dkim_number(value, &n) || n < 1 || n > INSTANCE_MAX)
        return "bad instance";
    r->s->instance = (unsigned)n;
    return NULL;
}

/* [ local ] "@" domain; whether it fits d= is asked when all is read. */
static const char *read_identity(struct reading *r, struct slice value)
{
    if (r->what == FIELD_ARC)
        return read_instance(r, value);
    r->s->identity = value;
    const char *at = memrchr(value.p, '@', value.n);
    return at && dkim_domain_ok(slice_from(value, (size_t)(at - value.p) + 1), false) ? NULL : "i= is bad";
}

static const char *read_length(struct reading *r, struct slice value)
{
    r->s->has_length = true;
    if (slice_uint(value, UINT64_MAX, &r->s->length))
        return NULL;
    return "l= is no length";
}

static const char *read_query(struct reading *r, struct slice value)
{
    (void)r;
    return dkim_list_has(value, SLICE("dns/txt")) || dkim_list_has(value, SLICE("dns")) ? NULL : "unknown q=";
}

static const char *read_time(struct slice value, int64_t *at)
{
    uint64_t n;
    if (!dkim_number(value, &n))
        return "t= or x= is no time";
    *at = (int64_t)n;
    return NULL;
}

static const char *read_signed_at(struct reading *r, struct slice value)
{
    return read_time(value, &r->s->signed_at);
}

static const char *read_expires(struct reading *r, struct slice value)
{
    return read_time(value, &r->s->expires);
}

enum { NEEDED = 1, DKIM_ONLY = 2, ARC_ONLY = 4 };

/* d and s first: a report names them, whatever else is wrong */
static const struct {
    const char *name;
    unsigned flags;
    read_fn *read;
} tags[] = {
    { "d", NEEDED, read_domain },    { "s", NEEDED, read_selector },
    { "b", NEEDED, read_b },         { "v", NEEDED | DKIM_ONLY, read_version },
    { "a", NEEDED, read_algorithm }, { "bh", NEEDED, read_bh },
    { "h", NEEDED, read_fields },    { "i", NEEDED | ARC_ONLY, read_identity },
    { "c", 0, read_canon },          { "l", 0, read_length },
    { "q", 0, read_query },          { "t", 0, read_signed_at },
    { "x", 0, read_expires },
};

static bool is_needed(unsigned flags, enum dkim_field what)
{
    return (flags & NEEDED) && !(flags & (what == FIELD_ARC ? DKIM_ONLY : ARC_ONLY));
}

static void wrong(struct dkim_signature *s, enum auth_code code, const char *reason)
{
    if (s->code != AUTH_NONE)
        return; /* the first says it */
    s->code = code;
    s->reason = reason;
}

static void read_tags(struct reading *r, const struct dkim_tags *t)
{
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
        const struct slice *value = dkim_tag(t, tags[i].name);
        const char *bad = value ? tags[i].read(r, *value) : NULL;
        if (bad)
            wrong(r->s, AUTH_NEUTRAL, bad);
        else if (value == NULL && is_needed(tags[i].flags, r->what))
            wrong(r->s, AUTH_NEUTRAL, "a tag that must be there is missing");
    }
}

/* What tags say of each other. */
static void check(struct dkim_signature *s, struct arena *a)
{
    if (s->identity.n == 0)
        s->identity = arena_printf(a, "@%.*s", SLICE_ARG(s->domain));
    const char *at = memrchr(s->identity.p, '@', s->identity.n);
    struct slice domain = slice_from(s->identity, at ? (size_t)(at - s->identity.p) + 1 : s->identity.n);
    if (s->domain.n && !dkim_below(domain, s->domain))
        wrong(s, AUTH_NEUTRAL, "i= is not of d=");
    if (s->expires && s->signed_at && s->expires < s->signed_at)
        wrong(s, AUTH_NEUTRAL, "it expires before it was made");
}

void dkim_signature_read(struct dkim_signature *s, struct arena *a, enum dkim_field what, struct slice field,
                         struct slice value)
{
    struct dkim_tags t;
    struct reading r = { s, a, what };
    *s = (struct dkim_signature){ .field = field, .code = AUTH_NONE };
    if (!dkim_tags_parse(&t, value))
        wrong(s, AUTH_NEUTRAL, t.why);
    else
        read_tags(&r, &t);
    check(s, a);
}

struct slice dkim_key_name(struct arena *a, struct slice selector, struct slice domain)
{
    return arena_printf(a, "%.*s._domainkey.%.*s", SLICE_ARG(selector), SLICE_ARG(domain));
}
