/* supervisor.h - the parent of all processes: starts them, hands them what they need, replaces those that die
 * The only process that stays root; it reads the configuration, binds, and parses nothing else. A new
 * configuration is in force when the gateway has a rules loader for it that is ready; until then, and if it
 * is refused, the one before stays. Signals: HUP reload (and a new log file), USR1 new log file, TERM and INT
 * drain and stop (twice: at once).
 */
#ifndef MILTER_SUPERVISOR_H
#define MILTER_SUPERVISOR_H

#include <stddef.h>

#define EXIT_CANNOT_START 78 /* EX_CONFIG */

struct supervisor_options {
    const char *conf_path; /* NULL: none */
    const char *const *set;
    size_t n_set;
    int ready_fd; /* one byte is written and it is closed when the service stands; -1: none */
};

/* Runs the service; the exit code. */
int supervisor_run(const struct supervisor_options *o);

#endif
