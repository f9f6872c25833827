/* view-header.c - what header rules see, and functions ask for; see view.h
 * SpamAssassin's get(): a row of values, one a field or one an address. The value of a specification is made
 * once a message. Fields are looked through in order for each, which the number of fields (header_max_count)
 * and of specifications bounds. */
#include "config.h"
#include "scoring/view-values.h"

#include "scoring/rule.h"
#include "scoring/view-address.h"
#include "scoring/view-type.h"
#include "scoring/view-words.h"

void view_values_add(struct view_values *out, struct slice value)
{
    if (out->n == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 4;
        out->v = arena_grow(out->a, out->v, out->n, out->cap, sizeof(*out->v));
    }
    out->v[out->n++] = value;
}

void views_fields(struct views *v)
{
    struct view_part *root = views_tree(v)->root;
    if (v->has_fields)
        return;
    v->has_fields = true;
    v->fields = arena_array(v->arena, root->n_fields, sizeof(*v->fields));
    for (size_t i = 0; i < root->n_fields; i++)
        if (!slice_istarts(root->fields[i].name, SLICE("X-Spam-")))
            v->fields[v->n_fields++] = &root->fields[i];
}

/* ---- whole fields */

static struct slice with_lf(struct arena *a, struct slice s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\n';
    return slice_of(p, s.n + 1);
}

/* Line ends and all white space behind them as one space. */
static struct slice on_one_line(struct arena *a, struct slice raw)
{
    char *out = arena_alloc(a, raw.n);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        bool space = raw.p[i] == '\n' && i + 1 < raw.n && view_space(raw.p[i + 1]);
        if (!space) {
            out[n++] = raw.p[i];
            continue;
        }
        n -= n && out[n - 1] == '\r';
        out[n++] = ' ';
        while (i + 1 < raw.n && view_space(raw.p[i + 1]))
            i++;
    }
    return slice_of(out, n);
}

enum { FIELD_DECODED, FIELD_RAW, FIELD_RAW_LINE };

static void add_fields(struct views *v, struct slice name, int how, struct view_values *out)
{
    views_fields(v);
    for (size_t i = 0; i < v->n_fields; i++) {
        struct view_field *f = v->fields[i];
        if (!slice_ieq(f->name, name))
            continue;
        struct slice value = how == FIELD_DECODED ? view_field_decoded(v->arena, f) : f->raw;
        if (how == FIELD_DECODED || !f->no_lf)
            value = with_lf(v->arena, value);
        view_values_add(out, how == FIELD_RAW_LINE ? on_one_line(v->arena, value) : value);
    }
}

static void add_list(struct views *v, const struct slice *names, size_t n, bool raw, struct view_values *out)
{
    for (size_t i = 0; i < n; i++)
        add_fields(v, names[i], raw ? FIELD_RAW_LINE : FIELD_DECODED, out);
}

/* ---- what no field says: false when the name is none of these */

static bool add_relays(struct views *v, struct slice name, struct view_values *out)
{
    static const struct slice head = SLICE_INIT("X-Spam-Relays-");
    if (!slice_istarts(name, head))
        return false;
    struct slice which = slice_from(name, head.n);
    const struct view_relays *r = views_relays(v);
    if (slice_ieq(which, SLICE("Untrusted")))
        view_values_add(out, r->untrusted);
    else if (slice_ieq(which, SLICE("Trusted")))
        view_values_add(out, r->trusted);
    else if (slice_ieq(which, SLICE("External")))
        view_values_add(out, r->external);
    else if (slice_ieq(which, SLICE("Internal")))
        view_values_add(out, r->internal);
    return true;
}

static struct slice lower_hosts(struct views *v, struct slice request, bool all)
{
    const struct view_header *h = views_get(v, request);
    struct buf b;
    buf_init_in(&b, v->arena, 65536);
    for (size_t i = 0; i < h->n && (all || i == 0); i++) {
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = slice_eq(h->v[k], h->v[i]);
        if (seen)
            continue;
        if (i)
            buf_add_char(&b, ' ');
        buf_add_slice(&b, arena_lower(v->arena, h->v[i]));
    }
    return buf_slice(&b);
}

static void add_metadata(struct views *v, struct slice name, struct view_values *out)
{
    struct slice value = SLICE("");
    if (slice_ieq(name, SLICE("X-SenderDomain")))
        value = lower_hosts(v, SLICE("EnvelopeFrom:first:addr:host"), false);
    else if (slice_ieq(name, SLICE("X-AuthorDomain")))
        value = lower_hosts(v, SLICE("From:addr:host"), true);
    if (value.n)
        view_values_add(out, value);
}

static void add_field_or_data(struct views *v, const struct header_spec *spec, struct view_values *out)
{
    if (view_values_all(v, spec->name, spec->raw, out) || add_relays(v, spec->name, out))
        return;
    add_fields(v, spec->name, spec->raw || spec->form != SPEC_WHOLE ? FIELD_RAW : FIELD_DECODED, out);
    if (out->n == 0)
        add_metadata(v, spec->name, out);
}

