/* mimeheader.c - see mimeheader.h; SpamAssassin's MIMEHeader plugin */
#include "config.h"
#include "scoring/mimeheader.h"

#include "scoring/eval-text.h"
#include "scoring/rule.h"

#define PARTS_MAX 1000 /* what a rule without range= looks at */

/* ---- one value */

/* Each fold, with the white space behind it, as one space. */
static void add_folded(struct buf *b, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        size_t lf = i + (text.p[i] == '\r');
        bool fold = lf + 1 < text.n && text.p[lf] == '\n' && text_space(text.p[lf + 1]);
        buf_add_char(b, fold ? ' ' : text.p[i]);
        if (fold)
            i = text_skip_space(text, lf + 1) - 1;
    }
}

static struct slice with_lf(struct arena *a, struct slice text)
{
    char *p = arena_alloc(a, text.n + 1);
    if (text.n)
        memcpy(p, text.p, text.n);
    p[text.n] = '\n';
    return slice_of(p, text.n + 1);
}

static struct slice raw_value(struct arena *a, const struct view_field *f)
{
    return f->no_lf ? f->raw : with_lf(a, f->raw);
}

/* All fields, up to SpamAssassin's limit. (It drops by name what is over; here it is what comes last.) */
static struct slice all_fields(struct arena *a, struct view_part *p, bool raw)
{
    struct buf b;
    buf_init_in(&b, a, 4 * VIEW_ALL_MAX);
    for (size_t i = 0, size = 0; i < p->n_fields; i++) {
        struct view_field *f = &p->fields[i];
        struct slice value = raw ? raw_value(a, f) : view_field_decoded(a, f);
        size += f->name.n + value.n + 2 + !raw;
        if (size > VIEW_ALL_MAX)
            break;
        buf_add_slice(&b, f->name);
        buf_add_str(&b, ": ");
        if (raw)
            add_folded(&b, value);
        else {
            buf_add_slice(&b, value);
            buf_add_char(&b, '\n');
        }
    }
    return buf_slice(&b);
}

static struct slice value_of(struct arena *a, struct view_part *p, const struct mimeheader *h, bool *absent)
{
    if (slice_eq(h->field, SLICE("ALL")))
        return all_fields(a, p, h->raw);
    struct view_field *f = view_part_field(p, h->field);
    *absent = f == NULL && !h->raw; /* raw: SpamAssassin says "" */
    if (f == NULL)
        return SLICE("");
    return h->raw ? raw_value(a, f) : with_lf(a, view_field_decoded(a, f));
}

/* ---- all of them */

static struct mimeheader *read_values(struct check *c, const struct rule_test *test)
{
    struct arena *a = c->m->arena;
    struct mimeheader *h = ARENA_NEW(a, struct mimeheader);
    struct view_tree *tree = views_tree(&c->views);
    h->field = test->field;
    h->raw = test->raw_field;
    h->values.v = arena_array(a, tree->n_parts, sizeof(*h->values.v));
    h->absent = arena_array(a, tree->n_parts, sizeof(*h->absent));
    view_parts_foreach(p, tree)
    {
        if (p->type.n == 0)
            continue;
        size_t i = h->values.n++;
        h->values.v[i] = value_of(a, p, h, &h->absent[i]);
    }
    return h;
}

const struct mimeheader *mimeheader_values(struct check *c, const struct rule_test *test)
{
    struct mimeheader *h = c->state[CHECK_MIMEHEADER];
    while (h && (h->raw != test->raw_field || !slice_eq(h->field, test->field)))
        h = h->next;
    if (h)
        return h;
    h = read_values(c, test);
    h->next = c->state[CHECK_MIMEHEADER];
    c->state[CHECK_MIMEHEADER] = h;
    return h;
}

struct slice mimeheader_value(const struct mimeheader *h, const struct rule *r, size_t i)
{
    return h->absent[i] && r->test.has_if_unset ? r->test.if_unset : h->values.v[i];
}

void mimeheader_range(const struct mimeheader *h, const struct rule *r, size_t *from, size_t *to)
{
    bool all = r->part_from == 0 && r->part_to == 0;
    *from = r->part_from ? r->part_from - 1 : 0;
    *to = all ? PARTS_MAX : r->part_to;
    if (*to > h->values.n)
        *to = h->values.n;
}

struct slice mimeheader_joined(struct check *c, const struct mimeheader *h, const struct rule *r)
{
    struct buf b;
    size_t from, to;
    buf_init_in(&b, c->m->arena, SIZE_MAX / 2);
    mimeheader_range(h, r, &from, &to);
    for (size_t i = from; i < to; i++) {
        struct slice value = mimeheader_value(h, r, i);
        buf_add_slice(&b, value);
        if (value.n == 0 || value.p[value.n - 1] != '\n')
            buf_add_char(&b, '\n');
    }
    return buf_slice(&b);
}
