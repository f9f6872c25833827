/* view-all.c - ALL, and the parts of it that some relays wrote; see view-values.h */
#include "config.h"
#include "scoring/view-values.h"

/* ---- decoded: one line a field */

static void add_line(struct views *v, struct view_field *f, struct view_values *out)
{
    struct slice value = view_field_decoded(v->arena, f);
    size_t n = f->name.n + 2 + value.n + 1;
    char *p = arena_alloc(v->arena, n);
    memcpy(p, f->name.p, f->name.n);
    memcpy(p + f->name.n, ": ", 2);
    memcpy(p + f->name.n + 2, value.p ? value.p : "", value.n);
    p[n - 1] = '\n';
    view_values_add(out, slice_of(p, n));
}

/* Past VIEW_ALL_MAX bytes fields are left out: those of a name together, names in the order of their first.
 */
static void choose_fields(struct views *v, bool *chosen)
{
    size_t bytes = 0;
    bool *seen = arena_array(v->arena, v->n_fields, sizeof(*seen));
    for (size_t i = 0; i < v->n_fields; i++)
        for (size_t k = i; !seen[i] && k < v->n_fields; k++) {
            struct view_field *f = v->fields[k];
            if (k > i && (seen[k] || !slice_ieq(f->name, v->fields[i]->name)))
                continue;
            seen[k] = k > i;
            bytes += f->name.n + view_field_decoded(v->arena, f).n + 1 + 2;
            if (bytes > VIEW_ALL_MAX) {
                v->tree->flags |= VIEW_LONG_HEADER;
                return;
            }
            chosen[k] = true;
        }
}

static void add_lines(struct views *v, struct view_values *out)
{
    size_t bytes = 0;
    bool *chosen = NULL;
    views_fields(v);
    for (size_t i = 0; i < v->n_fields; i++)
        bytes += v->fields[i]->name.n + view_field_decoded(v->arena, v->fields[i]).n + 3;
    if (bytes > VIEW_ALL_MAX) {
        chosen = arena_array(v->arena, v->n_fields, sizeof(*chosen));
        choose_fields(v, chosen);
    }
    for (size_t i = 0; i < v->n_fields; i++)
        if (chosen == NULL || chosen[i])
            add_line(v, v->fields[i], out);
}

/* ---- raw: a field with its folds, as it came */

static void add_raw_fields(struct arena *a, struct slice text, bool crlf, struct view_values *out)
{
    struct slice rest = crlf ? view_lf(a, text) : text, line, field = SLICE("");
    while (slice_line(&rest, &line)) {
        bool whole = line.p[line.n - 1] == '\n', fold = line.p[0] == ' ' || line.p[0] == '\t';
        if (!fold && field.n)
            view_values_add(out, field);
        if (!fold)
            field = whole && line.n > 1 ? line : SLICE("");
        else if (field.n && whole)
            field.n += line.n;
    }
    if (field.n)
        view_values_add(out, field);
}

static void add_raw(struct views *v, struct view_values *out)
{
    add_raw_fields(v->arena, v->m->synthetic, true, out);
    add_raw_fields(v->arena, views_tree(v)->pristine_headers, true, out);
}

/* ---- ranges */

static bool is_received(struct slice line)
{
    return slice_istarts(line, SLICE("Received:"));
}

#define FROM_TOP (-1)
#define TO_END INT32_MAX

/* From the Received field of number `first` (0 is the topmost) up to that of number `last`, both included. */
static void add_range(const struct view_values *all, int first, int last, struct view_values *out)
{
    int at = -1;
    for (size_t i = 0; i < all->n && at < last; i++) {
        at += is_received(all->v[i]);
        if (at >= first)
            view_values_add(out, all->v[i]);
    }
}

static void add_all(struct views *v, bool raw, struct view_values *out)
{
    if (raw)
        add_raw(v, out);
    else
        add_lines(v, out);
}

bool view_values_all(struct views *v, struct slice name, bool raw, struct view_values *out)
{
    static const struct slice names[] = { SLICE_INIT("ALL"), SLICE_INIT("ALL-TRUSTED"),
                                          SLICE_INIT("ALL-UNTRUSTED"), SLICE_INIT("ALL-INTERNAL"),
                                          SLICE_INIT("ALL-EXTERNAL") };
    size_t which = 0;
    while (which < 5 && !slice_eq(name, names[which]))
        which++;
    if (which == 5)
        return false;
    if (which == 0) {
        add_all(v, raw, out);
        return true;
    }
    struct view_values all = { .a = v->arena };
    const struct view_relays *r = views_relays(v);
    int first = (which <= 2 ? r->last_trusted : r->last_internal) + 1;
    bool inside = which == 1 || which == 3;
    add_all(v, raw, &all);
    add_range(&all, inside ? FROM_TOP : first, inside ? first : TO_END, out);
    return true;
}
