/* scan.h - one run of libclamav over one buffer
 * Every signature that hits is reported (all-match), and every limit that libclamav passes over in silence is
 * noticed here: files cut at the limit of size, errors that end as "clean" (no room for temporary files, no
 * memory), containers that were not opened. Each file that libclamav sees, the buffer itself and all unpacked
 * ones, is looked at (look.h) and shown to the caller.
 *
 * Input: a buffer that is the whole file, kept by the caller until the scan is over. Output: hits.
 * Limits: those of the engine; the time left is set before each run. Not thread-safe: one scan a process at a
 * time (libclamav's messages are global). */
#ifndef CLAMGLUE_SCAN_H
#define CLAMGLUE_SCAN_H

#include "clamglue/database.h"
#include "clamglue/hits.h"
#include "clamglue/look.h"

/* Unpacked files end here or a little before when libclamav cuts them, so that is not a whole file. */
#define SCAN_TRIM 65536
#define SCAN_DEPTH_MAX 100

/* a file that libclamav is about to scan */
struct scan_file {
    struct slice bytes;
    const char *type;    /* libclamav's */
    const char *name;    /* may be NULL */
    const char *where;   /* path from the buffer on, for people */
    unsigned level;      /* 0: the buffer itself */
    unsigned mail_level; /* so many of its ancestors, from the buffer on, are mail */
    const struct look *look;
};

/* Called from within libclamav: allocate nothing that can escape. Not called for what libclamav makes of a
 * file to match it (HTML without tags). */
typedef void scan_see_fn(void *ctx, const struct scan_file *file);

struct scan_request {
    struct slice bytes;
    const char *name;  /* declared file name for libclamav, may be NULL */
    const char *where; /* for findings: "message", "part 3" */
    unsigned time;     /* ms left */
    scan_see_fn *see;  /* may be NULL */
    void *see_ctx;
};

/* Returns whether all was scanned: false when a limit or a fault cut it short (there is a hit that says so).
 */
bool scan_buffer(const struct clam_database *db, const struct virus_options *o, const struct scan_request *r,
                 struct hits *hits);
/* Where unpacked files go; the folder exists. For a worker, behind the fork: the engine is the worker's own
 * then. */
void scan_set_scratch(const struct clam_database *db, const char *folder);

/* for database.c */
void scan_set_callbacks(struct cl_engine *engine);

#endif
