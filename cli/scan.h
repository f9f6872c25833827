/* scan.h - many files through the engine, results in order
 * Threads take names one after the other; what they have to say is written in the order of the names, however
 * long each takes. Not more than a window of results waits to be written. */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H

#include "cli/command.h"
#include "engine/engine.h"
#include "policy/config.h"
#include "policy/decide.h"

struct scan {
    struct engine *engine;
    struct engine *virus; /* NULL: none */
    bool virus_missing;   /* there should be one */
    const struct config *config;
    const struct envelope *envelope;
    const char *const *names;
    size_t n_names;
    unsigned threads;
    bool json, colour, verbose;
    bool explain;                /* print as `tamis explain` does */
    const struct ruleset *rules; /* for descriptions; may be NULL */
};

struct scan_totals {
    size_t scanned, unreadable, faults; /* faults: of those scanned, without a scanner's answer */
};

/* 0, or -1 when the output could not be written. */
int scan_run(const struct scan *s, struct scan_totals *t);

/* Values of `tamis scan` and `tamis explain`, and what both do. */
struct scan_values {
    struct cli_common common;
    bool json, local, no_clamav, no_bayes, verbose, explain;
    struct cli_list rules, rcpts;
    const char *client, *client_name, *helo, *from;
};
int scan_command(struct scan_values *v);

/* Options of both: what an MTA would know of the message, and what is not to be asked. */
#define SCAN_LOOK_ROWS                                                                                           \
    { "client",                                                                                                  \
      0,                                                                                                         \
      CLI_TEXT,                                                                                                  \
      offsetof(struct scan_values, client),                                                                      \
      "IP",                                                                                                      \
      "The SMTP client's address. With it a Received field is put on top as if the message came by SMTP "        \
      "now; "                                                                                                    \
      "without it the message's own are used." },                                                                \
        { "client-name", 0,                                                                                      \
          CLI_TEXT,      offsetof(struct scan_values, client_name),                                              \
          "NAME",        "The client's verified host name." },                                                   \
        { "helo", 0, CLI_TEXT, offsetof(struct scan_values, helo), "NAME", "What the client said in HELO." },    \
        { "from",    0,                                                                                          \
          CLI_TEXT,  offsetof(struct scan_values, from),                                                         \
          "ADDRESS", "Envelope sender; <> is the null sender." },                                                \
        { "rcpt",    0,                                                                                          \
          CLI_LIST,  offsetof(struct scan_values, rcpts),                                                        \
          "ADDRESS", "Envelope recipient. May be repeated." },                                                   \
        { "no-clamav", 0, CLI_FLAG, offsetof(struct scan_values, no_clamav), NULL, "Do not scan for viruses." }, \
    {                                                                                                            \
        "no-bayes", 0, CLI_FLAG, offsetof(struct scan_values, no_bayes), NULL, "Do not ask the classifier."      \
    }

/* cli/explain-print.c: all that is known of one message, for people and as JSON */
void explain_print(struct buf *out, const struct scan *s, const char *file, const struct verdict *v);
void explain_json(struct buf *out, const struct scan *s, const char *file, const struct verdict *v);

/* cli/scan-print.c: one message for people */
void scan_print(struct buf *out, const struct scan *s, const char *file, const struct verdict *v,
                double cpu_ms);

#endif