static void add_source(struct views *v, const struct header_spec *spec, struct view_values *out)
{
    static const struct slice to_cc[] = { SLICE_INIT("To"), SLICE_INIT("Cc") };
    static const struct slice ids[] = { SLICE_INIT("X-Message-Id"), SLICE_INIT("Resent-Message-Id"),
                                        SLICE_INIT("X-Original-Message-ID"), SLICE_INIT("Message-Id") };
    switch (spec->source) {
    case SPEC_ALL: view_values_all(v, SLICE("ALL"), spec->raw, out); return;
    case SPEC_TOCC: add_list(v, to_cc, 2, spec->raw, out); return;
    case SPEC_MESSAGEID: add_list(v, ids, 4, spec->raw, out); return;
    case SPEC_ENVELOPE_FROM: view_values_sender(v, out); return;
    case SPEC_FIELD: add_field_or_data(v, spec, out); return;
    }
    bug("header source %d", (int)spec->source);
}

/* ---- addresses and names */

/* White space runs as one space, single quotes around the whole taken off. */
static struct slice clean_name(struct arena *a, struct slice name)
{
    struct slice s = view_trim(name);
    char *out = arena_alloc(a, s.n);
    size_t n = 0;
    if (s.n == 0)
        return name;
    for (size_t i = 0; i < s.n; i++)
        if (!view_space(s.p[i]))
            out[n++] = s.p[i];
        else if (!view_space(s.p[i - 1]))
            out[n++] = ' ';
    if (n > 1 && out[0] == '\'' && out[n - 1] == '\'')
        return slice_of(out + 1, n - 2);
    return slice_of(out, n);
}

static void add_found(const struct header_spec *spec, const struct view_addresses *list,
                      struct view_values *out)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct view_address *e = &list->v[i];
        if (spec->form == SPEC_ADDR && e->has_address)
            view_values_add(out, e->address);
        if (spec->form != SPEC_NAME || !e->has_phrase)
            continue;
        view_values_add(out, spec->raw
                                 ? e->phrase
                                 : clean_name(out->a, view_words_decode(out->a, SLICE(""),
                                                                        view_unfold(out->a, e->phrase))));
    }
}

static void to_addresses(const struct header_spec *spec, struct view_values *values)
{
    struct view_values found = { .a = values->a };
    for (size_t i = 0; i < values->n; i++) {
        struct view_addresses list;
        view_addresses_parse(&list, values->a, values->v[i]);
        add_found(spec, &list, &found);
    }
    *values = found;
}

/* ---- */

static void make_values(struct views *v, const struct header_spec *spec, struct view_values *out)
{
    add_source(v, spec, out);
    if (out->n > 1 && spec->pick == SPEC_LAST)
        out->v[0] = out->v[out->n - 1];
    if (out->n > 1 && spec->pick != SPEC_EACH)
        out->n = 1;
    if (spec->form != SPEC_WHOLE)
        to_addresses(spec, out);
    if (spec->part != SPEC_NO_PART)
        view_values_part(v, spec, out);
}

static struct slice join(struct arena *a, const struct view_header *h, struct slice between)
{
    struct buf b;
    size_t n = 0;
    if (h->n == 1)
        return h->v[0];
    for (size_t i = 0; i < h->n; i++)
        n += h->v[i].n + 1;
    buf_init_in(&b, a, n + 1);
    for (size_t i = 0; i < h->n; i++) {
        if (i)
            buf_add_slice(&b, between);
        buf_add_slice(&b, h->v[i]);
    }
    return buf_slice(&b);
}

static void make(struct views *v, const struct header_spec *spec, struct view_header *h)
{
    struct view_values values = { .a = v->arena };
    make_values(v, spec, &values);
    h->v = values.v;
    h->n = values.n;
    h->present = h->n > 0;
    h->made = true;
}

static bool ends_in_lf(struct slice s)
{
    return s.n && s.p[s.n - 1] == '\n';
}

const struct view_header *views_header(struct views *v, uint32_t number)
{
    struct view_header *h = &v->headers[number];
    if (h->made)
        return h;
    make(v, &v->set->specs.v[number], h);
    if (h->present)
        h->text = join(v->arena, h, ends_in_lf(h->v[0]) ? SLICE("") : SLICE("\n"));
    return h;
}

static bool is_single(const struct header_spec *spec)
{
    return spec->form != SPEC_WHOLE || spec->part != SPEC_NO_PART ||
           slice_eq(spec->request, SLICE("EnvelopeFrom"));
}

const struct view_header *views_get(struct views *v, struct slice request)
{
    struct view_got *g = v->got;
    struct header_spec spec;
    while (g && !slice_eq(g->spec, request))
        g = g->next;
    if (g)
        return &g->header;
    g = ARENA_NEW(v->arena, struct view_got);
    g->spec = arena_dup(v->arena, request);
    g->next = v->got;
    v->got = g;
    if (header_spec_parse(&spec, g->spec, NULL) != 0)
        return &g->header;
    make(v, &spec, &g->header);
    if (g->header.present && is_single(&spec)) {
        g->header.text = g->header.v[0];
        g->header.text.n -= ends_in_lf(g->header.text);
    } else if (g->header.present)
        g->header.text = join(v->arena, &g->header, SLICE(""));
    return &g->header;
}
