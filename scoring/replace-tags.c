/* replace-tags.c - <TAG> in patterns of rules that replace_rules names; see replace-tags.h
 * A round takes the pattern apart into tags and the pieces between them, and puts it together again with what
 * the tags stand for. A piece that is empty lies between two tags side by side. */
#include "config.h"
#include "scoring/replace-tags.h"

#include "base/buf.h"

#define SCRATCH_MAX ((size_t)64 * 1024 * 1024)

/* ---- tables */

static void define(struct tag_table *t, struct arena *a, struct slice name, struct slice value)
{
    uint32_t number = names_add(&t->names, name, t->n);
    if (number != NAMES_NONE) {
        t->v[number] = value;
        return;
    }
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 32;
        t->v = arena_grow(a, t->v, t->n, t->cap, sizeof(*t->v));
    }
    t->v[t->n++] = value;
}

/* empty: there is none */
static struct slice lookup(const struct tag_table *t, struct slice name)
{
    uint32_t number = names_find(&t->names, name);
    struct slice value = number == NAMES_NONE ? SLICE("") : t->v[number];
    return slice_eq(value, SLICE("0")) ? SLICE("") : value;
}

static struct slice first_word(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    struct slice word = slice_sub(*rest, 0, n);
    *rest = slice_trim(slice_from(*rest, n));
    return word;
}

static void name_rules(struct replace_tags *t, struct slice words)
{
    while (words.n)
        names_add(&t->rules, first_word(&words), 0);
}

static struct tag_table *table_of(struct replace_tags *t, const struct setting_line *l)
{
    return setting_is(l, "replace_tag")     ? &t->tags
           : setting_is(l, "replace_pre")   ? &t->pre
           : setting_is(l, "replace_inter") ? &t->inter
           : setting_is(l, "replace_post")  ? &t->post
                                            : NULL;
}

static void read_line(struct replace_tags *t, struct arena *a, const struct setting_line *l)
{
    struct tag_table *table = table_of(t, l);
    struct slice rest = l->value;
    if (table) {
        struct slice name = first_word(&rest);
        if (rest.n)
            define(table, a, name, rest);
    } else if (setting_is(l, "replace_rules"))
        name_rules(t, rest);
    else if (setting_is(l, "replace_start") && rest.n)
        t->start = rest;
    else if (setting_is(l, "replace_end") && rest.n)
        t->end = rest;
}

void replace_tags_load(struct replace_tags *t, struct arena *a, const struct settings *s)
{
    memset(t, 0, sizeof(*t));
    arena_init(&t->scratch, SCRATCH_MAX);
    t->start = SLICE("<");
    t->end = SLICE(">");
    names_init(&t->rules, a);
    names_init(&t->tags.names, a);
    names_init(&t->pre.names, a);
    names_init(&t->inter.names, a);
    names_init(&t->post.names, a);
    for (const struct setting_line *l = settings_first(s, SETTING_RULES); l; l = l->next)
        read_line(t, a, l);
}

void replace_tags_free(struct replace_tags *t)
{
    arena_deinit(&t->scratch);
}

bool replace_tags_wanted(const struct replace_tags *t, struct slice rule)
{
    return names_find(&t->rules, rule) != NAMES_NONE;
}

/* ---- one round */

struct round {
    struct replace_tags *t;
    struct slice pre, inter, post;
    struct buf *out;
    struct buf piece, spare;
    bool again;
};

/* The first tag at or after `from`: where it begins; *name lies between its marks. SLICE_NONE: none. */
static ptrdiff_t find_tag(const struct replace_tags *t, struct slice text, size_t from, struct slice *name)
{
    ptrdiff_t open = slice_find(slice_from(text, from), t->start);
    if (open < 0)
        return SLICE_NONE;
    size_t begin = from + (size_t)open, inside = begin + t->start.n;
    ptrdiff_t close = slice_find(slice_from(text, inside + 1), t->end);
    if (close < 0)
        return SLICE_NONE;
    *name = slice_sub(text, inside, (size_t)close + 1);
    return (ptrdiff_t)begin;
}

/* Takes the first `<KIND NAME>` out of the pattern; what NAME stands for, or empty. */
static struct slice take_modifier(struct replace_tags *t, const char *kind, const struct tag_table *table,
                                  struct slice *text)
{
    struct slice mark = arena_printf(&t->scratch, "%.*s%s ", SLICE_ARG(t->start), kind);
    ptrdiff_t at = slice_find(*text, mark);
    if (at < 0)
        return SLICE("");
    size_t inside = (size_t)at + mark.n;
    ptrdiff_t close = slice_find(slice_from(*text, inside + 1), t->end);
    if (close < 0)
        return SLICE("");
    struct slice name = slice_sub(*text, inside, (size_t)close + 1);
    struct slice rest = slice_from(*text, inside + 1 + (size_t)close + t->end.n);
    char *joined = arena_alloc(&t->scratch, text->n + 1);
    memcpy(joined, text->p, (size_t)at);
    memcpy(joined + at, rest.p, rest.n);
    *text = slice_of(joined, (size_t)at + rest.n);
    return lookup(table, name);
}

