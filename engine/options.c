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
    { ROW(workers_waiting_max), .type = CONF_UINT, .def = "128", .max = 256,
      .help =
          "While scorers wait for answers from the DNS up to so many more are started, so that waiting for "
          "one message keeps no other from its turn. They leave when they are not needed." },
    { ROW(crash_window), .type = CONF_TIME, .def = "10m", .min = 1000, .max = 7 * 86400e3,
      .help = "See crash_limit." },
};
const size_t engine_option_rows_n = sizeof(engine_option_rows) / sizeof(engine_option_rows[0]);

#define DNS_ROW(field) .name = #field, .at = offsetof(struct dns_options, field)

const struct conf_option dns_option_rows[] = {
    { DNS_ROW(dns), .type = CONF_BOOL, .def = "yes",
      .help =
          "Whether the network is asked: SPF, DKIM, DMARC, block lists and all rules that need it. no: such "
          "rules do not hit, and the others have the scores that are meant for that." },
    { DNS_ROW(dns_forwarders), .type = CONF_LIST, .def = "",
      .help = "Name servers to ask: addresses, or address@port. Empty: those of /etc/resolv.conf. none: no "
              "forwarder, questions go to the servers of each domain, from the root on. Block lists often "
              "refuse to answer large public resolvers, so ask none of these." },
    { DNS_ROW(dns_deadline), .type = CONF_TIME, .def = "8s", .min = 50, .max = 60e3,
      .help =
          "Longest time that a message waits for answers, all questions together; the more have answered, "
          "the less the others are waited for, down to two fifths. What is not here by then is left out, "
          "and the message is scored without. Never more than half of worker_deadline." },
    { DNS_ROW(dns_lookups_max), .type = CONF_UINT, .def = "400", .min = 1, .max = 10000,
      .help = "Most questions that one message may cause." },
    { DNS_ROW(dns_client_lookups_max), .type = CONF_UINT, .def = "20000", .max = 1e9,
      .help =
          "Most questions to name servers that mail of one client (an IPv4 address, an IPv6 /64) may cause "
          "within a minute; answers that are known do not count. Over it, its messages are scored without. "
          "0: no limit." },
    { DNS_ROW(dns_cache_max), .type = CONF_SIZE, .def = "16m", .min = 64 * 1024, .max = 1e12,
      .help = "Memory for answers that are kept until their time to live is over." },
    { DNS_ROW(dns_zones), .type = CONF_PATHS, .def = "",
      .help =
          "Files with answers of our own, in place of what name servers say. Lines are records as in a zone "
          "file (\"example.org. 60 IN TXT v=spf1\"), or \"zone NAME TYPE\", where TYPE is one "
          "of unbound's local-zone types (static: what is not in these files does not exist). Read when "
          "the service starts." },
    { DNS_ROW(dns_root_servers), .type = CONF_LIST, .def = "",
      .help =
          "Addresses of root servers, for dns_forwarders = none in a network with a root of its own. Empty: "
          "those of the Internet, which libunbound knows." },
    { DNS_ROW(dnssec), .type = CONF_BOOL, .def = "no",
      .help = "Whether signatures of answers are checked; an answer with a bad one counts as failed. Needs "
              "forwarders that hand signatures on." },
    { DNS_ROW(dnssec_trust_anchor), .type = CONF_PATH, .def = "",
      .help = "A file with DS or DNSKEY records of the zones to trust. Empty: the root's keys of 2017 and "
              "2024." },
};
const size_t dns_option_rows_n = sizeof(dns_option_rows) / sizeof(dns_option_rows[0]);

void engine_options_virus(struct engine_options *out, const struct engine_options *o,
                          const struct virus_options *v)
{
    *out = *o;
    out->workers = v->workers;
    out->worker_messages = v->worker_messages;
    out->worker_memory = v->worker_memory;
}
