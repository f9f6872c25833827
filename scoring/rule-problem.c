/* rule-problem.c - what was wrong with rule files, in order; see rule-problem.h */
#include "config.h"
#include "scoring/rule-problem.h"

#include <stdarg.h>
#include <stdio.h>
#include "base/log.h"

#define QUOTED_BYTES 40
#define TEXT_MAX 600

void rule_problems_init(struct rule_problems *p, struct arena *a)
{
    memset(p, 0, sizeof(*p));
    p->a = a;
    p->tail = &p->first;
}

/* File names belong to the set, which may be gone when the problems are read. */
static const char *file_name(struct rule_problems *p, const char *file)
{
    if (p->file_src != file) {
        p->file_src = file;
        p->file = arena_str(p->a, slice_str(file));
    }
    return p->file;
}

static void keep(struct rule_problems *p, struct rule_problem problem)
{
    struct rule_problem *kept = ARENA_NEW(p->a, struct rule_problem);
    *kept = problem;
    kept->file = file_name(p, problem.file);
    kept->text = arena_str(p->a, slice_str(problem.text));
    *p->tail = kept;
    p->tail = &kept->next;
}

void rule_problem(struct rule_problems *p, enum rule_problem_kind kind, const char *file, unsigned line,
                  const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list ap;
    bool counts = kind != RULE_NOT_YET;
    p->n += counts;
    p->not_yet += !counts;
    unsigned seen = counts ? p->n : p->not_yet;
    if (seen > PROBLEMS_KEPT + 1)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (seen > PROBLEMS_KEPT)
        snprintf(text, sizeof(text), "further problems are not listed: mend the first %u", PROBLEMS_KEPT);
    keep(p, (struct rule_problem){ .kind = kind, .file = file, .line = line, .text = text });
}

struct quoted rule_quote(struct slice text)
{
    struct quoted q;
    struct buf b;
    buf_init(&b, sizeof(q.text));
    log_quote(&b, text, QUOTED_BYTES);
    snprintf(q.text, sizeof(q.text), "%s", b.p ? b.p : "\"\"");
    buf_deinit(&b);
    return q;
}
