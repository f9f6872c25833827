/* users-test.c - who has a mailbox, by each source */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "delivery/users.h"

#define QUERY "SELECT uid, gid, home, mailbox FROM users WHERE address = ?1"
#define TABLE "CREATE TABLE users (address TEXT PRIMARY KEY, uid, gid, home, mailbox);"
#define BOB "INSERT INTO users VALUES ('bob@example.com', 5000, 5001, '/srv/%d/%n', NULL);"

static char dir[] = "/tmp/users-test.XXXXXX";

struct world {
    struct arena arena;
    struct deliver_options o;
    const char *sources[4];
    struct users *users;
    struct users_address parts;
    struct user user;
    struct err e;
};

static const char *path_of(const char *name)
{
    static char path[8][128];
    static unsigned next;
    char *p = path[next++ % 8];
    snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
    return p;
}

static const char *source(struct world *w, const char *word, const char *name)
{
    return arena_printf(&w->arena, "%s:%s", word, path_of(name)).p;
}

static void init(struct world *w)
{
    *w = (struct world){ 0 };
    arena_init(&w->arena, 1 << 24);
    w->o = (struct deliver_options){ .sqlite_query = QUERY,
                                     .catch_all = "",
                                     .delimiter = "+",
                                     .mailbox = "maildir:~/Maildir",
                                     .min_uid = 500 };
    w->o.users.v = w->sources;
}

static int try_open(struct world *w, const char *first, const char *second)
{
    w->sources[0] = first;
    w->sources[1] = second;
    w->o.users.n = second ? 2 : 1;
    return users_open(&w->users, &w->o, &w->arena, &w->e);
}

static void must_open(struct world *w, const char *first, const char *second)
{
    if (try_open(w, first, second) != 0)
        fail_msg("%s: %s", first, w->e.text);
}

static enum user_found look(struct world *w, const char *address)
{
    w->e = (struct err){ 0 };
    return users_find_address(w->users, slice_str(address), &w->arena, &w->parts, &w->user, &w->e);
}

