/* config.c - the whole of tamis.conf: the service's and the gateway's rows, and all sections; see config.h */
#include "policy/config.h"

#include <limits.h>
#include <stdio.h>

#define SERVICE(field) offsetof(struct service_options, field)
#define GATEWAY(field) offsetof(struct gateway_options, field)

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define SECOND 1000.0
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static const char *const log_level_names[] = { "error", "warning", "info", "debug", NULL };

static const struct conf_option service_rows[] = {
    { .name = "milter_listen",
      .type = CONF_STRING,
      .at = SERVICE(milter_listen),
      .def = "unix:/var/spool/postfix/tamis/milter.sock",
      .flags = CONF_RESTART,
      .help =
          "Where the MTA finds us: unix:/path, inet:host:port or inet6:host:port. The directory of a unix "
          "socket is made when it is not there, open to milter_socket_group only; for a Postfix whose "
          "smtpd is chrooted it must lie below the queue directory. With inet every local user can speak "
          "to us and claim to be any client." },
    { .name = "milter_socket_mode",
      .type = CONF_UINT,
      .at = SERVICE(milter_socket_mode),
      .def = "660",
      .max = 777,
      .min = 1,
      .flags = CONF_RESTART,
      .help = "Permissions of the unix socket, octal as for chmod(1)." },
    { .name = "milter_socket_group",
      .type = CONF_STRING,
      .at = SERVICE(milter_socket_group),
      .def = "postfix",
      .flags = CONF_RESTART,
      .help = "Group of the unix socket and of its directory: that of the MTA (postfix; for Sendmail smmsp). "
              "Empty: our own. Not used when started by an ordinary user." },
    { .name = "user",
      .type = CONF_STRING,
      .at = SERVICE(user),
      .def = "tamis",
      .flags = CONF_RESTART,
      .help = "Account of the gateway. Not used when started by an ordinary user." },
    { .name = "worker_user",
      .type = CONF_STRING,
      .at = SERVICE(worker_user),
      .def = "",
      .flags = CONF_RESTART,
      .help = "Account of the processes that look inside messages. Empty: that of user." },
    { .name = "state_directory",
      .type = CONF_PATH,
      .at = SERVICE(state_directory),
      .def = TAMIS_STATEDIR,
      .flags = CONF_RESTART,
      .help = "What must outlive a restart of the machine, and large messages while they are in work." },
    { .name = "runtime_directory",
      .type = CONF_PATH,
      .at = SERVICE(runtime_directory),
      .def = TAMIS_RUNDIR,
      .flags = CONF_RESTART,
      .help = "Sockets. tamis status looks for the service here." },
    { .name = "log",
      .type = CONF_STRING,
      .at = SERVICE(log),
      .def = "syslog",
      .flags = CONF_RESTART,
      .help = "syslog (facility mail), stderr, or the absolute path of a file." },
    { .name = "log_level",
      .type = CONF_ENUM,
      .at = SERVICE(log_level),
      .def = "info",
      .names = log_level_names,
      .help = "What is logged: this and all that weighs more. The line about each message is info." },
    { .name = "restart_delay_max",
      .type = CONF_TIME,
      .at = SERVICE(restart_delay_max),
      .def = "30s",
      .min = 100,
      .max = HOUR,
      .help = "A process of ours that dies is started again at once; one that keeps dying after delays that "
              "double up to this." },
    { .name = "drain_time",
      .type = CONF_TIME,
      .at = SERVICE(drain_time),
      .def = "20s",
      .min = 0,
      .max = 10 * MINUTE,
      .help = "How long messages in work may take to end at a stop or a reload before they are tempfailed." },
};

static const struct conf_option gateway_rows[] = {
    { .name = "messages_max",
      .type = CONF_UINT,
      .at = GATEWAY(messages_max),
      .def = "200",
      .min = 1,
      .max = 10000,
      .help = "Messages in work at once. More wait for admission_wait, then get a temporary failure "
              "(4.3.2)." },
    { .name = "spool_bytes_max",
      .type = CONF_SIZE,
      .at = GATEWAY(spool_bytes_max),
      .def = "1g",
      .min = MIB,
      .max = 1024 * GIB,
      .help = "Bytes of all messages in work together. More wait as for messages_max." },
    { .name = "spool_memory_max",
      .type = CONF_SIZE,
      .at = GATEWAY(spool_memory_max),
      .def = "1m",
      .min = 4 * KIB,
      .max = GIB,
      .help = "A message that is larger is kept in a file below state_directory instead of in memory." },
    { .name = "message_max",
      .type = CONF_SIZE,
      .at = GATEWAY(message_max),
      .def = "100m",
      .min = 64 * KIB,
      .max = 4 * GIB,
      .help = "Of a larger message the rest is not looked at, and it is unchecked/limit. Keep it above the "
              "size that the MTA accepts (message_size_limit of Postfix)." },
    { .name = "admission_wait",
      .type = CONF_TIME,
      .at = GATEWAY(admission_wait),
      .def = "5s",
      .min = 0,
      .max = 5 * MINUTE,
      .help = "How long a message waits while messages_max or spool_bytes_max is reached." },
    { .name = "submission_wait",
      .type = CONF_TIME,
      .at = GATEWAY(submission_wait),
      .def = "20s",
      .min = 0,
      .max = 5 * MINUTE,
      .help = "The same for clients that have authenticated: people wait there, not queues." },
    { .name = "progress_interval",
      .type = CONF_TIME,
      .at = GATEWAY(progress_interval),
      .def = "5s",
      .min = 100,
      .max = 5 * MINUTE,
      .help = "How often the MTA is told that a message is still in work, so that it keeps waiting." },
    { .name = "milter_timeout",
      .type = CONF_TIME,
      .at = GATEWAY(milter_timeout),
      .def = "2h",
      .min = SECOND,
      .max = 24 * HOUR,
      .flags = CONF_RESTART,
      .help = "A connection on which the MTA has said nothing for so long is closed. Longer than an SMTP "
              "client may keep silent." },
    { .name = "recipients_max",
      .type = CONF_UINT,
      .at = GATEWAY(recipients_max),
      .def = "1000",
      .min = 1,
      .max = 100000,
      .help = "Recipients of one message that are remembered; further ones are only counted." },
};

