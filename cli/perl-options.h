/* perl-options.h - a command line as Perl's Getopt::Long reads it for SpamAssassin's programs
 * Options are rows: parser, --help and the manual page come from them. Letters may be bundled, long names are
 * written out (with = or the value next), an optional value is taken from the next argument where that can be
 * one; operands stand anywhere, and options count for what follows them. */
#ifndef CLI_PERL_OPTIONS_H
#define CLI_PERL_OPTIONS_H

#include "base/arena.h"
#include "base/buf.h"

enum perl_kind {
    PERL_FLAG,            /* bool */
    PERL_NAME,            /* const char *, becomes the row's names */
    PERL_TEXT,            /* const char *, the last wins */
    PERL_LIST,            /* struct perl_list, repeatable */
    PERL_OPTIONAL_TEXT,   /* struct perl_optional */
    PERL_OPTIONAL_NUMBER, /* the same */
    PERL_NOTHING,         /* taken, with no effect */
    PERL_NOTHING_TEXT,    /* the same, with a value */
    PERL_REFUSED,         /* const char *: becomes the row's help, which says why */
    PERL_REFUSED_TEXT,
};

struct perl_list {
    const char **v;
    size_t n;
};

struct perl_optional {
    bool given;
    const char *text; /* NULL: without one */
    unsigned number;  /* 0: without one */
};

struct perl_option {
    const char *names; /* apart by |; letters alone are written with one - */
    enum perl_kind kind;
    size_t at;        /* offsetof in the program's struct */
    const char *arg;  /* what help calls the value */
    const char *help; /* NULL: not shown */
};

struct perl_program {
    const char *name;
    const struct perl_option *rows;
    size_t n;
    /* takes an operand; false: it has complained */
    bool (*operand)(void *values, struct arena *a, const char *text);
};

/* 0, or -1 after a sentence on stderr. */
int perl_options_read(const struct perl_program *p, void *values, struct arena *a, int argc, char **argv);
void perl_list_add(struct perl_list *l, struct arena *a, const char *text);
/* "Options:" and their lines */
void perl_options_help(const struct perl_program *p, struct buf *out);
void perl_options_man(const struct perl_program *p, struct buf *out);

#endif
