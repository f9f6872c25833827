/* explain-notes.c - what a verdict rests on; see explain.h */
#include "config.h"
#include "cli/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/log.h"

#define WORD "bayes_token"
#define LEARNED "bayes_learned"
#define LOGIT "bayes_logit"
#define IGNORED "bayes_ignored"

static bool is_note(const struct finding *f, const char *name)
{
    return f->kind == FINDING_NOTE && slice_eq(f->name, slice_str(name));
}

bool explain_is_note(const struct finding *f)
{
    return f->kind == FINDING_NOTE && !slice_starts(f->name, SLICE("bayes"));
}

static double number(struct slice s)
{
    char text[32];
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(s));
    double d = strtod(text, NULL);
    return isfinite(d) ? d : 0;
}

static uint64_t take_count(struct slice *rest)
{
    struct slice word;
    uint64_t n;
    return slice_cut(rest, ' ', &word) && slice_uint(word, UINT32_MAX, &n) ? n : 0;
}

static void add_word(struct explain_bayes *b, struct slice text)
{
    struct slice share;
    struct explain_word w;
    if (!slice_cut(&text, ' ', &share))
        return;
    w.share = number(share);
    w.spam = take_count(&text);
    w.ham = take_count(&text);
    w.text = text;
    if (w.share > 0 && b->n_spam < EXPLAIN_WORDS)
        b->for_spam[b->n_spam++] = w;
    if (w.share < 0 && b->n_ham < EXPLAIN_WORDS)
        b->for_ham[b->n_ham++] = w;
}

static void add_learned(struct explain_bayes *b, struct slice text)
{
    b->there = true;
    b->spam = take_count(&text);
    b->ham = take_count(&text);
    b->least[0] = take_count(&text);
    b->least[1] = take_count(&text);
}

void explain_bayes(struct explain_bayes *b, const struct finding_list *findings)
{
    memset(b, 0, sizeof(*b));
    for (const struct finding *f = findings->first; f; f = f->next) {
        if (is_note(f, LEARNED))
            add_learned(b, f->detail);
        b->ignored |= is_note(f, IGNORED);
        if (is_note(f, WORD))
            add_word(b, f->detail);
        if (is_note(f, LOGIT)) {
            b->known = true;
            b->probability = 1 / (1 + exp(-number(f->detail)));
        }
    }
}

static void put_finding(struct buf *out, const struct finding *f)
{
    log_escape(out, f->name);
    if (f->detail.n) {
        buf_add_str(out, " (");
        log_escape(out, f->detail);
        buf_add_char(out, ')');
    }
}

void explain_class(struct buf *out, enum verdict_class c, const struct verdict *v,
                   const struct policy_options *o)
{
    size_t start = out->n;
    if (c == CLASS_SPAMMY)
        buf_printf(out, "%.1f points reach required_score (%.1f)", v->score, v->required);
    if (c == CLASS_SPAM)
        buf_printf(out, "%.1f points reach reject_score (%.1f)", v->score, o->reject_score);
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if ((f->kind != FINDING_CLASS && f->kind != FINDING_VIRUS) || f->class != c)
            continue;
        buf_add_str(out, out->n > start ? ", " : "");
        put_finding(out, f);
    }
}
