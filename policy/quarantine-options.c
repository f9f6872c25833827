/* quarantine-options.c - the rows; see quarantine-options.h */
#include "policy/quarantine-options.h"

#define AT(field) offsetof(struct quarantine_options, field)
#define SECOND 1000.0
#define DAY (86400 * SECOND)
#define MIB (1024.0 * 1024)

const struct conf_option quarantine_option_rows[] = {
    { .name = "quarantine_directory",
      .type = CONF_PATH,
      .at = AT(directory),
      .def = "",
      .flags = CONF_RESTART,
      .help =
          "Folder of held messages, on a disk: quarantine_method = store says a message is held when it has "
          "been synced there. Empty: quarantine below state_directory." },
    { .name = "quarantine_max_age",
      .type = CONF_TIME,
      .at = AT(max_age),
      .def = "30d",
      .max = 49 * DAY,
      .flags = CONF_RESTART,
      .help = "Held messages older than this are deleted. 0: never." },
    { .name = "quarantine_max_size",
      .type = CONF_SIZE,
      .at = AT(max_size),
      .def = "1g",
      .max = 1e15,
      .flags = CONF_RESTART,
      .help = "When held messages take more than this, the oldest are deleted. 0: no limit." },
    { .name = "release_relay",
      .type = CONF_STRING,
      .at = AT(relay),
      .def = "inet:127.0.0.1:25",
      .flags = CONF_RESTART,
      .help =
          "Where `tamis quarantine release` sends a message, by SMTP: inet:HOST:PORT or unix:PATH. It should "
          "be the MTA that has Tamis as its milter, which strips the mark and looks for viruses again." },
    { .name = "release_from",
      .type = CONF_STRING,
      .at = AT(from),
      .def = "",
      .flags = CONF_RESTART,
      .help = "Sender of messages that carry a held one as an attachment. Empty: postmaster at this host." },
    { .name = "release_helo",
      .type = CONF_STRING,
      .at = AT(helo),
      .def = "",
      .flags = CONF_RESTART,
      .help = "Name said to release_relay. Empty: this host's." },
    { .name = "release_timeout",
      .type = CONF_TIME,
      .at = AT(release_timeout),
      .def = "60s",
      .min = SECOND,
      .max = 3600 * SECOND,
      .flags = CONF_RESTART,
      .help = "Longest time for sending a released message to one address." },
    { .name = "keeper_timeout",
      .type = CONF_TIME,
      .at = AT(keeper_timeout),
      .def = "20s",
      .min = SECOND,
      .max = 600 * SECOND,
      .help = "How long a message that must be held waits for the keeper. Past it, it is tempfailed." },
};
const size_t quarantine_option_rows_n = sizeof(quarantine_option_rows) / sizeof(quarantine_option_rows[0]);
