/* sa-options.c - the command line of `spamassassin`; see sa-options.h */
#include "config.h"
#include "cli/sa-options.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/conf.h"

#define COLUMNS 78
#define INDENT 28
#define EXIT_CODE_SPAM 5 /* of -e without a number */

enum kind {
    FLAG,            /* bool */
    TEXT,            /* const char *, the last wins */
    LIST,            /* repeatable */
    OPTIONAL_TEXT,   /* bool and, behind it, const char * */
    OPTIONAL_NUMBER, /* bool and, behind it, unsigned */
    NOTHING,         /* taken, with no effect */
    NOTHING_TEXT,    /* the same, with a value */
    REFUSED,         /* `help` says why */
    REFUSED_TEXT,
};

struct row {
    const char *names; /* apart by |; letters alone are written with one - */
    enum kind kind;
    size_t at;
    const char *arg;  /* what help calls the value */
    const char *help; /* NULL: not shown */
};

#define AT(field) offsetof(struct sa_options, field)
#define NO_LISTS                                                                                             \
    "Tamis keeps no list of addresses by itself: write welcomelist_from or blocklist_from into a rule file"

static const struct row rows[] = {
    { "C|c|configpath|config-file|config-dir", TEXT, AT(rules), "PATH",
      "Rule files of the distribution: a directory (its *.pre, then its *.cf) or a file." },
    { "siteconfigpath", TEXT, AT(site_rules), "PATH", "Rule files of the site." },
    { "p|prefspath|prefs-file", TEXT, AT(prefs), "FILE",
      "Preferences: a rule file that is read behind all others. Default: ~/.spamassassin/user_prefs, where "
      "it "
      "exists. It is never created." },
    { "cf", LIST, AT(cf), "LINE", "One more line of rules, read last. May be repeated." },
    { "pre", LIST, AT(pre), "LINE", "A line that is read before all *.pre. May be repeated." },
    { "L|local|local-only", FLAG, AT(local), NULL, "Ask no network." },
    { "t|test|test-mode", FLAG, AT(test), NULL, "Add a report to the end of the message, spam or not." },
    { "d|remove-markup|despamassassinify", FLAG, AT(remove_markup), NULL,
      "Take away what SpamAssassin has put into the message, and check nothing." },
    { "e|error-code|exit-code", OPTIONAL_NUMBER, AT(use_exit_code), "N",
      "Exit with N, or 5, when the message is spam." },
    { "mbox", FLAG, AT(mbox), NULL,
      "Files hold messages one behind the other, each after a \"From \" line." },
    { "lint", FLAG, AT(lint), NULL, "Check the rules: list what is wrong, exit 1 if anything is." },
    { "D|debug", OPTIONAL_TEXT, AT(debug), "AREAS", "Tell on standard error what is done." },
    { "x|nocreate-prefs|no-create-prefs", FLAG, AT(no_prefs), NULL,
      "Don't create preferences (which is never done)." },
    { "r|report", FLAG, AT(report), NULL,
      "Report the message as spam. There is nobody that Tamis reports to: it says so." },
    { "k|revoke", FLAG, AT(revoke), NULL, "Take such a report back. The same." },
    { "V|version", FLAG, AT(version), NULL, "Print versions." },
    { "h|?|help", FLAG, AT(help), NULL, "Print this help." },
    { "u|username", NOTHING_TEXT, 0, "NAME", NULL },
    { "create-prefs", NOTHING, 0, NULL, NULL },
    { "net", NOTHING, 0, NULL, NULL },
    { "progress", NOTHING, 0, NULL, NULL },
    { "4|ipv4only|ipv4-only|ipv4", NOTHING, 0, NULL, NULL },
    { "6", NOTHING, 0, NULL, NULL },
    { "P|pipe", NOTHING, 0, NULL, NULL },
    { "S|stop-at-threshold", NOTHING, 0, NULL, NULL },
    { "mbx", REFUSED, 0, NULL, "files in MBX format are not read" },
    { "W|add-to-welcomelist|add-to-whitelist", REFUSED, 0, NULL, NO_LISTS },
    { "R|remove-from-welcomelist|remove-from-whitelist", REFUSED, 0, NULL, NO_LISTS },
    { "add-to-blocklist|add-to-blacklist", REFUSED, 0, NULL, NO_LISTS },
    { "add-addr-to-welcomelist|add-addr-to-whitelist", REFUSED_TEXT, 0, NULL, NO_LISTS },
    { "add-addr-to-blocklist|add-addr-to-blacklist", REFUSED_TEXT, 0, NULL, NO_LISTS },
    { "remove-addr-from-welcomelist|remove-addr-from-whitelist", REFUSED_TEXT, 0, NULL, NO_LISTS },
};
#define ROWS (sizeof(rows) / sizeof(*rows))

struct reader {
    struct sa_options *o;
    struct arena *a;
    char **argv;
    int argc, at;
};

static const struct row *find(struct slice name)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct slice rest = slice_str(rows[i].names), one;
        while (slice_cut(&rest, '|', &one))
            if (slice_eq(one, name))
                return &rows[i];
    }
    return NULL;
}

