/* database.c - the virus database, loaded into an engine; see database.h
 * The engine's cache of clean files stays off: it would answer without our callbacks, and with it a file that
 * was clean as text stays clean as a program. Limits that are silent in libclamav (parts of a file that are
 * not normalised past some size) are set to the size of a file. */
#include "config.h"
#include "clamglue/database.h"

#include <clamav.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/log.h"
#include "base/slice.h"
#include "clamglue/scan.h"

#define YOUNG 120 /* s: a broken file that is not older may still be on its way */
#define BYTECODE_TIME 5000

struct clam_database {
    struct cl_engine *engine;
    struct clam_info info;
};

/* ---- libclamav's messages */

static clam_message_fn *message_to;
static void *message_ctx;
static char last_error[160];

static void on_message(enum cl_msg severity, const char *full, const char *text, void *context)
{
    struct slice line = slice_trim(slice_str(text));
    if (severity < CL_MSG_WARN)
        return;
    if (message_to) {
        message_to(message_ctx, severity >= CL_MSG_ERROR, text);
        return;
    }
    if (severity >= CL_MSG_ERROR)
        snprintf(last_error, sizeof(last_error), "%.*s", SLICE_ARG(line));
    log_write(severity >= CL_MSG_ERROR ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "libclamav: %.*s",
              SLICE_ARG(line));
}

void clam_messages_to(clam_message_fn *fn, void *ctx)
{
    message_to = fn;
    message_ctx = ctx;
}

static int init(struct err *e)
{
    static bool done;
    if (done)
        return 0;
    cl_set_clcb_msg(on_message);
    cl_error_t rc = cl_init(CL_INIT_DEFAULT);
    if (rc != CL_SUCCESS)
        return err_set(e, ERR_SYSTEM, "libclamav does not start: %s", cl_strerror(rc));
    done = true;
    return 0;
}

/* ---- what is there */

#define SAY_WHAT_TO_DO                                                                                       \
    "install clamav-freshclam and let it fetch one, set clamav_database, or set virus_scan = no"

static int no_database(const char *path, const char *why, struct err *e)
{
    return err_set(e, ERR_CONFIG, "no virus database in %.60s (%s): " SAY_WHAT_TO_DO, path, why);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15U;
    return h ^ h >> 29;
}

static uint64_t file_stamp(const struct stat *st)
{
    uint64_t h = mix((uint64_t)st->st_size, (uint64_t)st->st_ino);
    return mix(mix(h, (uint64_t)st->st_mtim.tv_sec), (uint64_t)st->st_mtim.tv_nsec);
}

struct found {
    uint64_t stamp;
    time_t newest;
};

static void add_file(struct found *f, const struct stat *st)
{
    f->stamp += file_stamp(st); /* in whatever order they are listed */
    if (st->st_mtime > f->newest)
        f->newest = st->st_mtime;
}

/* cl_statinidir lists what libclamav would load, and nothing of what freshclam has in the making. */
static int look_into(const char *path, struct found *f, struct err *e)
{
    struct cl_stat dir;
    memset(&dir, 0, sizeof(dir));
    if (cl_statinidir(path, &dir) != CL_SUCCESS)
        return no_database(path, "the folder cannot be read", e);
    unsigned n = dir.entries;
    for (unsigned i = 0; i < n; i++)
        add_file(f, (const struct stat *)&dir.stattab[i]);
    cl_statfree(&dir);
    return n ? 0 : no_database(path, "the folder holds no database file", e);
}

static int find_database(const char *path, struct found *f, struct err *e)
{
    struct stat st;
    memset(f, 0, sizeof(*f));
    if (init(e) != 0)
        return -1;
    if (stat(path, &st) != 0)
        return no_database(path, strerror(errno), e);
    if (S_ISDIR(st.st_mode))
        return look_into(path, f, e);
    add_file(f, &st);
    return 0;
}

int clam_database_stamp(const char *path, uint64_t *stamp, struct err *e)
{
    struct found f;
    if (find_database(path, &f, e) != 0)
        return -1;
    *stamp = f.stamp;
    return 0;
}

/* ---- loading */

static void set(struct cl_engine *engine, enum cl_engine_field field, long long n)
{
    cl_error_t rc = cl_engine_set_num(engine, field, n);
    if (rc != CL_SUCCESS)
        bug("libclamav takes no %lld for field %d: %s", n, (int)field, cl_strerror(rc));
}

static void set_limits(struct cl_engine *engine, const struct virus_options *o)
{
    const enum cl_engine_field whole_file[] = { CL_ENGINE_MAX_EMBEDDEDPE, CL_ENGINE_MAX_HTMLNORMALIZE,
                                                CL_ENGINE_MAX_HTMLNOTAGS, CL_ENGINE_MAX_SCRIPTNORMALIZE,
                                                CL_ENGINE_PCRE_MAX_FILESIZE };
    set(engine, CL_ENGINE_MAX_SCANTIME, o->scan_time);
    set(engine, CL_ENGINE_MAX_SCANSIZE, (long long)o->scan_size);
    set(engine, CL_ENGINE_MAX_FILESIZE, (long long)(o->file_size + SCAN_TRIM));
    set(engine, CL_ENGINE_MAX_RECURSION, o->recursion);
    set(engine, CL_ENGINE_MAX_FILES, o->files);
    for (size_t i = 0; i < sizeof(whole_file) / sizeof(whole_file[0]); i++)
        set(engine, whole_file[i], (long long)(o->file_size + SCAN_TRIM));
}

