/* bayes-options.c - the rows; see bayes-options.h */
#include "policy/bayes-options.h"

#define AT(field) offsetof(struct bayes_options, field)

static const char *const users_names[] = { "filtered", "any", NULL };

const struct conf_option bayes_option_rows[] = {
    { .name = "bayes_directory",
      .type = CONF_PATH,
      .at = AT(directory),
      .def = "",
      .flags = CONF_RESTART,
      .help =
          "Folder of what the classifier has learned: a checkpoint of up to 15 MB, and a journal of up to "
          "9 MB (bayes_remember and bayes_checkpoint). It does not grow with the number of messages; while "
          "many are taught one after the other the journal takes up to twice as much, and both do for the "
          "second in which they are written anew. A running service has "
          "24 MB of memory besides. Empty: bayes below state_directory." },
    { .name = "bayes_remember",
      .type = CONF_UINT,
      .at = AT(remember),
      .def = "1000",
      .min = 10,
      .max = 100000,
      .flags = CONF_RESTART,
      .help =
          "Lessons that are remembered with all that was learned of them, for --undo and to be taken back "
          "exactly. Each gets 6 KB of the journal at a mean (long messages take up to 60): where that is "
          "not enough fewer are remembered. That a message was learned is known of the last 50,000 or "
          "more." },
    { .name = "bayes_checkpoint",
      .type = CONF_UINT,
      .at = AT(checkpoint),
      .def = "400",
      .min = 1,
      .max = 1000000,
      .flags = CONF_RESTART,
      .help = "Lessons, or 6 KB of the journal for each, after which all that was learned is written anew, "
              "beside the lessons; what came since is in the journal. While lessons come without a pause of "
              "a second it is done after three times as many." },
    { .name = "bayes_users",
      .type = CONF_ENUM,
      .at = AT(users),
      .def = "filtered",
      .names = users_names,
      .help = "Which messages count where a user teaches (`tamis learn --for ADDRESS`, as the scripts for "
              "Dovecot and "
              "Roundcube call it). filtered: those that this service filtered for that address, by "
              "X-Tamis-Verdict, at "
              "most 49 days ago; verdict_key must be readable. any: all." },
    { .name = "bayes_autolearn_day",
      .type = CONF_UINT,
      .at = AT(autolearn_day),
      .def = "500",
      .max = 1000000,
      .help = "With bayes_autolearn: messages learned in a day (UTC), of spam and of ham each. What a day "
              "has had is kept over a restart, in the spool below state_directory." },
    { .name = "bayes_autolearn_domain",
      .type = CONF_UINT,
      .at = AT(autolearn_domain),
      .def = "20",
      .max = 1000000,
      .help = "Messages learned in a day of one registered domain: that of a good signature, else of From." },
    { .name = "bayes_autolearn_network",
      .type = CONF_UINT,
      .at = AT(autolearn_network),
      .def = "20",
      .max = 1000000,
      .help = "Messages learned in a day of clients in one network (/24, /48). What these bounds refuse is "
              "counted in "
              "tamis status." },
};
const size_t bayes_option_rows_n = sizeof(bayes_option_rows) / sizeof(*bayes_option_rows);
