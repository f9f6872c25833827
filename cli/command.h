/* command.h - a command of the `tamis` program
 * One command, one file, one exported struct, and one row in cli/tamis.c. Its options are rows, too: the
 * parser (cli/options.c), --help and tamis(1) (cli/help.c) come from them. A command's values are a struct of
 * its own that begins with struct cli_common, zeroed before the options are read. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/arena.h"
#include "base/buf.h"

enum cli_exit { CLI_DONE = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_TRY_AGAIN = 75 };

struct cli_list {
    const char **v;
    size_t n;
};

/* What stands on the command line without an option, in order; and where an option says so (CLI_OPERAND), its
 * values among them. */
struct cli_operand {
    const char *text;
    bool by_option;
};

struct cli_common {
    struct arena *arena; /* of the process */
    const char *config;
    struct cli_list set;
    struct cli_operand *operands;
    size_t n_operands;
    bool help;
};

enum cli_type {
    CLI_FLAG,    /* bool */
    CLI_TEXT,    /* const char *, the last wins */
    CLI_LIST,    /* struct cli_list, repeatable */
    CLI_OPERAND, /* into common.operands, by_option set; no member of its own */
};

struct cli_option {
    const char *name; /* without --; NULL: only the letter */
    char letter;      /* 0: none */
    enum cli_type type;
    size_t at;       /* offsetof in the command's struct */
    const char *arg; /* what help calls the value */
    const char *help;
};

struct cli_command {
    const char *name;
    const char *args;    /* behind the name in the synopsis */
    const char *summary; /* one line */
    const char *about;   /* sentences, paragraphs apart by an empty line */
    const struct cli_option *options;
    size_t n_options;
    size_t size; /* of its struct */
    size_t min_operands, max_operands;
    const char *examples; /* lines of "command\tmeaning" */
    int (*run)(void *values);
};

extern const struct cli_command *const cli_commands[]; /* NULL-terminated */
extern const struct cli_command cli_scan, cli_explain, cli_lint, cli_rules, cli_config, cli_status,
    cli_quarantine, cli_learn, cli_classify, cli_bayes, cli_dkim, cli_help;
/* those that every command has: -c, --set, --help */
extern const struct cli_option cli_common_options[];
extern const size_t cli_common_options_n;

/* Reads argv behind the command's name into values. 0, or -1 after an error on stderr that says what to
 * write. */
int cli_parse(const struct cli_command *c, int argc, char **argv, void *values);
const struct cli_command *cli_find(const char *name);

/* cli/help.c */
void cli_help_overview(struct buf *out);
void cli_help_command(struct buf *out, const struct cli_command *c);
void cli_help_man(struct buf *out); /* tamis(1) */

/* cli/output.c */
/* writes a finished text to stdout; -1 when it could not (closed pipe, disk full) */
int cli_write(const struct buf *b);
/* "tamis: ..." on stderr, escaped */
void cli_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
