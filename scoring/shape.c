/* shape.c - rows of byte classes that a text must have in it for a pattern to match; see shape.h
 * As literal.c reads strings: a pattern's parts once, with a stack of open groups. Of each branch `line` is
 * what its end so far looks like, and `best` the shapes met so far of which one is in the branch. Branches of
 * a group become one line whose places are what any of them has there. All of this only ever makes lines
 * that match more: a place that repeats stands for all that was too much to write down. */
#include "config.h"
#include "scoring/shape.h"

#include <stdlib.h>
#include "scoring/pattern.h"

#define LINE_MAX_PLACES 48
#define ITEM_MAX 20     /* places of what is put behind a line at once */
#define KEPT 16         /* places of a line that grew too long */
#define COPIES_MAX 8    /* of what is there several times */
#define COST_LEAST 1e-5 /* a longer shape would gain nothing */
#define COST_ANY 1e9
/* how likely a byte of a class is where one of it stands before, and where another does */
#define SAME_AGAIN 0.4
#define OTHER_KIND 0.5

struct line {
    unsigned n;
    struct place v[LINE_MAX_PLACES];
};

struct group {
    bool look;
    bool first;       /* no branch is done yet */
    bool whole;       /* line is the branch from its beginning */
    bool boundary;    /* line is \b at the beginning of the pattern, and nothing else */
    bool at_start;    /* nothing of the pattern stands before the group */
    bool anchored;    /* a place is what stands before the match */
    struct line line; /* of the branch at work */
    struct shapes best;
    struct line done; /* of the branches before */
    struct shapes required;
};

struct reader {
    unsigned depth;
    struct group groups[PATTERN_DEPTH];
    struct line item;
    struct shapes item_required;
};

/* ---- what bytes are like in mail */

static double rate_of(unsigned char c)
{
    if (c >= 0x80)
        return 0.0008;
    if (c == ' ')
        return 0.16;
    if (c >= 'a' && c <= 'z')
        return strchr("eaionrst", c) ? 0.06 : 0.018;
    if (ascii_digit((char)c))
        return 0.012;
    if (c >= 'A' && c <= 'Z')
        return 0.006;
    return c < ' ' && c != '\n' && c != '\t' ? 0.0001 : 0.005;
}

static double rate(const struct byte_set *set)
{
    static double rates[256];
    double sum = 0;
    if (rates['e'] == 0)
        for (unsigned c = 0; c < 256; c++)
            rates[c] = rate_of((unsigned char)c);
    for (unsigned i = 0; i < 4; i++)
        for (uint64_t rest = set->v[i]; rest; rest &= rest - 1)
            sum += rates[i * 64 + (unsigned)__builtin_ctzll(rest)];
    return sum < 1 ? sum : 1;
}

/* what a place multiplies the chance of the line before by */
static double factor(const struct place *p)
{
    double r = rate(&p->set), again = p->repeats ? 1 / (r < 0.95 ? 1 - r : 0.05) : 1;
    return p->optional ? 1 + r * again : r * again;
}

/* ---- places */

static void join_places(struct place *to, const struct place *from)
{
    byte_set_join(&to->set, &from->set);
    to->optional |= from->optional;
    to->repeats |= from->repeats;
}

/* One optional place for all of them. */
static void flatten(struct line *l)
{
    bool one = l->n == 1;
    for (unsigned i = 1; i < l->n; i++)
        join_places(&l->v[0], &l->v[i]);
    if (l->n == 0)
        return;
    l->v[0].optional = true;
    l->v[0].repeats |= !one;
    l->n = 1;
}

/* Places from `at` on become one, optional. */
static void flatten_from(struct line *l, unsigned at)
{
    struct line rest = { .n = 0 };
    if (at >= l->n)
        return;
    rest.n = l->n - at;
    memcpy(rest.v, l->v + at, rest.n * sizeof(*rest.v));
    flatten(&rest);
    l->v[at] = rest.v[0];
    l->n = at + 1;
}

static void push(struct line *l, const struct place *p)
{
    struct place *last = l->n ? &l->v[l->n - 1] : NULL;
    if (last && last->optional && p->optional) {
        join_places(last, p);
        last->repeats = true;
    } else
        l->v[l->n++] = *p;
}

static void push_all(struct line *to, const struct line *from)
{
    for (unsigned i = 0; i < from->n; i++)
        push(to, &from->v[i]);
}

