/* dkim-sign.c - a DKIM-Signature made; see dkim-sign.h */
#include "auth/dkim-sign.h"

#include "auth/dkim-tags.h"
#include "auth/dkim-verify.h"

#define COLUMNS 76

static void add_name(struct buf *out, struct slice name)
{
    if (out->n)
        buf_add_char(out, ':');
    for (size_t i = 0; i < name.n; i++)
        buf_add_char(out, ascii_lower(name.p[i]));
}

struct slice dkim_sign_names(struct arena *a, const struct dkim_fields *fields, struct slice names,
                             struct slice oversign)
{
    struct buf out;
    struct slice name;
    buf_init_in(&out, a, DKIM_VALUE_MAX / 2);
    while (dkim_item(&names, &name)) {
        size_t n = dkim_fields_count(fields, name) + dkim_list_has(oversign, name);
        for (size_t i = 0; i < n && i < DKIM_FIELDS_MAX / 4; i++)
            add_name(&out, name);
    }
    return buf_slice(&out);
}

/* Breaks behind a colon, where the next name would pass the last column. */
static void fold_names(struct buf *out, struct slice names)
{
    struct slice name;
    size_t column = 1 + 2;
    buf_add_str(out, "\n\th=");
    for (bool first = true; slice_cut(&names, ':', &name); first = false) {
        if (!first)
            buf_add_char(out, ':');
        if (column + name.n + 2 > COLUMNS) {
            buf_add_str(out, "\n\t ");
            column = 2;
        }
        buf_add_slice(out, name);
        column += name.n + 1;
    }
    buf_add_char(out, ';');
}

void dkim_sign_fold(struct buf *out, struct slice base64, size_t column)
{
    while (base64.n) {
        size_t n = COLUMNS - 4 - column < base64.n ? COLUMNS - 4 - column : base64.n;
        buf_add(out, base64.p, n);
        base64 = slice_from(base64, n);
        if (base64.n)
            buf_add_str(out, "\n\t ");
        column = 2;
    }
}

static const char *canon_name(enum dkim_canon how)
{
    return how == CANON_RELAXED ? "relaxed" : "simple";
}

/* All of it up to "b=". */
static void put_head(struct buf *out, struct arena *a, const struct dkim_signing *s, struct slice names,
                     const struct dkim_body *body)
{
    if (s->instance)
        buf_printf(out, "i=%u; ", s->instance);
    else
        buf_add_str(out, "v=1; ");
    buf_printf(out, "a=%s; c=%s/%s;\n\td=%.*s; s=%.*s;\n\tt=%lld; ", dkim_private_algorithm(s->key),
               canon_name(s->header_canon), canon_name(s->body_canon), SLICE_ARG(s->domain),
               SLICE_ARG(s->selector), (long long)s->now);
    if (s->lifetime)
        buf_printf(out, "x=%lld; ", (long long)s->now + s->lifetime);
    struct slice bh = dkim_base64_of(a, slice_of((const char *)body->sum, DKIM_HASH));
    buf_printf(out, "bh=%.*s;", SLICE_ARG(bh));
    fold_names(out, names);
    buf_add_str(out, "\n\tb=");
}

/* The field as the wire has it. */
static struct slice field_of(struct arena *a, const struct dkim_signing *s, struct slice value)
{
    struct buf out;
    struct slice line;
    buf_init_in(&out, a, 2 * DKIM_VALUE_MAX);
    buf_add_str(&out, s->instance ? "ARC-Message-Signature: " : "DKIM-Signature: ");
    while (slice_line(&value, &line)) {
        buf_add_slice(&out, slice_chomp(line));
        buf_add_str(&out, "\r\n");
    }
    return buf_slice(&out);
}

struct slice dkim_sign(struct arena *a, struct dkim_crypto *c, struct dkim_fields *fields,
                       struct dkim_bodies *bodies, const struct dkim_signing *s)
{
    const struct dkim_body *body = dkim_body_want(bodies, s->body_canon, false, 0);
    struct slice names = dkim_sign_names(a, fields, s->fields, s->oversign), none = { NULL, 0 };
    unsigned char sum[DKIM_HASH], signature[DKIM_SIGNATURE_MAX];
    struct dkim_hasher h = { c, SLOT_HEADER };
    struct dkim_sink sink = dkim_hash_sink(&h);
    struct buf out;
    if (body == NULL)
        return none;
    dkim_bodies_make(bodies, c);
    buf_init_in(&out, a, DKIM_VALUE_MAX);
    put_head(&out, a, s, names, body);
    dkim_hash_begin(c, SLOT_HEADER);
    dkim_fields_put(fields, names, s->header_canon, &sink, SLICE(""));
    dkim_canon_signature(&sink, s->header_canon, field_of(a, s, buf_slice(&out)));
    dkim_hash_end(c, SLOT_HEADER, sum);
    size_t n = dkim_private_sign(s->key, sum, signature);
    dkim_sign_fold(&out, dkim_base64_of(a, slice_of((const char *)signature, n)), 3);
    return n && !out.full ? buf_slice(&out) : none;
}
