/* sa-options.c - the command line of `spamassassin`; see sa-options.h */
#include "config.h"
#include "cli/sa-options.h"

#define AT(field) offsetof(struct sa_options, field)
#define NO_LISTS                                                                                             \
    "Tamis keeps no list of addresses by itself: write welcomelist_from or blocklist_from into a rule file"

static const struct perl_option rows[] = {
    { "C|c|configpath|config-file|config-dir", PERL_TEXT, AT(rules), "PATH",
      "Rule files of the distribution: a directory (its *.pre, then its *.cf) or a file." },
    { "siteconfigpath", PERL_TEXT, AT(site_rules), "PATH", "Rule files of the site." },
    { "p|prefspath|prefs-file", PERL_TEXT, AT(prefs), "FILE",
      "Preferences: a rule file that is read behind all others. Default: ~/.spamassassin/user_prefs, where "
      "it "
      "exists. It is never created." },
    { "cf", PERL_LIST, AT(cf), "LINE", "One more line of rules, read last. May be repeated." },
    { "pre", PERL_LIST, AT(pre), "LINE", "A line that is read before all *.pre. May be repeated." },
    { "L|local|local-only", PERL_FLAG, AT(local), NULL, "Ask no network." },
    { "t|test|test-mode", PERL_FLAG, AT(test), NULL, "Add a report to the end of the message, spam or not." },
    { "d|remove-markup|despamassassinify", PERL_FLAG, AT(remove_markup), NULL,
      "Take away what SpamAssassin has put into the message, and check nothing." },
    { "e|error-code|exit-code", PERL_OPTIONAL_NUMBER, AT(exit_code), "N",
      "Exit with N, or 5, when the message is spam." },
    { "mbox", PERL_FLAG, AT(mbox), NULL,
      "Files hold messages one behind the other, each after a \"From \" line." },
    { "lint", PERL_FLAG, AT(lint), NULL, "Check the rules: list what is wrong, exit 1 if anything is." },
    { "D|debug", PERL_OPTIONAL_TEXT, AT(debug), "AREAS", "Tell on standard error what is done." },
    { "x|nocreate-prefs|no-create-prefs", PERL_FLAG, AT(no_prefs), NULL,
      "Don't create preferences (which is never done)." },
    { "r|report", PERL_FLAG, AT(report), NULL,
      "Report the message as spam. There is nobody that Tamis reports to: it says so." },
    { "k|revoke", PERL_FLAG, AT(revoke), NULL, "Take such a report back. The same." },
    { "V|version", PERL_FLAG, AT(version), NULL, "Print versions." },
    { "h|?|help", PERL_FLAG, AT(help), NULL, "Print this help." },
    { "u|username", PERL_NOTHING_TEXT, 0, "NAME", NULL },
    { "create-prefs", PERL_NOTHING, 0, NULL, NULL },
    { "net", PERL_NOTHING, 0, NULL, NULL },
    { "progress", PERL_NOTHING, 0, NULL, NULL },
    { "4|ipv4only|ipv4-only|ipv4", PERL_NOTHING, 0, NULL, NULL },
    { "6", PERL_NOTHING, 0, NULL, NULL },
    { "P|pipe", PERL_NOTHING, 0, NULL, NULL },
    { "S|stop-at-threshold", PERL_NOTHING, 0, NULL, NULL },
    { "mbx", PERL_REFUSED, AT(refused), NULL, "files in MBX format are not read" },
    { "W|add-to-welcomelist|add-to-whitelist", PERL_REFUSED, AT(refused), NULL, NO_LISTS },
    { "R|remove-from-welcomelist|remove-from-whitelist", PERL_REFUSED, AT(refused), NULL, NO_LISTS },
    { "add-to-blocklist|add-to-blacklist", PERL_REFUSED, AT(refused), NULL, NO_LISTS },
    { "add-addr-to-welcomelist|add-addr-to-whitelist", PERL_REFUSED_TEXT, AT(refused), NULL, NO_LISTS },
    { "add-addr-to-blocklist|add-addr-to-blacklist", PERL_REFUSED_TEXT, AT(refused), NULL, NO_LISTS },
    { "remove-addr-from-welcomelist|remove-addr-from-whitelist", PERL_REFUSED_TEXT, AT(refused), NULL,
      NO_LISTS },
};

static bool take_operand(void *values, struct arena *a, const char *text)
{
    struct sa_options *o = values;
    perl_list_add(&o->operands, a, text);
    return true;
}

const struct perl_program sa_program = {
    .name = "tamis-spamassassin", .rows = rows, .n = sizeof(rows) / sizeof(*rows), .operand = take_operand
};
