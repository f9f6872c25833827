/* options.c - the engine's options; see options.h */
#include "engine/options.h"

#define ROW(field) .name = #field, .at = offsetof(struct engine_options, field)

const struct conf_option engine_option_rows[] = {
    { ROW(workers), .type = CONF_UINT, .def = "0", .max = 256, .flags = CONF_RESTART,
      .help = "Scorer processes, each working on one message at a time. 0: one for each processor." },
    { ROW(message_deadline), .type = CONF_TIME, .def = "120s", .min = 100, .max = 3600e3,
      .help =
          "Longest time from the end of a message to its verdict, with the wait for a free scorer and a "
          "second try after a crash. A message that is not done by then is unchecked/fault. Keep it below "
          "the MTA's own patience: milter_content_timeout of Postfix, the T=E of Sendmail (both 300s)." },
    { ROW(worker_deadline), .type = CONF_TIME, .def = "40s", .min = 50, .max = 3600e3,
      .help =
          "Longest time that one scorer may work on one message. Past it the scorer is killed and the "
          "message is tried once more by another one; the second time it is unchecked/crash. Less than half "
          "of message_deadline leaves time for both." },
    { ROW(worker_messages), .type = CONF_UINT, .def = "10000", .max = 1e9,
      .help = "A scorer is replaced by a new one after so many messages. 0: never." },
    { ROW(worker_memory), .type = CONF_SIZE, .def = "512m", .min = 64e6, .max = 1e12,
      .help =
          "Memory that a scorer may take for a message, beyond the rules, which all of them share. A message "
          "that would need more is unchecked/limit." },
    { ROW(crash_limit), .type = CONF_UINT, .def = "10", .max = 1e6,
      .help =
          "When messages of one client (an IPv4 address, an IPv6 /64) have ended so many scorers within "
          "crash_window, further messages of this client are unchecked/fault at once, until the window is "
          "over. 0: no limit." },
    { ROW(crash_window), .type = CONF_TIME, .def = "10m", .min = 1000, .max = 7 * 86400e3,
      .help = "See crash_limit." },
};
const size_t engine_option_rows_n = sizeof(engine_option_rows) / sizeof(engine_option_rows[0]);

void engine_options_virus(struct engine_options *out, const struct engine_options *o,
                          const struct virus_options *v)
{
    *out = *o;
    out->workers = v->workers;
    out->worker_messages = v->worker_messages;
    out->worker_memory = v->worker_memory;
}
