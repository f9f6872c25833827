/* walker.c - whether a pattern may match, told by a finite automaton; see walker.h
 * The pattern becomes a program of steps (Thompson): take a byte of a set, go on at two places, jump. All
 * offsets are relative, so that a part is repeated by copying its steps. States of the deterministic
 * automaton are the sets of steps that wait for a byte; they are made when a text first leads there, at most
 * STATES_MAX of them, and then all are forgotten. What waits for the match to begin is part of every state
 * and not written down. */
#include "config.h"
#include "scoring/walker.h"

#include <stdlib.h>
#include "base/err.h"
#include "scoring/pattern.h"

#define STEPS_MAX 32768
#define SETS_MAX 1024
#define COPIES_MAX 64 /* of one step; of several as many as COPIED_MAX steps are */
#define COPIED_MAX 16384
#define STATES_MAX 2048
#define POOL_MAX 262144 /* steps in all states */
#define NEW_LEAST 64    /* moves that a text may be the first to make, and one for every NEW_BYTES */
#define NEW_BYTES 8
#define TABLE 4096 /* of states, a power of 2 */
#define STATE_MATCH (UINT32_MAX - 1)
#define STATE_NONE (UINT32_MAX - 2) /* there is no room for it */

enum step_kind { STEP_SET, STEP_FORK, STEP_JUMP };

struct step {
    uint8_t kind;
    uint16_t set;
    int32_t to; /* FORK goes on behind it and there; JUMP there */
};

struct walker {
    struct step *steps; /* behind the last one is the match */
    uint32_t n;
    struct byte_set *sets;
    unsigned n_sets;
    uint8_t class_of[256], byte_of[256]; /* bytes that are the same to all sets are one class */
    unsigned n_classes;
    uint16_t *first; /* steps that wait before anything is matched */
    uint32_t n_first;
    bool at_line_start; /* all of them wait for a line end */
};

/* ---- the program */

struct open_group {
    uint32_t start, branch, jumps; /* jumps: the last of a chain, by their `to`; 0: none */
    bool look;
};

struct maker {
    struct step *steps; /* STEPS_MAX */
    uint32_t n;
    struct byte_set sets[SETS_MAX];
    unsigned n_sets, depth;
    struct open_group groups[PATTERN_DEPTH];
    bool failed;
};

static void emit(struct maker *m, enum step_kind kind, unsigned set, int32_t to)
{
    m->failed |= m->n == STEPS_MAX;
    if (!m->failed)
        m->steps[m->n++] = (struct step){ (uint8_t)kind, (uint16_t)set, to };
}

static void insert(struct maker *m, uint32_t at, enum step_kind kind, int32_t to)
{
    emit(m, kind, 0, 0);
    if (m->failed)
        return;
    memmove(m->steps + at + 1, m->steps + at, (m->n - 1 - at) * sizeof(*m->steps));
    m->steps[at] = (struct step){ (uint8_t)kind, 0, to };
}

static void emit_set(struct maker *m, const struct byte_set *set)
{
    unsigned i = 0;
    while (i < m->n_sets && memcmp(&m->sets[i], set, sizeof(*set)) != 0)
        i++;
    m->failed |= i == SETS_MAX;
    if (m->failed)
        return;
    if (i == m->n_sets)
        m->sets[m->n_sets++] = *set;
    emit(m, STEP_SET, i, 0);
}

static void copy_steps(struct maker *m, uint32_t from, uint32_t n)
{
    m->failed |= n > STEPS_MAX - m->n;
    if (m->failed)
        return;
    memcpy(m->steps + m->n, m->steps + from, n * sizeof(*m->steps));
    m->n += n;
}

/* The steps from `from` on, as often as the part says, or more often. */
static void repeat(struct maker *m, uint32_t from, const struct pattern_part *part)
{
    uint32_t n = m->n - from, most = n > 1 ? COPIED_MAX / (n + 1) : COPIES_MAX, i = 1;
    if (part->least == 0) {
        insert(m, from, STEP_FORK, (int32_t)n + (part->most > 1 ? 2 : 1));
        if (part->most > 1)
            emit(m, STEP_JUMP, 0, -(int32_t)n - 1);
        return;
    }
    for (; i < part->least && i < most; i++)
        copy_steps(m, from, n);
    if (n == 1 && part->most <= COPIES_MAX) /* [a-z ]{10,30}: not all that follows */
        for (; i < part->most; i++) {
            emit(m, STEP_FORK, 0, 2);
            copy_steps(m, from, n);
        }
    if (part->most > i)
        emit(m, STEP_FORK, 0, -(int32_t)n);
}