static void append(struct arena *a, struct sa_list *l, const char *text)
{
    l->v = arena_grow(a, l->v, l->n, l->n + 1, sizeof(*l->v));
    l->v[l->n++] = text;
}

static bool takes_value(const struct row *r)
{
    return r->kind == TEXT || r->kind == LIST || r->kind == NOTHING_TEXT || r->kind == REFUSED_TEXT;
}

static bool is_number(const char *text)
{
    uint64_t n;
    return slice_uint(slice_str(text), 255, &n);
}

static int complain(struct slice name, const char *what)
{
    fprintf(stderr, "tamis-spamassassin: option %.*s: %s; --help lists the options\n", SLICE_ARG(name), what);
    return -1;
}

/* The next argument where it can be this option's value. */
static const char *next_value(struct reader *r, const struct row *row)
{
    const char *next = r->at + 1 < r->argc ? r->argv[r->at + 1] : NULL;
    bool wanted = next && (takes_value(row) || (row->kind == OPTIONAL_TEXT && *next && *next != '-') ||
                           (row->kind == OPTIONAL_NUMBER && is_number(next)));
    if (wanted)
        r->at++;
    return wanted ? next : NULL;
}

static int store(struct reader *r, const struct row *row, struct slice name, const char *value)
{
    void *at = (char *)r->o + row->at;
    if (value == NULL)
        value = next_value(r, row);
    if (value == NULL && takes_value(row))
        return complain(name, "needs a value");
    switch (row->kind) {
    case FLAG: *(bool *)at = true; break;
    case TEXT: *(const char **)at = value; break;
    case LIST: append(r->a, at, value); break;
    case OPTIONAL_TEXT:
        r->o->debug = true;
        r->o->debug_areas = value;
        break;
    case OPTIONAL_NUMBER:
        if (value && !is_number(value))
            return complain(name, "a number up to 255 is wanted");
        r->o->use_exit_code = true;
        r->o->exit_code = value && atoi(value) ? (unsigned)atoi(value) : EXIT_CODE_SPAM;
        break;
    case NOTHING:
    case NOTHING_TEXT: break;
    case REFUSED:
    case REFUSED_TEXT: r->o->refused = row->help; break;
    }
    return 0;
}

static int read_long(struct reader *r, const char *text)
{
    const char *equals = strchr(text, '=');
    struct slice name = slice_of(text, equals ? (size_t)(equals - text) : strlen(text));
    const struct row *row = name.n > 1 || strchr("46", *text) ? find(name) : NULL;
    if (row == NULL)
        return complain(name, "is not known");
    return store(r, row, name, equals ? equals + 1 : NULL);
}

/* What follows the letter is its value, if it takes one; else the next letter. */
static int read_letters(struct reader *r, const char *text)
{
    for (; *text; text++) {
        struct slice name = slice_of(text, 1);
        const struct row *row = find(name);
        if (row == NULL)
            return complain(name, "is not known");
        const char *rest = text[1] ? text + 1 : NULL;
        bool optional =
            rest && (row->kind == OPTIONAL_TEXT || (row->kind == OPTIONAL_NUMBER && ascii_digit(*rest)));
        if (rest && (takes_value(row) || optional))
            return store(r, row, name, *rest == '=' ? rest + 1 : rest);
        if (rest == NULL ? store(r, row, name, NULL) < 0
                         : store(r, row, name, row->kind == OPTIONAL_NUMBER ? "0" : NULL) < 0)
            return -1;
    }
    return 0;
}

int sa_options_read(struct sa_options *o, struct arena *a, int argc, char **argv)
{
    struct reader r = { .o = o, .a = a, .argv = argv, .argc = argc, .at = 1 };
    bool ended = false;
    for (; r.at < argc; r.at++) {
        const char *text = argv[r.at];
        int rc = 0;
        if (ended || text[0] != '-' || text[1] == 0)
            append(a, &o->operands, text);
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
static void put_name(struct buf *out, const struct row *r)
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
    if (r->arg && (r->kind == OPTIONAL_TEXT || r->kind == OPTIONAL_NUMBER))
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

static bool is_shown(const struct row *r)
{
    return r->help && r->kind != REFUSED && r->kind != REFUSED_TEXT;
}

void sa_options_help(struct buf *out)
{
    buf_add_str(out, "usage: tamis-spamassassin [OPTION]... [FILE]...\n\nOptions:\n");
    for (size_t i = 0; i < ROWS; i++) {
        if (!is_shown(&rows[i]))
            continue;
        size_t begin = out->n;
        buf_add_str(out, "  ");
        put_name(out, &rows[i]);
        size_t used = out->n - begin;
        if (used + 2 > INDENT)
            buf_printf(out, "\n%*s", INDENT, "");
        else
            buf_printf(out, "%*s", (int)(INDENT - used), "");
        put_wrapped(out, rows[i].help);
    }
}

void sa_options_man(struct buf *out)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct buf name;
        if (!is_shown(&rows[i]))
            continue;
        buf_init(&name, 300);
        put_name(&name, &rows[i]);
        buf_add_str(out, ".TP\n\\fB");
        conf_man_words(name.p, out);
        buf_add_str(out, "\\fP\n");
        conf_man_text(rows[i].help, out);
        buf_deinit(&name);
    }
}