static void copy(struct line *to, const struct line *from)
{
    to->n = from->n;
    memcpy(to->v, from->v, from->n * sizeof(*from->v));
}

static void any_text(struct line *l)
{
    l->n = 1;
    l->v[0] = (struct place){ .optional = true, .repeats = true };
    byte_set_invert(&l->v[0].set);
}

/* What either can be. */
static void merge(struct line *to, const struct line *other)
{
    struct line both = { .n = 0 };
    unsigned n = to->n > other->n ? to->n : other->n;
    for (unsigned i = 0; i < n; i++) {
        struct place p = i < to->n ? to->v[i] : other->v[i];
        if (i < to->n && i < other->n)
            join_places(&p, &other->v[i]);
        else
            p.optional = true;
        push(&both, &p);
    }
    copy(to, &both);
}

/* ---- shapes */

static void copy_shapes(struct shapes *to, const struct shapes *from)
{
    to->n = from->n;
    to->cost = from->cost;
    memcpy(to->v, from->v, from->n * sizeof(*from->v));
}

static void no_shapes(struct shapes *s)
{
    s->n = 0;
    s->cost = COST_ANY;
}

/* A byte is often followed by one of its kind, and less often by one of another. */
static double follow(const struct place *before, const struct place *p)
{
    double f = factor(p);
    if (!p->optional && f < SAME_AGAIN && byte_set_within(&before->set, &p->set))
        return SAME_AGAIN;
    return !p->optional && f > OTHER_KIND && !byte_set_meets(&before->set, &p->set) ? OTHER_KIND : f;
}

/* the rarest part of the line; its cost */
static double rarest(const struct line *l, unsigned *from, unsigned *to)
{
    double best = COST_ANY;
    for (unsigned i = 0; i < l->n; i++) {
        double cost = 1;
        if (l->v[i].optional)
            continue;
        for (unsigned k = i; k < l->n && k < i + SHAPE_MAX && cost > COST_LEAST; k++) {
            cost *= k == i ? factor(&l->v[k]) : follow(&l->v[k - 1], &l->v[k]);
            if (l->v[k].optional || cost >= best)
                continue;
            best = cost;
            *from = i;
            *to = k + 1;
        }
    }
    return best;
}

static void offer_line(struct group *g)
{
    unsigned from = 0, to = 0;
    double cost = rarest(&g->line, &from, &to);
    if (cost >= g->best.cost)
        return;
    g->best.n = 1;
    g->best.cost = cost;
    g->best.v[0].n = to - from;
    memcpy(g->best.v[0].v, g->line.v + from, (to - from) * sizeof(*g->line.v));
}

static void join_shapes(struct shapes *to, const struct shapes *other)
{
    if (to->n + other->n > SHAPES_MAX || to->n == 0 || other->n == 0) {
        no_shapes(to);
        return;
    }
    memcpy(to->v + to->n, other->v, other->n * sizeof(*other->v));
    to->n += other->n;
    to->cost += other->cost;
}

/* ---- branches */

static void begin_branch(struct group *g)
{
    g->line.n = 0;
    g->whole = true;
    g->boundary = false;
    no_shapes(&g->best);
}

static void open_group(struct reader *r, bool look)
{
    const struct group *around = r->depth ? &r->groups[r->depth - 1] : NULL;
    struct group *g = &r->groups[r->depth++];
    g->look = look;
    g->first = true;
    g->anchored = false;
    g->at_start = !look && (around == NULL || (around->at_start && around->whole && around->line.n == 0));
    begin_branch(g);
}

/* A byte that is no part of a word stands before a word's first. */
static void word_begins(struct group *g, const struct line *next)
{
    struct place before = { .optional = false };
    struct byte_set words = { { 0 } };
    for (unsigned c = 0; c < 256; c++)
        if (ascii_alnum((char)c) || c == '_')
            byte_set_add(&words, (unsigned char)c);
    if (!g->boundary || next->n == 0)
        return;
    g->boundary = false;
    if (next->v[0].optional || !byte_set_within(&next->v[0].set, &words))
        return;
    before.set = words;
    byte_set_invert(&before.set);
    push(&g->line, &before);
    g->anchored = true;
}

