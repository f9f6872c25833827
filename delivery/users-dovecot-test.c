/* users-dovecot-test.c - users by a socket where a child plays Dovecot's auth server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "delivery/users.h"

#define HELLO "VERSION\t1\t1\nSPID\t4711\n"
#define BOB HELLO "USER\t1\tbob\tuid=5000\tgid=5001\thome=/home/bob"

static char dir[] = "/tmp/users-dovecot-test.XXXXXX";

struct world {
    pid_t server;
    struct arena arena;
    struct deliver_options o;
    const char *sources[2];
    struct users *users;
    struct users_address parts;
    struct user user;
    struct err e;
};

static void socket_path(char path[64])
{
    snprintf(path, 64, "%s/socket", dir);
}

/* ---- the server: one text for bob@example.com, for all others NOTFOUND */

static void serve_one(int fd, const char *text)
{
    char asked[2048] = "";
    size_t n = 0;
    while (n < sizeof(asked) - 1 && strstr(asked, "service=lmtp\n") == NULL) {
        ssize_t got = read(fd, asked + n, sizeof(asked) - 1 - n);
        if (got <= 0)
            return;
        n += (size_t)got;
        asked[n] = 0;
    }
    if (strstr(asked, "USER\t1\tbob@example.com\t") == NULL)
        text = HELLO "NOTFOUND\t1\n";
    for (; text && *text; text++)
        if (write(fd, text, 1) != 1)
            return;
    if (text == NULL)
        pause();
}

static void serve(int at, const char *text)
{
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = accept(at, NULL, NULL);
        if (fd < 0)
            _exit(1);
        serve_one(fd, text);
        close(fd);
    }
}

static void start_server(struct world *w, const char *text)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    snprintf(u.sun_path, sizeof(u.sun_path), "%s/socket", dir);
    unlink(u.sun_path);
    int at = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(at >= 0);
    assert_int_equal(bind(at, (struct sockaddr *)&u, sizeof(u)), 0);
    assert_int_equal(listen(at, 5), 0);
    w->server = fork();
    if (w->server == 0)
        serve(at, text);
    close(at);
}

static void stop_server(struct world *w)
{
    int status;
    if (w->server == 0)
        return;
    kill(w->server, SIGKILL);
    assert_int_equal(waitpid(w->server, &status, 0), w->server);
    w->server = 0;
}

static void init(struct world *w, const char *mailbox)
{
    char path[64];
    *w = (struct world){ 0 };
    arena_init(&w->arena, 1 << 20);
    socket_path(path);
    w->o = (struct deliver_options){ .catch_all = "", .delimiter = "+", .mailbox = mailbox, .min_uid = 500 };
    w->sources[0] = arena_printf(&w->arena, "dovecot:%s", path).p;
    w->sources[1] = "passwd";
    w->o.users = (struct conf_list){ .v = w->sources, .n = 2 };
    assert_int_equal(users_open(&w->users, &w->o, &w->arena, &w->e), 0);
}

static void done(struct world *w)
{
    stop_server(w);
    users_close(&w->users);
    arena_deinit(&w->arena);
}

static enum user_found look(struct world *w, const char *address)
{
    w->e = (struct err){ 0 };
    return users_find_address(w->users, slice_str(address), &w->arena, &w->parts, &w->user, &w->e);
}

/* ---- tests */

static void found(void **state)
{
    struct world w;
    init(&w, "maildir:~/Maildir");
    start_server(&w, BOB "\tmail=maildir:~/Maildir\n");
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_string_equal(w.user.name, "bob");
    assert_int_equal(w.user.uid, 5000);
    assert_int_equal(w.user.gid, 5001);
    assert_string_equal(w.user.home, "/home/bob");
    assert_string_equal(w.user.mailbox, "maildir:~/Maildir");
    assert_int_equal(look(&w, "Bob+Lists@Example.com"), USER_FOUND);
    assert_true(slice_eq(w.parts.detail, SLICE("Lists")));
    assert_int_equal(look(&w, "carol@example.com"), USER_NONE);
    done(&w);
}

