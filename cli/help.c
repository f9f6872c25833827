/* help.c - what the program says about itself, from the tables: --help, `tamis help`, tamis(1) */
#include "config.h"
#include "cli/command.h"

#include "base/conf.h"

#define COLUMNS 78

struct help_values {
    struct cli_common common;
    bool man;
};

/* Words of text up to COLUMNS, each line behind `indent` blanks; the first begins at column `at`. */
static void put_wrapped(struct buf *out, const char *text, size_t indent, size_t at)
{
    struct slice rest = slice_str(text), word;
    bool fresh = true;
    while (slice_cut(&rest, ' ', &word)) {
        if (!fresh && at + 1 + word.n > COLUMNS) {
            buf_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!fresh) {
            buf_add_char(out, ' ');
            at++;
        }
        buf_add_slice(out, word);
        at += word.n;
        fresh = false;
    }
    buf_add_char(out, '\n');
}

/* "-c, --config FILE" */
static void put_option_name(struct buf *out, const struct cli_option *o)
{
    if (o->letter)
        buf_printf(out, "-%c%s", o->letter, o->name ? ", " : "");
    if (o->name)
        buf_printf(out, "--%s", o->name);
    if (o->arg)
        buf_printf(out, " %s", o->arg);
}

static void put_option(struct buf *out, const struct cli_option *o)
{
    enum { INDENT = 26 };
    size_t start = out->n;
    buf_add_str(out, "  ");
    put_option_name(out, o);
    size_t used = out->n - start;
    if (used + 2 > INDENT)
        buf_printf(out, "\n%*s", INDENT, "");
    else
        buf_printf(out, "%*s", (int)(INDENT - used), "");
    put_wrapped(out, o->help, INDENT, INDENT);
}

static void put_options(struct buf *out, const struct cli_option *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_option(out, &rows[i]);
}

/* Takes "command\tmeaning" off *rest. */
static bool next_example(struct slice *rest, struct slice *command, struct slice *meaning)
{
    struct slice line;
    if (!slice_line(rest, &line))
        return false;
    line = slice_chomp(line);
    ptrdiff_t tab = slice_chr(line, '\t');
    *command = tab < 0 ? line : slice_sub(line, 0, (size_t)tab);
    *meaning = tab < 0 ? slice_of("", 0) : slice_from(line, (size_t)tab + 1);
    return true;
}

void cli_help_command(struct buf *out, const struct cli_command *c)
{
    struct slice rest = slice_str(c->examples), command, meaning;
    buf_printf(out, "usage: tamis %s %s\n\n", c->name, c->args);
    put_wrapped(out, c->about, 0, 0);
    buf_add_str(out, "\nOptions:\n");
    put_options(out, c->options, c->n_options);
    put_options(out, cli_common_options, cli_common_options_n);
    buf_add_str(out, "\nExamples:\n");
    while (next_example(&rest, &command, &meaning))
        buf_printf(out, "  %.*s\n      %.*s\n", SLICE_ARG(command), SLICE_ARG(meaning));
}

void cli_help_overview(struct buf *out)
{
    buf_add_str(out, "usage: tamis COMMAND [OPTION]... [ARGUMENT]...\n\n");
    for (size_t i = 0; cli_commands[i]; i++)
        buf_printf(out, "  %-8s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    buf_add_str(out, "\n`tamis help COMMAND` tells more. Examples:\n"
                     "  tamis scan message.eml\n  tamis lint\n  tamis config -n\n");
}

/* ---- tamis(1) */

static void man_options(struct buf *out, const struct cli_option *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf name;
        buf_init(&name, 200);
        put_option_name(&name, &rows[i]);
        buf_add_str(out, ".TP\n\\fB");
        conf_man_words(name.p, out);
        buf_add_str(out, "\\fP\n");
        conf_man_text(rows[i].help, out);
        buf_deinit(&name);
    }
}

static void man_slice(struct buf *out, struct slice s, const char *before, const char *behind)
{
    char text[300];
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(s));
    buf_add_str(out, before);
    conf_man_words(text, out);
    buf_add_str(out, behind);
}

static void man_command(struct buf *out, const struct cli_command *c)
{
    struct slice rest = slice_str(c->examples), command, meaning;
    buf_add_str(out, ".SS \"tamis ");
    conf_man_words(c->name, out);
    buf_add_char(out, ' ');
    conf_man_words(c->args, out);
    buf_add_str(out, "\"\n");
    conf_man_text(c->about, out);
    man_options(out, c->options, c->n_options);
    while (next_example(&rest, &command, &meaning)) {
        man_slice(out, command, ".TP\n\\fI", "\\fP\n");
        man_slice(out, meaning, "", "\n");
    }
}

void cli_help_man(struct buf *out)
{
    buf_add_str(out, ".TH TAMIS 1 \"\" \"tamis " PACKAGE_VERSION "\" \"Tamis\"\n"
                     ".SH NAME\ntamis \\- look at mail, rules and the service from the command line\n"
                     ".SH SYNOPSIS\n\\fBtamis\\fP \\fICOMMAND\\fP [\\fIOPTION\\fP]... [\\fIARGUMENT\\fP]...\n"
                     ".SH DESCRIPTION\n");
    conf_man_text("The command line of the Tamis mail content filter. Messages are looked at by the same "
                  "sandboxed workers as in the service, which need not be running.",
                  out);
    buf_add_str(out, ".SH COMMANDS\n");
    for (size_t i = 0; cli_commands[i]; i++)
        man_command(out, cli_commands[i]);
    buf_add_str(out, ".SH \"OPTIONS OF EVERY COMMAND\"\n");
    man_options(out, cli_common_options, cli_common_options_n);
    buf_add_str(out, ".SH \"EXIT STATUS\"\n"
                     ".TP\n0\nDone.\n"
                     ".TP\n1\nThe answer is no: a file could not be read, the rules have errors.\n"
                     ".TP\n2\nThe command line or the configuration is wrong.\n"
                     ".TP\n75\nTry again: the service does not answer, a scanner is out of order.\n"
                     ".SH FILES\n.TP\n");
    conf_man_words(TAMIS_SYSCONFDIR "/tamis.conf", out);
    buf_add_str(out,
                "\nThe configuration; \\fBtamis.conf\\fP(5).\n.SH \"SEE ALSO\"\n\\fBtamis.conf\\fP(5)\n");
}

/* ---- the command */

static int run(void *values)
{
    const struct help_values *v = values;
    const char *name = v->common.n_operands ? v->common.operands[0].text : NULL;
    const struct cli_command *c = name ? cli_find(name) : NULL;
    if (name && c == NULL) {
        cli_complain("there is no command %s; `tamis help` lists them", name);
        return CLI_USAGE;
    }
    struct buf b;
    buf_init(&b, 1 << 20);
    if (v->man)
        cli_help_man(&b);
    else if (c)
        cli_help_command(&b, c);
    else
        cli_help_overview(&b);
    int r = cli_write(&b);
    buf_deinit(&b);
    return r < 0 ? CLI_TRY_AGAIN : CLI_DONE;
}

static const struct cli_option options[] = {
    { "man", 0, CLI_FLAG, offsetof(struct help_values, man), NULL, "Print the manual page tamis(1)." },
};

const struct cli_command cli_help = {
    .name = "help",
    .args = "[COMMAND]",
    .summary = "tell what a command does and which options it has",
    .about = "Tells what a command does, with its options and examples.",
    .options = options,
    .n_options = 1,
    .size = sizeof(struct help_values),
    .max_operands = 1,
    .examples = "tamis help scan\tall about scan",
    .run = run,
};
