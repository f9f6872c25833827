/* view.c - a message as SpamAssassin's rules see it: what the views share, full, uri; see view.h */
#include "config.h"
#include "scoring/view.h"

#include "scoring/rule.h"

void views_init(struct views *v, struct message *m, const struct ruleset *set)
{
    memset(v, 0, sizeof(*v));
    v->arena = m->arena;
    v->m = m;
    v->set = set;
    if (set)
        v->headers = arena_array(v->arena, set->specs.n, sizeof(*v->headers));
}

struct slice view_cut(struct slice text, size_t max, const char *others)
{
    if (text.n <= max)
        return text;
    struct slice more = slice_sub(text, max, 1024 + 1);
    ptrdiff_t at = slice_chr(more, '\n');
    for (; at < 0 && *others; others++)
        at = slice_chr(more, *others);
    return slice_sub(text, 0, at < 0 ? max : max + (size_t)at + 1);
}

struct view_tree *views_tree(struct views *v)
{
    if (v->tree == NULL) {
        v->tree = ARENA_NEW(v->arena, struct view_tree);
        view_tree_make(v->tree, v->m);
        view_parts_foreach(p, v->tree) p->as_it_is = v->set && v->set->texts.as_they_are;
    }
    return v->tree;
}

const struct view_html *views_html(struct views *v)
{
    const struct view_html *last = NULL;
    view_parts_foreach(p, views_tree(v))
    {
        view_part_text(v->arena, p);
        last = p->html ? p->html : last;
    }
    return last;
}

const struct view *views_full(struct views *v)
{
    if (!v->has_full) {
        v->full.v = ARENA_NEW(v->arena, struct slice);
        v->full.v[0] = view_lf(v->arena, view_pristine(views_tree(v)));
        v->full.n = 1;
        v->has_full = true;
    }
    return &v->full;
}
