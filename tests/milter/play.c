/* play.c - plays one case of a session file; see play.h */
#include "tests/milter/play.h"

#include <stdio.h>

int play_field(struct slice rest, struct slice *name, struct slice *value, struct err *e)
{
    ptrdiff_t colon = slice_chr(rest, ':');
    if (colon <= 0)
        return err_set(e, ERR_INPUT, "write NAME: VALUE");
    *name = slice_sub(rest, 0, (size_t)colon);
    *value = slice_from(rest, (size_t)colon + 1);
    return 0;
}

struct talk *play_talk(struct play *p, struct slice name)
{
    for (struct talk *t = p->talks; t; t = t->next)
        if (slice_eq(t->name, name))
            return t;
    struct talk *t = ARENA_NEW(p->arena, struct talk);
    talk_init(t, p->o->socket, p->o->timeout_ms, p->arena);
    t->name = name;
    t->next = p->talks;
    p->talks = t;
    return t;
}

/* The name of a field that this line sends, also behind `repeat N`; empty: it sends none. */
static struct slice sends_field(const struct script_line *l)
{
    struct slice word = l->word, rest = l->rest, name, value;
    if (slice_eq(word, SLICE("repeat")) && (!script_word(&rest, &word) || !script_word(&rest, &word)))
        return SLICE("");
    if (!slice_eq(word, SLICE("header")) || play_field(rest, &name, &value, NULL) != 0)
        return SLICE("");
    return name;
}

/* Which fields the case itself gives in the message that this line is of. */
static void look_ahead(struct play *p)
{
    struct talk *t = p->talk;
    if (t->phase >= TALK_HEADER && t->phase < TALK_ENDED)
        return;
    size_t n = 0;
    t->n_own = 0;
    for (const struct script_line *l = p->line; l; l = l->next)
        n++;
    t->own = arena_array(p->arena, n, sizeof(*t->own));
    for (const struct script_line *l = p->line; l; l = l->next) {
        struct slice name = sends_field(l);
        if (name.n)
            t->own[t->n_own++] = name;
        if (slice_eq(l->word, SLICE("end")) || slice_eq(l->word, SLICE("abort")))
            break;
    }
}

static const struct play_verb *verb_of(struct slice word)
{
    for (size_t i = 0; i < play_says_n; i++)
        if (slice_eq(word, slice_str(play_says[i].word)))
            return &play_says[i];
    for (size_t i = 0; i < play_hears_n; i++)
        if (slice_eq(word, slice_str(play_hears[i].word)))
            return &play_hears[i];
    return NULL;
}

static int all_heard(const struct talk *t, struct err *e)
{
    if (!t->unheard)
        return 0;
    return err_set(e, ERR_INPUT, "`%.*s` was answered by %s %.*s, and no `reply` says so", SLICE_ARG(t->last),
                   talk_answer_name(t->answer.kind), SLICE_ARG(t->answer.text));
}

int play_step(struct play *p, struct slice word, struct slice rest, struct err *e)
{
    const struct play_verb *v = verb_of(word);
    if (v == NULL)
        return err_set(e, ERR_INPUT, "`%.*s` is no step", SLICE_ARG(word));
    struct slice text = rest;
    if (!v->raw && script_unescape(rest, p->counter, p->arena, &text, e) != 0)
        return -1;
    if (!v->hears && all_heard(p->talk, e) != 0)
        return -1;
    return v->run(p, text, e);
}

static int play_lines(struct play *p, const struct script_case *c, struct err *e)
{
    for (p->line = c->first; p->line; p->line = p->line->next) {
        look_ahead(p);
        if (play_step(p, p->line->word, p->line->rest, e) != 0)
            return -1;
    }
    for (struct talk *t = p->talks; t; t = t->next)
        if (all_heard(t, e) != 0)
            return -1;
    return 0;
}

static long size_of(const char *path)
{
    FILE *f = path ? fopen(path, "rb") : NULL;
    long n = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : 0;
    if (f)
        fclose(f);
    return n;
}

bool play_case(const struct play_options *o, const struct script *s, const struct script_case *c,
               struct arena *a, struct err *failure)
{
    struct play p = { .o = o, .script = s, .arena = a, .log_from = size_of(o->log) };
    struct err e;
    p.talk = play_talk(&p, SLICE("A"));
    int r = c->first ? play_lines(&p, c, &e) : err_set(&e, ERR_INPUT, "no steps in it");
    for (struct talk *t = p.talks; t; t = t->next)
        talk_deinit(t);
    if (r != 0)
        err_set(failure, ERR_INPUT, "line %u: %s", p.line ? p.line->number : c->number, e.text);
    return r == 0;
}