static void swap(struct round *r)
{
    struct buf piece = r->piece;
    r->piece = r->spare;
    r->spare = piece;
    buf_reset(&r->spare);
}

static void add_pre(struct round *r)
{
    struct slice text = buf_slice(&r->piece), name;
    ptrdiff_t at = find_tag(r->t, text, 0, &name);
    if (at < 0)
        return;
    buf_add_slice(&r->spare, slice_sub(text, 0, (size_t)at));
    buf_add_slice(&r->spare, r->pre);
    buf_add_slice(&r->spare, slice_from(text, (size_t)at));
    swap(r);
}

static void add_post(struct round *r)
{
    struct slice text = buf_slice(&r->piece), name;
    size_t from = 0;
    for (ptrdiff_t at; (at = find_tag(r->t, text, from, &name)) >= 0;) {
        size_t end = (size_t)at + r->t->start.n + name.n + r->t->end.n;
        buf_add_slice(&r->spare, slice_sub(text, from, end - from));
        buf_add_slice(&r->spare, r->post);
        from = end;
    }
    buf_add_slice(&r->spare, slice_from(text, from));
    swap(r);
}

static bool has_any_tag(struct slice text)
{
    ptrdiff_t open = slice_chr(text, '<');
    return open >= 0 && slice_chr(slice_from(text, (size_t)open + 2), '>') >= 0;
}

/* The first tag of the piece, wherever it stands in it. */
static void replace_tag(struct round *r)
{
    struct slice text = buf_slice(&r->piece), name;
    ptrdiff_t at = find_tag(r->t, text, 0, &name);
    struct slice value = at < 0 ? SLICE("") : lookup(&r->t->tags, name);
    if (value.n == 0)
        return;
    struct slice tag = slice_sub(text, (size_t)at, r->t->start.n + name.n + r->t->end.n);
    size_t from = 0;
    for (ptrdiff_t next; (next = slice_find(slice_from(text, from), tag)) >= 0;
         from += (size_t)next + tag.n) {
        buf_add_slice(&r->spare, slice_sub(text, from, (size_t)next));
        buf_add_slice(&r->spare, value);
    }
    buf_add_slice(&r->spare, slice_from(text, from));
    r->again |= has_any_tag(value);
    swap(r);
}

static void put_piece(struct round *r, struct slice text, bool first)
{
    buf_reset(&r->piece);
    buf_reset(&r->spare);
    buf_add_slice(&r->piece, text);
    if (r->pre.n)
        add_pre(r);
    if (r->post.n)
        add_post(r);
    if (r->piece.n == 0 && !first)
        buf_add_slice(&r->piece, r->inter);
    replace_tag(r);
    buf_add_slice(r->out, buf_slice(&r->piece));
}

/* The next <...> without another < or > in it, wherever replace_start and _end are: length, 0 at the end. */
static size_t next_tag(struct slice text, size_t from, size_t *at)
{
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] != '<')
            continue;
        size_t end = i + 1;
        while (end < text.n && text.p[end] != '<' && text.p[end] != '>')
            end++;
        *at = i;
        if (end < text.n && text.p[end] == '>' && end > i + 1)
            return end + 1 - i;
        i = end - 1;
    }
    return 0;
}

static void run_round(struct round *r, struct slice text)
{
    size_t from = 0, at = 0, n;
    r->pre = take_modifier(r->t, "pre", &r->t->pre, &text);
    r->post = take_modifier(r->t, "post", &r->t->post, &text);
    r->inter = take_modifier(r->t, "inter", &r->t->inter, &text);
    r->again = false;
    while ((n = next_tag(text, from, &at)) > 0) {
        put_piece(r, slice_sub(text, from, at - from), from == 0);
        put_piece(r, slice_sub(text, at, n), false);
        from = at + n;
    }
    if (from < text.n)
        put_piece(r, slice_from(text, from), false);
}

int replace_tags_expand(struct replace_tags *t, struct slice inner, struct slice *out, struct err *e)
{
    struct round r = { .t = t };
    arena_reset(&t->scratch);
    buf_init_in(&r.piece, &t->scratch, TAG_PATTERN_MAX);
    buf_init_in(&r.spare, &t->scratch, TAG_PATTERN_MAX);
    *out = inner;
    for (int i = 0; i == 0 || (r.again && i < TAG_PASSES); i++) {
        struct buf made;
        buf_init_in(&made, &t->scratch, TAG_PATTERN_MAX);
        r.out = &made;
        run_round(&r, *out);
        if (made.full || r.piece.full || r.spare.full)
            return err_set(e, ERR_INPUT, "the pattern has more than %d bytes when its tags are replaced",
                           TAG_PATTERN_MAX);
        *out = buf_slice(&made);
    }
    return 0;
}