static void open_group(struct maker *m, bool look)
{
    m->groups[m->depth++] = (struct open_group){ m->n, m->n, 0, look };
}

static void end_branch(struct maker *m)
{
    struct open_group *g = &m->groups[m->depth - 1];
    uint32_t n = m->n - g->branch;
    insert(m, g->branch, STEP_FORK, (int32_t)n + 2);
    emit(m, STEP_JUMP, 0, (int32_t)g->jumps);
    g->jumps = m->n - 1;
    g->branch = m->n;
}

static void end_branches(struct maker *m)
{
    struct open_group *g = &m->groups[--m->depth];
    for (uint32_t at = g->jumps; at != 0 && !m->failed;) {
        uint32_t before = (uint32_t)m->steps[at].to;
        m->steps[at].to = (int32_t)(m->n - at);
        at = before;
    }
}

static void close_group(struct maker *m, const struct pattern_part *part)
{
    const struct open_group *g = &m->groups[m->depth - 1];
    end_branches(m);
    if (g->look)
        m->n = g->start;
    else
        repeat(m, g->start, part);
}

/* The line end that stands before: only at the pattern's beginning, since nothing else has taken it. */
static void take_start(struct maker *m, const struct pattern_part *part)
{
    struct byte_set line_end = { { 0 } };
    if (m->depth > 1 || m->n != m->groups[0].branch || part->least != 1)
        return;
    byte_set_add(&line_end, '\n');
    emit_set(m, &line_end);
}

static void take_part(struct maker *m, const struct pattern_part *part)
{
    struct pattern_part any = { .least = 0, .most = PATTERN_NO_END };
    uint32_t at = m->n;
    switch (part->kind) {
    case PATTERN_OPEN: open_group(m, false); break;
    case PATTERN_LOOK: open_group(m, true); break;
    case PATTERN_OR: end_branch(m); break;
    case PATTERN_CLOSE: close_group(m, part); break;
    case PATTERN_START: take_start(m, part); break;
    case PATTERN_SET:
        emit_set(m, &part->set);
        repeat(m, at, part);
        break;
    case PATTERN_ANY:
        byte_set_invert(&any.set);
        emit_set(m, &any.set);
        repeat(m, at, &any);
        break;
    default: break;
    }
}

/* False: nothing can be said. */
static bool make_program(struct maker *m, struct slice text, unsigned flags)
{
    struct pattern p;
    struct pattern_part part;
    open_group(m, false);
    pattern_begin(&p, text, flags);
    for (pattern_next(&p, &part); part.kind != PATTERN_END && part.kind != PATTERN_LOST && !m->failed;
         pattern_next(&p, &part))
        take_part(m, &part);
    if (part.kind != PATTERN_END || m->failed)
        return false;
    end_branches(m);
    return !m->failed;
}

/* ---- classes of bytes */

static void make_classes(struct walker *w)
{
    w->n_classes = 1;
    for (unsigned s = 0; s < w->n_sets; s++) {
        uint16_t other[256] = { 0 }; /* of each class the one of its bytes that are in the set, and one */
        unsigned old = w->n_classes;
        bool has_in[256] = { false }, has_out[256] = { false };
        for (unsigned c = 0; c < 256; c++)
            (byte_set_has(&w->sets[s], (unsigned char)c) ? has_in : has_out)[w->class_of[c]] = true;
        for (unsigned k = 0; k < old; k++)
            if (has_in[k] && has_out[k])
                other[k] = (uint16_t)++w->n_classes;
        for (unsigned c = 0; c < 256; c++)
            if (other[w->class_of[c]] && byte_set_has(&w->sets[s], (unsigned char)c))
                w->class_of[c] = (uint8_t)(other[w->class_of[c]] - 1);
    }
    for (unsigned c = 0; c < 256; c++)
        w->byte_of[w->class_of[c]] = (uint8_t)c;
}

/* ---- sets of steps */

struct walker_cache {
    const struct walker *w;
    uint32_t *next;         /* row and class -> row of the next state + 1; 0: not known yet */
    uint32_t *from, *count; /* of each state in the pool */
    uint16_t *pool;
    uint32_t n, n_pool;
    uint32_t table[TABLE]; /* state + 1 */
    uint32_t *seen, mark;  /* by step: the set at work has it */
    uint32_t *todo;
    uint16_t *set; /* at work */
    uint32_t n_set;
    bool matched, full;
};

