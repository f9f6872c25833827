/* database.h - the virus database, loaded into an engine
 * One open loads and compiles the whole database (seconds and 1.2 GiB with the official one) with the limits
 * of the options; it is immutable after that and shared with forked workers. libclamav is initialised with
 * the first one. What libclamav has to say goes into error texts (its last word) and to the log.
 *
 * Fails by a reason that the caller can act on:
 *   ERR_CONFIG  there is no database (no folder, nothing in it, no right to read it), or one that is broken
 *               and has lain there for a while: somebody must do something, the text says what;
 *   ERR_RETRY   it was being written, or there was no memory: the same may work in a minute. */
#ifndef CLAMGLUE_DATABASE_H
#define CLAMGLUE_DATABASE_H

#include "base/err.h"
#include "clamglue/options.h"

struct cl_engine;
struct clam_database;

struct clam_info {
    char engine[40]; /* libclamav's version, "1.4.6" */
    unsigned level;  /* its functionality level */
    unsigned signatures;
    unsigned version;   /* of the daily database; 0: there is none */
    int64_t built;      /* time of the newest signatures, seconds since 1970 */
    char versions[160]; /* "daily 27000, main 62", empty with custom files only */
    uint64_t stamp;     /* see below, of what was loaded */
};

struct clam_database *clam_database_open(const struct virus_options *o, struct err *e);
void clam_database_close(struct clam_database **db);
const struct clam_info *clam_database_info(const struct clam_database *db);
/* for scan.c */
struct cl_engine *clam_database_engine(const struct clam_database *db);

/* A number that changes when a file of the database does (name apart: size, time and inode of each).
 * freshclam writes several files one after the other: load when the stamp differs from that loaded and stays
 * as it is for some seconds. 0, or -1 as clam_database_open when there is none. */
int clam_database_stamp(const char *path, uint64_t *stamp, struct err *e) MUST_CHECK;

/* What libclamav says from now on is told to fn (level 0 warning, 1 error) and not logged; NULL: logged. */
typedef void clam_message_fn(void *ctx, bool error, const char *text);
void clam_messages_to(clam_message_fn *fn, void *ctx);

#endif
