/* sa-options.h - the command line of `spamassassin`, as tamis-spamassassin reads it
 * Options are rows, read by perl-options. */
#ifndef CLI_SA_OPTIONS_H
#define CLI_SA_OPTIONS_H

#include "cli/perl-options.h"

struct sa_options {
    const char *rules, *site_rules, *prefs;
    struct perl_list pre, cf;
    bool local, test, remove_markup, lint, version, help, mbox, report, revoke, no_prefs;
    struct perl_optional debug;     /* areas; without: all */
    struct perl_optional exit_code; /* of spam; without: 5 */
    const char *refused;            /* an option that cannot be followed: what to say; NULL: none */
    struct perl_list operands;
};

extern const struct perl_program sa_program;

#endif
