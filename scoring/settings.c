/* settings.c - what rule files say besides rules; see settings.h */
#include "config.h"
#include "scoring/settings.h"

#include <stdio.h>
#include <stdlib.h>

/* directives whose name goes on: bayes_stopword_de, hashbl_acl_freemail */
static const struct slice open_ended[] = { SLICE_INIT("bayes_stopword"), SLICE_INIT("hashbl_acl") };

static void add_spellings(struct settings *s, uint32_t number)
{
    const struct setting_row *row = &setting_rows[number];
    struct slice rest = slice_str(row->old), word;
    names_add(&s->rows, slice_str(row->name), number);
    while (slice_cut(&rest, ' ', &word))
        names_add(&s->rows, word, number);
}

void settings_init(struct settings *s, struct arena *a)
{
    memset(s, 0, sizeof(*s));
    for (int i = 0; i < SETTING_FAMILIES; i++)
        s->tail[i] = &s->first[i];
    names_init(&s->rows, a);
    for (size_t i = 0; i < setting_rows_n; i++)
        add_spellings(s, (uint32_t)i);
}

/* the beginning of a name that goes on */
static struct slice beginning(struct slice name)
{
    for (size_t i = 0; i < sizeof(open_ended) / sizeof(*open_ended); i++) {
        struct slice head = open_ended[i];
        if (slice_starts(name, head) && name.n > head.n + 1 && name.p[head.n] == '_')
            return head;
    }
    return name;
}

const struct setting_row *settings_find(const struct settings *s, struct slice name, struct slice *ending)
{
    uint32_t number = names_find(&s->rows, name);
    *ending = SLICE("");
    if (number == NAMES_NONE) {
        struct slice head = beginning(name);
        *ending = slice_from(name, head.n + 1);
        number = names_find(&s->rows, head);
    }
    return number == NAMES_NONE ? NULL : &setting_rows[number];
}

void settings_add(struct settings *s, struct arena *a, const struct setting_line *line)
{
    struct setting_line *kept = ARENA_NEW(a, struct setting_line);
    *kept = *line;
    kept->next = NULL;
    *s->tail[line->row->family] = kept;
    s->tail[line->row->family] = &kept->next;
}

const struct setting_line *settings_first(const struct settings *s, enum setting_family family)
{
    return s->first[family];
}

bool setting_is(const struct setting_line *l, const char *name)
{
    return strcmp(l->row->name, name) == 0;
}

const struct setting_line *settings_last(const struct settings *s, enum setting_family family,
                                         const char *name)
{
    const struct setting_line *last = NULL;
    for (const struct setting_line *l = s->first[family]; l; l = l->next)
        if (setting_is(l, name))
            last = l;
    return last;
}

static bool read_bool(struct slice value, bool *out)
{
    bool yes = slice_ieq(value, SLICE("yes")) || slice_eq(value, SLICE("1"));
    bool no = slice_ieq(value, SLICE("no")) || slice_eq(value, SLICE("0"));
    if (yes || no)
        *out = yes;
    return yes || no;
}

bool settings_bool(const struct settings *s, enum setting_family family, const char *name, bool otherwise)
{
    bool value = otherwise;
    for (const struct setting_line *l = s->first[family]; l; l = l->next)
        if (setting_is(l, name))
            read_bool(l->value, &value);
    return value;
}

/* [+-]digits[.digits] */
static bool read_number(struct slice value, double *out)
{
    char text[40];
    size_t dots = 0, from = value.n && (value.p[0] == '-' || value.p[0] == '+');
    if (value.n == from || value.n >= sizeof(text) || !ascii_digit(value.p[from]))
        return false;
    for (size_t i = from; i < value.n; i++) {
        dots += value.p[i] == '.';
        if (!ascii_digit(value.p[i]) && value.p[i] != '.')
            return false;
    }
    if (dots > 1)
        return false;
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(value));
    *out = strtod(text, NULL);
    return true;
}

double settings_number(const struct settings *s, enum setting_family family, const char *name,
                       double otherwise)
{
    double value = otherwise;
    for (const struct setting_line *l = s->first[family]; l; l = l->next)
        if (setting_is(l, name))
            read_number(l->value, &value);
    return value;
}
