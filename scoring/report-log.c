/* report-log.c - what functions say about their hits; see check.h */
#include "scoring/check.h"

#define LOG_MAX 400 /* bytes of a line */

void check_log(struct check *c, struct slice text)
{
    struct check_log *l = ARENA_NEW(c->m->arena, struct check_log);
    l->rule = c->running;
    l->text = arena_dup(c->m->arena, slice_sub(text, 0, LOG_MAX));
    if (c->logs_tail == NULL)
        c->logs_tail = &c->logs;
    *c->logs_tail = l;
    c->logs_tail = &l->next;
}