#define ROWS(table) .rows = table, .n = sizeof(table) / sizeof(table[0])

/* The row counts of other folders are variables: sections are completed before main. */
static struct conf_section sections[] = {
    { .title = "Service",
      ROWS(service_rows),
      .at = offsetof(struct config, service),
      .roles = ROLE_SUPERVISOR | ROLE_GATEWAY | ROLE_KEEPER },
    { .title = "Gateway", ROWS(gateway_rows), .at = offsetof(struct config, gateway), .roles = ROLE_GATEWAY },
    { .title = "Policy",
      .rows = policy_option_rows,
      .at = offsetof(struct config, policy),
      .roles = ROLE_GATEWAY },
    { .title = "Refused early",
      .rows = early_option_rows,
      .at = offsetof(struct config, early),
      .roles = ROLE_GATEWAY },
    { .title = "Quarantine",
      .rows = quarantine_option_rows,
      .at = offsetof(struct config, quarantine),
      .roles = ROLE_GATEWAY | ROLE_KEEPER },
    { .title = "Classifier",
      .rows = bayes_option_rows,
      .at = offsetof(struct config, bayes),
      .roles = ROLE_SUPERVISOR | ROLE_GATEWAY | ROLE_KEEPER },
    { .title = "Signed verdict",
      .rows = verdict_option_rows,
      .at = offsetof(struct config, verdict),
      .roles = ROLE_SUPERVISOR | ROLE_DELIVER },
    { .title = "Delivery",
      .rows = deliver_option_rows,
      .at = offsetof(struct config, deliver),
      .roles = ROLE_DELIVER },
    { .title = "Workers",
      .rows = engine_option_rows,
      .at = offsetof(struct config, engine),
      .roles = ROLE_GATEWAY | ROLE_LOADER | ROLE_VIRUS_LOADER },
    { .title = "DNS",
      .rows = dns_option_rows,
      .at = offsetof(struct config, dns),
      .roles = ROLE_SUPERVISOR | ROLE_GATEWAY | ROLE_LOADER },
    { .title = "Viruses",
      .rows = virus_option_rows,
      .at = offsetof(struct config, virus),
      .roles = ROLE_GATEWAY | ROLE_VIRUS_LOADER },
    { .title = "Rules",
      .rows = scoring_option_rows,
      .at = offsetof(struct config, scoring),
      .roles = ROLE_LOADER },
    { .title = "Sender authentication",
      .rows = auth_option_rows,
      .at = offsetof(struct config, auth),
      .roles = ROLE_GATEWAY | ROLE_LOADER },
    { .title = "Signing",
      .rows = sign_option_rows,
      .at = offsetof(struct config, sign),
      .roles = ROLE_GATEWAY },
    { .title = "Limits of messages",
      .rows = message_option_rows,
      .at = offsetof(struct config, message),
      .roles = ROLE_LOADER | ROLE_VIRUS_LOADER },
};

#define COUNTED(table)                                                                                       \
    {                                                                                                        \
        table, &table##_n                                                                                    \
    }
static const struct {
    const struct conf_option *rows;
    const size_t *n;
} counted[] = {
    COUNTED(policy_option_rows), COUNTED(early_option_rows),   COUNTED(quarantine_option_rows),
    COUNTED(bayes_option_rows),  COUNTED(verdict_option_rows), COUNTED(deliver_option_rows),
    COUNTED(engine_option_rows), COUNTED(virus_option_rows),   COUNTED(scoring_option_rows),
    COUNTED(auth_option_rows),   COUNTED(message_option_rows), COUNTED(dns_option_rows),
    COUNTED(sign_option_rows),
};

static void __attribute__((constructor)) count_rows(void)
{
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
        for (size_t k = 0; k < sizeof(counted) / sizeof(counted[0]); k++)
            if (sections[i].rows == counted[k].rows)
                sections[i].n = *counted[k].n;
}

const struct conf_schema config_schema = {
    .sections = sections,
    .n = sizeof(sections) / sizeof(sections[0]),
    .size = sizeof(struct config),
};

void config_verdict_key(const struct config *c, char *path)
{
    if (*c->verdict.key)
        snprintf(path, PATH_MAX, "%s", c->verdict.key);
    else
        snprintf(path, PATH_MAX, "%.4000s/verdict.key", c->service.state_directory);
}

void config_bayes_directory(const struct config *c, char *path)
{
    if (*c->bayes.directory)
        snprintf(path, PATH_MAX, "%s", c->bayes.directory);
    else
        snprintf(path, PATH_MAX, "%.4000s/bayes", c->service.state_directory);
}

const char config_default_path[] = TAMIS_SYSCONFDIR "/tamis.conf";
