/* eval-difference.c - alternatives that are none: words of the HTML that the plain text does not have
 * A word is what stands between white space and has a letter, a digit or an underscore; each is as often in
 * the page as it is read there. Meeting requests (an alternative of text/html and text/calendar alone) are
 * let pass. A part inside alternatives inside alternatives is read for each of them, at most 20 times. */
#include "config.h"
#include "scoring/eval.h"

#include "message/charset.h"
#include "message/keyed-hash.h"
#include "scoring/eval-text.h"
#include "scoring/view-html-char.h"

struct counted {
    struct slice word; /* p is NULL: free */
    uint32_t in_page, in_text;
};

/* open addressing; cap is a power of two */
struct words {
    struct arena *a;
    struct counted *v;
    size_t n, cap, in_page, in_text; /* the last two: different words there */
    bool image_only;                 /* a page without a word, but with an image */
};

struct difference {
    double
        most; /* per cent of a page's words that are missing in its text; of all alternatives the highest */
    size_t page_words, text_words; /* of the last alternative that has a page */
};

/* ---- words */

static struct counted *slot(struct counted *v, size_t cap, struct slice word)
{
    /* one more step: the last seven bytes of a word go into its hash as they are */
    size_t at = (size_t)keyed_hash_step(keyed_hash(word), keyed_hash_key(), word.n) & (cap - 1);
    while (v[at].word.p && !slice_eq(v[at].word, word))
        at = (at + 1) & (cap - 1);
    return &v[at];
}

static void grow(struct words *w)
{
    size_t cap = w->cap ? w->cap * 2 : 256;
    struct counted *v = arena_array(w->a, cap, sizeof(*v));
    for (size_t i = 0; i < w->cap; i++)
        if (w->v[i].word.p)
            *slot(v, cap, w->v[i].word) = w->v[i];
    w->v = v;
    w->cap = cap;
}

static void count_word(struct words *w, struct slice word, bool page)
{
    if (w->n * 2 >= w->cap)
        grow(w);
    struct counted *found = slot(w->v, w->cap, word);
    w->n += found->word.p == NULL;
    found->word = word;
    if (page)
        w->in_page += found->in_page++ == 0;
    else
        w->in_text += found->in_text++ == 0;
}

static void count_words(struct words *w, struct page_text text, bool page)
{
    struct slice s = text.s;
    size_t from = 0, n;
    bool word = false;
    for (size_t at = 0; at < s.n; at += n) {
        uint32_t c = utf8_get(slice_from(s, at), &n);
        if (char_space(c, text.wide)) {
            if (word)
                count_word(w, slice_sub(s, from, at - from), page);
            from = at + n;
            word = false;
        } else
            word = word || char_word(c, text.wide);
    }
    if (word)
        count_word(w, slice_sub(s, from, s.n - from), page);
}

/* ---- parts */

static void read_part(struct words *w, struct view_part *p)
{
    struct page_text text = { .s = view_part_text(w->a, p) };
    bool page = slice_eq(p->effective, SLICE("text/html"));
    if (!page && !slice_eq(p->effective, SLICE("text/plain")))
        return;
    text.wide = p->html ? p->html->text_wide : utf8_ascii(text.s) < text.s.n;
    count_words(w, text, page);
    if (page && w->in_page == 0 && p->html && view_html_open(p->html, SLICE("img")) >= 0)
        w->image_only = true;
}

static bool is_text(struct slice type)
{
    return slice_starts(type, SLICE("text")) && text_boundary(type, 4);
}

static bool is_below(const struct view_part *p, const struct view_part *top)
{
    while (p && p != top)
        p = p->parent;
    return p != NULL;
}

static void read_alternative(struct difference *d, struct arena *a, struct view_part *top)
{
    struct words w = { .a = a };
    size_t missing = 0;
    for (struct view_part *p = top->next; p && is_below(p, top); p = p->next)
        if (p->leaf && is_text(p->type))
            read_part(&w, p);
    size_t words = w.in_page + w.image_only;
    if (words == 0)
        return;
    for (size_t i = 0; i < w.cap; i++)
        missing += w.v[i].in_page > w.v[i].in_text;
    missing += w.image_only;
    d->page_words = words;
    d->text_words = w.in_text;
    double share = (double)missing / (double)words * 100;
    d->most = share > d->most ? share : d->most;
}

static bool is_meeting(const struct view_part *root)
{
    const struct view_part *first = root->child, *second = first ? first->sibling : NULL;
    return second && second->sibling == NULL && slice_eq(root->type, SLICE("multipart/alternative")) &&
           slice_eq(first->type, SLICE("text/html")) && first->child == NULL &&
           slice_eq(second->type, SLICE("text/calendar")) && second->child == NULL;
}

static bool is_alternative(struct slice type)
{
    static const struct slice name = SLICE_INIT("multipart/alternative");
    return slice_starts(type, name) && text_boundary(type, name.n);
}

static const struct difference *difference_of(struct check *c)
{
    if (c->state[CHECK_DIFFERENCE])
        return c->state[CHECK_DIFFERENCE];
    struct difference *d = c->state[CHECK_DIFFERENCE] = ARENA_NEW(c->m->arena, struct difference);
    struct view_tree *tree = views_tree(&c->views);
    if (is_meeting(tree->root))
        return d;
    view_parts_foreach(p, tree)
    {
        if (is_alternative(p->type))
            read_alternative(d, c->m->arena, p);
    }
    return d;
}

/* ---- functions */

/* (min, max): per cent of words that are missing, min < x <= max; from 0 on; "undef": no max */
static double multipart_alternative_difference(struct check *c, const struct eval_args *args,
                                               const void *prepared)
{
    double most = difference_of(c)->most, min = eval_number(args, 0, 0);
    (void)prepared;
    return (min == 0 || most > min) &&
           (slice_eq(eval_arg(args, 1), SLICE("undef")) || most <= eval_number(args, 1, 0));
}

/* (ratio, min words): different words of the text to those of the page, above */
static double multipart_alternative_difference_count(struct check *c, const struct eval_args *args,
                                                     const void *prepared)
{
    const struct difference *d = difference_of(c);
    (void)prepared;
    return (double)d->page_words > eval_number(args, 1, 0) && d->page_words > 0 &&
           (double)d->text_words / (double)d->page_words > eval_number(args, 0, 0);
}

static const struct eval_function difference_rows[] = {
    { "multipart_alternative_difference", "BodyEval", 0, 2, 2, NULL, multipart_alternative_difference, NULL },
    { "multipart_alternative_difference_count", "BodyEval", 0, 2, 2, NULL,
      multipart_alternative_difference_count, NULL },
};
EVAL_FAMILY(eval_difference, "BodyEval: alternatives", difference_rows);