/* Adds the steps that wait for a byte and are reached from `at` without one. */
static void reach(struct walker_cache *c, uint32_t at)
{
    uint32_t n = 0;
    c->todo[n++] = at;
    while (n) {
        at = c->todo[--n];
        if (at == c->w->n) {
            c->matched = true;
            return;
        }
        if (c->seen[at] == c->mark)
            continue;
        c->seen[at] = c->mark;
        const struct step *s = &c->w->steps[at];
        if (s->kind == STEP_SET)
            c->set[c->n_set++] = (uint16_t)at;
        else
            c->todo[n++] = (uint32_t)((int32_t)at + s->to);
        if (s->kind == STEP_FORK)
            c->todo[n++] = at + 1;
    }
}

static void begin_set(struct walker_cache *c)
{
    c->mark++;
    c->n_set = 0;
    c->matched = false;
}

static void take_byte(struct walker_cache *c, const uint16_t *steps, uint32_t n, uint8_t byte)
{
    for (uint32_t i = 0; i < n && !c->matched; i++)
        if (byte_set_has(&c->w->sets[c->w->steps[steps[i]].set], byte))
            reach(c, steps[i] + 1u);
}

/* ---- making a walker */

static struct walker_cache *new_cache(const struct walker *w)
{
    struct walker_cache *c = calloc(1, sizeof(*c));
    if (c == NULL || (c->seen = calloc(w->n + 1, sizeof(*c->seen))) == NULL ||
        (c->todo = calloc(2 * (size_t)w->n + 2, sizeof(*c->todo))) == NULL ||
        (c->set = calloc(w->n + 1, sizeof(*c->set))) == NULL ||
        (c->next = calloc((size_t)STATES_MAX * w->n_classes, sizeof(*c->next))) == NULL ||
        (c->from = calloc(STATES_MAX, sizeof(*c->from))) == NULL ||
        (c->count = calloc(STATES_MAX, sizeof(*c->count))) == NULL ||
        (c->pool = calloc(POOL_MAX, sizeof(*c->pool))) == NULL)
        fatal("no memory for a pattern's states");
    c->w = w;
    return c;
}

static bool waits_for_line_end(const struct walker *w)
{
    struct byte_set line_end = { { 0 } };
    byte_set_add(&line_end, '\n');
    for (uint32_t i = 0; i < w->n_first; i++)
        if (!byte_set_within(&w->sets[w->steps[w->first[i]].set], &line_end))
            return false;
    return true;
}

/* False: it matches nothing at all, which is everywhere. */
static bool find_first(struct walker *w, struct arena *a)
{
    struct walker_cache *c = new_cache(w);
    begin_set(c);
    reach(c, 0);
    w->n_first = c->n_set;
    w->first = arena_array(a, c->n_set + 1, sizeof(*w->first));
    memcpy(w->first, c->set, c->n_set * sizeof(*w->first));
    bool empty = c->matched;
    walker_cache_free(&c);
    w->at_line_start = waits_for_line_end(w);
    return !empty;
}

static struct walker *keep(struct arena *a, const struct maker *m)
{
    struct walker *w = ARENA_NEW(a, struct walker);
    w->n = m->n;
    w->steps = arena_array(a, m->n + 1, sizeof(*w->steps));
    memcpy(w->steps, m->steps, m->n * sizeof(*w->steps));
    w->n_sets = m->n_sets;
    w->sets = arena_array(a, m->n_sets + 1, sizeof(*w->sets));
    memcpy(w->sets, m->sets, m->n_sets * sizeof(*w->sets));
    make_classes(w);
    return find_first(w, a) ? w : NULL;
}

struct walker *walker_new(struct arena *a, struct slice pattern, unsigned flags)
{
    struct maker *m = calloc(1, sizeof(*m));
    struct walker *w = NULL;
    if (m == NULL || (m->steps = malloc(STEPS_MAX * sizeof(*m->steps))) == NULL)
        fatal("no memory for a pattern");
    if (make_program(m, pattern, flags))
        w = keep(a, m);
    free(m->steps);
    free(m);
    return w;
}

/* All steps that texts can lead to; a set without a byte leads nowhere. */
bool walker_never_matches(const struct walker *w)
{
    static const struct byte_set none;
    struct walker_cache *c = new_cache(w);
    begin_set(c);
    reach(c, 0);
    for (uint32_t i = 0; i < c->n_set && !c->matched; i++)
        if (!byte_set_within(&w->sets[w->steps[c->set[i]].set], &none))
            reach(c, c->set[i] + 1u);
    bool never = !c->matched;
    walker_cache_free(&c);
    return never;
}

/* ---- states */

static void forget(struct walker_cache *c)
{
    memset(c->next, 0, (size_t)c->n * c->w->n_classes * sizeof(*c->next));
    memset(c->table, 0, sizeof(c->table));
    memset(c->seen, 0, c->w->n * sizeof(*c->seen));
    c->n = c->n_pool = c->mark = 0;
    c->full = false;
}

