/* users-sqlite.c - users of a SQLite database; see users-priv.h
 * The database is opened for each question, read only, and closed again: no connection, and none of its
 * locks, is ever carried over a fork (sqlite.org/howtocorrupt.html 2.6), and a database that was replaced is
 * seen. Fails: ERR_RETRY where waiting helps (locked, no memory, input/output), else ERR_CONFIG; only a
 * question that was answered without a row is "no such user". */
#include "delivery/users-priv.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "delivery/place.h"

#define BUSY_MS 5000
#define PARAMETERS 3 /* ?1 address, ?2 local part, ?3 domain */

enum column { COLUMN_UID, COLUMN_GID, COLUMN_HOME, COLUMN_MAILBOX, COLUMNS };

struct question {
    const struct users_source *s;
    sqlite3 *db;
    sqlite3_stmt *stmt;
};

static bool may_pass(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_PROTOCOL:
    case SQLITE_SCHEMA:
    case SQLITE_INTERRUPT: return true;
    }
    return false;
}

static int fault(const struct question *q, struct err *e)
{
    int code = q->db ? sqlite3_extended_errcode(q->db) : SQLITE_NOMEM;
    return err_set(e, may_pass(code) ? ERR_RETRY : ERR_CONFIG, "sqlite:%.100s: %.80s", q->s->argument,
                   q->db ? sqlite3_errmsg(q->db) : sqlite3_errstr(code));
}

/* SQLite would wait for the writer of a FIFO, and has one text for all that can be wrong with a path. */
static int check_file(const struct question *q, struct err *e)
{
    struct stat st;
    if (stat(q->s->argument, &st) != 0) {
        bool admin = errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP;
        return err_set(e, admin ? ERR_CONFIG : ERR_RETRY, "sqlite:%.100s: %s", q->s->argument,
                       strerror(errno));
    }
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_CONFIG, "sqlite:%.100s: is no file", q->s->argument);
    return 0;
}

