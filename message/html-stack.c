/* html-stack.c - the open elements and what holds for their text; see html-stack.h */
#include "config.h"
#include "message/html-stack.h"

static bool is(const struct html_element *e, unsigned property)
{
    return html_tag_is(e->tag) & property;
}

static uint32_t name_hash(struct slice name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)ascii_lower(name.p[i])) * 16777619u;
    return h;
}

/* in a table, but in none of its cells */
static bool between_cells(enum html_tag tag)
{
    return tag == HTML_TABLE || tag == HTML_TR || tag == HTML_TBODY || tag == HTML_THEAD || tag == HTML_TFOOT;
}

/* what a table's rows are made of */
static bool in_table_only(enum html_tag tag)
{
    return tag == HTML_TR || tag == HTML_TD || tag == HTML_TH || tag == HTML_TBODY || tag == HTML_THEAD ||
           tag == HTML_TFOOT || tag == HTML_CAPTION || tag == HTML_COLGROUP || tag == HTML_COL;
}

/* Where the contents of an element above v[0 .. n-1] come to stand: what is put between cells is shown before
 * the table ("foster parenting"). The number of elements that it is inside of. */
static size_t home(const struct html_stack *s, size_t n)
{
    if (n == 0 || !between_cells(s->v[n - 1].tag))
        return n;
    while (n > 0 && s->v[n - 1].tag != HTML_TABLE)
        n--;
    return n ? n - 1 : 0;
}

static void compute(struct html_stack *s, size_t i)
{
    struct html_computed initial = html_initial();
    struct html_element *e = &s->v[i];
    size_t n = in_table_only(e->tag) || is(e, HTML_HIDDEN) ? i : home(s, i);
    html_compute(&e->computed, n ? &s->v[n - 1].computed : &initial, &e->declared);
    e->shows = html_shows(&e->computed);
}

static void push(struct html_stack *s, const struct html_element *e)
{
    if (s->n == HTML_STACK_MAX) {
        s->over++;
        return;
    }
    struct html_element *top = &s->v[s->n++];
    *top = *e;
    s->open[e->tag]++;
    compute(s, s->n - 1);
    if (is(top, HTML_MARKER)) {
        top->pending_n = s->pending_n;
        top->pending_base = s->pending_base;
        s->pending_base = s->pending_n;
    }
}

/* Closes element i and all inside of it. Formatting elements inside wait to be opened again, but those inside
 * of a marker (a table's cell, ...) end with it. */
static void pop_to(struct html_stack *s, size_t i)
{
    bool inside_marker = false;
    for (size_t j = i; j < s->n; j++) {
        const struct html_element *e = &s->v[j];
        s->open[e->tag]--;
        if (inside_marker)
            continue;
        if (is(e, HTML_MARKER)) {
            s->pending_n = e->pending_n;
            s->pending_base = e->pending_base;
            inside_marker = true;
        } else if (j > i && is(e, HTML_FORMATTING) && s->pending_n < HTML_PENDING_MAX)
            s->pending[s->pending_n++] = *e;
    }
    s->n = i;
}

/* The innermost open element of that tag (and name) that is not outside of one with the property `stop`. */
static bool find(const struct html_stack *s, enum html_tag tag, uint32_t name, unsigned stop, size_t *at)
{
    if (s->open[tag] == 0)
        return false;
    for (size_t i = s->n; i-- > 0;) {
        if (s->v[i].tag == tag && s->v[i].name == name) {
            *at = i;
            return true;
        }
        if (is(&s->v[i], stop))
            return false;
    }
    return false;
}

/* ---- end tags */

/* A block inside keeps open, only without the formatting (13.2.6.4.7, the adoption agency). */
static void take_out(struct html_stack *s, size_t at)
{
    s->open[s->v[at].tag]--;
    memmove(&s->v[at], &s->v[at + 1], (--s->n - at) * sizeof(s->v[0]));
    for (; at < s->n; at++)
        compute(s, at);
}

static bool end_formatting(struct html_stack *s, enum html_tag tag)
{
    for (unsigned i = s->pending_n; i-- > s->pending_base;)
        if (s->pending[i].tag == tag) {
            memmove(&s->pending[i], &s->pending[i + 1], (--s->pending_n - i) * sizeof(s->pending[0]));
            return true;
        }
    size_t at, block;
    if (!find(s, tag, 0, HTML_SCOPE, &at))
        return false;
    for (block = at + 1; block < s->n && !is(&s->v[block], HTML_SPECIAL); block++)
        ;
    if (block == s->n)
        pop_to(s, at);
    else
        take_out(s, at);
    return true;
}

static bool is_heading(enum html_tag tag)
{
    return tag >= HTML_H1 && tag <= HTML_H6;
}

static bool end_heading(struct html_stack *s)
{
    for (size_t i = s->n; i-- > 0 && !is(&s->v[i], HTML_SCOPE);)
        if (is_heading(s->v[i].tag)) {
            pop_to(s, i);
            return true;
        }
    return false;
}

/* What an end tag does not reach over. */
static unsigned barrier(enum html_tag tag)
{
    if (tag == HTML_TABLE || in_table_only(tag))
        return HTML_TABLE_SCOPE;
    if (tag == HTML_P)
        return HTML_SCOPE | HTML_P_SCOPE;
    if (tag == HTML_LI)
        return HTML_SCOPE | HTML_LI_SCOPE;
    return html_tag_is(tag) & HTML_SPECIAL ? HTML_SCOPE : HTML_SPECIAL;
}