struct walker_cache *walker_cache_new(const struct walker *w)
{
    return new_cache(w);
}

void walker_cache_free(struct walker_cache **c)
{
    if (*c == NULL)
        return;
    free((*c)->seen);
    free((*c)->todo);
    free((*c)->set);
    free((*c)->next);
    free((*c)->from);
    free((*c)->count);
    free((*c)->pool);
    free(*c);
    *c = NULL;
}

/* Whatever their order. */
static uint32_t hash_of(const uint16_t *steps, uint32_t n)
{
    uint32_t h = n;
    for (uint32_t i = 0; i < n; i++)
        h += (steps[i] + 1u) * 0x9e3779b1u ^ steps[i] * 0x85ebca6bu;
    return (h ^ h >> 16) & (TABLE - 1);
}

static uint32_t add_state(struct walker_cache *c, uint32_t slot)
{
    uint32_t state = c->n++;
    c->from[state] = c->n_pool;
    c->count[state] = c->n_set;
    memcpy(c->pool + c->n_pool, c->set, c->n_set * sizeof(*c->set));
    c->n_pool += c->n_set;
    c->table[slot] = state + 1;
    return state;
}

static bool is_set_at_work(const struct walker_cache *c, uint32_t state)
{
    const uint16_t *steps = c->pool + c->from[state];
    if (c->count[state] != c->n_set)
        return false;
    for (uint32_t i = 0; i < c->n_set; i++)
        if (c->seen[steps[i]] != c->mark)
            return false;
    return true;
}

/* the state of the set at work */
static uint32_t state_of(struct walker_cache *c)
{
    uint32_t slot = hash_of(c->set, c->n_set);
    for (; c->table[slot]; slot = (slot + 1) & (TABLE - 1)) {
        uint32_t state = c->table[slot] - 1;
        if (is_set_at_work(c, state))
            return state;
    }
    c->full = c->n == STATES_MAX || c->n_set > POOL_MAX - c->n_pool;
    return c->full ? STATE_NONE : add_state(c, slot);
}

/* The set before, with what waits for the beginning, takes a byte. A state's row is its number times that of
 * classes. */
static uint32_t find_next(struct walker_cache *c, uint32_t row, unsigned class)
{
    uint8_t byte = c->w->byte_of[class];
    uint32_t state = row / c->w->n_classes;
    begin_set(c);
    take_byte(c, c->pool + c->from[state], c->count[state], byte);
    take_byte(c, c->w->first, c->w->n_first, byte);
    state = c->matched ? STATE_MATCH : state_of(c);
    return state >= STATE_NONE ? state : state * c->w->n_classes;
}

/* Afterwards there is a state that waits for the beginning only: row 0. */
static void make_room(struct walker_cache *c, size_t states)
{
    if (c->full || c->n + states >= STATES_MAX || c->mark > UINT32_MAX / 2)
        forget(c);
    if (c->n == 0) {
        begin_set(c);
        state_of(c);
    }
}

enum walk { WALK_ON, WALK_MATCH, WALK_LOST };

static inline enum walk take(struct walker_cache *c, unsigned char byte, uint32_t *row, size_t *left)
{
    unsigned class = c->w->class_of[byte];
    uint32_t next = c->next[*row + class];
    if (next == 0) {
        if ((*left)-- == 0)
            return WALK_LOST;
        next = find_next(c, *row, class) + 1;
        if (next == STATE_NONE + 1)
            return WALK_LOST;
        c->next[*row + class] = next;
    }
    if (next == STATE_MATCH + 1)
        return WALK_MATCH;
    *row = next - 1;
    return WALK_ON;
}

/* Of a pattern that begins at a line's beginning nothing else has to be looked at. */
static size_t skip_to_start(const struct walker *w, struct slice text, size_t at)
{
    if (!w->at_line_start)
        return at;
    ptrdiff_t more = slice_chr(slice_from(text, at), '\n');
    return more < 0 ? text.n : at + (size_t)more;
}

/* There is a line end before the text. */
bool walker_may_match(struct walker_cache *c, struct slice text)
{
    size_t left = NEW_LEAST + text.n / NEW_BYTES;
    uint32_t row = 0;
    make_room(c, left);
    enum walk w = take(c, '\n', &row, &left);
    for (size_t i = 0; i < text.n && w == WALK_ON; i++) {
        if (row == 0 && (i = skip_to_start(c->w, text, i)) == text.n)
            break;
        w = take(c, (unsigned char)text.p[i], &row, &left);
    }
    return w != WALK_ON;
}