/* Who can write to the database shall not get further: its schema is not trusted. */
static int open_database(struct question *q, int busy_ms, struct err *e)
{
    if (check_file(q, e) != 0)
        return -1;
    if (sqlite3_open_v2(q->s->argument, &q->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(q->db, busy_ms) != SQLITE_OK ||
        sqlite3_db_config(q->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_db_config(q->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK)
        return fault(q, e);
    return 0;
}

static int prepare(struct question *q, struct err *e)
{
    const char *rest = "";
    if (sqlite3_prepare_v2(q->db, q->s->o->sqlite_query, -1, &q->stmt, &rest) != SQLITE_OK)
        return fault(q, e);
    if (q->stmt == NULL || slice_trim(slice_str(rest)).n || !sqlite3_stmt_readonly(q->stmt))
        return err_set(e, ERR_CONFIG, "deliver_sqlite_query: write a single SELECT");
    if (sqlite3_column_count(q->stmt) != COLUMNS || sqlite3_bind_parameter_count(q->stmt) > PARAMETERS)
        return err_set(e, ERR_CONFIG,
                       "deliver_sqlite_query: it must give uid, gid, home, mailbox, and may use ?1, ?2, ?3");
    return 0;
}

static int ask(struct question *q, const struct users_source *s, int busy_ms, struct err *e)
{
    *q = (struct question){ .s = s };
    return open_database(q, busy_ms, e) == 0 ? prepare(q, e) : -1;
}

static void done(struct question *q)
{
    sqlite3_finalize(q->stmt);
    sqlite3_close(q->db);
}

/* What may pass is not the configuration's: without the database we start, and say "try again". */
static int open_source(struct users_source *s, struct arena *a, struct err *e)
{
    struct question q;
    struct stat st;
    if (s->argument[0] != '/')
        return err_set(e, ERR_CONFIG, "deliver_users: sqlite:%.100s: write sqlite:/PATH", s->argument);
    if (stat(s->argument, &st) != 0)
        return 0;
    int rc = ask(&q, s, 0, e);
    done(&q);
    return rc != 0 && e->kind == ERR_RETRY ? 0 : rc;
}

/* ---- a row: out of SQLite's hands before the arena, which may jump, is asked for memory */

struct row {
    unsigned uid, gid;
    char home[PATH_MAX], mailbox[PATH_MAX];
};

static int bind(struct question *q, const struct users_key *key, struct err *e)
{
    const struct slice values[PARAMETERS] = { key->address, key->local, key->domain };
    for (int i = 0; i < sqlite3_bind_parameter_count(q->stmt); i++)
        if (sqlite3_bind_text(q->stmt, i + 1, values[i].p ? values[i].p : "", (int)values[i].n,
                              SQLITE_STATIC) != SQLITE_OK)
            return fault(q, e);
    return 0;
}

static int bad_value(const struct question *q, enum column c, const char *want, struct err *e)
{
    return err_set(e, ERR_CONFIG, "sqlite:%.100s: %.40s of this user is not %s", q->s->argument,
                   sqlite3_column_name(q->stmt, (int)c), want);
}

static int take_id(const struct question *q, enum column c, unsigned *id, struct err *e)
{
    sqlite3_int64 n = sqlite3_column_int64(q->stmt, (int)c);
    if (sqlite3_column_type(q->stmt, (int)c) != SQLITE_INTEGER || n < 0 || n >= (sqlite3_int64)UINT32_MAX)
        return bad_value(q, c, "a number of an account", e);
    *id = (unsigned)n;
    return 0;
}

/* NULL is as good as an empty text. */
static int take_text(const struct question *q, enum column c, char text[PATH_MAX], struct err *e)
{
    int type = sqlite3_column_type(q->stmt, (int)c);
    const unsigned char *p = type == SQLITE_TEXT ? sqlite3_column_text(q->stmt, (int)c) : NULL;
    struct slice s = slice_str((const char *)p);
    text[0] = 0;
    if (type == SQLITE_NULL)
        return 0;
    if (p == NULL || s.n >= PATH_MAX || s.n != (size_t)sqlite3_column_bytes(q->stmt, (int)c))
        return bad_value(q, c, "a text", e);
    memcpy(text, s.p, s.n + 1);
    return 0;
}

static int take_row(const struct question *q, struct row *row, struct err *e)
{
    if (take_id(q, COLUMN_UID, &row->uid, e) != 0 || take_id(q, COLUMN_GID, &row->gid, e) != 0 ||
        take_text(q, COLUMN_HOME, row->home, e) != 0)
        return -1;
    if (row->home[0] && row->home[0] != '/')
        return bad_value(q, COLUMN_HOME, "a path that begins with /", e);
    return take_text(q, COLUMN_MAILBOX, row->mailbox, e);
}

static enum user_found find_row(struct question *q, const struct users_key *key, struct row *row,
                                struct err *e)
{
    if (bind(q, key, e) != 0)
        return USER_FAULT;
    switch (sqlite3_step(q->stmt)) {
    case SQLITE_DONE: return USER_NONE;
    case SQLITE_ROW: return take_row(q, row, e) == 0 ? USER_FOUND : USER_FAULT;
    }
    fault(q, e);
    return USER_FAULT;
}

static enum user_found user_of(const struct users_source *s, const struct row *row,
                               const struct users_key *key, struct arena *a, struct user *user, struct err *e)
{
    struct err why = { 0 };
    *user = (struct user){ arena_str(a, key->address), row->uid, row->gid, "", NULL };
    if (row->home[0])
        user->home = users_expand(slice_str(row->home), key, a, &why);
    if (row->mailbox[0])
        user->mailbox = arena_str(a, slice_str(row->mailbox));
    if (user->home && (!user->mailbox || place_check(user->mailbox, &why) == 0))
        return USER_FOUND;
    err_set(e, ERR_CONFIG, "sqlite:%.60s: %.120s", s->argument, why.text);
    return USER_FAULT;
}

static enum user_found find(const struct users_source *s, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e)
{
    struct question q;
    struct row row;
    enum user_found found = ask(&q, s, BUSY_MS, e) == 0 ? find_row(&q, key, &row, e) : USER_FAULT;
    done(&q);
    return found == USER_FOUND ? user_of(s, &row, key, a, user, e) : found;
}

const struct users_source_kind users_sqlite = { "sqlite", "sqlite:/PATH", open_source, NULL, find };
