/* conf-dump.c - options as text: for people, for another process, one by one; see conf.h */
#include "base/conf-row.h"

static bool is_empty(const struct conf_option *o, const void *at)
{
    if (o->type == CONF_STRING || o->type == CONF_PATH)
        return **(const char *const *)at == 0;
    if (o->type == CONF_LIST || o->type == CONF_PATHS)
        return ((const struct conf_list *)at)->n == 0;
    return false;
}

/* for people: a secret shows only whether it is set */
static void show(const struct conf_option *o, const void *at, struct buf *out)
{
    if (o->flags & CONF_SECRET)
        buf_add_str(out, is_empty(o, at) ? "" : "(set)");
    else
        conf_row_write(o, at, out);
}

static void add_row(const struct conf_option *o, const void *at, enum conf_dump_which which, struct buf *out)
{
    bool empty = which == CONF_DUMP_DEFAULTS ? o->def[0] == 0 : is_empty(o, at);
    buf_printf(out, "%s =%s", o->name, empty ? "" : " ");
    if (which == CONF_DUMP_DEFAULTS)
        buf_add_str(out, o->def);
    else
        show(o, at, out);
    buf_add_char(out, '\n');
}

void conf_dump(const struct conf_schema *schema, const void *target, enum conf_dump_which which,
               struct buf *out)
{
    for (size_t s = 0; s < schema->n; s++) {
        const struct conf_section *section = &schema->sections[s];
        bool headed = false;
        for (size_t i = 0; i < section->n; i++) {
            const struct conf_option *o = &section->rows[i];
            const void *at = conf_row_in(section, o, target);
            if (which == CONF_DUMP_SET && !conf_row_differs(o, at))
                continue;
            if (!headed)
                buf_printf(out, "%s# %s\n", out->n ? "\n" : "", section->title);
            headed = true;
            add_row(o, at, which, out);
        }
    }
}

void conf_write(const struct conf_schema *schema, const void *target, unsigned roles, struct buf *out)
{
    for (size_t s = 0; s < schema->n; s++) {
        const struct conf_section *section = &schema->sections[s];
        for (size_t i = 0; i < section->n && section->roles & roles; i++) {
            buf_printf(out, "%s = ", section->rows[i].name);
            conf_row_write(&section->rows[i], conf_row_in(section, &section->rows[i], target), out);
            buf_add_char(out, '\n');
        }
    }
}

bool conf_value(const struct conf_schema *schema, const void *target, const char *name, struct buf *out)
{
    const struct conf_section *section;
    const struct conf_option *o = conf_row_find(schema, slice_str(name), &section);
    if (o == NULL)
        return false;
    show(o, conf_row_in(section, o, target), out);
    return true;
}

void conf_needs_restart(const struct conf_schema *schema, const void *old, const void *new_, struct buf *out)
{
    size_t before = out->n;
    for (size_t s = 0; s < schema->n; s++) {
        const struct conf_section *section = &schema->sections[s];
        for (size_t i = 0; i < section->n; i++) {
            const struct conf_option *o = &section->rows[i];
            if (!(o->flags & CONF_RESTART) ||
                conf_row_same(o, conf_row_in(section, o, old), conf_row_in(section, o, new_)))
                continue;
            buf_printf(out, "%s%s", out->n > before ? ", " : "", o->name);
        }
    }
}
