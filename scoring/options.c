/* options.c - the options of scoring/, one row each */
#include "config.h"
#include "scoring/autolearn.h"
#include "scoring/rule-path.h"
#include "scoring/ruleset.h"

#define AT(member) offsetof(struct scoring_options, member)

const struct conf_option scoring_option_rows[] = {
    { .name = "rules_path",
      .type = CONF_PATHS,
      .at = AT(rules_path),
      .def = SPAMASSASSIN_RULES ", " SPAMASSASSIN_CONFIG ", " TAMIS_RULESDIR ", " TAMIS_SYSCONFDIR "/rules",
      .help = "Rule files, or directories of them, in the order of reading: the *.pre of all, then of each "
              "directory its *.cf, each by name. A later definition of a rule replaces an earlier one. "
              "SpamAssassin's own " SPAMASSASSIN_RULES " and " SPAMASSASSIN_CONFIG
              " may be missing; where no *.pre is read, the plugins that SpamAssassin loads by default are "
              "there." },
    { .name = "rules_updates",
      .type = CONF_PATH,
      .at = AT(rules_updates),
      .def = "/var/lib/spamassassin",
      .help =
          "Where sa-update keeps its channels. The newest version's directory there (4.000001) is read in "
          "place of " SPAMASSASSIN_RULES ". Empty: never." },
    { .name = "rules_stock",
      .type = CONF_PATHS,
      .at = AT(rules_stock),
      .def = "/usr/share/spamassassin, /var/lib/spamassassin, " TAMIS_RULESDIR,
      .help =
          "Directories below which rule files are not the site's own. Settings in them that tamis.conf knows "
          "as well (required_score, report_safe, rewrite_header, add_header) do not count." },
    { .name = "rules_language",
      .type = CONF_STRING,
      .at = AT(language),
      .def = "",
      .help =
          "Language of reports and descriptions: of lines that begin with `lang`, those for this one count "
          "(de, fr, nl, pl, pt_BR are in the stock rules). Empty: English." },
    { .name = "message_budget",
      .type = CONF_TIME,
      .at = AT(message_budget),
      .def = "2s",
      .min = 10,
      .max = 600000,
      .help = "CPU time that all rules together may use for one message. Past it the rest is not run and the "
              "message is unchecked/regex." },
    { .name = "regex_match_limit",
      .type = CONF_UINT,
      .at = AT(regex_match_limit),
      .def = "1000000",
      .min = 1000,
      .max = 1000000000,
      .help = "Steps that one pattern may take on one text. A rule that reaches it makes the message "
              "unchecked/regex." },
    { .name = "bayes_autolearn",
      .type = CONF_ENUM,
      .at = AT(autolearn),
      .def = "rules",
      .names = autolearn_option_names,
      .help = "Whether the service teaches the classifier mail that rules are sure of, by SpamAssassin's "
              "thresholds "
              "and points (bayes_auto_learn_threshold_spam and its like, in rule files). Such a lesson "
              "weighs a quarter "
              "of a person's. rules: where a rule file of the site's own says bayes_auto_learn 1; what the "
              "stock files "
              "say, and SpamAssassin's default, do not count." },
    { .name = "rules_max",
      .type = CONF_UINT,
      .at = AT(rules_max),
      .def = "20000",
      .min = 10,
      .max = 1000000,
      .help = "Rules in a set. Further ones are refused, each with its file and line." },
};
const size_t scoring_option_rows_n = sizeof(scoring_option_rows) / sizeof(*scoring_option_rows);
