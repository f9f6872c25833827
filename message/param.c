/* param.c - a value and its parameters; see param.h
 * Two steps: param-lex.c cuts the text into name=value pairs as they stand; here the pairs of one name are
 * put together (RFC 2231 segments) and decoded. */
#include "message/param.h"

#include "base/buf.h"
#include "message/charset.h"
#include "message/param-lex.h"
#include "message/words.h"

/* all pairs of one name */
struct group {
    struct slice name;
    struct param_pair *first, **tail;
    size_t n_segments; /* of name*0, name*1, ... */
    struct group *next;
};

struct joiner {
    struct param_value *v;
    struct arena *arena;
    struct group *groups, **groups_tail;
    struct param **tail; /* of v->params */
};

/* one by one: there are PARAM_MAX at most */
static struct group *group_of(struct joiner *j, struct slice name)
{
    for (struct group *g = j->groups; g; g = g->next)
        if (slice_eq(g->name, name))
            return g;
    struct group *g = ARENA_NEW(j->arena, struct group);
    g->name = name;
    g->tail = &g->first;
    *j->groups_tail = g;
    j->groups_tail = &g->next;
    return g;
}

static void add_pair(struct joiner *j, struct param_pair *pair)
{
    struct group *g = group_of(j, pair->name);
    *g->tail = pair;
    g->tail = &pair->same_name;
    if (pair->segment != PARAM_NO_SEGMENT)
        g->n_segments++;
    if (pair->extended || pair->segment != PARAM_NO_SEGMENT)
        j->v->flags |= PARAM_RFC2231;
}

/* charset'language'text: takes the first two off *text; false when they are not there */
static bool cut_charset(struct slice *text, struct slice *charset)
{
    ptrdiff_t one = slice_chr(*text, '\'');
    if (one < 0)
        return false;
    struct slice rest = slice_from(*text, (size_t)one + 1);
    ptrdiff_t two = slice_chr(rest, '\'');
    if (two < 0)
        return false;
    *charset = slice_sub(*text, 0, (size_t)one);
    *text = slice_from(rest, (size_t)two + 1);
    return true;
}

static void add_percent(struct joiner *j, struct buf *b, struct slice t)
{
    for (size_t i = 0; i < t.n; i++) {
        int high = i + 2 < t.n && t.p[i] == '%' ? ascii_hex(t.p[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(t.p[i + 2]) : -1;
        if (low >= 0) {
            buf_add_char(b, (char)(high << 4 | low));
            i += 2;
        } else {
            if (t.p[i] == '%')
                j->v->flags |= PARAM_BAD_VALUE;
            buf_add_char(b, t.p[i]);
        }
    }
}

static void add_param(struct joiner *j, struct param_pair *pair, struct slice bytes, struct slice value)
{
    struct param *p = ARENA_NEW(j->arena, struct param);
    p->name = pair->name;
    p->bytes = bytes;
    p->value = value;
    p->raw = pair->raw;
    *j->tail = p;
    j->tail = &p->next;
}

static void add_plain(struct joiner *j, struct param_pair *p)
{
    add_param(j, p, p->value, words_decode(j->arena, p->value, NULL));
}

/* One parameter out of n pairs. */
static void join(struct joiner *j, struct param_pair **pairs, size_t n)
{
    struct buf b;
    struct slice charset = { NULL, 0 };
    bool extended = false;
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += pairs[i]->value.n;
    buf_init_in(&b, j->arena, total);
    for (size_t i = 0; i < n; i++) {
        struct slice text = pairs[i]->value;
        if (!pairs[i]->extended) {
            buf_add_slice(&b, text);
            continue;
        }
        if (!extended && !cut_charset(&text, &charset))
            j->v->flags |= PARAM_BAD_VALUE;
        extended = true;
        add_percent(j, &b, text);
    }
    struct slice bytes = buf_slice(&b);
    add_param(j, pairs[0], bytes,
              extended ? charset_to_utf8(j->arena, bytes, charset, SIZE_MAX, NULL)
                       : words_decode(j->arena, bytes, NULL));
}

/* name*0, name*1, ... in the order of their numbers. What follows a gap is kept as a parameter of its own, in
 * the order in which it stands: a reader that joins over gaps sees it. */
static void join_segments(struct joiner *j, struct group *g)
{
    size_t n = g->n_segments, n_rest = 0, n_joined = 0;
    if (n == 0)
        return;
    struct param_pair **by_number = arena_array(j->arena, n, sizeof(*by_number));
    struct param_pair **rest = arena_array(j->arena, n, sizeof(*rest));
    for (struct param_pair *p = g->first; p; p = p->same_name)
        if (p->segment < n && by_number[p->segment] == NULL)
            by_number[p->segment] = p;
        else if (p->segment < n && !slice_eq(p->value, by_number[p->segment]->value))
            j->v->flags |= PARAM_DUPLICATE;
    while (n_joined < n && by_number[n_joined])
        n_joined++;
    for (struct param_pair *p = g->first; p; p = p->same_name)
        if (p->segment != PARAM_NO_SEGMENT && p->segment >= n_joined)
            rest[n_rest++] = p;
    if (n_joined)
        join(j, by_number, n_joined);
    if (n_rest) {
        j->v->flags |= PARAM_GAP;
        join(j, rest, n_rest);
    }
}

static void join_group(struct joiner *j, struct group *g)
{
    struct param **begin = j->tail;
    for (struct param_pair *p = g->first; p; p = p->same_name)
        if (p->segment == PARAM_NO_SEGMENT && p->extended)
            join(j, &p, 1);
    join_segments(j, g);
    for (struct param_pair *p = g->first; p; p = p->same_name)
        if (p->segment == PARAM_NO_SEGMENT && !p->extended)
            add_plain(j, p);
    for (struct param *p = (*begin)->next; p; p = p->next)
        if (!slice_eq(p->value, (*begin)->value))
            j->v->flags |= PARAM_DUPLICATE;
}

void param_parse(struct param_value *v, struct arena *a, struct slice text)
{
    struct joiner j = { .v = v, .arena = a, .groups_tail = &j.groups, .tail = &v->params };
    memset(v, 0, sizeof(*v));
    for (struct param_pair *p = param_lex(v, a, text); p; p = p->next)
        add_pair(&j, p);
    for (struct group *g = j.groups; g; g = g->next)
        join_group(&j, g);
}

const struct param *param_find(const struct param_value *v, struct slice name)
{
    for (const struct param *p = v->params; p; p = p->next)
        if (slice_eq(p->name, name))
            return p;
    return NULL;
}
