/* sa-options.h - the command line of `spamassassin`, as tamis-spamassassin reads it
 * Options are rows: parser, --help and the manual page come from them. Read as Getopt::Long reads them there:
 * letters may be bundled, long names are written out (with = or the value next), an optional value is taken
 * from the next argument where that can be one; operands stand anywhere. */
#ifndef CLI_SA_OPTIONS_H
#define CLI_SA_OPTIONS_H

#include "base/arena.h"
#include "base/buf.h"

struct sa_list {
    const char **v;
    size_t n;
};

struct sa_options {
    const char *rules, *site_rules, *prefs;
    struct sa_list pre, cf;
    bool local, test, remove_markup, lint, version, help, mbox, report, revoke, no_prefs;
    bool debug;
    const char *debug_areas; /* NULL: all */
    bool use_exit_code;
    unsigned exit_code;  /* of spam */
    const char *refused; /* an option that cannot be followed: what to say; NULL: none */
    struct sa_list operands;
};

/* 0, or -1 after a sentence on stderr. */
int sa_options_read(struct sa_options *o, struct arena *a, int argc, char **argv);
void sa_options_help(struct buf *out);
void sa_options_man(struct buf *out);

#endif
