/* perl-options.c - a command line as Getopt::Long reads it; see perl-options.h */
#include "config.h"
#include "cli/perl-options.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/conf.h"

#define COLUMNS 78
#define INDENT 28

struct reader {
    const struct perl_program *p;
    char *values;
    struct arena *a;
    char **argv;
    int argc, at;
};

static const struct perl_option *find(const struct perl_program *p, struct slice name)
{
    for (size_t i = 0; i < p->n; i++) {
        struct slice rest = slice_str(p->rows[i].names), one;
        while (slice_cut(&rest, '|', &one))
            if (slice_eq(one, name))
                return &p->rows[i];
    }
    return NULL;
}

void perl_list_add(struct perl_list *l, struct arena *a, const char *text)
{
    l->v = arena_grow(a, l->v, l->n, l->n + 1, sizeof(*l->v));
    l->v[l->n++] = text;
}

static bool takes_value(const struct perl_option *r)
{
    return r->kind == PERL_TEXT || r->kind == PERL_LIST || r->kind == PERL_NOTHING_TEXT ||
           r->kind == PERL_REFUSED_TEXT;
}

static bool is_number(const char *text)
{
    uint64_t n;
    return slice_uint(slice_str(text), 255, &n);
}

static int complain(const struct reader *r, struct slice name, const char *what)
{
    fprintf(stderr, "%s: option %.*s: %s; --help lists the options\n", r->p->name, SLICE_ARG(name), what);
    return -1;
}

/* The next argument where it can be this option's value. */
static const char *next_value(struct reader *r, const struct perl_option *row)
{
    const char *next = r->at + 1 < r->argc ? r->argv[r->at + 1] : NULL;
    bool wanted = next && (takes_value(row) || (row->kind == PERL_OPTIONAL_TEXT && *next && *next != '-') ||
                           (row->kind == PERL_OPTIONAL_NUMBER && is_number(next)));
    if (wanted)
        r->at++;
    return wanted ? next : NULL;
}

static int store(struct reader *r, const struct perl_option *row, struct slice name, const char *value)
{
    void *at = r->values + row->at;
    struct perl_optional *optional = at;
    if (value == NULL)
        value = next_value(r, row);
    if (value == NULL && takes_value(row))
        return complain(r, name, "needs a value");
    switch (row->kind) {
    case PERL_FLAG: *(bool *)at = true; break;
    case PERL_NAME: *(const char **)at = row->names; break;
    case PERL_TEXT: *(const char **)at = value; break;
    case PERL_LIST: perl_list_add(at, r->a, value); break;
    case PERL_OPTIONAL_TEXT:
        optional->given = true;
        optional->text = value;
        break;
    case PERL_OPTIONAL_NUMBER:
        if (value && !is_number(value))
            return complain(r, name, "a number up to 255 is wanted");
        optional->given = true;
        optional->number = value ? (unsigned)atoi(value) : 0;
        break;
    case PERL_NOTHING:
    case PERL_NOTHING_TEXT: break;
    case PERL_REFUSED:
    case PERL_REFUSED_TEXT: *(const char **)at = row->help; break;
    }
    return 0;
}

static int read_long(struct reader *r, const char *text)
{
    const char *equals = strchr(text, '=');
    struct slice name = slice_of(text, equals ? (size_t)(equals - text) : strlen(text));
    const struct perl_option *row = name.n > 1 || strchr("46", *text) ? find(r->p, name) : NULL;
    if (row == NULL)
        return complain(r, name, "is not known");
    return store(r, row, name, equals ? equals + 1 : NULL);
}

