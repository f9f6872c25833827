/* deliver-options.h - where mail is filed, and for whom */
#ifndef POLICY_DELIVER_OPTIONS_H
#define POLICY_DELIVER_OPTIONS_H

#include "base/conf.h"

enum deliver_detail { DETAIL_NO, DETAIL_EXISTING, DETAIL_CREATE };
enum deliver_quota { QUOTA_TEMPFAIL, QUOTA_REJECT };

struct deliver_options {
    const char *listen; /* unix:/path or inet:host:port */
    unsigned socket_mode;
    const char *socket_group;
    struct conf_list users; /* sources, asked in order */
    const char *sqlite_query;
    const char *catch_all;    /* empty: none */
    const char *delimiter;    /* any of its characters */
    struct conf_list domains; /* empty: any */
    const char *mailbox;
    const char *mbox_group; /* empty: none */
    unsigned min_uid;
    const char *junk_folder; /* empty: spam stays in the inbox */
    int detail_folder;       /* enum deliver_detail */
    size_t message_max;
    unsigned timeout, lock_timeout; /* ms */
    unsigned connections_max, recipients_max;
    int quota; /* enum deliver_quota */
};

/* Both ends of X-Tamis-Verdict: the gateway, which signs, and the delivery agent, which believes. */
struct verdict_options {
    const char *key;  /* file; empty: below state_directory */
    unsigned max_age; /* ms */
};

extern const struct conf_option deliver_option_rows[];
extern const size_t deliver_option_rows_n;
extern const struct conf_option verdict_option_rows[];
extern const size_t verdict_option_rows_n;

#endif
