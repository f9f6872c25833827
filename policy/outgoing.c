/* outgoing.c - the header of a message as it leaves us; see outgoing.h */
#include "policy/outgoing.h"

struct making {
    struct header_block *out;
    struct arena *a;
    bool leading_space;
};

static bool is_wanted(const struct conf_list *wanted, const char *name)
{
    if (wanted == NULL)
        return true;
    for (size_t i = 0; i < wanted->n; i++)
        if (slice_ieq(slice_str(wanted->v[i]), slice_str(name)))
            return true;
    return false;
}

/* As it goes over the wire: lines end in CRLF. */
static struct header field_of(const struct making *m, const char *name, const char *value)
{
    struct header h = { .name = slice_str(name) };
    struct slice rest = slice_str(value), line;
    struct buf b;
    buf_init_in(&b, m->a, 2 * rest.n + h.name.n + 8);
    buf_printf(&b, "%s:%s", name, m->leading_space ? "" : " ");
    while (slice_line(&rest, &line)) {
        buf_add_slice(&b, slice_chomp(line));
        buf_add_str(&b, "\r\n");
    }
    if (*value == 0)
        buf_add_str(&b, "\r\n");
    h.field = buf_slice(&b);
    h.value = slice_chomp(slice_from(h.field, h.name.n + 1));
    return h;
}

/* The place of the nth (from 1) of a name, or out->n. */
static size_t place_of(const struct header_block *out, const char *name, unsigned nth)
{
    size_t i = 0;
    for (; i < out->n; i++)
        if (slice_ieq(out->v[i].name, slice_str(name)) && --nth == 0)
            break;
    return i;
}

static void insert(struct making *m, size_t at, struct header h)
{
    struct header_block *out = m->out;
    memmove(out->v + at + 1, out->v + at, (out->n - at) * sizeof(*out->v));
    out->v[at] = h;
    out->n++;
}

static void carry_out(struct making *m, const struct plan_edit *e)
{
    struct header_block *out = m->out;
    size_t at = place_of(out, e->name, e->index);
    switch (e->kind) {
    case EDIT_ADD_HEADER: insert(m, out->n, field_of(m, e->name, e->value)); break;
    case EDIT_INSERT_HEADER: insert(m, 0, field_of(m, e->name, e->value)); break;
    case EDIT_CHANGE_HEADER:
        if (at < out->n)
            out->v[at] = field_of(m, e->name, e->value);
        else /* MTAs add what is not there */
            insert(m, out->n, field_of(m, e->name, e->value));
        break;
    case EDIT_DELETE_HEADER:
        if (at < out->n) {
            memmove(out->v + at, out->v + at + 1, (out->n - at - 1) * sizeof(*out->v));
            out->n--;
        }
        break;
    }
}

void outgoing_header(struct header_block *out, struct arena *a, const struct header_block *came,
                     const struct plan *p, const struct conf_list *wanted, bool leading_space)
{
    struct making m = { out, a, leading_space };
    *out = *came;
    out->v = arena_array(a, came->n + p->n_edits + 1, sizeof(*out->v));
    if (came->n)
        memcpy(out->v, came->v, came->n * sizeof(*out->v));
    for (const struct plan_edit *e = p->first; e; e = e->next)
        if (is_wanted(wanted, e->name))
            carry_out(&m, e);
}
