/* capture.c - what named groups of patterns matched in this message; see capture.h */
#include "config.h"
#include "scoring/capture.h"

#include "base/log.h"
#include "scoring/rule-capture.h"
#include "scoring/rule-regex.h"

#define START_MAX 16 /* bytes of a value that are looked for */

const struct capture *capture_find(const struct check *c, struct slice name)
{
    for (const struct capture *k = c->captures; k; k = k->next)
        if (slice_eq(k->name, name))
            return k;
    return NULL;
}

static struct capture *find_or_make(struct check *c, struct slice name)
{
    struct capture *k = (struct capture *)capture_find(c, name);
    if (k == NULL) {
        k = ARENA_NEW(c->m->arena, struct capture);
        k->name = arena_dup(c->m->arena, name);
        k->v = arena_array(c->m->arena, CAPTURE_VALUES_MAX, sizeof(*k->v));
        k->next = c->captures;
        c->captures = k;
    }
    if (k->rule != c->running) {
        k->rule = c->running;
        k->n = 0;
    }
    return k;
}

static void take(void *ctx, struct slice name, struct slice value)
{
    struct check *c = ctx;
    struct capture *k = find_or_make(c, name);
    value = slice_sub(value, 0, CAPTURE_BYTES_MAX);
    for (size_t i = 0; i < k->n; i++)
        if (slice_eq(k->v[i], value))
            return;
    if (k->n < CAPTURE_VALUES_MAX)
        k->v[k->n++] = arena_dup(c->m->arena, value);
}

void capture_take(struct check *c, const struct regex *re, struct slice text, size_t from)
{
    regex_match_named(re, c->scratch, text, from, take, c);
}

/* %{HEADER(From:addr)}: what a header rule would see, or nothing. False: the name is not this tag. */
static bool header_text(struct check *c, struct slice name, struct slice *text)
{
    static const struct slice tag = SLICE_INIT("HEADER(");
    if (!slice_starts(name, tag) || name.p[name.n - 1] != ')' || name.n == tag.n + 1)
        return false;
    struct slice value = views_get(&c->views, slice_sub(name, tag.n, name.n - tag.n - 1))->text;
    *text = rule_capture_text(c->m->arena, &value, 1);
    return true;
}

static bool text_of(struct check *c, struct slice name, struct slice *text)
{
    if (header_text(c, name, text))
        return true;
    const struct capture *k = capture_find(c, name);
    if (k == NULL || k->n == 0)
        return false;
    *text = rule_capture_text(c->m->arena, k->v, k->n);
    return true;
}

static bool has_start(struct slice text, struct slice value)
{
    value = slice_sub(value, 0, START_MAX);
    for (size_t i = 0; i + value.n <= text.n; i++)
        if (slice_ieq(slice_sub(text, i, value.n), value))
            return true;
    return false;
}

bool capture_may_match(const struct check *c, const struct rule *r, struct slice text)
{
    const struct capture *k = r->test.needed.n ? capture_find(c, r->test.needed) : NULL;
    for (size_t i = 0; k && i < k->n; i++)
        if (has_start(text, k->v[i]))
            return true;
    return k == NULL;
}

struct regex *capture_pattern(struct check *c, const struct rule *r)
{
    const struct rule_names *names = r->test.template;
    struct slice *texts = arena_array(c->m->arena, names->n, sizeof(*texts));
    struct err e;
    for (size_t i = 0; i < names->n; i++)
        if (!text_of(c, names->v[i], &texts[i]))
            return NULL;
    struct slice pattern = rule_template_fill(c->m->arena, r->test.pattern, names, texts);
    struct regex *re = rule_regex_interpreted(pattern, &e);
    if (re == NULL)
        log_debug("%.*s: its pattern with what was captured: %s", SLICE_ARG(r->name), e.text);
    return re;
}
