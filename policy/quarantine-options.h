/* quarantine-options.h - where held mail lies, how long, and how it goes out again */
#ifndef POLICY_QUARANTINE_OPTIONS_H
#define POLICY_QUARANTINE_OPTIONS_H

#include "base/conf.h"

struct quarantine_options {
    const char *directory;    /* empty: quarantine below state_directory */
    unsigned max_age;         /* ms; 0: no limit */
    size_t max_size;          /* bytes of all messages; 0: no limit */
    const char *relay;        /* where released mail is sent, as in base/smtp-send.h */
    const char *from, *helo;  /* of what the keeper sends by itself; empty: by the host's name */
    unsigned release_timeout; /* ms for one address */
    unsigned keeper_timeout;  /* ms that the gateway waits for the keeper */
};

extern const struct conf_option quarantine_option_rows[];
extern const size_t quarantine_option_rows_n;

#endif
