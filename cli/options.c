/* options.c - the command line of one command into its struct; see command.h
 * getopt_long with tables made from the rows. Operands keep their order among themselves and with the options
 * that give operands. */
#include "cli/command.h"

#include <getopt.h>
#include <stdio.h>

#define COMMON(field) offsetof(struct cli_common, field)
#define OPTIONS_MAX 40
/* what getopt_long returns for row i, above all letters */
#define ROW_BASE 256

const struct cli_option cli_common_options[] = {
    { "config", 'c', CLI_TEXT, COMMON(config), "FILE", "Read this configuration file." },
    { "set", 0, CLI_LIST, COMMON(set), "NAME=VALUE",
      "An option of tamis.conf(5) for this run. May be repeated." },
    { "help", 'h', CLI_FLAG, COMMON(help), NULL, "Print this help." },
};
const size_t cli_common_options_n = sizeof(cli_common_options) / sizeof(cli_common_options[0]);

/* rows of the command, then the common ones */
static const struct cli_option *row_at(const struct cli_command *c, size_t i)
{
    if (i < c->n_options)
        return &c->options[i];
    return i - c->n_options < cli_common_options_n ? &cli_common_options[i - c->n_options] : NULL;
}

struct tables {
    struct option longs[OPTIONS_MAX + 1];
    char letters[3 + 2 * OPTIONS_MAX];
};

static void make_tables(const struct cli_command *c, struct tables *t)
{
    size_t n = 0, at = 0;
    const struct cli_option *o;
    memset(t, 0, sizeof(*t));
    t->letters[at++] = '-'; /* operands are given in their place */
    t->letters[at++] = ':'; /* a missing value is told apart */
    for (size_t i = 0; (o = row_at(c, i)) && i < OPTIONS_MAX; i++) {
        if (o->name)
            t->longs[n++] = (struct option){ .name = o->name,
                                             .has_arg = o->type == CLI_FLAG ? no_argument : required_argument,
                                             .val = ROW_BASE + (int)i };
        if (o->letter)
            t->letters[at++] = o->letter;
        if (o->letter && o->type != CLI_FLAG)
            t->letters[at++] = ':';
    }
}

static const struct cli_option *row_of(const struct cli_command *c, int value)
{
    const struct cli_option *o;
    if (value >= ROW_BASE)
        return row_at(c, (size_t)(value - ROW_BASE));
    for (size_t i = 0; (o = row_at(c, i)); i++)
        if (o->letter == value)
            return o;
    return NULL;
}

/* Room for one more: grown by doubling, so that thousands of operands cost no square. */
static void *one_more(struct arena *a, void *v, size_t n, size_t size)
{
    return n == 0 || (n >= 8 && (n & (n - 1)) == 0) ? arena_grow(a, v, n, n == 0 ? 8 : 2 * n, size) : v;
}

static void add_operand(struct cli_common *common, const char *text, bool by_option)
{
    common->operands =
        one_more(common->arena, common->operands, common->n_operands, sizeof(*common->operands));
    common->operands[common->n_operands++] = (struct cli_operand){ text, by_option };
}

static void store(const struct cli_option *o, struct cli_common *common, const char *value)
{
    void *at = (char *)common + o->at;
    struct cli_list *list = at;
    switch (o->type) {
    case CLI_FLAG: *(bool *)at = true; break;
    case CLI_TEXT: *(const char **)at = value; break;
    case CLI_LIST:
        list->v = one_more(common->arena, list->v, list->n, sizeof(*list->v));
        list->v[list->n++] = value;
        break;
    case CLI_OPERAND: add_operand(common, value, true); break;
    }
}

static int complain(const struct cli_command *c, const char *what, const char *about)
{
    cli_complain("%s: %s %s; `tamis %s --help` shows what can be written", c->name, what, about, c->name);
    return -1;
}

static int check_operands(const struct cli_command *c, const struct cli_common *common)
{
    if (common->help)
        return 0;
    if (common->n_operands < c->min_operands) {
        cli_complain("%s: something is missing; write `tamis %s %s`", c->name, c->name, c->args);
        return -1;
    }
    if (common->n_operands > c->max_operands)
        return complain(c, "does not know what to do with", common->operands[c->max_operands].text);
    return 0;
}

int cli_parse(const struct cli_command *c, int argc, char **argv, void *values)
{
    struct cli_common *common = values;
    struct tables t;
    int value;
    make_tables(c, &t);
    opterr = 0;
    optind = 1;
    while ((value = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
        if (value == 1) {
            add_operand(common, optarg, false);
            continue;
        }
        char letter[] = { '-', (char)optopt, 0 };
        bool by_letter = optopt > 0 && optopt < ROW_BASE;
        if (value == '?' || value == ':')
            return complain(c, value == '?' ? "cannot take" : "needs a value for",
                            by_letter ? letter : argv[optind - 1]);
        store(row_of(c, value), common, optarg);
    }
    for (; optind < argc; optind++) /* behind "--" */
        add_operand(common, argv[optind], false);
    return check_operands(c, common);
}
