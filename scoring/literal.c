/* literal.c - what a text must have in it for a pattern to match; see literal.h
 * A pattern's parts (pattern.h) are read once, with a stack of open groups in place of recursion. Of each
 * branch two things are kept: `run`, all strings that its end so far can be, and `best`, the best set met so
 * far of which one must be in the branch. What can be too many strings (a dot, a big class, a star) ends the
 * run, and a new one begins behind it.
 *
 * Case is ignored throughout; assertions only forbid and count as empty. Where a pattern is not understood
 * the set is "any": the rule is then always judged. Limits: the sizes of a literal_set. */
#include "config.h"
#include "scoring/literal.h"

#include <stdlib.h>
#include "scoring/pattern.h"

#define CLASS_MAX 8 /* bytes of a class that are written out */

/* a piece of pattern: all strings that it can be, and some of which one is in it */
struct item {
    struct literal_set exact, required;
};

struct group {
    bool look; /* an assertion: what it asks for need not be in the match */
    /* the branch at work */
    struct literal_set run, best;
    bool whole; /* run is the branch from its beginning */
    /* the branches before */
    struct item done;
};

struct reader {
    unsigned depth;
    struct group groups[PATTERN_DEPTH];
    struct item item; /* the one being read */
};

/* ---- branches */

static void begin_branch(struct group *g)
{
    literal_set_empty(&g->run);
    literal_set_any(&g->best);
    g->whole = true;
}

static void open_group(struct reader *r, bool look)
{
    struct group *g = &r->groups[r->depth++];
    g->look = look;
    literal_set_none(&g->done.exact);
    literal_set_none(&g->done.required);
    begin_branch(g);
}

static void offer(struct group *g, const struct literal_set *s)
{
    struct literal_set kept;
    literal_set_keep(&kept, s);
    if (literal_set_cost(&kept) < literal_set_cost(&g->best))
        literal_set_copy(&g->best, &kept);
}

/* A new run begins with `next`. */
static void cut(struct group *g, const struct literal_set *next)
{
    offer(g, &g->run);
    g->whole = false;
    literal_set_copy(&g->run, next);
    if (next->any)
        literal_set_empty(&g->run);
}

static void append(struct group *g, const struct item *item)
{
    if (literal_set_append(&g->run, &item->exact))
        return;
    offer(g, &item->required);
    cut(g, &item->exact);
}

static void end_branch(struct group *g)
{
    offer(g, &g->run);
    if (!g->whole)
        literal_set_any(&g->run);
    literal_set_join(&g->done.exact, &g->run);
    literal_set_join(&g->done.required, &g->best);
    begin_branch(g);
}

/* ---- items */

static void item_any(struct item *item)
{
    literal_set_any(&item->exact);
    literal_set_any(&item->required);
}

static void item_empty(struct item *item)
{
    literal_set_empty(&item->exact);
    literal_set_any(&item->required);
}

static void item_set(struct item *item, const struct byte_set *set)
{
    struct byte_set folded = byte_set_lower(set);
    item_any(item);
    if (byte_set_count(&folded) > CLASS_MAX)
        return;
    literal_set_none(&item->exact);
    for (unsigned i = 0; i < 4; i++)
        for (uint64_t rest = folded.v[i]; rest; rest &= rest - 1) {
            char c = (char)(i * 64 + (unsigned)__builtin_ctzll(rest));
            literal_set_add(&item->exact, slice_of(&c, 1));
        }
}

/* r->item goes to the branch as often as the part says. */
static void end_item(struct reader *r, const struct pattern_part *part)
{
    struct group *g = &r->groups[r->depth - 1];
    bool several = part->most > 1;
    if (part->least == 0) {
        literal_set_any(&r->item.required);
        if (several)
            literal_set_any(&r->item.exact);
        else
            literal_set_add(&r->item.exact, SLICE(""));
    }
    append(g, &r->item);
    if (several) /* the last of several stands before what follows */
        cut(g, &r->item.exact);
}

static void close_group(struct reader *r, const struct pattern_part *part)
{
    struct group *g = &r->groups[r->depth - 1];
    end_branch(g);
    r->depth--;
    if (g->look)
        item_empty(&r->item);
    else {
        literal_set_copy(&r->item.exact, &g->done.exact);
        literal_set_copy(&r->item.required, &g->done.required);
    }
    end_item(r, part);
}

static void take_part(struct reader *r, const struct pattern_part *part)
{
    switch (part->kind) {
    case PATTERN_OPEN: open_group(r, false); return;
    case PATTERN_LOOK: open_group(r, true); return;
    case PATTERN_OR: end_branch(&r->groups[r->depth - 1]); return;
    case PATTERN_CLOSE: close_group(r, part); return;
    case PATTERN_SET: item_set(&r->item, &part->set); break;
    case PATTERN_ANY: item_any(&r->item); break;
    default: item_empty(&r->item);
    }
    end_item(r, part);
}

void literal_find(struct slice text, unsigned flags, struct literal_set *out)
{
    struct reader *r = malloc(sizeof(*r)); /* too big for the stack */
    struct pattern p;
    struct pattern_part part;
    literal_set_any(out);
    if (r == NULL)
        return;
    r->depth = 0;
    open_group(r, false);
    pattern_begin(&p, text, flags);
    for (pattern_next(&p, &part); part.kind != PATTERN_END && part.kind != PATTERN_LOST;
         pattern_next(&p, &part))
        take_part(r, &part);
    end_branch(&r->groups[0]);
    if (part.kind == PATTERN_END)
        literal_set_copy(out, &r->groups[0].done.required);
    literal_set_thin(out);
    free(r);
}
