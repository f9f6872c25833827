/* config.c - `tamis config`: what is set, and what could be */
#include "config.h"
#include "cli/settings.h"

#define AT(field) offsetof(struct config_values, field)

struct config_values {
    struct cli_common common;
    bool set_only, defaults, man;
};

static int show(const struct buf *b, int exit_code)
{
    return cli_write(b) < 0 ? CLI_TRY_AGAIN : exit_code;
}

static int show_named(const struct cli_common *common, const struct config *c)
{
    struct buf b, value;
    int exit_code = CLI_DONE;
    buf_init_in(&b, common->arena, 8 << 20);
    buf_init_in(&value, common->arena, 1 << 20);
    for (size_t i = 0; i < common->n_operands; i++) {
        const char *name = common->operands[i].text;
        buf_reset(&value);
        if (conf_value(&config_schema, c, name, &value))
            buf_printf(&b, *value.p ? "%s = %s\n" : "%s =%s\n", name, value.p);
        else {
            cli_complain("config: there is no option %s; `tamis config` lists them", name);
            exit_code = CLI_NO;
        }
    }
    return show(&b, exit_code);
}

static void man_page(struct buf *out)
{
    buf_add_str(out, ".TH TAMIS.CONF 5 \"\" \"tamis " PACKAGE_VERSION "\" \"Tamis\"\n"
                     ".SH NAME\ntamis.conf \\- configuration of the Tamis mail content filter\n"
                     ".SH SYNOPSIS\n");
    conf_man_words(config_default_path, out);
    buf_add_str(out, "\n.SH DESCRIPTION\n");
    conf_man_text(
        "The file reads like the main.cf of Postfix: name = value, one option a line. A line that "
        "begins with white space continues the one before. A line that begins with # is a comment. Of "
        "several settings of a name the last wins. Nothing is quoted. An unknown name or a value that "
        "cannot be read is an error, reported with file and line; the service then does not start, "
        "or on a reload keeps what it has. A relative path is taken from the folder of the file.",
        out);
    buf_add_str(out,
                ".PP\n\\fBtamis config \\-n\\fP shows what is set, \\fBkill \\-HUP\\fP to the service makes "
                "it read the file again.\n.SH OPTIONS\n");
    conf_man(&config_schema, out);
    buf_add_str(out, ".SH \"SEE ALSO\"\n\\fBtamis\\fP(1)\n");
}

static int run(void *values)
{
    const struct config_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct buf b;
    buf_init_in(&b, v->common.arena, 8 << 20);
    if (v->man) {
        man_page(&b);
        return show(&b, CLI_DONE);
    }
    if (v->defaults)
        conf_defaults(&config_schema, v->common.arena, c);
    else if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    if (v->common.n_operands)
        return show_named(&v->common, c);
    conf_dump(&config_schema, c, v->set_only ? CONF_DUMP_SET : CONF_DUMP_ALL, &b);
    return show(&b, CLI_DONE);
}

static const struct cli_option options[] = {
    { NULL, 'n', CLI_FLAG, AT(set_only), NULL, "Only what differs from its default." },
    { NULL, 'd', CLI_FLAG, AT(defaults), NULL, "The defaults; no file is read." },
    { "man", 0, CLI_FLAG, AT(man), NULL, "Print the manual page tamis.conf(5)." },
};

const struct cli_command cli_config = {
    .name = "config",
    .args = "[-n|-d] [NAME]...",
    .summary = "print options and their values",
    .about =
        "Prints the options of tamis.conf(5) with the values in force, or only those named. Problems in the "
        "file are reported with their lines. Exits 1 when there is no option of a name.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct config_values),
    .max_operands = 1000,
    .examples = "tamis config -n\twhat is set here\n"
                "tamis config required_score\tone value\n"
                "tamis config -c new.conf >/dev/null && echo good\tcheck a file before it is used",
    .run = run,
};