static bool end_other(struct html_stack *s, const struct html_token *token)
{
    enum html_tag tag = token->tag;
    unsigned stop = barrier(tag);
    size_t at;
    if (!find(s, tag, tag == HTML_OTHER ? name_hash(token->name) : 0, stop, &at))
        return tag == HTML_P || tag == HTML_BR; /* these end tags make an element by themselves */
    pop_to(s, at);
    return true;
}

bool html_stack_end(struct html_stack *s, const struct html_token *token)
{
    enum html_tag tag = token->tag;
    if (tag == HTML_HTML || tag == HTML_BODY || tag == HTML_HEAD)
        return false; /* what comes behind is still inside the body */
    if (s->over) {
        s->over--;
        return true;
    }
    if (html_tag_is(tag) & HTML_FORMATTING)
        return end_formatting(s, tag);
    return is_heading(tag) ? end_heading(s) : end_other(s, token);
}

/* ---- start tags */

/* Closes what is open inside the innermost element that has one of the tags (or is a table's border). */
static void back_to(struct html_stack *s, const enum html_tag *tags, size_t n)
{
    if (s->open[HTML_TABLE] == 0)
        return;
    for (size_t i = s->n; i-- > 0;) {
        bool stop = is(&s->v[i], HTML_TABLE_SCOPE);
        for (size_t j = 0; j < n; j++)
            stop = stop || s->v[i].tag == tags[j];
        if (stop) {
            if (i + 1 < s->n)
                pop_to(s, i + 1);
            return;
        }
    }
}

/* li closes an open li, dd and dt each other, unless a block lies between. */
static void end_item(struct html_stack *s, enum html_tag x, enum html_tag y)
{
    if (s->open[x] + s->open[y] == 0)
        return;
    for (size_t i = s->n; i-- > 0;) {
        enum html_tag tag = s->v[i].tag;
        if (tag == x || tag == y) {
            pop_to(s, i);
            return;
        }
        if (is(&s->v[i], HTML_SPECIAL) && tag != HTML_ADDRESS && tag != HTML_DIV && tag != HTML_P)
            return;
    }
}

/* A table in another, but in none of its cells, ends that one. */
static void end_table(struct html_stack *s)
{
    size_t at;
    if (s->n && between_cells(s->v[s->n - 1].tag) && find(s, HTML_TABLE, 0, HTML_TABLE_SCOPE, &at))
        pop_to(s, at);
}

static void end_implied(struct html_stack *s, enum html_tag tag)
{
    static const enum html_tag row[] = { HTML_TR }, group[] = { HTML_TBODY, HTML_THEAD, HTML_TFOOT };
    size_t at;
    if ((html_tag_is(tag) & HTML_CLOSES_P) && find(s, HTML_P, 0, barrier(HTML_P), &at))
        pop_to(s, at);
    if (is_heading(tag) && s->n && is_heading(s->v[s->n - 1].tag))
        pop_to(s, s->n - 1);
    switch (tag) {
    case HTML_A:
    case HTML_NOBR: end_formatting(s, tag); break;
    case HTML_BUTTON:
        if (find(s, HTML_BUTTON, 0, HTML_SCOPE, &at))
            pop_to(s, at);
        break;
    case HTML_TABLE: end_table(s); break;
    case HTML_LI: end_item(s, HTML_LI, HTML_LI); break;
    case HTML_DD:
    case HTML_DT: end_item(s, HTML_DD, HTML_DT); break;
    case HTML_OPTION:
    case HTML_OPTGROUP: end_item(s, HTML_OPTION, HTML_OPTION); break;
    case HTML_TD:
    case HTML_TH: back_to(s, row, 1); break;
    case HTML_TR: back_to(s, group, 3); break;
    case HTML_TBODY:
    case HTML_THEAD:
    case HTML_TFOOT:
    case HTML_CAPTION:
    case HTML_COLGROUP: back_to(s, NULL, 0); break;
    default: break;
    }
}

static void open_pending(struct html_stack *s)
{
    while (s->pending_n > s->pending_base && s->n < HTML_STACK_MAX) {
        push(s, &s->pending[s->pending_base]);
        memmove(&s->pending[s->pending_base], &s->pending[s->pending_base + 1],
                (--s->pending_n - s->pending_base) * sizeof(s->pending[0]));
    }
}

void html_stack_start(struct html_stack *s, const struct html_token *token,
                      const struct html_declared *declared)
{
    unsigned is_a = html_tag_is(token->tag);
    size_t table;
    if (in_table_only(token->tag) && !find(s, HTML_TABLE, 0, HTML_TABLE_SCOPE, &table))
        return;
    end_implied(s, token->tag);
    if (is_a & HTML_VOID)
        return;
    if (!(is_a & HTML_SPECIAL))
        open_pending(s);
    struct html_element e = { .tag = token->tag, .declared = *declared };
    if (e.tag == HTML_OTHER)
        e.name = name_hash(token->name);
    push(s, &e);
}

bool html_stack_text(struct html_stack *s)
{
    if (s->pending_n > s->pending_base)
        open_pending(s);
    size_t n = home(s, s->n);
    return n == 0 || s->v[n - 1].shows;
}
