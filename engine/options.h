/* options.h - how many workers, how long, where */
#ifndef ENGINE_OPTIONS_H
#define ENGINE_OPTIONS_H

#include "base/conf.h"
#include "clamglue/options.h"

/* what a loader loads and its workers do */
enum engine_kind { ENGINE_RULES, ENGINE_VIRUS, ENGINE_KIND_COUNT };

struct engine_options {
    unsigned workers;          /* scorers; 0: one a core */
    unsigned message_deadline; /* ms for one message from the end of DATA to the answer, retries included */
    unsigned worker_deadline;  /* ms for one try */
    unsigned worker_messages;  /* recycled after so many */
    size_t worker_memory;      /* bytes a worker may map beyond what the loader shares with it */
    unsigned crash_limit;      /* worker deaths caused by one client address within crash_window */
    unsigned crash_window;     /* ms */
    unsigned workers_waiting_max; /* beyond workers, while as many wait for the DNS */
};

extern const struct conf_option engine_option_rows[];
extern const size_t engine_option_rows_n;

/* The resolver, and what a message may ask it. */
struct dns_options {
    bool dns; /* whether the network is asked at all */
    struct conf_list dns_forwarders;
    unsigned dns_deadline;           /* ms that a message waits, all questions together */
    unsigned dns_lookups_max;        /* of a message */
    unsigned dns_client_lookups_max; /* of a client in a minute, not counting what is known; 0: no limit */
    size_t dns_cache_max;            /* bytes */
    struct conf_list dns_zones;
    struct conf_list dns_root_servers; /* empty: libunbound's own */
    bool dnssec;
    const char *dnssec_trust_anchor;
};

extern const struct conf_option dns_option_rows[];
extern const size_t dns_option_rows_n;

/* Those of an engine for viruses: workers as virus_* says, all else as for scorers. */
void engine_options_virus(struct engine_options *out, const struct engine_options *o,
                          const struct virus_options *v);

#endif