static void done(struct world *w)
{
    users_close(&w->users);
    users_close(&w->users);
    arena_deinit(&w->arena);
}

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void run_sql(const char *name, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path_of(name), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void put_database(const char *name, const char *sql)
{
    unlink(path_of(name));
    run_sql(name, sql);
}

#define assert_says(text, what)                                                                              \
    do {                                                                                                     \
        if (strstr(text, what) == NULL)                                                                      \
            fail_msg("\"%s\" is not in \"%s\"", what, text);                                                 \
    } while (0)

/* ---- words of deliver_users */

static void a_wrong_word_is_named_with_what_to_write(void **state)
{
    static const char *const words[] = { "ldap",     "passwd:/etc/passwd",   "text", "sqlite", "", "Passwd",
                                         "sqlite:x", "text:/nonexistent/map" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct world w;
        init(&w);
        assert_int_equal(try_open(&w, words[i], NULL), -1);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        assert_null(w.users);
        if (i < 6)
            assert_says(w.e.text, "sqlite:/PATH");
        done(&w);
    }
}

static void no_source_is_an_error(void **state)
{
    struct world w;
    init(&w);
    w.o.users.n = 0;
    assert_int_equal(users_open(&w.users, &w.o, &w.arena, &w.e), -1);
    assert_says(w.e.text, "empty");
    done(&w);
}

static void a_second_source_that_is_wrong_closes_the_first(void **state)
{
    struct world w;
    init(&w);
    put_file("first", "/./ uid=5000 gid=5000\n");
    assert_int_equal(try_open(&w, source(&w, "regex", "first"), "ldap"), -1);
    assert_null(w.users);
    done(&w);
}

/* ---- addresses */

static void addresses_that_nobody_has(void **state)
{
    static const char *const bad[] = { "",       "@example.com", ".",       "..",   "../x",
                                       ".bob@x", "a/b@x",        "a@x/y",   "a\\b", "\"a\"@x",
                                       "<a>",    "a\nb@x",       "a\x7f@x", "a@.x", "a\tb@x" };
    char text[400];
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(users_address_good(slice_str(bad[i])));
    assert_false(users_address_good(SLICE("a\0b@x")));
    assert_true(users_address_good(SLICE("bob+lists@example.com")));
    assert_true(users_address_good(SLICE("bob")));
    memset(text, 'a', sizeof(text));
    assert_true(users_address_good(slice_of(text, 320)));
    assert_false(users_address_good(slice_of(text, 321)));
}

/* ---- passwd */

static void accounts_of_the_system(void **state)
{
    struct world w;
    const struct passwd *nobody = getpwnam("nobody");
    assert_non_null(nobody);
    init(&w);
    must_open(&w, "passwd", NULL);
    assert_int_equal(look(&w, "nobody@example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, nobody->pw_uid);
    assert_int_equal(w.user.gid, nobody->pw_gid);
    assert_string_equal(w.user.home, nobody->pw_dir);
    assert_null(w.user.mailbox);
    assert_int_equal(look(&w, "NoBody"), USER_FOUND);
    assert_int_equal(look(&w, "nobody-of-this-name@example.com"), USER_NONE);
    done(&w);
}

static void accounts_only_in_their_domains(void **state)
{
    static const char *const domains[] = { "example.com", "example.net" };
    struct world w;
    init(&w);
    w.o.domains = (struct conf_list){ .v = domains, .n = 2 };
    must_open(&w, "passwd", NULL);
    assert_int_equal(look(&w, "nobody@Example.NET"), USER_FOUND);
    assert_int_equal(look(&w, "nobody"), USER_FOUND);
    assert_int_equal(look(&w, "nobody@example.org"), USER_NONE);
    assert_int_equal(look(&w, "nobody@sub.example.com"), USER_NONE);
    done(&w);
}

static void no_mail_below_the_floor(void **state)
{
    struct world w;
    init(&w);
    put_file("floor",
             "low@x uid=499 gid=500\nlast@x uid=500 gid=500\nzero@x uid=0 gid=0\nroots@x uid=500 gid=0\n");
    must_open(&w, source(&w, "text", "floor"), "passwd");
    assert_int_equal(look(&w, "root"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "deliver_min_uid");
    assert_int_equal(look(&w, "low@x"), USER_FAULT);
    assert_int_equal(look(&w, "zero@x"), USER_FAULT);
    assert_int_equal(look(&w, "roots@x"), USER_FAULT);
    assert_int_equal(look(&w, "last@x"), USER_FOUND);
    done(&w);
}

/* ---- details, catch-all */

static void details(void **state)
{
    struct world w;
    init(&w);
    w.o.delimiter = "+-";
    put_file("details", "bob@x uid=5000 gid=5000\n"
                        "bob+whole@x uid=6000 gid=6000\n"
                        "a-b@x uid=7000 gid=7000\n");
    must_open(&w, source(&w, "text", "details"), NULL);
    assert_int_equal(look(&w, "Bob+Lists+C@X"), USER_FOUND);
    assert_true(slice_eq(w.parts.local, SLICE("bob")));
    assert_true(slice_eq(w.parts.detail, SLICE("Lists+C")));
    assert_true(slice_eq(w.parts.domain, SLICE("x")));
    assert_int_equal(look(&w, "bob-lists@x"), USER_FOUND);
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(look(&w, "bob+whole@x"), USER_FOUND);
    assert_int_equal(w.user.uid, 6000);
    assert_int_equal(w.parts.detail.n, 0);
    assert_int_equal(look(&w, "a-b@x"), USER_FOUND);
    assert_int_equal(look(&w, "+bob@x"), USER_NONE);
    assert_int_equal(look(&w, "bob+@x"), USER_FOUND);
    assert_int_equal(w.parts.detail.n, 0);
    done(&w);
}

static void no_delimiter_no_details(void **state)
{
    struct world w;
    init(&w);
    w.o.delimiter = "";
    put_file("details", "bob@x uid=5000 gid=5000\n");
    must_open(&w, source(&w, "text", "details"), NULL);
    assert_int_equal(look(&w, "bob+lists@x"), USER_NONE);
    assert_int_equal(look(&w, "bob@x"), USER_FOUND);
    done(&w);
}

static void catch_all(void **state)
{
    struct world w;
    init(&w);
    w.o.catch_all = "bob+strays@x";
    put_file("catch", "bob@x uid=5000 gid=5000 home=/h/%n\n");
    must_open(&w, source(&w, "text", "catch"), NULL);
    assert_int_equal(look(&w, "who+are@you"), USER_FOUND);
    assert_string_equal(w.user.home, "/h/bob");
    assert_true(slice_eq(w.parts.local, SLICE("bob")));
    assert_true(slice_eq(w.parts.detail, SLICE("strays")));
    assert_int_equal(look(&w, "bob+own@x"), USER_FOUND);
    assert_true(slice_eq(w.parts.detail, SLICE("own")));
    done(&w);
}

static void a_catch_all_that_is_nobody_is_our_fault(void **state)
{
    struct world w;
    init(&w);
    w.o.catch_all = "gone@x";
    put_file("catch", "bob@x uid=5000 gid=5000\n");
    must_open(&w, source(&w, "text", "catch"), NULL);
    assert_int_equal(look(&w, "who@x"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "deliver_catch_all = gone@x");
    done(&w);
}

/* ---- maps */

static void values_of_a_text_map(void **state)
{
    struct world w;
    init(&w);
    put_file("map", "# users\nbob@example.com uid=5000 gid=5001 home=/srv/%d/%n\n"
                    "carol@example.com uid=5002\n  gid=5003 mailbox=mbox:/var/mail/%n\n"
                    "Dave uid=5004\tgid=5005   home=/100%%\n");
    must_open(&w, source(&w, "text", "map"), NULL);
    assert_int_equal(look(&w, "Bob@Example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(w.user.gid, 5001);
    assert_string_equal(w.user.name, "bob@example.com");
    assert_string_equal(w.user.home, "/srv/example.com/bob");
    assert_null(w.user.mailbox);
    assert_int_equal(look(&w, "carol@example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, 5002);
    assert_int_equal(w.user.gid, 5003);
    assert_string_equal(w.user.home, "");
    assert_string_equal(w.user.mailbox, "mbox:/var/mail/%n");
    assert_int_equal(look(&w, "dave"), USER_FOUND);
    assert_string_equal(w.user.home, "/100%");
    assert_int_equal(look(&w, "dave@example.com"), USER_NONE);
    done(&w);
}

static void patterns(void **state)
{
    struct world w;
    init(&w);
    put_file("regex", "/^[a-z]+@example\\.com$/ uid=5000 gid=5000 home=/srv/%n\n");
    must_open(&w, source(&w, "regex", "regex"), NULL);
    assert_int_equal(look(&w, "ERIN@example.com"), USER_FOUND);
    assert_string_equal(w.user.home, "/srv/erin");
    assert_int_equal(look(&w, "e1@example.com"), USER_NONE);
    assert_int_equal(look(&w, "erin@exampleXcom"), USER_NONE);
    done(&w);
}

/* A pattern at its limit has not said no. */
static void a_pattern_without_end_is_a_fault(void **state)
{
    char address[80] = "";
    struct world w;
    init(&w);
    put_file("regex", "/^(a+)+$/ uid=5000 gid=5000\n");
    must_open(&w, source(&w, "regex", "regex"), "passwd");
    memset(address, 'a', 60);
    address[60] = 'b';
    assert_int_equal(look(&w, address), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_RETRY);
    done(&w);
}

/* What an address puts into a path stays in its level of it. */
static void expansions_stay_in_the_path(void **state)
{
    static const char *const bad[] = { "..@example.com",
                                       ".@example.com",
                                       ".ssh@example.com",
                                       "a/b@example.com",
                                       "a@..",
                                       "a@../x",
                                       "a@.hidden",
                                       "a",
                                       "a\n@x",
                                       "@x" };
    struct world w;
    init(&w);
    w.o.delimiter = "";
    put_file("regex", "/./ uid=5000 gid=5000 home=/srv/%d/%n\n");
    must_open(&w, source(&w, "regex", "regex"), NULL);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (look(&w, bad[i]) != USER_FAULT)
            fail_msg("%s: %s", bad[i], w.user.home);
        assert_int_equal(w.e.kind, ERR_CONFIG);
    }
    assert_int_equal(look(&w, "a..b@x.y"), USER_FOUND);
    assert_string_equal(w.user.home, "/srv/x.y/a..b");
    done(&w);
}

static void accounts_of_a_map(void **state)
{
    struct world w;
    const struct passwd *nobody = getpwnam("nobody");
    init(&w);
    put_file("map", "bob@x account=nobody\n"
                    "carol@x account=nobody uid=5000 home=/srv/%n mailbox=maildir:/srv/%n/m\n"
                    "gone@x account=nobody-of-this-name\n");
    must_open(&w, source(&w, "text", "map"), "passwd");
    assert_int_equal(look(&w, "bob@x"), USER_FOUND);
    assert_int_equal(w.user.uid, nobody->pw_uid);
    assert_string_equal(w.user.name, "nobody");
    assert_string_equal(w.user.home, nobody->pw_dir);
    assert_int_equal(look(&w, "carol@x"), USER_FOUND);
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(w.user.gid, nobody->pw_gid);
    assert_string_equal(w.user.home, "/srv/carol");
    assert_string_equal(w.user.mailbox, "maildir:/srv/%n/m");
    assert_int_equal(look(&w, "gone@x"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "nobody-of-this-name");
    done(&w);
}

static void bad_values_are_found_at_start(void **state)
{
    static const struct {
        const char *value, *says;
    } cases[] = {
        { "uid=5000", "gid=" },
        { "gid=5000", "uid=" },
        { "home=/x", "are missing" },
        { "uid=bob gid=5000", "uid=bob" },
        { "uid=-1 gid=5000", "uid=-1" },
        { "uid=4294967295 gid=5000", "uid=4294967295" },
        { "uid=5000 gid=4294967296", "gid=4294967296" },
        { "uid=5000 gid=", "gid=" },
        { "uid=5000 gid=5000 home=srv/x", "home=srv" },
        { "uid=5000 gid=5000 home=", "home=" },
        { "uid=5000 gid=5000 home=/srv/%x", "%x" },
        { "uid=5000 gid=5000 home=/srv/%", "ends with %" },
        { "uid=5000 gid=5000 home=/srv/%h", "%h" },
        { "uid=5000 gid=5000 shell=/bin/sh", "shell=" },
        { "uid=5000 gid=5000 word", "word" },
        { "uid=5000 gid=5000 mailbox=dbox:~/x", "dbox" },
        { "uid=5000 gid=5000 mailbox=maildir:x", "must begin" },
        { "uid=5000 gid=5000 mailbox=maildir:/x/%z", "%z" },
        { "uid=5000 gid=5000 mailbox=lmtp:x", "lmtp:unix" },
        { "account=", "account=" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        char text[200];
        init(&w);
        snprintf(text, sizeof(text), "# one\nbob@x uid=5000 gid=5000\ncarol@x %s\n", cases[i].value);
        put_file("bad", text);
        if (try_open(&w, source(&w, "text", "bad"), NULL) == 0)
            fail_msg("%s is taken", cases[i].value);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        assert_says(w.e.text, "bad:3");
        assert_says(w.e.text, cases[i].says);
        done(&w);
    }
}

/* ---- SQLite */

static void rows_of_a_database(void **state)
{
    struct world w;
    init(&w);
    put_database("db", TABLE BOB "INSERT INTO users VALUES ('carol@example.com', 5002, 5003, NULL, "
                                 "'mbox:/var/mail/%n');"
                                 "INSERT INTO users VALUES ('dave@x', 5004, 5005, '', '');");
    must_open(&w, source(&w, "sqlite", "db"), NULL);
    assert_int_equal(look(&w, "Bob+lists@Example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(w.user.gid, 5001);
    assert_string_equal(w.user.name, "bob@example.com");
    assert_string_equal(w.user.home, "/srv/example.com/bob");
    assert_null(w.user.mailbox);
    assert_int_equal(look(&w, "carol@example.com"), USER_FOUND);
    assert_string_equal(w.user.home, "");
    assert_string_equal(w.user.mailbox, "mbox:/var/mail/%n");
    assert_int_equal(look(&w, "dave@x"), USER_FOUND);
    assert_string_equal(w.user.home, "");
    assert_null(w.user.mailbox);
    assert_int_equal(look(&w, "erin@example.com"), USER_NONE);
    assert_int_equal(look(&w, "x' OR '1'='1@example.com"), USER_NONE);
    done(&w);
}

static void parts_of_the_address_can_be_asked_for(void **state)
{
    struct world w;
    init(&w);
    put_database("db",
                 "CREATE TABLE u (l, d, h); INSERT INTO u VALUES ('bob', 'x', '/h'), ('carol', '', '/c');");
    w.o.sqlite_query = "SELECT 5000, 5000, h, NULL FROM u WHERE l = lower(?2) AND d = lower(?3) ;\n ";
    must_open(&w, source(&w, "sqlite", "db"), NULL);
    assert_int_equal(look(&w, "BOB+d@X"), USER_FOUND);
    assert_string_equal(w.user.home, "/h");
    assert_int_equal(look(&w, "carol"), USER_FOUND);
    assert_int_equal(look(&w, "carol@x"), USER_NONE);
    done(&w);
}

static void queries_that_do_not_fit(void **state)
{
    static const struct {
        const char *query, *says;
    } cases[] = {
        { "SELECT uid, gid, home FROM users WHERE address = ?1", "must give uid" },
        { "SELECT * FROM users WHERE address = ?1", "must give uid" },
        { "SELECT uid, gid, home, mailbox FROM users WHERE address = ?4", "may use" },
        { "SELECT uid, gid, home, mailbox FROM nowhere", "no such table: nowhere" },
        { "SELECT uid, gid, home, post FROM users", "no such column: post" },
        { "SELEC", "syntax error" },
        { "", "single SELECT" },
        { "-- nothing", "single SELECT" },
        { QUERY "; DELETE FROM users", "single SELECT" },
        { "DELETE FROM users RETURNING uid, gid, home, mailbox", "single SELECT" },
    };
    put_database("db", TABLE BOB);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        init(&w);
        w.o.sqlite_query = cases[i].query;
        if (try_open(&w, source(&w, "sqlite", "db"), NULL) == 0)
            fail_msg("%s is taken", cases[i].query);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        assert_says(w.e.text, cases[i].says);
        done(&w);
    }
}

static void values_that_do_not_fit(void **state)
{
    static const struct {
        const char *row, *says;
    } cases[] = {
        { "'5000', 5000, '/h', NULL", "uid of this user is not a number" },
        { "NULL, 5000, '/h', NULL", "uid of this user is not a number" },
        { "5000, 5000.5, '/h', NULL", "gid of this user is not a number" },
        { "-1, 5000, '/h', NULL", "uid of this user is not a number" },
        { "4294967295, 5000, '/h', NULL", "uid of this user is not a number" },
        { "4294972296, 5000, '/h', NULL", "uid of this user is not a number" },
        { "5000, 9223372036854775807, '/h', NULL", "gid of this user is not a number" },
        { "5000, 5000, 5000, NULL", "home of this user is not a text" },
        { "5000, 5000, X'2f68', NULL", "home of this user is not a text" },
        { "5000, 5000, '/h' || char(0) || 'x', NULL", "home of this user is not a text" },
        { "5000, 5000, 'h', NULL", "home of this user is not a path" },
        { "5000, 5000, '/h/%x', NULL", "%x" },
        { "5000, 5000, '/h/%', NULL", "%" },
        { "5000, 5000, '/h', 5", "mailbox of this user is not a text" },
        { "5000, 5000, '/h', 'dbox:/x'", "dbox:/x is no mailbox" },
        { "100, 5000, '/h', NULL", "deliver_min_uid" },
        { "5000, 0, '/h', NULL", "root's group" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        char sql[300];
        init(&w);
        snprintf(sql, sizeof(sql), TABLE "INSERT INTO users VALUES ('bob@x', %s);", cases[i].row);
        put_database("db", sql);
        must_open(&w, source(&w, "sqlite", "db"), "passwd");
        if (look(&w, "bob@x") != USER_FAULT)
            fail_msg("%s is taken", cases[i].row);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        assert_says(w.e.text, cases[i].says);
        done(&w);
    }
}

static void homes_of_a_database_stay_in_the_path(void **state)
{
    struct world w;
    init(&w);
    w.o.sqlite_query = "SELECT 5000, 5000, '/srv/%d/%n', NULL";
    put_database("db", TABLE);
    must_open(&w, source(&w, "sqlite", "db"), NULL);
    assert_int_equal(look(&w, "..@x"), USER_FAULT);
    assert_int_equal(look(&w, "a@.."), USER_FAULT);
    assert_int_equal(look(&w, "a/b@x"), USER_FAULT);
    assert_int_equal(look(&w, "a@x"), USER_FOUND);
    done(&w);
}

static void a_database_that_comes_later(void **state)
{
    struct world w;
    init(&w);
    unlink(path_of("late"));
    must_open(&w, source(&w, "sqlite", "late"), "passwd");
    assert_int_equal(look(&w, "nobody@example.com"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "No such file");
    put_database("late", TABLE BOB);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(look(&w, "carol@example.com"), USER_NONE);
    put_database("new", TABLE "INSERT INTO users VALUES ('carol@example.com', 5000, 5000, '/h', NULL);");
    assert_int_equal(rename(path_of("new"), path_of("late")), 0);
    assert_int_equal(look(&w, "carol@example.com"), USER_FOUND);
    run_sql("late", "DROP TABLE users;");
    assert_int_equal(look(&w, "carol@example.com"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "no such table: users");
    done(&w);
}

static void no_files(void **state)
{
    struct world w;
    init(&w);
    unlink(path_of("odd"));
    must_open(&w, source(&w, "sqlite", "odd"), NULL);
    assert_int_equal(mkfifo(path_of("odd"), 0600), 0);
    assert_int_equal(look(&w, "bob@x"), USER_FAULT);
    assert_says(w.e.text, "is no file");
    assert_int_equal(unlink(path_of("odd")), 0);
    assert_int_equal(mkdir(path_of("odd"), 0700), 0);
    assert_int_equal(look(&w, "bob@x"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_int_equal(rmdir(path_of("odd")), 0);
    put_file("odd", "");
    assert_int_equal(look(&w, "bob@x"), USER_FAULT);
    assert_says(w.e.text, "no such table");
    done(&w);
}

/* Damage in each page; whatever SQLite finds of it, an answer is right or a fault. */
static void a_damaged_database(void **state)
{
    struct world w;
    struct stat st;
    init(&w);
    put_file("text", "this is no database, but long enough to be taken for one: "
                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
    assert_int_equal(try_open(&w, source(&w, "sqlite", "text"), NULL), -1);
    assert_int_equal(w.e.kind, ERR_CONFIG);
    assert_says(w.e.text, "not a database");
    put_database("damaged", TABLE BOB);
    must_open(&w, source(&w, "sqlite", "damaged"), "passwd");
    assert_int_equal(stat(path_of("damaged"), &st), 0);
    for (off_t at = 0; at < st.st_size; at += 4096) {
        put_database("damaged", TABLE BOB);
        int fd = open(path_of("damaged"), O_WRONLY | O_CLOEXEC);
        for (off_t i = 0; i < 512; i += 8)
            assert_int_equal(pwrite(fd, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 8, at + i), 8);
        close(fd);
        assert_int_equal(look(&w, "bob@example.com"), USER_FAULT);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        assert_int_equal(truncate(path_of("damaged"), at + 100), 0);
        assert_int_equal(look(&w, "bob@example.com"), USER_FAULT);
    }
    done(&w);
}

/* Another process holds it, as SQLite's locks are a process's. */
static pid_t lock_it(const char *name, int ready[2])
{
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        sqlite3 *db;
        sqlite3_open(path_of(name), &db);
        bool locked = sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK;
        if (write(ready[1], locked ? "y" : "n", 1) == 1)
            pause();
        _exit(0);
    }
    char c = 0;
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    return pid;
}

static void unlock_it(pid_t pid, const int ready[2])
{
    int status;
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(ready[0]);
    close(ready[1]);
}

static void a_locked_database_is_asked_again_later(void **state)
{
    struct world w;
    int ready[2];
    init(&w);
    put_database("locked", TABLE BOB);
    pid_t pid = lock_it("locked", ready);
    must_open(&w, source(&w, "sqlite", "locked"), "passwd");
    assert_int_equal(look(&w, "nobody@example.com"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_RETRY);
    assert_says(w.e.text, "locked");
    unlock_it(pid, ready);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    done(&w);
}

static void a_database_with_a_log_of_writes(void **state)
{
    struct world w;
    int ready[2];
    init(&w);
    put_database("wal", "PRAGMA journal_mode = WAL;" TABLE BOB);
    must_open(&w, source(&w, "sqlite", "wal"), NULL);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    pid_t pid = lock_it("wal", ready);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    unlock_it(pid, ready);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(look(&w, "carol@example.com"), USER_NONE);
    done(&w);
}

static unsigned open_files(void)
{
    unsigned n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static __attribute__((noinline)) bool fits(struct world *w, const char *address)
{
    struct arena small;
    arena_init(&small, 1024);
    if (!ARENA_TRY(&small)) {
        arena_deinit(&small);
        return false;
    }
    users_find_address(w->users, slice_str(address), &small, &w->parts, &w->user, &w->e);
    arena_deinit(&small);
    return true;
}

/* A lookup that wants more memory than there is jumps out; the database must not stay open. */
static void no_memory_for_a_row(void **state)
{
    struct world w;
    init(&w);
    put_database("db",
                 TABLE "INSERT INTO users VALUES ('bob@x', 5000, 5000, printf('/%.3000c', 'x'), NULL);"
                       "INSERT INTO users VALUES ('carol@x', 5000, 5000, printf('/%.4096c', 'x'), NULL);");
    must_open(&w, source(&w, "sqlite", "db"), NULL);
    unsigned before = open_files();
    assert_false(fits(&w, "bob@x"));
    assert_int_equal(open_files(), before);
    assert_int_equal(look(&w, "bob@x"), USER_FOUND);
    assert_int_equal(strlen(w.user.home), 3001);
    assert_int_equal(look(&w, "carol@x"), USER_FAULT);
    done(&w);
}

/* A connection forks off the server: both ask, and what the one does leaves the other whole. */
static void asked_on_both_sides_of_a_fork(void **state)
{
    struct world w;
    int status = -1;
    init(&w);
    put_database("db", TABLE BOB);
    must_open(&w, source(&w, "sqlite", "db"), NULL);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    pid_t pid = fork();
    if (pid == 0)
        _exit(look(&w, "bob@example.com") == USER_FOUND && look(&w, "carol@x") == USER_NONE ? 0 : 1);
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    run_sql("db", "UPDATE users SET uid = 6000;");
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, 6000);
    done(&w);
}

/* ---- the order of sources */

static void the_first_that_knows_counts(void **state)
{
    struct world w;
    init(&w);
    put_file("map", "bob@example.com uid=7000 gid=7000\nerin@x uid=7001 gid=7001\n");
    put_database("db", TABLE BOB);
    must_open(&w, source(&w, "sqlite", "db"), source(&w, "text", "map"));
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(look(&w, "erin@x"), USER_FOUND);
    assert_int_equal(w.user.uid, 7001);
    assert_int_equal(look(&w, "who@x"), USER_NONE);
    done(&w);
}

/* Neither a later source nor the catch-all answers for one that could not. */
static void one_out_of_order_ends_the_search(void **state)
{
    struct world w;
    init(&w);
    w.o.catch_all = "erin@x";
    put_file("map", "bob@example.com uid=7000 gid=7000\nerin@x uid=7001 gid=7001\n");
    unlink(path_of("gone"));
    must_open(&w, source(&w, "sqlite", "gone"), source(&w, "text", "map"));
    assert_int_equal(look(&w, "bob@example.com"), USER_FAULT);
    assert_int_equal(look(&w, "bob+d@example.com"), USER_FAULT);
    assert_int_equal(look(&w, "who@x"), USER_FAULT);
    users_close(&w.users);
    must_open(&w, source(&w, "text", "map"), source(&w, "sqlite", "gone"));
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_int_equal(look(&w, "bob+d@example.com"), USER_FAULT);
    done(&w);
}

static int make_dir(void **state)
{
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    char command[64];
    snprintf(command, sizeof(command), "rm -rf %s", dir);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_word_is_named_with_what_to_write),
        cmocka_unit_test(no_source_is_an_error),
        cmocka_unit_test(a_second_source_that_is_wrong_closes_the_first),
        cmocka_unit_test(addresses_that_nobody_has),
        cmocka_unit_test(accounts_of_the_system),
        cmocka_unit_test(accounts_only_in_their_domains),
        cmocka_unit_test(no_mail_below_the_floor),
        cmocka_unit_test(details),
        cmocka_unit_test(no_delimiter_no_details),
        cmocka_unit_test(catch_all),
        cmocka_unit_test(a_catch_all_that_is_nobody_is_our_fault),
        cmocka_unit_test(values_of_a_text_map),
        cmocka_unit_test(patterns),
        cmocka_unit_test(a_pattern_without_end_is_a_fault),
        cmocka_unit_test(expansions_stay_in_the_path),
        cmocka_unit_test(accounts_of_a_map),
        cmocka_unit_test(bad_values_are_found_at_start),
        cmocka_unit_test(rows_of_a_database),
        cmocka_unit_test(parts_of_the_address_can_be_asked_for),
        cmocka_unit_test(queries_that_do_not_fit),
        cmocka_unit_test(values_that_do_not_fit),
        cmocka_unit_test(homes_of_a_database_stay_in_the_path),
        cmocka_unit_test(a_database_that_comes_later),
        cmocka_unit_test(no_files),
        cmocka_unit_test(a_damaged_database),
        cmocka_unit_test(a_locked_database_is_asked_again_later),
        cmocka_unit_test(a_database_with_a_log_of_writes),
        cmocka_unit_test(no_memory_for_a_row),
        cmocka_unit_test(asked_on_both_sides_of_a_fork),
        cmocka_unit_test(the_first_that_knows_counts),
        cmocka_unit_test(one_out_of_order_ends_the_search),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