static void set_up(struct cl_engine *engine, const struct virus_options *o)
{
    set_limits(engine, o);
    set(engine, CL_ENGINE_DISABLE_CACHE, 1);
    set(engine, CL_ENGINE_BYTECODE_MODE, CL_BYTECODE_MODE_INTERPRETER);
    set(engine, CL_ENGINE_BYTECODE_SECURITY, CL_BYTECODE_TRUST_SIGNED);
    set(engine, CL_ENGINE_BYTECODE_TIMEOUT, o->scan_time < BYTECODE_TIME ? o->scan_time : BYTECODE_TIME);
    scan_set_callbacks(engine);
}

static unsigned load_options(const struct virus_options *o)
{
    return CL_DB_PHISHING | CL_DB_PHISHING_URLS | (o->bytecode ? CL_DB_BYTECODE : 0) |
           (o->pua ? CL_DB_PUA : 0);
}

/* Was it half there, or is it broken? */
static int load_failed(const char *path, cl_error_t rc, const struct found *before, struct err *e)
{
    struct found now;
    const char *why = last_error[0] ? last_error : cl_strerror(rc);
    if (rc == CL_EMEM)
        return err_set(e, ERR_RETRY, "no memory for the virus database %.60s", path);
    if (find_database(path, &now, e) != 0)
        return -1;
    if (now.stamp != before->stamp || time(NULL) - now.newest < YOUNG)
        return err_set(e, ERR_RETRY, "virus database %.60s is being written (%.80s)", path, why);
    return err_set(e, ERR_CONFIG, "virus database %.60s cannot be loaded (%.80s): fetch it anew", path, why);
}

static int load(struct clam_database *db, const struct virus_options *o, struct err *e)
{
    struct found before, after;
    if (find_database(o->database, &before, e) != 0)
        return -1;
    last_error[0] = 0;
    cl_error_t rc = cl_load(o->database, db->engine, &db->info.signatures, load_options(o));
    if (rc == CL_SUCCESS)
        rc = cl_engine_compile(db->engine);
    if (rc != CL_SUCCESS)
        return load_failed(o->database, rc, &before, e);
    if (db->info.signatures == 0)
        return no_database(o->database, "no signature in its files", e);
    if (find_database(o->database, &after, e) != 0)
        return -1;
    if (after.stamp != before.stamp) /* the engine may hold half of the old and half of the new one */
        return err_set(e, ERR_RETRY, "virus database %.60s was changed while it was read", o->database);
    db->info.stamp = before.stamp;
    db->info.built = before.newest;
    return 0;
}

/* ---- what was loaded */

static void add_version(struct clam_info *info, const char *folder, const char *name)
{
    char path[600], *dot = strrchr(name, '.');
    size_t n = strlen(info->versions);
    if (dot == NULL || (strcmp(dot, ".cvd") != 0 && strcmp(dot, ".cld") != 0) ||
        snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
        return;
    struct cl_cvd *head = cl_cvdhead(path);
    if (head == NULL)
        return;
    snprintf(info->versions + n, sizeof(info->versions) - n, "%s%.*s %u", n ? ", " : "", (int)(dot - name),
             name, head->version);
    cl_cvdfree(head);
}

static void read_versions(struct clam_info *info, const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL)
        add_version(info, path, entry->d_name);
    if (dir)
        closedir(dir);
}

static void read_info(struct clam_database *db, const char *path)
{
    struct clam_info *info = &db->info;
    snprintf(info->engine, sizeof(info->engine), "%s", cl_retver());
    info->level = cl_retflevel();
    info->version = (unsigned)cl_engine_get_num(db->engine, CL_ENGINE_DB_VERSION, NULL);
    long long built = cl_engine_get_num(db->engine, CL_ENGINE_DB_TIME, NULL);
    if (built > 0)
        info->built = built;
    read_versions(info, path);
}

struct clam_database *clam_database_open(const struct virus_options *o, struct err *e)
{
    if (init(e) != 0)
        return NULL;
    struct clam_database *db = calloc(1, sizeof(*db));
    if (db == NULL || (db->engine = cl_engine_new()) == NULL)
        fatal("no memory for a virus engine");
    set_up(db->engine, o);
    if (load(db, o, e) != 0) {
        clam_database_close(&db);
        return NULL;
    }
    read_info(db, o->database);
    return db;
}

void clam_database_close(struct clam_database **db)
{
    if (*db == NULL)
        return;
    cl_engine_free((*db)->engine);
    free(*db);
    *db = NULL;
}

const struct clam_info *clam_database_info(const struct clam_database *db)
{
    return &db->info;
}

struct cl_engine *clam_database_engine(const struct clam_database *db)
{
    return db->engine;
}
