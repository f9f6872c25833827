/* options.h - what is scanned for viruses, with which database, and how far
 * All limits are limits of work, not of mail: past one of them the message is of class unchecked/limit, never
 * clean. The rows are in options.c. */
#ifndef CLAMGLUE_OPTIONS_H
#define CLAMGLUE_OPTIONS_H

#include "base/conf.h"

enum virus_reload { VIRUS_RELOAD_AUTO, VIRUS_RELOAD_CONCURRENT, VIRUS_RELOAD_SERIAL };

struct virus_options {
    bool scan;
    const char *database; /* a directory or one file */
    bool pua, bytecode;
    struct conf_list names;   /* PATTERN=CLASS or PATTERN=SCORE, see names.h */
    unsigned scan_time;       /* ms of one message, all its parts together */
    size_t scan_size;         /* bytes looked at for one part, what is unpacked included */
    size_t file_size;         /* bytes of one file, packed or unpacked */
    unsigned recursion;       /* containers in containers */
    unsigned files;           /* unpacked of one part */
    unsigned parts;           /* of one message, scanned by themselves */
    const char *scratch;      /* folder for unpacked files; empty: below runtime_directory */
    bool landlock;            /* whether a worker without Landlock is refused */
    unsigned cache;           /* clean results remembered by a worker */
    unsigned workers;         /* processes; 0: one a core */
    unsigned worker_messages; /* a worker is replaced after so many */
    size_t worker_memory;     /* bytes beyond the shared database */
    int reload;               /* enum virus_reload */
    unsigned settle;          /* ms that a changed database stays as it is before it is loaded */
    unsigned max_age;         /* ms: a database older than this is complained about */
};

extern const struct conf_option virus_option_rows[];
extern const size_t virus_option_rows_n;

/* the defaults, for tests and fuzz targets; texts are static */
void virus_options_default(struct virus_options *o);

/* What the rows cannot say by themselves: the time of a scan stays below what the engine gives a worker
 * (worker_deadline, ms), the names have a pattern and a class. ERR_CONFIG. */
int virus_options_check(const struct virus_options *o, unsigned worker_deadline, struct err *e) MUST_CHECK;

#endif
