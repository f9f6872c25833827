/* capture.c - what named groups of patterns matched in this message; see capture.h */
#include "config.h"
#include "scoring/capture.h"

#include "base/log.h"
#include "scoring/rule-capture.h"
#include "scoring/rule-regex.h"

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

struct regex *capture_pattern(struct check *c, const struct rule *r)
{
    const struct rule_names *names = r->test.template;
    struct slice *texts = arena_array(c->m->arena, names->n, sizeof(*texts));
    struct err e;
    for (size_t i = 0; i < names->n; i++) {
        const struct capture *k = capture_find(c, names->v[i]);
        if (k == NULL || k->n == 0)
            return NULL;
        texts[i] = rule_capture_text(c->m->arena, k->v, k->n);
    }
    struct slice pattern = rule_template_fill(c->m->arena, r->test.pattern, names, texts);
    struct regex *re = rule_regex_interpreted(pattern, &e);
    if (re == NULL)
        log_debug("%.*s: its pattern with what was captured: %s", SLICE_ARG(r->name), e.text);
    return re;
}
