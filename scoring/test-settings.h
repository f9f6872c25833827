/* test-settings.h - lines of settings from text, for tests of the families that read them */
#ifndef SCORING_TEST_SETTINGS_H
#define SCORING_TEST_SETTINGS_H

#include <stdio.h>
#include <stdlib.h>
#include "scoring/rule-problem.h"
#include "scoring/settings.h"

static inline void test_setting(struct arena *a, struct settings *s, enum setting_family family,
                                struct slice line, unsigned number)
{
    struct setting_line *l = ARENA_NEW(a, struct setting_line);
    struct setting_row *row = ARENA_NEW(a, struct setting_row);
    ptrdiff_t blank = slice_chr(line, ' ');
    row->name = arena_str(a, blank < 0 ? line : slice_sub(line, 0, (size_t)blank));
    row->family = family;
    l->row = row;
    l->value = blank < 0 ? SLICE("") : arena_dup(a, slice_trim(slice_from(line, (size_t)blank)));
    l->origin = ORIGIN_SITE;
    l->file = "test.cf";
    l->line = number;
    *s->tail[family] = l;
    s->tail[family] = &l->next;
}

/* one directive a line, by today's names, all taken as of one family */
static inline struct settings *test_settings(struct arena *a, enum setting_family family, const char *text)
{
    struct settings *s = ARENA_NEW(a, struct settings);
    struct slice rest = slice_str(text), line;
    for (int i = 0; i < SETTING_FAMILIES; i++)
        s->tail[i] = &s->first[i];
    for (unsigned number = 1; slice_line(&rest, &line); number++)
        if (slice_trim(line).n)
            test_setting(a, s, family, slice_trim(line), number);
    return s;
}

#endif
