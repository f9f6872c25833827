/* config.h - the whole of tamis.conf
 * Composes the sections of all folders, and holds the service's own options (what tamisd binds, who it runs
 * as, where it keeps things), which both tamisd and `tamis config` and `tamis status` need. Each process is
 * handed only the sections of its roles. */
#ifndef POLICY_CONFIG_H
#define POLICY_CONFIG_H

#include "auth/options.h"
#include "engine/options.h"
#include "message/limits.h"
#include "policy/deliver-options.h"
#include "policy/early.h"
#include "policy/options.h"
#include "policy/bayes-options.h"
#include "policy/quarantine-options.h"
#include "policy/sign-options.h"
#include "scoring/ruleset.h"

/* the name of the socket below runtime_directory that answers `tamis status` */
#define CONFIG_STATUS_SOCKET "status.sock"

enum {
    ROLE_SUPERVISOR = 1,
    ROLE_GATEWAY = 2,
    ROLE_LOADER = 4,
    ROLE_VIRUS_LOADER = 8,
    ROLE_KEEPER = 16,
    ROLE_DELIVER = 32
};

struct service_options {
    const char *
        milter_listen; /* unix:/path, inet:host:port, inet6:host:port (Postfix's spelling; libmilter's too) */
    unsigned milter_socket_mode; /* octal digits as written, e.g. 660 */
    const char *milter_socket_group;
    const char *user;        /* account of the gateway */
    const char *worker_user; /* account of loader and workers; empty: the same */
    const char *state_directory, *runtime_directory;
    const char *log; /* syslog, stderr, or a path */
    int log_level;
    unsigned restart_delay_max; /* ms: back-off of a role that keeps dying */
    unsigned drain_time;        /* ms that messages in work get at stop and at reload */
};

struct gateway_options {
    unsigned messages_max;      /* messages in work at once */
    size_t spool_bytes_max;     /* of all of them */
    size_t spool_memory_max;    /* a message past this goes to a file */
    size_t message_max;         /* one message; larger: unchecked/limit (the rest is not spooled) */
    unsigned admission_wait;    /* ms to wait for a place before tempfail 4.3.2 */
    unsigned submission_wait;   /* the same for authenticated clients */
    unsigned progress_interval; /* ms between progress reports to the MTA */
    unsigned milter_timeout;    /* ms: libmilter's own */
    unsigned recipients_max;    /* remembered of one message */
};

struct config {
    struct service_options service;
    struct gateway_options gateway;
    struct policy_options policy;
    struct early_options early;
    struct engine_options engine;
    struct dns_options dns;
    struct virus_options virus;
    struct quarantine_options quarantine;
    struct bayes_options bayes;
    struct verdict_options verdict;
    struct deliver_options deliver;
    struct scoring_options scoring;
    struct auth_options auth;
    struct sign_options sign;
    struct message_limits message;
};

extern const struct conf_schema config_schema;

/* Who else than its owner may never read the key of verdicts: a group may, of an agent that does not run as
 * root. */
#define CONFIG_VERDICT_KEY_FORBIDDEN 037
/* The file that verdict_key means. path: PATH_MAX bytes. */
void config_verdict_key(const struct config *c, char *path);

/* The folder that bayes_directory means. path: PATH_MAX bytes. */
void config_bayes_directory(const struct config *c, char *path);

/* TAMIS_SYSCONFDIR "/tamis.conf" */
extern const char config_default_path[];

#endif
