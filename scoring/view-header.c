/* view-header.c - what header rules see; see view.h
 * The value of a specification is made once a message. Fields are looked through in order for each, which the
 * number of fields (header_max_count) and of specifications bounds. */
#include "config.h"
#include "scoring/view.h"

#include "scoring/rule.h"

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

static struct slice raw_field(struct views *v, const struct view_field *h)
{
    return view_lf(v->arena, slice_sub(h->raw, 0, VIEW_VALUE_MAX));
}

/* ---- addresses and names */

/* White space runs as one space, single quotes around the whole taken off. */
static void add_name(struct buf *b, struct slice name)
{
    name = slice_trim(name);
    if (name.n > 1 && name.p[0] == '\'' && name.p[name.n - 1] == '\'')
        name = slice_trim(slice_sub(name, 1, name.n - 2));
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_space(name.p[i]))
            buf_add_char(b, name.p[i]);
        else if (!ascii_space(name.p[i - 1]))
            buf_add_char(b, ' ');
}

static void add_mailboxes(struct views *v, struct view_field *h, enum header_form form, struct buf *b)
{
    struct address_list list;
    address_parse(&list, v->arena, slice_sub(h->raw, 0, VIEW_VALUE_MAX), v->m->limits);
    for (size_t i = 0; i < list.n; i++) {
        struct slice part = form == SPEC_ADDR ? list.v[i].addr : list.v[i].name;
        if (part.n == 0)
            continue;
        if (b->n)
            buf_add_char(b, '\n');
        if (form == SPEC_ADDR)
            buf_add_slice(b, part);
        else
            add_name(b, part);
    }
}

/* ---- values */

static void add_field(struct views *v, const struct header_spec *spec, struct view_field *h, struct buf *b)
{
    if (spec->form != SPEC_WHOLE) {
        add_mailboxes(v, h, spec->form, b);
        return;
    }
    buf_add_slice(b, spec->raw ? raw_field(v, h) : view_field_decoded(v->arena, h));
    buf_add_char(b, '\n');
}

/* All fields of one name. With `filled` empty ones do not count. */
static bool add_fields(struct views *v, const struct header_spec *spec, struct slice name, bool filled,
                       struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < v->n_fields; i++) {
        struct view_field *h = v->fields[i];
        if (!slice_ieq(h->name, name) || (filled && slice_trim(h->raw).n == 0))
            continue;
        add_field(v, spec, h, b);
        any = true;
    }
    return any;
}

static bool add_list(struct views *v, const struct header_spec *spec, const struct slice *names, size_t n,
                     bool filled, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= add_fields(v, spec, names[i], filled, b);
    return any;
}

static bool add_all(struct views *v, const struct header_spec *spec, struct buf *b)
{
    for (size_t i = 0; i < v->n_fields && b->n < VIEW_ALL_MAX; i++) {
        struct view_field *h = v->fields[i];
        buf_add_slice(b, h->name);
        buf_add_str(b, spec->raw ? ":" : ": ");
        add_field(v, spec, h, b);
    }
    if (b->n > VIEW_ALL_MAX)
        b->n = VIEW_ALL_MAX;
    return v->n_fields > 0;
}

/* A field that a client wrote must not pass for the envelope: one that a Received stands above does not
 * count. */
static struct view_field *envelope_field(const struct views *v)
{
    static const struct slice names[] = { SLICE_INIT("X-Envelope-From"), SLICE_INIT("Envelope-Sender"),
                                          SLICE_INIT("Return-Path") };
    size_t top = 0;
    while (top < v->n_fields && !slice_ieq(v->fields[top]->name, SLICE("Received")))
        top++;
    for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
        for (size_t i = 0; i < top; i++)
            if (slice_ieq(v->fields[i]->name, names[k]))
                return v->fields[i];
    return NULL;
}

static bool add_envelope_from(struct views *v, struct buf *b)
{
    const struct envelope *env = v->m->envelope;
    if (env->has_sender) {
        buf_add_slice(b, env->sender);
        return true;
    }
    struct view_field *h = envelope_field(v);
    if (h == NULL)
        return false;
    struct slice value = header_unfold(v->arena, h->raw);
    ptrdiff_t open = slice_chr(value, '<'), close = slice_chr(value, '>');
    if (open >= 0 && close > open)
        value = slice_sub(value, (size_t)open + 1, (size_t)(close - open) - 1);
    buf_add_slice(b, value);
    return true;
}

static bool add_value(struct views *v, const struct header_spec *spec, struct buf *b)
{
    static const struct slice to_cc[] = { SLICE_INIT("To"), SLICE_INIT("Cc") };
    static const struct slice ids[] = { SLICE_INIT("X-Message-Id"), SLICE_INIT("Resent-Message-Id"),
                                        SLICE_INIT("X-Original-Message-ID"), SLICE_INIT("Message-Id") };
    switch (spec->source) {
    case SPEC_ALL: return add_all(v, spec, b);
    case SPEC_TOCC: return add_list(v, spec, to_cc, 2, false, b);
    case SPEC_MESSAGEID: return add_list(v, spec, ids, 4, true, b);
    case SPEC_ENVELOPE_FROM: return add_envelope_from(v, b);
    case SPEC_FIELD: return add_fields(v, spec, spec->name, false, b);
    }
    bug("header source %d", (int)spec->source);
}

static void make(struct views *v, const struct header_spec *spec, struct view_header *h)
{
    struct buf b;
    views_fields(v);
    buf_init_in(&b, v->arena, v->m->raw.n * 3 + v->m->synthetic.n * 3 + VIEW_ALL_MAX);
    h->present = add_value(v, spec, &b);
    /* fields without a mailbox have no address */
    h->present &= spec->form == SPEC_WHOLE || b.n > 0;
    h->text = buf_slice(&b);
    h->made = true;
    if (h->present) {
        struct slice rest = h->text, line;
        h->v = arena_array(v->arena, h->text.n + 1, sizeof(*h->v));
        while (slice_line(&rest, &line))
            h->v[h->n++] = spec->form == SPEC_WHOLE ? line : slice_chomp(line);
    }
}

const struct view_header *views_header(struct views *v, uint32_t number)
{
    struct view_header *h = &v->headers[number];
    if (!h->made)
        make(v, &v->set->specs.v[number], h);
    return h;
}

const struct view_header *views_get(struct views *v, struct slice request)
{
    struct view_got *g = v->got;
    struct header_specs specs;
    uint32_t number;
    while (g && !slice_eq(g->spec, request))
        g = g->next;
    if (g)
        return &g->header;
    g = ARENA_NEW(v->arena, struct view_got);
    g->spec = request;
    g->next = v->got;
    v->got = g;
    header_specs_init(&specs, v->arena);
    if (header_spec_add(&specs, request, &number, NULL) == 0)
        make(v, &specs.v[0], &g->header);
    if (g->header.n && specs.v[0].form != SPEC_WHOLE)
        g->header.text = g->header.v[0];
    return &g->header;
}
