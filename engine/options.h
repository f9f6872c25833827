/* options.h - how many workers, how long, where */
#ifndef ENGINE_OPTIONS_H
#define ENGINE_OPTIONS_H

#include "base/conf.h"

struct engine_options {
    unsigned workers;          /* scorers; 0: one a core */
    unsigned message_deadline; /* ms for one message from the end of DATA to the answer, retries included */
    unsigned worker_deadline;  /* ms for one try */
    unsigned worker_messages;  /* recycled after so many */
    size_t worker_memory;      /* bytes a worker may map beyond what the loader shares with it */
    unsigned crash_limit;      /* worker deaths caused by one client address within crash_window */
    unsigned crash_window;     /* ms */
};

extern const struct conf_option engine_option_rows[];
extern const size_t engine_option_rows_n;

#endif