static void append(struct group *g, const struct line *item)
{
    word_begins(g, item);
    if (g->line.n + item->n > LINE_MAX_PLACES) {
        offer_line(g);
        memmove(g->line.v, g->line.v + g->line.n - KEPT, KEPT * sizeof(*g->line.v));
        g->line.n = KEPT;
        g->whole = false;
    }
    push_all(&g->line, item);
}

static void end_branch(struct group *g)
{
    offer_line(g);
    if (!g->whole)
        any_text(&g->line);
    flatten_from(&g->line, ITEM_MAX - 1);
    if (g->first) {
        copy(&g->done, &g->line);
        copy_shapes(&g->required, &g->best);
    } else {
        merge(&g->done, &g->line);
        join_shapes(&g->required, &g->best);
    }
    g->first = false;
    begin_branch(g);
}

/* ---- items */

/* r->item as often as the part says */
static void repeat(struct line *item, const struct pattern_part *part)
{
    struct line once, more;
    copy(&once, item);
    copy(&more, item);
    flatten(&more);
    if (part->least == 0) {
        flatten(item);
        if (item->n)
            item->v[0].repeats |= part->most > 1;
        return;
    }
    unsigned copies = 1;
    for (; copies < part->least && copies < COPIES_MAX && item->n + once.n <= ITEM_MAX; copies++)
        push_all(item, &once);
    if (part->most == copies || item->n == 0)
        return;
    if (once.n == 1) {
        item->v[item->n - 1].repeats = true;
        return;
    }
    more.v[0].repeats = true;
    push(item, &more.v[0]);
}

static void end_item(struct reader *r, const struct pattern_part *part)
{
    struct group *g = &r->groups[r->depth - 1];
    repeat(&r->item, part);
    append(g, &r->item);
    if (part->least > 0 && r->item_required.n && r->item_required.cost < g->best.cost)
        copy_shapes(&g->best, &r->item_required);
}

static void close_group(struct reader *r, const struct pattern_part *part)
{
    struct group *g = &r->groups[r->depth - 1];
    end_branch(g);
    r->depth--;
    r->item.n = 0;
    if (!g->look) {
        copy(&r->item, &g->done);
        copy_shapes(&r->item_required, &g->required);
    }
    if (g->anchored && part->most > 1) /* only the first time it has what stands before the match */
        any_text(&r->item);
    r->groups[r->depth - 1].anchored |= g->anchored;
    end_item(r, part);
}

/* What stands before the pattern's first byte: only there, since nothing else has taken it. */
static void take_nothing(struct reader *r, const struct pattern_part *part)
{
    struct group *g = &r->groups[r->depth - 1];
    bool first = g->at_start && g->whole && g->line.n == 0 && part->least == 1;
    if (!first)
        return;
    if (part->kind == PATTERN_BOUNDARY)
        g->boundary = true;
    if (part->kind == PATTERN_START) {
        struct place begin = { .optional = false };
        byte_set_add(&begin.set, '\n');
        g->boundary = false;
        g->anchored = true;
        push(&g->line, &begin);
    }
}

static void take_set(struct reader *r, const struct pattern_part *part)
{
    r->item.n = 1;
    r->item.v[0] = (struct place){ .set = part->set };
    end_item(r, part);
}

static void take_part(struct reader *r, const struct pattern_part *part)
{
    no_shapes(&r->item_required);
    switch (part->kind) {
    case PATTERN_OPEN: open_group(r, false); break;
    case PATTERN_LOOK: open_group(r, true); break;
    case PATTERN_OR: end_branch(&r->groups[r->depth - 1]); break;
    case PATTERN_CLOSE: close_group(r, part); break;
    case PATTERN_SET: take_set(r, part); break;
    case PATTERN_ANY:
        any_text(&r->item);
        end_item(r, part);
        break;
    default: take_nothing(r, part);
    }
}

void shape_find(struct slice pattern, unsigned flags, struct shapes *out)
{
    struct reader *r = malloc(sizeof(*r)); /* too big for the stack */
    struct pattern p;
    struct pattern_part part;
    no_shapes(out);
    if (r == NULL)
        return;
    r->depth = 0;
    open_group(r, false);
    pattern_begin(&p, pattern, flags);
    for (pattern_next(&p, &part); part.kind != PATTERN_END && part.kind != PATTERN_LOST;
         pattern_next(&p, &part))
        take_part(r, &part);
    if (part.kind == PATTERN_END) {
        end_branch(&r->groups[0]);
        copy_shapes(out, &r->groups[0].required);
    }
    free(r);
}