static void where_mail_lies(void **state)
{
    static const struct {
        const char *fields, *mailbox; /* NULL: that can't be filed */
    } cases[] = {
        { "\tmail=maildir:~", "maildir:~" },
        { "\tmail=maildir:/srv/100%/bob", "maildir:/srv/100%%/bob" },
        { "\tmail=maildir:~/Maildir:INDEX=/var/i:CONTROL=/var/c:LAYOUT=maildir++", "maildir:~/Maildir" },
        { "\tmail_location=maildir:/x", "maildir:/x" },
        { "\tmail=mbox:~/mail:INBOX=/var/mail/bob", "mbox:~/mail:INBOX=/var/mail/bob" },
        { "\tmail=mbox:~/mail:INDEX=MEMORY", "mbox:~/mail:INBOX=~/mail/inbox" },
        { "\tmail_driver=maildir\tmail_path=~/Maildir", "maildir:~/Maildir" },
        { "\tmail_driver=mbox\tmail_path=~/mail\tmail_inbox_path=/var/mail/bob",
          "mbox:~/mail:INBOX=/var/mail/bob" },
        { "\tmail=maildir:~/Maildir:LAYOUT=fs", NULL },
        { "\tmail=maildir:~/Maildir:INBOX=~/other", NULL },
        { "\tmail=maildir:~/Maildir:UTF-8", NULL },
        { "\tmail=maildir:~/Maildir:", NULL },
        { "\tmail=maildir:", NULL },
        { "\tmail=maildir", NULL },
        { "\tmail=maildir:Maildir", NULL },
        { "\tmail=maildir:~carol/Maildir", NULL },
        { "\tmail=maildir:/x\0010y", NULL },
        { "\tmail=mbox:~/mail:INBOX=mail", NULL },
        { "\tmail=~/Maildir", NULL },
        { "\tmail=mdbox:~/mdbox", NULL },
        { "\tmail=imapc:", NULL },
        { "\tmail_path=~/Maildir", NULL },
        { "\tchroot=/srv", NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        char text[300];
        snprintf(text, sizeof(text), BOB "%s\n", cases[i].fields);
        init(&w, "maildir:~/Maildir");
        start_server(&w, text);
        if (look(&w, "bob@example.com") != (cases[i].mailbox ? USER_FOUND : USER_FAULT))
            fail_msg("%s: \"%s\"", cases[i].fields, w.e.text);
        if (cases[i].mailbox)
            assert_string_equal(w.user.mailbox, cases[i].mailbox);
        else
            assert_int_equal(w.e.kind, ERR_CONFIG);
        done(&w);
    }
}

/* Who hands over does not care where Dovecot puts it. */
static void handed_over(void **state)
{
    struct world w;
    init(&w, "lmtp:unix:/run/dovecot/lmtp");
    start_server(&w, BOB "\tmail=mdbox:~/mdbox\n");
    assert_int_equal(look(&w, "bob@example.com"), USER_FOUND);
    assert_null(w.user.mailbox);
    done(&w);
}

static void faults(void **state)
{
    static const struct {
        const char *text;
        enum err_kind kind;
        const char *says;
    } cases[] = {
        { HELLO "FAIL\t1\treason=LDAP is away\n", ERR_RETRY, "LDAP is away" },
        { "", ERR_RETRY, "closed" },
        { HELLO, ERR_RETRY, "closed" },
        { HELLO "NOTFOUND\t1", ERR_RETRY, "closed" },
        { BOB, ERR_RETRY, "closed" },
        { HELLO "NOTFOUND\t2\n", ERR_RETRY, "unexpected" },
        { "VERSION\t1\t2\nMECH\tPLAIN\n", ERR_CONFIG, "use auth-userdb" },
        { HELLO "USER\t1\tb\0010b\tuid=5000\tgid=5000\n", ERR_RETRY, "NUL" },
        { HELLO "USER\t1\tbob\tgid=5000\n", ERR_CONFIG, "no uid" },
        { HELLO "USER\t1\tbob\tuid=5000\n", ERR_CONFIG, "no gid" },
        { HELLO "USER\t1\tbob\tuid=bob\tgid=5000\n", ERR_CONFIG, "no uid" },
        { HELLO "USER\t1\tbob\tuid=4294967295\tgid=5000\n", ERR_CONFIG, "no uid" },
        { HELLO "USER\t1\tbob\tuid=5000\tgid=-1\n", ERR_CONFIG, "no gid" },
        { HELLO "USER\t1\tbob\tuid=5000\tgid=5000\thome=x\n", ERR_CONFIG, "home=x" },
        { HELLO "USER\t1\tbob\tuid=5000\tgid=5000\thome=/x\0010\n", ERR_CONFIG, "home=/x" },
        { HELLO "USER\t1\tbob\tuid=0\tgid=0\n", ERR_CONFIG, "deliver_min_uid" },
        { NULL, ERR_RETRY, "no answer" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        init(&w, "maildir:~/Maildir");
        start_server(&w, cases[i].text);
        if (look(&w, "bob@example.com") != USER_FAULT || w.e.kind != cases[i].kind ||
            strstr(w.e.text, cases[i].says) == NULL)
            fail_msg("case %zu: %d \"%s\"", i, (int)w.e.kind, w.e.text);
        done(&w);
    }
}

static void nobody_there(void **state)
{
    struct world w;
    char path[64];
    init(&w, "maildir:~/Maildir");
    start_server(&w, BOB "\n");
    stop_server(&w);
    assert_int_equal(look(&w, "nobody"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_RETRY);
    socket_path(path);
    unlink(path);
    assert_int_equal(look(&w, "nobody"), USER_FAULT);
    assert_int_equal(w.e.kind, ERR_RETRY);
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

/* A lookup that wants more memory than there is jumps out; its socket must not stay open. */
static void no_memory(void **state)
{
    static char text[4000];
    struct world w;
    init(&w, "maildir:~/Maildir");
    snprintf(text, sizeof(text), BOB "%03000d\n", 0);
    start_server(&w, text);
    unsigned before = open_files();
    assert_false(fits(&w, "bob@example.com"));
    assert_int_equal(open_files(), before);
    done(&w);
}

static void a_path_that_is_none(void **state)
{
    static const char *const words[] = { "dovecot:auth-userdb", "dovecot:", "dovecot" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct world w = { 0 };
        arena_init(&w.arena, 1 << 20);
        w.sources[0] = words[i];
        w.o.catch_all = "";
        w.o.users = (struct conf_list){ .v = w.sources, .n = 1 };
        assert_int_equal(users_open(&w.users, &w.o, &w.arena, &w.e), -1);
        assert_int_equal(w.e.kind, ERR_CONFIG);
        done(&w);
    }
}

static int make_dir(void **state)
{
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    char path[64];
    socket_path(path);
    unlink(path);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found),
        cmocka_unit_test(where_mail_lies),
        cmocka_unit_test(handed_over),
        cmocka_unit_test(faults),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(a_path_that_is_none),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