/* What follows the letter is its value, if it takes one; else the next letter. */
static int read_letters(struct reader *r, const char *text)
{
    for (; *text; text++) {
        struct slice name = slice_of(text, 1);
        const struct perl_option *row = find(r->p, name);
        if (row == NULL)
            return complain(r, name, "is not known");
        const char *rest = text[1] ? text + 1 : NULL;
        bool optional = rest && (row->kind == PERL_OPTIONAL_TEXT ||
                                 (row->kind == PERL_OPTIONAL_NUMBER && ascii_digit(*rest)));
        if (rest && (takes_value(row) || optional))
            return store(r, row, name, *rest == '=' ? rest + 1 : rest);
        if (rest == NULL ? store(r, row, name, NULL) < 0
                         : store(r, row, name, row->kind == PERL_OPTIONAL_NUMBER ? "0" : NULL) < 0)
            return -1;
    }
    return 0;
}

int perl_options_read(const struct perl_program *p, void *values, struct arena *a, int argc, char **argv)
{
    struct reader r = { .p = p, .values = values, .a = a, .argv = argv, .argc = argc, .at = 1 };
    bool ended = false;
    for (; r.at < argc; r.at++) {
        const char *text = argv[r.at];
        int rc = 0;
        if (ended || text[0] != '-' || text[1] == 0)
            rc = p->operand(values, a, text) ? 0 : -1;
        else if (strcmp(text, "--") == 0)
            ended = true;
        else
            rc = text[1] == '-' ? read_long(&r, text + 2) : read_letters(&r, text + 1);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* ---- help */

/* "-C, --configpath PATH": the first letter and the first name */
static void put_name(struct buf *out, const struct perl_option *r)
{
    struct slice rest = slice_str(r->names), one;
    const char *between = "";
    bool letter = false;
    while (slice_cut(&rest, '|', &one)) {
        if (one.n == 1 && letter)
            continue;
        letter |= one.n == 1;
        buf_printf(out, "%s%s%.*s", between, one.n == 1 ? "-" : "--", SLICE_ARG(one));
        between = ", ";
        if (one.n > 1)
            break;
    }
    if (r->arg && (r->kind == PERL_OPTIONAL_TEXT || r->kind == PERL_OPTIONAL_NUMBER))
        buf_printf(out, "[=%s]", r->arg);
    else if (r->arg)
        buf_printf(out, " %s", r->arg);
}

static void put_wrapped(struct buf *out, const char *text)
{
    struct slice rest = slice_str(text), word;
    size_t at = INDENT;
    bool first = true;
    while (slice_cut(&rest, ' ', &word)) {
        if (!first && at + 1 + word.n > COLUMNS) {
            buf_printf(out, "\n%*s", INDENT, "");
            at = INDENT;
        } else if (!first) {
            buf_add_char(out, ' ');
            at++;
        }
        buf_add_slice(out, word);
        at += word.n;
        first = false;
    }
    buf_add_char(out, '\n');
}

static bool is_shown(const struct perl_option *r)
{
    return r->help && r->kind != PERL_REFUSED && r->kind != PERL_REFUSED_TEXT;
}

void perl_options_help(const struct perl_program *p, struct buf *out)
{
    buf_add_str(out, "Options:\n");
    for (size_t i = 0; i < p->n; i++) {
        if (!is_shown(&p->rows[i]))
            continue;
        size_t begin = out->n;
        buf_add_str(out, "  ");
        put_name(out, &p->rows[i]);
        size_t used = out->n - begin;
        if (used + 2 > INDENT)
            buf_printf(out, "\n%*s", INDENT, "");
        else
            buf_printf(out, "%*s", (int)(INDENT - used), "");
        put_wrapped(out, p->rows[i].help);
    }
}

void perl_options_man(const struct perl_program *p, struct buf *out)
{
    for (size_t i = 0; i < p->n; i++) {
        struct buf name;
        if (!is_shown(&p->rows[i]))
            continue;
        buf_init(&name, 300);
        put_name(&name, &p->rows[i]);
        buf_add_str(out, ".TP\n\\fB");
        conf_man_words(name.p, out);
        buf_add_str(out, "\\fP\n");
        conf_man_text(p->rows[i].help, out);
        buf_deinit(&name);
    }
}
